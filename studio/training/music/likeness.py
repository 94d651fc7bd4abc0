"""What tunes are like in numbers: pitch classes, intervals, rhythm, repetition, copies, moods."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.engines.music.cells import BASS, CHORDS, DRUMS, HOLD, MELODY, PITCHED, Cell, Sheet
from studio.engines.music.grammar import outside_key
from studio.engines.music.tokens import likeness
from studio.engines.music.wishes import MOODS, Portrait, onsets
from studio.recipes.score import Score

_LAGS = range(1, 9)
_FAR, _PASSAGE, _ALIKE = 8, 4, 0.6  # bars back, bars of a passage, and how like they are


def pitch_classes(sheets: Iterable[Sheet]) -> Counter[int]:
    """How long each pitch class above the tonic sounds, in minor a semitone number + 12."""
    counts: Counter[int] = Counter()
    for sheet in sheets:
        minor = 12 * (sheet.mode == "minor")
        for (_, part), cell in sheet.cells.items():
            if part in PITCHED:
                for symbols, length in cell:
                    for pitch in symbols if symbols != (HOLD,) else ():
                        counts[minor + pitch % 12] += length
    return counts


def intervals(sheets: Iterable[Sheet]) -> Counter[int]:
    """Semitones from one note of the melody to the next; beyond an octave counts as 13."""
    counts: Counter[int] = Counter()
    for sheet in sheets:
        before = None
        for bar in range(sheet.bars):
            for symbols, _ in sheet.cells.get((bar, MELODY), ()):
                if symbols and symbols != (HOLD,):
                    if before is not None:
                        counts[max(-13, min(13, symbols[0] - before))] += 1
                    before = symbols[0]
    return counts


def rhythms(sheets: Iterable[Sheet], part: int) -> Counter[int]:
    """Lengths of a part's segments in steps; rests count apart."""
    counts: Counter[int] = Counter()
    for sheet in sheets:
        for bar in range(sheet.bars):
            for symbols, length in sheet.cells.get((bar, part), ()):
                if symbols != (HOLD,):
                    counts[length if symbols else -length] += 1
    return counts


def repetition(sheets: Sequence[Sheet], part: int) -> list[float]:
    """How much a bar is like that 1, 2 .. 8 bars before, on average."""
    found = []
    for lag in _LAGS:
        alike = [
            likeness(sheet.cells[bar - lag, part], sheet.cells[bar, part])
            for sheet in sheets
            for bar in range(lag, sheet.bars)
            if (bar, part) in sheet.cells and (bar - lag, part) in sheet.cells
        ]
        found.append(sum(alike) / max(1, len(alike)))
    return found


def returns(sheets: Iterable[Sheet]) -> float:
    """How much of the melody comes again later: the mean share of its bars, from the ninth on, in
    a passage of four that is like one at least eight bars before.
    """
    shares = [_returning(sheet) for sheet in sheets if sheet.bars > 2 * _FAR]
    return sum(shares) / max(1, len(shares))


def _returning(sheet: Sheet) -> float:
    cells = [sheet.cells.get((bar, MELODY), ()) for bar in range(sheet.bars)]
    struck = [any(s and s != (HOLD,) for s, _ in cell) for cell in cells]
    found: set[int] = set()
    for back in range(_FAR, sheet.bars):
        alike = [
            likeness(cells[bar - back], cells[bar]) if struck[bar] and struck[bar - back] else 0.0
            for bar in range(back, sheet.bars)
        ]
        for at in range(len(alike) - _PASSAGE + 1):
            if sum(alike[at : at + _PASSAGE]) >= _ALIKE * _PASSAGE:
                found.update(range(back + at, back + at + _PASSAGE))
    return len(found) / (sheet.bars - _FAR)


def at_rest(score: Score) -> bool:
    """Whether melody and bass end on the tonic and three notes are held for half a bar."""
    last = {
        part.role: [note for note in part.notes if note.end == score.ticks]
        for part in score.parts
        if part.role != "drums"
    }
    sounding = [note for notes in last.values() for note in notes]
    held = [note for note in sounding if 2 * note.length >= score.bar]
    home = all(
        any(note.pitch % 12 == score.tonic for note in last.get(role, ()))
        for role in ("melody", "bass")
    )
    return home and len(held) >= 3


def apart(one: Counter[int], other: Counter[int]) -> float:
    """How far two distributions are apart: Jensen and Shannon's divergence, 0 alike .. 1, bits."""
    total, all_of = max(1, one.total()), max(1, other.total())
    divergence = 0.0
    for key in one.keys() | other.keys():
        p, q = one[key] / total, other[key] / all_of
        middle = (p + q) / 2
        divergence += sum(x / 2 * math.log2(x / middle) for x in (p, q) if x)
    return divergence


def in_key(sheets: Iterable[Sheet]) -> float:
    """The mean share of notes in the key."""
    shares = [1 - outside_key(sheet.cells, sheet.mode) for sheet in sheets]
    return sum(shares) / max(1, len(shares))


def compare(made: Sequence[Sheet], real: Sequence[Sheet]) -> dict[str, float]:
    """How far what was made is from real pieces, by each measure; 0 is alike."""
    told = {
        "pitch classes": apart(pitch_classes(made), pitch_classes(real)),
        "intervals": apart(intervals(made), intervals(real)),
    }
    for name, part in (("melody", MELODY), ("chords", CHORDS), ("bass", BASS), ("drums", DRUMS)):
        told[f"rhythm, {name}"] = apart(rhythms(made, part), rhythms(real, part))
        pairs = zip(repetition(made, part), repetition(real, part), strict=True)
        told[f"repetition, {name}"] = sum(abs(a - b) for a, b in pairs) / len(_LAGS)
    return {name: round(value, 4) for name, value in told.items()}


class Copies:
    """Finds bars in a row that stand in the training set as well."""

    def __init__(self, pieces: Iterable[Sheet], parts: Sequence[int]) -> None:
        self._parts = parts
        self._known: list[list[Cell]] = []
        self._places: dict[Cell, list[tuple[int, int]]] = {}
        for sheet in pieces:
            bars = self._bars(sheet)
            for at, bar in enumerate(bars):
                if bar:
                    self._places.setdefault(bar, []).append((len(self._known), at))
            self._known.append(bars)

    def _bars(self, sheet: Sheet) -> list[Cell]:
        """Each bar as one thing that can be compared; () where nothing is struck."""
        bars = []
        for bar in range(sheet.bars):
            cells = tuple(sheet.cells.get((bar, part), ()) for part in self._parts)
            struck = any(s and s != (HOLD,) for cell in cells for s, _ in cell)
            bars.append(cells if struck else ())
        return bars  # type: ignore[return-value]

    def longest(self, sheet: Sheet) -> int:
        """The most bars in a row that stand alike, and as if in C, in one training window.

        Bars that repeat the one before are not counted again: one bar played eight times is no
        passage of eight bars.
        """
        bars, best = self._bars(sheet), 0
        for at, bar in enumerate(bars):
            for piece, place in self._places.get(bar, ()) if bar else ():
                known, length, fresh = self._known[piece], 0, 0
                while (
                    at + length < len(bars)
                    and place + length < len(known)
                    and bars[at + length] == known[place + length]
                ):
                    fresh += length == 0 or bars[at + length] != bars[at + length - 1]
                    length += 1
                best = max(best, fresh)
        return best


def traits(sheet: Sheet, seen: Portrait) -> list[float]:
    """What a judge of moods looks at: no rank and no threshold of the rule that labels."""
    counts, lengths = pitch_classes([sheet]), Counter[int]()
    for part in (MELODY, CHORDS, BASS):
        lengths += rhythms([sheet], part)
    tones = [counts[pitch] + counts[pitch + 12] for pitch in range(12)]
    shares = [tone / max(1, sum(tones)) for tone in tones]
    short = [
        sum(n for length, n in lengths.items() if low < abs(length) <= high)
        / max(1, lengths.total())
        for low, high in ((0, 3), (3, 6), (6, 12), (12, 24), (24, 48))
    ]
    strikes = [onsets(sheet, part) / sheet.bars / 8 for part in (MELODY, CHORDS, BASS)]
    return [
        *shares, *short, *strikes, seen.pulses / 100, seen.loudness / 64, seen.height / 64,
        seen.activity / 4,
    ]  # fmt: skip


class MoodJudge:
    """Tells moods from `traits`: a small network, trained on real pieces."""

    def __init__(self, inputs: Sequence[Sequence[float]], moods: Sequence[str], seed: int) -> None:
        told, wanted = torch.tensor(inputs), torch.tensor([MOODS.index(m) for m in moods])
        self._mean, self._spread = told.mean(0), told.std(0, correction=0) + 1e-3
        torch.manual_seed(seed)
        self._network = torch.nn.Sequential(
            torch.nn.Linear(told.shape[1], 48), torch.nn.GELU(), torch.nn.Linear(48, len(MOODS))
        )
        optimizer = torch.optim.AdamW(self._network.parameters(), 1e-2, weight_decay=0.05)
        for _ in range(250):
            optimizer.zero_grad()
            F.cross_entropy(self._network(self._scaled(told)), wanted).backward()
            optimizer.step()

    def _scaled(self, told: Tensor) -> Tensor:
        return (told - self._mean) / self._spread

    @torch.no_grad()
    def agrees(self, inputs: Sequence[Sequence[float]], moods: Sequence[str]) -> float:
        """How often it says the mood that it should, 0..1."""
        said = self._network(self._scaled(torch.tensor(inputs))).argmax(1).tolist()
        right = [MOODS[s] == mood for s, mood in zip(said, moods, strict=True)]
        return sum(right) / max(1, len(right))
