"""The rooms after the first: each is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from studio.ui.gallery.room import GalleryRoom
    from studio.ui.music.room import MusicRoom
    from studio.ui.sliders.room import SlidersRoom
    from studio.ui.style.room import StyleRoom

    LaterRoom = SlidersRoom | StyleRoom | MusicRoom | GalleryRoom

#: of each room, by its name on the rail: where it is, and the kind of models that it works with
PLACES = {
    "sliders": ("studio.ui.sliders.room", "SlidersRoom", "latent"),
    "style": ("studio.ui.style.room", "StyleRoom", "style"),
    "music": ("studio.ui.music.room", "MusicRoom", "tune"),
    "gallery": ("studio.ui.gallery.room", "GalleryRoom", ""),
}


class LaterRooms:
    """The rooms by name. Going through them gives those that have been made by now.

    make: calls a room's class with what all of them are made of.
    furnish: called with the name of a room that has just been made, and the room.
    """

    def __init__(
        self,
        make: Callable[[Callable[..., LaterRoom]], LaterRoom],
        furnish: Callable[[str, LaterRoom], None],
    ) -> None:
        self._make, self._furnish = make, furnish
        self._made: dict[str, Any] = {}

    def __iter__(self) -> Iterator[tuple[str, LaterRoom]]:
        return iter(list(self._made.items()))

    @property
    def sliders(self) -> SlidersRoom:
        return cast("SlidersRoom", self["sliders"])

    @property
    def style(self) -> StyleRoom:
        return cast("StyleRoom", self["style"])

    @property
    def music(self) -> MusicRoom:
        return cast("MusicRoom", self["music"])

    @property
    def gallery(self) -> GalleryRoom:
        return cast("GalleryRoom", self["gallery"])

    @property
    def music_made(self) -> MusicRoom | None:
        """The music room, where it has been made."""
        return self._made.get("music")

    @property
    def gallery_made(self) -> GalleryRoom | None:
        """The gallery, where it has been made."""
        return self._made.get("gallery")

    def __getitem__(self, name: str) -> LaterRoom:
        room = self._made.get(name)
        if room is None:
            module, kind, _ = PLACES[name]
            room = self._made[name] = self._make(getattr(import_module(module), kind))
            self._furnish(name, room)
        return cast("LaterRoom", room)
