"""What comes out of the sliders' room, and what comes back in: kept, saved, exported, found."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from studio.recipes import FindRecipe, Recipe, SlideRecipe
from studio.recipes.picture import MAX_SEED
from studio.ui.actions import ArtworkActions
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.picture_verbs import PictureVerbs
from studio.ui.pictures import Pictures
from studio.ui.sliders.below import EMPTY
from studio.ui.sliders.guide import Guide
from studio.ui.sliders.keeper import Keeper
from studio.ui.strip import Strip
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.shelf import Model
    from studio.ui.sliders.journey import Path as Way
    from studio.work.queue import JobQueue

KINDS = ("slide", "walk")  # of recipes whose artworks belong to this room
PATIENCE = 0.5


class Works(QObject):
    """Verbs of the room, and the strip of what was kept.

    said: words, words on a button, what the button does. used: a recipe to go on from.
    opened: an Artwork to show large.
    """

    said = Signal(str, str, object)
    used = Signal(object)
    opened = Signal(object)
    kept = Signal(object)  # an Artwork, new in the strip
    sent = Signal(str, object)  # where to (`studio.ui.send`), and what: an Artwork or a WalkRecipe

    def __init__(
        self,
        look: Look,
        window: QWidget,
        guide: Guide,
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__(window)
        self._look, self._window, self._guide = look, window, guide
        self._chance = random.SystemRandom()
        self.keeper = Keeper(queue, signals, collection, self)
        self._last: tuple[Recipe, Artwork] | None = None
        self._awaited: SlideRecipe | None = None  # what is to be kept first
        self._then: Callable[[Artwork], None] = self._ask_copy  # and what is done with it then
        self.strip = Strip(look, collection, pictures, is_ours, EMPTY)
        self.actions = ArtworkActions(look, window, keys=False)
        self.verbs = PictureVerbs(
            self.actions, window, collection, self.strip.artwork, _no_pixels, _one
        )
        self.keeper.kept.connect(self._kept)
        self.keeper.filled.connect(self._filled)
        self.keeper.problem.connect(self._not_kept)
        self.strip.chosen.connect(self._chosen)
        self.strip.opened.connect(self.opened)
        self.strip.menu_wanted.connect(self._menu)
        self.strip.trash_wanted.connect(self.verbs.trash)
        self.actions.open.triggered.connect(self._open)
        self.verbs.used.connect(self.used)
        self.verbs.said.connect(self.said)
        self.verbs.sent.connect(self.sent)

    # Verbs

    def keep(self, size: int) -> None:
        """Draw the picture on the canvas in full and keep it in the library."""
        recipe = self._guide.recipe(size)
        if recipe is not None:
            self.keeper.submit(recipe)

    def save(self, size: int) -> None:
        """Save a copy of the picture on the canvas; it is kept first where it is not yet."""
        self._with_kept(size, self._ask_copy)

    def send(self, place: str, size: int) -> None:
        """Take the picture on the canvas to another room; it is kept first where it is not yet."""
        self._with_kept(size, partial(self.sent.emit, place))

    def send_path(self, model: Model, path: Way) -> None:
        """Take the path to the style room, which paints along it."""
        if path.stretches:
            self.sent.emit("path", path.recipe(model.id))

    def copy(self, image: QImage | None) -> None:
        """Put the picture on the canvas on the clipboard."""
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.said.emit("Copied", "", None)

    def export(self, model: Model, path: Way) -> None:
        """Ask how the path becomes a file."""
        from studio.ui.sliders.export_dialog import ExportDialog

        size = model.latent.size
        ExportDialog(self._look, self._window, model.id, size, path, self.keeper.submit).open()

    def vary(self, model: Model) -> None:
        """Ask how many variations, and where they go."""
        from studio.ui.sliders.variations_dialog import VariationsDialog

        journey = self._guide.journey
        if journey is not None:
            sliders = [part for part in model.latent.sliders if part.named]
            seed = self._chance.randint(0, MAX_SEED)
            VariationsDialog(
                self._look, self._window, model.id, journey.place, sliders, seed, self.keeper.submit
            ).open()

    def ask_picture(self, model: Model) -> None:
        """Ask for a picture to look for."""
        from studio.ui.dialogs import ask_picture

        ask_picture(self._window, "Find my picture", partial(self.find, model))

    def find(self, model: Model, source: Path | QImage) -> None:
        """Look for the place of a picture from outside."""
        self.keeper.find(source, model.id, model.latent.size, PATIENCE)

    # What becomes of them

    def _with_kept(self, size: int, then: Callable[[Artwork], None]) -> None:
        """Do something with the picture on the canvas, once it is kept."""
        recipe = self._guide.recipe(size)
        if recipe is None:
            return
        if self._last is not None and self._last[0] == recipe:
            then(self._last[1])  # the very picture is kept already
            return
        self._awaited, self._then = recipe, then
        self.keeper.submit(recipe)

    def _kept(self, artwork: Artwork, recipe: Recipe) -> None:
        self.kept.emit(artwork)
        if isinstance(recipe, FindRecipe):
            self._use(artwork)
            self.said.emit("Found: this is as near as it gets", "", None)
            return
        self._last = recipe, artwork
        if self._awaited is not None and recipe == self._awaited:
            self._awaited = None
            self._then(artwork)
            return
        film = artwork.is_film
        show = partial(self.opened.emit, artwork)
        self.said.emit("Your film is kept" if film else "Kept", "Show", show)

    def _not_kept(self) -> None:
        self._awaited = None

    def _filled(self, folder: Path) -> None:
        from studio.ui.dialogs import show_folder

        self.said.emit(f"Done, in “{folder.name}”", "Show", partial(show_folder, folder))

    def _ask_copy(self, artwork: Artwork) -> None:
        from studio.ui.dialogs import ask_copy

        film = artwork.path.suffix.lower() if artwork.is_film else ""
        ask_copy(self._window, artwork.title, partial(self.verbs.save_to, artwork), film)

    def _chosen(self, artwork: Artwork) -> None:
        self.actions.enable(True, artwork.kind if artwork.recipe else "", artwork.is_film)
        self._use(artwork)

    def _use(self, artwork: Artwork) -> None:
        from studio.errors import StudioError
        from studio.recipes import parse_recipe

        try:
            self.used.emit(parse_recipe(artwork.recipe))
        except StudioError as error:
            self.keeper.problem.emit(error)

    def _menu(self, at: QPoint) -> None:
        artwork = self.strip.artwork()
        if artwork is not None:
            self.actions.enable(True, artwork.kind if artwork.recipe else "", artwork.is_film)
            self.actions.popup(at)

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
