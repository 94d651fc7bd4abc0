"""A slider for a field of the recipe, with its name, its value in words, and what its ends mean."""

from __future__ import annotations

from collections.abc import Callable

import annotated_types
from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.recipes import Recipe, StyleRecipe, control_of
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, tighten
from studio.ui.widgets.slider import QuietSlider

FINE = 100  # steps of the slider for one of the number


class RangeRow(QWidget):
    """Follows the hand with `moved`, and says with `settled` when it has let go."""

    moved = Signal(float)
    settled = Signal()

    def __init__(
        self,
        look: Look,
        name: str,
        say: Callable[[float], str],
        ends: bool = True,
        kind: type[Recipe] = StyleRecipe,
    ) -> None:
        """name: of a field of this kind of recipe. say: its value in words."""
        super().__init__()
        info = kind.model_fields[name]
        control = control_of(info)
        self._say = say
        low, high = _bound(info, annotated_types.Ge, "ge"), _bound(info, annotated_types.Le, "le")
        self.slider = QuietSlider(look)
        self.slider.setRange(round(low * FINE), round(high * FINE))
        self.slider.setSingleStep(round(control.step * FINE))
        self.slider.setPageStep(round((high - low) * FINE / 5))
        self.slider.setAccessibleName(info.title or name)
        self.slider.setAccessibleDescription(
            f"{info.description} {control.low} – {control.high}".strip()
        )
        self.slider.setToolTip(info.description or "")
        self.value_words = label("", "label")
        head = QHBoxLayout()
        tighten(head)
        head.addWidget(label(info.title or name, "label", self.slider), 1)
        head.addWidget(self.value_words)
        column = QVBoxLayout(self)
        tighten(column)
        column.addLayout(head)
        column.addWidget(self.slider)
        if ends:
            feet = QHBoxLayout()
            tighten(feet)
            feet.addWidget(label(control.low, "label"), 1)
            feet.addWidget(label(control.high, "label"))
            column.addLayout(feet)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self.settled)
        self.show_value(low)

    def value(self) -> float:
        """Where it stands."""
        return self.slider.value() / FINE

    def show_value(self, value: float) -> None:
        """Stand here, without telling."""
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(value * FINE))
            self.slider.blockSignals(False)
        self._show_words()

    def _moved(self) -> None:
        self._show_words()
        self.moved.emit(self.value())
        if not self.slider.isSliderDown():  # by a key
            self.settled.emit()

    def _show_words(self) -> None:
        self.value_words.setText(self._say(self.value()))


def percent(value: float) -> str:
    """A part of 1 as one says it."""
    return f"{value:.0%}".replace("%", " %")


def breadth(value: float) -> str:
    """The brush in a word."""
    if abs(value) < 0.15:
        return "medium"
    words = ("fine", "very fine") if value < 0 else ("broad", "very broad")
    return words[abs(value) > 0.7]


def _bound(info: FieldInfo, kind: type, attribute: str) -> float:
    return float(next(getattr(one, attribute) for one in info.metadata if isinstance(one, kind)))
