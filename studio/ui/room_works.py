"""The works of a room: the strip of what was kept there, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.recipes import Recipe, parse_recipe
from studio.ui.actions import ArtworkActions
from studio.ui.collection import Collection
from studio.ui.picture_verbs import PictureVerbs
from studio.ui.pictures import Pictures
from studio.ui.strip import Strip
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.work.queue import JobQueue


class RoomWorks(QObject):
    """What the works of rooms with a live picture have in common.

    kinds: of recipes whose artworks belong to the room. empty: words for a strip with none.

    said: words, words on a button, what the button does. chosen: an Artwork of the strip.
    used: a recipe to go on from. opened: an Artwork to show large. kept: an Artwork, new in the
    strip. sent: where to (`studio.ui.send`), and what: an Artwork or a WalkRecipe.
    problem: a Job that could not be done, or a StudioError.
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
        collection: Collection,
        pictures: Pictures,
        kinds: tuple[str, ...],
        empty: str,
    ) -> None:
        super().__init__(window)
        self._window, self._queue = window, queue
        self._last: tuple[Recipe, Artwork] | None = None
        self._awaited: Recipe | None = None  # what is to be kept first
        self._then: Callable[[Artwork], None] = self.ask_copy  # and what is done with it then
        self.strip = Strip(look, collection, pictures, lambda one: one.kind in kinds, empty)
        self.actions = ArtworkActions(look, window, keys=False)
        self.verbs = PictureVerbs(
            self.actions, window, collection, self.strip.artwork, _no_pixels, _one
        )
        self.strip.chosen.connect(self._choose)
        self.strip.opened.connect(self.opened)
        self.strip.menu_wanted.connect(self._menu)
        self.strip.trash_wanted.connect(self.verbs.trash)
        self.actions.open.triggered.connect(self._open)
        self.verbs.used.connect(self.used)
        self.verbs.said.connect(self.said)
        self.verbs.sent.connect(self.sent)
        self.verbs.problem.connect(self.problem)

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

    def with_kept(self, recipe: Recipe, then: Callable[[Artwork], None]) -> None:
        """Do something with what a recipe makes; it is kept first where it is not yet."""
        if self._last is not None and self._last[0] == recipe:
            then(self._last[1])  # the very picture is kept already
            return
        self._awaited, self._then = recipe, then
        self._queue.submit(recipe)

    def arrived(self, artwork: Artwork, recipe: Recipe) -> None:
        """An artwork of this room is kept: go on with it, or say so."""
        self._last = recipe, artwork
        if recipe == self._awaited:
            self._awaited = None
            self._then(artwork)
            return
        sort = "film" if artwork.is_film else "tune" if artwork.is_sound else ""
        words = f"Your {sort} is kept" if sort else "Kept"
        self.said.emit(words, "Show", partial(self.opened.emit, artwork))

    def give_up(self) -> None:
        """What was awaited will not come."""
        self._awaited = None

    def ask_copy(self, artwork: Artwork) -> None:
        """Ask where a copy goes."""
        from studio.ui.dialogs import ask_copy_of

        ask_copy_of(self._window, artwork, partial(self.verbs.save_to, artwork))

    def _choose(self, artwork: Artwork) -> None:
        self._enable(artwork)
        self.chosen.emit(artwork)

    def _menu(self, at: QPoint) -> None:
        artwork = self.strip.artwork()
        if artwork is not None:
            self._enable(artwork)
            self.actions.popup(at)

    def _enable(self, artwork: Artwork) -> None:
        kind = artwork.kind if artwork.recipe else ""
        self.actions.enable(True, kind, artwork.is_film, artwork.is_sound)

    def _open(self) -> None:
        artwork = self.strip.artwork()
        if artwork is not None:
            self.opened.emit(artwork)


def _no_pixels() -> None:
    """The strip has no pixels at hand; the file has them."""


def _one() -> int:
    return 1
