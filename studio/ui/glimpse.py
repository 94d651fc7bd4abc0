"""Films of a strip, which play while the mouse rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView

from studio.ui.film import Film
from studio.ui.resting import Resting

if TYPE_CHECKING:
    from studio.library import Artwork


class Glimpse(Resting):
    """Plays the film that is pointed at; the view draws `frame` in its place, and is told to.

    role: where an index has its Artwork. longest: pixels of a frame's longer side.
    """

    def __init__(self, view: QAbstractItemView, role: int, longest: int) -> None:
        super().__init__(view, role)
        self._longest = longest
        self._frame: QImage | None = None
        self._film = Film(self)
        self._film.shown.connect(self._show)
        self._film.failed.connect(self.end)

    def frame(self, artwork_id: str) -> QImage | None:
        """What that film shows just now; None where it does not play."""
        playing = self._artwork is not None and self._artwork.id == artwork_id
        return self._frame if playing else None

    def suits(self, artwork: Artwork) -> bool:
        """Films are shown."""
        return artwork.is_film

    def begin(self, artwork: Artwork) -> None:
        """Play it."""
        self._film.play(artwork.path, self._longest)

    def end(self, *_: object, wait: bool = False) -> None:
        """Nothing plays any more. wait: until its thread has ended."""
        super().end()
        self._film.stop(wait)
        before, self._frame = self._frame, None
        if before is not None:
            self._view.viewport().update()

    def _show(self, image: QImage) -> None:
        self._frame = image
        self._view.viewport().update()
