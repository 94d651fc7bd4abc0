"""The middle of the style room: the welcome, or the picture; what is dropped there is painted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget

from studio.ui.carry import is_link, picture_in
from studio.ui.collection import Collection
from studio.ui.pictures import Pictures
from studio.ui.style.canvas import StyleCanvas
from studio.ui.style.welcome import Welcome
from studio.ui.theme import Look
from studio.ui.widgets.basics import label


class Stage(QStackedWidget):
    """Shows what there is to show."""

    dropped = Signal(object)  # a Path or QImage; None for a mere address

    def __init__(self, look: Look, collection: Collection, pictures: Pictures) -> None:
        super().__init__()
        self.welcome = Welcome(look, collection, pictures)
        self.canvas = StyleCanvas(look)
        self.addWidget(self.welcome)
        self.addWidget(self.canvas)
        self.setAcceptDrops(True)
        self.drop_note = label("Let go to paint this picture", "drop")
        self.drop_note.setParent(self)
        self.drop_note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.drop_note.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and films, but not our own back."""
        data = event.mimeData()
        if event.source() is not self.canvas and (picture_in(data) is not None or is_link(data)):
            event.acceptProposedAction()
            self._show_drop(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Not here, then."""
        self._show_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand it on."""
        self._show_drop(False)
        event.acceptProposedAction()
        self.dropped.emit(picture_in(event.mimeData()))

    def _show_drop(self, on: bool) -> None:
        self.drop_note.setVisible(on)
        self.drop_note.setGeometry(self.rect().adjusted(24, 24, -24, -24))
        self.drop_note.raise_()
