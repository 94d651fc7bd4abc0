"""What stands beside the picture: the map and the nine, one above the other or in turn."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.sliders.breeding import Breeding
from studio.ui.sliders.wander_map import WanderMap
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, label, tighten
from studio.ui.widgets.segmented import Segmented

SMALLEST, LARGEST = 212, 340
OVERHEAD = 178  # height of all that is not map or grid, where both are shown
FOLDED = 60
TABS = (("map", "Wander"), ("breed", "Breed"))


class Companions(QWidget):
    """Both where there is room for both, else one at a time; folds to a slim edge."""

    folded = Signal()

    def __init__(self, look: Look, the_map: WanderMap, breeding: Breeding) -> None:
        super().__init__()
        self.map, self.breeding = the_map, breeding
        self._open = True
        self._both = True
        self._room = 0
        self.tabs = Segmented(look, "What stands beside the picture")
        self.tabs.set_options(TABS)
        self.fold = IconButton(look, "chevron-right", "Fold away what stands beside the picture")
        self.again = IconButton(look, "dices", "Another map", size=16)
        self.title = label("Wander", "label")
        self._head = QHBoxLayout()
        tighten(self._head, 0, 6)
        self._head.addWidget(self.tabs, 1)
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.again)
        self._head.addWidget(self.fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 20, 20, 20)
        column.setSpacing(8)
        column.addStretch(1)
        column.addLayout(self._head)
        column.addWidget(the_map, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        column.addWidget(breeding)
        column.addStretch(1)
        self.tabs.changed.connect(self._show)
        self.fold.clicked.connect(self._fold)
        self._show()

    @property
    def is_open(self) -> bool:
        """Whether there is anything but the slim edge."""
        return self._open

    def set_open(self, on: bool) -> None:
        """Fold or unfold."""
        if on != self._open:
            self._open = on
            self.folded.emit()

    def fit(self, width: int) -> None:
        """Take as much of the room beside the picture as serves both; `width` is the room's."""
        self._room = width
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A note above takes some of the height, for as long as it is there."""
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self._fit()

    def _fit(self) -> None:
        width, height = self._room, self.height()
        both = (height - OVERHEAD) / 2 >= SMALLEST - 24
        side = (height - OVERHEAD) / 2 if both else height - OVERHEAD
        side = int(min(side, LARGEST, max(SMALLEST, width * 0.27)))
        side = max(SMALLEST - 24, side)
        self._both = both
        self.map.setFixedSize(side, side)
        self.breeding.grid.setFixedHeight(side)
        self.setFixedWidth(side + 20 if self._open else FOLDED)
        self._show()

    def _show(self) -> None:
        tab = self.tabs.value()
        self.tabs.setVisible(self._open and not self._both)
        self.title.setVisible(self._open and self._both)
        the_map = self._open and (self._both or tab == "map")
        self.map.setVisible(the_map)
        self.again.setVisible(the_map)
        shown = self._open and (self._both or tab == "breed")
        self.breeding.setVisible(shown)
        if shown and self.map.model():
            self.breeding.begin_if_empty()
        self.fold.set_icon("chevron-right" if self._open else "chevron-left")
        self.fold.set_words(
            "Fold away what stands beside the picture" if self._open else "Wander and breed"
        )

    def _fold(self) -> None:
        self.set_open(not self._open)
