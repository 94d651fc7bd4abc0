"""Plays a path on the canvas, as it will look, before there is a film."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from studio.recipes import Place
from studio.ui.sliders.journey import Path, between

EVERY = 33  # milliseconds


class Player(QObject):
    """Goes along a path in its own time, round and round where it is a loop.

    frame: a Place to show. ended: it has come to the end, or was stopped.
    """

    frame = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._path = Path()
        self._stops: Callable[[], Sequence[Place]] = tuple
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._step)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def play(self, path: Path, stops: Callable[[], Sequence[Place]]) -> None:
        """Play from the start. stops: the path's stops in a form that can be mixed."""
        self._path, self._stops = path, stops
        self._began = time.monotonic()
        self._timer.start()
        self._step()

    def stop(self) -> None:
        """Stay where it is."""
        if self.playing:
            self._timer.stop()
            self.ended.emit()

    def _step(self) -> None:
        stops = self._stops()
        if len(stops) < 2:
            self.stop()
            return
        part = (time.monotonic() - self._began) / max(0.2, self._path.seconds)
        if part >= 1 and not self._path.loop:
            self.stop()
            return
        self.frame.emit(along(stops, part, self._path.loop, self._path.motion))


def along(stops: Sequence[Place], part: float, loop: bool, motion: str) -> Place:
    """The place at `part` of the whole way; a loop goes on where it ends.

    "resting" slows down before each stop and starts softly; the others pass at an even pace.
    """
    stretches = len(stops) if loop else len(stops) - 1
    way = (part % 1.0 if loop else min(1.0, max(0.0, part))) * stretches
    number = min(stretches - 1, int(way))
    rest = way - number
    if motion == "resting":
        rest = rest * rest * (3 - 2 * rest)
    return between(stops[number], stops[(number + 1) % len(stops)], rest)
