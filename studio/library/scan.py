"""Comparing the index with the files, which are the truth."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

from studio.library import index as rows
from studio.library.artwork import TRASH, Entry, Scan
from studio.library.contents import NotAPicture, StillPicture
from studio.library.files import TEMPORARY, remove_abandoned
from studio.library.index import Index
from studio.library.metadata import Facts
from studio.library.problems import in_words
from studio.library.reading import read_picture

Progress = Callable[[int, int], None]
SUFFIXES = (".png", ".jpg", ".jpeg", ".mp4", ".webm", ".gif", ".webp", ".flac")
_BATCH = 200
_FEW = 1_000  # files; more are written in bulk, so many together
# A folder that changed this recently may change again without its date showing it: the coarsest
# dates in use, FAT's, tick every two seconds.
_SETTLED_NS = 2_500_000_000
_GIVEN_NAME = re.compile(r"-[0-9a-f]{8}\.(png|mp4|webm|gif|webp|flac)\Z")
# Of a picture and its copies the lowest is the picture: not in the trash, with the name that Easel
# gave it, the oldest.
_Rank = tuple[bool, bool, float, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Survey:
    """What differs between index and files. Paths are within the library, with slashes.

    fresh: files to read, with what tells a picture from its copies. gone: names that are known
    but not there. folders: dates of change of the folders looked through. troubled: what could
    not be looked at.
    """

    fresh: dict[str, _Rank] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    folders: dict[str, int] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)
    troubled: list[str] = field(default_factory=list)


def survey(folder: Path, index: Index, *, full: bool) -> Survey:
    """Look through the folders; clean up what crashes left in them.

    full: look into every folder and at every file's size and date. Otherwise only folders whose
    date of change is not the one noted are looked into, and only for names: that finds whatever
    was added, removed, renamed or moved, in a moment. StudioError when the library's folder
    cannot be looked into.
    """
    found = Survey()
    known = index.folders()
    waiting = [*known, "", TRASH]
    seen: set[str] = set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        try:
            before = (folder / place).stat().st_mtime_ns
            if not full and known.get(place) == before:
                continue
            # Asked before the listing: what another process adds in between then is fresh, and
            # never taken for gone.
            names = index.names(place)
            waiting += _look_into(folder, place, names, before, found, full=full)
        except (FileNotFoundError, NotADirectoryError) as error:
            if not place:
                raise in_words(error, folder, "look through the library") from error
            if place in known:
                found.vanished.append(place)
                found.gone += [_join(place, name) for name in index.names(place)]
        except OSError as error:
            if not place:
                raise in_words(error, folder, "look through the library") from error
            found.troubled.append(place)
    return found


def take_in(folder: Path, index: Index, found: Survey, progress: Progress | None = None) -> Scan:
    """Bring the index in line with what a survey found.

    progress: called with (files read, files to read). Reads outside of transactions, and writes
    in short ones, so that other threads and processes go on working.
    """
    added = removed = 0
    bulk = len(found.fresh) > _FEW
    waiting: list[_Read] = []
    for done, batch in _batches(folder, found.fresh):
        waiting += batch
        if not bulk or len(waiting) >= _FEW or done == len(found.fresh):
            come, gone = _write(folder, index, waiting, bulk=bulk)
            added, removed, waiting = added + come, removed + gone, []
        if progress is not None:
            progress(done, len(found.fresh))
    with index.writing() as connection:
        for path in found.gone:
            if not os.path.lexists(folder / path):
                removed += rows.forget(connection, path)
        rows.put_folders(connection, MappingProxyType(found.folders), found.vanished)
    if bulk:
        index.settle()
    broken = [folder / path for path in sorted({*index.unreadable(), *found.troubled})]
    return Scan(added, removed, broken)


def _write(folder: Path, index: Index, batch: list[_Read], *, bulk: bool) -> tuple[int, int]:
    """Write what was read; how many artworks are new, and how many are none any more."""
    added = removed = 0
    now = int(time.time() * 1e6)
    with index.writing(bulk=bulk) as connection:
        for path, result in batch:
            # Whoever moved it since it was read has said, or will say, where it is.
            if not os.path.lexists(folder / path):
                continue
            if isinstance(result, Entry):
                entry, is_new = _settled(folder, connection, result)
                rows.put(connection, entry, now)
                added += is_new
            else:
                why, size, mtime_ns = result
                removed += rows.put_unreadable(connection, path, why, size, mtime_ns)
    return added, removed


def entry_of(
    path: str,
    status: os.stat_result,
    facts: Facts,
    size: tuple[int, int],
    seconds: float = 0.0,
) -> Entry:
    """The row for a file. size: width and height in pixels. seconds: how long a film plays."""
    return Entry(
        id=facts.id,
        path=path,
        kind=facts.kind,
        title=facts.title,
        created=(facts.created - _EPOCH) // timedelta(microseconds=1),
        width=size[0],
        height=size[1],
        recipe=facts.recipe,
        model=facts.model,
        licence=facts.licence,
        parents=facts.parents,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        seconds=seconds,
        origin=facts.origin,
    )


def moment(microseconds: int) -> datetime:
    """The time of a row's `created`."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _look_into(
    folder: Path,
    place: str,
    names: dict[str, tuple[int, int]],
    before: int,
    found: Survey,
    *,
    full: bool,
) -> list[str]:
    """Compare one folder; returns the folders in it."""
    inner: list[str] = []
    there: set[str] = set()
    settled = before < time.time_ns() - _SETTLED_NS
    with os.scandir(folder / place) as listing:
        for item in listing:
            name = item.name
            if name.startswith(TEMPORARY):
                settled &= remove_abandoned(folder / place / name)
            elif name.startswith("."):
                continue
            elif not _is_text(name):
                found.troubled.append(_join(place, name))
            elif item.is_dir(follow_symlinks=False):
                inner.append(_join(place, name))
            elif name.lower().endswith(SUFFIXES) and item.is_file():
                there.add(name)
                if name in names and not full:
                    continue
                status = item.stat()
                if names.get(name) != (status.st_size, status.st_mtime_ns):
                    path = _join(place, name)
                    chosen = _GIVEN_NAME.search(name) is None
                    found.fresh[path] = (place.startswith(TRASH), chosen, status.st_mtime, path)
    found.gone += [_join(place, name) for name in names if name not in there]
    found.folders[place] = before if settled else 0
    return inner


_Read = tuple[str, Entry | tuple[str, int, int]]


def _batches(folder: Path, fresh: dict[str, _Rank]) -> Iterator[tuple[int, list[_Read]]]:
    ordered = sorted(fresh, key=fresh.__getitem__)
    for start in range(0, len(ordered), _BATCH):
        some = ordered[start : start + _BATCH]
        yield start + len(some), [read for path in some if (read := _read(folder, path))]


def _read(folder: Path, path: str) -> _Read | None:
    """A file's row, or why it has none; None where it is gone by now."""
    try:
        status = (folder / path).stat()
        picture = read_picture(folder / path)
    except FileNotFoundError:
        return None
    except OSError as error:
        # Noted as never looked at, so that the next rescan tries again.
        return path, (error.strerror or "it cannot be opened", -1, 0)
    except StillPicture:
        # Copies that artists keep beside the artworks are left in peace.
        return path, ("", status.st_size, status.st_mtime_ns)
    except NotAPicture as error:
        return path, (str(error), status.st_size, status.st_mtime_ns)
    size = picture.width, picture.height
    return path, entry_of(path, status, picture.facts, size, picture.seconds)


def _settled(folder: Path, connection: sqlite3.Connection, entry: Entry) -> tuple[Entry, bool]:
    """The row to write, and whether it is a new one: it may be a moved file, or a copy."""
    held = rows.path_of(connection, entry.id)
    if held is None:
        return entry, True
    if held == entry.path or not _is_other_file(folder / held, folder / entry.path):
        return entry, False
    copy_id = uuid5(NAMESPACE_URL, f"{entry.id}/{entry.path}").hex
    copy = Entry(**{**entry.__dict__, "id": copy_id})
    return copy, rows.path_of(connection, copy_id) is None


def _is_other_file(held: Path, path: Path) -> bool:
    try:
        return not held.samefile(path)
    except OSError:
        return False


def _is_text(name: str) -> bool:
    """Whether a file's name is text, as the index needs; Linux allows any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _join(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name
