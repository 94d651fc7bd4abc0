"""From notes to cells and back."""

from __future__ import annotations

import pytest

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    HARMONY,
    HOLD,
    MELODY,
    METRES,
    Metre,
    metre_of,
    notes_of,
    places,
    sheet_of,
    shift_of,
)
from studio.engines.music.harmony import NO_CHORD, chord_tones
from studio.errors import StudioError
from studio.recipes.score import Note, Part, Score

Q = 480


def score(*parts: Part, bars: int = 2, **told: object) -> Score:
    return Score.model_validate({"bars": bars, "parts": parts, **told})


def test_a_note_over_a_bar_line_is_held_in_the_next_cell() -> None:
    melody = Part(role="melody", notes=(Note(3 * Q, 2 * Q, 72), Note(5 * Q, Q, 74)))
    sheet = sheet_of(score(melody))
    assert sheet.cells[0, MELODY] == (((), 36), ((72,), 12))
    assert sheet.cells[1, MELODY] == (((HOLD,), 12), ((74,), 12), ((), 24))


def test_back_again_the_notes_are_what_they_were() -> None:
    notes = (Note(0, Q, 72), Note(Q, 5 * Q, 76), Note(6 * Q, Q // 2, 79), Note(7 * Q, Q, 67))
    sheet = sheet_of(score(Part(role="melody", notes=notes)))
    back = notes_of(sheet, MELODY, range(2), 0)
    assert [note[:3] for note in back] == [note[:3] for note in notes]


@pytest.mark.parametrize("tonic", range(12))
def test_any_key_is_written_as_if_in_c_and_sounds_as_it_was(tonic: int) -> None:
    notes = tuple(Note(at * Q, Q, 62 + shift_of(tonic) + step) for at, step in enumerate((0, 4, 7)))
    sheet = sheet_of(score(Part(role="melody", notes=notes), tonic=tonic))
    assert [s for s, _ in sheet.cells[0, MELODY] if s] == [(62,), (66,), (69,)]
    assert notes_of(sheet, MELODY, range(2), shift_of(tonic))[0].pitch == notes[0].pitch
    assert -5 <= shift_of(tonic) <= 6


@pytest.mark.parametrize("metre", METRES)
def test_every_cell_fills_its_bar_on_the_grid(metre: Metre) -> None:
    ticks = metre.steps * 40
    notes = tuple(Note(start, 55, 60 + start % 11) for start in range(0, 3 * ticks - 60, 97))
    parts = (
        Part(role="melody", notes=notes),
        Part(role="chords", notes=notes),
        Part(role="bass", notes=notes),
        Part(role="drums", notes=notes),
    )
    sheet = sheet_of(score(*parts, bars=3, beats=metre.beats, unit=metre.unit))
    assert {part for _, part in sheet.cells} == {HARMONY, MELODY, BASS, CHORDS, DRUMS}
    for cell in sheet.cells.values():
        at = 0
        for _, length in cell:
            assert length > 0
            at += length
            assert at in places(metre)
        assert at == metre.steps


def test_of_a_thick_chord_the_outer_notes_stay() -> None:
    pitches = (48, 52, 55, 60, 64, 67, 72)
    chords = Part(role="chords", notes=tuple(Note(0, 4 * Q, pitch) for pitch in pitches))
    (symbols, length), *_ = sheet_of(score(chords, bars=1)).cells[0, CHORDS]
    assert length == 48
    assert len(symbols) == 4
    assert (symbols[0], symbols[-1]) == (48, 72)


def test_chords_are_heard_and_change_on_beats() -> None:
    notes = [Note(0, 2 * Q, p) for p in (48, 64, 67)] + [
        Note(2 * Q, 2 * Q, p) for p in (43, 62, 71)
    ]
    sheet = sheet_of(score(Part(role="chords", notes=tuple(notes)), bars=1))
    told = [(chord_tones(symbols[0]), length) for symbols, length in sheet.cells[0, HARMONY]]
    assert told == [({0, 4, 7}, 24), ({7, 11, 2}, 24)]


def test_drums_alone_have_no_chords() -> None:
    drums = Part(role="drums", notes=(Note(0, 60, 36), Note(Q, 60, 38, 100), Note(Q, 60, 42)))
    sheet = sheet_of(score(drums, bars=1))
    assert sheet.cells[0, HARMONY] == (((NO_CHORD,), 48),)
    assert sheet.cells[0, DRUMS] == (((0,), 12), ((1, 4), 36))
    assert [n.pitch for n in notes_of(sheet, DRUMS, [0], 5)] == [36, 38, 42]


def test_what_cannot_be_counted_is_said() -> None:
    assert metre_of(score(beats=2, unit=2)) == Metre(4, 4)
    with pytest.raises(StudioError, match="7/8"):
        metre_of(score(beats=7, unit=8))
