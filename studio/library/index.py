"""The SQLite index: what the files say, where it can be looked up at once.

It holds nothing that the files and the journal of marks do not hold.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from studio.library import cards
from studio.library.artwork import Entry
from studio.library.locks import exclusive
from studio.library.marks import Marks
from studio.library.schema import bring_up_to_date

_SELECT = """SELECT id, path, kind, title, created, width, height, recipe, model, licence,
    (SELECT group_concat(parent) FROM
        (SELECT parent FROM parents WHERE child = artworks.id ORDER BY position)),
    size, mtime_ns, seconds, origin FROM artworks """
_PUT = """INSERT INTO artworks (id, path, folder, name, kind, title, created, width, height,
    recipe, model, licence, trashed, trashed_at, size, mtime_ns, seconds, origin)
    VALUES (:id, :path, :folder, :name, :kind, :title, :created, :width, :height,
    :recipe, :model, :licence, :trashed, :trashed_at, :size, :mtime_ns, :seconds, :origin)
    ON CONFLICT (id) DO UPDATE SET path = :path, folder = :folder, name = :name, kind = :kind,
    title = :title, created = :created, width = :width, height = :height, recipe = :recipe,
    model = :model, licence = :licence, trashed = :trashed,
    trashed_at = CASE WHEN :trashed THEN coalesce(trashed_at, :trashed_at) END,
    size = :size, mtime_ns = :mtime_ns, seconds = :seconds, origin = :origin
    RETURNING coalesce(trashed_at, 0)"""
_BUSY_SECONDS = 10.0
# What may have to be taken back of a statement is kept in memory: on the disk a row with its words
# and triggers takes fifty writes. In bulk the log grows to 64 MB before it is worked into the
# index, and not to 4: ids lie anywhere in the index, so that each time much of it is written.
_CAREFUL = """PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;
    PRAGMA cache_size = -2000; PRAGMA journal_size_limit = 8000000; PRAGMA temp_store = MEMORY"""
_HASTY = """PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16000;
    PRAGMA cache_size = -32000"""


class IndexGone(Exception):
    """The index was closed, or its file was removed or replaced, while it was in use."""


class Index:
    """An open index. Any thread may use it; each use borrows a connection for itself.

    So a thread that reads never waits for one that writes. Methods raise sqlite3.Error, and
    IndexGone when the file is not the one that was opened.
    """

    def __init__(self, path: Path | None) -> None:
        """Open or make the index at `path`, in a folder that exists; in memory when None.

        OSError or sqlite3.Error when it cannot be written there, which `is_damaged` tells from
        one that is broken; StudioError when it is from a newer Easel.
        """
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._memory = threading.RLock()  # a database in memory has one connection only
        self._closed = False
        self.identity: tuple[int, int] | None = None
        if path is None:
            self._idle.append(self._connect())
            return
        with exclusive(_lock_of(path)):
            if not path.exists():
                _remove_journals(path)
            connection = self._connect()
            self._idle.append(connection)
            try:  # failing here is how an index that can only be read is told
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.Error:
                connection.close()
                raise
            self.identity = identity_of(path)

    @property
    def is_there(self) -> bool:
        """Whether the file is still the one that was opened."""
        return self.path is None or identity_of(self.path) == self.identity

    def close(self) -> None:
        """Close all connections; those in use close when they come back. Safe to call twice."""
        with self._memory, self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def get(self, artwork_id: str) -> Entry | None:
        return self._one("WHERE id = ?", artwork_id)

    def at(self, path: str) -> Entry | None:
        return self._one("WHERE path = ?", path)

    def recent(self, limit: int, offset: int, *, trashed: bool) -> list[Entry]:
        """Newest first. One query, so that it is one consistent state."""
        with self._borrow() as connection:
            rows = connection.execute(
                _SELECT + "WHERE trashed = ? ORDER BY created DESC, id LIMIT ? OFFSET ?",
                (trashed, limit, offset),
            ).fetchall()
        return [_entry(row) for row in rows]

    def count(self, *, trashed: bool) -> int:
        with self._borrow() as connection:
            sql = "SELECT count(*) FROM artworks WHERE trashed = ?"
            return int(connection.execute(sql, (trashed,)).fetchone()[0])

    def folders(self) -> dict[str, int]:
        """The folders that were looked through, with their date of change at that time."""
        with self._borrow() as connection:
            return dict(connection.execute("SELECT path, mtime_ns FROM folders"))

    def names(self, folder: str) -> dict[str, tuple[int, int]]:
        """What is known in a folder: size and date of change by file name."""
        with self._borrow() as connection:
            return {
                name: (size, mtime_ns)
                for name, size, mtime_ns in connection.execute(
                    """SELECT name, size, mtime_ns FROM artworks WHERE folder = :folder
                    UNION ALL SELECT name, size, mtime_ns FROM unreadable WHERE folder = :folder""",
                    {"folder": folder},
                )
            }

    def unreadable(self) -> list[str]:
        with self._borrow() as connection:
            return [
                path
                for (path,) in connection.execute(
                    "SELECT path FROM unreadable WHERE why <> '' ORDER BY path"
                )
            ]

    def marks_of(self, ids: list[str]) -> dict[str, Marks]:
        """What the artist said of these, of each, also where nothing was."""
        with self._borrow() as connection:
            return cards.marks_of_many(connection, ids)

    @contextmanager
    def writing(self, *, bulk: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction, durable when the block ends without an error.

        bulk: one of many that write what is read from files. Such a one waits for no disk: after
        a power cut the index may be as it was some of them before, and whole. `settle` at the end.
        """
        with self._borrow() as connection:
            if bulk:
                connection.executescript(_HASTY)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            finally:
                if bulk:
                    connection.executescript(_CAREFUL)

    def settle(self) -> None:
        """Have on the disk what was written in bulk, lest the next small change has to wait."""
        with self._borrow() as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state, however much is read."""
        with self._borrow() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    def _one(self, where: str, value: str) -> Entry | None:
        with self._borrow() as connection:
            row = connection.execute(_SELECT + where, (value,)).fetchone()
        return _entry(row) if row else None

    @contextmanager
    def _borrow(self) -> Iterator[sqlite3.Connection]:
        if self.path is None:
            with self._memory:
                if not self._idle:
                    raise IndexGone
                yield self._idle[0]
            return
        if not self.is_there:
            raise IndexGone
        with self._guard:
            if self._closed:
                raise IndexGone
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            with self._guard:
                kept = not self._closed
                if kept:
                    self._idle.append(connection)
            if not kept:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path or ":memory:",
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if self.path is not None:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
                if mode != "wal":
                    raise sqlite3.OperationalError("no write-ahead log on this disk")
            connection.executescript(_CAREFUL)  # what is announced is on the disk
            connection.execute("PRAGMA foreign_keys = ON")
            bring_up_to_date(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection


def put(connection: sqlite3.Connection, entry: Entry, now: int) -> None:
    """Write a row, in place of what had its id or its path. now: microseconds since 1970."""
    values: dict[str, Any] = {
        name: getattr(entry, name) for name in Entry.__dataclass_fields__ if name != "parents"
    }
    values |= {
        "folder": entry.folder,
        "name": entry.name,
        "trashed": entry.trashed,
        "trashed_at": now if entry.trashed else None,
    }
    connection.execute("DELETE FROM artworks WHERE path = ? AND id <> ?", (entry.path, entry.id))
    connection.execute("DELETE FROM unreadable WHERE path = ?", (entry.path,))
    seen_trashed = connection.execute(_PUT, values).fetchone()[0]
    connection.execute("DELETE FROM parents WHERE child = ?", (entry.id,))
    connection.executemany(
        "INSERT INTO parents VALUES (?, ?, ?)",
        [(entry.id, position, parent) for position, parent in enumerate(entry.parents)],
    )
    cards.put(connection, entry, seen_trashed)


def path_of(connection: sqlite3.Connection, artwork_id: str) -> str | None:
    """Where the artwork is, as far as the index knows."""
    row = connection.execute("SELECT path FROM artworks WHERE id = ?", (artwork_id,)).fetchone()
    return row[0] if row else None


def put_unreadable(
    connection: sqlite3.Connection, path: str, why: str, size: int, mtime_ns: int
) -> bool:
    """Note a file that is no artwork. True when there was an artwork of that path before.

    why: what is wrong with it, "" where nothing is.
    """
    folder, _, name = path.rpartition("/")
    connection.execute(
        "INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?, ?, ?, ?)",
        (path, folder, name, why, size, mtime_ns),
    )
    return connection.execute("DELETE FROM artworks WHERE path = ?", (path,)).rowcount > 0


def forget(connection: sqlite3.Connection, path: str) -> bool:
    """Drop what is known of a path. True when that was an artwork."""
    connection.execute("DELETE FROM unreadable WHERE path = ?", (path,))
    return connection.execute("DELETE FROM artworks WHERE path = ?", (path,)).rowcount > 0


def put_folders(
    connection: sqlite3.Connection, seen: MappingProxyType[str, int], vanished: list[str]
) -> None:
    """Note what folders looked like when they were looked through."""
    connection.executemany("INSERT OR REPLACE INTO folders VALUES (?, ?)", list(seen.items()))
    connection.executemany("DELETE FROM folders WHERE path = ?", [(path,) for path in vanished])


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether an error means that the index has to be made anew."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    missing = "no such table" in str(error) or "no such column" in str(error)
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or missing


def set_aside(path: Path, identity: tuple[int, int] | None = None) -> None:
    """Take a damaged index out of the way, unless somebody else has replaced it already.

    identity: `identity_of` the damaged file, None for whatever is there.
    """
    with exclusive(_lock_of(path)):
        if identity is None or identity == identity_of(path):
            with suppress(FileNotFoundError):
                path.replace(path.with_name(f"{path.name}.damaged"))
            _remove_journals(path)


def identity_of(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _entry(row: tuple[Any, ...]) -> Entry:
    values = list(row)
    values[10] = tuple(values[10].split(",")) if values[10] else ()
    return Entry(*values)


def _remove_journals(path: Path) -> None:
    # SQLite would take those of an index that is gone for the new one's.
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _lock_of(path: Path) -> Path:
    return path.with_name(path.stem + ".lock")
