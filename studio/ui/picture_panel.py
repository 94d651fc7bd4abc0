"""The panel of the picture room: words in, a recipe out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes import PictureRecipe
from studio.ui.fields import RowField, Starting, StyleField, TextField
from studio.ui.form import RecipeForm
from studio.ui.ideas import surprise
from studio.ui.pictures import Pictures
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, frame, label, set_role, tighten, wrapped
from studio.ui.widgets.chips import Option
from studio.ui.widgets.combo import Combo

if TYPE_CHECKING:
    from studio.shelf import Effort, Model

WIDTH = 348


class PicturePanel(QFrame):
    """Asks for a picture. `asked` carries the recipe when Create is pressed and all fits."""

    asked = Signal(object)
    changed = Signal()
    add_model = Signal()

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        set_role(self, "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("What to draw")
        self._models: list[Model] = []
        self._styled = False  # whether a manner of drawing was remembered, or chosen for them
        self._wanted = str(PictureRecipe.model_fields["model"].default)
        self.form = RecipeForm(PictureRecipe, look, pictures)
        self.prompt = cast(TextField, self.form.field("prompt")).edit
        self.styles = cast(StyleField, self.form.field("style")).chips
        self.seed = cast(Starting, self.form.field("seed")).seed
        self.surprise = TextButton(look, "Surprise me", "sparkles", "quiet", "muted")
        self.form.field("prompt").head.addWidget(self.surprise)
        self.hint = wrapped("", "hint")
        self.hint.hide()
        self.form.field("prompt").column.addWidget(self.hint)
        self._make_model_choice(look)
        self._lay_out()
        self.form.changed.connect(self._edited)
        self.prompt.submitted.connect(self.ask)
        self.surprise.clicked.connect(self._surprise)
        cast(RowField, self.form.field("quality")).changed.connect(self._offer_defaults)

    def recipe(self) -> PictureRecipe:
        """The recipe as the form stands. StudioError where something does not fit."""
        return cast(PictureRecipe, self.form.recipe(model=self._wanted))

    def ask(self) -> None:
        """What Create does: a fresh starting point where it is not locked, then the recipe."""
        try:
            self.recipe()
            with QSignalBlocker(self.seed):
                self.seed.renew()
            recipe = self.recipe()
        except StudioError as error:
            self.say(error)
            self.prompt.setFocus()
            self.scroller.ensureWidgetVisible(self.prompt)
            return
        self.say(None)
        self.changed.emit()
        self.asked.emit(recipe)

    def say(self, error: StudioError | None) -> None:
        """Tell under the prompt what does not fit, or take that back."""
        self.hint.setText(error.what if error else "")
        self.hint.setVisible(error is not None)
        self.prompt.setAccessibleDescription(error.what if error else self.prompt.placeholderText())

    def set_prompt(self, words: str) -> None:
        """Put words into the prompt, ready to go on typing."""
        self.prompt.set_value(words)
        self.prompt.setFocus()

    def state(self) -> dict[str, Any]:
        """What to remember of the form."""
        return {**self.form.values(), "model": self._wanted}

    def restore(self, values: dict[str, Any], locked: bool, advanced: bool) -> None:
        """Show what was remembered."""
        self._styled = self._styled or "style" in values
        with QSignalBlocker(self.form):
            self.seed.renew()
            self.form.set_values(values)
        self.seed.set_locked(locked)
        self.form.fold.set_open(advanced)
        if isinstance(values.get("model"), str):
            self._wanted = values["model"]

    def use(self, recipe: PictureRecipe) -> None:
        """Take over another picture's words and settings, its starting point locked."""
        self.restore(recipe.model_dump(), locked=True, advanced=self.form.fold.open)
        self._choose_model()
        self._leave_usual()
        self.say(None)
        self.changed.emit()

    def set_models(self, models: list[Model]) -> None:
        """Offer these models, and what the chosen one can do."""
        self._models = models
        self.model_choice.set_options([(model.id, model.name) for model in models])
        self._choose_model()

    def choose_model(self, model_id: str) -> None:
        """Draw with this model from now on."""
        self._wanted = model_id
        self._choose_model()
        self.changed.emit()

    def model(self) -> Model | None:
        """The chosen model, where it is on this computer."""
        return next((model for model in self._models if model.id == self._wanted), None)

    def _choose_model(self) -> None:
        if self.model() is None and self._models:
            self._wanted = self._models[0].id
        self.model_choice.set_value(self._wanted)
        model = self.model()
        self.model_says.setVisible(model is not None)
        if model is None:
            return
        self.model_says.setText(" ".join(filter(None, (model.summary, model.may))))
        traits = model.picture
        with QSignalBlocker(self.form):
            self.form.offer("style", [_option(model.folder, style) for style in traits.styles])
            self.form.offer("width", traits.shapes)
            self.form.offer("scheduler", traits.schedulers)
            if traits.styles and not self._styled:  # the first start: begin with the best known
                self.form.set_values({"style": traits.styles[0].words})
        self._styled = True
        self._offer_defaults()

    def _offer_defaults(self) -> None:
        """Show what the model itself would take for the numbers left to it."""
        model = self.model()
        if model is None:
            return
        effort = _effort(model, self.form.values()["quality"])
        for name in ("steps", "guidance"):
            field = self.form.field(name)
            field.offer((getattr(effort, name),))

    def _leave_usual(self) -> None:
        """Leave to the model what it would choose anyway, so that the speed can be changed."""
        model, values = self.model(), self.form.values()
        if model is not None:
            effort = _effort(model, values["quality"])
            usual = {n: None for n in ("steps", "guidance") if values[n] == getattr(effort, n)}
            self.form.set_values(usual)

    def _make_model_choice(self, look: Look) -> None:
        info = PictureRecipe.model_fields["model"]
        self.model_choice = Combo(look, info.title or "", info.description or "")
        self.model_says = wrapped("", "label")
        self.model_says.hide()
        self.add_button = TextButton(look, "Add a model folder…", "folder-plus", "", "muted")
        group = QWidget()
        column = QVBoxLayout(group)
        tighten(column, 0, 6)
        column.addWidget(label(info.title or "", "label", self.model_choice))
        column.addWidget(self.model_choice)
        column.addWidget(self.model_says)
        column.addSpacing(2)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.form.fold.column.insertWidget(0, group)
        self.model_choice.activated.connect(self._model_chosen)
        self.add_button.clicked.connect(self.add_model)

    def _lay_out(self) -> None:
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        set_role(inside, "scrolled")
        self._margins = QVBoxLayout(inside)
        self._margins.setContentsMargins(20, 16, 20, 16)
        self._margins.addWidget(self.form)
        self.scroller.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.scroller.setWidget(inside)
        self.create_button = QPushButton()
        set_role(self.create_button, "create")
        self.create_button.setAccessibleName("Create")
        self.create_button.setAccessibleDescription("Draw it. Ctrl+Enter does the same.")
        self.create_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.create_button.clicked.connect(self.ask)
        words = QHBoxLayout(self.create_button)
        tighten(words, 0, 8)
        words.addStretch(1)
        words.addWidget(label("Create", "create"))
        words.addWidget(label("⌘ ↵" if sys.platform == "darwin" else "Ctrl ↵", "keys"))
        words.addStretch(1)
        foot = frame("foot")
        below = QVBoxLayout(foot)
        below.setContentsMargins(20, 14, 20, 14)
        below.addWidget(self.create_button)
        whole = QVBoxLayout(self)
        tighten(whole)
        whole.addWidget(self.scroller, 1)
        whole.addWidget(foot)

    def _make_room(self, _low: int, high: int) -> None:
        """The scroll bar takes its room from the margin, not from the form."""
        bar = self.scroller.verticalScrollBar().sizeHint().width() if high > 0 else 0
        self._margins.setContentsMargins(20, 16, 20 - bar, 16)

    def _model_chosen(self) -> None:
        self.choose_model(self.model_choice.value())

    def _surprise(self) -> None:
        self.prompt.set_value(surprise())

    def _edited(self) -> None:
        if not self.hint.isHidden():
            try:
                self.recipe()
                self.say(None)
            except StudioError as error:
                self.say(error)
        self.changed.emit()


def _effort(model: Model, quality: str) -> Effort:
    """What the model itself would do for this quality."""
    return model.picture.draft if quality == "draft" else model.picture.full


def _option(folder: Path, style: Any) -> Option:
    """A style of the shelf as a chip; its thumbnail lies in the model's folder."""
    return Option(style.words, style.name, folder / style.thumbnail if style.thumbnail else None)
