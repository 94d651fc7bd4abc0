"""The music room: the notes in the middle, takes below, moods and players on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes import Recipe
from studio.recipes.tune import TuneRecipe
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.file_drops import FileDrops
from studio.ui.music.bar import MusicBar
from studio.ui.music.bench import Bench, Tune
from studio.ui.music.bringing import Bringing, carries
from studio.ui.music.composing import Composing
from studio.ui.music.doings import Doings
from studio.ui.music.hearing import Hearing
from studio.ui.music.keeping import Keeping
from studio.ui.music.panel import MusicPanel
from studio.ui.music.recordings import Recordings
from studio.ui.music.remembering import remembered, restored
from studio.ui.music.roll import PianoRoll
from studio.ui.music.showing import Showing
from studio.ui.music.sung import Sung
from studio.ui.music.takes import TakeStrip
from studio.ui.music.tools import RollTools
from studio.ui.music.transport import Transport
from studio.ui.music.verbs import Verbs
from studio.ui.music.welcome import Welcome
from studio.ui.pictures import Pictures
from studio.ui.room_frame import below_work, lay_out
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, set_role, tighten
from studio.ui.widgets.notices import Banner, Toast

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.shelf import Model
    from studio.work.live import LiveViews
    from studio.work.queue import EngineState, JobQueue

EMPTY = "Tunes that you make lie here side by side."
ABOVE = 60  # pixels that a message stands above the lower edge
NO_MODEL = "There is nothing here that composes. You can open MIDI files, play and change them."


class MusicRoom(FileDrops, QWidget):
    """Puts the parts together. Tunes lie on the bench; widgets show the one in hand."""

    changed = Signal()  # something worth remembering
    pace_changed = Signal(str)
    large_wanted = Signal(object, str)
    open_wanted = Signal(object)
    elsewhere = Signal(object)  # a recipe of another room
    sent = Signal(str, object)
    device_chosen = Signal(str)  # where it is heard from now on

    def __init__(
        self,
        look: Look,
        window: QWidget,
        live: LiveViews,  # noqa: ARG002 - nothing here is looked at live
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__()
        self.look, self.window_, self.collection, self.pictures = look, window, collection, pictures
        self._models: list[Model] = []
        self._known = False  # whether it is known which models there are
        self._here = self._closed = False
        self.bench = Bench(self)
        self.composing = Composing(self.bench, queue, signals, collection)
        self.bar = MusicBar(look)
        self.banner = Banner(look)
        self.roll = PianoRoll(look)
        self.transport = Transport(look)
        self.tools = RollTools(look, self.roll)
        self.verbs = Verbs(look, self.tools)
        self.welcome = Welcome(look)
        self.strip = TakeStrip(look)
        self.panel = MusicPanel(look)
        self.recordings = Recordings(self)
        self._lay_out()
        self.toast = RoomToast(look, self.stage)
        self.hearing = Hearing(self)
        self.bringing = Bringing(self)
        self.doings = Doings(self)
        self.keeping = Keeping(self)
        self.sung = Sung(self)
        self.take_drops(
            "Let go to open this tune, or to find the mood of this picture",
            self.stage,
            lambda event: carries(event.mimeData()),
            self.bringing.data,
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.bench.left.connect(self.composing.keep)
        self.panel.changed.connect(self.changed)
        self.showing = Showing(self)
        self.composing.gather()
        self.showing.take()
        self.showing.show_takes()

    # What the window asks for

    def set_models(self, models: list[Model]) -> None:
        """Compose with these."""
        self._models, self._known = list(models), True
        self.panel.set_models(self._models)
        self.welcome.set_moods(self.panel.moods.moods())
        self.welcome.set_able(bool(models), "" if models else NO_MODEL)
        self.showing.show()

    @property
    def growing(self) -> bool:
        """Whether the notes that are shown are being composed."""
        return self.showing.growing

    @property
    def composes(self) -> bool:
        """Whether there is something that composes, or it is not known yet."""
        return bool(self._models) or not self._known

    def model(self, model_id: str) -> Model | None:
        """What there is to compose with, by its id."""
        return next((model for model in self._models if model.id == model_id), None)

    def choose_model(self, model_id: str) -> None:
        """Compose with this one, or record."""
        if self.model(model_id) is not None:
            self.panel.choose_model(model_id)
        else:
            self.sung.choose_model(model_id)

    def enter(self) -> None:
        """The artist has come to this room."""
        self._here = True
        self.composing.gather()
        self.recordings.gather()
        if self.bench.now is not None:
            self.roll.setFocus()
        elif self.recordings.now is not None:
            self.recordings.page.play_button.setFocus()
        else:
            self.welcome.moods.tiles[0].setFocus()

    def escape(self) -> bool:
        """Escape: stop what is being composed; False where nothing is."""
        return self.composing.cancel()

    def ask(self) -> None:
        """Ctrl+Enter: have something composed."""
        self.doings.create()

    def watch(self) -> None:
        """Look at what is being composed."""
        self.composing.watch()

    def use(self, recipe: Recipe) -> None:
        """Take up where a kept tune was made."""
        if recipe.kind == "sound":
            self.sung.use(recipe)
        elif not isinstance(recipe, TuneRecipe):
            self.elsewhere.emit(recipe)
        elif recipe.score is not None:
            there = next((one for one in self.bench.tunes if one.kept == recipe.score), None)
            if there is None:
                there = Tune(recipe, recipe.score, recipe.title, own=True)
                self.bench.add(there)
            self.bench.take(there)

    def take(self, artwork: Artwork) -> None:
        """A kept tune, to go on with; a picture, to find its mood."""
        self.bringing.artwork(artwork)

    def say_error(self, error: StudioError) -> None:
        """Tell of something that could not be done."""
        self.banner.say(error.what, error.todo)

    def show_engine(self, _state: EngineState) -> None:
        """Nothing here waits for the engine but what is composed, and the foot tells of that."""
        self.showing.went(self.composing.job)

    def choose_device(self, device: str) -> None:
        """Be heard there."""
        self.hearing.choose(device)

    def state(self) -> dict[str, Any]:
        """What to remember."""
        return remembered(self)

    def restore(self, values: dict[str, Any]) -> None:
        """Take what was remembered."""
        self.showing.want(restored(self, values))

    def close(self) -> bool:
        """The window is going."""
        self._closed = True
        self.hearing.close()
        self.recordings.close()
        self.composing.close()
        self.bringing.close()
        self.keeping.exporting.close()
        return super().close()

    def hideEvent(self, event: QHideEvent) -> None:
        """The artist goes to another room: silence, and changes are kept."""
        super().hideEvent(event)
        if event.spontaneous() or self._closed or not self._here:
            return
        self._here = False
        self.hearing.playing.pause()
        self.recordings.listening.pause()
        self.bench.settle()
        if self.bench.now is not None and self.bench.now.own:
            self.composing.keep(self.bench.now)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays, L loops, wherever nothing else takes these keys."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hearing.toggle()
            self.recordings.toggle()
        elif plain and event.key() == Qt.Key.Key_L:
            self.hearing.loop(not self.hearing.playing.looping)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.bringing.paste()
        else:
            super().keyPressEvent(event)

    # What is shown

    def title(self) -> str:
        """What is in hand, in words."""
        recording = self.recordings.now
        if recording is not None:
            return recording.title
        return self.bench.now.name if self.bench.now else "Music"

    def _lay_out(self) -> None:
        self.work = QWidget()
        set_role(self.work, "page")
        column = QVBoxLayout(self.work)
        column.setContentsMargins(22, 10, 22, 14)
        column.setSpacing(10)
        column.addWidget(self.verbs)
        column.addWidget(self.roll, 1)
        column.addWidget(self.transport)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.welcome)
        self.stage.addWidget(self.work)
        self.stage.addWidget(self.recordings.page)
        self.none = label(EMPTY, "muted")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setFixedHeight(self.strip.height())
        takes = QWidget()
        column = QVBoxLayout(takes)
        tighten(column)
        column.addWidget(self.strip)
        column.addWidget(self.none)
        lay_out(self, self.bar, self.banner, self.stage, below_work(takes), self.panel)


class RoomToast(Toast):
    """A message that leaves what plays the tune in sight."""

    def _place(self) -> None:
        super()._place()
        self.move(self.x(), self.y() - ABOVE)
