"""What comes out of the sliders' room, and what comes back in: kept, saved, exported, found."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from studio.recipes import FindRecipe, Recipe
from studio.recipes.picture import MAX_SEED
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.pictures import Pictures
from studio.ui.room_works import RoomWorks
from studio.ui.sliders.below import EMPTY
from studio.ui.sliders.guide import Guide
from studio.ui.sliders.keeper import Keeper
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.shelf import Model
    from studio.ui.sliders.journey import Path as Way
    from studio.work.queue import JobQueue

KINDS = ("slide", "walk")  # of recipes whose artworks belong to this room
PATIENCE = 0.5


class Works(RoomWorks):
    """Verbs of the room, and what has become of them."""

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
        super().__init__(look, window, queue, collection, pictures, KINDS, EMPTY)
        self._look, self._guide = look, guide
        self._chance = random.SystemRandom()
        self.keeper = Keeper(queue, signals, collection, self)
        self.keeper.kept.connect(self._kept)
        self.keeper.filled.connect(self._filled)
        self.keeper.problem.connect(self.give_up)
        self.chosen.connect(self._use)
        self.problem.connect(self.keeper.problem)

    # Verbs

    def keep(self, size: int) -> None:
        """Draw the picture on the canvas in full and keep it in the library."""
        recipe = self._guide.recipe(size)
        if recipe is not None:
            self.keeper.submit(recipe)

    def save(self, size: int) -> None:
        """Save a copy of the picture on the canvas; it is kept first where it is not yet."""
        self._with_canvas(size, self.ask_copy)

    def send(self, place: str, size: int) -> None:
        """Take the picture on the canvas to another room; it is kept first where it is not yet."""
        self._with_canvas(size, partial(self.sent.emit, place))

    def send_path(self, model: Model, path: Way) -> None:
        """Take the path to the style room, which paints along it."""
        if path.stretches:
            self.sent.emit("path", path.recipe(model.id))

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

    def _with_canvas(self, size: int, then: Callable[[Artwork], None]) -> None:
        recipe = self._guide.recipe(size)
        if recipe is not None:
            self.with_kept(recipe, then)

    def _kept(self, artwork: Artwork, recipe: Recipe) -> None:
        self.kept.emit(artwork)
        if isinstance(recipe, FindRecipe):
            self._use(artwork)
            self.said.emit("Found: this is as near as it gets", "", None)
        else:
            self.arrived(artwork, recipe)

    def _filled(self, folder: Path) -> None:
        from studio.ui.dialogs import show_folder

        self.said.emit(f"Done, in “{folder.name}”", "Show", partial(show_folder, folder))

    def _use(self, artwork: Artwork) -> None:
        recipe = self.recipe_of(artwork)
        if recipe is not None:
            self.used.emit(recipe)
