"""The index's tables, and bringing those of an older Easel up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from studio.errors import StudioError

# One step a version; a step is never changed once released, only followed by another.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE artworks (
            id TEXT PRIMARY KEY,
            path TEXT NOT NULL UNIQUE,
            folder TEXT NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            created INTEGER NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            recipe TEXT NOT NULL,
            model TEXT NOT NULL,
            licence TEXT NOT NULL,
            trashed INTEGER NOT NULL,
            trashed_at INTEGER,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX artworks_by_date ON artworks (trashed, created DESC, id)",
        "CREATE INDEX artworks_by_folder ON artworks (folder, name, size, mtime_ns)",
        # A parent may have left the library, so only the child is a reference.
        """CREATE TABLE parents (
            child TEXT NOT NULL REFERENCES artworks (id) ON DELETE CASCADE ON UPDATE CASCADE,
            position INTEGER NOT NULL,
            parent TEXT NOT NULL,
            PRIMARY KEY (child, position)
        ) WITHOUT ROWID""",
        "CREATE INDEX parents_by_parent ON parents (parent)",
        """CREATE TABLE folders (
            path TEXT PRIMARY KEY,
            mtime_ns INTEGER NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE unreadable (
            path TEXT PRIMARY KEY,
            folder TEXT NOT NULL,
            name TEXT NOT NULL,
            why TEXT NOT NULL,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX unreadable_by_folder ON unreadable (folder)",
    ),
    (
        "ALTER TABLE artworks ADD COLUMN seconds REAL NOT NULL DEFAULT 0",
        # Films were passed over before: look into every folder once more.
        "DELETE FROM folders",
    ),
    # Sounds were passed over before.
    ("DELETE FROM folders",),
)


def bring_up_to_date(connection: sqlite3.Connection, path: Path | None) -> None:
    """Take the index to the newest schema, in one transaction, after a backup beside it.

    path: of the index, None where it is in memory only. StudioError when it is from a newer Easel.
    """
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise StudioError(
            "This library was last used by a newer Easel.",
            "Install the newest Easel, or choose another folder.",
        )
    if version == len(MIGRATIONS):
        return
    if version and path is not None:
        _back_up(connection, path.with_name(f"{path.name}.version-{version}"))
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[_version(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            # Not the disk's fault but ours: say so, and leave the index for a better Easel.
            raise RuntimeError(f"the index's step to version {len(MIGRATIONS)} failed") from error
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    copy = sqlite3.connect(unfinished)
    try:
        connection.backup(copy)
    finally:
        copy.close()
    unfinished.replace(target)
