"""What is done beside while the gallery is open: files from outside, colours, what is due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.errors import StudioError
from studio.ui.background import Background
from studio.ui.gallery.thumb_store import ThumbCache

if TYPE_CHECKING:
    from studio.library import Library

EVERY = 4_000  # milliseconds between two looks for files from outside
FIRST = 400  # milliseconds until the first one
COLOURS = 20  # artworks whose colours are taken in one go
REST = 0.7  # seconds that the artist has to leave the grid alone for that


class Stopped(Exception):
    """The gallery is closed in the middle of it."""


class Chores(QObject):
    """Works on a thread of its own, and not while the artist moves about.

    find: the open library, if there is one. What fails is tried again another time.
    """

    def __init__(
        self, find: Callable[[], Library | None], cache: ThumbCache, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._find, self._cache = find, cache
        self._background = Background("gallery-chores", 1, self)
        self._stopped = threading.Event()
        self._moved = 0.0
        self._tidied: Library | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._go)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(FIRST)
        self._soon.timeout.connect(self._go)

    def work(self, on: bool) -> None:
        """Whether the gallery is looked at."""
        if on:
            self._timer.start()
            self._soon.start()
        else:
            self._timer.stop()
            self._soon.stop()

    def moved(self, *_what: object) -> None:
        """The artist moves about, or searches: rest."""
        self._moved = time.monotonic()

    def close(self) -> None:
        """Stop what is done, and end the thread."""
        self.work(False)
        self._stopped.set()
        self._background.close()

    def _go(self) -> None:
        library = self._find()
        if library is None or self._background.busy:
            return
        first = library is not self._tidied
        self._tidied = library
        self._background.run(lambda: self._do(library, first), None, self._failed)

    def _do(self, library: Library, first: bool) -> None:
        library.refresh()
        if first:
            library.bin.remove(library.bin.due())
            self._cache.of(library.folder).tidy(library.gallery.cards_of)
        if first or self._cache.is_due:
            self._cache.shrink()
        if library.needs_rescan and not self._disturbed():
            library.rescan(self._halt)
        while not self._disturbed() and library.looking.fill(COLOURS, self._disturbed):
            pass

    def _disturbed(self) -> bool:
        return self._stopped.is_set() or time.monotonic() - self._moved < REST

    def _halt(self, _done: int, _total: int) -> None:
        if self._stopped.is_set():
            raise Stopped  # what was read stays

    def _failed(self, error: Exception) -> None:
        """A disk that is slow, full or gone is told of where the artist wants something of it."""
        if not isinstance(error, StudioError | OSError | Stopped) and self._find() is self._tidied:
            raise error
