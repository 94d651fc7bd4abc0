"""Live pictures for widgets: asks for places, hands on images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from studio.recipes import Place, Recipe, SlideRecipe

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
        self._say = failed
        self._asking = False
        self._asked: list[int] = []  # stamps of what may still be answered, newest last
        self._answered = 0
        self._leave = live.listen(name, self._seen, self._failed)

    @property
    def waiting(self) -> bool:
        """Whether not everything has come yet."""
        return self._live.is_waiting(self.name)

    @property
    def unanswered(self) -> bool:
        """Whether there is no answer to the newest request; another room may have come between."""
        return bool(self._asked) and self._asked[-1] != self._answered

    def ask(self, places: Sequence[Place], side: int = 0) -> None:
        """Ask for these, instead of whatever was asked for before."""
        model = self._model()
        if model:
            self.ask_recipes([SlideRecipe(model=model, place=place) for place in places], side)

    def ask_recipes(self, recipes: Sequence[Recipe], side: int = 0) -> None:
        """The same for recipes of any kind."""
        self._asking = True  # where the engine is given up, the answer comes at once
        self._asked.append(self._live.ask(self.name, recipes, side))
        self._asking = False

    def forget(self) -> None:
        """Want nothing any more."""
        self._asked = []
        self._live.forget(self.name)

    def close(self) -> None:
        """Stop listening."""
        self._leave()

    def _seen(self, seen: Seen) -> None:
        if self._is_ours(seen.stamp):
            self._show(Sight(seen.index, picture(seen), seen.found, seen.readings))

    def _failed(self, failed: LookFailed) -> None:
        if self._is_ours(failed.stamp) and self._say is not None:
            self._say(failed)

    def _is_ours(self, stamp: int) -> bool:
        """Rooms share the canvas's view; an answer is for the room alone that asked."""
        if not self._asking and stamp not in self._asked:
            return False
        self._asked = [one for one in self._asked if one >= stamp]
        self._answered = stamp
        return True


def picture(seen: Seen) -> QImage:
    """The picture in the form that is fastest to draw; owns its pixels."""
    image = QImage(seen.rgb, seen.width, seen.height, seen.width * 3, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
