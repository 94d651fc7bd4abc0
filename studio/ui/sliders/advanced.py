"""What most never need: the starting point in numbers, and how large kept pictures are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.recipes.picture import MAX_SEED
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, tighten, wrapped
from studio.ui.widgets.seed import SeedField
from studio.ui.widgets.segmented import Segmented

SIZES = (512, 1024, 2048)
FOUND = "This picture was found, not thrown: no number leads to it."


class Advanced(QWidget):
    """Numbers."""

    seed_typed = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.seed = SeedField(look, "Starting point", "The same number, the same picture.", 0,
                              MAX_SEED)  # fmt: skip
        self.seed.lock.hide()
        self.seed.dice.hide()
        self.note = wrapped(FOUND, "label")
        self.sizes = Segmented(look, "Size of kept pictures", "Side in pixels.")
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(label("Starting point", "label", self.seed.number))
        column.addWidget(self.seed)
        column.addWidget(self.note)
        column.addSpacing(8)
        column.addWidget(label("Size of kept pictures", "label"))
        column.addWidget(self.sizes)
        self._shown = 0
        self.seed.number.editingFinished.connect(self._typed)

    def show_size(self, own: int) -> None:
        """Offer the model's own size and larger ones."""
        taken = self.sizes.value()
        self.sizes.set_options([(0, str(own)), *((n, str(n)) for n in SIZES if n > own)])
        if taken:
            self.sizes.set_value(taken)

    def show_seed(self, seed: int, found: bool) -> None:
        """Show the starting point; a found place has none."""
        self.note.setVisible(found)
        if not self.seed.number.hasFocus():
            self._shown = seed
            self.seed.set_value(seed)

    def _typed(self) -> None:
        if self.seed.value() != self._shown:
            self._shown = self.seed.value()
            self.seed_typed.emit(self._shown)
