"""Sung or full audio: words in, a recipe out, where a model for it is on this computer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes import SoundRecipe
from studio.ui.fields import ListField, NumberSlider, Starting, TextField
from studio.ui.form import RecipeForm
from studio.ui.pictures import Pictures
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten, wrapped
from studio.ui.widgets.combo import Combo

if TYPE_CHECKING:
    from studio.shelf import Model

LYRIC_LINES = 6
LENGTHS = (10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 420.0, 600.0)  # seconds
USUAL_LENGTH = 30.0
LANGUAGES = (
    ("en", "English"),
    ("ar", "Arabic"),
    ("zh", "Chinese"),
    ("cs", "Czech"),
    ("nl", "Dutch"),
    ("fr", "French"),
    ("de", "German"),
    ("el", "Greek"),
    ("hi", "Hindi"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ru", "Russian"),
    ("es", "Spanish"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("vi", "Vietnamese"),
)


class FullAudio(QWidget):
    """Asks for a piece of sound.

    asked: a SoundRecipe, when `ask` was called (or Ctrl+Enter pressed) and all fits.
    changed: the form is another. add_model: the artist wants to add a model's folder.
    """

    asked = Signal(object)
    changed = Signal()
    add_model = Signal()

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self.setAccessibleName("Sung or full audio")
        self._models: list[Model] = []
        self._wanted = ""
        self.form = RecipeForm(SoundRecipe, look, pictures)
        self.prompt = cast(TextField, self.form.field("prompt")).edit
        self.lyrics = cast(TextField, self.form.field("lyrics")).edit
        self.seed = cast(Starting, self.form.field("seed")).seed
        self.hint = wrapped("", "hint")
        self.hint.hide()
        self.form.field("prompt").column.addWidget(self.hint)
        tall = self.lyrics.fontMetrics().lineSpacing() * LYRIC_LINES + 22
        self.lyrics.setFixedHeight(tall)
        self.nothing = wrapped(
            "For songs that are sung and for full recordings Easel uses a model that you bring: "
            "ACE-Step or Stable Audio, as a folder on this computer.",
            "label",
        )
        self.add_button = TextButton(look, "Add a model folder…", "folder-plus", "", "muted")
        self._lay_out(look)
        cast(ListField, self.form.field("language")).offer(LANGUAGES)
        self.form.changed.connect(self._edited)
        self.prompt.submitted.connect(self.ask)
        self.lyrics.submitted.connect(self.ask)
        self.add_button.clicked.connect(self.add_model)
        self._choose_model()

    def model(self) -> Model | None:
        """The chosen model, where there is one."""
        return next((one for one in self._models if one.id == self._wanted), None)

    def set_models(self, models: list[Model]) -> None:
        """Offer these models of kind "sound", and what the chosen one can do."""
        self._models = models
        self.model_choice.set_options([(model.id, model.name) for model in models])
        self._choose_model()

    def choose_model(self, model_id: str) -> None:
        """Make sound with this model from now on."""
        self._wanted = model_id
        self._choose_model()
        self.changed.emit()

    def recipe(self) -> SoundRecipe:
        """The recipe as the form stands. StudioError where something does not fit."""
        model = self.model()
        if model is None:
            raise StudioError(
                "There is no model yet that makes sound from words.", "Add the folder of one."
            )
        hidden = {name: "" for name in ("lyrics", "negative") if self._hidden(name)}
        return cast(SoundRecipe, self.form.recipe(model=model.id, **hidden))

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
            return
        self.say(None)
        self.changed.emit()
        self.asked.emit(recipe)

    def say(self, error: StudioError | None) -> None:
        """Tell under the prompt what does not fit, or take that back."""
        self.hint.setText(error.what if error else "")
        self.hint.setVisible(error is not None)
        self.prompt.setAccessibleDescription(error.what if error else self.prompt.placeholderText())

    def state(self) -> dict[str, Any]:
        """What to remember of the form."""
        return {**self.form.values(), "model": self._wanted}

    def restore(self, values: dict[str, Any], locked: bool = False, advanced: bool = False) -> None:
        """Show what was remembered."""
        with QSignalBlocker(self.form):
            self.seed.renew()
            self.form.set_values(values)
        self.seed.set_locked(locked)
        self.form.fold.set_open(advanced)
        if isinstance(values.get("model"), str):
            self._wanted = values["model"]
        self._choose_model()

    def use(self, recipe: SoundRecipe) -> None:
        """Take over another sound's words and settings, its starting point locked."""
        self.restore(recipe.model_dump(), locked=True, advanced=self.form.fold.open)
        self.say(None)
        self.changed.emit()

    def _choose_model(self) -> None:
        if self.model() is None and self._models:
            self._wanted = self._models[0].id
        model = self.model()
        for part in (self.form, self.model_group):
            part.setVisible(model is not None)
        self.nothing.setVisible(model is None)
        if model is None:
            return
        self.model_choice.set_value(model.id)
        self.model_says.setText(" ".join(filter(None, (model.summary, model.may))))
        traits = model.sound
        with QSignalBlocker(self.form):
            self._offer_lengths(traits.longest)
            cast(NumberSlider, self.form.field("steps")).offer((traits.full.steps,))
            cast(NumberSlider, self.form.field("guidance")).offer((traits.full.guidance,))
        for name, there in {
            "lyrics": traits.sings,
            "language": traits.sings,
            "guidance": traits.guided,
            "negative": traits.leaves_out,
        }.items():
            self.form.field(name).setVisible(there)

    def _offer_lengths(self, longest: float) -> None:
        """Offer what the model can fill; keep the length that was wanted, or the nearest to it."""
        field = cast(ListField, self.form.field("seconds"))
        most = float(math.floor(longest))
        wanted = min(most, field.values()["seconds"] or USUAL_LENGTH)
        offered = {one for one in LENGTHS if one <= most} | {min(most, LENGTHS[-1]), wanted}
        field.combo.clear()  # what was offered before is not for this model
        field.offer([(one, in_words(one)) for one in sorted(offered)])
        field.set_values({"seconds": wanted})

    def _hidden(self, name: str) -> bool:
        return self.form.field(name).isHidden()

    def _lay_out(self, look: Look) -> None:
        info = SoundRecipe.model_fields["model"]
        self.model_choice = Combo(look, info.title or "", info.description or "")
        self.model_says = wrapped("", "label")
        self.model_choice.activated.connect(self._model_chosen)
        self.model_group = QWidget()
        group = QVBoxLayout(self.model_group)
        tighten(group, 0, 6)
        group.addWidget(label(info.title or "", "label", self.model_choice))
        group.addWidget(self.model_choice)
        group.addWidget(self.model_says)
        column = QVBoxLayout(self)
        tighten(column, 0, 14)
        column.addWidget(self.nothing)
        column.addWidget(self.model_group)
        column.addWidget(self.form)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _model_chosen(self) -> None:
        self.choose_model(self.model_choice.value())

    def _edited(self) -> None:
        if not self.hint.isHidden():
            try:
                self.recipe()
                self.say(None)
            except StudioError as error:
                self.say(error)
        self.changed.emit()


def in_words(seconds: float) -> str:
    """A length of time as one says it: "45 seconds", "1 minute", "1:30 minutes"."""
    minutes, rest = divmod(seconds, 60)
    if minutes and rest == int(rest):
        if rest:
            return f"{minutes:.0f}:{rest:02.0f} minutes"
        return "1 minute" if minutes == 1 else f"{minutes:.0f} minutes"
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"
