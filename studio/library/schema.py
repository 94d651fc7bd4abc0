"""The index's tables, and bringing those of an older Easel up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from studio.errors import StudioError
from studio.library.words import TOKENIZER, spoken

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
    (
        # What another program made it, where it was not Easel.
        "ALTER TABLE artworks ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
        # What the artist said, read from the journal; also of artworks that are not here.
        """CREATE TABLE marks (
            id TEXT PRIMARY KEY,
            favourite INTEGER NOT NULL,
            title TEXT NOT NULL,
            note TEXT NOT NULL,
            tags TEXT NOT NULL,
            albums TEXT NOT NULL,
            trashed_at INTEGER NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE labels (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (kind, key, id)
        ) WITHOUT ROWID""",
        "CREATE INDEX labels_by_id ON labels (id)",
        "CREATE TABLE albums (key TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID",
        # An artwork as the gallery shows it: small rows, so that all can be looked through at once.
        # A number is never given again. colours, main: see `colours`; -1 where not looked at yet.
        """CREATE TABLE cards (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            created INTEGER NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            seconds REAL NOT NULL,
            model TEXT NOT NULL,
            origin TEXT NOT NULL,
            favourite INTEGER NOT NULL,
            trashed INTEGER NOT NULL,
            trashed_at INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            colours INTEGER NOT NULL DEFAULT -1,
            main INTEGER NOT NULL DEFAULT -1
        )""",
        "CREATE INDEX cards_by_date ON cards (trashed, created DESC, number DESC)",
        """CREATE INDEX cards_by_title ON cards
            (trashed, title COLLATE NOCASE, created DESC, number DESC)""",
        "CREATE INDEX cards_unseen ON cards (number) WHERE colours = -1",
        f"CREATE VIRTUAL TABLE words USING fts5 (title, said, tags, note, "
        f"tokenize = '{TOKENIZER}', prefix = '1 2 3')",
        """CREATE TRIGGER artworks_gone AFTER DELETE ON artworks BEGIN
            DELETE FROM cards WHERE id = old.id;
        END""",
        """CREATE TRIGGER cards_gone AFTER DELETE ON cards BEGIN
            DELETE FROM words WHERE rowid = old.number;
            UPDATE facts SET value = value + 1 WHERE name = 'revision';
        END""",
        """CREATE TRIGGER cards_come AFTER INSERT ON cards BEGIN
            UPDATE facts SET value = value + 1 WHERE name = 'revision';
        END""",
        """CREATE TRIGGER cards_change AFTER UPDATE OF path, title, created, favourite ON cards
        BEGIN
            UPDATE facts SET value = value + 1 WHERE name = 'revision';
        END""",
        # revision counts changes; generation tells this index from one that is made after it.
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
        """INSERT INTO facts VALUES ('revision', 0), ('generation', lower(hex(randomblob(8)))),
            ('journal', ''), ('journal_end', 0)""",
        """INSERT INTO cards (id, path, kind, title, created, width, height, seconds, model, origin,
            favourite, trashed, trashed_at, bytes, mtime_ns)
            SELECT id, path, kind, title, created, width, height, seconds, model, origin,
            0, trashed, coalesce(trashed_at, 0), size, mtime_ns FROM artworks ORDER BY created""",
        """INSERT INTO words (rowid, title, said, tags, note)
            SELECT number, spoken('', artworks.title), spoken(artworks.recipe, artworks.model),
            '', '' FROM cards JOIN artworks USING (id)""",
        # What other programs wrote was not read before, nor were their JPEGs.
        "DELETE FROM artworks WHERE recipe = ''",
        "DELETE FROM folders",
    ),
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
    connection.create_function("spoken", 2, spoken, deterministic=True)
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
