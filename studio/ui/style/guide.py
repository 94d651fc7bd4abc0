"""Leads through what is wanted: every change goes through here, and the canvas follows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.ui.sights import Sight, View
from studio.ui.style.wish import History, Wish
from studio.work.messages import CANVAS

if TYPE_CHECKING:
    from studio.work.live import LiveViews
    from studio.work.messages import LookFailed

QUICK, FINE = 512, 1024  # pixels of the longer side: at once, and when the hand rests
REST = 250  # milliseconds without a wish until the fine picture is begun, which holds up others
LITTLE = 1.15  # the fine picture has to be so much larger to be worth it


class Guide(QObject):
    """Keeps the wish and its history, and asks for its picture: quickly, then finely.

    pixels: how many the longer side has on the screen.
    shown: a QImage. changed: everything is to be shown anew. stepped: something worth remembering.
    failed: a LookFailed.
    """

    shown = Signal(object)
    changed = Signal()
    stepped = Signal()
    failed = Signal(object)

    def __init__(self, live: LiveViews, pixels: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self.history = History()
        self.moving = False  # whether a hand is at it
        self.took = 0.0  # seconds from the last wish to its picture
        self._asked_at = 0.0
        self._side = 0  # asked for last
        self._seen_side = 0  # of the picture of this very wish, 0 before it has come
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._refine)
        self.view = View(live, CANVAS, _nobody, self._seen, self._failed, self)

    @property
    def wish(self) -> Wish:
        """What is wanted."""
        return self.history.wish

    @property
    def seen(self) -> bool:
        """Whether the picture of this very wish has come."""
        return self._seen_side > 0

    def begin(self, wish: Wish) -> None:
        """Start here, with no way back."""
        self.history.begin(wish)
        self.look()
        self.changed.emit()

    def go(self, wish: Wish) -> None:
        """Want something else."""
        self.drift(wish)
        self.settle()

    def drift(self, wish: Wish) -> None:
        """Want something else for the moment, while a hand moves."""
        if wish != self.wish:
            self.history.drift(wish)
            self.moving = True
            self.look()
            self.changed.emit()

    def settle(self) -> None:
        """The hand has let go."""
        self.moving = False
        if self.history.settle():
            self.changed.emit()
            self.stepped.emit()
        self._rest.start()

    def undo(self) -> None:
        """One step back."""
        self._step(self.history.undo())

    def redo(self) -> None:
        """One step on again."""
        self._step(self.history.redo())

    def look(self) -> None:
        """Ask for the picture, quickly."""
        self._seen_side = 0
        self._asked_at = time.monotonic()
        self._rest.stop()
        self._ask(QUICK)

    def come_back(self) -> None:
        """Ask again for what another room's wishes have pushed aside."""
        if self.view.unanswered:
            self.look()

    def close(self) -> None:
        """Nothing more is wanted."""
        self._rest.stop()

    def _step(self, done: bool) -> None:
        if done:
            self.moving = False
            self.look()
            self.changed.emit()
            self.stepped.emit()

    def _refine(self) -> None:
        fine = min(FINE, self._pixels())
        if self._seen_side and not self.moving and fine > LITTLE * self._seen_side:
            self._ask(fine)

    def _ask(self, side: int) -> None:
        self._side = side
        if self.wish.ready:
            self.view.ask_recipes([self.wish.still()], side)
        else:
            self.view.forget()

    def _seen(self, sight: Sight) -> None:
        if not self.wish.ready:
            return
        if not self.view.waiting:
            if not self._seen_side:
                self.took = time.monotonic() - self._asked_at
            self._seen_side = self._side
        self.shown.emit(sight.image)
        if not self.view.waiting:
            self._rest.start()

    def _failed(self, failed: LookFailed) -> None:
        if not self.view.waiting:
            self.failed.emit(failed)


def _nobody(*_: Any) -> str:
    """Recipes name their model themselves."""
    return ""
