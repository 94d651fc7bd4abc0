"""Live pictures for widgets: asks for places, hands on images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from studio.recipes import Place, SlideRecipe

if TYPE_CHECKING:
    from studio.work.live import LiveViews
    from studio.work.messages import LookFailed, Seen


@dataclass(frozen=True)
class Sight:
    """A picture for the moment. index: which of the places asked for it is."""

    index: int
    image: QImage
    found: str
    readings: dict[str, float]


class View(QObject):
    """One place in the window that shows live pictures, and what it asks for.

    model: says which model's, when something is asked for.
    """

    def __init__(
        self,
        live: LiveViews,
        name: str,
        model: Callable[[], str],
        seen: Callable[[Sight], None],
        failed: Callable[[LookFailed], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live, self.name, self._model, self._show = live, name, model, seen
        self._leave = live.listen(name, self._seen, failed)

    @property
    def waiting(self) -> bool:
        """Whether not everything has come yet."""
        return self._live.is_waiting(self.name)

    def ask(self, places: Sequence[Place], side: int = 0) -> None:
        """Ask for these, instead of whatever was asked for before."""
        model = self._model()
        if model:
            recipes = [SlideRecipe(model=model, place=place) for place in places]
            self._live.ask(self.name, recipes, side)

    def forget(self) -> None:
        """Want nothing any more."""
        self._live.forget(self.name)

    def close(self) -> None:
        """Stop listening."""
        self._leave()

    def _seen(self, seen: Seen) -> None:
        self._show(Sight(seen.index, picture(seen), seen.found, seen.readings))


def picture(seen: Seen) -> QImage:
    """The picture in the form that is fastest to draw; owns its pixels."""
    image = QImage(seen.rgb, seen.width, seen.height, seen.width * 3, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
