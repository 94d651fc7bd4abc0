"""Pictures in JPEG and WebP that came from elsewhere, and what other tools wrote into them.

The library keeps its own pictures as PNG; these stay as they are.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import replace
from pathlib import Path

from PIL import ExifTags, Image

from studio.library.contents import MAX_TEXT, Contents, NotAPicture, checked_size
from studio.library.metadata import PARAMETERS_KEY

FORMATS = ("jpeg", "webp")
_ENDS = 2**16  # bytes at either end that tell one file from another
_TURNED = (5, 6, 7, 8)  # orientations in which width and height change places


def read(path: Path, contents: Contents) -> Contents:
    """Size, texts and fingerprint of a whole picture, as far as its head says.

    contents: what `containers.read` found. OSError when it cannot be opened, NotAPicture when it
    is damaged or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; size is judged below
            with Image.open(path, formats=("JPEG", "WEBP")) as image:
                width, height = checked_size(*image.size)
                exif = image.getexif()
                comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
                said = {**_said(exif.get(ExifTags.Base.Make)), **_comment(comment)}
                said |= _said(exif.get(ExifTags.Base.Model)) | _said(exif.get(270))
    except (NotAPicture, FileNotFoundError, PermissionError):
        raise
    except OSError as error:
        if error.errno is not None:  # the disk's fault
            raise
        raise NotAPicture("it is damaged") from error
    except Exception as error:  # Pillow's readers raise whatever a damaged file makes them do
        raise NotAPicture("it is damaged") from error
    if exif.get(ExifTags.Base.Orientation) in _TURNED:
        width, height = height, width
    return replace(
        contents,
        width=width,
        height=height,
        texts={**said, **contents.texts},
        fingerprint=_fingerprint(path),
    )


def _comment(value: object) -> dict[str, str]:
    """AUTOMATIC1111 and those like it: the same words as in a PNG, as EXIF's comment."""
    if not isinstance(value, bytes) or len(value) > MAX_TEXT:
        return {}
    code, text = value[:8], value[8:]
    if code == b"UNICODE\0":
        # The byte order is not told; words have more zeros in the high bytes.
        big = text[0::2].count(0) >= text[1::2].count(0)
        plain = text.decode("utf-16-be" if big else "utf-16-le", "replace")
    elif code == b"ASCII\0\0\0":
        plain = text.decode("ascii", "replace")
    else:
        plain = value.decode("utf-8", "replace")
    return {PARAMETERS_KEY: plain} if "Steps:" in plain or "Negative prompt:" in plain else {}


def _said(value: object) -> dict[str, str]:
    """ComfyUI: "prompt:{…}" and "workflow:{…}" in whichever fields take text."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return {}
    keyword, _, text = value.partition(":")
    found = keyword.strip().lower()
    return {found: text} if found in ("prompt", "workflow") and text.lstrip()[:1] == "{" else {}


def _fingerprint(path: Path) -> str:
    """32 hex digits that follow the file's length and both its ends."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        digest = hashlib.sha256(f"{size} ".encode() + file.read(_ENDS))
        file.seek(max(0, size - _ENDS))
        digest.update(file.read(_ENDS))
    return digest.hexdigest()[:32]
