"""How a path moves: round or one way, how long, how it passes its stops."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.recipes import WalkRecipe, control_of
from studio.ui.sliders.journey import Path
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, set_role, tighten
from studio.ui.widgets.segmented import Segmented
from studio.ui.widgets.slider import QuietSlider

MOST = 60  # seconds that the slider reaches


class PathFields(QWidget):
    """The three choices, as the recipe itself words them."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._path = Path()
        self.loop = Segmented(look, _title("loop"), _help("loop"))
        self.loop.set_options(_choices("loop"))
        self.motion = Segmented(look, _title("motion"), _help("motion"))
        self.motion.set_options(_choices("motion"))
        self.seconds = QuietSlider(look)
        self.seconds.setRange(1, MOST)
        self.seconds.setAccessibleName("How long, in seconds")
        self.long = label("", "label")
        row = QHBoxLayout()
        tighten(row)
        row.addWidget(label(_title("seconds"), "label", self.seconds), 1)
        row.addWidget(self.long)
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(self.loop)
        column.addSpacing(6)
        column.addLayout(row)
        column.addWidget(self.seconds)
        column.addSpacing(6)
        column.addWidget(label(_title("motion"), "label"))
        column.addWidget(self.motion)
        self.loop.changed.connect(self._taken)
        self.motion.changed.connect(self._taken)
        self.seconds.valueChanged.connect(self._taken)

    def show_path(self, path: Path) -> None:
        """Show how this path moves, and change it from now on."""
        self._path = path
        self.seconds.blockSignals(True)
        self.seconds.setValue(round(path.seconds))
        self.seconds.blockSignals(False)
        self.loop.set_value(path.loop)
        self.motion.set_value(path.motion)
        self._say()

    def _taken(self) -> None:
        path = self._path
        path.loop, path.motion = self.loop.value(), self.motion.value()
        path.seconds = float(self.seconds.value())
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        self.long.setText(f"{self._path.seconds:g} s")


class PathOptions(QFrame):
    """The fields in a card that opens above a button and closes by itself."""

    changed = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_role(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(330)
        self.setAccessibleName("How the path moves")
        self.fields = PathFields(look)
        column = QVBoxLayout(self)
        tighten(column, 16)
        column.addWidget(self.fields)
        self.fields.changed.connect(self.changed)

    def open(self, path: Path, button: QWidget) -> None:
        """Open above this button."""
        self.fields.show_path(path)
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), -self.height() - 8))
        self.move(corner)
        self.show()


def in_words(path: Path) -> str:
    """How it moves, in a few words."""
    return f"{'back to start' if path.loop else 'one way'} · {path.seconds:g} s"


def _title(name: str) -> str:
    return WalkRecipe.model_fields[name].title or name


def _help(name: str) -> str:
    return WalkRecipe.model_fields[name].description or ""


def _choices(name: str) -> list[tuple[Any, str]]:
    return list(control_of(WalkRecipe.model_fields[name]).choices)
