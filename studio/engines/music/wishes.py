"""What the model can be wished: mood, mode, metre, tempo, and how much each part plays.

All of it is measured from the music itself, so what is asked can be compared with what comes out.
What numbers mean "fast" or "dense" is measured on the training set and kept with the weights
(`Measures`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    HOLD,
    LOUDNESSES,
    MELODY,
    METRES,
    PITCHED,
    STEPS,
    Metre,
    Sheet,
)
from studio.recipes.score import Mode

#: in the order of their numbers
MOODS = ("calm", "tender", "dreamy", "cheerful", "lively", "solemn", "dark", "driving")
MODES: tuple[Mode, ...] = ("major", "minor")
PLAYED = (MELODY, BASS, CHORDS, DRUMS)
#: pulses a minute that divide the six classes of tempo
TEMPOS = (60.0, 76.0, 92.0, 112.0, 138.0)
ABSENT, ANY_DENSITY = 0, 4
#: how many values each wish has; the last one of each means "any"
SIZES = (len(MOODS) + 1, len(MODES) + 1, len(METRES) + 1, len(TEMPOS) + 2, 5, 5, 5, 5)

#: the General MIDI instruments that suit a mood: melody, bass, chords, drums (a kit). Chords of
#: moods that move are given to instruments that sound at once: strings and pads take a fifth to a
#: third of a second, which is longer than many of their notes.
INSTRUMENTS: dict[str, tuple[int, int, int, int]] = {
    "calm": (0, 32, 4, 40),
    "tender": (40, 32, 0, 40),
    "dreamy": (11, 33, 4, 25),
    "cheerful": (71, 32, 24, 0),
    "lively": (65, 33, 4, 16),
    "solemn": (42, 43, 48, 48),
    "dark": (42, 38, 4, 24),
    "driving": (80, 38, 27, 24),
}


@dataclass(frozen=True)
class Wish:
    """What a tune is to be like; None and `ANY_DENSITY` leave it to the model.

    tempo: quarter notes a minute. density: of `PLAYED`, 0 absent, 1 sparse, 2, 3 dense.
    """

    mood: str = ""
    mode: Mode | None = None
    metre: Metre | None = None
    tempo: float | None = None
    density: tuple[int, int, int, int] = (ANY_DENSITY,) * 4

    def numbers(self) -> list[int]:
        """Its value for each of `SIZES`."""
        pace = len(TEMPOS) + 1
        if self.tempo is not None:
            pace = pace_of(self.tempo, self.metre or METRES[2])
        return [
            MOODS.index(self.mood) if self.mood in MOODS else len(MOODS),
            MODES.index(self.mode) if self.mode else len(MODES),
            METRES.index(self.metre) if self.metre else len(METRES),
            pace,
            *self.density,
        ]


def rows(numbers: Sequence[int]) -> list[int]:
    """Where each value stands in one table of all wishes."""
    found, first = [], 0
    for number, size in zip(numbers, SIZES, strict=True):
        found.append(first + number)
        first += size
    return found


def pace_of(tempo: float, metre: Metre) -> int:
    """The class of a tempo, by its pulses a minute."""
    return bisect_right(TEMPOS, tempo * STEPS / metre.pulse)


def onsets(sheet: Sheet, part: int) -> int:
    """How many times a part strikes something."""
    return sum(
        bool(symbols) and symbols != (HOLD,)
        for bar in range(sheet.bars)
        for symbols, _ in sheet.cells.get((bar, part), ())
    )


@dataclass(frozen=True)
class Portrait:
    """What a tune's mood is told by.

    activity: pitched strikes a second. pulses: a minute. loudness: mean velocity. height: mean
    pitch of melody and chords as they sound, weighted by length.
    """

    mode: Mode
    activity: float
    pulses: float
    loudness: float
    height: float


def portrait(sheet: Sheet, tempo: float, shift: int) -> Portrait:
    """Measure a tune. shift: semitones at which it sounds above its cells."""
    seconds = sheet.bars * sheet.bar_steps / STEPS * 60 / tempo
    strikes = sum(onsets(sheet, part) for part in PITCHED)
    total, weight = 0.0, 0
    for (_, part), cell in sheet.cells.items():
        if part in (MELODY, CHORDS):
            for symbols, length in cell:
                if symbols and symbols != (HOLD,):
                    total += sum(symbols) * length
                    weight += len(symbols) * length
    loudness = sum(LOUDNESSES[level] for level in sheet.loud) / len(sheet.loud)
    return Portrait(
        sheet.mode,
        strikes / seconds,
        tempo * STEPS / sheet.metre.pulse,
        loudness,
        total / weight + shift if weight else 64.0,
    )


@dataclass(frozen=True)
class Measures:
    """What is usual in the training set.

    ranks: name of a measure of `Portrait` -> its quantiles, in even steps.
    bounds: part -> the two strikes a quarter that divide its densities into thirds.
    targets: part -> the middle strikes a quarter of each third.
    examples: mood -> (mode, metre, tempo, densities) of some pieces, as `Wish` takes them.
    """

    ranks: dict[str, list[float]] = field(default_factory=dict)
    bounds: dict[int, list[float]] = field(default_factory=dict)
    targets: dict[int, list[float]] = field(default_factory=dict)
    examples: dict[str, list[Any]] = field(default_factory=dict)

    def rank(self, name: str, value: float) -> float:
        """How much of the training set lies below, 0..1."""
        quantiles = self.ranks.get(name)
        if not quantiles:
            return 0.5
        return bisect_left(quantiles, value) / len(quantiles)

    def mood_of(self, seen: Portrait) -> str:
        """The mood of a tune, by rule.

        Energy is half activity, a quarter tempo, a quarter loudness, each as a rank. Minor with
        energy is driving; without, solemn where little moves and dark otherwise. Major with
        energy is lively, then cheerful; without: solemn where next to nothing moves and it is not
        soft, dreamy where it lies high, tender where it is soft, else calm.
        """
        activity = self.rank("activity", seen.activity)
        loudness, height = self.rank("loudness", seen.loudness), self.rank("height", seen.height)
        energy = activity / 2 + self.rank("pulses", seen.pulses) / 4 + loudness / 4
        if seen.mode == "minor":
            if energy >= 0.55:
                return "driving"
            return "solemn" if activity < 0.3 else "dark"
        if energy >= 0.5:
            return "lively" if energy >= 0.7 else "cheerful"
        if activity < 0.15 and loudness >= 0.4:
            return "solemn"
        if height >= 0.6:
            return "dreamy"
        return "tender" if loudness < 0.5 else "calm"

    def density_of(self, sheet: Sheet, part: int) -> int:
        """How much a part plays: `ABSENT`, or 1 to 3."""
        struck = onsets(sheet, part)
        if not struck:
            return ABSENT
        rate = struck / (sheet.bars * sheet.bar_steps / STEPS)
        return 1 + bisect_right(self.bounds.get(part, [0.7, 1.3]), rate)

    def target(self, part: int, density: int) -> float:
        """Strikes a quarter that a density means; 0 where it says nothing."""
        if density in (ABSENT, ANY_DENSITY):
            return 0.0
        return self.targets.get(part, [0.5, 1.0, 2.0])[density - 1]

    def wish_of(self, sheet: Sheet, tempo: float, shift: int) -> Wish:
        """What a tune would have been wished as."""
        density = [self.density_of(sheet, part) for part in PLAYED]
        mood = self.mood_of(portrait(sheet, tempo, shift))
        return Wish(
            mood,
            sheet.mode,
            sheet.metre,
            tempo,
            (density[0], density[1], density[2], density[3]),
        )


def measures_as_plain(measures: Measures) -> dict[str, Any]:
    """For JSON."""
    names = {MELODY: "melody", BASS: "bass", CHORDS: "chords", DRUMS: "drums"}
    return {
        "ranks": measures.ranks,
        "bounds": {names[part]: values for part, values in measures.bounds.items()},
        "targets": {names[part]: values for part, values in measures.targets.items()},
        "examples": measures.examples,
    }


def measures_from_plain(told: dict[str, Any]) -> Measures:
    """From JSON; ValueError, KeyError or TypeError where it makes no sense."""
    parts = {"melody": MELODY, "bass": BASS, "chords": CHORDS, "drums": DRUMS}
    ranks = {str(k): sorted(float(v) for v in values) for k, values in told["ranks"].items()}
    bounds = {parts[k]: [float(v) for v in values] for k, values in told["bounds"].items()}
    targets = {parts[k]: [float(v) for v in values] for k, values in told["targets"].items()}
    if any(len(v) != 2 for v in bounds.values()) or any(len(v) != 3 for v in targets.values()):
        raise ValueError("densities have two bounds and three targets")
    examples = {}
    for mood, rows_ in told["examples"].items():
        if mood in MOODS:
            examples[mood] = [
                (MODES[MODES.index(mode)], METRES[METRES.index(Metre(*metre))], float(tempo),
                 tuple(int(d) for d in density))
                for mode, metre, tempo, density in rows_
            ]  # fmt: skip
    return Measures(ranks, bounds, targets, examples)
