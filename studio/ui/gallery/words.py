"""Artworks of the gallery in words: for those who cannot see them, and for messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from studio.ui.listening import length
from studio.ui.strip import when

if TYPE_CHECKING:
    from studio.library.gallery import Card

Count = tuple[str, str]  # one, several


def sort_of(card: Card) -> str:
    """Picture, film or tune."""
    if card.seconds <= 0:
        return "picture"
    return "film" if card.width else "tune"


def said_of(card: Card, place: int, count: int, chosen: bool) -> str:
    """What a screen reader says of an artwork and where it stands."""
    facts = [card.title or "Without a title", sort_of(card)]
    if card.seconds:
        facts.append(length(card.seconds))
    facts.append(f"made {when(card.moment)}")
    if card.favourite:
        facts.append("a favourite")
    facts.append(f"{place + 1:,} of {count:,}")
    if chosen:
        facts.append("chosen")
    return ", ".join(facts)


def how_many(count: int, one: str = "work", several: str = "works") -> str:
    """A number with what it counts."""
    return f"{count:,} {one if count == 1 else several}"


def removal_in_words(moment: datetime | None) -> str:
    """When something in the trash is removed for good. moment: UTC, None for never."""
    if moment is None:
        return "It stays there until you remove it."
    if moment <= datetime.now(UTC):
        return "It is removed for good when Easel is opened the next time."
    local = moment.astimezone()
    return f"It is removed for good on {local.day} {local:%B %Y}."
