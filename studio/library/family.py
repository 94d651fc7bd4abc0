"""Where an artwork came from and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from studio.library.cards import in_parts
from studio.library.catalogue import Catalogue
from studio.library.gallery import Card, Gallery
from studio.library.index import Index
from studio.library.metadata import checked_ids

_MOST = 200  # artworks of a family that are looked for
_UP = "SELECT child, parent FROM parents WHERE child IN ({}) ORDER BY child, position"
_DOWN = """SELECT child, parent FROM parents JOIN artworks ON artworks.id = child
    WHERE parent IN ({}) ORDER BY created, child"""


@dataclass(frozen=True)
class Family:
    """An artwork and those that it has to do with.

    generations: ids by how far they are, from the oldest to the youngest; `centre` stands in the
    one at place `here`. ties: of each child and parent among them, the child first.
    cards: of those that are in the library, in the trash or not; the others are known by their
    ids alone. more: there are more than are shown.
    """

    centre: str
    generations: tuple[tuple[str, ...], ...]
    here: int
    ties: tuple[tuple[str, str], ...]
    cards: dict[str, Card]
    more: bool = False


class Families:
    """The families of one library. Any thread may ask. StudioError without an index."""

    def __init__(self, catalogue: Catalogue, gallery: Gallery) -> None:
        """Use `Library.family`."""
        self._catalogue = catalogue
        self._gallery = gallery

    def parents(self, artwork_id: str) -> tuple[str, ...]:
        """What it was made of, as its recipe has it; they need not be here any more."""
        return tuple(parent for _, parent in self._ties(_UP, checked_ids([artwork_id])))

    def children(self, artwork_id: str) -> tuple[str, ...]:
        """What was made of it and is here, the oldest first."""
        return tuple(child for child, _ in self._ties(_DOWN, checked_ids([artwork_id])))

    def around(self, artwork_id: str, up: int = 4, down: int = 3) -> Family:
        """An artwork with its forebears and what came of it, so many generations of each.

        An artwork that is both near and far stands where it is nearest; no circle that files may
        claim is followed twice.
        """
        seen = {*checked_ids([artwork_id])}
        ties: dict[tuple[str, str], None] = {}
        older, cut_above = self._walk(artwork_id, _UP, up, seen, ties)
        younger, cut_below = self._walk(artwork_id, _DOWN, down, seen, ties)
        generations = (*reversed(older), (artwork_id,), *younger)
        shown = [each for generation in generations for each in generation]
        cards = self._gallery.cards_of(shown)
        among = tuple(tie for tie in ties if tie[0] in seen and tie[1] in seen)
        return Family(
            artwork_id, generations, len(older), among, cards, more=cut_above or cut_below
        )

    def _walk(
        self,
        start: str,
        sql: str,
        generations: int,
        seen: set[str],
        ties: dict[tuple[str, str], None],
    ) -> tuple[list[tuple[str, ...]], bool]:
        """Generation by generation in one direction, and whether there is more than that."""
        side = 1 if sql == _UP else 0
        found: list[tuple[str, ...]] = []
        now: tuple[str, ...] = (start,)
        while now:
            steps = self._ties(sql, now)
            new = tuple(dict.fromkeys(tie[side] for tie in steps if tie[side] not in seen))
            if len(found) == generations or len(seen) + len(new) > _MOST:
                return found, bool(new)
            ties.update(dict.fromkeys(steps))
            seen.update(new)
            now = new
            if new:
                found.append(new)
        return found, False

    def _ties(self, sql: str, ids: Iterable[str]) -> list[tuple[str, str]]:
        wanted = list(ids)

        def ask(connection: sqlite3.Connection, some: list[str]) -> list[tuple[str, str]]:
            return connection.execute(sql.format(", ".join("?" * len(some))), some).fetchall()

        def look(known: Index) -> list[tuple[str, str]]:
            with known.reading() as connection:
                return [tie for some in in_parts(wanted) for tie in ask(connection, some)]

        return self._catalogue.ask(look)
