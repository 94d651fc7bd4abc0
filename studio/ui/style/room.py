"""The style room: the picture before and after in the middle, styles on the right."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.recipes import FinestRecipe, Recipe, WalkRecipe
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.pictures import Pictures
from studio.ui.room_frame import below_work, lay_out
from studio.ui.style.album import Album
from studio.ui.style.bar import StyleBar
from studio.ui.style.bringing import Bringing
from studio.ui.style.doings import Doings
from studio.ui.style.guide import Guide
from studio.ui.style.manners import Manners
from studio.ui.style.masking import Masking
from studio.ui.style.panel import StylePanel
from studio.ui.style.showing import Showing
from studio.ui.style.stage import Stage
from studio.ui.style.under_way import UnderWay
from studio.ui.style.wish import Wish
from studio.ui.style.works import OURS, Works
from studio.ui.theme import Look
from studio.ui.widgets.notices import Banner, Toast

if TYPE_CHECKING:
    from pathlib import Path

    from studio.library import Artwork
    from studio.shelf import Model
    from studio.ui.style.album import Leaf, Source
    from studio.work.live import LiveViews
    from studio.work.messages import LookFailed
    from studio.work.queue import EngineState, Job, JobQueue

CHOOSE = "Now choose a style on the right"
PAINTING = "Painting…"
STARTING = "One moment: the brushes are being got ready…"


class StyleRoom(QWidget):
    """Puts the parts together. What is wanted goes through the guide; widgets only show it."""

    changed = Signal()  # something worth remembering
    pace_changed = Signal(str)  # words for the status line
    large_wanted = Signal(object, str)  # a QImage and its title, to look at closely
    open_wanted = Signal(object)  # an Artwork to look at closely
    elsewhere = Signal(object)  # a recipe of another room, to go on with there
    sent = Signal(str, object)  # where to (`studio.ui.send`), and an Artwork

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
        self._window, self._queue, self._collection = window, queue, collection
        self._models: list[Model] = []
        self._known = False  # whether it is known which models there are
        self._folder: Path | None = None  # of the library that was open last
        self._content = ""  # what is on the canvas
        self.bar = StyleBar(look)
        self.stage = Stage(look, collection, pictures)
        self.canvas = self.stage.canvas
        self.panel = StylePanel(look)
        self.album = Album(collection, self)
        self.guide = Guide(live, self.canvas.pixels, self)
        self.manners = Manners(self.panel, self.album, pictures)
        self.masking = Masking(self.panel, self.canvas, self.guide)
        self.works = Works(look, window, queue, signals, collection, pictures)
        self.under_way = UnderWay(self.panel.foot, queue, signals)
        self.showing = Showing(self.canvas, self.guide, self.album, self.works, self.under_way)
        self.bringing = Bringing(self.album, self.guide, self.manners, live, self)
        self.banner = Banner(look)
        self._lay_out()
        self.toast = Toast(look, self.stage)
        self.doings = Doings(self)
        self._connect()
        self._show()

    # What the window asks for

    def set_models(self, models: list[Model]) -> None:
        """Offer these models' styles."""
        self._models, self._known = list(models), True
        wish = self.guide.wish
        if self._models and not any(model.id == wish.model for model in self._models):
            self.guide.begin(replace(wish, model=self._models[0].id))
        self._show_model()

    def model(self) -> Model | None:
        """The model that paints."""
        wanted = self.guide.wish.model
        return next((model for model in self._models if model.id == wanted), None)

    def choose_model(self, model_id: str) -> None:
        """Paint with this one; styles that only another has learned are let go."""
        wish = replace(self.guide.wish, model=model_id)
        picks = tuple(pick if pick and pick.picture else None for pick in wish.picks)
        self.guide.go(replace(wish, picks=picks))
        self._show_model()

    def enter(self) -> None:
        """The artist has come to this room."""
        self.guide.come_back()
        focus = self.canvas if self._content else self.stage.welcome.open_button
        focus.setFocus()
        self._say_pace()

    def escape(self) -> bool:
        """Escape: put the brush away, or stop what takes long and keep it; False for neither."""
        if self.masking.put_away():
            return True
        self.under_way.enough()  # cancelling would lose what has taken long
        return self.under_way.working

    def watch(self) -> None:
        """Look at what is being made: what takes long is on the canvas."""
        self.showing.watch()

    def use(self, recipe: Recipe) -> None:
        """Take up where a kept picture or film was made; a recipe of another room goes there."""
        self.take_up(recipe, None)

    def take(self, source: Artwork | Source) -> None:
        """Paint this picture or film: an Artwork, a file, or pixels."""
        self.bringing.content(source)

    def take_manner(self, source: Artwork | Source) -> None:
        """Paint like this picture."""
        self.bringing.manner(source)

    def take_path(self, recipe: WalkRecipe) -> None:
        """Paint along a path of the sliders' room."""
        self.bringing.path(recipe, self.guide.wish)

    def say_error(self, error: StudioError) -> None:
        """Tell of something that could not be done."""
        self.banner.say(error.what, error.todo)
        self.stage.welcome.say()
        self._show_hint()

    def show_engine(self, _state: EngineState) -> None:
        """Tell how the engine does, where there is no painted picture to see."""
        self._show_hint()

    def state(self) -> dict[str, Any]:
        """What to remember."""
        content = self.guide.wish.content
        return {
            "wish": self.guide.wish.state(),
            "name": self.album.names.get(content, "") if content else "",
            "own": self.manners.state(),
            "line": self.canvas.divider.value(),
        }

    def restore(self, values: dict[str, Any]) -> None:
        """Take what was remembered; pictures come when the library is open."""
        wish = Wish.restored(values.get("wish"))
        if isinstance(values.get("name"), str) and values["name"] and wish.content:
            self.album.names[wish.content] = values["name"]
        if isinstance(values.get("line"), int):
            self.canvas.divider.setValue(values["line"])
        self.manners.restore(values.get("own"))
        self.bringing.wait_for(wish)
        self._library_opened()

    def close(self) -> bool:
        """The window is going."""
        self.album.close()
        self.guide.close()
        self.panel.foot.stop()
        self.canvas.set_working(False)
        return super().close()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        self.pace_changed.emit("")
        super().hideEvent(event)

    def _library_opened(self) -> None:
        if not self._collection.known:
            return
        if self._folder not in (None, self._collection.folder):  # another library: look anew
            self.album.forget()
            self.bringing.wait_for(self.guide.wish)
        self._folder = self._collection.folder
        self.bringing.opened()

    # What is shown

    @property
    def artwork(self) -> Artwork | None:
        """The kept picture on the canvas, where it is one."""
        return self.showing.artwork

    @property
    def is_film(self) -> bool:
        """Whether what is painted is a film."""
        wish = self.guide.wish
        leaf = self.album.leaf(wish.content)
        return wish.walk is not None or (leaf is not None and leaf.film)

    @property
    def _sounds(self) -> bool:
        """Whether something is heard in what is painted."""
        leaf = self.album.leaf(self.guide.wish.content)
        return self.guide.wish.walk is None and leaf is not None and leaf.sounds

    def title(self) -> str:
        """What is painted, in words: the title of what is kept."""
        wish = self.guide.wish
        if not wish.content:
            return "Style"
        name = self.album.name(wish.content)
        names = list(self.manners.names(wish).values())
        if not names:
            return name
        several = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        return f"{name} in the manner of {several}"

    def take_up(self, recipe: Recipe, artwork: Artwork | None) -> None:
        """Want what a recipe says. artwork: what came of it, to be shown as it is."""
        if not isinstance(recipe, OURS):
            self.elsewhere.emit(recipe)
        elif self._known and not any(model.id == recipe.model for model in self._models):
            self.banner.say(
                "The model that this was painted with is not on this computer.",
                "Add its folder, then try again.",
            )
        else:
            if isinstance(recipe, FinestRecipe):
                self.panel.more.show_seed(recipe.seed)
            self.bringing.recipe(recipe, partial(self.showing.show, artwork) if artwork else None)

    def _changed(self) -> None:
        wish = self.guide.wish
        leaf = self.album.leaf(wish.content)
        if wish.content != self._content:
            if wish.content and leaf is None:  # a step back to one that is no longer at hand
                self.bringing.fetch(wish.content)
                return
            self._show_content(leaf)
        self._show()

    def _reading(self, name: str) -> None:
        """A large picture takes a moment to be looked through."""
        self.canvas.say(f"Opening {name}…")
        self.stage.welcome.say(f"Opening {name}…")

    def _show_content(self, leaf: Leaf | None) -> None:
        self._content = leaf.reference if leaf else ""
        self.canvas.show_before(leaf.image if leaf else None, leaf.name if leaf else "")
        self.stage.welcome.say()
        self.stage.setCurrentWidget(self.canvas if leaf else self.stage.welcome)
        if leaf is not None:
            self.masking.begin(leaf.width, leaf.height)
        else:
            self.masking.put_away()

    def _show(self) -> None:
        wish = self.guide.wish
        self.panel.show_wish(
            wish,
            self.manners.names(wish),
            self.manners.images(wish),
            self.is_film,
            self._sounds,
        )
        self.bar.say(self.title(), self._facts())
        self.bar.enable(wish.ready, self.is_film)
        self.bar.show_steps(self.guide.history.can_undo, self.guide.history.can_redo)
        self._show_hint()

    def _facts(self) -> str:
        """The size of what comes out, in a few words."""
        wish = self.guide.wish
        leaf = self.album.leaf(wish.content)
        if self.artwork is not None:
            return f"{self.artwork.width} × {self.artwork.height}"
        if leaf is None or wish.walk is not None:
            return "a path" if wish.walk is not None else ""
        scale = wish.size / max(leaf.width, leaf.height) if wish.size else 1.0
        size = f"{max(1, round(leaf.width * scale))} × {max(1, round(leaf.height * scale))}"
        return f"{size} · film" if leaf.film else size

    def _show_hint(self) -> None:
        wish = self.guide.wish
        hint = ""
        if wish.content and not wish.taken:
            hint = CHOOSE
        elif wish.ready and self.canvas.after is None and not self.banner.isVisible():
            hint = PAINTING if self._queue.engine.phase == "ready" else STARTING
        self.canvas.say(hint)

    def _show_model(self) -> None:
        model = self.model()
        self.manners.show_model(model)
        self.panel.more.set_models(self._models, self.guide.wish.model)
        self._show()

    # What happens

    def _shown(self) -> None:
        if self.guide.seen:
            self.banner.take_back("look")
        self.bar.say(self.title(), self._facts())
        self._show_hint()
        self._say_pace()

    def _failed(self, failed: LookFailed) -> None:
        self.banner.complain(failed.what, failed.todo, failed.report, "look")
        self._show_hint()

    def _say_pace(self) -> None:
        seen = self.guide.seen and self.isVisible()
        self.pace_changed.emit(f"Preview in {max(0.1, self.guide.took):.1f} s" if seen else "")

    def _problem(self, problem: Job | StudioError) -> None:
        if isinstance(problem, StudioError):
            self.say_error(problem)
        elif problem.error is not None:
            self.banner.complain(problem.error.what, problem.error.todo, problem.report)

    def _lay_out(self) -> None:
        below = below_work(self.works.strip)
        lay_out(self, self.bar, self.banner, self.stage, below, self.panel)

    def _connect(self) -> None:
        guide, works = self.guide, self.works
        guide.changed.connect(self._changed)
        self.showing.shown.connect(self._shown)
        self.showing.problem.connect(self.say_error)
        guide.failed.connect(self._failed)
        guide.stepped.connect(self.changed)
        self.manners.changed.connect(self._show)
        self._collection.reset.connect(self._library_opened)
        self.bringing.problem.connect(self.say_error)
        self.bringing.reading.connect(self._reading)
        self.bringing.fetched.connect(self._changed)
        works.used.connect(self.use)
        works.said.connect(self.toast.say)
        works.opened.connect(self.open_wanted)
        works.sent.connect(self.sent)
        works.problem.connect(self._problem)
