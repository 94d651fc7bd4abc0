"""Rows of controls that each show one value of an export plan, and hold it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.theme import Look
from studio.ui.widgets.basics import label, set_role, tighten
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.switch import Switch

Where = str  # of a value in the plan, such as "size.width"


class Number(QDoubleSpinBox):
    """A number with its unit, which the wheel passes by."""

    def __init__(self, words: str, low: float, high: float, unit: str, decimals: int) -> None:
        super().__init__()
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setSuffix(f" {unit}" if unit else "")
        self.setAccessibleName(words)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(8, 0, 0, 0)  # which the style sheet's padding leaves out

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the panel scroll."""
        event.ignore()

    def textFromValue(self, value: float) -> str:
        """Without zeros at the end."""
        return (
            f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".")
            if self.decimals()
            else (f"{value:.0f}")
        )


class Rows(QWidget):
    """A column of controls. changed: by the artist.

    What is about the same thing is shown and hidden together: `show_about`.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._showing = False
        self._about: dict[str, list[QWidget]] = {}
        self._held: dict[Where, tuple[Callable[[], Any], Callable[[Any], object]]] = {}
        self._column = QVBoxLayout(self)
        tighten(self._column, 0, 6)

    def values(self) -> dict[Where, Any]:
        """What the controls hold, by where it stands in a plan."""
        return {where: read() for where, (read, _) in self._held.items()}

    def show_value(self, where: Where, value: Any) -> None:
        """Show one value."""
        self._held[where][1](value)

    def show_about(self, about: str, yes: bool) -> None:
        """Show or hide all that is about this."""
        for each in self._about.get(about, ()):
            each.setVisible(yes)

    def _hold(self, where: Where, read: Callable[[], Any], show: Callable[[Any], object]) -> None:
        if where:
            self._held[where] = (read, show)

    def _put(self, widget: QWidget, about: str) -> None:
        self._column.addWidget(widget)
        self._about.setdefault(about, []).append(widget)

    def _caption(self, words: str, control: QWidget, about: str) -> None:
        self._put(label(words, "label", control), about)

    def _group(self, words: str, about: str) -> None:
        """The heading of what comes next."""
        heading = label(words, "group")
        heading.setContentsMargins(0, 10, 0, 0)
        self._put(heading, about)

    def _combo(
        self,
        where: Where,
        words: str,
        options: Sequence[tuple[Any, str]],
        about: str,
        help_text: str = "",
        beside: QWidget | None = None,
    ) -> Combo:
        """A list under its caption. beside: what stands to its right."""
        made = Combo(self._look, words, help_text)
        made.set_options(options)
        made.setCurrentIndex(0)
        made.currentIndexChanged.connect(self._changed)
        self._caption(words, made, about)
        if beside is None:
            self._put(made, about)
        else:
            self._row(about, made, beside)
        self._hold(where, made.value, made.set_value)
        return made

    def _line(
        self, where: Where, words: str, about: str, longest: int, help_text: str = ""
    ) -> QLineEdit:
        made = QLineEdit()
        made.setMaxLength(longest)
        made.setAccessibleName(words)
        made.setToolTip(help_text)
        made.textChanged.connect(self._changed)
        self._caption(words, made, about)
        self._put(made, about)
        self._hold(where, lambda: made.text().strip(), made.setText)
        return made

    def _number(
        self,
        where: Where,
        words: str,
        low: float,
        high: float,
        unit: str = "",
        decimals: int = 0,
        help_text: str = "",
    ) -> Number:
        """A number that is not in a row yet: see `_row`."""
        made = Number(words, low, high, unit, decimals)
        made.setToolTip(help_text)
        made.valueChanged.connect(self._changed)
        read = made.value if decimals else (lambda: round(made.value()))
        self._hold(where, read, made.setValue)
        return made

    def _switch(self, where: Where, words: str, about: str, help_text: str = "") -> Switch:
        made = Switch(self._look, words, help_text)
        made.toggled.connect(self._changed)
        self._put(made, about)
        self._hold(where, made.isChecked, made.setChecked)
        return made

    def _row(self, about: str, *parts: QWidget | str) -> None:
        """Controls beside each other; words stand for a caption of the next."""
        box = QWidget()
        row = QHBoxLayout(box)
        tighten(row, 0, 8)
        for place, part in enumerate(parts):
            if isinstance(part, str):
                after = parts[place + 1] if place + 1 < len(parts) else None
                buddy = after if isinstance(after, QWidget) else None
                made = label(part, "label" if len(part) > 1 else "muted", buddy)
                row.addWidget(made, 1 if not place else 0)
            else:
                row.addWidget(part, 1 if isinstance(part, Number | Combo) else 0)
        self._put(box, about)

    def _changed(self, *_: object) -> None:
        raise NotImplementedError


def scrolled(area: QScrollArea, inside: QWidget) -> QScrollArea:
    """A widget that may be longer than there is room."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    frame = QWidget()
    set_role(frame, "scrolled")
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 12, 0)
    column.addWidget(inside)
    area.setWidget(frame)
    return area
