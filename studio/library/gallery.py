"""Finding artworks: what is asked, what is found, and the small rows that a gallery shows.

found = library.gallery.find(Query(words="red fox", favourite=True))
for card in library.gallery.cards(found, 0, 60): ...

A `Found` is sixteen bytes an artwork, so a window that shows part of a hundred thousand holds
these and the few cards that are seen.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from studio.library import marks, scan
from studio.library.cards import in_parts
from studio.library.catalogue import Catalogue
from studio.library.colourwords import bit
from studio.library.index import Index
from studio.library.marking import Label
from studio.library.words import as_match

Order = Literal["newest", "oldest", "title", "largest"]
Medium = Literal["", "picture", "film", "sound"]
_CARD = """SELECT number, id, path, kind, title, created, width, height, seconds, model, origin,
    favourite, trashed_at, bytes, colours, main FROM cards """
_MEDIA = {
    "picture": "seconds = 0",
    "film": "seconds > 0 AND width > 0",
    "sound": "seconds > 0 AND width = 0",
}
_LABELLED = """number IN (SELECT number FROM labels JOIN cards USING (id)
    WHERE labels.kind = ? AND key = ?)"""
_ORDERS = {
    "newest": "created DESC, number DESC",
    "oldest": "created, number",
    "title": "title COLLATE NOCASE, created DESC, number DESC",
    "largest": "width * height DESC, bytes DESC, number DESC",
}


class Query(BaseModel):
    """What is asked of the gallery; what is left as it is asks for nothing.

    words: all of them have to be found in title, prompt, tags or note (`words.as_match`).
    kinds, models: of recipes and of their makers; any of them. tags: all of them.
    elsewhere: True for what other programs made, False for what Easel made.
    since, until: days by this computer's clock, both of them included.
    colour: one of `colourwords.NAMES`; finds what was looked at already (`Gallery.unseen`).
    favourite: True or False, None for either. trashed: what is in the trash, instead of what is
    not. order: in the trash, "newest" is by when it was put there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str = Field(default="", max_length=2000)
    kinds: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    medium: Medium = ""
    since: date | None = None
    until: date | None = None
    favourite: bool | None = None
    album: str = ""
    tags: tuple[str, ...] = ()
    colour: str = ""
    elsewhere: bool | None = None
    trashed: bool = False
    order: Order = "newest"

    @field_validator("words", "album", mode="before")
    @classmethod
    def _whole_letters(cls, value: object) -> object:
        # What is pasted may hold halves of letters, which nothing can be found by.
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Card:
    """An artwork as the gallery shows it, without its recipe: `Library.get` has all.

    created, trashed_at: microseconds since 1970; trashed_at is 0 where it is not in the trash.
    width, height: pixels, 0 for a sound. seconds: 0 for a picture. size: of the file, in bytes.
    colours: a mask of `colourwords.NAMES`, -1 where it was not looked at. main: 0xRRGGBB, or -1.
    """

    number: int
    id: str
    path: Path
    kind: str
    title: str
    created: int
    width: int
    height: int
    seconds: float
    model: str
    origin: str
    favourite: bool
    trashed_at: int
    size: int
    colours: int
    main: int

    @property
    def moment(self) -> datetime:
        """When it was made, UTC."""
        return scan.moment(self.created)


@dataclass(frozen=True)
class Day:
    """The artworks of one day: where they begin among those found, and how many they are."""

    day: date
    start: int
    count: int


@dataclass(frozen=True, eq=False)
class Found:
    """Which artworks were found, in order. It stays as it is while artworks come and go.

    numbers, moments: of each its number and when it was made, in microseconds since 1970.
    revision: of the library at that moment (`Gallery.revision`).
    """

    query: Query
    revision: tuple[str, int]
    numbers: array[int]
    moments: array[int]

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days by this computer's clock, in order; none unless it is ordered by date."""
        if self.query.order not in ("newest", "oldest") or self.query.trashed:
            return ()
        backwards = self.query.order == "newest"
        ordered = array("q", [-moment for moment in self.moments]) if backwards else self.moments
        days, start = [], 0
        while start < len(self.moments):
            day = _local(self.moments[start]).date()
            bound = 1 - _midnight(day) if backwards else _midnight(day + timedelta(days=1))
            end = bisect_left(ordered, bound, start)
            end = max(end, start + 1)  # whatever clocks do at midnight
            days.append(Day(day, start, end - start))
            start = end
        return tuple(days)


class Gallery:
    """What can be asked of one library's index. Any thread may ask; all answers are quick.

    Methods raise StudioError where the index cannot be read.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Use `Library.gallery`."""
        self._catalogue = catalogue

    def find(self, query: Query | None = None) -> Found:
        """The artworks that are asked for."""
        query = query or Query()
        where, values = _where(query)
        order = _ORDERS[query.order]
        if query.trashed:
            order = f"trashed_at {'' if query.order == 'oldest' else 'DESC'}, {order}"
        self._catalogue.hear()

        def look(known: Index) -> Found:
            with known.reading() as connection:
                # As one row: for each row sqlite3 gives the interpreter away and waits for it
                # again, which for many thousands takes a second while the window is drawing.
                # group_concat joins in the order that its subquery has sorted them into.
                row = connection.execute(
                    f"""SELECT group_concat(number), group_concat(created) FROM
                    (SELECT number, created FROM cards WHERE {where} ORDER BY {order})""",
                    values,
                ).fetchone()
                revision = _revision(connection)
            return Found(query, revision, _whole_numbers(row[0]), _whole_numbers(row[1]))

        return self._catalogue.ask(look)

    def count(self, query: Query | None = None) -> int:
        """How many there are of what is asked for."""
        where, values = _where(query or Query())
        self._catalogue.hear()
        return int(self._one(f"SELECT count(*) FROM cards WHERE {where}", values)[0])

    def cards(self, found: Found, start: int, stop: int) -> list[Card | None]:
        """The cards from place `start` up to `stop`; None where an artwork has gone since.

        Where the index was made anew in between all are None, and `revision` is another one.
        """
        wanted = found.numbers[max(0, start) : max(0, stop)]

        def look(known: Index) -> list[Card | None]:
            cards: dict[int, Card] = {}
            with known.reading() as connection:
                if _revision(connection)[0] == found.revision[0]:
                    for at in range(0, len(wanted), 500):
                        some = wanted[at : at + 500]
                        places = ", ".join("?" * len(some))
                        rows = connection.execute(_CARD + f"WHERE number IN ({places})", some)
                        cards |= {row[0]: self._card(row) for row in rows}
            return [cards.get(number) for number in wanted]

        return self._catalogue.ask(look)

    def card(self, artwork_id: str) -> Card | None:
        """The card of one artwork."""
        return self.cards_of([artwork_id]).get(artwork_id)

    def cards_of(self, ids: Iterable[str]) -> dict[str, Card]:
        """The cards of some artworks, by id, without those that are not there."""
        wanted = list(ids)

        def look(known: Index) -> dict[str, Card]:
            cards: dict[str, Card] = {}
            with known.reading() as connection:
                for some in in_parts(wanted):
                    places = ", ".join("?" * len(some))
                    rows = connection.execute(_CARD + f"WHERE id IN ({places})", some)
                    cards |= {row[1]: self._card(row) for row in rows}
            return cards

        return self._catalogue.ask(look)

    def place(self, found: Found, artwork_id: str) -> int | None:
        """Where an artwork is among those found."""
        card = self.card(artwork_id)
        if card is None or self.revision()[0] != found.revision[0]:
            return None
        try:
            return found.numbers.index(card.number)
        except ValueError:
            return None

    def revision(self) -> tuple[str, int]:
        """Another value after each change that a gallery would show, whoever made it."""
        self._catalogue.hear()

        def look(known: Index) -> tuple[str, int]:
            with known.reading() as connection:
                return _revision(connection)

        return self._catalogue.ask(look)

    def kinds(self) -> list[Label]:
        """Which kinds of artworks there are, the most frequent first."""
        return self._labels("kind")

    def models(self) -> list[Label]:
        """Which models made them, the most frequent first."""
        return self._labels("model")

    def _labels(self, column: str) -> list[Label]:
        def look(known: Index) -> list[Label]:
            with known.reading() as connection:
                rows = connection.execute(
                    f"""SELECT {column}, count(*) FROM cards WHERE NOT trashed AND {column} <> ''
                    GROUP BY 1 ORDER BY 2 DESC, 1"""
                ).fetchall()
            return [Label(*row) for row in rows]

        return self._catalogue.ask(look)

    def unseen(self, limit: int = 200) -> list[Card]:
        """Artworks whose colours nobody has looked at yet, newest first; see `note_look`."""

        def look(known: Index) -> list[Card]:
            with known.reading() as connection:
                rows = connection.execute(
                    _CARD + "WHERE colours = -1 ORDER BY number DESC LIMIT ?", (limit,)
                ).fetchall()
            return [self._card(row) for row in rows]

        return self._catalogue.ask(look)

    def note_looks(self, looks: dict[str, tuple[int, int]]) -> None:
        """Keep the colours of some artworks, by id; see `colours.look_at`."""
        values = [(mask, main, each) for each, (mask, main) in looks.items()]
        self._catalogue.note(
            lambda connection: connection.executemany(
                "UPDATE cards SET colours = ?, main = ? WHERE id = ?", values
            )
        )

    def _one(self, sql: str, values: list[Any]) -> Any:
        def look(known: Index) -> Any:
            with known.reading() as connection:
                return connection.execute(sql, values).fetchone()

        return self._catalogue.ask(look)

    def _card(self, row: tuple[Any, ...]) -> Card:
        number, each, path, *rest = row
        rest[8] = bool(rest[8])
        return Card(number, each, self._catalogue.folder / PurePosixPath(path), *rest)


def _where(query: Query) -> tuple[str, list[Any]]:
    """The conditions and their values."""
    found = [_Condition("trashed = ?", query.trashed), *_by_words(query), *_by_facts(query)]
    return " AND ".join(each.sql for each in found), [v for each in found for v in each.values]


class _Condition:
    def __init__(self, sql: str, *values: Any) -> None:
        self.sql, self.values = sql, values


def _by_words(query: Query) -> Iterator[_Condition]:
    if query.words.strip():
        match = as_match(query.words)
        sql = "number IN (SELECT rowid FROM words WHERE words MATCH ?)"
        yield _Condition(sql, match) if match else _Condition("0")
    named = [("tag", name) for name in query.tags]
    for kind, name in [*named, ("album", query.album)]:
        if name:
            yield _Condition(_LABELLED, kind, marks.key(name))


def _by_facts(query: Query) -> Iterator[_Condition]:
    for column, names in (("kind", query.kinds), ("model", query.models)):
        if names:
            yield _Condition(f"{column} IN ({', '.join('?' * len(names))})", *names)
    if query.medium:
        yield _Condition(_MEDIA[query.medium])
    if query.since:
        yield _Condition("created >= ?", _midnight(query.since))
    if query.until:
        yield _Condition("created < ?", _midnight(query.until + timedelta(days=1)))
    if query.favourite is not None:
        yield _Condition("favourite = ?", query.favourite)
    if query.elsewhere is not None:
        yield _Condition("(origin <> '') = ?", query.elsewhere)
    if query.colour:
        yield _Condition("colours > 0 AND colours & ?", bit(query.colour))


def _whole_numbers(joined: str | None) -> array[int]:
    return array("q", map(int, joined.split(",")) if joined else ())


def _revision(connection: Any) -> tuple[str, int]:
    facts = dict(connection.execute("SELECT name, value FROM facts"))
    return str(facts["generation"]), int(facts["revision"])


def _midnight(day: date) -> int:
    """When a day begins by this computer's clock, in microseconds since 1970."""
    try:
        return int(datetime.combine(day, time.min).astimezone().timestamp() * 1_000_000)
    except (OverflowError, OSError, ValueError):  # days that no clock shows
        return 0 if day.year < 1970 else 2**62


def _local(moment: int) -> datetime:
    return scan.moment(moment).astimezone()
