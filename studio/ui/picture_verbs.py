"""What an artist can do with the picture that is shown."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.recipes import PictureRecipe, Recipe, parse_recipe
from studio.recipes.picture import MAX_SEED
from studio.ui.actions import ArtworkActions
from studio.ui.collection import Collection
from studio.ui.strip import picture_mime

if TYPE_CHECKING:
    from studio.library import Artwork

LITTLE, LOT = 0.25, 0.6  # how far a variation moves from its picture, 0..1


class PictureVerbs(QObject):
    """Does what the actions say with the artwork that `shown` gives, and the pixels of `pixels`.

    asked: (recipe, parents) of pictures to draw. used: a recipe to take over into the panel.
    said: words, words on a button, what the button does. problem: a StudioError.
    sent: where to (`studio.ui.send`), and the Artwork.
    """

    asked = Signal(object, object)
    used = Signal(object)
    said = Signal(str, str, object)
    problem = Signal(object)
    sent = Signal(str, object)

    def __init__(
        self,
        actions: ArtworkActions,
        window: QWidget,
        collection: Collection,
        shown: Callable[[], Artwork | None],
        pixels: Callable[[], QImage | None],
        count: Callable[[], int],
    ) -> None:
        super().__init__(window)
        self._window, self._collection = window, collection
        self._shown, self._pixels, self._count = shown, pixels, count
        actions.again.triggered.connect(self.make_again)
        actions.little.triggered.connect(self.vary_little)
        actions.lot.triggered.connect(self.vary_lot)
        actions.use.triggered.connect(self.use_recipe)
        actions.save.triggered.connect(self.save_copy)
        actions.copy.triggered.connect(self.copy)
        actions.folder.triggered.connect(self.show_in_folder)
        actions.trash.triggered.connect(self.trash)
        actions.send.sent.connect(self.send)

    def make_again(self) -> None:
        """The same recipe once more."""
        self._ask(self.recipe())

    def vary_little(self) -> None:
        """Near neighbours of the picture, as many as the panel says."""
        self._vary(LITTLE)

    def vary_lot(self) -> None:
        """Far neighbours of the picture."""
        self._vary(LOT)

    def use_recipe(self) -> None:
        """Take the picture's words and settings over into the panel, or the room it is from."""
        recipe = self._any_recipe()
        if recipe is not None:
            self.used.emit(recipe)

    def save_copy(self) -> None:
        """Ask where to, and write a copy there."""
        artwork = self._shown()
        if artwork is not None:
            from studio.ui.dialogs import ask_copy_of

            ask_copy_of(self._window, artwork, partial(self.save_to, artwork))

    def save_to(self, artwork: Artwork, target: Path) -> None:
        """Write a copy; its suffix says the format."""
        self._collection.save_copy(artwork, target, self._saved)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        artwork = self._shown()
        if artwork is not None:
            pixels = None if artwork.is_sound else self._pixels()
            QGuiApplication.clipboard().setMimeData(picture_mime([artwork.path], pixels))
            self.said.emit("Copied", "", None)

    def show_in_folder(self) -> None:
        """Show the file where it lies."""
        artwork = self._shown()
        if artwork is not None:
            _show_in_folder(artwork.path)

    def send(self, place: str) -> None:
        """Take the picture to another room."""
        artwork = self._shown()
        if artwork is not None:
            self.sent.emit(place, artwork)

    def trash(self) -> None:
        """Move the picture to the trash."""
        artwork = self._shown()
        if artwork is not None:
            self._collection.trash(artwork.id, partial(self._trashed, artwork))

    def drag_out(self, source: QWidget) -> None:
        """Drag the picture into another program."""
        artwork, image = self._shown(), self._pixels()
        if artwork is None or image is None:
            return
        drag = QDrag(source)
        drag.setMimeData(picture_mime([artwork.path], None if artwork.is_sound else image))
        small = image.scaled(
            QSize(96, 96),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        drag.setPixmap(QPixmap.fromImage(small))
        drag.exec(Qt.DropAction.CopyAction)

    def recipe(self) -> PictureRecipe | None:
        """The recipe of the picture that is shown; None where it was not made from words."""
        recipe = self._any_recipe()
        return recipe if isinstance(recipe, PictureRecipe) else None

    def _any_recipe(self) -> Recipe | None:
        """The recipe, of whatever room; `problem` where it cannot be read."""
        artwork = self._shown()
        if artwork is None:
            return None
        try:
            return parse_recipe(artwork.recipe)
        except StudioError as error:
            self.problem.emit(error)
            return None

    def _vary(self, amount: float) -> None:
        recipe = self.recipe()
        if recipe is not None:
            seed = random.SystemRandom().randint(0, MAX_SEED)
            self._ask(recipe.vary(amount, seed, self._count()))

    def _ask(self, recipe: object) -> None:
        artwork = self._shown()
        if recipe is not None and artwork is not None:
            self.asked.emit(recipe, (artwork.id,))

    def _trashed(self, artwork: Artwork) -> None:
        undo = partial(self._collection.restore, artwork.id)
        self.said.emit("Moved to the trash", "Undo", undo)

    def _saved(self, target: Path) -> None:
        show = partial(_show_in_folder, target)
        self.said.emit(f"Saved as “{target.name}”", "Show in folder", show)


def _show_in_folder(path: Path) -> None:
    from studio.ui.dialogs import show_in_folder

    show_in_folder(path)
