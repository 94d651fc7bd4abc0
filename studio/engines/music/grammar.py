"""Which token may come next: what holds always, and what is leant towards.

Always: bars are filled exactly and on the grid; chords change on beats; pitches lie in their
part's range and rise within a chord; of the notes that are written at most `MOST_CHROMATIC` lie
outside the key; the tune begins with a sound and its last bar is full of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    HARMONY,
    HOLD,
    MELODY,
    MOST_NOTES,
    PITCHED,
    RANGES,
    STEPS,
    Cell,
    Metre,
    ending,
    places,
    pulses,
)
from studio.engines.music.close import Close
from studio.engines.music.drums import CRASH, FILLS, HITS
from studio.engines.music.harmony import NO_CHORD, chord_tones
from studio.engines.music.tokens import (
    AT_LENGTH,
    AT_LINK,
    AT_LOUD,
    AT_MORE,
    CHORD,
    HELD,
    HIGHEST,
    HIT,
    LENGTH,
    LIKE,
    LOUD,
    LOUDNESSES,
    LOWEST,
    MAX_LAG,
    NEW,
    PITCH,
    REST,
    SAME,
    TOKENS,
    Pen,
)
from studio.library.keys import SCALES

#: of the notes that are written, so many at most are outside the key
MOST_CHROMATIC = 0.04
_FEW = 25  # notes, before which none may be
MOST_HITS = 4  # drums struck at once
_WIDEST = 19  # semitones of a chord
_STEER = 0.9  # how strongly a density is held
_SHY = 1.5  # how much less likely a note outside the key or a chord with one is made
_FILL, _CRASH = 1.6, 3.0  # how much likelier drums are made that lead over, and one that begins
_CLASH = 0.7  # how much less likely a long note a semitone above one that sounds is made

Scores = npt.NDArray[np.float32]


@dataclass
class Manners:
    """How to write.

    shift: semitones at which all will sound. adventurous: 0..1. targets: part -> strikes a
    quarter to aim at. loops: most times in a row that a part may repeat one bar. edge: the part
    that has to sound when the tune begins, and all through its last bar. closes: the last bar
    comes to rest on the tonic's chord and holds it. lift: how much likelier a melody's note is
    made for each octave that it lies higher.
    """

    shift: int = 0
    adventurous: float = 0.5
    targets: dict[int, float] | None = None
    loops: dict[int, int] | None = None
    edge: int | None = None
    closes: bool = False
    lift: float = 0.0


@dataclass(frozen=True)
class Hints:
    """What one cell is to be like, besides.

    chords: those that the harmony may begin the bar with, or have anywhere in it where
        `all_through`. reach: the first bar that may be taken up again. begins: a phrase begins
        here, and nothing is held over from the one before.
    turn: of drums: "fill" leads over to a new phrase, "crash" begins it.
    """

    chords: frozenset[int] | None = None
    reach: int | None = None
    begins: bool = False
    turn: str = ""
    all_through: bool = False


NO_HINTS = Hints()


class Grammar:
    """Keeps what a pen writes within the rules; counts what it has written."""

    def __init__(self, pen: Pen, manners: Manners) -> None:
        self.pen, self.manners, self.hints = pen, manners, NO_HINTS
        self._close = Close(pen, manners.closes)
        self._scale = SCALES[pen.sheet.mode]
        self.notes = self.chromatic = 0
        self._struck: dict[int, int] = {}
        self._steps: dict[int, int] = {}
        self._outside = np.array([p % 12 not in self._scale for p in range(LOWEST, HIGHEST + 1)])
        self._foreign = np.array(
            [not chord_tones(chord) <= self._scale for chord in range(NO_CHORD + 1)]
        )

    def count(self, cell: Cell, part: int) -> None:
        """Take note of a cell that was written."""
        notes, chromatic, struck = self._told(cell, part)
        self.notes += notes
        self.chromatic += chromatic
        self._heard(part, struck)

    def hear(self, cell: Cell, part: int) -> None:
        """Take note of a cell that was there before those that are written."""
        self._heard(part, self._told(cell, part)[2])

    def _heard(self, part: int, struck: int) -> None:
        self._struck[part] = self._struck.get(part, 0) + struck
        self._steps[part] = self._steps.get(part, 0) + self.pen.sheet.bar_steps

    def _told(self, cell: Cell, part: int) -> tuple[int, int, int]:
        struck = [symbols for symbols, _ in cell if symbols and symbols != (HOLD,)]
        if part not in PITCHED:
            return 0, 0, len(struck)
        pitches = [pitch for symbols in struck for pitch in symbols]
        outside = sum(pitch % 12 not in self._scale for pitch in pitches)
        return len(pitches), outside, len(struck)

    def _room(self, notes: int, chromatic: int) -> bool:
        """Whether so many more notes, so many of them outside the key, keep within the limit."""
        if not chromatic:
            return True
        pending, pending_outside = self._pending()
        total = self.notes + pending + notes
        return total >= _FEW and (
            self.chromatic + pending_outside + chromatic <= MOST_CHROMATIC * total
        )

    def _pending(self) -> tuple[int, int]:
        """Notes of the cell that is being written: how many, and how many outside the key."""
        if self.pen.part not in PITCHED:
            return 0, 0
        notes, outside, _ = self._told(tuple(self.pen.written), self.pen.part)
        here = [symbol for symbol in self.pen.symbols if symbol != HOLD]
        return notes + len(here), outside + sum(p % 12 not in self._scale for p in here)

    def lean(self) -> Scores:
        """What to add to the scores of all tokens [TOKENS]; minus infinity where one may not be."""
        lean = np.full(TOKENS, -np.inf, np.float32)
        state = self.pen.state
        if state == AT_LOUD:
            lean[LOUD : LOUD + len(LOUDNESSES)] = 0
        elif state == AT_LINK:
            self._links(lean)
        elif state == AT_LENGTH:
            self._lengths(lean)
        else:
            self._symbols(lean)
            if state == AT_MORE:
                self._lengths(lean)
        return lean

    def _links(self, lean: Scores) -> None:
        pen = self.pen
        lean[NEW] = 0
        hints = self.hints
        for lag in range(1, MAX_LAG + 1):
            source = pen.sheet.cells.get((pen.bar - lag, pen.part))
            if source is None or (hints.reach is not None and pen.bar - lag < hints.reach):
                continue
            lean[LIKE + lag] = 0
            if hints.turn or hints.chords is not None or not self._close.fits(source):
                continue
            notes, outside, _ = self._told(source, pen.part)
            dangling = source[0][0] == (HOLD,)
            loops = (self.manners.loops or {}).get(pen.part, 16)
            if (
                self._room(notes, outside)
                and not (dangling and not self._may_hold())
                and not (self._repeated(source) >= loops)
                and not (self._closing() and any(not symbols for symbols, _ in source))
            ):
                lean[SAME + lag] = 0

    def _repeated(self, source: Cell) -> int:
        """How many of the bars just before are the same as `source`."""
        pen, count = self.pen, 0
        while pen.sheet.cells.get((pen.bar - 1 - count, pen.part)) == source:
            count += 1
        return count

    def _edge(self) -> bool:
        """Whether silence here would be heard as a tune that has not begun or is already over."""
        return self._closing() or self._opening() or self._close.pitched

    def _opening(self) -> bool:
        pen = self.pen
        return pen.part == self.manners.edge and pen.bar == pen.place == 0

    def _closing(self) -> bool:
        return self.pen.part == self.manners.edge and self.pen.bar == self.pen.sheet.bars - 1

    def _may_hold(self) -> bool:
        pen = self.pen
        if pen.place or self.hints.begins:
            return False
        held = ending(pen.sheet, pen.bar - 1, pen.part)
        return bool(held) and not (self._close.must_rest and not self._close.at_rest(held))

    def _symbols(self, lean: Scores) -> None:
        pen = self.pen
        part, more = pen.part, bool(pen.symbols)
        if part == HARMONY:
            self._chords(lean)
            return
        if not more:
            if not self._edge():
                lean[REST] = 0
            if part != DRUMS and self._may_hold():
                lean[HELD] = 0
        if part == DRUMS:
            if len(pen.symbols) < MOST_HITS:
                lowest = pen.symbols[-1] + 1 if more else 0
                lean[HIT + lowest : HIT + len(HITS)] = self._turning()[lowest:]
            return
        if len(pen.symbols) < (MOST_NOTES if part == CHORDS else 1):
            self._pitches(lean)

    def _chords(self, lean: Scores) -> None:
        span = slice(CHORD, CHORD + NO_CHORD)
        lean[span] = -_SHY * 1.3 * self._shyness() * self._foreign[:-1]
        hints = self.hints
        only: Iterable[int] | None = None
        if self._close.here:
            only = (self._close.chord,)
        elif hints.chords is not None and (hints.all_through or not self.pen.place):
            only = hints.chords
        if only is not None:
            others = np.full(NO_CHORD, -np.inf, np.float32)
            others[list(only)] = 0
            lean[span] += others

    def _turning(self) -> Scores:
        """How much likelier each drum is made where a phrase ends or begins."""
        pen, lean = self.pen, np.zeros(len(HITS), np.float32)
        if self.hints.turn == "fill" and 2 * pen.place >= pen.sheet.bar_steps:
            lean[list(FILLS)] = _FILL
        elif self.hints.turn == "crash" and not pen.place:
            lean[CRASH] = _CRASH
        return lean

    def _pitches(self, lean: Scores) -> None:
        pen, shift = self.pen, self.manners.shift
        low, high = RANGES[pen.part]
        low, high = max(LOWEST, low - shift), min(HIGHEST, high - shift)
        if pen.symbols:
            low, high = max(low, pen.symbols[-1] + 1), min(high, pen.symbols[0] + _WIDEST)
        if low > high:
            return
        span = slice(low - LOWEST, high - LOWEST + 1)
        pitches = np.zeros(high - low + 1, np.float32)
        outside = self._outside[span]
        tones = pen.chord_here()
        allowed = -_SHY * self._shyness() if self._room(1, 1) else -np.inf
        pitches[outside] = allowed
        if tones:
            harmonic = np.array([p % 12 in tones for p in range(low, high + 1)])
            pitches[outside & harmonic] = allowed / 2
        heard = pen.sounding()
        if heard:
            sharp = np.array([bool(heard >> (p - 1) % 12 & 1) for p in range(low, high + 1)])
            pitches[sharp] -= _CLASH * (1.5 - self.manners.adventurous)
        if pen.part == MELODY and self.manners.lift:
            pitches += self.manners.lift * np.arange(len(pitches), dtype=np.float32) / 12
        if self._close.must_rest:
            pitches[[not self._close.has(p) for p in range(low, high + 1)]] = -np.inf
        lean[PITCH + span.start : PITCH + span.stop] = pitches

    def _shyness(self) -> float:
        return 1.6 - 1.2 * self.manners.adventurous

    def _lengths(self, lean: Scores) -> None:
        pen = self.pen
        metre, place = pen.sheet.metre, pen.place
        ends = sorted(pulses(metre)) if pen.part == HARMONY else places(metre)
        rate = self._steering()
        for end in ends:
            if end > place and self._close.may_last(end):
                steps = end - place
                bent = -rate * math.log(steps / STEPS) if rate else 0.0
                lean[LENGTH + steps - 1] = bent - _awkward(place, end, metre)

    def _steering(self) -> float:
        """How much shorter lengths are to become likelier: positive where too little was struck."""
        pen = self.pen
        target = (self.manners.targets or {}).get(pen.part, 0.0)
        if not target or pen.part == HARMONY:
            return 0.0
        steps = self._steps.get(pen.part, 0)
        if steps < pen.sheet.bar_steps:
            return 0.0
        rate = self._struck.get(pen.part, 0) * STEPS / steps
        return _STEER * max(-1.0, min(1.0, math.log((target + 0.1) / (rate + 0.1))))


def _awkward(place: int, end: int, metre: Metre) -> float:
    """Where the rhythm leaves a triplet or enters one off the beat: how much to lean against."""
    if metre.unit == 8:
        return 0.0
    inside = place % STEPS
    if inside in (4, 8) and end % STEPS not in (0, 4, 8):
        return 4.0
    if inside in (3, 6, 9) and end % STEPS in (4, 8):
        return 4.0
    return 0.0


def outside_key(cells: dict[tuple[int, int], Cell], mode: str) -> float:
    """The share of notes outside the key; 0 where there are none."""
    scale = SCALES["minor" if mode == "minor" else "major"]
    pitches = [
        pitch
        for (_, part), cell in cells.items()
        if part in (MELODY, BASS, CHORDS)
        for symbols, _ in cell
        if symbols != (HOLD,)
        for pitch in symbols
    ]
    return sum(pitch % 12 not in scale for pitch in pitches) / max(1, len(pitches))
