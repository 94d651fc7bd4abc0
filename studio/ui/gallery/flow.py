"""A layout that sets things side by side and begins a new line where one is full."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from studio.ui.widgets.basics import tighten


class FlowLayout(QLayout):
    """Lines of widgets, each as large as it likes; those of a line stand on one middle."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        tighten(self, 0, gap)
        self._gap = gap
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item in; Qt calls this."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        """Let one go."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Let all widgets go, for good."""
        while self._items:
            widget = self._items.pop().widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high all lines are together."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, box: QRect) -> None:
        """Put all in their places."""
        super().setGeometry(box)
        self._arrange(box, move=True)

    def sizeHint(self) -> QSize:
        """The least it can do with."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The largest of them."""
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, box: QRect, move: bool) -> int:
        """Put them in lines; returns the height. move: not only reckon it."""
        top = box.top()
        line: list[tuple[QLayoutItem, QSize, int]] = []
        left = 0

        def end() -> int:
            height = max((size.height() for _, size, _ in line), default=0)
            for item, size, at in line if move else ():
                y = top + (height - size.height()) // 2
                item.setGeometry(QRect(QPoint(box.left() + at, y), size))
            return height

        for item in self._items:
            if item.isEmpty():  # hidden: it takes no gap either
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(1, box.width())))
            if line and left + size.width() > box.width():
                top += end() + self._gap
                line, left = [], 0
            line.append((item, size, left))
            left += size.width() + self._gap
        return top + end() - box.top()
