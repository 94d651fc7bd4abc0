"""Many pictures around the one on the canvas, into a folder, with a table of their sliders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.errors import StudioError
from studio.recipes import Place, VariationsRecipe
from studio.recipes.base import check
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, set_role, tighten, wrapped
from studio.ui.widgets.slider import QuietSlider

if TYPE_CHECKING:
    from studio.shelf.manifest import SliderPart

MANY = 200
MOST = 100_000
ROWS, ROW = 6, 38  # rows of sliders in sight, and the height of one

Made = Callable[[VariationsRecipe, Path], object]


class VariationsDialog(QDialog):
    """Asks, then hands the recipe and the folder to `then`."""

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        model: str,
        place: Place,
        sliders: Sequence[SliderPart],
        seed: int,
        then: Made,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Variations")
        self.setFixedWidth(460)
        self._model, self._place, self._seed, self._then = model, place, seed, then
        self.count = QSpinBox()
        self.count.setRange(1, MOST)
        self.count.setValue(MANY)
        self.count.setGroupSeparatorShown(True)
        self.count.setAccessibleName("How many")
        self.count.lineEdit().setTextMargins(12, 0, 0, 0)
        self.amount = QuietSlider(look)
        self.amount.setRange(0, 100)
        self.amount.setSingleStep(5)
        self.amount.setPageStep(20)
        self.amount.setValue(50)
        self.amount.setAccessibleName("How different")
        self.amount.setAccessibleDescription("From the one you see. alike – anything")
        self.boxes: dict[str, TextButton] = {}
        for part in sliders:
            box = TextButton(look, part.name, role="pick")
            box.setCheckable(True)
            box.setAccessibleDescription("Spread evenly over its whole range.")
            self.boxes[part.id] = box
        self.hint = wrapped("", "hint")
        self.hint.hide()
        self.go = TextButton(look, "Choose a folder…", "folder-open", "accent", "on_accent")
        self.go.setDefault(True)
        self.away = TextButton(look, "Cancel")
        self._lay_out()
        self.go.clicked.connect(self._go)
        self.away.clicked.connect(self.reject)

    def recipe(self) -> VariationsRecipe:
        """What is asked for. StudioError where it does not fit."""
        return check(
            VariationsRecipe,
            {
                "model": self._model,
                "place": self._place,
                "count": self.count.value(),
                "amount": self.amount.value() / 100,
                "vary": tuple(name for name, box in self.boxes.items() if box.isChecked()),
                "seed": self._seed,
            },
        )

    def _go(self) -> None:
        try:
            recipe = self.recipe()
        except StudioError as error:
            self.hint.setText(error.what)
            self.hint.show()
            return
        from studio.ui.dialogs import ask_folder

        def chosen(folder: Path) -> None:
            self._then(recipe, folder)
            self.accept()

        ask_folder(self, "A folder for the pictures", "", chosen)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        tighten(column, 24, 8)
        column.addWidget(label("Variations of this picture", "heading"))
        column.addWidget(
            wrapped(
                "Pictures in a folder of yours, with a table that says where each slider stands: "
                "material for other programs to learn from.",
                "muted",
            )
        )
        column.addSpacing(8)
        column.addWidget(label("How many", "label", self.count))
        column.addWidget(self.count)
        column.addSpacing(8)
        column.addWidget(label("How different", "label", self.amount))
        column.addWidget(self.amount)
        ends = QHBoxLayout()
        tighten(ends)
        ends.addWidget(label("alike", "label"))
        ends.addStretch(1)
        ends.addWidget(label("anything", "label"))
        column.addLayout(ends)
        if self.boxes:
            column.addSpacing(8)
            column.addWidget(label("Spread evenly (the others as the dice fall)", "label"))
            inside = QWidget()
            set_role(inside, "scrolled")
            grid = QGridLayout(inside)
            tighten(grid, 0, 6)
            for number, box in enumerate(self.boxes.values()):
                grid.addWidget(box, number // 2, number % 2)
            scroller = QScrollArea()
            scroller.setWidgetResizable(True)
            scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroller.setWidget(inside)
            rows = (len(self.boxes) + 1) // 2
            scroller.setFixedHeight(min(ROWS, rows) * ROW)
            column.addWidget(scroller)
        column.addWidget(self.hint)
        column.addSpacing(12)
        column.addLayout(button_row(self.away, self.go))
