"""A row of choices of which one is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import chain, one_stop, tighten


class Segment(QAbstractButton):
    """One of the choices. `shape` (width, height) draws a small outline of that proportion."""

    def __init__(self, look: Look, words: str, shape: tuple[int, int] | None = None) -> None:
        super().__init__()
        self._look, self._shape = look, shape
        self.setText(words)
        self.setAccessibleName(words)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # said to be one of several; the group sees to it
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumHeight(30)

    def sizeHint(self) -> QSize:
        """Room for the words."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + (24 if self._shape else 0)
        return QSize(width + 16, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pill, the outline and the words."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked():
            painter.setPen(look.colour("edge", 0.55))
            painter.setBrush(look.colour("ground" if look.tokens.name == "dark" else "surface"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover"))
            painter.drawRoundedRect(box, 7, 7)
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(look.colour("text"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 7, 7)
        token = "text" if self.isChecked() or self.underMouse() else "muted"
        painter.setPen(look.colour(token))
        weight = QFont.Weight.Medium if self.isChecked() else QFont.Weight.Normal
        painter.setFont(look.font(13, weight))
        words = QRectF(self.rect())
        if self._shape:
            words = self._draw_shape(painter, token)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())

    def _draw_shape(self, painter: QPainter, token: str) -> QRectF:
        """Draw the outline left of the words; the room that is left for the words."""
        assert self._shape is not None
        width, height = self._shape
        scale = 13 / max(width, height)
        room = painter.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - room - 20) / 2
        box = QRectF(0, 0, width * scale, height * scale)
        box.moveCenter(QRectF(left, 0, 14, self.height()).center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = painter.pen()
        pen.setColor(self._look.colour(token))
        pen.setWidthF(1.5)
        painter.setPen(pen)
        painter.drawRoundedRect(box, 2, 2)
        return QRectF(left + 20, 0, room + 2, self.height())


class Segmented(QWidget):
    """A row of segments on one track. The arrow keys move between them."""

    changed = Signal(object)

    def __init__(self, look: Look, name: str, help_text: str = "") -> None:
        super().__init__()
        self._look = look
        self._values: list[Any] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self._clicked)
        self._layout = QHBoxLayout(self)
        tighten(self._layout, 3, 2)
        self.setAccessibleName(name)
        self.setToolTip(help_text)
        look.changed.connect(self.update)

    def set_options(
        self, options: Sequence[tuple[Any, str]], shapes: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Offer these (value, words); the first is taken."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.deleteLater()
        self._values = [value for value, _ in options]
        for place, (_, words) in enumerate(options):
            button = Segment(self._look, words, shapes[place] if shapes else None)
            button.setAccessibleDescription(self.accessibleName())
            self._group.addButton(button, place)
            self._layout.addWidget(button, 1)
        chain(self, self._group.buttons())
        if options:
            self._group.button(0).setChecked(True)
        one_stop(self._group.buttons())

    def value(self) -> Any:
        """What is taken, or None where nothing is on offer."""
        place = self._group.checkedId()
        return self._values[place] if place >= 0 else None

    def set_value(self, value: Any) -> bool:
        """Take this value; False where it is not on offer."""
        if value not in self._values:
            return False
        self._group.button(self._values.index(value)).setChecked(True)
        one_stop(self._group.buttons())
        return True

    def values(self) -> list[Any]:
        """All that is on offer."""
        return list(self._values)

    def segment(self, value: Any) -> QAbstractButton:
        """The button of a value."""
        return self._group.button(self._values.index(value))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("raised"))
        painter.drawRoundedRect(QRectF(QPoint(0, 0), self.size()), 10, 10)

    def _clicked(self, place: int) -> None:
        one_stop(self._group.buttons())
        self.changed.emit(self._values[place])
