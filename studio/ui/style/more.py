"""What is seldom needed: whose colours, how large, which strokes, which model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.recipes import FinestRecipe, StyleFilmRecipe, StyleRecipe, control_of
from studio.recipes.picture import MAX_SEED
from studio.recipes.style import MAX_SIDE
from studio.ui.style.range_row import RangeRow, percent
from studio.ui.style.wish import Wish
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, tighten, wrapped
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.seed import SeedField, Within
from studio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from studio.shelf import Model

OWN = "as your picture"
AS = "The film as"
SILENT = "This kind has no sound: your film will be silent. Film (MP4) and Film (WebM) keep it."
SOUNDING = ("mp4", "webm")  # formats that have sound


class More(QWidget):
    """The advanced fold."""

    colours_chosen = Signal(object)
    size_typed = Signal(int)
    model_chosen = Signal(str)
    format_chosen = Signal(str)
    steadiness_moved = Signal(float)
    settled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        fields = StyleRecipe.model_fields
        colours, size = fields["colours"], fields["size"]
        self.colours = Segmented(look, colours.title or "", colours.description or "")
        self.colours.set_options(control_of(colours).choices)
        self.side = QLineEdit()
        self.side.setValidator(Within(0, MAX_SIDE, self.side))
        self.side.setPlaceholderText(OWN)
        self.side.setAccessibleName(size.title or "")
        self.side.setAccessibleDescription(size.description or "")
        self.side.setToolTip(size.description or "")
        self.format = Combo(look, AS, "What kind of file the film becomes.")
        self.format.set_options(control_of(StyleFilmRecipe.model_fields["format"]).choices)
        self.steadiness = RangeRow(look, "steadiness", percent, kind=StyleFilmRecipe)
        self.film = QWidget()
        film = QVBoxLayout(self.film)
        tighten(film, 0, 6)
        film.addWidget(self.steadiness)
        film.addWidget(label(AS, "label", self.format))
        film.addWidget(self.format)
        self.silent = wrapped(SILENT, "label")
        self.silent.hide()
        film.addWidget(self.silent)
        self.film.hide()
        seed = FinestRecipe.model_fields["seed"]
        self.seed = SeedField(look, seed.title or "", seed.description or "", 0, MAX_SEED)
        model = fields["model"]
        self.models = Combo(look, model.title or "", model.description or "")
        self.models_label = label(model.title or "", "label", self.models)
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(label(colours.title or "", "label"))
        column.addWidget(self.colours)
        column.addSpacing(8)
        column.addWidget(label("Longer side in pixels", "label", self.side))
        column.addWidget(self.side)
        column.addSpacing(8)
        self.seed_label = label(f"{seed.title} of the finest quality", "label", self.seed.number)
        column.addWidget(self.seed_label)
        column.addWidget(self.seed)
        column.addWidget(self.film)
        column.addSpacing(8)
        column.addWidget(self.models_label)
        column.addWidget(self.models)
        self.says = wrapped("", "label")
        column.addWidget(self.says)
        self.colours.changed.connect(self.colours_chosen)
        self.side.editingFinished.connect(self._typed)
        self.models.activated.connect(self._chosen)
        self.format.activated.connect(self._format_chosen)
        self.steadiness.moved.connect(self.steadiness_moved)
        self.steadiness.settled.connect(self.settled)

    def show_wish(self, wish: Wish, film: bool, sounds: bool = False) -> None:
        """Show what is wanted, and what there is to choose for a film.

        sounds: whether something is heard in it.
        """
        self.colours.set_value(wish.colours)
        self.steadiness.show_value(wish.steadiness)
        self.format.set_value(wish.format)
        self.film.setVisible(film)
        self.silent.setVisible(sounds and wish.format not in SOUNDING)
        self.seed.setVisible(not film)
        self.seed_label.setVisible(not film)
        if not self.side.hasFocus():
            self.side.setText(str(wish.size) if wish.size else "")

    def show_seed(self, seed: int) -> None:
        """Have the strokes of a kept picture again."""
        self.seed.set_value(seed)
        self.seed.set_locked(True)

    def set_models(self, models: list[Model], chosen: str) -> None:
        """Offer these models, where there is a choice."""
        self.models.set_options([(model.id, model.name) for model in models])
        self.models.set_value(chosen)
        for widget in (self.models, self.models_label):
            widget.setVisible(len(models) > 1)
        model = next((model for model in models if model.id == chosen), None)
        self.says.setText(" ".join(filter(None, (model.summary, model.may))) if model else "")
        self.says.setVisible(bool(self.says.text()))

    def _typed(self) -> None:
        self.size_typed.emit(int(self.side.text() or 0))

    def _format_chosen(self) -> None:
        self.format_chosen.emit(str(self.format.value()))

    def _chosen(self) -> None:
        self.model_chosen.emit(str(self.models.value()))
