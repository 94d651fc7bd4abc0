"""A widget that takes what is dropped anywhere on it, and says so while it is held over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.basics import label

EDGE = 24  # pixels, around the words

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object  # the widget's own kind comes after it: QWidget, QFrame, QStackedWidget


class FileDrops(_Widget):
    """Lets a widget take drops, once `take_drops` was called."""

    def take_drops(
        self,
        words: str,
        over: QWidget,
        takes: Callable[[QDragEnterEvent], bool],
        take: Callable[[QMimeData], object],
        edge: int = EDGE,
    ) -> None:
        """words: what happens on letting go, shown over the widget itself or a child of it.

        takes: whether what is held over it can be taken. take: called with what was dropped.
        """
        self._over, self._takes, self._take, self._edge = over, takes, take, edge
        self.drop_note = label(words, "drop")
        self.drop_note.setParent(self)
        self.drop_note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.drop_note.hide()
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what can be taken."""
        if self._takes(event):
            event.acceptProposedAction()
            self._show_drop(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Not here, then."""
        self._show_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand it on."""
        self._show_drop(False)
        event.acceptProposedAction()
        self._take(event.mimeData())

    def _show_drop(self, on: bool) -> None:
        self.drop_note.setVisible(on)
        area = self.rect() if self._over is self else self._over.geometry()
        self.drop_note.setGeometry(area.adjusted(self._edge, self._edge, -self._edge, -self._edge))
        self.drop_note.raise_()
