"""From a recipe's own description of a field to the control that asks for it.

Titles, help, ranges and choices come from the recipe, never from here. What a model can do
(its styles, shapes, own numbers) is offered to a field through `offer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import annotated_types
from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.recipes import Recipe, control_of
from studio.ui.pictures import Pictures
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, tighten
from studio.ui.widgets.chips import Chips, Option
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.seed import SeedField
from studio.ui.widgets.segmented import Segmented
from studio.ui.widgets.slider import SliderField
from studio.ui.widgets.text import WordsEdit

SEGMENTS = 8  # a number with at most this many values is a row to press on


class Field(QWidget):
    """A control for one field of a recipe, or for two that belong together.

    names: the fields it holds. `values` has the ones an artist has an opinion about.
    """

    changed = Signal()

    def __init__(self, names: tuple[str, ...], info: FieldInfo) -> None:
        super().__init__()
        self.names = names
        self.title = info.title or names[0]
        self.help = info.description or ""
        self.column = QVBoxLayout(self)
        tighten(self.column, 0, 6)

    def values(self) -> dict[str, Any]:
        """What the recipe gets."""
        raise NotImplementedError

    def set_values(self, values: dict[str, Any]) -> None:
        """Show what a recipe holds."""
        raise NotImplementedError

    def offer(self, options: Sequence[Any]) -> None:
        """Take what a model has to offer for this field."""

    def caption(self, text: str, buddy: QWidget) -> None:
        """Put the field's name above it."""
        self.head = QHBoxLayout()
        tighten(self.head)
        self.head.addWidget(label(text, "label", buddy), 1)
        self.column.addLayout(self.head)


class TextField(Field):
    """Words of any length."""

    def __init__(self, look: Look, name: str, info: FieldInfo, lines: int, prompt: bool) -> None:
        super().__init__((name,), info)
        self.edit = WordsEdit(look, self.title, self.help, lines, prompt)
        self.caption(self.title, self.edit)
        self.column.addWidget(self.edit)
        self.edit.changed.connect(self.changed)

    def values(self) -> dict[str, Any]:
        """The words."""
        return {self.names[0]: self.edit.value()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Show the words."""
        self.edit.set_value(str(values[self.names[0]]))


class StyleField(Field):
    """The manner of drawing: chips where the model offers styles, else a line for own words."""

    def __init__(self, look: Look, pictures: Pictures, name: str, info: FieldInfo) -> None:
        super().__init__((name,), info)
        self._own = ""  # words of no chip, from an earlier model or an earlier artwork
        self.chips = Chips(look, pictures, self.title, self.help)
        self.line = QLineEdit()
        self.line.setAccessibleName(self.title)
        self.line.setPlaceholderText(self.help)
        self.line.setMaxLength(_limit(info, annotated_types.MaxLen, "max_length", 200))
        self.caption(self.title, self.line)
        self.column.addWidget(self.chips)
        self.column.addWidget(self.line)
        self.chips.hide()
        self.chips.changed.connect(self._chosen)
        self.line.textEdited.connect(self._typed)

    def offer(self, options: Sequence[Option]) -> None:
        """Offer these styles."""
        value = self.values()[self.names[0]]
        self.chips.set_options(options)
        self.chips.setVisible(bool(options))
        self.set_values({self.names[0]: value})

    def values(self) -> dict[str, Any]:
        """The words of the style."""
        return {self.names[0]: self._own}

    def set_values(self, values: dict[str, Any]) -> None:
        """Show a style; words that no chip has are shown in the line."""
        self._own = str(values[self.names[0]])
        known = self.chips.set_value(self._own)
        self.line.setText(self._own)
        self.line.setVisible(not self.chips.chips() or not known)

    def _chosen(self, words: str) -> None:
        self._own = words
        self.line.hide()
        self.changed.emit()

    def _typed(self, words: str) -> None:
        self._own = words
        self.changed.emit()


class ShapeField(Field):
    """Width and height as one choice of shape. Hidden where there is nothing to choose."""

    def __init__(self, look: Look, names: tuple[str, str], info: FieldInfo) -> None:
        super().__init__(names, info)
        self._look = look
        self._size = (0, 0)
        self._shapes: list[tuple[str, int, int]] = []
        self.row = Segmented(look, "Shape", "How wide and how high.")
        self.caption("Shape", self.row)
        self.column.addWidget(self.row)
        self.row.changed.connect(self._chosen)
        self.hide()

    def offer(self, options: Sequence[tuple[str, int, int]]) -> None:
        """Offer these (name, width, height); the first is the model's own."""
        self._shapes = list(options)
        self._show()

    def values(self) -> dict[str, Any]:
        """Width and height; 0 leaves them to the model."""
        return dict(zip(self.names, self._size, strict=True))

    def set_values(self, values: dict[str, Any]) -> None:
        """Take a size; one that the model does not offer is shown in its numbers."""
        self._size = (values[self.names[0]], values[self.names[1]])
        self._show()

    def _show(self) -> None:
        shapes = self._shapes
        sizes = [(width, height) for _, width, height in shapes]
        if self._size == (0, 0) and sizes:
            self._size = sizes[0]
        if self._size not in sizes:
            if len(shapes) == 1:  # nothing to choose: the model draws this and no other
                self._size = sizes[0]
            elif shapes:
                width, height = self._size
                shapes = [*shapes, (f"{width} × {height}", width, height)]
                sizes.append(self._size)
        self.row.set_options([(s, n) for s, (n, _, _) in zip(sizes, shapes, strict=True)], sizes)
        self.row.set_value(self._size)
        self.setVisible(len(shapes) > 1)

    def _chosen(self, size: tuple[int, int]) -> None:
        self._size = size
        self.changed.emit()


class RowField(Field):
    """A choice, or a small number, as a row of segments."""

    def __init__(
        self, look: Look, name: str, info: FieldInfo, options: Sequence[tuple[Any, str]]
    ) -> None:
        super().__init__((name,), info)
        self.row = Segmented(look, self.title, self.help)
        self.row.set_options(options)
        self.row.set_value(info.default)
        self.caption(self.title, self.row)
        self.column.addWidget(self.row)
        self.row.changed.connect(self._chosen)

    def values(self) -> dict[str, Any]:
        """What is taken."""
        return {self.names[0]: self.row.value()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Take a value."""
        self.row.set_value(values[self.names[0]])

    def _chosen(self) -> None:
        self.changed.emit()


class ListField(Field):
    """A choice as a list that opens; hidden while there is nothing to choose."""

    def __init__(self, look: Look, name: str, info: FieldInfo) -> None:
        super().__init__((name,), info)
        self.combo = Combo(look, self.title, self.help)
        self.caption(self.title, self.combo)
        self.column.addWidget(self.combo)
        self.combo.activated.connect(self.changed)
        self.hide()

    def offer(self, options: Sequence[tuple[Any, str]]) -> None:
        """Offer these (value, words)."""
        self.combo.set_options(options)
        if self.combo.currentIndex() < 0 and options:
            self.combo.setCurrentIndex(0)
        self.setVisible(len(options) > 1)

    def values(self) -> dict[str, Any]:
        """What is taken."""
        value = self.combo.value()
        return {self.names[0]: "" if value is None else value}

    def set_values(self, values: dict[str, Any]) -> None:
        """Take a value; one that is not on offer is added, since a recipe asked for it."""
        value = values[self.names[0]]
        if not self.combo.set_value(value) and value:
            self.combo.addItem(str(value), value)
            self.combo.set_value(value)


class NumberSlider(Field):
    """A number of a wide range, which may be left to the model."""

    def __init__(self, look: Look, name: str, info: FieldInfo) -> None:
        super().__init__((name,), info)
        control = control_of(info)
        self._whole = info.annotation in (int, int | None)
        self.field = SliderField(
            look,
            self.title,
            self.help,
            (_limit(info, annotated_types.Ge, "ge", 0), _limit(info, annotated_types.Le, "le", 1)),
            control.step,
            (control.low, control.high),
        )
        self.column.addWidget(self.field)
        self.field.changed.connect(self.changed)

    def values(self) -> dict[str, Any]:
        """The number, or None."""
        value = self.field.value()
        return {self.names[0]: round(value) if self._whole and value is not None else value}

    def set_values(self, values: dict[str, Any]) -> None:
        """Show a number."""
        self.field.set_value(values[self.names[0]])

    def offer(self, options: Sequence[float | None]) -> None:
        """Take what the model would choose, where it says so."""
        self.field.set_default(options[0])


class Starting(Field):
    """The seed with its lock and dice."""

    def __init__(self, look: Look, name: str, info: FieldInfo) -> None:
        super().__init__((name,), info)
        low = _limit(info, annotated_types.Ge, "ge", 0)
        high = _limit(info, annotated_types.Le, "le", 2**31 - 1)
        self.seed = SeedField(look, self.title, self.help, low, high)
        self.caption(self.title, self.seed.number)
        self.column.addWidget(self.seed)
        self.seed.changed.connect(self.changed)

    def values(self) -> dict[str, Any]:
        """The number."""
        return {self.names[0]: self.seed.value()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Show a number."""
        self.seed.set_value(values[self.names[0]])


def make_fields(kind: type[Recipe], look: Look, pictures: Pictures) -> list[tuple[Field, bool]]:
    """The controls of a kind of recipe, in the recipe's order, and whether each is advanced."""
    made: list[tuple[Field, bool]] = []
    infos = kind.model_fields
    shape = tuple(name for name, info in infos.items() if control_of(info).kind == "shape")
    first_text = True
    for name, info in infos.items():
        control = control_of(info)
        field: Field | None = None
        match control.kind:
            case "text":
                field = TextField(look, name, info, 3 if first_text else 2, prompt=first_text)
                first_text = False
            case "words":
                field = StyleField(look, pictures, name, info)
            case "shape" if name == shape[0] and len(shape) == 2:
                field = ShapeField(look, (shape[0], shape[1]), info)
            case "choice" if control.choices:
                field = RowField(look, name, info, control.choices)
            case "choice":
                field = ListField(look, name, info)
            case "number" | "slider":
                field = _number(look, name, info)
            case "seed":
                field = Starting(look, name, info)
        if field is not None:
            made.append((field, control.advanced))
    return made


def _number(look: Look, name: str, info: FieldInfo) -> Field:
    low = _limit(info, annotated_types.Ge, "ge", 0)
    high = _limit(info, annotated_types.Le, "le", 100)
    if control_of(info).kind == "number" and high - low < SEGMENTS:
        return RowField(look, name, info, [(n, str(n)) for n in range(int(low), int(high) + 1)])
    return NumberSlider(look, name, info)


def _limit(info: FieldInfo, kind: type, attribute: str, otherwise: Any) -> Any:
    """A bound that the recipe itself sets."""
    for item in info.metadata:
        if isinstance(item, kind):
            return getattr(item, attribute)
    return otherwise
