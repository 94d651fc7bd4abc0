"""What comes out of the style room: kept, saved, copied, sent on; and the strip of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.recipes import FinestRecipe, Recipe, StyleFilmRecipe, StyleRecipe, parse_recipe
from studio.ui.actions import ArtworkActions
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.picture_verbs import PictureVerbs
from studio.ui.pictures import Pictures
from studio.ui.strip import Strip
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.work.messages import Made
    from studio.work.queue import Job, JobQueue

KINDS = ("style", "finest", "style-film")  # of recipes whose artworks belong to this room
OURS = (StyleRecipe, FinestRecipe, StyleFilmRecipe)
EMPTY = "Pictures and films of this room appear here when you keep them."


class Works(QObject):
    """Hands recipes to the queue, and says what has become of them.

    said: words, words on a button, what the button does. chosen: an Artwork of the strip.
    used: a recipe to go on from. opened: an Artwork to show large. kept: an Artwork, new in the
    strip. sent: where to (`studio.ui.send`), and an Artwork. problem: a Job that could not be
    done, or a StudioError.
    """

    said = Signal(str, str, object)
    chosen = Signal(object)
    used = Signal(object)
    opened = Signal(object)
    kept = Signal(object)
    sent = Signal(str, object)
    problem = Signal(object)

    def __init__(
        self,
        look: Look,
        window: QWidget,
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__(window)
        self._window, self._queue = window, queue
        self._jobs: dict[str, Recipe] = {}  # by the id of the artwork that is on its way
        self._last: tuple[Recipe, Artwork] | None = None
        self._awaited: Recipe | None = None  # what is to be kept first
        self._then: Callable[[Artwork], None] = self._ask_copy  # and what is done with it then
        self.strip = Strip(look, collection, pictures, is_ours, EMPTY)
        self.actions = ArtworkActions(look, window, keys=False)
        self.verbs = PictureVerbs(
            self.actions, window, collection, self.strip.artwork, _no_pixels, _one
        )
        signals.made.connect(self._made)
        signals.changed.connect(self._changed)
        collection.added.connect(self._added)
        self.strip.chosen.connect(self._chosen)
        self.strip.opened.connect(self.opened)
        self.strip.menu_wanted.connect(self._menu)
        self.strip.trash_wanted.connect(self.verbs.trash)
        self.actions.open.triggered.connect(self._open)
        self.verbs.used.connect(self.used)
        self.verbs.said.connect(self.said)
        self.verbs.sent.connect(self.sent)
        self.verbs.problem.connect(self.problem)

    def keep(self, recipe: Recipe) -> None:
        """Have it painted in full and kept in the library."""
        self._queue.submit(recipe)

    def save(self, recipe: Recipe, shown: Artwork | None) -> None:
        """Save a copy. shown: the artwork that is on the canvas, where it is one; else the
        picture is kept first, where it is not yet."""
        self._with_kept(recipe, shown, self._ask_copy)

    def send(self, place: str, recipe: Recipe, shown: Artwork | None) -> None:
        """Take it to another room; arguments as with `save`."""
        self._with_kept(recipe, shown, partial(self.sent.emit, place))

    def copy(self, image: QImage | None) -> None:
        """Put the picture on the canvas on the clipboard."""
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.said.emit("Copied", "", None)

    def recipe_of(self, artwork: Artwork) -> Recipe | None:
        """What it was made with; `problem` where that cannot be read."""
        try:
            return parse_recipe(artwork.recipe)
        except StudioError as error:
            self.problem.emit(error)
            return None

    def _with_kept(
        self, recipe: Recipe, shown: Artwork | None, then: Callable[[Artwork], None]
    ) -> None:
        if shown is not None:
            then(shown)
        elif self._last is not None and self._last[0] == recipe:
            then(self._last[1])  # the very picture is kept already
        else:
            self._awaited, self._then = recipe, then
            self._queue.submit(recipe)

    def _made(self, job: Job, made: Made) -> None:
        if isinstance(job.recipe, OURS) and made.artwork:
            self._jobs[made.artwork] = job.recipe

    def _added(self, artwork: Artwork) -> None:
        recipe = self._jobs.pop(artwork.id, None)
        if recipe is None:
            return
        self._last = recipe, artwork
        self.kept.emit(artwork)
        if self._awaited is not None and recipe == self._awaited:
            self._awaited = None
            self._then(artwork)
            return
        words = "Your film is kept" if artwork.is_film else "Kept"
        self.said.emit(words, "Show", partial(self.opened.emit, artwork))

    def _changed(self, job: Job) -> None:
        if isinstance(job.recipe, OURS) and job.error is not None and job.state.ended:
            self._awaited = None
            self.problem.emit(job)

    def _ask_copy(self, artwork: Artwork) -> None:
        from studio.ui.dialogs import ask_copy

        film = artwork.path.suffix.lower() if artwork.is_film else ""
        ask_copy(self._window, artwork.title, partial(self.verbs.save_to, artwork), film)

    def _chosen(self, artwork: Artwork) -> None:
        self._enable(artwork)
        self.chosen.emit(artwork)

    def _menu(self, at: QPoint) -> None:
        artwork = self.strip.artwork()
        if artwork is not None:
            self._enable(artwork)
            self.actions.popup(at)

    def _enable(self, artwork: Artwork) -> None:
        self.actions.enable(True, artwork.kind if artwork.recipe else "", artwork.is_film)

    def _open(self) -> None:
        artwork = self.strip.artwork()
        if artwork is not None:
            self.opened.emit(artwork)


def is_ours(artwork: Artwork) -> bool:
    """Whether an artwork was made in this room."""
    return artwork.kind in KINDS


def _no_pixels() -> None:
    """The strip has no pixels at hand; the file has them."""


def _one() -> int:
    return 1
