"""What lies below the picture: the path, or the pictures that were kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout

from studio.ui.sliders.carry import RECIPE_MIME
from studio.ui.sliders.path_strip import PathStrip
from studio.ui.strip import Strip
from studio.ui.widgets.basics import frame, set_role, tighten

HEIGHT = 112
HOVER = 350  # milliseconds that something dragged rests on a tab until it opens
EMPTY = "Pictures and films of this room appear here when you keep them."


class Tab(QToolButton):
    """A tab that also opens when something is held over it."""

    def __init__(self, words: str) -> None:
        super().__init__()
        set_role(self, "tab")
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAcceptDrops(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(HOVER)
        self._rest.timeout.connect(self.click)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Wait whether it stays."""
        if event.mimeData().hasFormat(RECIPE_MIME):
            event.acceptProposedAction()
            self._rest.start()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """It was only passing."""
        self._rest.stop()


class Below(QStackedWidget):
    """The two pages; `bar` is what to put on the screen: the pages with their tabs."""

    def __init__(self, path: PathStrip, works: Strip) -> None:
        super().__init__()
        self.addWidget(path)
        self.addWidget(works)
        self.tabs = {"path": Tab("Path"), "kept": Tab("Kept")}
        self._group = QButtonGroup(self)
        column = QVBoxLayout()
        tighten(column, 0, 4)
        column.addStretch(1)
        for number, tab in enumerate(self.tabs.values()):
            self._group.addButton(tab, number)
            column.addWidget(tab)
        column.addStretch(1)
        self.bar = frame("strip")
        self.bar.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(14, 7, 16, 7)
        row.setSpacing(14)
        row.addLayout(column)
        row.addWidget(self, 1)
        self.tabs["path"].setChecked(True)
        self._group.idClicked.connect(self.setCurrentIndex)

    def turn_to(self, page: str) -> None:
        """Show "path" or "kept"."""
        self.tabs[page].setChecked(True)
        self.setCurrentIndex(self._group.id(self.tabs[page]))
