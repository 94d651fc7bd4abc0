"""Noticing what becomes of the library while the gallery is looked at, whoever did it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from studio.ui.gallery.asking import Asking

EVERY = 1000  # milliseconds between two looks at the index


class Follower(QObject):
    """Looks at the library now and then while it is told to. changed: it is another one."""

    changed = Signal()

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._known: tuple[str, int] | None = None
        self._waiting = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    def follow(self, on: bool) -> None:
        """Whether the gallery is looked at."""
        if on:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    def know(self, revision: tuple[str, int] | None) -> None:
        """What is shown is of this revision."""
        self._known = revision
        self._waiting = False

    def look(self) -> None:
        """Look now."""
        if self._waiting or self._asking.library is None:
            return
        self._waiting = True
        self._asking.look(lambda library: library.gallery.revision(), self._seen, self._failed)

    def _seen(self, revision: tuple[str, int]) -> None:
        self._waiting = False
        if self._known is not None and revision != self._known:
            self._known = revision
            self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self._waiting = False
        self._timer.stop()  # until the artist comes back; once is enough to be told
        self._asking.complain(error)
