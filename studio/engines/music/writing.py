"""Cells written by the network, one token after the other, within the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from studio.engines.music.cells import HARMONY, Cell, Place, Sheet
from studio.engines.music.grammar import NO_HINTS, Grammar, Hints, Manners, Scores
from studio.engines.music.network import Writer
from studio.engines.music.stepping import Steps
from studio.engines.music.tokens import AT_LINK, LIKE, START, Link, Pen, links, spell
from studio.engines.music.wishes import Wish, rows

#: bars that are attended to at once; the model has learned on no more
WINDOW = 16
_BEFORE, _AFTER = 8, 4  # known bars around those that are written
_ECHOED = LIKE + 8  # what LIKE is said with where the echo comes from outside


@dataclass(frozen=True)
class Task:
    """A cell to write. echo: what it is to be like. hints: what it is to be besides."""

    bar: int
    part: int
    echo: Cell | None = None
    hints: Hints = NO_HINTS


def write(
    writer: Writer,
    sheet: Sheet,
    tasks: Iterable[Task],
    wish: Wish,
    manners: Manners,
    generator: torch.Generator,
    written: Callable[[Sheet, int], None] = lambda sheet, bars: None,
    check: Callable[[], None] = lambda: None,
) -> Sheet:
    """The sheet with those cells written anew; all other cells it has are given, and stay.

    written: called after each bar with the sheet so far and how many bars are done. check: called
    before each cell; both may raise where the work is to stop. Deterministic for a generator's
    state, on one kind of machine.
    """
    wanted: dict[int, list[Task]] = {}
    for task in tasks:
        wanted.setdefault(task.bar, []).append(task)
    asked = {(task.bar, task.part) for bar in wanted.values() for task in bar}
    known = replace(
        sheet,
        loud=list(sheet.loud),
        cells={place: cell for place, cell in sheet.cells.items() if place not in asked},
    )
    bars, done = sorted(wanted), 0
    while bars:
        first = bars[0]
        before = min(_BEFORE, first) if any(bar < first for bar, _ in known.cells) else 0
        chunk = [bar for bar in bars if bar < first + WINDOW - before]
        bars = bars[len(chunk) :]
        around = range(max(0, first - before), chunk[-1] + 1 + _AFTER)
        given = sorted(place for place in known.cells if place[0] in around)
        stretch = _Stretch(writer, known, given, first, wish, manners, generator)
        for bar in chunk:
            for task in sorted(wanted[bar], key=lambda task: task.part):
                check()
                known.cells[task.bar, task.part] = stretch.cell(task)
                if task.part == HARMONY:
                    known.loud[task.bar] = stretch.pen.sheet.loud[task.bar]
            done += 1
            written(known, done)
    return known


class _Stretch:
    """As many bars as are attended to at once."""

    def __init__(
        self,
        writer: Writer,
        known: Sheet,
        given: list[Place],
        first: int,
        wish: Wish,
        manners: Manners,
        generator: torch.Generator,
    ) -> None:
        self.pen = Pen(known.metre, known.mode, known.bars)
        self.pen.sheet.loud = list(known.loud)
        self._manners, self._generator = manners, generator
        self._steps = Steps(writer, rows(wish.numbers()))
        self._rows: list[list[int]] = []
        self._sounding: list[int] = []
        self._last, self._fed = START, False  # whether the network knows the step of `_last`
        self._grammar = Grammar(self.pen, manners)
        for bar, part in given:
            self.pen.open(bar, part, asked=False)
            for token in spell(known, bar, part, self._link(known, bar, part)):
                self._push(token)
            if bar < first:
                self._grammar.hear(known.cells[bar, part], part)

    def _link(self, known: Sheet, bar: int, part: int) -> Link:
        """The best link of a given cell whose source is given too."""
        every = links(known, bar, part)
        return next(
            link for link in every if not link.lag or (bar - link.lag, part) in self.pen.sheet.cells
        )

    def cell(self, task: Task) -> Cell:
        """Write a cell."""
        self.pen.open(task.bar, task.part, echo=task.echo)
        self._grammar.hints = task.hints
        done = False
        while not done:
            lean = self._grammar.lean()
            free = np.flatnonzero(np.isfinite(lean))
            if task.echo is not None and self.pen.state == AT_LINK:
                done = self._push(_ECHOED)
            elif len(free) == 1:
                done = self._push(int(free[0]))
            else:
                done = self._push(self._choice(lean))
        cell = self.pen.sheet.cells[task.bar, task.part]
        self._grammar.count(cell, task.part)
        return cell

    def _push(self, token: int) -> bool:
        if not self._fed:
            self._rows.append(self.pen.features(self._last))
            self._sounding.append(self.pen.sounding())
        self._fed, self._last = False, token
        return self.pen.push(token)

    def _choice(self, lean: Scores) -> int:
        """Draw the next token: temperature, then the likeliest that make up `top_p`."""
        scores = self._scores()
        bold = self._manners.adventurous
        bent = scores / (0.7 + 0.5 * bold) + lean  # the grammar holds at any temperature
        bent -= bent.max()
        chances = np.exp(bent.astype(np.float64))
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        mass = np.cumsum(chances[order])
        kept = int(np.searchsorted(mass, 0.82 + 0.16 * bold)) + 1
        dice = float(torch.rand(1, generator=self._generator, dtype=torch.float64))
        at = int(np.searchsorted(mass[:kept], dice * mass[min(kept, len(mass)) - 1]))
        return int(order[min(at, kept - 1)])

    def _scores(self) -> Scores:
        """The network's scores of the next token [TOKENS]."""
        every = [*self._rows, self.pen.features(self._last)]
        scores = self._steps.scores(every, [*self._sounding, self.pen.sounding()])
        self._rows, self._sounding, self._fed = [], [], True
        return scores


def bits(masks: list[int]) -> Tensor:
    """Twelve pitch classes as 0 or 1 [T, 12]."""
    return (torch.tensor(masks)[:, None] >> torch.arange(12)) & 1
