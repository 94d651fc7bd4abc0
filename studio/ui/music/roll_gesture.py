"""What every gesture of the mouse on the piano roll is: from press to release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF

from studio.recipes.score import Note
from studio.recipes.tune import Bars
from studio.ui.music.roll_desk import Desk
from studio.ui.music.roll_view import View

FAR = 4.0  # pixels from which on a press is a drag


class Board(Protocol):
    """What a gesture needs of the roll."""

    view: View
    desk: Desk
    tool: str
    band: QRectF | None
    hint: tuple[QPointF, str] | None

    def found(self, at: QPointF) -> tuple[int, Note] | None: ...
    def seek(self, ticks: float) -> None: ...
    def choose_range(self, bars: Bars | None) -> None: ...
    def activate(self, part: int) -> None: ...
    def keep_in_sight(self, at: QPointF) -> None: ...
    def redraw(self) -> None: ...


class Gesture:
    """From press to release. Does nothing by itself."""

    def __init__(self, board: Board, at: QPointF) -> None:
        self.board, self.desk, self.view = board, board.desk, board.view
        self.began = self.at = at
        self.far = False
        self.dead = False  # what is pressed cannot be changed

    def move(self, at: QPointF) -> None:
        """The mouse is elsewhere, the button still down."""
        way = at - self.began
        self.at = at
        if self.dead:
            return
        if self.far or abs(way.x()) >= FAR or abs(way.y()) >= FAR:
            self.far = True
            self.board.keep_in_sight(at)
            self.drag(at)
            self.board.redraw()

    def drag(self, at: QPointF) -> None:
        """The same, from when it has gone some way."""

    def release(self) -> None:
        """The button is up, at `self.at`."""

    def cancel(self) -> None:
        """All is as it was before."""
        self.desk.drop()

    def take_up(self, notes: Sequence[Note]) -> bool:
        """Hold these notes, where they can be changed; asks and says so once."""
        if not self.desk.held:
            self.dead = not notes or not self.desk.may_change()
            if not self.dead:
                self.desk.lift(notes)
        return not self.dead

    def ticks_moved(self, at: QPointF) -> float:
        """How far it has gone in time."""
        return self.view.tick_at(at.x()) - self.ticks_began

    @property
    def ticks_began(self) -> float:
        """Where it began, in time."""
        return self._ticks_began

    def remember(self) -> None:
        """Note the moment it began at: the view may be scrolled on the way."""
        self._ticks_began = self.view.tick_at(self.began.x())
