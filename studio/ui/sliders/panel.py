"""The panel of the sliders' room: which model, its sliders, the dice."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.form import Fold
from studio.ui.picture_panel import WIDTH
from studio.ui.sliders.advanced import Advanced
from studio.ui.sliders.journey import Journey
from studio.ui.sliders.mix_pad import Mix
from studio.ui.sliders.slider_row import SliderRow
from studio.ui.theme import Look
from studio.ui.widgets.basics import (
    IconButton,
    TextButton,
    frame,
    label,
    rule,
    set_role,
    tighten,
    wrapped,
)
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.segmented import Segmented
from studio.ui.widgets.slider import QuietSlider

if TYPE_CHECKING:
    from studio.shelf import Model
    from studio.shelf.manifest import SliderPart

FEW = 3  # so many models stand in a row to press on
HOW = ((0.3, "safe"), (0.65, "a little"), (0.95, "as it comes"), (1.1, "bold"), (9.0, "wild"))
OWN = "Yours"  # the group of directions that the artist has kept
MOST_ADVENTUROUS = 120  # hundredths


class SlidersPanel(QFrame):
    """Shows where the sliders stand and tells what the artist does with them; decides nothing."""

    model_chosen = Signal(object)  # its id
    add_model = Signal()
    add_file = Signal()
    moved = Signal(str, float)  # a slider, by hand
    settled = Signal()
    let_go = Signal(str)
    locked = Signal(str, bool)
    adventurous = Signal(float)
    renamed = Signal(str, str)
    starred = Signal(str, bool)
    unfolded = Signal()  # more is to be seen than before
    find_wanted = Signal()
    another = Signal()
    undo = Signal()
    redo = Signal()
    reset = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Sliders")
        self._look = look
        self._model: Model | None = None
        self.rows: dict[str, SliderRow] = {}
        self._make_choice()
        self._make_adventurous()
        self.more = Fold(look, "More directions")
        self.mix_fold = Fold(look, "Mix")
        self.mix = Mix(look)
        self.advanced_fold = Fold(look, "Advanced")
        self.advanced = Advanced(look)
        self.find_button = TextButton(look, "Find my picture…", "scan-search")
        self.find_button.setToolTip("Look for the place whose picture is most like one of yours")
        self._lay_out()
        self._make_foot()
        for fold in (self.more, self.mix_fold, self.advanced_fold):
            fold.button.toggled.connect(self.unfolded)
        self.find_button.clicked.connect(self.find_wanted)

    # Models

    def set_models(self, models: Sequence[Model], chosen: str) -> None:
        """Offer these models."""
        options = [(model.id, model.name) for model in models]
        many = len(options) > FEW
        self.models.set_options([] if many else options)
        self.models.setVisible(not many and bool(options))
        self.list.set_options(options if many else [])
        self.list.setVisible(many)
        self.choose_model(chosen)

    def choose_model(self, model_id: str) -> None:
        """Mark the model in use."""
        self.models.set_value(model_id)
        self.list.set_value(model_id)

    def show_model(
        self, model: Model | None, names: Mapping[str, str], starred: Sequence[str]
    ) -> None:
        """Show the sliders of a model.

        names: what the artist calls directions that have no name of their own, by id.
        starred: those of them that stand among the sliders.
        """
        self._model = model
        self.says.setText(model.summary if model else "")
        self.says.setVisible(bool(model and model.summary))
        self._clear()
        parts = model.latent.sliders if model else ()
        groups: dict[str, list[SliderPart]] = {}
        for part in parts:
            if part.named:
                groups.setdefault(part.group, []).append(part)
            elif part.id in starred:
                groups.setdefault(OWN, []).append(part)
        for title, members in groups.items():
            if title and len(groups) > 1:
                heading = label(title, "group")
                self._sliders.addWidget(heading)
            for part in members:
                self._add(self._sliders, part, names.get(part.id, part.name), part.id in starred)
        found = [part for part in parts if not part.named and part.id not in starred]
        for part in found:
            self._add(self.more.column, part, names.get(part.id, part.name), False)
        self.more.setVisible(bool(found))
        self.mix_fold.setVisible(model is not None)
        self.mix.show_layers(model is not None and model.latent.layers > 1)
        self.advanced_fold.setVisible(model is not None)
        if model is not None:
            self.advanced.show_size(model.latent.size)
        self._order()
        self.tools.setVisible(model is not None)
        for button in (self.another_button, self.undo_button, self.redo_button, self.reset_button):
            button.setEnabled(model is not None)

    def _order(self) -> None:
        """Let Tab come down the panel as the eye does; rows are made long after the rest."""
        below = [row for row in self.rows.values() if self.more.isAncestorOf(row)]
        above = [row for row in self.rows.values() if row not in below]
        mix, advanced = self.mix, self.advanced
        widgets: list[QWidget] = [
            self.add_button,
            *self.models.findChildren(QAbstractButton),
            self.list,
            *(stop for row in above for stop in row.stops()),
            self.adventure,
            self.find_button,
            self.more.button,
            *(stop for row in below for stop in row.stops()),
            self.mix_fold.button,
            *mix.slots_,
            mix.pad,
            *mix.layers.findChildren(QAbstractButton),
            self.advanced_fold.button,
            advanced.seed.number,
            *advanced.sizes.findChildren(QAbstractButton),
            self.another_button,
            self.undo_button,
            self.redo_button,
            self.reset_button,
        ]
        reached = [one for one in widgets if one.focusPolicy() != Qt.FocusPolicy.NoFocus]
        for before, after in itertools.pairwise(reached):
            QWidget.setTabOrder(before, after)

    def visible_rows(self) -> list[SliderRow]:
        """The rows that are not folded away."""
        return [
            row for row in self.rows.values() if self.more.open or not self.more.isAncestorOf(row)
        ]

    # Where they stand

    def show_journey(self, journey: Journey) -> None:
        """Put every handle where the picture says."""
        pinned = journey.place.sliders
        for name, row in self.rows.items():
            row.show_reading(journey.reading(name), name in pinned)
            if row.lock.isChecked() != (name in journey.locked):
                row.show_lock(name in journey.locked)
        self.undo_button.setEnabled(journey.can_undo)
        self.redo_button.setEnabled(journey.can_redo)
        self.reset_button.setEnabled(bool(set(pinned) - journey.locked))
        if not self.adventure.isSliderDown():
            self.adventure.blockSignals(True)
            self.adventure.setValue(round(journey.adventurous * 100))
            self.adventure.blockSignals(False)
        self._say_adventure(self.adventure.value())
        self.advanced.show_seed(journey.place.seed, bool(journey.place.found))

    # Parts

    def _make_choice(self) -> None:
        self.models = Segmented(self._look, "Made by", "Whose pictures to move among.")
        self.list = Combo(self._look, "Made by", "Whose pictures to move among.")
        self.says = wrapped("", "label")
        self.add_button = IconButton(self._look, "folder-plus", "Add a model…", size=16)
        self.models.changed.connect(self.model_chosen)
        self.list.activated.connect(self._list_chosen)
        self.add_button.clicked.connect(self._offer_ways)
        self.models.hide()
        self.list.hide()

    def _offer_ways(self) -> None:
        menu = QMenu(self)
        menu.addAction("A model folder…").triggered.connect(self.add_model)
        menu.addAction("The file of a StyleGAN2…").triggered.connect(self.add_file)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    def _make_adventurous(self) -> None:
        self.adventure = QuietSlider(self._look)
        self.adventure.setRange(0, MOST_ADVENTUROUS)
        self.adventure.setSingleStep(5)
        self.adventure.setPageStep(20)
        self.adventure.setAccessibleName("How adventurous")
        self.adventure.setAccessibleDescription(
            "How far another one may be from what this model draws most often. safe – wild"
        )
        self.adventure.setToolTip("How far from what this model draws most often")
        self.how = label("", "label")
        self.adventure.valueChanged.connect(self._adventured)
        self.adventure.sliderReleased.connect(self.settled)

    def _lay_out(self) -> None:
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        set_role(inside, "scrolled")
        column = self._margins = QVBoxLayout(inside)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        head = QHBoxLayout()
        tighten(head)
        head.addWidget(label("Made by", "label"), 1)
        head.addWidget(self.add_button)
        choice = QVBoxLayout()
        tighten(choice, 0, 4)
        choice.addLayout(head)
        choice.addWidget(self.models)
        choice.addWidget(self.list)
        choice.addWidget(self.says)
        column.addLayout(choice)
        self._sliders = QVBoxLayout()
        tighten(self._sliders, 0, 12)
        column.addLayout(self._sliders)
        row = QHBoxLayout()
        tighten(row)
        row.addWidget(label("How adventurous", "label", self.adventure), 1)
        row.addWidget(self.how)
        self.tools = QWidget()  # what only makes sense with a model
        tools = QVBoxLayout(self.tools)
        tighten(tools, 0, 2)
        tools.addLayout(row)
        tools.addWidget(self.adventure)
        tools.addSpacing(12)
        tools.addWidget(self.find_button)
        tools.addSpacing(12)
        tools.addWidget(rule())
        column.addWidget(self.tools)
        for fold, inner in ((self.mix_fold, self.mix), (self.advanced_fold, self.advanced)):
            fold.column.addWidget(inner)
        folds = QVBoxLayout()
        tighten(folds, 0, 6)
        for fold in (self.more, self.mix_fold, self.advanced_fold):
            folds.addWidget(fold)
        column.addLayout(folds)
        column.addStretch(1)
        self.scroller.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.scroller.setWidget(inside)
        self._whole = QVBoxLayout(self)
        tighten(self._whole)
        self._whole.addWidget(self.scroller, 1)

    def _make_foot(self) -> None:
        button = self.another_button = QPushButton()
        set_role(button, "create")
        button.setAccessibleName("Another one")
        button.setAccessibleDescription("Throw the dice. The space bar does the same.")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        words = QHBoxLayout(button)
        tighten(words, 0, 8)
        words.addStretch(1)
        words.addWidget(label("Another one", "create"))
        words.addWidget(label("Space", "keys"))
        words.addStretch(1)
        self.undo_button = IconButton(self._look, "undo-2", "One step back (Ctrl+Z)")
        self.redo_button = IconButton(self._look, "redo-2", "One step on again (Ctrl+Shift+Z)")
        self.reset_button = IconButton(
            self._look, "rotate-ccw", "Let go of all sliders that are not locked"
        )
        foot = frame("foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 14, 12, 14)
        row.setSpacing(2)
        row.addWidget(button, 1)
        row.addSpacing(6)
        for small in (self.undo_button, self.redo_button, self.reset_button):
            row.addWidget(small)
        self._whole.addWidget(foot)
        button.clicked.connect(self.another)
        self.undo_button.clicked.connect(self.undo)
        self.redo_button.clicked.connect(self.redo)
        self.reset_button.clicked.connect(self.reset)

    def _add(self, column: QVBoxLayout, part: SliderPart, name: str, starred: bool) -> None:
        row = SliderRow(self._look, part.id, name, (part.low, part.high), not part.named)
        row.show_star(starred)
        row.moved.connect(self.moved)
        row.settled.connect(self._row_settled)
        row.let_go.connect(self.let_go)
        row.locked.connect(self.locked)
        row.renamed.connect(self.renamed)
        row.starred.connect(self.starred)
        self.rows[part.id] = row
        column.addWidget(row)

    def _clear(self) -> None:
        self.rows.clear()
        for column in (self._sliders, self.more.column):
            while column.count():
                item = column.takeAt(0)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()

    def _row_settled(self) -> None:
        self.settled.emit()

    def _list_chosen(self) -> None:
        self.model_chosen.emit(self.list.value())

    def _adventured(self, value: int) -> None:
        self._say_adventure(value)
        self.adventurous.emit(value / 100)
        if not self.adventure.isSliderDown():
            self.settled.emit()

    def _say_adventure(self, value: int) -> None:
        self.how.setText(next(words for upto, words in HOW if value / 100 < upto))

    def _make_room(self, _low: int, high: int) -> None:
        """The scroll bar takes its room from the margin, not from the sliders."""
        bar = self.scroller.verticalScrollBar().sizeHint().width() if high > 0 else 0
        self._margins.setContentsMargins(20, 16, 20 - bar, 16)
