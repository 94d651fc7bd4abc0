"""What is seldom chosen by hand: key, tempo, metre, who composes, and whether it plays at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from studio.recipes.tune import Metre, TuneRecipe
from studio.ui.music.note_names import SHORT
from studio.ui.music.wish import Wish
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, tighten
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from studio.shelf import Model

AS_MOOD = "as the mood has it"
SLOWEST, FASTEST = 39, 240  # beats a minute that can be chosen; one below stands for the mood's own


class Details(QWidget):
    """A fold's content. chosen: fields of the wish, by name."""

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        fields = TuneRecipe.model_fields
        self.tonic = Combo(look, "Key", "The note that it comes home to.")
        self.tonic.set_options([(None, "any"), *enumerate(SHORT)])
        self.mode = Segmented(look, "Major or minor")
        self.mode.set_options([(None, "Any"), ("major", "Major"), ("minor", "Minor")])
        self.metre = Combo(look, fields["metre"].title or "", fields["metre"].description or "")
        self.metre.set_options([(None, AS_MOOD), *((one, one) for one in get_args(Metre))])
        self.tempo = QSpinBox()
        self.tempo.setRange(SLOWEST, FASTEST)
        self.tempo.setSpecialValueText(AS_MOOD)
        self.tempo.setSuffix(" beats a minute")
        self.tempo.setKeyboardTracking(False)
        self.tempo.lineEdit().setTextMargins(12, 0, 0, 0)  # as much as a list's words have
        self.tempo.setAccessibleName(fields["tempo"].title or "")
        self.tempo.setAccessibleDescription(fields["tempo"].description or "")
        self.models = Combo(look, "Composed by", fields["model"].description or "")
        self.models_label = label("Composed by", "label", self.models)
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(label("Key", "label", self.tonic))
        row = QHBoxLayout()
        tighten(row, 0, 8)
        self.tonic.setMinimumContentsLength(4)
        row.addWidget(self.tonic, 1)
        row.addWidget(self.mode, 2)
        column.addLayout(row)
        column.addSpacing(4)
        column.addWidget(label(fields["tempo"].title or "", "label", self.tempo))
        column.addWidget(self.tempo)
        column.addSpacing(4)
        column.addWidget(label(fields["metre"].title or "", "label", self.metre))
        column.addWidget(self.metre)
        column.addSpacing(4)
        column.addWidget(self.models_label)
        column.addWidget(self.models)
        self.tonic.activated.connect(lambda: self.chosen.emit({"tonic": self.tonic.value()}))
        self.mode.changed.connect(lambda mode: self.chosen.emit({"mode": mode}))
        self.metre.activated.connect(lambda: self.chosen.emit({"metre": self.metre.value()}))
        self.tempo.valueChanged.connect(self._tempo)
        self.models.activated.connect(lambda: self.chosen.emit({"model": self.models.value()}))
        self.set_models([])

    def set_models(self, models: list[Model]) -> None:
        """Offer these, where there is a choice."""
        self.models.set_options([(model.id, model.name) for model in models])
        several = len(models) > 1
        self.models.setVisible(several)
        self.models_label.setVisible(several)

    def show_wish(self, wish: Wish) -> None:
        """Show what is wished for, without telling."""
        self.tonic.set_value(wish.tonic)
        self.mode.set_value(wish.mode)
        self.metre.set_value(wish.metre)
        self.models.set_value(wish.model)
        self.tempo.blockSignals(True)
        self.tempo.setValue(SLOWEST if wish.tempo is None else round(wish.tempo))
        self.tempo.blockSignals(False)

    def _tempo(self, beats: int) -> None:
        self.chosen.emit({"tempo": None if beats == SLOWEST else float(beats)})
