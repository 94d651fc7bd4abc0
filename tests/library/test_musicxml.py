"""Tunes as written music, read back by music21, which has no part in writing them."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree
from fractions import Fraction

import pytest

from studio.errors import StudioError
from studio.library.musicxml import write_musicxml
from studio.library.notation import bars_of, beat_of, fifths_of, spelled
from studio.recipes.score import TICKS, Note, Part, Score
from tests.sound.scores import alone, tune

music21 = pytest.importorskip("music21")

Written = list[tuple[Fraction, Fraction, int]]  # start and length in quarters, pitch


def read(data: bytes):
    return music21.converter.parseData(data, format="musicxml")


def sounding(part) -> Written:
    """What a part of music21's plays, ties joined (its own way joins only whole chords)."""
    found, open_ties = [], {}
    for chord in part.flatten().notes:
        for note in getattr(chord, "notes", (chord,)):
            tie = note.tie.type if note.tie else ""
            pitch, length = note.pitch.midi, Fraction(chord.duration.quarterLength)
            since = open_ties.pop(pitch) if tie in ("stop", "continue") else Fraction(chord.offset)
            if tie in ("start", "continue"):
                open_ties[pitch] = since
            else:
                found.append((since, Fraction(chord.offset) + length - since, pitch))
    assert not open_ties
    return sorted(found)


def asked(part: Part) -> Written:
    return sorted(
        (Fraction(note.start, TICKS), Fraction(note.length, TICKS), note.pitch)
        for note in part.notes
    )


def dice(seed: int, beats: int, unit: int, step: int, bars: int = 4) -> Score:
    """A melody, chords in which single notes are held on, and drums, at random on a grid."""
    draw = random.Random(seed)
    ticks = bars * beats * TICKS * 4 // unit
    melody, chords, drums = [], [], []
    at = 0
    while at < ticks:
        length = min(step * draw.randint(1, 9), ticks - at)
        if draw.random() < 0.8:
            melody.append(Note(at, length, draw.randint(55, 86), draw.randint(1, 127)))
        at += length
    for pitch in (48, 51, 55, 58):
        at = 0
        while at < ticks:
            length = min(step * draw.randint(1, 12), ticks - at)
            if draw.random() < 0.7:
                chords.append(Note(at, length, pitch))
            at += length
    for at in range(0, ticks, step):
        drums += [Note(at, 10, pitch) for pitch in (36, 38, 42) if draw.random() < 0.3]
    parts = (
        Part(role="melody", program=73, notes=tuple(melody)),
        Part(role="chords", notes=tuple(chords)),
        Part(role="drums", notes=tuple(drums)),
    )
    tonic, mode = draw.randrange(12), draw.choice(["major", "minor"])
    return Score(bars=bars, beats=beats, unit=unit, tonic=tonic, mode=mode, parts=parts)


METRES = [(4, 4, 120), (3, 4, 160), (2, 4, 60), (6, 8, 120), (5, 4, 240), (7, 8, 120), (2, 2, 120),
          (3, 8, 120), (12, 8, 60), (9, 16, 60), (4, 4, 80), (1, 16, 60)]  # fmt: skip


@pytest.mark.parametrize(("beats", "unit", "step"), METRES)
@pytest.mark.parametrize("seed", [1, 2])
def test_another_program_reads_the_same_notes(beats, unit, step, seed) -> None:
    score = dice(seed, beats, unit, step)
    found = read(write_musicxml(score, "Dice"))
    assert len(found.parts) == 3
    for part, own in zip(score.parts, found.parts, strict=True):
        measures = own.getElementsByClass("Measure")
        assert len(measures) == score.bars
        for measure in measures:
            assert measure.duration.quarterLength == Fraction(score.bar, TICKS)
        if part.role != "drums":
            heard, wanted = sounding(own), asked(part)
            assert [each[::2] for each in heard] == [each[::2] for each in wanted]
            for (_, length, _), (_, wished, _) in zip(heard, wanted, strict=True):
                # where a note ends is written to the sixteenth unless something begins there
                assert abs(length - wished) <= (Fraction(1, 8) if step in (60, 80) else 0)
    first = found.parts[0]
    metre = first.recurse().getElementsByClass("TimeSignature")[0]
    assert metre.ratioString == f"{beats}/{unit}"
    key = first.recurse().getElementsByClass("KeySignature")[0]
    as_key = key.asKey(score.mode)
    assert as_key.tonic.pitchClass == score.tonic


def test_drums_are_where_they_belong() -> None:
    score = tune(2)
    part = read(write_musicxml(score)).parts[3]
    assert part.recurse().getElementsByClass("PercussionClef")
    struck = [
        (Fraction(note.offset), note.displayName, Fraction(note.duration.quarterLength))
        for note in part.flatten().notes
    ]
    kick, snare = "F4", "C5"
    assert struck == [(Fraction(at), snare if at % 2 else kick, Fraction(1)) for at in range(8)]
    root = ElementTree.fromstring(write_musicxml(score))
    keys = {e.get("id"): e.findtext("midi-unpitched") for e in root.iter("midi-instrument")}
    used = [each.get("id") for each in root.findall("part")[3].iter("instrument")]
    assert [keys[each] for each in used] == ["37", "39"] * 4


def test_it_says_what_it_is() -> None:
    score = tune(1, tempo=96.5)
    said = {"comment": "Made by a machine & kept", "easel:recipe": '{"a":"<ü>"}'}
    title = "Ruhiger <Abend> ♪"
    data = write_musicxml(
        score, title + "\0", software="Easel 1", rights="CC0", date="2026-11-20", said=said
    )
    found = read(data)
    assert found.metadata.title == title
    assert "Easel 1" in found.metadata.software
    assert found.recurse().getElementsByClass("MetronomeMark")[0].number == 96.5
    names = [part.getInstrument(returnDefault=False).instrumentName for part in found.parts]
    assert names[:3] == ["Flute", "Piano", "Upright bass"]
    programs = [part.getInstrument().midiProgram for part in found.parts][:3]
    assert programs == [73, 0, 32]
    root = ElementTree.fromstring(data)
    fields = {e.get("name"): e.text for e in root.iter("miscellaneous-field")}
    assert fields == said
    assert root.findtext("identification/rights") == "CC0"
    assert root.findtext("identification/encoding/encoding-date") == "2026-11-20"
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise')


def test_the_same_tune_gives_the_same_file() -> None:
    assert write_musicxml(tune(2), "A") == write_musicxml(tune(2), "A")


def test_a_slow_felt_beat_is_told_in_its_own_value() -> None:
    data = write_musicxml(dice(1, 6, 8, 240).model_copy(update={"tempo": 90.0}))
    mark = read(data).recurse().getElementsByClass("MetronomeMark")[0]
    assert (mark.number, mark.referent.quarterLength) == (60.0, 1.5)
    assert mark.getQuarterBPM() == 90.0


def test_muted_parts_are_left_out_and_nothing_is_no_tune() -> None:
    score = tune(1)
    parts = tuple(part.model_copy(update={"muted": part.role != "bass"}) for part in score.parts)
    found = read(write_musicxml(score.model_copy(update={"parts": parts})))
    assert [sounding(part) for part in found.parts] == [asked_at_grid(score.parts[2])]
    with pytest.raises(StudioError, match="nothing to write"):
        write_musicxml(Score(bars=1))


def asked_at_grid(part: Part) -> Written:
    """As written: what was let go 30 ticks early is a half note."""
    return [(start, Fraction(2), pitch) for start, _, pitch in asked(part)]


def test_an_empty_part_rests() -> None:
    score = Score(bars=3, parts=(Part(role="melody"),))
    found = read(write_musicxml(score))
    rests = found.parts[0].recurse().getElementsByClass("Rest")
    assert [rest.duration.quarterLength for rest in rests] == [4.0] * 3


def written(score: Score) -> list[tuple[int, int, tuple[int, ...]]]:
    part = score.parts[0]
    bars = bars_of(score, part)
    return [
        (number * score.bar + sign.start, sign.length, sign.pitches)
        for number, signs in enumerate(bars)
        for sign in signs
    ]


def test_what_a_hand_plays_is_written_as_it_is_meant() -> None:
    played = [(7, 455, 60), (470, 250, 62), (731, 200, 64), (955, 970, 65), (1930, 1900, 67)]
    score = alone(*(Note(*each) for each in played))
    assert written(score) == [
        (0, 480, (60,)),
        (480, 240, (62,)),
        (720, 240, (64,)),
        (960, 960, (65,)),
        (1920, 1920, (67,)),
    ]


def test_triplets_are_told_from_sixteenths() -> None:
    notes = [Note(at, 150, 60 + at // 100) for at in (3, 155, 325, 480, 600, 719, 842)]
    score = alone(*notes, bars=1)
    signs = bars_of(score, score.parts[0])[0]
    assert [sign.value.triplet for sign in signs[:7]] == [True] * 3 + [False] * 4
    assert [sign.start for sign in signs[:7]] == [0, 160, 320, 480, 600, 720, 840]
    assert [(sign.first, sign.last) for sign in signs[:4]] == [
        (True, False), (False, False), (False, True), (False, False),
    ]  # fmt: skip


def test_a_melody_that_hangs_over_is_cut_and_a_chord_is_tied() -> None:
    legato = (Note(0, 560, 60), Note(480, 480, 62))
    assert written(alone(*legato, bars=1))[:2] == [(0, 480, (60,)), (480, 480, (62,))]
    held = (Note(0, 960, 60), Note(480, 480, 64))
    score = alone(*held, bars=1, role="chords")
    assert written(score)[:2] == [(0, 480, (60,)), (480, 480, (60, 64))]
    signs = bars_of(score, score.parts[0])[0]
    assert signs[0].holding == {60}
    assert signs[1].held == {60}
    assert not signs[1].holding


def test_the_same_key_struck_again_ends_what_it_held() -> None:
    score = alone(Note(0, 960, 60), Note(480, 240, 60), Note(480, 960, 60), bars=1, role="chords")
    assert written(score)[:2] == [(0, 480, (60,)), (480, 960, (60,))]


def test_a_note_over_bar_lines_is_tied() -> None:
    score = alone(Note(1440, 3000, 60), bars=3)
    bars = bars_of(score, score.parts[0])
    assert [[sign.length for sign in signs if sign.pitches] for signs in bars] == [
        [480], [1920], [480, 120],
    ]  # fmt: skip
    ties = [(bool(s.held), bool(s.holding)) for signs in bars for s in signs if s.pitches]
    assert ties == [(False, True), (True, True), (True, True), (True, False)]


def test_every_bar_is_full_whatever_is_played() -> None:
    draw = random.Random(7)
    for _ in range(60):
        beats, unit = draw.randint(1, 16), draw.choice([2, 4, 8, 16])
        bars = draw.randint(1, 5)
        ticks = bars * beats * TICKS * 4 // unit
        notes = []
        for _ in range(draw.randint(0, 60)):
            start = draw.randrange(ticks)
            notes.append(Note(start, draw.randint(1, ticks - start), draw.randint(0, 127)))
        role = draw.choice(["melody", "chords", "bass", "drums"])
        score = Score(bars=bars, beats=beats, unit=unit, parts=(Part(role=role, notes=notes),))
        written_bars = bars_of(score, score.parts[0])
        assert len(written_bars) == bars
        for signs in written_bars:
            at = 0
            for sign in signs:
                assert sign.start == at
                assert sign.length > 0
                at += sign.length
            assert at == score.bar
        heard = {pitch for signs in written_bars for sign in signs for pitch in sign.pitches}
        assert heard == {note.pitch for note in score.parts[0].notes}


def test_keys_and_spelling() -> None:
    assert [fifths_of(tonic, "major") for tonic in (0, 7, 2, 5, 10, 1, 6)] == [
        0, 1, 2, -1, -2, -5, 6,
    ]  # fmt: skip
    assert [fifths_of(tonic, "minor") for tonic in (9, 4, 2, 0, 8, 3)] == [0, 1, -1, -3, 5, -6]
    assert spelled(60, 0) == ("C", 0, 4)
    assert spelled(61, 0) == ("C", 1, 4)
    assert spelled(61, -3) == ("D", -1, 4)
    assert spelled(70, 0) == ("B", -1, 4)
    assert spelled(59, -6) == ("C", -1, 4)  # C flat
    assert spelled(60, 6) == ("B", 1, 3)  # B sharp
    for fifths in range(-6, 7):
        for pitch in range(128):
            step, alter, octave = spelled(pitch, fifths)
            found = music21.pitch.Pitch(step=step, octave=octave)
            assert found.midi + alter == pitch or pitch < 12 or pitch > 116
            assert abs(alter) <= 2


def test_beats() -> None:
    assert [beat_of(Score(bars=1, beats=b, unit=u)) for b, u in
            [(4, 4), (6, 8), (3, 8), (2, 2), (7, 8), (3, 4), (9, 16)]] == [
        480, 720, 720, 480, 240, 480, 360,
    ]  # fmt: skip
