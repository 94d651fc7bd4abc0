"""One artwork over the whole window, and from there to the next of those that were found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.ui.picture_room import MAY_SOUND, facts
from studio.ui.viewer import Viewer

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.library.gallery import Card
    from studio.ui.gallery.room import GalleryRoom


class LargeView(QObject):
    """Shows the artwork in hand large, as long as it is open."""

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__(room)
        self._room = room
        self._wanted = ""  # the id of the last one that was asked for
        self.viewer = Viewer(room.look, room.window_, room.listening)
        self.viewer.step.connect(room.grid.step)
        self.viewer.closed.connect(self._closed)
        room.grid.current_changed.connect(self._follow)

    @property
    def open(self) -> bool:
        """Whether something is shown large."""
        return not self.viewer.isHidden()

    def show_work(self, card: Card) -> None:
        """Show this one."""
        self._wanted = card.id
        self._room.asking.look(lambda library: library.get(card.id), self._read)

    def escape(self) -> bool:
        """Close it; False where it is not open."""
        if not self.open:
            return False
        self.viewer.close_view()
        return True

    def _follow(self, card: Card | None) -> None:
        if not self.open or card is None or card.id == self._wanted:
            return
        self.show_work(card)

    def _read(self, artwork: Artwork | None) -> None:
        if artwork is not None and artwork.id == self._wanted:
            show, fail = partial(self._show, artwork), partial(self._unreadable, artwork)
            self._room.pictures.read(artwork.path, show, fail)

    def _show(self, artwork: Artwork, image: QImage) -> None:
        if artwork.id != self._wanted or not self._room.isVisible():
            return
        told = facts(artwork)
        if artwork.is_sound:
            self.viewer.show_sound(image, artwork.title, told, artwork.path, artwork.seconds)
            return
        film = artwork.path if artwork.is_film else None
        heard = film is not None and artwork.kind in MAY_SOUND
        self.viewer.show_picture(image, artwork.title, told, film, heard)

    def _unreadable(self, artwork: Artwork, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        if artwork.id == self._wanted:
            self._room.say_error(error)

    def _closed(self) -> None:
        self._wanted = ""
        self._room.grid.setFocus()
