"""Indexes as an older Easel left them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from studio.library.schema import MIGRATIONS

TABLES = ("artworks", "parents", "folders", "unreadable")


def make_older(folder: Path, version: int) -> None:
    """Have the index of a closed library be of an older version, with all that it knew then."""
    index = folder / ".easel" / "index.sqlite3"
    with closing(sqlite3.connect(index)) as newer:
        newer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older = index.with_name("older")
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        for step in MIGRATIONS[:version]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("ATTACH ? AS newer", (str(index),))
        for table in TABLES:
            rows = connection.execute(f"PRAGMA main.table_info({table})")
            columns = ", ".join(row[1] for row in rows)
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}"
            )
        # It could not read what other programs say.
        others = "SELECT id FROM newer.artworks WHERE origin <> ''"
        connection.execute(f"UPDATE main.artworks SET recipe = '' WHERE id IN ({others})")
    for end in ("-wal", "-shm"):
        index.with_name(index.name + end).unlink(missing_ok=True)
    older.replace(index)
