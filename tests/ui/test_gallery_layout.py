"""Where the gallery's squares stand, and which of them are chosen."""

from __future__ import annotations

from array import array
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.gallery.grid_layout import GAP, HEADER, MARGIN, GridLayout, grouped, in_words
from studio.ui.gallery.selection import Selection

WIDTH = 2 * MARGIN + 4 * 100 + 3 * GAP  # four squares of a hundred pixels


def days_of(*counts: int) -> list[tuple[date, int, int]]:
    starts = [sum(counts[:n]) for n in range(len(counts))]
    return [
        (date(2026, 1, 28 - n), start, count)
        for n, (start, count) in enumerate(zip(starts, counts, strict=True))
    ]


def laid_out(*counts: int) -> GridLayout:
    return GridLayout(sum(counts), days_of(*counts), WIDTH, 100)


def test_squares_fill_the_row() -> None:
    layout = GridLayout(9, (), WIDTH + 50, 100)
    right = layout.square(layout.columns - 1)[0] + layout.side
    assert layout.columns == 4
    assert WIDTH + 50 - MARGIN - layout.columns < right <= WIDTH + 50 - MARGIN


def test_each_day_begins_a_row() -> None:
    layout = laid_out(5, 2, 1)
    assert layout.square(0) == (MARGIN, HEADER)
    assert layout.square(4) == (MARGIN, HEADER + layout.step)
    assert layout.square(5) == (MARGIN, 2 * HEADER + 2 * layout.step)
    assert layout.square(7) == (MARGIN, 3 * HEADER + 3 * layout.step)


@given(
    st.lists(st.integers(1, 30), max_size=12),
    st.integers(60, 1500),
    st.integers(24, 400),
    st.integers(-100, 5000),
    st.integers(0, 900),
)
def test_what_is_in_sight_is_just_that(counts, width, side, top, height) -> None:
    layout = GridLayout(sum(counts), days_of(*counts[:12]), width, side)
    seen = layout.between(top, top + height)
    touching = [
        place
        for place in range(layout.count)
        if layout.square(place)[1] < top + height and layout.square(place)[1] + layout.side > top
    ]
    assert set(touching) <= set(seen)
    assert len(seen) <= len(touching) + 2 * layout.columns + layout.columns
    assert set(seen) <= set(range(layout.count))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(100, 900))
def test_a_square_is_found_where_it_stands(counts, width) -> None:
    layout = GridLayout(sum(counts), days_of(*counts), width, 80)
    for place in range(layout.count):
        x, y = layout.square(place)
        assert layout.at(x, y) == place
        assert layout.at(x + layout.side - 1, y + layout.side - 1) == place
        assert layout.at(x - 1, y) is None
        assert layout.at(x, y - 1) is None


def test_up_and_down_cross_days_and_short_rows() -> None:
    layout = laid_out(6, 2, 5)
    assert layout.beside(1, +1) == 5
    assert layout.beside(3, +1) == 5  # the row below is shorter
    assert layout.beside(5, +1) == 7
    assert layout.beside(4, +1) == 6
    assert layout.beside(7, -1) == 5
    assert layout.beside(0, -1) == 0
    assert layout.beside(12, +1) == 12


def test_a_page_moves_as_far_as_asked_and_never_less_than_a_row() -> None:
    layout = GridLayout(400, (), WIDTH, 100)
    assert layout.page(0, 3 * layout.step) == 12
    assert layout.page(50, -2 * layout.step) == 42
    assert layout.page(0, 5) == 4
    assert layout.page(399, 1000) == 399


def test_nothing_found_has_no_places() -> None:
    layout = GridLayout(0, (), 800, 100)
    assert layout.height == 0
    assert not layout.between(0, 500)
    assert layout.at(50, 50) is None


def test_a_band_takes_what_it_touches() -> None:
    layout = laid_out(8)
    x, y = layout.square(1)
    assert layout.within(x + 10, y + 10, x + layout.side + GAP + 5, y + layout.step + 5) == [
        1, 2, 5, 6,
    ]  # fmt: skip
    assert layout.within(x + layout.side + 1, y, x + layout.side + GAP - 1, y + 5) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 20), "Today"),
        (date(2026, 11, 19), "Yesterday"),
        (date(2026, 11, 16), "Monday"),
        (date(2026, 3, 2), "2 March"),
        (date(2025, 3, 2), "2 March 2025"),
    ],
)
def test_days_are_said_in_words(day: date, words: str) -> None:
    assert in_words(day, date(2026, 11, 20)) == words


def test_shift_goes_from_where_the_choice_began() -> None:
    selection = Selection()
    selection.take(5)
    selection.stretch(8)
    assert selection.chosen == {5, 6, 7, 8}
    selection.stretch(3)
    assert selection.chosen == {3, 4, 5}
    assert selection.current == 3
    selection.toggle(10)
    selection.stretch(12, add=True)
    assert selection.chosen == {3, 4, 5, 10, 11, 12}


def test_a_band_can_add_to_what_is_chosen() -> None:
    selection = Selection()
    selection.take(1)
    selection.begin_band(add=True)
    selection.band([4, 5])
    selection.band([4])
    assert selection.chosen == {1, 4}
    selection.begin_band(add=False)
    selection.band([])
    assert selection.chosen == set()


def test_what_is_chosen_stays_so_when_others_come_and_go() -> None:
    selection = Selection()
    selection.take(1)
    selection.toggle(3)
    selection.follow(array("q", [9, 8, 7, 6]), array("q", [11, 10, 9, 8, 6]))
    assert selection.chosen == {3, 4}
    assert selection.current == 4


def test_when_the_one_in_hand_goes_its_neighbour_is() -> None:
    selection = Selection()
    selection.take(1)
    selection.follow(array("q", [9, 8, 7]), array("q", [9, 7]))
    assert selection.chosen == set()
    assert selection.current == 1
    selection.follow(array("q", [9, 7]), array("q"))
    assert selection.current == -1


def test_where_there_is_little_of_each_day_months_are_named() -> None:
    busy = days_of(5, 2, 1)
    assert grouped(busy) == ("day", busy)
    lonely = [(date(2026, 3, 9), 0, 1), (date(2026, 3, 1), 1, 2), (date(2026, 1, 5), 3, 4)]
    assert grouped(lonely) == ("month", [(date(2026, 3, 9), 0, 3), (date(2026, 1, 5), 3, 4)])
    rare = [(date(2026, 3, 9), 0, 1), (date(2026, 1, 1), 1, 1), (date(2025, 1, 5), 2, 1)]
    assert grouped(rare) == ("year", [(date(2026, 3, 9), 0, 2), (date(2025, 1, 5), 2, 1)])
    assert grouped([]) == ("day", [])
    assert in_words(date(2026, 3, 9), date(2026, 3, 9), "month") == "March 2026"
    assert in_words(date(2026, 3, 9), date(2026, 3, 9), "year") == "2026"
