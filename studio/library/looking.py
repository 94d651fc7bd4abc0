"""Taking the colours of artworks that nobody has looked at yet, in the background."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from studio.library import export, posters
from studio.library.contents import NotAPicture
from studio.library.gallery import Card, Gallery

_NOTHING = (0, -1)  # of a sound, and of what cannot be read
_AT_ONCE = 50  # artworks whose colours are written down together


class Looking:
    """Looks at the artworks of one library. Any thread may use it; two do not look at once."""

    def __init__(self, gallery: Gallery) -> None:
        """Use `Library.looking`."""
        self._gallery = gallery
        self._guard = threading.Lock()

    def fill(self, most: int = 200, stop: Callable[[], bool] = lambda: False) -> int:
        """Take the colours of so many artworks, newest first; returns of how many.

        Again and again until there are none left, on a thread in the background: a picture takes
        some milliseconds. stop: asked before each. What is damaged is passed over, and not looked
        at again until its file changes. 0 as well where nothing can be written down. StudioError
        where the index cannot be read.
        """
        done = 0
        with self._guard:
            looks: dict[str, tuple[int, int]] = {}
            cards = self._gallery.unseen(most)
            for card in cards:
                if stop():
                    break
                looks[card.id] = look(card)
                done += 1
                if len(looks) == _AT_ONCE:
                    self._gallery.note_looks(looks)
                    looks = {}
            if looks:
                self._gallery.note_looks(looks)
            if done and self._gallery.unseen(1)[:1] == cards[:1]:
                return 0  # there is no room for it in the index
        return done


def look(card: Card) -> tuple[int, int]:
    """An artwork's colours, as `Gallery.note_looks` takes them; of a film those it begins with."""
    from studio.library.colours import look_at  # numpy; the window is to start without it

    if card.seconds and not card.width:  # what stands for a sound is Easel's own drawing
        return _NOTHING
    try:
        image = _first_frame(card.path) if card.seconds else export.load(card.path)
    except (OSError, NotAPicture):
        return _NOTHING
    mask, main = look_at(image)
    return mask, main


def _first_frame(film: Path) -> Image.Image:
    image = Image.open(io.BytesIO(posters.poster(film)), formats=("WEBP",))
    image.load()
    return image
