"""The library's trash: putting artworks there, bringing them back, and removing them for good.

What is in it lies in the folder `.trash`, under the path that it had before. The journal of marks
knows since when, so that a new index does not change the day of its final removal.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from studio.errors import StudioError
from studio.library import index, posters, scan
from studio.library.artwork import HIDDEN, TRASH, Entry
from studio.library.catalogue import Catalogue
from studio.library.files import make_folder, sync_folder
from studio.library.gallery import Card, Gallery, Query
from studio.library.index import Index
from studio.library.locks import exclusive
from studio.library.marking import Marking
from studio.library.metadata import checked_ids
from studio.library.names import free_path
from studio.library.problems import in_words
from studio.library.trash_days import NEVER, chosen_days

_DAY = 24 * 3600 * 1_000_000  # microseconds
_AT_ONCE = 100  # artworks that are moved or removed between two looks at whether to stop

# Called with (artworks done, artworks to do); an exception it raises stops the rest.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Removed:
    """How many artworks were removed for good, and how many bytes they took."""

    count: int = 0
    size: int = 0


class Trash:
    """The trash of one library. Any thread may use it.

    days: how long what is in it is kept (`trash_days`); 0 keeps it for ever.

    What a method says is done survives a crash. StudioError in plain words; what was moved until
    then stays moved.
    """

    def __init__(self, catalogue: Catalogue, gallery: Gallery, marking: Marking) -> None:
        """Use `Library.bin`."""
        self.folder = catalogue.folder
        self._catalogue = catalogue
        self._gallery = gallery
        self._marking = marking
        self.days = self._at_first = chosen_days()

    def put(self, ids: Iterable[str], progress: Progress | None = None) -> list[str]:
        """Put artworks into the trash; returns which of them were not there already.

        `back` with these undoes it.
        """
        entries = [each for each in self._entries(ids) if not each.trashed]
        now = int(time.time() * 1e6)
        for some in _in_parts(entries, progress):
            self._move(some, lambda path: f"{TRASH}/{path}", now, "move this to the trash")
        return [each.id for each in entries]

    def back(self, ids: Iterable[str], progress: Progress | None = None) -> list[str]:
        """Bring artworks back to where they were; returns which of them were in the trash.

        Where a name is taken by now, one gets another name beside it.
        """
        entries = [each for each in self._entries(ids) if each.trashed]
        for some in _in_parts(entries, progress):
            self._move(some, lambda path: path.removeprefix(f"{TRASH}/"), 0, "bring this back")
        return [each.id for each in entries]

    def removal(self, card: Card, days: int | None = None) -> datetime | None:
        """When an artwork in the trash will be removed for good, UTC; None where it will not be.

        days: instead of those that the artist chose.
        """
        days = self.days if days is None else days
        if not card.trashed_at or days <= 0:
            return None
        try:
            return scan.moment(card.trashed_at + days * _DAY)
        except OverflowError:
            return None

    def due(self, days: int | None = None, now: datetime | None = None) -> list[str]:
        """The ids of what has been in the trash for so many days. now: UTC.

        days: instead of those that the artist chose, in whatever window that was. Where fewer were
        chosen since the library was opened, that counts from when it is opened the next time.
        """
        if days is None:
            self.days = chosen_days()
            both = (self.days, self._at_first)
            days = NEVER if NEVER in both else max(both)
        moment = now or datetime.now(UTC)
        return [
            card.id
            for card in self._all()
            if (end := self.removal(card, days)) is not None and end <= moment
        ]

    def size(self) -> Removed:
        """How much is in the trash."""
        cards = self._all()
        return Removed(len(cards), sum(card.size for card in cards))

    def empty(self, progress: Progress | None = None) -> Removed:
        """Remove all that is in the trash, for good."""
        return self.remove([card.id for card in self._all()], progress)

    def remove(self, ids: Iterable[str], progress: Progress | None = None) -> Removed:
        """Remove artworks for good, which have to be in the trash. Nothing brings them back."""
        entries = [each for each in self._entries(ids) if each.trashed]
        done = Removed()
        for some in _in_parts(entries, progress):
            removed = self._remove(some)
            done = Removed(done.count + removed.count, done.size + removed.size)
        return done

    def _move(
        self, entries: list[Entry], name: Callable[[str], str], moment: int, doing: str
    ) -> None:
        """Move files, then say so in the journal and in the index."""
        moved: list[Entry] = []
        try:
            self._prepare()
            # One mover at a time, so that the name found free is still free.
            with exclusive(self._lock):
                places: set[Path] = set()
                try:
                    for entry in entries:
                        source, wanted = self.folder / entry.path, self.folder / name(entry.path)
                        make_folder(wanted.parent, self.folder)
                        target = free_path(wanted, entry.id)
                        source.rename(target)
                        places |= {target.parent, source.parent}
                        status = target.stat()
                        path = target.relative_to(self.folder).as_posix()
                        moved.append(
                            replace(
                                entry, path=path, size=status.st_size, mtime_ns=status.st_mtime_ns
                            )
                        )
                finally:
                    for place in places:
                        sync_folder(place)
                    self._note(moved, moment)
        except FileNotFoundError as error:
            raise self._gone(entries[len(moved)]) from error
        except OSError as error:
            raise in_words(error, self.folder, doing) from error

    def _note(self, moved: list[Entry], moment: int) -> None:
        if not moved:
            return
        with suppress(StudioError):  # then it counts from when it is next seen in the trash
            self._marking.trashed([entry.id for entry in moved], moment)

        def write(connection: sqlite3.Connection) -> None:
            for entry in moved:
                index.put(connection, entry, moment)

        self._catalogue.note(write)

    def _remove(self, entries: list[Entry]) -> Removed:
        gone: list[Entry] = []
        places: set[Path] = set()
        try:
            self._prepare()
            with exclusive(self._lock):  # so that nothing is brought back meanwhile
                try:
                    for entry in entries:
                        path = self.folder / entry.path
                        posters.drop(path)
                        path.unlink(missing_ok=True)
                        gone.append(entry)
                        places.add(path.parent)
                finally:
                    for place in places:
                        with suppress(FileNotFoundError):
                            sync_folder(place)
        except OSError as error:
            raise in_words(error, self.folder, "empty the trash") from error
        finally:
            self._forget(gone)
        return Removed(len(gone), sum(entry.size for entry in gone))

    def _forget(self, gone: list[Entry]) -> None:
        if not gone:
            return

        def write(connection: sqlite3.Connection) -> None:
            for entry in gone:
                index.forget(connection, entry.path)

        self._catalogue.note(write)
        with suppress(StudioError):  # marks of what is not there do no harm
            self._marking.forget(each.id for each in gone if not (self.folder / each.path).exists())

    def _prepare(self) -> None:
        self._catalogue.check_there()
        make_folder(self.folder / HIDDEN, self.folder)

    @property
    def _lock(self) -> Path:
        return self.folder / HIDDEN / "moving.lock"

    def _entries(self, ids: Iterable[str]) -> list[Entry]:
        """The rows of artworks. StudioError where one is not there any more."""
        wanted = dict.fromkeys(checked_ids(ids))

        def look(known: Index) -> list[Entry | None]:
            return [known.get(each) for each in wanted]

        found = self._catalogue.ask(look)
        if None in found:
            raise StudioError("This artwork is not in the library any more.")
        return [each for each in found if each is not None]

    def _all(self) -> list[Card]:
        found = self._gallery.find(Query(trashed=True))
        return [card for card in self._gallery.cards(found, 0, len(found)) if card is not None]

    def _gone(self, entry: Entry) -> StudioError:
        self._catalogue.check_there()
        self._catalogue.rescan()
        return gone_file(entry.title)


def gone_file(title: str) -> StudioError:
    """The error of an artwork whose file was taken away by somebody else."""
    return StudioError(
        f"The file of “{title}” is not in the library's folder any more.",
        "If you moved it, put it back; the gallery has been brought up to date.",
    )


def _in_parts(entries: list[Entry], progress: Progress | None) -> Iterable[list[Entry]]:
    for start in range(0, len(entries), _AT_ONCE):
        yield entries[start : start + _AT_ONCE]
        if progress is not None:
            progress(min(start + _AT_ONCE, len(entries)), len(entries))
