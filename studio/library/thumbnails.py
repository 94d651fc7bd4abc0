"""Small pictures of artworks for a gallery, made once and kept on the disk; colours on the way.

They lie in `.easel/thumbnails` and can be deleted. None is waited for to reach the disk: one that
a power cut left in pieces is told by its length and made anew.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PIL import Image

from studio.library import export, posters
from studio.library.artwork import HIDDEN, Entry
from studio.library.contents import NotAPicture
from studio.library.files import TEMPORARY, clean_folder, make_folder
from studio.library.gallery import Card, Gallery

FOLDER = "thumbnails"
SIDE = 320  # pixels, of the longer side
_QUALITY = 82
_AT_ONCE = 50  # colours that are noted together


class Thumbnails:
    """The thumbnails of one library. Any thread may use it; none should that draws a window."""

    def __init__(self, folder: Path, gallery: Gallery) -> None:
        """Use `Library.thumbnails`."""
        self._folder = folder
        self._gallery = gallery
        self._looks: dict[str, tuple[int, int]] = {}
        self._guard = threading.Lock()

    def get(self, card: Card) -> bytes:
        """A WebP of at most SIDE pixels a side, with transparency; of a film its first frame.

        Takes its colours as well where nobody has yet. OSError when the file is gone or the disk
        does not answer, NotAPicture when it is damaged.
        """
        place = self._place(card.id, card.size, card.path.stat().st_mtime_ns)
        with suppress(OSError):
            data = place.read_bytes()
            if is_whole(data):
                if card.colours < 0:
                    self._note(card, Image.open(io.BytesIO(data)))
                return data
        image = _picture(card)
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=_QUALITY, method=2)
        data = buffer.getvalue()
        with suppress(OSError):  # a cache that cannot be kept costs time, nothing else
            self._keep(place, data)
        if card.colours < 0:
            self._note(card, image)
        return data

    def fill(self, most: int = 200, stop: Callable[[], bool] = lambda: False) -> int:
        """Make those of artworks whose colours nobody took yet, newest first; returns how many.

        For a thread in the background, again and again until there are none. stop: asked before
        each. What is damaged is passed over and not tried again until its file changes.
        """
        done = 0
        for card in self._gallery.unseen(most):
            if stop():
                break
            try:
                self.get(card)
            except (OSError, NotAPicture):
                with self._guard:
                    self._looks[card.id] = (0, -1)
            done += 1
        self.flush()
        return done

    def flush(self) -> None:
        """Write down the colours that were taken. Done by itself now and then."""
        with self._guard:
            looks, self._looks = self._looks, {}
        if looks:
            self._gallery.note_looks(looks)

    def drop(self, entry: Entry) -> None:
        """Remove the thumbnail of an artwork that is removed; never fails."""
        with suppress(OSError):
            self._place(entry.id, entry.size, entry.mtime_ns).unlink(missing_ok=True)

    def clean(self) -> None:
        """Remove what crashes left; never fails."""
        with suppress(OSError):
            for folder in (self._folder / HIDDEN / FOLDER).iterdir():
                clean_folder(folder)

    def _note(self, card: Card, image: Image.Image) -> None:
        from studio.library.colours import look_at  # numpy; the window is to start without it

        is_sound = card.seconds > 0 and card.width == 0  # what stands for it is Easel's drawing
        look = (0, -1) if is_sound else tuple(look_at(image))
        with self._guard:
            self._looks[card.id] = (look[0], look[1])
            full = len(self._looks) >= _AT_ONCE
        if full:
            self.flush()

    def _place(self, artwork_id: str, size: int, mtime_ns: int) -> Path:
        text = f"{artwork_id} {size} {mtime_ns} {SIDE}"
        mark = hashlib.sha256(text.encode()).hexdigest()[:32]
        return self._folder / HIDDEN / FOLDER / mark[:2] / f"{mark}.webp"

    def _keep(self, place: Path, data: bytes) -> None:
        make_folder(place.parent, self._folder)
        temporary = place.with_name(f"{TEMPORARY}{secrets.token_hex(8)}.tmp")
        try:
            temporary.write_bytes(data)
            temporary.replace(place)
        finally:
            temporary.unlink(missing_ok=True)


def is_whole(data: bytes) -> bool:
    """Whether a WebP file is as long as its head says."""
    length = int.from_bytes(data[4:8], "little")
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) == length + 8


def _picture(card: Card) -> Image.Image:
    if not card.seconds:
        image = export.load(card.path)
    else:
        try:
            image = Image.open(io.BytesIO(posters.poster(card.path)))
            image.load()
        except (SyntaxError, ValueError, EOFError) as error:
            raise NotAPicture("it is damaged") from error
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGBA")
