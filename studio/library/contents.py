"""What the readers of containers hand back, and the limits they keep to."""

from __future__ import annotations

from dataclasses import dataclass, field

XMP_KEYWORD = "XML:com.adobe.xmp"
RECIPE_KEY = "easel:recipe"
MAX_PIXELS = 89_000_000  # Pillow warns of a decompression bomb above this
MAX_TEXT = 8 * 2**20  # bytes of one text, unpacked
SOUNDS = ("flac", "wav", "ogg", "mp3")
FILMS = ("mp4", "webm")  # formats that are films always, whose frames FFmpeg unpacks
LONGEST = 7 * 24 * 3600.0  # seconds; more is a lie
MAX_PARTS = 100_000  # chunks, boxes, elements or blocks of one file


class NotAPicture(ValueError):
    """A file that is no picture, film or sound that Easel knows, or is broken; says how."""


class StillPicture(NotAPicture):
    """A whole picture that is no artwork: a copy of one, or of a kind that is not kept."""


@dataclass(frozen=True)
class Contents:
    """What was found in a file.

    width, height: in pixels, 0 where they were not read, and of a sound. seconds: how long it
    plays, 0 for a picture that stands still. texts: by keyword, XMP among them. packet: first
    byte and length of the XMP packet in the file, where it could be replaced. fingerprint: 32 hex
    digits that follow the packed pixels or sound, for a file without an id.
    rate: samples a second, of a sound.
    """

    format: str
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)
    packet: tuple[int, int] | None = None
    fingerprint: str = ""
    rate: int = 0

    @property
    def sort(self) -> str:
        """Which sort of thing it is: "picture", "film" or "sound"."""
        if self.format in SOUNDS:
            return "sound"
        return "film" if self.seconds else "picture"


def checked_size(width: int, height: int) -> tuple[int, int]:
    """The size. NotAPicture when there is none, or it is too large to be decoded safely."""
    if width <= 0 or height <= 0:
        raise NotAPicture("it has no size")
    if width * height > MAX_PIXELS:
        raise NotAPicture("it is too large")
    return width, height
