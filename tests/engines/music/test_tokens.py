"""Tokens say all that the cells say, and the pen knows what stands around them."""

from __future__ import annotations

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    HARMONY,
    MELODY,
    Metre,
    Sheet,
    sheet_of,
)
from studio.engines.music.tokens import (
    AT_LINK,
    FEATURES,
    NEW,
    PAD,
    REST,
    ROWS,
    SAME,
    START,
    Link,
    Pen,
    likeness,
    links,
    spell,
    symbol_token,
)
from studio.recipes.score import Score

WALK = (((60,), 12), ((62,), 12), ((64,), 24))
NEARLY = (((60,), 12), ((62,), 12), ((67,), 24))
OTHER = (((), 24), ((72,), 24))


def four_bars() -> Sheet:
    sheet = Sheet(Metre(4, 4), "major", 4, [3, 3, 2, 3])
    for bar, cell in enumerate((WALK, OTHER, NEARLY, WALK)):
        sheet.cells[bar, MELODY] = cell
    return sheet


def test_what_is_spelled_is_read_back(tune: Score) -> None:
    sheet = sheet_of(tune)
    pen = Pen(sheet.metre, sheet.mode, sheet.bars)
    last, steps = START, 0
    for bar, part in sorted(sheet.cells):
        pen.open(bar, part)
        tokens = spell(sheet, bar, part, links(sheet, bar, part)[0])
        for at, token in enumerate(tokens):
            features = pen.features(last)
            assert len(features) == len(FEATURES)
            assert all(0 <= row < ROWS for row in features)
            assert pen.push(token) == (at == len(tokens) - 1)
            last, steps = token, steps + 1
    assert pen.sheet.cells == sheet.cells
    assert pen.sheet.loud == sheet.loud
    assert steps < 80 * sheet.bars


def test_a_bar_that_comes_again_costs_one_token() -> None:
    sheet = four_bars()
    assert links(sheet, 3, MELODY)[0] == Link(True, 3)
    assert spell(sheet, 3, MELODY, Link(True, 3)) == [SAME + 3]
    assert links(sheet, 0, MELODY) == [Link()]


def test_a_bar_much_like_another_is_linked_to_it() -> None:
    assert likeness(WALK, WALK) == 1
    assert 0.6 < likeness(WALK, NEARLY) < 1
    assert likeness(WALK, OTHER) < 0.6
    assert links(four_bars(), 2, MELODY) == [Link(False, 2), Link()]


def test_the_echo_says_what_the_other_bar_has_at_this_point() -> None:
    sheet = four_bars()
    pen = Pen(sheet.metre, sheet.mode, 4)
    pen.open(0, MELODY)
    for token in spell(sheet, 0, MELODY, Link()):
        pen.push(token)
    pen.open(1, MELODY, echo=OTHER)
    pen.push(Link(False, 1).token)
    offset = sum(list(FEATURES.values())[:1])
    assert pen.features(START)[1] == offset + REST
    pen.open(1, MELODY)
    pen.push(Link(False, 1).token)
    assert pen.features(START)[1] == offset + symbol_token(MELODY, 60)
    pen.open(1, MELODY)
    pen.push(NEW)
    assert pen.features(START)[1] == offset + PAD


def test_the_pen_hears_the_other_parts() -> None:
    pen = Pen(Metre(4, 4), "major", 2)
    for part, cell in ((CHORDS, (((60, 64, 67), 48),)), (BASS, (((36,), 24), ((41,), 24)))):
        pen.open(0, part)
        pen.keep(cell)
    pen.open(0, MELODY)
    assert pen.state == AT_LINK
    assert pen.sounding() == 1 << 0 | 1 << 4 | 1 << 7
    pen.place = 24
    assert pen.sounding() == 1 << 0 | 1 << 4 | 1 << 7 | 1 << 5
    pen.open(0, BASS)
    assert pen.sounding() == 1 << 0 | 1 << 4 | 1 << 7  # not itself
    pen.open(1, HARMONY)
    assert pen.sounding() == 0
