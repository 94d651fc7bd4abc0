"""What artists say of their artworks: favourites, tags, albums, titles and notes of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from studio.errors import StudioError

LONGEST_NAME = 100  # characters of a tag's or an album's name
LONGEST_TITLE = 500
LONGEST_NOTE = 20_000
MOST_NAMES = 200  # tags, or albums, of one artwork


@dataclass(frozen=True)
class Marks:
    """What was said of one artwork. The file itself is never changed by it.

    title: in place of the one that the file has; "" leaves that. tags, albums: names, each once.
    trashed_at: when it was put into the trash, in microseconds since 1970; 0 where it was not.
    """

    favourite: bool = False
    title: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    trashed_at: int = 0

    def said(self) -> dict[str, Any]:
        """The values that are not as they are at first, fit for JSON."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value
        }


UNMARKED = Marks()


def from_json(value: object) -> Marks:
    """Marks as `Marks.said` wrote them; what does not fit is left out."""
    values = value if isinstance(value, dict) else {}
    kept: dict[str, Any] = {}
    for field in fields(Marks):
        given, plain = values.get(field.name), getattr(UNMARKED, field.name)
        if isinstance(plain, tuple):
            if isinstance(given, list):
                kept[field.name] = _names(name for name in given if isinstance(name, str))
        elif type(given) is type(plain):
            kept[field.name] = _clean(given) if isinstance(given, str) else given
    if not 0 <= kept.get("trashed_at", 0) < 2**62:
        del kept["trashed_at"]
    return Marks(**kept)


def key(name: str) -> str:
    """What tells one tag or album from another: neither capitals nor spaces do."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def checked_name(name: str) -> str:
    """A tag's or album's name, tidied. StudioError where it is empty or too long."""
    tidy = _clean(" ".join(name.split()))
    if not tidy:
        raise StudioError("A name needs at least one letter.", "Write a word or two.")
    if len(tidy) > LONGEST_NAME:
        raise StudioError(
            f"A name can be {LONGEST_NAME} letters long; this one has {len(tidy)}.",
            "Write it shorter.",
        )
    return tidy


def checked_text(text: str, longest: int, what: str) -> str:
    """A title or a note, tidied. StudioError where it is too long. what: what to call it."""
    tidy = _clean(text).strip()
    if len(tidy) > longest:
        raise StudioError(
            f"{what} can be {longest:,} letters long; this one has {len(tidy):,}.",
            "Write it shorter.",
        )
    return tidy


def with_names(names: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Names and more names, each once. StudioError where they become too many."""
    joined = _names([*names, *more])
    if len(joined) > MOST_NAMES:
        raise StudioError(f"One artwork can have {MOST_NAMES} of these.", "Take some away first.")
    return joined


def without_names(names: tuple[str, ...], less: Iterable[str]) -> tuple[str, ...]:
    """Names, without those."""
    gone = {key(name) for name in less}
    return tuple(name for name in names if key(name) not in gone)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in names:
        tidy = _clean(" ".join(name.split()))[:LONGEST_NAME]
        if tidy:
            first.setdefault(key(tidy), tidy)
    return tuple(first.values())


def _clean(text: str) -> str:
    # Halves of letters cannot be stored, and a zero ends a text for SQLite's tools.
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode().replace("\0", ""))
