"""A form made into notes: phrase after phrase, what comes again is taken over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from studio.engines.music.cells import (
    DRUMS,
    HARMONY,
    MELODY,
    PITCHED,
    Place,
    Sheet,
)
from studio.engines.music.form import Phrase
from studio.engines.music.grammar import Hints, Manners
from studio.engines.music.harmony import QUALITIES, tonic_chord
from studio.engines.music.network import Writer
from studio.engines.music.wishes import PLAYED, Wish
from studio.engines.music.writing import Task, write
from studio.recipes.score import Mode

_AROUND = 4  # bars after the last, which are the first again, where a tune goes round
_LED = 2  # bars that lead back there
_CRASHES = 2  # density of drums from which on a phrase may begin with a crash
#: degrees (semitones, quality) on which a phrase may begin that is to go elsewhere
_AWAY: dict[Mode, tuple[tuple[int, str], ...]] = {
    "major": ((9, "m"), (5, ""), (2, "m")),
    "minor": ((3, ""), (8, ""), (5, "m")),
}


@dataclass
class Building:
    """Composes the phrases of a plan on a blank sheet.

    report: called with the sheet so far and how many bars of it are done. check: called often;
    both may raise where the work is to stop.
    """

    writer: Writer
    sheet: Sheet
    phrases: list[Phrase]
    wish: Wish
    manners: Manners
    dice: torch.Generator
    report: Callable[[Sheet, int], None] = lambda sheet, done: None
    check: Callable[[], None] = lambda: None
    _done: int = 0

    def build(self, loops: bool = False) -> Sheet:
        """The sheet with all cells of all phrases; `report` has been told of every bar."""
        for number, phrase in enumerate(self.phrases):
            tasks = self._tasks(number, phrase)
            last = number == len(self.phrases) - 1
            leads = phrase.until - _LED if last and loops and self.sheet.bars > _LED else None
            if leads is None:
                self._write(phrase, tasks)
            else:
                self._write(phrase, [task for task in tasks if task.bar < leads])
                self._lead_back(phrase, [task for task in tasks if task.bar >= leads])
            self._tell(self.sheet, phrase.until)
            self._lay_out(number, phrase)
        return self.sheet

    def _tell(self, sheet: Sheet, done: int) -> None:
        if done > self._done:
            self._done = done
            self.report(sheet, done)

    def _tasks(self, number: int, phrase: Phrase) -> list[Task]:
        """What of a phrase is to be written; the rest lies there."""
        tasks = []
        begun = number > 0
        away = self._away(phrase) if phrase.away else None
        reach = phrase.since if phrase.contrast else None
        for bar in range(phrase.since, phrase.until):
            first, last = bar == phrase.since, bar == phrase.until - 1
            for part in (HARMONY, *sorted(phrase.parts)):
                turn = self._turn(phrase, part, first and begun, last)
                echo = None
                there = self.sheet.cells.get((bar, part))
                if there is not None:
                    varied = part == MELODY and bar > phrase.since and self._varies(phrase)
                    if not (varied or turn):
                        continue
                    echo = there if varied else None
                chords = away if first and part == HARMONY else None
                hints = Hints(chords, reach, first and begun, turn)
                tasks.append(Task(bar, part, echo, hints))
        return tasks

    def _away(self, phrase: Phrase) -> frozenset[int]:
        """The chord that a contrasting phrase begins on: another for each."""
        degrees = _AWAY[self.sheet.mode]
        which = "BCDEFGH".find(phrase.name) % len(degrees)
        root, quality = degrees[which]
        names = [name for name, _ in QUALITIES]
        return frozenset({root * len(QUALITIES) + names.index(quality)})

    def _varies(self, phrase: Phrase) -> bool:
        return bool(phrase.varied) and self._throw() < phrase.varied

    def _turn(self, phrase: Phrase, part: int, first: bool, last: bool) -> str:
        """What the drums do at a seam."""
        if part != DRUMS:
            return ""
        if last and phrase.turns:
            return "fill"
        lively = self.wish.density[PLAYED.index(DRUMS)] >= _CRASHES
        return "crash" if first and lively and phrase.name != "End" else ""

    def _throw(self) -> float:
        return float(torch.rand(1, generator=self.dice))

    def _write(self, phrase: Phrase, tasks: list[Task]) -> None:
        if not tasks:
            return
        bars = sorted({task.bar for task in tasks})
        self.sheet = write(
            self.writer,
            self.sheet,
            tasks,
            self.wish,
            self._manners(phrase),
            self.dice,
            lambda sheet, done: self._tell(sheet, bars[done - 1] + 1),
            self.check,
        )

    def _manners(self, phrase: Phrase) -> Manners:
        targets = {
            part: rate * (phrase.fuller if part != DRUMS else 1.0)
            for part, rate in (self.manners.targets or {}).items()
        }
        return replace(
            self.manners,
            targets=targets,
            lift=phrase.lift,
            edge=max(phrase.parts & set(PITCHED), default=None),
        )

    def _lead_back(self, phrase: Phrase, tasks: list[Task]) -> None:
        """Write the last bars with the first ones behind them, and not as an end."""
        bars = self.sheet.bars
        more = min(_AROUND, bars - _LED)
        longer = replace(
            self.sheet,
            bars=bars + more,
            loud=self.sheet.loud + self.sheet.loud[:more],
            cells=dict(self.sheet.cells),
        )
        for bar in range(more):
            for part in (HARMONY, *phrase.parts):
                if (bar, part) in self.sheet.cells:
                    longer.cells[bars + bar, part] = self.sheet.cells[bar, part]
        self.sheet = longer
        elsewhere = frozenset(range(12 * len(QUALITIES))) - {tonic_chord(longer.mode)}
        tasks = [
            replace(task, hints=replace(task.hints, chords=elsewhere, all_through=True))
            if task.part == HARMONY and task.bar == bars - 1
            else task
            for task in tasks
        ]
        self._write(phrase, tasks)
        cells = {place: cell for place, cell in self.sheet.cells.items() if place[0] < bars}
        self.sheet = replace(self.sheet, bars=bars, loud=self.sheet.loud[:bars], cells=cells)

    def _lay_out(self, number: int, phrase: Phrase) -> None:
        """Put what was written where it comes again."""
        if phrase.name == "Intro":
            self._take_over(phrase, self.phrases[number + 1], phrase.bars)
        for later in self.phrases[number + 1 :]:
            if later.source == number:
                self._take_over(phrase, later, later.bars - later.fresh)

    def _take_over(self, phrase: Phrase, later: Phrase, bars: int) -> None:
        for at in range(min(bars, phrase.bars)):
            self.sheet.loud[later.since + at] = self.sheet.loud[phrase.since + at]
            for part in (HARMONY, *(phrase.parts & later.parts)):
                cell = self.sheet.cells[phrase.since + at, part]
                self.sheet.cells[later.since + at, part] = cell


def sounding(phrases: list[Phrase]) -> set[Place]:
    """The cells that somebody plays."""
    return {
        (bar, part)
        for phrase in phrases
        for bar in range(phrase.since, phrase.until)
        for part in phrase.parts
    }
