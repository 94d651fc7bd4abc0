"""The gallery's side of the index: a small row for each artwork, its words and its marks.

All of this is made from the rows of `artworks` and from the journal of marks. The functions work
in a transaction that the caller has begun.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from studio.library.artwork import Entry
from studio.library.journal import Said
from studio.library.marks import UNMARKED, Marks, key
from studio.library.words import searchable, spoken

_PUT = """INSERT INTO cards (id, path, kind, title, created, width, height, seconds, model, origin,
    favourite, trashed, trashed_at, bytes, mtime_ns)
    VALUES (:id, :path, :kind, :title, :created, :width, :height, :seconds, :model, :origin,
    :favourite, :trashed, :trashed_at, :bytes, :mtime_ns)
    ON CONFLICT (id) DO UPDATE SET path = :path, kind = :kind, title = :title, created = :created,
    width = :width, height = :height, seconds = :seconds, model = :model, origin = :origin,
    favourite = :favourite, trashed = :trashed, trashed_at = :trashed_at,
    colours = CASE WHEN bytes = :bytes AND mtime_ns = :mtime_ns THEN colours ELSE -1 END,
    bytes = :bytes, mtime_ns = :mtime_ns
    RETURNING number"""
_MARKS = "SELECT favourite, title, note, tags, albums, trashed_at FROM marks WHERE id = ?"
_MANY = 500  # values in one statement; SQLite allows some 30,000


def put(connection: sqlite3.Connection, entry: Entry, seen_trashed: int) -> None:
    """Write the card and the words of an artwork whose row is there.

    seen_trashed: when it was first seen in the trash, in microseconds since 1970; 0 where not.
    """
    marks = marks_of(connection, entry.id)
    if marks.trashed_at and not entry.trashed:  # brought back by another program
        marks = Marks(**{**marks.__dict__, "trashed_at": 0})
        connection.execute("UPDATE marks SET trashed_at = 0 WHERE id = ?", (entry.id,))
    values = {
        "id": entry.id,
        "path": entry.path,
        "kind": entry.kind,
        "title": marks.title or entry.title,
        "created": entry.created,
        "width": entry.width,
        "height": entry.height,
        "seconds": entry.seconds,
        "model": entry.model,
        "origin": entry.origin,
        "favourite": marks.favourite,
        "trashed": entry.trashed,
        "trashed_at": (marks.trashed_at or seen_trashed) if entry.trashed else 0,
        "bytes": entry.size,
        "mtime_ns": entry.mtime_ns,
    }
    number = connection.execute(_PUT, values).fetchone()[0]
    said = spoken(entry.recipe, entry.model, entry.origin)
    if marks.title:  # the file's own title still finds it
        said += "\n" + searchable(entry.title)
    _put_words(connection, number, marks.title or entry.title, said, marks)


def apply(connection: sqlite3.Connection, said: Said) -> None:
    """Take in what the journal says, and note up to where that was."""
    works = dict(said.works)
    if said.whole:
        held = connection.execute("SELECT id FROM marks").fetchall()
        works = {**dict.fromkeys((each for (each,) in held), None), **works}
        connection.execute("DELETE FROM albums")
    for each, marks in works.items():
        _put_marks(connection, each, marks or UNMARKED)
    for name, kept in said.albums.items():
        if kept:
            connection.execute("INSERT OR REPLACE INTO albums VALUES (?, ?)", (key(name), name))
        else:
            connection.execute("DELETE FROM albums WHERE key = ?", (key(name),))
    connection.execute("UPDATE facts SET value = ? WHERE name = 'journal'", (said.name,))
    connection.execute("UPDATE facts SET value = ? WHERE name = 'journal_end'", (said.end,))
    connection.execute("UPDATE facts SET value = value + 1 WHERE name = 'revision'")


def journal_place(connection: sqlite3.Connection) -> tuple[str, int]:
    """Which journal was read last, and up to where."""
    facts = dict(connection.execute("SELECT name, value FROM facts"))
    return str(facts["journal"]), int(facts["journal_end"])


def marks_of(connection: sqlite3.Connection, artwork_id: str) -> Marks:
    """What was said of one artwork."""
    row = connection.execute(_MARKS, (artwork_id,)).fetchone()
    return _marks(row) if row else UNMARKED


def marks_of_many(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Marks]:
    """What was said of some artworks, of each, also where nothing was."""
    found = dict.fromkeys(ids, UNMARKED)
    for some in in_parts(list(found)):
        marks = ", ".join("?" * len(some))
        sql = _MARKS.replace("SELECT", "SELECT id,").replace("id = ?", f"id IN ({marks})")
        found |= {row[0]: _marks(row[1:]) for row in connection.execute(sql, some)}
    return found


def all_marks(connection: sqlite3.Connection) -> tuple[dict[str, Marks], dict[str, bool]]:
    """All that was ever said and still holds, as the journal has it."""
    rows = connection.execute(_MARKS.replace("SELECT", "SELECT id,").partition(" WHERE")[0])
    works = {row[0]: _marks(row[1:]) for row in rows}
    albums = {name: True for (name,) in connection.execute("SELECT name FROM albums")}
    return works, albums


def in_parts(values: list[str]) -> Iterable[list[str]]:
    """Values in parts that fit into one statement."""
    return (values[start : start + _MANY] for start in range(0, len(values), _MANY))


def _put_marks(connection: sqlite3.Connection, artwork_id: str, marks: Marks) -> None:
    connection.execute("DELETE FROM labels WHERE id = ?", (artwork_id,))
    if marks.said():
        connection.execute(
            "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                artwork_id,
                marks.favourite,
                marks.title,
                marks.note,
                _packed(marks.tags),
                _packed(marks.albums),
                marks.trashed_at,
            ),
        )
        connection.executemany(
            "INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?)",
            [
                (kind, key(name), artwork_id, name)
                for kind, names in (("tag", marks.tags), ("album", marks.albums))
                for name in names
            ],
        )
    else:
        connection.execute("DELETE FROM marks WHERE id = ?", (artwork_id,))
    row = connection.execute(
        """SELECT number, artworks.title, recipe, artworks.model, artworks.origin,
        coalesce(artworks.trashed_at, 0), cards.trashed
        FROM artworks JOIN cards USING (id) WHERE id = ?""",
        (artwork_id,),
    ).fetchone()
    if row is None:
        return
    number, own_title, recipe, model, origin, seen, trashed = row
    title = marks.title or own_title
    connection.execute(
        "UPDATE cards SET title = ?, favourite = ?, trashed_at = ? WHERE number = ?",
        (title, marks.favourite, (marks.trashed_at or seen) if trashed else 0, number),
    )
    said = spoken(recipe, model, origin)
    if marks.title:
        said += "\n" + searchable(own_title)
    _put_words(connection, number, title, said, marks)


def _put_words(
    connection: sqlite3.Connection, number: int, title: str, said: str, marks: Marks
) -> None:
    words = (
        searchable(title),
        said,
        searchable("\n".join([*marks.tags, *marks.albums])),
        searchable(marks.note),
    )
    known = connection.execute(
        "SELECT title, said, tags, note FROM words WHERE rowid = ?", (number,)
    ).fetchone()
    if known == words:
        return
    if known is None:
        connection.execute(
            "INSERT INTO words (rowid, title, said, tags, note) VALUES (?, ?, ?, ?, ?)",
            (number, *words),
        )
    else:
        connection.execute(
            "UPDATE words SET title = ?, said = ?, tags = ?, note = ? WHERE rowid = ?",
            (*words, number),
        )


def _packed(names: tuple[str, ...]) -> str:
    return json.dumps(names, ensure_ascii=False) if names else ""


def _marks(row: tuple[int, str, str, str, str, int]) -> Marks:
    favourite, title, note, tags, albums, trashed_at = row
    return Marks(
        bool(favourite),
        title,
        note,
        tuple(json.loads(tags)) if tags else (),
        tuple(json.loads(albums)) if albums else (),
        trashed_at,
    )
