"""What is dragged and dropped in the sliders' room: places."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QDrag, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.recipes import Place, SlideRecipe, parse_recipe

RECIPE_MIME = "application/x-easel-recipe"
THUMB = 72


def recipe_mime(recipe: SlideRecipe, image: QImage | None = None) -> QMimeData:
    """A picture of the room on its way: its recipe, and its pixels for other programs."""
    data = QMimeData()
    data.setData(RECIPE_MIME, recipe.to_json().encode())
    if image is not None:
        data.setImageData(image)
    return data


def drag_place(source: QWidget, recipe: SlideRecipe, image: QImage | None) -> None:
    """Drag a picture of the room; returns when it has been dropped."""
    drag = QDrag(source)
    drag.setMimeData(recipe_mime(recipe, image))
    if image is not None:
        drag.setPixmap(QPixmap.fromImage(small(image)))
    drag.exec(Qt.DropAction.CopyAction)


def slide_in(data: QMimeData) -> SlideRecipe | None:
    """The recipe of a picture of this room, where that is what is dragged."""
    if not data.hasFormat(RECIPE_MIME):
        return None
    return slide_of(bytes(data.data(RECIPE_MIME).data()).decode("utf-8", "replace"))


def place_in(data: QMimeData, model: str) -> Place | None:
    """The place that is dragged, where it is one of this model's."""
    recipe = slide_in(data)
    return recipe.place if recipe is not None and recipe.model == model else None


def slide_of(text: str) -> SlideRecipe | None:
    """A recipe of this room in JSON; None where it is another or cannot be read."""
    if not text:
        return None
    try:
        recipe = parse_recipe(text)
    except StudioError:
        return None
    return recipe if isinstance(recipe, SlideRecipe) else None


def small(image: QImage) -> QImage:
    """A thumbnail to drag under the mouse."""
    return image.scaled(
        QSize(THUMB, THUMB),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
