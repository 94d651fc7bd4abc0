"""The styles there are: those that the model has learned, and the artist's own pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.ui.pictures import Pictures
from studio.ui.style.album import THUMB, Album
from studio.ui.style.panel import StylePanel
from studio.ui.style.tiles import Offer
from studio.ui.style.wish import Pick, Wish

if TYPE_CHECKING:
    from pathlib import Path

    from studio.shelf import Model

MOST = 18  # pictures of the artist's own that stay in the list


SUFFIX = re.compile(r"\.(png|jpe?g|webp|gif|bmp|tiff?|avif|mp4|webm)$", re.IGNORECASE)


class Manners(QObject):
    """Offers styles in the panel, with names and pictures.

    changed: a name or a picture is new.
    """

    changed = Signal()

    def __init__(self, panel: StylePanel, album: Album, pictures: Pictures) -> None:
        super().__init__(panel)
        self._panel, self._album, self._pictures = panel, album, pictures
        self._model: Model | None = None
        self._known = False
        self._files: dict[str, Path] = {}  # thumbnails of learned styles, by key
        self._learned: list[Offer] = []
        self._own: list[str] = []  # references, newest first
        pictures.ready.connect(self._ready)
        album.thumbed.connect(self._thumbed)

    def show_model(self, model: Model | None) -> None:
        """Offer what this model has learned."""
        self._model, self._known = model, True
        styles = model.style.styles if model else ()
        self._learned = [
            Offer(Pick(style=style.id), style.name, f"after {style.after}" if style.after else "")
            for style in styles
        ]
        self._files = {
            Pick(style=style.id).key: model.folder / style.thumbnail
            for style in styles
            if model and style.thumbnail
        }
        self._offer()

    def add(self, reference: str) -> Pick:
        """Put a picture first among the artist's own; the style it is."""
        self._own = [reference, *(one for one in self._own if one != reference)][:MOST]
        self._offer()
        return Pick(picture=reference)

    def include(self, wish: Wish) -> None:
        """Have the pictures of a kept recipe in the list."""
        for pick in reversed(wish.chosen):
            if pick.picture and pick.picture not in self._own:
                self.add(pick.picture)

    def forget(self, pick: Pick) -> None:
        """Take a picture out of the list; it stays in the library."""
        self._own = [one for one in self._own if one != pick.picture]
        self._offer()

    def knows(self, pick: Pick) -> bool:
        """Whether a style can be painted."""
        return bool(pick.picture) or any(offer.pick == pick for offer in self._learned)

    def name(self, pick: Pick) -> str:
        """What a style is called."""
        if pick.picture:
            return without_suffix(self._album.name(pick.picture))
        learned = (offer.name for offer in self._learned if offer.pick == pick)
        return next(learned, pick.style)

    def names(self, wish: Wish) -> dict[str, str]:
        """What the styles of a wish are called, by key."""
        return {pick.key: self.name(pick) for pick in wish.chosen}

    def images(self, wish: Wish) -> dict[str, QImage | None]:
        """Their small pictures."""
        return {pick.key: self._image(pick) for pick in wish.chosen}

    # From start to start

    def state(self) -> list[list[str]]:
        """The artist's own pictures, with their names, as JSON takes them."""
        return [[reference, self._album.names.get(reference, "")] for reference in self._own]

    def restore(self, values: Any) -> None:
        """Take what was remembered; their pictures come when the library is open."""
        for value in values if isinstance(values, list) else ():
            match value:
                case [str(reference), str(name)] if len(self._own) < MOST and reference:
                    self._own.append(reference)
                    if name:
                        self._album.names[reference] = name
        self._offer()

    def fetch(self) -> None:
        """The library can be asked now."""
        for tile in self._panel.own.tiles:
            tile.set_image(self._image(tile.offer.pick))

    def _offer(self) -> None:
        own = [Offer(pick, self.name(pick)) for pick in (Pick(picture=one) for one in self._own)]
        self._panel.set_offers(self._learned, own, self._known)
        for tile in (*self._panel.learned.tiles, *self._panel.own.tiles):
            tile.set_image(self._image(tile.offer.pick))
        self.changed.emit()

    def _image(self, pick: Pick) -> QImage | None:
        if pick.picture:
            return self._album.thumb(pick.picture)
        file = self._files.get(pick.key)
        return self._pictures.thumbnail(file, THUMB) if file else None

    def _ready(self, path: str) -> None:
        for key, file in self._files.items():
            if str(file) == path:
                self._show(next(one.pick for one in self._learned if one.pick.key == key))

    def _thumbed(self, reference: str) -> None:
        self._show(Pick(picture=reference))

    def _show(self, pick: Pick) -> None:
        tile = self._panel.tile(pick)
        if tile is not None:
            tile.set_image(self._image(pick))
            self.changed.emit()


def without_suffix(name: str) -> str:
    """A picture's name without what says its format."""
    return SUFFIX.sub("", name) or name
