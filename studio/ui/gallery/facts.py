"""What the gallery tells of artworks: gathered off the main thread, as it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.ui.gallery.words import how_many, sort_of
from studio.ui.listening import length
from studio.ui.pictures import read_picture
from studio.ui.strip import when

if TYPE_CHECKING:
    from studio.library import Artwork, Library
    from studio.library.gallery import Card

POSTER = 640  # pixels a side at most
_SIGNED = 50_000_000  # bytes of a file that is looked through for Content Credentials


@dataclass(frozen=True)
class Told:
    """What the index knows of one artwork.

    tags: all that there are anywhere. removal: when it goes from the trash for good.
    """

    artwork: Artwork
    card: Card
    tags: tuple[str, ...]
    removal: datetime | None


@dataclass(frozen=True)
class Seen:
    """What its file shows.

    image: null where it cannot be shown. marked: whether it says that a machine made it; None
    where that cannot be read. credentials: a sentence, "" where it carries none. lost: sentences
    on what Easel's recipe could not take over from another program's.
    """

    image: QImage
    transparent: bool
    marked: bool | None
    credentials: str
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Several:
    """What there is to say of many: their cards and what all have in common."""

    ids: tuple[str, ...]
    cards: tuple[Card, ...]
    tags: tuple[str, ...]
    albums: tuple[str, ...]
    known: tuple[str, ...]


def tell(library: Library, artwork_id: str) -> Told | None:
    """What the library knows of an artwork; None where it is not there any more."""
    artwork = library.get(artwork_id)
    card = library.gallery.card(artwork_id)
    if artwork is None or card is None:
        return None
    tags = tuple(tag.name for tag in library.marking.tags())
    return Told(artwork, card, tags, library.bin.removal(card))


def tell_many(library: Library, ids: Sequence[str]) -> Several:
    """What the library knows of these together."""
    cards = library.gallery.cards_of(ids)
    marks = list(library.marking.of(ids).values())
    known = tuple(tag.name for tag in library.marking.tags())
    return Several(
        tuple(ids),
        tuple(cards[each] for each in ids if each in cards),
        _common([each.tags for each in marks]),
        _common([each.albums for each in marks]),
        known,
    )


def see(artwork: Artwork) -> Seen:
    """Read an artwork's file. What is wrong with it is shown, and never an error."""
    try:
        image = read_picture(artwork.path, POSTER)
    except StudioError:
        image = QImage()
    transparent = not artwork.seconds and _transparent(image)
    lost: tuple[str, ...] = ()
    if artwork.origin:
        from studio.library.imports import explain

        try:
            said = explain(artwork.path)
        except StudioError:
            said = None
        lost = said.lost if said is not None else ()
    marked = _marked(artwork.path)
    return Seen(image, transparent, marked, _credentials(artwork.path), lost)


def facts_of(card: Card, transparent: bool = False) -> str:
    """One line: what it is, since when, how large."""
    facts = [sort_of(card).capitalize(), when(card.moment)]
    if card.seconds:
        facts.append(length(card.seconds))
    if card.width:
        size = f"{card.width} × {card.height}"
        facts.append(f"{size}, transparent" if transparent else size)
    return " · ".join(facts)


def counted(cards: Sequence[Card]) -> str:
    """How many there are of each sort: "2 pictures, 1 film"."""
    sorts = Counter(sort_of(card) for card in cards)
    return ", ".join(how_many(count, sort, f"{sort}s") for sort, count in sorts.most_common())


def megabytes(size: int) -> str:
    """A file's size in words."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


def _common(sets: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if not sets:
        return ()
    shared = set(sets[0]).intersection(*map(set, sets[1:]))
    return tuple(name for name in sets[0] if name in shared)


def _transparent(image: QImage) -> bool:
    """Whether anything of it can be seen through."""
    if image.isNull() or not image.hasAlphaChannel():
        return False
    alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
    width, line = alpha.width(), alpha.bytesPerLine()
    bits = bytes(alpha.constBits())
    return any(min(bits[y * line : y * line + width]) < 250 for y in range(alpha.height()))


def _marked(path: Path) -> bool | None:
    from studio.library import reading
    from studio.library.contents import NotAPicture

    try:
        return reading.read_picture(path).facts.machine_made
    except (OSError, NotAPicture):
        return None


def _credentials(path: Path) -> str:
    """What the file's Content Credentials say; the library is asked only where there are some."""
    try:
        if path.stat().st_size > _SIGNED or b"c2pa" not in path.read_bytes():
            return ""
        from studio.export import credentials

        found = credentials.look(path) if credentials.available() else None
    except (OSError, StudioError):
        return ""
    return found.in_words if found is not None and found.state != "none" else ""
