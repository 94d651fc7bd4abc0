"""A slider that may be left to the model, with what both ends mean in words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, label, tighten

HANDLE = 16


class QuietSlider(QSlider):
    """A slider drawn our way, which goes where one presses.

    The wheel passes it by, so that scrolling the panel changes nothing.
    """

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self.setMinimumHeight(HANDLE + 8)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, the part of it that is taken, and the handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        at = self._x()
        line = QRectF(0, middle - 2, self.width(), 4)
        painter.setBrush(self._look.colour("edge"))
        painter.drawRoundedRect(line, 2, 2)
        line.setRight(at)
        painter.setBrush(self._look.colour("accent"))
        painter.drawRoundedRect(line, 2, 2)
        painter.setBrush(self._look.colour("text"))
        radius = HANDLE / 2
        if self.hasFocus():
            pen = QPen(self._look.colour("accent"), 3)
            painter.setPen(pen)
        painter.drawEllipse(QPointF(at, middle), radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self.isSliderDown():
            self._go(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Stay."""
        self.setSliderDown(False)

    def _x(self) -> float:
        """The middle of the handle."""
        span = max(1, self.maximum() - self.minimum())
        room = self.width() - HANDLE - 4
        return HANDLE / 2 + 2 + room * (self.value() - self.minimum()) / span

    def _go(self, x: float) -> None:
        room = self.width() - HANDLE - 4
        part = min(1.0, max(0.0, (x - HANDLE / 2 - 2) / room))
        self.setValue(self.minimum() + round(part * (self.maximum() - self.minimum())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the panel scroll."""
        event.ignore()


class SliderField(QWidget):
    """A number of a range in steps; None where it is left to the model."""

    changed = Signal()

    def __init__(
        self,
        look: Look,
        name: str,
        help_text: str,
        bounds: tuple[float, float],
        step: float,
        ends: tuple[str, str],
    ) -> None:
        super().__init__()
        self._low, self._high = bounds
        self._step = step
        self._value: float | None = None
        self._default: float | None = None
        self.slider = QuietSlider(look)
        self.slider.setRange(0, round((self._high - self._low) / step))
        self.slider.setAccessibleName(name)
        self._help = f"{help_text} {ends[0]} – {ends[1]}".strip(" –")
        self.slider.setToolTip(help_text)
        self.number = label("", "label")
        self.reset = IconButton(look, "rotate-ccw", f"Leave “{name}” to the model", size=14)
        column = QVBoxLayout(self)
        tighten(column, 0, 0)
        top = QHBoxLayout()
        tighten(top, 0, 4)
        self.caption = label(name, "label", self.slider)
        self.caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.caption.setMinimumHeight(28)
        top.addWidget(self.caption, 1)
        top.addWidget(self.number)
        top.addWidget(self.reset)
        column.addLayout(top)
        column.addWidget(self.slider)
        if any(ends):
            words = QHBoxLayout()
            tighten(words)
            words.addWidget(label(ends[0], "label"))
            words.addStretch(1)
            words.addWidget(label(ends[1], "label"))
            column.addLayout(words)
        self.slider.valueChanged.connect(self._moved)
        self.reset.clicked.connect(self._reset)
        self._show()

    def value(self) -> float | None:
        """The number that was chosen, or None."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a number, or leave it to the model."""
        self._value = None if value is None else min(self._high, max(self._low, value))
        self._show()

    def set_default(self, value: float | None) -> None:
        """What the model itself would take, where that is known."""
        self._default = value
        self._show()

    def _show(self) -> None:
        shown = self._value if self._value is not None else self._default
        self.slider.blockSignals(True)
        place = shown if shown is not None else (self._low + self._high) / 2
        self.slider.setValue(round((place - self._low) / self._step))
        self.slider.blockSignals(False)
        self.reset.setVisible(self._value is not None)
        if self._value is not None:
            self.number.setText(f"{self._value:g}")
        elif self._default is not None:
            self.number.setText(f"the usual {self._default:g}")
        else:
            self.number.setText("as usual")
        # What is read of the slider itself is the number of steps from its lower end.
        self.slider.setAccessibleDescription(f"{self.number.text()}. {self._help}".strip())

    def _moved(self, place: int) -> None:
        self._value = self._low + place * self._step
        self._show()
        self.changed.emit()

    def _reset(self) -> None:
        self.set_value(None)
        self.slider.setFocus()
        self.changed.emit()
