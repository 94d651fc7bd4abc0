"""The line between before and after: dragged, moved by keys, and read aloud as a slider."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from studio.ui.theme import Look

GRIP = 44  # pixels across that take hold of the line
KNOB = 34
STEPS = 1000


class Divider(QSlider):
    """Lies over the picture, where the line is. Its value is the part that shows the picture as it
    was, in thousandths of the width."""

    def __init__(self, look: Look, over: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, over)
        self._look = look
        self._box = QRectF()
        self._grip = 0.0  # where in the handle it was taken
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 50)
        self.setPageStep(STEPS // 5)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName("Before and after")
        self.setAccessibleDescription(
            "Left of the line is your picture, right of it the painted one. Arrow keys move it."
        )
        self.setToolTip("Drag to compare with your picture. A double click shows all of either")
        self.valueChanged.connect(self._place)
        look.changed.connect(self.update)

    @property
    def part(self) -> float:
        """The part of the width that shows the picture as it was, 0..1."""
        return self.value() / STEPS

    def lie_on(self, box: QRectF) -> None:
        """Lie over a picture that is here in the widget below."""
        self._box = box
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw line and knob, light with a dark rim: what is below may be anything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self._line() - self.x()
        line = QRectF(middle - 1.5, 0, 3, self.height())
        if 0 < self.value() < STEPS:  # at the very edge there is nothing to divide
            painter.fillRect(line.adjusted(-1, 0, 1, 0), QColor(0, 0, 0, 50))
            painter.fillRect(line, QColor(255, 255, 255))
        knob = QRectF(0, 0, KNOB, KNOB)
        knob.moveCenter(QPointF(middle, self.height() / 2))
        rim = self._look.colour("accent") if self.hasFocus() else QColor(0, 0, 0, 60)
        painter.setPen(QPen(rim, 3 if self.hasFocus() else 1))
        painter.setBrush(QColor(255, 255, 255))
        painter.drawEllipse(knob)
        # The arrows are dark in both themes, on their white ground
        painter.setPen(QPen(QColor(38, 35, 31), 1.75))
        for way in (-1, 1):
            tip = QPointF(middle + way * 9, self.height() / 2)
            painter.drawLine(tip, tip - QPointF(way * 4, -4))
            painter.drawLine(tip, tip - QPointF(way * 4, 4))
            painter.drawLine(tip, QPointF(middle + way * 2, self.height() / 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() + self.x() - self._line()
            self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            x = event.position().x() + self.x() - self._grip
            part = (x - self._box.x()) / max(1.0, self._box.width())
            self.setValue(round(part * STEPS))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Stay."""
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """All painted; then all as it was; then half and half."""
        self.setValue({0: STEPS, STEPS: STEPS // 2}.get(self.value(), 0))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel is not for this."""
        event.ignore()

    def _line(self) -> float:
        """The line's place in the widget below."""
        return self._box.x() + self.part * self._box.width()

    def _place(self) -> None:
        left = round(self._line()) - GRIP // 2
        top, height = round(self._box.y()), round(self._box.height())
        self.setGeometry(left, top, GRIP, height)
        self.update()
        below = self.parentWidget()
        if below is not None:
            below.update(self._box.toRect())
