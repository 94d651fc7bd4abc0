"""A recipe's form: its fields in order, the advanced ones folded away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes import Recipe
from studio.recipes.base import check
from studio.ui.fields import Field, make_fields
from studio.ui.pictures import Pictures
from studio.ui.theme import Look
from studio.ui.widgets.basics import rule, set_role, tighten


class RecipeForm(QWidget):
    """Shows and changes the values of one kind of recipe."""

    changed = Signal()

    def __init__(self, kind: type[Recipe], look: Look, pictures: Pictures) -> None:
        super().__init__()
        self.kind = kind
        self._look = look
        self._fields: list[Field] = []
        set_role(self, "scrolled")
        column = QVBoxLayout(self)
        tighten(column, 0, 18)
        self.fold = Fold(look, "Advanced")
        for field, advanced in make_fields(kind, look, pictures):
            self._fields.append(field)
            (self.fold.column if advanced else column).addWidget(field)
            field.changed.connect(self.changed)
        column.addWidget(rule())
        column.addWidget(self.fold)
        column.addStretch(1)

    def field(self, name: str) -> Field:
        """The control that holds a field of the recipe."""
        return next(field for field in self._fields if name in field.names)

    def offer(self, name: str, options: Sequence[Any]) -> None:
        """Tell a field what a model has to offer."""
        self.field(name).offer(options)

    def values(self) -> dict[str, Any]:
        """The values of all fields."""
        return {name: value for field in self._fields for name, value in field.values().items()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Show these values; what is missing stays as it is, what does not fit is left out."""
        shown = self.values()
        good = {name: value for name, value in values.items() if name in shown}
        good = {name: value for name, value in good.items() if self._fits(name, value)}
        merged = {**shown, **good}
        for field in self._fields:
            if any(name in good for name in field.names):
                field.set_values(merged)

    def recipe(self, **others: Any) -> Recipe:
        """The recipe as it stands. StudioError where something does not fit."""
        return check(self.kind, {**self.values(), **others})

    def _fits(self, name: str, value: Any) -> bool:
        """Whether a value could stand in this field; any words can, even too many."""
        if self.kind.model_fields[name].annotation is str:
            return isinstance(value, str)
        required = {n: "x" for n, info in self.kind.model_fields.items() if info.is_required()}
        try:
            check(self.kind, {**required, name: value})
        except StudioError:
            return False
        return True


class Fold(QWidget):
    """A group that opens and closes under its title."""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self._look = look
        self.button = QPushButton(title)
        set_role(self.button, "fold")
        self.button.setCheckable(True)
        self.button.setAccessibleName(title)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setIconSize(QSize(16, 16))
        self.inside = QWidget()
        self.column = QVBoxLayout(self.inside)
        tighten(self.column, 0, 16)
        column = QVBoxLayout(self)
        tighten(column, 0, 12)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.inside)
        self.inside.hide()
        self.button.toggled.connect(self._toggled)
        look.changed.connect(self._draw)
        self._draw()

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return self.button.isChecked()

    def set_open(self, opened: bool) -> None:
        """Open or close it."""
        self.button.setChecked(opened)

    def _toggled(self, opened: bool) -> None:
        self.inside.setVisible(opened)
        self._draw()

    def _draw(self) -> None:
        name = "chevron-down" if self.open else "chevron-right"
        self.button.setIcon(self._look.icon(name, "muted", 16))
