"""The music room: the notes in the middle, takes below, moods and players on the right."""

from __future__ import annotations

from collections.abc import Sequence
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
from studio.recipes.score import TICKS, Score
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
from studio.ui.music.note_names import clock
from studio.ui.music.panel import MusicPanel
from studio.ui.music.recordings import Recordings, merged
from studio.ui.music.recordings import facts as sound_facts
from studio.ui.music.remembering import remembered, restored
from studio.ui.music.roll import PianoRoll
from studio.ui.music.sung import Sung
from studio.ui.music.takes import Take, TakeStrip
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
    from studio.work.queue import EngineState, Job, JobQueue

EMPTY = "Tunes that you make lie here side by side."
ABOVE = 60  # pixels that a message stands above the lower edge
GROWING = "growing"  # the id of the take that is being composed
NO_MODEL = "There is nothing here that composes. You can open MIDI files, play and change them."


class MusicRoom(FileDrops):
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
        self._growing = False  # whether the notes that are shown are being composed
        self._shape: tuple[object, ...] = ()  # of the tune that is shown
        self._wanted = ""  # the artwork to have in hand as soon as it is there
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
        self._connect()
        self.composing.gather()
        self._taken()
        self._list()

    # What the window asks for

    def set_models(self, models: list[Model]) -> None:
        """Compose with these."""
        self._models, self._known = list(models), True
        self.panel.set_models(self._models)
        self.welcome.set_moods(self.panel.moods.moods())
        self.welcome.set_able(bool(models), "" if models else NO_MODEL)
        self._show()

    @property
    def growing(self) -> bool:
        """Whether the notes that are shown are being composed."""
        return self._growing

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
        self._went(self.composing.job)

    def choose_device(self, device: str) -> None:
        """Be heard there."""
        self.hearing.choose(device)

    def state(self) -> dict[str, Any]:
        """What to remember."""
        return remembered(self)

    def restore(self, values: dict[str, Any]) -> None:
        """Take what was remembered."""
        self._wanted = restored(self, values)
        self._want()

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

    def _taken(self) -> None:
        """Another tune is in hand, or none."""
        tune = self.bench.now
        if tune is not None:
            self.recordings.leave()
        self._growing = False
        self.roll.set_growing(False)
        shape = _shape(tune.score) if tune else ()
        if shape != self._shape:  # what was locked and chosen belongs to another tune
            self._shape = shape
            self.panel.parts.forget()
            self.roll.set_range(None)
        if tune is not None:
            self.panel.follow(tune.recipe.mood)
        self.hearing.take(tune.score if tune else None)
        self._show()
        self.strip.choose(self._in_hand())
        self.changed.emit()

    def _edited(self) -> None:
        """The notes in hand are others."""
        score = self.bench.score
        if score is not None:
            self._shape = _shape(score)
            self.hearing.playing.change(score)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        score = self.bench.score
        if not self._growing:
            self.roll.set_score(score)
            self.stage.setCurrentWidget(self._page(score))
        self.transport.set_score(score)
        self.tools.show_score(score)
        self.panel.show_parts(score)
        self.panel.parts.show_active(self.roll.active())
        self._show_doable()

    def _page(self, score: Score | None) -> QWidget:
        """What the middle of the room shows."""
        if self.recordings.now is not None:
            return self.recordings.page
        return self.welcome if score is None else self.work

    def _in_hand(self) -> str:
        """The id of the take that is shown large, or ""."""
        if self._growing:
            return GROWING
        if self.recordings.now is not None:
            return self.recordings.now.id
        return self.bench.now.id if self.bench.now else ""

    def show_tune(self) -> None:
        """What is said of the tune in hand may be other than it was."""
        self._list()

    def _show_doable(self) -> None:
        """Title, and which buttons have something to do."""
        tune = self.bench.now
        recording = self.recordings.now
        said = facts(tune) if tune else sound_facts(recording) if recording else ""
        self.bar.say(self.title(), said)
        kept = recording is not None or bool(tune and tune.artwork)
        there = recording is not None or tune is not None
        self.bar.enable(there, bool(tune and tune.own), kept, named=tune is not None)
        self.bar.show_steps(*self.bench.steps)
        missing = self.panel.parts.missing() if tune else []
        self.verbs.enable(tune is not None and self.composes, missing, bool(self.roll.range()))
        self.panel.foot.set_able(self.sung.ready if self.sung.shown else self.composes)
        self.panel.foot.say("" if self.sung.shown else self.doings.what_is_kept())

    def _list(self) -> None:
        """The takes are others."""
        takes = [
            Take(one.id, one.name, one.score, _words(one))
            if isinstance(one, Tune)
            else self.recordings.shown(one)
            for one in merged(self.bench.tunes, self.recordings.all)
        ]
        job = self.composing.job
        if job is not None:
            doing = "Composing…" if isinstance(job.recipe, TuneRecipe) else "Recording…"
            takes.insert(0, Take(GROWING, job.recipe.title, doing=doing))
        now = self._in_hand()
        self.strip.set_takes(takes, now)
        follow(self.transport.tempo, self.strip.tiles())
        self.none.setVisible(not takes)
        self.strip.setVisible(bool(takes))
        self._want()
        self._show_doable()

    def _want(self) -> None:
        """Have what was in hand last time, as soon as it is there."""
        if not self._wanted or self.bench.now is not None or self.recordings.now is not None:
            return
        tune = self.bench.of_artwork(self._wanted)
        recording = self.recordings.find(self._wanted)
        if tune is not None:
            self._wanted = ""
            self.bench.take(tune)
        elif recording is not None:
            self._wanted = ""
            self.recordings.take(recording)

    def _grown(self, score: Score) -> None:
        """Show notes as they are composed."""
        if not self._growing:
            self._growing = True
            self.hearing.playing.pause()
            self.recordings.listening.pause()
            self.roll.set_growing(True)
            self.roll.set_position(0.0)
            self.stage.setCurrentWidget(self.work)
            self.strip.choose(GROWING)
        self.roll.set_score(score)

    def _composed(self, tune: Tune, awaited: bool) -> None:
        """A tune is whole: it is in hand at once where the artist waited for it."""
        if awaited:
            self._wanted = ""
            self.bench.take(tune)
            self.hearing.begin(self.panel.plays_at_once)
        else:
            self.toast.say(f"“{tune.name}” is ready", "Show", lambda: self.bench.take(tune))

    def _went(self, job: Job | None) -> None:
        """How far what is being composed is."""
        self.panel.foot.show_job(job)
        if job is None and self._growing:  # it was cancelled, or could not be made
            self._taken()
        there = any(take.id == GROWING for take in self.strip.takes())
        if there != (job is not None):
            self._list()

    def _failed(self, job: Job) -> None:
        if job.error is not None:
            self.banner.complain(job.error.what, job.error.todo, job.report)

    def _chosen(self, take_id: str) -> None:
        if take_id == GROWING:
            self.composing.watch()
            return
        self.composing.look_away()
        recording = self.recordings.find(take_id)
        if recording is not None:
            self.recordings.take(recording)
            return
        tune = self.bench.tune(take_id)
        if tune is self.bench.now:
            self._taken()
        else:
            self.bench.take(tune)

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

    def _connect(self) -> None:
        bench, composing = self.bench, self.composing
        bench.taken.connect(self._taken)
        bench.changed.connect(self._edited)
        bench.listed.connect(self._list)
        bench.left.connect(composing.keep)
        self.recordings.listed.connect(self._list)
        self.recordings.taken.connect(self._taken)
        composing.grown.connect(self._grown)
        composing.composed.connect(self._composed)
        composing.went.connect(self._went)
        composing.failed.connect(self._failed)
        self.strip.chosen.connect(self._chosen)
        self.panel.changed.connect(self.changed)


class RoomToast(Toast):
    """A message that leaves what plays the tune in sight."""

    def _place(self) -> None:
        super()._place()
        self.move(self.x(), self.y() - ABOVE)


def follow(before: QWidget, widgets: Sequence[QWidget]) -> None:
    """Let Tab come to these one after the other, after the one before them."""
    for widget in widgets:
        QWidget.setTabOrder(before, widget)
        before = widget


def facts(tune: Tune) -> str:
    """How long it is, and whether it is kept, in a few words."""
    score = tune.score
    bars = "1 bar" if score.bars == 1 else f"{score.bars} bars"
    words = f"{bars} · {clock(score.seconds)}"
    return f"{words} · not kept yet" if tune.own else words


def seconds_of(score: Score, ticks: float) -> float:
    """Where a tick is heard."""
    return ticks / TICKS * 60.0 / score.tempo


def _shape(score: Score) -> tuple[object, ...]:
    """Tunes with the same one have the same parts and bars."""
    return (score.bars, score.bar, *(part.role for part in score.parts))


def _words(tune: Tune) -> str:
    return facts(tune)
