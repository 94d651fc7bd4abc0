"""What can be done to notes, without a window."""

from __future__ import annotations

import pytest

from studio.recipes.score import MAX_NOTES, Note, Score
from studio.ui.music import roll_edits as edits
from studio.ui.music.history import History
from tests.ui.music.tune import C4, DRUMS, E4, G4, HAT, KICK, LOW, MELODY, Q, small_tune


def test_notes_are_put_in_each_other_s_stead():
    tune = small_tune()
    new = edits.replace(tune, MELODY, [E4], [E4._replace(pitch=72), E4._replace(start=0)])
    assert new.parts[MELODY].notes == (C4, Note(0, Q, 64, 80), Note(Q, Q, 72, 80), G4)
    assert new.parts[1:] == tune.parts[1:]
    assert tune == small_tune()
    assert Score.model_validate(new.model_dump()) == new


def test_of_two_that_are_alike_one_is_taken():
    twice = edits.replace(small_tune(), MELODY, [], [C4])
    assert edits.replace(twice, MELODY, [C4], []).parts[MELODY].notes == (C4, E4, G4)


def test_together_they_go_no_farther_than_the_tune():
    tune = small_tune()
    assert edits.moved((C4, E4), -Q, 0, tune) == (C4, E4)
    far = edits.moved((C4, G4), 100 * Q, 100, tune)
    assert far[1].end == tune.ticks
    assert far[1].start - far[0].start == 2 * Q
    assert (far[0].pitch, far[1].pitch) == (120, 127)
    assert edits.moved((C4,), 0, -100, tune)[0].pitch == 0
    assert edits.moved((), 5, 5, tune) == ()


def test_drums_move_from_row_to_row():
    rows = edits.drum_rows(small_tune())
    assert rows.index(36) == 0
    up = edits.moved((KICK, HAT), 0, 1, small_tune(), rows)
    assert [note.pitch for note in up] == [rows[1], rows[rows.index(42) + 1]]
    high = edits.moved((KICK, HAT), 0, 99, small_tune(), rows)
    assert high[1].pitch == rows[-1]
    assert rows.index(high[1].pitch) - rows.index(high[0].pitch) == rows.index(42)


def test_every_struck_drum_has_a_row():
    odd = edits.replace(small_tune(), DRUMS, [], [Note(0, 10, 99), Note(0, 10, 35)])
    rows = edits.drum_rows(odd)
    assert {99, 35, 36, 42} <= set(rows)
    assert len(set(rows)) == len(rows)
    assert edits.drum_rows(small_tune(parts=())) == ()


def test_lengths_end_with_the_tune_and_keep_a_least():
    tune = small_tune()
    assert edits.lengthened((G4,), 100 * Q, tune, 120)[0].end == tune.ticks
    assert edits.lengthened((G4,), -100 * Q, tune, 120)[0].length == 120
    short = C4._replace(length=50)
    assert edits.lengthened((short,), -10, tune, 120)[0].length == 50


def test_loudness_has_two_ends():
    assert [note.velocity for note in edits.struck((C4, LOW), 100)] == [127, 127]
    assert [note.velocity for note in edits.struck((C4, LOW), -200)] == [8, 8]


def test_room_for_more():
    assert edits.room_for(small_tune()) == MAX_NOTES - 6


def test_the_clipboard_s_text_comes_back():
    assert edits.from_text(edits.to_text((C4, G4), False)) == ((C4, G4), False)
    assert edits.from_text(edits.to_text((KICK,), True)) == ((KICK,), True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"notes": 3}',
        '{"notes": [[1, 2, 3]]}',
        '{"notes": [[0, 0, 60, 80]]}',
        '{"notes": [[-1, 10, 60, 80]]}',
        '{"notes": [[0, 10, 128, 80]]}',
        '{"notes": [[0, 10, 60, 0]]}',
        '{"notes": [[0, 10, 60, true]]}',
        '{"notes": [[0, 10, "60", 80]]}',
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match=r"no notes?|Expecting"):
        edits.from_text(text)


def test_history_goes_back_and_forth():
    history = History("a", most=3)
    assert not history.can_undo
    assert history.undo() == "a"
    for step in "bbcde":
        history.put(step)
    assert [history.undo() for _ in range(4)] == ["d", "c", "b", "b"]  # "a" is beyond what is kept
    assert history.can_redo
    assert history.redo() == "c"
    history.put("x")
    assert not history.can_redo
    assert history.redo() == "x"
    assert history.undo() == "c"
    history.start("new")
    assert (history.now, history.can_undo, history.can_redo) == ("new", False, False)
