"""MIDI in and out."""

from __future__ import annotations

import io
import random

import mido
import pytest

from studio.errors import StudioError
from studio.library.keys import Key, key_of
from studio.library.midi import read_midi, write_midi
from studio.recipes.score import Note, Part, Score

Q = 480
MELODY = tuple(Note(at * Q, Q, 60 + step, 80) for at, step in enumerate((0, 2, 4, 5, 7, 9, 11, 12)))
BASS = (Note(0, 4 * Q, 36, 70), Note(4 * Q, 4 * Q, 43, 71))
CHORD = tuple(Note(bar * 4 * Q, 4 * Q, pitch, 60) for bar in (0, 1) for pitch in (60, 64, 67))
DRUMS = tuple(Note(at * Q, 60, pitch, 99) for at in range(8) for pitch in (36, 42))


def tune(**told: object) -> Score:
    parts = (
        Part(role="melody", program=73, notes=MELODY, volume=0.5, pan=-0.4),
        Part(role="chords", program=0, notes=CHORD),
        Part(role="bass", program=33, notes=BASS),
        Part(role="drums", notes=DRUMS),
    )
    return Score.model_validate({"bars": 2, "parts": parts, "tempo": 96.0, **told})


def test_a_tune_comes_back_as_it_was() -> None:
    back = read_midi(write_midi(tune(), "Song"))
    assert (back.bars, back.beats, back.unit, back.tempo) == (2, 4, 4, 96.0)
    assert (back.tonic, back.mode) == (0, "major")
    for part in tune().parts:
        found = back.part(part.role)
        assert found is not None
        assert (found.notes, found.program) == (part.notes, part.program)


@pytest.mark.parametrize(("beats", "unit"), [(3, 4), (2, 4), (6, 8), (7, 8), (2, 2)])
def test_metres_come_back(beats: int, unit: int) -> None:
    score = Score(bars=9, beats=beats, unit=unit, parts=(Part(role="melody", notes=MELODY),))
    back = read_midi(write_midi(score))
    assert (back.beats, back.unit) == (beats, unit)
    assert back.bars == -(-8 * Q // score.bar)


def test_repeated_notes_are_not_run_together() -> None:
    notes = tuple(Note(at * Q, Q, 60, 70 + at) for at in range(8))
    back = read_midi(write_midi(Score(bars=2, parts=(Part(role="melody", notes=notes),))))
    assert back.parts[0].notes == notes


def test_muted_parts_are_not_written() -> None:
    score = tune()
    quiet = score.parts[0].model_copy(update={"muted": True})
    back = read_midi(write_midi(score.model_copy(update={"parts": (quiet, *score.parts[1:])})))
    assert {part.role for part in back.parts} == {"chords", "bass", "drums"}


def test_other_resolutions_and_notes_that_never_end_are_read() -> None:
    file = mido.MidiFile(ticks_per_beat=96)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=60, velocity=90))
    track.append(mido.Message("note_on", note=64, velocity=90, time=96))
    track.append(mido.Message("note_on", note=64, velocity=0, time=96))
    track.append(mido.MetaMessage("end_of_track", time=192))
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    back = read_midi(out.getvalue())
    assert back.parts[0].notes == (Note(0, 4 * Q, 60, 90), Note(Q, Q, 64, 90))
    assert back.tempo == 120.0


def test_the_tempo_that_holds_longest_is_taken() -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60)))
    track.append(mido.Message("note_on", note=60, velocity=90))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(150), time=480))
    track.append(mido.Message("note_off", note=60, time=4800))
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    assert read_midi(out.getvalue()).tempo == pytest.approx(150)


def test_damage_is_said_in_a_sentence_and_never_anything_else() -> None:
    whole, dice, refused = write_midi(tune()), random.Random(1), 0
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.4:
            del data[dice.randrange(len(data)) :]
        try:
            read = read_midi(bytes(data))
        except StudioError as error:
            refused += bool(error.what and error.todo)
        else:
            Score.model_validate(read.model_dump())
    assert refused > 100


@pytest.mark.parametrize("data", [b"", b"MThd", b"not music at all", b"\x00" * 100])
def test_what_is_no_midi_is_refused(data: bytes) -> None:
    with pytest.raises(StudioError, match="MIDI"):
        read_midi(data)


def test_silence_and_endless_files_are_refused() -> None:
    with pytest.raises(StudioError, match="no notes"):
        read_midi(write_midi(Score(bars=2)))
    file = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=60, velocity=90))
    track.append(mido.Message("note_off", note=60, time=480 * 4 * 5000))
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    with pytest.raises(StudioError, match="5000 bars"):
        read_midi(out.getvalue())


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_keys_are_heard(tonic: int, mode: str) -> None:
    steps = (0, 4, 7, 5, 9, 12, 7, 11, 14, 0, 4, 7) if mode == "major" else (
        0, 3, 7, 5, 8, 12, 7, 11, 14, 0, 3, 7)  # fmt: skip
    notes = [Note(at * Q, Q, 55 + tonic + step) for at, step in enumerate(steps)]
    assert key_of(notes) == Key((55 + tonic) % 12, mode)  # type: ignore[arg-type]


def test_what_its_stretches_are_called_stands_in_the_file() -> None:
    score = tune(sections=(("B", 1), ("A", 0), ("End", 9)))
    file = mido.MidiFile(file=io.BytesIO(write_midi(score)))
    at, found = 0, []
    for message in file.tracks[0]:
        at += message.time
        if message.type == "marker":
            found.append((message.text, at))
    assert found == [("A", 0), ("B", 4 * Q)]
    assert at == score.ticks
