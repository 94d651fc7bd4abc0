"""Pictures and films that are in no library, taken for artworks while they are exported."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from studio.errors import StudioError
from studio.library import Artwork, read_artwork_id, read_recipe
from studio.library.contents import NotAPicture, StillPicture
from studio.library.problems import in_words
from studio.library.reading import read_picture

KINDS = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")


def from_file(path: Path) -> Artwork:
    """An artwork that is this file, with what the file says of itself.

    StudioError where it cannot be read, or is no picture, film or sound that Easel knows.
    """
    try:
        found = read_picture(path)
    except FileNotFoundError as error:
        raise StudioError(f"There is no file “{path}”.", "Check its name.") from error
    except OSError as error:
        raise in_words(error, path.parent, "read this file") from error
    except StillPicture:
        return _still(path, read_artwork_id(path), _recipe(path))
    except NotAPicture:
        return _still(path, "", "")  # TIFF and AVIF, which the library does not read
    facts = found.facts
    return Artwork(
        id=facts.id,
        path=path,
        kind=facts.kind,
        title=facts.title,
        created=facts.created,
        width=found.width,
        height=found.height,
        recipe=facts.recipe,
        model=facts.model,
        licence=facts.licence,
        parents=facts.parents,
        seconds=found.seconds,
    )


def _still(path: Path, artwork_id: str, recipe: str) -> Artwork:
    try:
        with Image.open(path, formats=KINDS) as opened:
            width, height = opened.size
        data = path.read_bytes()
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise StudioError(
            f"“{path.name}” is no picture, film or sound that Easel knows, or it is damaged.",
            "Choose another file.",
        ) from error
    return Artwork(
        id=artwork_id or hashlib.sha256(data).hexdigest()[:32],
        path=path,
        kind="picture",
        title=path.stem,
        created=made,
        width=width,
        height=height,
        recipe=recipe,
        model="",
    )


def _recipe(path: Path) -> str:
    try:
        return read_recipe(path)
    except StudioError:
        return ""
