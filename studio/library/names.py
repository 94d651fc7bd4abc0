"""File names that people can read and every system can store."""

from __future__ import annotations

import unicodedata
from pathlib import Path

_MOST_CHARACTERS = 48
_MOST_BYTES = 120  # with id and suffix below 143, the least that a common filesystem allows


def slug(title: str) -> str:
    """The title's words, in any script, joined by hyphens; "" when it has none.

    Only letters, marks and digits stay, so that no character is left that Windows, macOS or a
    shell would trip over.
    """
    kept = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" else " "
        for letter in unicodedata.normalize("NFC", title).lower()
    )
    words = "-".join(kept.split())
    short = _whole_letters(words)
    if len(short) < len(words) and "-" in short[len(short) // 2 :] and words[len(short)] != "-":
        short = short.rpartition("-")[0]
    return short.strip("-")


def file_name(title: str, kind: str, artwork_id: str, suffix: str) -> str:
    """A name such as "a-red-fox-1b9d6bcf.png".

    The id keeps names apart and, being there always, keeps "con" and "nul" from being one.
    """
    return f"{slug(title) or slug(kind) or 'artwork'}-{artwork_id[:8]}{suffix}"


def free_path(wanted: Path, artwork_id: str) -> Path:
    """`wanted`, or where that is taken a name beside it with the whole id or a number."""
    if not _taken(wanted):
        return wanted
    stem = wanted.stem.removesuffix(f"-{artwork_id[:8]}")
    for number in range(10_000):
        mark = artwork_id if number == 0 else f"{artwork_id}-{number}"
        path = wanted.with_name(f"{stem}-{mark}{wanted.suffix}")
        if not _taken(path):
            return path
    raise FileExistsError(17, "no free name", str(wanted))


def _taken(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _whole_letters(words: str) -> str:
    """The first part of `words` that fits, never cut between a letter and its marks."""
    end = min(len(words), _MOST_CHARACTERS)
    while len(words[:end].encode()) > _MOST_BYTES:
        end -= 1
    while 0 < end < len(words) and unicodedata.category(words[end])[0] == "M":
        end -= 1
    return words[:end]
