"""The middle of the style room: the welcome, or the picture; what is dropped there is painted."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QStackedWidget

from studio.ui.carry import is_link, picture_in
from studio.ui.collection import Collection
from studio.ui.file_drops import FileDrops
from studio.ui.pictures import Pictures
from studio.ui.style.canvas import StyleCanvas
from studio.ui.style.welcome import Welcome
from studio.ui.theme import Look


class Stage(FileDrops, QStackedWidget):
    """Shows what there is to show."""

    dropped = Signal(object)  # a Path or QImage; None for a mere address

    def __init__(self, look: Look, collection: Collection, pictures: Pictures) -> None:
        super().__init__()
        self.welcome = Welcome(look, collection, pictures)
        self.canvas = StyleCanvas(look)
        self.addWidget(self.welcome)
        self.addWidget(self.canvas)
        self.take_drops(
            "Let go to paint this picture",
            self,
            self._is_wanted,
            lambda data: self.dropped.emit(picture_in(data)),
        )

    def _is_wanted(self, event: QDragEnterEvent) -> bool:
        """Pictures and films, but not our own back."""
        data = event.mimeData()
        return event.source() is not self.canvas and (picture_in(data) is not None or is_link(data))
