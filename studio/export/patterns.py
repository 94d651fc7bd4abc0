"""File names by a pattern: "{date} {title}" becomes "2026-11-20 A red fox"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from studio.library import Artwork

FIELDS = {
    "title": "its title",
    "number": "1, 2, 3 …, in the order of export",
    "date": "the day it was made",
    "time": "the time of day it was made",
    "model": "what made it",
    "kind": "picture, film, tune …",
    "id": "eight letters that no other work has",
    "width": "in pixels",
    "height": "in pixels",
    "screen": "of a wallpaper",
}
_FIELD = re.compile(r"\{([^{}]*)\}")
_MOST_BYTES = 120  # with suffix and number below 143, the least that a common filesystem allows
_FORBIDDEN = set('<>:"/\\|?*')
# What Windows takes for a device, whatever comes after the dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|\Z)", re.IGNORECASE)


def check(pattern: str) -> None:
    """ValueError, in words, where a pattern has a field that there is none of, or a folder."""
    for field in _FIELD.findall(pattern):
        if field not in FIELDS:
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise ValueError(f"“{{{field}}}” is no part of a name; there are {known}")
    if "/" in pattern or "\\" in pattern:
        raise ValueError("a name cannot hold a slash")


def fill(
    pattern: str,
    artwork: Artwork,
    *,
    number: int = 1,
    of: int = 1,
    title: str = "",
    size: tuple[int, int] | None = None,
    screen: str = "",
) -> str:
    """The pattern with its fields filled in, for people; `file_name` makes it fit for a disk.

    number, of: which artwork of how many; numbers get as many digits as the last one.
    title: in place of the artwork's own. size: in place of its own, in pixels.
    """
    made = artwork.created.astimezone()
    width, height = size or (artwork.width, artwork.height)
    values: Mapping[str, str] = {
        "title": title or artwork.title,
        "number": str(number).zfill(len(str(of))),
        "date": f"{made:%Y-%m-%d}",
        "time": f"{made:%H-%M-%S}",
        "model": artwork.model,
        "kind": artwork.kind,
        "id": artwork.id[:8],
        "width": str(width),
        "height": str(height),
        "screen": screen,
    }
    text = _FIELD.sub(lambda found: values.get(found[1], ""), pattern)
    return " ".join(text.split())


def file_name(text: str) -> str:
    """A name without suffix that every system can store, in any script; "artwork" for none."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if letter in _FORBIDDEN or unicodedata.category(letter)[0] in "CZ" else letter
        for letter in text
    )
    name = _shortened(" ".join(kept.split()).lstrip(". ")).rstrip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    return name or "artwork"


def _shortened(name: str) -> str:
    """As much of the name as fits, never cut between a letter and its marks."""
    end = len(name)
    while len(name[:end].encode()) > _MOST_BYTES:
        end -= 1
    while 0 < end < len(name) and _joins(name[end]):
        end -= 1
    return name[:end]


def _joins(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M" or letter in "\u200d\ufe0f"
