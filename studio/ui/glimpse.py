"""Films of a strip, which play while the mouse rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView

from studio.ui.film import Film
from studio.ui.listening import ENDS, PAUSE

if TYPE_CHECKING:
    from studio.library import Artwork


class Glimpse(QObject):
    """Plays the film that is pointed at; the view draws `frame` in its place, and is told to.

    role: where an index has its Artwork. longest: pixels of a frame's longer side.
    """

    def __init__(self, view: QAbstractItemView, role: int, longest: int) -> None:
        super().__init__(view)
        self._view, self._role, self._longest = view, role, longest
        self._artwork: Artwork | None = None  # the one that is pointed at
        self._frame: QImage | None = None
        self._film = Film(self)
        self._film.shown.connect(self._show)
        self._film.failed.connect(self.end)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PAUSE)
        self._patience.timeout.connect(self._begin)
        view.setMouseTracking(True)
        view.entered.connect(self._entered)
        view.viewportEntered.connect(self.end)
        view.viewport().installEventFilter(self)

    def frame(self, artwork_id: str) -> QImage | None:
        """What that film shows just now; None where it does not play."""
        playing = self._artwork is not None and self._artwork.id == artwork_id
        return self._frame if playing else None

    def end(self, *_: object, wait: bool = False) -> None:
        """Nothing plays any more. wait: until its thread has ended."""
        self._patience.stop()
        self._film.stop(wait)
        self._artwork, before, self._frame = None, self._frame, None
        if before is not None:
            self._view.viewport().update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """It ends when the mouse leaves, scrolls or opens it, or the view is hidden."""
        if event.type() in ENDS:
            self.end(wait=event.type() == QEvent.Type.Hide)
        return False

    def _entered(self, index: QModelIndex) -> None:
        artwork: Artwork | None = index.data(self._role)
        if artwork is not None and self._artwork is not None and artwork.id == self._artwork.id:
            return
        self.end()
        if artwork is not None and artwork.is_film:
            self._artwork = artwork
            self._patience.start()

    def _begin(self) -> None:
        if self._artwork is not None and self._view.isVisible():
            self._film.play(self._artwork.path, self._longest)

    def _show(self, image: QImage) -> None:
        self._frame = image
        self._view.viewport().update()
