"""A slider that may be left to the model, with what both ends mean in words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, label, tighten


class QuietSlider(QSlider):
    """A slider that the wheel passes by, so that scrolling the panel changes nothing."""

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
        self.slider = QuietSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round((self._high - self._low) / step))
        self.slider.setAccessibleName(name)
        self.slider.setAccessibleDescription(f"{help_text} {ends[0]} – {ends[1]}".strip())
        self.slider.setToolTip(help_text)
        self.number = label("", "muted")
        self.reset = IconButton(look, "rotate-ccw", f"Leave “{name}” to the model", size=14)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        column = QVBoxLayout(self)
        tighten(column, 0, 0)
        top = QHBoxLayout()
        tighten(top, 0, 4)
        self.caption = label(name, "label", self.slider)
        top.addWidget(self.caption)
        top.addStretch(1)
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
            self.number.setText(f"the model’s own, {self._default:g}")
        else:
            self.number.setText("the model’s own")

    def _moved(self, place: int) -> None:
        self._value = self._low + place * self._step
        self._show()
        self.changed.emit()

    def _reset(self) -> None:
        self.set_value(None)
        self.slider.setFocus()
        self.changed.emit()
