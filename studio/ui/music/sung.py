"""Sung or full audio: in place of the moods, words for a model that makes whole recordings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.recipes import Recipe, SoundRecipe
from studio.ui.widgets.basics import TextButton

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.shelf import Model
    from studio.ui.music.full_audio import FullAudio
    from studio.ui.music.room import MusicRoom

OPEN = "Sung or full audio…"
BACK = "Back to tunes"


class Sung(QObject):
    """Shows that form in the panel, made when it is first wanted. add_model: for such a model."""

    add_model = Signal()

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self._models: list[Model] = []
        self._remembered: dict[str, Any] = {}
        self._jobs: set[str] = set()
        self.form: FullAudio | None = None
        panel = room.panel
        self.open_button = TextButton(room.look, OPEN, "audio-lines", "fold", "muted")
        self.open_button.setToolTip("Songs and recordings, by a model that you bring")
        panel.add_below(self.open_button)
        self.back = TextButton(room.look, BACK, "arrow-left", "fold", "muted")
        self.back.setParent(panel)
        self.back.hide()
        self.open_button.clicked.connect(self.open)
        self.back.clicked.connect(self.close_form)

    @property
    def shown(self) -> bool:
        """Whether Create makes a recording."""
        return self._room.panel.other is not None

    def open(self) -> None:
        """Ask for a recording."""
        if self.form is None:
            from studio.ui.music.full_audio import FullAudio

            self.form = FullAudio(self._room.look, self._room.pictures)
            self.form.set_models(self._models)
            state = self._remembered
            if state:
                self.form.restore(state)
            self.form.asked.connect(self._asked)
            self.form.changed.connect(self._room.changed)
            self.form.add_model.connect(self.add_model)
        self._room.panel.show_other(self.back, self.form)
        self._room.showing.show_takes()
        self.form.prompt.setFocus()

    def close_form(self) -> None:
        """Ask for tunes again."""
        self._room.panel.show_other(None, None)
        self._room.showing.show_takes()

    def set_models(self, models: list[Model]) -> None:
        """Offer these."""
        self._models = models
        if self.form is not None:
            self.form.set_models(models)

    @property
    def ready(self) -> bool:
        """Whether there is something that makes recordings."""
        return bool(self._models)

    def choose_model(self, model_id: str) -> None:
        """Ask for a recording by this one."""
        self.open()
        assert self.form is not None
        self.form.choose_model(model_id)

    def ask(self) -> None:
        """What Create does."""
        if self.form is not None:
            self.form.ask()

    def use(self, recipe: Recipe) -> None:
        """Ask for another like this."""
        if isinstance(recipe, SoundRecipe):
            self.open()
            assert self.form is not None
            self.form.use(recipe)

    def state(self) -> dict[str, Any]:
        """What to remember."""
        return self.form.state() if self.form is not None else self._remembered

    def restore(self, values: object) -> None:
        """Take what was remembered."""
        self._remembered = values if isinstance(values, dict) else {}

    def _asked(self, recipe: SoundRecipe) -> None:
        self._room.banner.hide()
        self._room.composing.record(recipe, self._kept)

    def _kept(self, artwork: Artwork) -> None:
        """It is in hand at once where the artist still looks at this form."""
        room = self._room
        if self.shown and room.isVisible():
            room.recordings.take(artwork, play=room.panel.plays_at_once)
            return
        show = partial(room.recordings.take, artwork, play=True)
        room.toast.say("Your recording is kept", "Listen", show)
