"""The index kept in line with the files, made anew wherever it was deleted or damaged."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from studio.errors import StudioError
from studio.library import cards, places, scan
from studio.library.artwork import Scan
from studio.library.index import Index, IndexGone, identity_of, is_damaged, set_aside
from studio.library.journal import Journal
from studio.library.problems import gone, in_words

T = TypeVar("T")

CATCH_UP = 2_000  # files read while opening, about a third of a second
_ATTEMPTS = 5  # somebody else may delete the index again while it is made anew


class Catalogue:
    """An index that heals itself, for one library folder. Any thread may use it.

    needs_rescan: the files hold more than the index shows. journal: of what artists say.
    """

    def __init__(self, folder: Path) -> None:
        """folder: of the library, which is there. StudioError for a newer Easel's index."""
        self.folder = folder
        self.needs_rescan = False
        self.journal = Journal(folder)
        self._index = open_index(folder)
        self._disk = places.device_of(folder)
        self._closed = False
        self._renewing = threading.RLock()
        self._scanning = threading.Lock()

    def close(self) -> None:
        """Let go of the index."""
        self._closed = True
        self._index.close()

    def ask(self, question: Callable[[Index], T]) -> T:
        """Put a question to the index. StudioError when there is no getting at it.

        The question may be put several times: an index that was deleted or damaged is first made
        anew.
        """
        for _attempt in range(_ATTEMPTS):
            known = self._index
            try:
                return question(known)
            except IndexGone:
                damaged = False
            except sqlite3.Error as error:
                damaged = is_damaged(error)
                if not damaged and known.is_there:
                    raise self._in_words() from error
            self._check_open()
            self._renew(known, damaged=damaged)
        raise self._in_words()

    def note(self, change: Callable[[sqlite3.Connection], object]) -> None:
        """Write into the index; where that fails, the next look at the files makes up for it."""

        def write(known: Index) -> None:
            with known.writing() as connection:
                change(connection)

        try:
            self.ask(write)
        except StudioError:
            self.needs_rescan = True

    def catch_up(self, most: int, *, full: bool = False) -> None:
        """Take in what changed, unless more than `most` files have to be read for it."""

        def look(known: Index) -> None:
            found = scan.survey(self.folder, known, full=full)
            if len(found.fresh) > most:
                self.needs_rescan = True
            elif found.fresh or found.gone or found.folders or found.vanished:
                scan.take_in(self.folder, known, found)

        self.hear()
        self.ask(look)

    def rescan(self, progress: scan.Progress | None = None) -> Scan:
        """Look at every file. progress: called with (files read, files to read)."""

        def look(known: Index) -> Scan:
            found = scan.survey(self.folder, known, full=True)
            return scan.take_in(self.folder, known, found, progress)

        with self._scanning:
            self.check_there()
            self.hear()
            result = self.ask(look)
            self.needs_rescan = False
            return result

    def hear(self, *, locked: bool = False) -> None:
        """Take in what was said of artworks since the last time, by whatever program.

        locked: the caller holds the journal's lock. Where the journal cannot be read, the index
        stays as it is; where it is gone, it is written anew from the index.
        """

        def look(known: Index) -> None:
            with known.reading() as connection:
                name, end = cards.journal_place(connection)
            said = self.journal.read(name, end)
            if name and not said.name and known.path and self.folder in known.path.parents:
                if locked:
                    self._say_again(known)
                else:
                    with self.journal.locked():
                        self._say_again(known)
            if said.whole or said.end != end:
                with known.writing() as connection:  # another thread may have been quicker
                    cards.apply(connection, self.journal.read(*cards.journal_place(connection)))

        with suppress(OSError, StudioError):  # a disk that is full may still be looked at
            self.ask(look)

    def _say_again(self, known: Index) -> None:
        if self.journal.size() == 0:
            with known.reading() as connection:
                works, albums = cards.all_marks(connection)
            if works or albums:
                self.journal.replace(works, albums)

    def check_there(self) -> None:
        """StudioError unless the library's folder is there, on the disk it was opened on."""
        self._check_open()
        try:
            disk = places.device_of(self.folder)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise gone(self.folder) from error
        except OSError as error:
            raise in_words(error, self.folder, "reach the library") from error
        if disk != self._disk:
            raise gone(self.folder)

    def _renew(self, known: Index, *, damaged: bool) -> None:
        with self._renewing:
            if self._index is not known:  # another thread has done it
                return
            self.check_there()
            try:
                if damaged and known.path is not None:
                    set_aside(known.path, known.identity)
            except OSError as error:
                raise in_words(error, self.folder, "open the library") from error
            known.close()
            self._index = open_index(self.folder)
            self.catch_up(CATCH_UP, full=True)

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("this library was closed")

    def _in_words(self) -> StudioError:
        self.check_there()
        return StudioError(
            "The list of your artworks cannot be read or written just now; the files are safe.",
            "See that the disk has room and is not locked, then try again.",
        )


def open_index(folder: Path) -> Index:
    """The index of the library in `folder`.

    It lies with the files where that disk can be written and knows SQLite's write-ahead log, else
    in this computer's data folder, else, with every disk full or locked, in memory: the files can
    be looked at in any case. StudioError when it is from a newer Easel.
    """
    for place in (places.index_beside_files, places.index_elsewhere):
        try:
            return _open(place(folder))
        except (OSError, sqlite3.Error):
            continue
    return Index(None)


def _open(path: Path) -> Index:
    found = identity_of(path)
    try:
        return Index(path)
    except sqlite3.Error as error:
        if not is_damaged(error):
            raise
    set_aside(path, found)
    return Index(path)
