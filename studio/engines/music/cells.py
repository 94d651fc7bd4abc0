"""A tune on the model's grid: bars cut into cells, one for each part.

The grid has 12 steps to a quarter note; sixteenths and, where beats are not already in threes,
triplets of eighths fall on it. A cell is what one part does in one bar: segments (symbols, length
in steps) that fill the bar exactly. All pitches are written as if the tonic were C (`shift_of`),
so the model need not learn twelve keys, and any key it is asked for comes out right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from studio.engines.music.drums import hit_of, note_of
from studio.engines.music.harmony import chords_of
from studio.errors import StudioError
from studio.recipes.score import TICKS, Mode, Note, Role, Score

STEPS = 12  # to a quarter note
STEP = TICKS // STEPS

HARMONY, MELODY, BASS, CHORDS, DRUMS = range(5)  # the parts, in the order they are written in
PARTS = (HARMONY, MELODY, BASS, CHORDS, DRUMS)
PART_OF: dict[Role, int] = {"melody": MELODY, "bass": BASS, "chords": CHORDS, "drums": DRUMS}
ROLE_OF: dict[int, Role] = {part: role for role, part in PART_OF.items()}
PITCHED = (MELODY, BASS, CHORDS)

HOLD = -1  # what sounded at the end of the bar before sounds on
MOST_NOTES = 4  # of a chord, struck at once

#: lowest and highest MIDI pitch that a part may have where the model writes it
RANGES = {MELODY: (55, 86), BASS: (28, 57), CHORDS: (45, 81)}
#: what is kept of tunes read, as if in C; wider, since another key lies up to six semitones off
_READ = {MELODY: (50, 90), BASS: (26, 62), CHORDS: (40, 86)}

#: velocities of the six loudnesses, pp to ff
LOUDNESSES = (38, 50, 62, 76, 92, 108)
_LOUDER = {MELODY: 9, BASS: 0, CHORDS: -9}


class Metre(NamedTuple):
    """How bars are counted: so many beats, each 1/`unit` of a whole note."""

    beats: int = 4
    unit: int = 4

    @property
    def steps(self) -> int:
        """Steps of one bar."""
        return STEPS * 4 * self.beats // self.unit

    @property
    def pulse(self) -> int:
        """Steps of one felt beat: three eighths in 6/8."""
        return STEPS * 3 // 2 if self.unit == 8 else STEPS * 4 // self.unit

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"


METRES = (Metre(2, 4), Metre(3, 4), Metre(4, 4), Metre(6, 8))

Segment = tuple[tuple[int, ...], int]
Cell = tuple[Segment, ...]
Place = tuple[int, int]  # bar, part


@dataclass
class Sheet:
    """The cells of a tune. loud: one of `LOUDNESSES`, by index, for each bar."""

    metre: Metre
    mode: Mode
    bars: int
    loud: list[int]
    cells: dict[Place, Cell] = field(default_factory=dict)

    @property
    def bar_steps(self) -> int:
        """Steps of one bar."""
        return self.metre.steps


def metre_of(score: Score) -> Metre:
    """The metre of `METRES` that counts as a score does. StudioError where there is none."""
    metre = Metre(score.beats, score.unit)
    if metre == Metre(2, 2):
        return Metre(4, 4)
    if metre not in METRES:
        raise StudioError(
            f"Tunes counted in {metre} cannot be composed here.",
            "Choose one counted in " + ", ".join(map(str, METRES)) + ".",
        )
    return metre


def shift_of(tonic: int) -> int:
    """Semitones from C up or down to a tonic, -5..6."""
    return tonic if tonic <= 6 else tonic - 12


@lru_cache(maxsize=32)
def places(metre: Metre) -> tuple[int, ...]:
    """The steps of a bar at which something may begin or end, its end included."""
    inside = (0, 3, 6, 9) if metre.unit == 8 else (0, 3, 4, 6, 8, 9)
    return (*(step for step in range(metre.steps) if step % STEPS in inside), metre.steps)


@lru_cache(maxsize=32)
def pulses(metre: Metre) -> frozenset[int]:
    """The steps of a bar at which a felt beat begins, its end included."""
    return frozenset(range(0, metre.steps + 1, metre.pulse))


def _snap(tick: int, metre: Metre) -> int:
    """The nearest step of the grid, counted from the tune's beginning."""
    bar, rest = divmod(tick / STEP, metre.steps)
    around = places(metre)
    at = bisect_left(around, rest)
    if at and rest - around[at - 1] <= around[at] - rest:
        at -= 1
    return int(bar) * metre.steps + around[at]


def notes_in(score: Score, *roles: Role) -> list[Note]:
    """All notes of the parts with those roles, by start."""
    return sorted(note for part in score.parts if part.role in roles for note in part.notes)


def _next(step: int, metre: Metre) -> int:
    """The step of the grid that follows."""
    bar, rest = divmod(step, metre.steps)
    return bar * metre.steps + next(place for place in places(metre) if place > rest)


def sheet_of(score: Score) -> Sheet:
    """A tune on the grid. Parts of one role are read as one. StudioError as in `metre_of`."""
    metre, shift = metre_of(score), -shift_of(score.tonic)
    sheet = Sheet(metre, score.mode, score.bars, _louds(score))
    pitched = notes_in(score, "melody", "chords", "bass")
    under = [note._replace(pitch=note.pitch + shift) for note in pitched]
    beats = chords_of(under, score.bars, metre.steps * STEP, metre.pulse * STEP)
    for bar, chords in enumerate(beats):
        sheet.cells[bar, HARMONY] = _joined(chords, metre.pulse)
    for role in {part.role for part in score.parts}:
        part, notes = PART_OF[role], notes_in(score, role)
        struck = _hits(notes, metre) if part == DRUMS else _slices(notes, metre, part, shift)
        for bar, cell in enumerate(_cut(struck, score.bars, metre.steps, part != DRUMS)):
            sheet.cells[bar, part] = cell
    return sheet


def _joined(beats: list[int], pulse: int) -> Cell:
    """Equal neighbours become one segment."""
    joined: list[tuple[tuple[int, ...], int]] = []
    for chord in beats:
        if joined and joined[-1][0] == (chord,):
            joined[-1] = ((chord,), joined[-1][1] + pulse)
        else:
            joined.append(((chord,), pulse))
    return tuple(joined)


def _louds(score: Score) -> list[int]:
    """The loudness of each bar, by its pitched notes; as before where there are none."""
    sums = [[0, 0] for _ in range(score.bars)]
    for note in notes_in(score, "melody", "chords", "bass"):
        bar = min(score.bars - 1, note.start // score.bar)
        sums[bar][0] += note.velocity
        sums[bar][1] += 1
    louds, now = [], 3
    for total, count in sums:
        if count:
            mean = total / count
            now = min(range(len(LOUDNESSES)), key=lambda at: abs(LOUDNESSES[at] - mean))
        louds.append(now)
    return louds


def _fold(pitch: int, part: int) -> int:
    low, high = _READ[part]
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch


def _slices(
    notes: Iterable[Note], metre: Metre, part: int, shift: int
) -> dict[int, tuple[tuple[int, ...], int]]:
    """Onset step -> (pitches, end step). A part's next onset ends what sounds."""
    struck: dict[int, set[int]] = {}
    ends: dict[int, int] = {}
    for note in notes:
        start, end = _snap(note.start, metre), _snap(note.end, metre)
        if end <= start:
            end = _next(start, metre)
        struck.setdefault(start, set()).add(_fold(note.pitch + shift, part))
        ends[start] = max(ends.get(start, 0), end)
    made, onsets = {}, sorted(struck)
    for onset, following in zip(onsets, [*onsets, 1 << 30][1:], strict=True):
        pitches = sorted(struck[onset])
        if part == MELODY:
            pitches = pitches[-1:]
        elif part == BASS:
            pitches = pitches[:1]
        elif len(pitches) > MOST_NOTES:
            pitches = _thinned(pitches)
        end = min(ends[onset], following)
        if following - end <= 3:
            end = following  # what is detached by less than a sixteenth is written out
        made[onset] = (tuple(pitches), end)
    return made


def _thinned(pitches: list[int]) -> list[int]:
    """The outer notes and those between that are no octave of one kept."""
    kept = [pitches[0], pitches[-1]]
    for pitch in sorted(pitches[1:-1], key=lambda p: any((p - k) % 12 == 0 for k in kept)):
        if len(kept) < MOST_NOTES:
            kept.append(pitch)
    return sorted(kept)


def _hits(notes: Iterable[Note], metre: Metre) -> dict[int, tuple[tuple[int, ...], int]]:
    struck: dict[int, set[int]] = {}
    for note in notes:
        hit = hit_of(note.pitch, note.velocity)
        if hit is not None:
            struck.setdefault(_snap(note.start, metre), set()).add(hit)
    onsets = sorted(struck)
    return {
        onset: (tuple(sorted(struck[onset])), following)
        for onset, following in zip(onsets, [*onsets, 1 << 30][1:], strict=True)
    }


def _cut(
    slices: dict[int, tuple[tuple[int, ...], int]], bars: int, steps: int, holds: bool
) -> list[Cell]:
    """The cells of one part; what sounds over a bar line is held in the next."""
    cells: list[list[Segment]] = [[] for _ in range(bars)]
    at = 0

    def add(symbols: tuple[int, ...], until: int) -> None:
        nonlocal at
        while at < until and at < bars * steps:
            bar = at // steps
            end = min(until, (bar + 1) * steps)
            cells[bar].append((symbols, end - at))
            at = end
            if symbols:
                symbols = (HOLD,) if holds else ()

    for onset in sorted(slices):
        symbols, end = slices[onset]
        add((), onset)
        add(symbols, end)
    add((), bars * steps)
    return [tuple(cell) for cell in cells]


def notes_of(sheet: Sheet, part: int, bars: Iterable[int], shift: int) -> list[Note]:
    """The notes of a part in some bars, `shift` semitones above how they are written.

    A bar that begins by holding what the artist's own bar before ended with strikes it anew.
    """
    made: list[Note] = []
    sounding: list[int] = []  # places in `made` of what sounds now
    last = -2
    for bar in sorted(bars):
        at = bar * sheet.bar_steps
        if bar != last + 1:
            sounding = []
        for symbols, length in sheet.cells[bar, part]:
            if symbols == (HOLD,):
                if not sounding and bar != last + 1:
                    struck = ending(sheet, bar - 1, part)
                    sounding = _strike(made, sheet, part, struck, at, length, shift)
                else:
                    for which in sounding:
                        longer = made[which].length + length * STEP
                        made[which] = made[which]._replace(length=longer)
            else:
                sounding = _strike(made, sheet, part, symbols, at, length, shift)
            at += length
        last = bar
    return sorted(made)


def ending(sheet: Sheet, bar: int, part: int) -> tuple[int, ...]:
    """The pitches that sound at the end of a bar; none where it is silent or not there."""
    while (bar, part) in sheet.cells:
        symbols = sheet.cells[bar, part][-1][0]
        if symbols != (HOLD,):
            return symbols
        if len(sheet.cells[bar, part]) > 1:
            return ()  # held from within the bar: does not happen in what is written here
        bar -= 1
    return ()


def _strike(
    made: list[Note],
    sheet: Sheet,
    part: int,
    symbols: tuple[int, ...],
    at: int,
    length: int,
    shift: int,
) -> list[int]:
    """Append the notes of one segment; answers where they are in `made`."""
    bar, place = divmod(at, sheet.bar_steps)
    level = LOUDNESSES[sheet.loud[bar]]
    accent = 7 if place == 0 else 0 if place in pulses(sheet.metre) else -6
    first = len(made)
    for symbol in symbols:
        if part == DRUMS:
            pitch, velocity = note_of(symbol, level, accent)
            made.append(Note(at * STEP, min(length, 3) * STEP, pitch, velocity))
        else:
            velocity = max(1, min(127, level + accent + _LOUDER[part]))
            made.append(Note(at * STEP, length * STEP, symbol + shift, velocity))
    return list(range(first, len(made)))
