"""The sliders' room: the picture in the middle, sliders on the right, the path below."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.errors import StudioError
from studio.recipes import Place, Recipe, SlideRecipe, WalkRecipe
from studio.recipes.picture import MAX_SEED
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.pictures import Pictures
from studio.ui.room_frame import lay_out
from studio.ui.sights import Sight
from studio.ui.sliders.bar import SlidersBar
from studio.ui.sliders.below import Below
from studio.ui.sliders.breeding import Breeding
from studio.ui.sliders.carry import drag_place
from studio.ui.sliders.companions import Companions
from studio.ui.sliders.doings import Doings
from studio.ui.sliders.ends import Ends
from studio.ui.sliders.guide import Guide
from studio.ui.sliders.live_canvas import LiveCanvas
from studio.ui.sliders.mixer import Mixer
from studio.ui.sliders.names import Names
from studio.ui.sliders.panel import SlidersPanel
from studio.ui.sliders.path_strip import PathStrip
from studio.ui.sliders.player import Player
from studio.ui.sliders.walking import Walking
from studio.ui.sliders.wander_map import WanderMap
from studio.ui.sliders.works import Works
from studio.ui.theme import Look
from studio.ui.widgets.basics import tighten
from studio.ui.widgets.notices import Banner, Toast

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.shelf import Model
    from studio.work.live import LiveViews
    from studio.work.messages import LookFailed
    from studio.work.queue import EngineState, JobQueue

NARROW = 1180  # pixels of the window: below, what stands beside the picture is folded away
PACE = 500  # milliseconds between two looks at the pace
MOVING, MOVES_FOR = 8, 3.0  # that many pictures within so many seconds, and a hand moves

STARTING = ("One moment", "The first picture comes as soon as the drawing engine is ready.")
NOTHING = (
    "There is nothing to slide yet",
    "This room needs a model with sliders, in a folder of its own.",
    "Add a model folder…",
)


class SlidersRoom(QWidget):
    """Puts the parts together. What moves goes through the guide; widgets only show it."""

    changed = Signal()  # something worth remembering
    add_model = Signal()
    add_file = Signal()
    pace_changed = Signal(str)  # words for the status line
    large_wanted = Signal(object, str)  # a QImage and its title, to look at closely
    open_wanted = Signal(object)  # an Artwork to look at closely
    elsewhere = Signal(object)  # a recipe of another room, to go on with there
    sent = Signal(str, object)  # where to (`studio.ui.send`), and an Artwork or a WalkRecipe
    folder_wanted = Signal()  # the library cannot be reached: choose another folder

    def __init__(
        self,
        look: Look,
        window: QWidget,
        live: LiveViews,
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__()
        self._look, self._window, self._live = look, window, live
        self._models: list[Model] = []
        self._known = False  # whether it is known which models there are
        self._wanted = ""
        self._begun = False  # whether there has been a picture
        self._plane = 0  # which map
        self._came: deque[float] = deque(maxlen=MOVING)  # when the last pictures came
        self.names = Names()
        self.guide = Guide(live, self)
        self.bar = SlidersBar(look)
        self.canvas = LiveCanvas(look)
        self.panel = SlidersPanel(look)
        self.map = WanderMap(look, live, self.guide.model)
        self.breeding = Breeding(look, live, self.guide.model, self.guide.numbers, self._held)
        self.companions = Companions(look, self.map, self.breeding)
        self.path = PathStrip(look, live, self.guide.model)
        self.player = Player(self)
        self.ends = Ends(live, lambda: self.guide.journey, self.panel.visible_rows, self)
        self.mixer = Mixer(self.panel.mix, self.guide, live, self)
        self.works = Works(look, window, self.guide, queue, signals, collection, pictures)
        self.below = Below(self.path, self.works.strip)
        self.walking = Walking(self.path, self.player, self.guide)
        self.doings = Doings(self)
        self.banner = Banner(look)
        self._lay_out()
        self.toast = Toast(look, self.canvas)
        self._pace = QTimer(self)
        self._pace.setInterval(PACE)
        self._pace.timeout.connect(self._say_pace)
        self._connect()
        self._say_why()
        self._show_model(None)

    # What the window asks for

    def set_models(self, models: Sequence[Model]) -> None:
        """Offer these models."""
        self._models, self._known = list(models), True
        if not any(model.id == self._wanted for model in self._models):
            self._wanted = self._models[0].id if self._models else ""
        self.panel.set_models(self._models, self._wanted)
        self._use(self._wanted)

    def choose_model(self, model_id: str) -> None:
        """Move among this model's pictures."""
        if any(model.id == model_id for model in self._models):
            self._wanted = model_id
            self.panel.choose_model(model_id)
            self._use(model_id)
            self.changed.emit()

    def model(self) -> Model | None:
        """The model in use."""
        return next((model for model in self._models if model.id == self._wanted), None)

    def enter(self) -> None:
        """The artist has come to this room."""
        self.canvas.setFocus()
        self.guide.come_back()
        self._say_pace()

    def use(self, recipe: Recipe) -> None:
        """Take up where a kept picture or film was made; a recipe of another room goes there."""
        model = getattr(recipe, "model", "")
        if not isinstance(recipe, SlideRecipe | WalkRecipe):
            self.elsewhere.emit(recipe)
            return
        if not any(one.id == model for one in self._models):
            self.banner.say(
                "The model that this was made with is not on this computer.",
                "Add its folder with the button at the upper right, then try again.",
            )
            return
        if model != self.guide.model():
            self.choose_model(model)
        if isinstance(recipe, SlideRecipe):
            self.guide.go(recipe.place)
        else:
            self.walking.take(recipe)
            self.below.turn_to("path")

    def take(self, artwork: Artwork) -> None:
        """Look for the place of a picture from another room."""
        self.doings.take(artwork.path)

    def watch(self) -> None:
        """Look at what is being made: here that is told in the status line."""

    def escape(self) -> bool:
        """Escape: stop what plays; False where nothing does."""
        playing = self.player.playing
        self.player.stop()
        return playing

    def say_error(self, error: StudioError) -> None:
        """Tell of something that could not be done."""
        self.banner.say(error.what, error.todo)

    def show_engine(self, state: EngineState) -> None:
        """Tell how the drawing engine does, where there is no picture to see."""
        if self.canvas.image is None and state.phase != "stopped":
            self._say_why()

    def state(self) -> dict[str, Any]:
        """What to remember."""
        return {
            "model": self._wanted,
            "journeys": self.guide.state(),
            "beside": self.companions.is_open,
            "names": self.names.state(),
        }

    def restore(self, values: dict[str, Any]) -> None:
        """Take what was remembered."""
        if isinstance(values.get("model"), str):
            self._wanted = values["model"]
        self.guide.restore(values.get("journeys"))
        self.companions.set_open(values.get("beside") is not False)
        self.names.restore(values.get("names"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space throws the dice, wherever it is not a button's own key."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self._another()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._pace.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self.player.stop()
        self._pace.stop()
        self.pace_changed.emit("")
        super().hideEvent(event)

    def close(self) -> bool:
        """The window is going."""
        self.player.stop()
        self._pace.stop()
        self.works.keeper.close()
        return super().close()

    # Models

    def _use(self, model_id: str) -> None:
        self.player.stop()
        for part in (self.map, self.breeding, self.ends, self.mixer):
            part.forget()
        self.guide.use(model_id)
        self._show_model(self.model())
        self._say_why()
        if self.guide.journey is not None:
            self.path.show_path(self.guide.journey.path)
            self.map.begin(self._plane, self.guide.journey.adventurous)
        self.path.setEnabled(self.guide.journey is not None)

    def _show_model(self, model: Model | None) -> None:
        name = model.id if model else ""
        self.panel.show_model(model, self.names.of(name), self.names.starred(name))
        self.bar.say(model.name if model else "Sliders")
        if self.guide.journey is not None:
            self.panel.show_journey(self.guide.journey)
        self.bar.enable(False)

    def _say_why(self) -> None:
        if self._known and not self._models:
            self.canvas.say(*NOTHING)
        elif self.guide.sight is None:
            self.canvas.say(*STARTING)
        # An empty map and nine empty tiles would say nothing
        self.companions.setVisible(self._begun and bool(self._models))

    # What happens

    def _shown(self, sight: Sight) -> None:
        self._came.append(time.monotonic())
        self.banner.take_back("look")
        self.canvas.show_image(sight.image)
        model = self.model()
        if model is not None and not model.latent.sliders and sight.readings:
            found = model.with_found(tuple(sight.readings))
            self._models = [found if one is model else one for one in self._models]
            self._show_model(found)
            self.panel.more.set_open(True)
        if not self._begun:
            self._begun = True
            self.companions.show()

    def _changed(self) -> None:
        journey = self.guide.journey
        if journey is not None:
            self.panel.show_journey(journey)
        self.bar.enable(self.guide.sight is not None)
        self.bar.show_steps(bool(journey and journey.can_undo), bool(journey and journey.can_redo))
        self.path.show_works(self.guide.sight is not None)
        self._path_changed()

    def _path_changed(self) -> None:
        self.bar.send.enable_path(self.path.path.stretches > 0)

    def _rested(self) -> None:
        self.ends.refresh()
        if self.breeding.isVisible():
            self.breeding.begin_if_empty()

    def _failed(self, failed: LookFailed) -> None:
        self.player.stop()
        if failed.report:
            copy = partial(QGuiApplication.clipboard().setText, failed.report)
            self.banner.say(failed.what, failed.todo, "Copy report", copy, topic="look")
        else:
            self.banner.say(failed.what, failed.todo, topic="look")
        if self.canvas.image is None:
            self.canvas.say("No picture", failed.what)

    def _left(self, who: str) -> None:
        self.doings.stop_looking()
        self.player.stop()
        self.ends.hold()
        if who != "map":
            self.map.leave()

    def _say_pace(self) -> None:
        # Only while something moves: single pictures wait for other things than the engine
        moving = len(self._came) == MOVING and time.monotonic() - self._came[0] < MOVES_FOR
        pace = self._live.pace if moving else None
        told = f"Live · {pace:.0f} pictures a second" if pace else "Live"
        self.pace_changed.emit(told if self.canvas.image is not None else "")

    # What the artist does

    def _another(self) -> None:
        self.guide.throw()

    def _held(self, place: Place) -> Place:
        journey = self.guide.journey
        return journey.held(place) if journey else place

    def _map_moved(self) -> None:
        self.guide.drift(self.map.place(), "map")

    def _another_map(self) -> None:
        journey = self.guide.journey
        if journey is not None:
            self._plane = random.SystemRandom().randint(1, MAX_SEED)
            self.map.leave()
            self.map.begin(self._plane, journey.adventurous)

    def _adventured(self, how: float) -> None:
        self.guide.be_adventurous(how)

    def _settled(self) -> None:
        self.guide.settle()
        journey = self.guide.journey
        if journey is not None:
            self.map.begin(self._plane, journey.adventurous)

    def _drag_out(self) -> None:
        recipe = self.guide.recipe()
        if recipe is not None:
            drag_place(self.canvas, recipe, self.canvas.image)

    def _open_large(self) -> None:
        if self.canvas.image is not None:
            self.large_wanted.emit(self.canvas.image, self.bar.title.text())

    def _renamed(self, slider: str, words: str) -> None:
        self.names.name(self._wanted, slider, words)
        self.changed.emit()

    def _starred(self, slider: str, on: bool) -> None:
        self.names.star(self._wanted, slider, on)
        self.ends.forget()
        QTimer.singleShot(0, self._show_again)  # not while the row that was pressed still speaks
        self.changed.emit()

    def _show_again(self) -> None:
        self._show_model(self.model())
        self._changed()
        self.ends.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what stands beside the picture its share."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.companions.fit(self.work.width())

    def _lay_out(self) -> None:
        middle = QWidget()
        row = QHBoxLayout(middle)
        tighten(row)
        row.addWidget(self.canvas, 1)
        row.addWidget(self.companions)
        self.work = lay_out(self, self.bar, self.banner, middle, self.below.bar, self.panel)

    def _connect(self) -> None:
        guide, panel = self.guide, self.panel
        guide.shown.connect(self._shown)
        guide.changed.connect(self._changed)
        guide.rested.connect(self._rested)
        guide.left.connect(self._left)
        guide.failed.connect(self._failed)
        guide.stepped.connect(self.changed)
        panel.model_chosen.connect(self.choose_model)
        panel.add_model.connect(self.add_model)
        panel.add_file.connect(self.add_file)
        panel.moved.connect(guide.pin)
        panel.settled.connect(self._settled)
        panel.let_go.connect(guide.let_go)
        panel.locked.connect(guide.lock)
        panel.adventurous.connect(self._adventured)
        panel.renamed.connect(self._renamed)
        panel.starred.connect(self._starred)
        panel.unfolded.connect(self.ends.refresh)
        panel.another.connect(self._another)
        panel.reset.connect(guide.reset)
        panel.advanced.seed_typed.connect(guide.start_from)
        for source in (panel, self.bar):
            source.undo.connect(guide.undo)
            source.redo.connect(guide.redo)
        self.map.moved.connect(self._map_moved)
        self.map.settled.connect(self._settled)
        self.breeding.taken.connect(guide.go)
        self.companions.folded.connect(self._fit)
        self.companions.again.clicked.connect(self._another_map)
        self.canvas.acted.connect(self.add_model)
        self.path.changed.connect(self.changed)
        self.path.changed.connect(self._path_changed)
        self.canvas.dragged.connect(self._drag_out)
        self.canvas.opened.connect(self._open_large)
        self.canvas.menu_wanted.connect(self.bar.popup)
        self.mixer.refused.connect(self.banner.say)
        works = self.works
        works.used.connect(self.use)
        works.said.connect(self.toast.say)
        works.opened.connect(self.open_wanted)
        works.sent.connect(self.sent)
        for keys, do in (
            ("Ctrl+Z", guide.undo),
            ("Ctrl+Shift+Z", guide.redo),
            ("Ctrl+Y", guide.redo),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(do)
