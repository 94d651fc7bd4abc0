"""What becomes of an artwork of a view while the mouse rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView

if TYPE_CHECKING:
    from studio.library import Artwork

PAUSE = 350  # milliseconds that a mouse rests before something begins
ENDS = (
    QEvent.Type.Leave,
    QEvent.Type.Hide,
    QEvent.Type.Wheel,
    QEvent.Type.MouseButtonDblClick,
)


class Resting(QObject):
    """Begins with the artwork that is pointed at, after a moment, and ends when the mouse goes on.

    For those who say which artworks they are for, and what to do. role: where an index has its
    Artwork.
    """

    def __init__(self, view: QAbstractItemView, role: int) -> None:
        super().__init__(view)
        self._view, self._role = view, role
        self._artwork: Artwork | None = None  # the one that is pointed at
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PAUSE)
        self._patience.timeout.connect(self._rests)
        view.setMouseTracking(True)
        view.entered.connect(self._entered)
        view.viewportEntered.connect(self.end)
        view.viewport().installEventFilter(self)

    def suits(self, artwork: Artwork) -> bool:
        """Whether something is to be done with it."""
        raise NotImplementedError

    def begin(self, artwork: Artwork) -> None:
        """The mouse rests on it."""
        raise NotImplementedError

    def end(self, *_: object, wait: bool = False) -> None:  # noqa: ARG002 - for those who need it
        """Nothing is pointed at any more. wait: until all that was begun has ended."""
        self._patience.stop()
        self._artwork = None

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
        if artwork is not None and self.suits(artwork):
            self._artwork = artwork
            self._patience.start()

    def _rests(self) -> None:
        if self._artwork is not None and self._view.isVisible():
            self.begin(self._artwork)
