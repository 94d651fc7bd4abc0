"""Songs for voice and piano, and scores read from MIDI, as tunes of melody, chords and bass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studio.engines.music.cells import LOUDNESSES, METRES, Metre, notes_in
from studio.recipes.score import TICKS, Note, Part, Role, Score
from studio.training.music.musicxml import Bar, Player, Song, Written

_SAME_AS = {Metre(2, 2): Metre(4, 4)}
_NEAR = 9  # semitones above a bar's lowest note within which the left hand plays the bass
_LOW = 55


@dataclass(frozen=True)
class Run:
    """Bars of one metre in a row. before, after: bars of the piece around them.

    The score's key is not told yet, its tempo is that of its beginning. fifths: the signature.
    """

    score: Score
    before: int
    after: int
    fifths: int


def runs(song: Song) -> Iterator[Run]:
    """The stretches of a song that are counted alike, in full bars, in a metre we know."""
    piano = next((p for p in song.players if p.staves == 2), None)
    voice = next((p for p in song.players if p.staves == 1 and p.notes), None)
    if piano is None or voice is None:
        return
    first = 0
    bars = song.bars
    while first < len(bars):
        last = first + 1
        while last < len(bars) and _alike(bars[first], bars[last]):
            last += 1
        if bars[first].regular and _metre(bars[first]) in METRES:
            yield _run(song, voice, piano, first, last)
        first = last


def _metre(bar: Bar) -> Metre:
    metre = Metre(bar.beats, bar.unit)
    return _SAME_AS.get(metre, metre)


def _alike(one: Bar, other: Bar) -> bool:
    told = (one.beats, one.unit, one.fifths, one.regular)
    return told == (other.beats, other.unit, other.fifths, other.regular)


def _run(song: Song, voice: Player, piano: Player, first: int, last: int) -> Run:
    bars, metre = song.bars[first:last], _metre(song.bars[first])
    begin, end = bars[0].start, bars[-1].start + bars[-1].length
    sung, played = _within(voice, begin, end), _within(piano, begin, end)
    melody: list[Written] = []
    bass: list[Written] = []
    chords: list[Written] = []
    for bar in bars:
        mine = [n for n in sung if bar.start <= n.start < bar.start + bar.length]
        hands = [n for n in played if bar.start <= n.start < bar.start + bar.length]
        silent = not mine and not any(n.start < bar.start < n.start + n.length for n in sung)
        if silent:  # in a prelude the right hand sings
            mine = _top([n for n in hands if n.staff == 1])
        left = _bass([n for n in hands if n.staff == 2])
        melody += mine
        bass += left
        taken = {id(n) for n in (*mine, *left)}
        doubled = {(n.start, n.pitch) for n in mine}
        chords += [n for n in hands if id(n) not in taken and (n.start, n.pitch) not in doubled]
    parts = tuple(
        _part(song, role, notes, begin, end)
        for role, notes in (("melody", melody), ("chords", chords), ("bass", bass))
    )
    score = Score.model_construct(
        bars=last - first, beats=metre.beats, unit=metre.unit,
        tempo=song.tempo_at(begin), tonic=0, mode="major", parts=parts,
    )  # fmt: skip
    return Run(score, first, len(song.bars) - last, bars[0].fifths)


def _within(player: Player, begin: int, end: int) -> list[Written]:
    return [note for note in player.notes if begin <= note.start < end]


def _top(notes: list[Written]) -> list[Written]:
    """The highest note of each moment."""
    highest: dict[int, Written] = {}
    for note in notes:
        if note.start not in highest or note.pitch > highest[note.start].pitch:
            highest[note.start] = note
    return list(highest.values())


def _bass(notes: list[Written]) -> list[Written]:
    """What the left hand plays near the lowest note of its bar, one note at a time."""
    if not notes:
        return []
    lowest = min(note.pitch for note in notes)
    near = [n for n in notes if n.pitch <= lowest + _NEAR and (n.pitch < _LOW or n.pitch == lowest)]
    chosen: dict[int, Written] = {}
    for note in near:
        if note.start not in chosen or note.pitch < chosen[note.start].pitch:
            chosen[note.start] = note
    return list(chosen.values())


def _part(song: Song, role: str, notes: list[Written], begin: int, end: int) -> Part:
    placed = tuple(
        sorted(
            Note(n.start - begin, min(n.length, end - n.start), n.pitch,
                 LOUDNESSES[song.level_at(n.start)])
            for n in notes
        )
    )  # fmt: skip
    return Part.model_construct(role=role, program=0, notes=placed)


def from_midi(score: Score) -> Iterator[Run]:
    """A score read from MIDI, as a run, where its metre is known and its parts tell roles.

    Where no part is a bass, the lowest notes of the chords are; where none is a melody, the
    highest are. The bar lines of these files are where they say, pickups and all.
    """
    metre = Metre(score.beats, score.unit)
    metre = _SAME_AS.get(metre, metre)
    if metre not in METRES:
        return
    melody, bass = notes_in(score, "melody"), notes_in(score, "bass")
    chords = notes_in(score, "chords")
    if not melody:
        melody, chords = _split(chords, highest=True)
    if not bass:
        bass, chords = _split(chords, highest=False)
    told: tuple[tuple[Role, list[Note]], ...] = (
        ("melody", melody),
        ("chords", chords),
        ("bass", bass),
    )
    parts = tuple(
        Part.model_construct(role=role, program=0, notes=tuple(notes))
        for role, notes in told
        if notes
    )
    if len(parts) < 2:
        return
    update = {"parts": parts, "beats": metre.beats, "unit": metre.unit}
    yield Run(score.model_copy(update=update), 0, 0, _fifths(score))


def _split(notes: list[Note], highest: bool) -> tuple[list[Note], list[Note]]:
    """The outer notes of each moment, and the others; low ones alone can be a bass."""
    outer: dict[int, Note] = {}
    for note in notes:
        known = outer.get(note.start)
        if not highest and note.pitch >= _LOW:
            continue
        if known is None or (note.pitch > known.pitch) == highest:
            outer[note.start] = note
    chosen = set(outer.values())
    return sorted(chosen), [note for note in notes if note not in chosen]


def _fifths(score: Score) -> int:
    tonic = score.tonic if score.mode == "major" else (score.tonic + 3) % 12
    fifths = tonic * 7 % 12
    return fifths if fifths <= 6 else fifths - 12


def cut(score: Score, first: int, last: int) -> Score:
    """Bars `first` up to but not with `last`; what sounds on is cut."""
    low, high = first * score.bar, last * score.bar
    parts = tuple(
        part.model_copy(
            update={
                "notes": tuple(
                    note._replace(start=note.start - low, length=min(note.end, high) - note.start)
                    for note in part.notes
                    if low <= note.start < high
                )
            }
        )
        for part in score.parts
    )
    return score.model_copy(update={"parts": parts, "bars": last - first})


def off_grid(score: Score) -> float:
    """The share of notes that begin more than a fiftieth of a quarter off the model's grid."""
    grid = (0, 160, 320) if score.unit < 8 else ()
    starts = [note.start % TICKS for part in score.parts for note in part.notes]
    off = [
        min(abs(start - place) for place in (0, 120, 240, 360, 480, *grid)) > TICKS / 50
        for start in starts
    ]
    return sum(off) / max(1, len(off))
