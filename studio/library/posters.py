"""Posters: small pictures of what is no picture, so that it can be shown without decoding it.

Of a film it is its first frame, of a sound its notes or how loud it is (`covers`).

They lie in `.easel/posters` and can be deleted; whoever needs one that is missing makes it anew.
"""

from __future__ import annotations

import hashlib
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from studio.library import containers
from studio.library.artwork import HIDDEN
from studio.library.files import clean_folder, make_folder, write_atomically

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDER = "posters"
LONGEST = 1024  # pixels a side
_FOLDERS_UP = 8  # to the library's own


def poster(path: Path) -> bytes:
    """The poster of a film or sound as a WebP file. OSError or NotAPicture when that is none."""
    status = path.stat()
    place = _place(path, status)
    if place is not None:
        with suppress(OSError):
            return place.read_bytes()
    data = _drawn(path)
    _keep(place, data)
    return data


def _drawn(path: Path) -> bytes:
    if containers.read(path).sort == "sound":
        from studio.library.covers import cover

        return cover(path)
    from studio.library.playing import first_frame

    return _packed(first_frame(path, LONGEST))


def keep(film: Path, status: os.stat_result, first: NDArray[np.uint8]) -> None:
    """Keep the poster of a film that was just made; where that fails it is made when needed."""
    _keep(_place(film, status), _packed(first))


def drop(path: Path) -> None:
    """Remove the poster of a film or sound that is about to be removed; never fails."""
    with suppress(OSError):
        place = _place(path, path.stat())
        if place is not None:
            place.unlink(missing_ok=True)


def clean(library: Path) -> None:
    """Remove what crashes left among a library's posters; never fails."""
    clean_folder(library / HIDDEN / FOLDER)


def _place(film: Path, status: os.stat_result) -> Path | None:
    """Where the poster is; None outside of a library. Follows the file through renames."""
    for folder in film.absolute().parents[:_FOLDERS_UP]:
        if (folder / HIDDEN).is_dir():
            mark = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode()).hexdigest()
            return folder / HIDDEN / FOLDER / f"{mark[:32]}.webp"
    return None


def _keep(place: Path | None, data: bytes) -> None:
    if place is not None:
        with suppress(OSError):
            make_folder(place.parent, place.parent.parent)
            write_atomically(place, data)


def _packed(frame: NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(frame)
    image.thumbnail((LONGEST, LONGEST))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=90, method=2)
    return buffer.getvalue()
