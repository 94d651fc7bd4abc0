"""The file that keeps what artists say of their artworks: favourites, tags, albums, notes.

`.easel-marks.jsonl` in the library's folder, a line for each time that something was said; of one
artwork the last line counts. A line goes by the artwork's id, which stays with its file through
moves and renames, so that the files themselves, also those that other tools made, keep every byte.

Why a journal and not the files' own metadata: a film of a gigabyte would have to be written anew
for one star, what others made must not be altered, and five hundred tags are one write here. A
line is added in one write and is on the disk before anything is announced; a torn line, which a
crash leaves, does not fit its checksum and is passed over. The index holds the same, so that either
can be lost: each is made from the other.
"""

from __future__ import annotations

import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from studio.library.artwork import HIDDEN
from studio.library.files import make_folder, sync, sync_folder, write_atomically
from studio.library.locks import exclusive
from studio.library.marks import Marks, from_json
from studio.library.metadata import is_id

NAME = ".easel-marks.jsonl"
_WHAT = "Favourites, tags, albums, titles and notes of the artworks in this folder. Keep this file."
_LONGEST_LINE = 4 * 2**20  # bytes
_ROOM = 2**20  # bytes of lines that may be out of date before they are taken out


@dataclass(frozen=True)
class Said:
    """What the journal said from one place on.

    name: of the journal, another one after each tidying. end: where the next line will begin.
    whole: whether it was read from the beginning, so that nothing else holds any more.
    works: marks by id, None where they were taken back. albums: whether an album is to be kept
    while nothing is in it, by name.
    """

    name: str = ""
    end: int = 0
    whole: bool = False
    works: dict[str, Marks | None] = field(default_factory=dict)
    albums: dict[str, bool] = field(default_factory=dict)


class Journal:
    """The journal of one library. Any thread and any process may use it.

    folder: of the library.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / NAME

    def size(self) -> int:
        """Its length in bytes, 0 where there is none. OSError when the disk does not answer."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """One writer at a time; gives whether that is certain. OSError when it cannot be."""
        make_folder(self.folder / HIDDEN, self.folder)
        with exclusive(self.folder / HIDDEN / "marks.lock") as held:
            yield held

    def read(self, name: str = "", start: int = 0) -> Said:
        """What it says from `start` on, where it is still the journal `name`; else all of it.

        OSError when it cannot be read.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return Said(whole=bool(name))
        with file:
            head = _parsed(file.readline(_LONGEST_LINE)) or {}
            current = str(head.get("journal", "")) or "?"
            whole = current != name or not _is_line_end(file, start)
            end = 0 if whole else start
            file.seek(end)
            said = Said(current, end, whole)
            while line := file.readline(_LONGEST_LINE):
                if not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
                    break  # it is being written, or a crash tore it
                end += len(line)
                _take_in(said, line)
            return Said(current, end, whole, said.works, said.albums)

    def add(self, works: dict[str, Marks], albums: dict[str, bool] | None = None) -> None:
        """Say this. It is on the disk once this returns; `locked` has to be held.

        OSError when it cannot be written; then nothing was said.
        """
        lines = [*_work_lines(works), *_album_lines(albums or {})]
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            before = os.fstat(descriptor).st_size
            start = b"" if before else _head()
            if before:
                os.lseek(descriptor, before - 1, os.SEEK_SET)
                if os.read(descriptor, 1) != b"\n":  # a line that a crash tore
                    start = b"\n"
            try:
                _write(descriptor, start + b"".join(lines))
                sync(descriptor)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(descriptor, before)
                raise
        finally:
            os.close(descriptor)
        if not before:
            sync_folder(self.folder)

    def replace(self, works: dict[str, Marks], albums: dict[str, bool]) -> None:
        """Write it anew with this alone; `locked` has to be held for certain. OSError as above."""
        lines = [*_work_lines(works), *_album_lines(albums)]
        write_atomically(self.path, _head() + b"".join(lines))

    def is_long(self, works: int) -> bool:
        """Whether most of its lines may be out of date. works: how many have marks."""
        with suppress(OSError):
            return self.size() > _ROOM + 400 * works
        return False


def _is_line_end(file: BinaryIO, place: int) -> bool:
    if place == 0:
        return True
    file.seek(place - 1)
    return file.read(1) == b"\n"


def _head() -> bytes:
    return _line({"journal": secrets.token_hex(8), "version": 1, "what": _WHAT})


def _work_lines(works: dict[str, Marks]) -> Iterable[bytes]:
    return (_line({"work": each, "is": marks.said()}) for each, marks in works.items())


def _album_lines(albums: dict[str, bool]) -> Iterable[bytes]:
    return (_line({"album": name, "kept": kept}) for name, kept in albums.items())


def _line(values: dict[str, object]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _parsed(line: bytes) -> dict[str, object] | None:
    """A line's values; None where it is damaged."""
    text = line[9:].removesuffix(b"\n")
    if line[:9] != b"%08x " % zlib.crc32(text):
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _take_in(said: Said, line: bytes) -> None:
    values = _parsed(line) or {}
    work, album = values.get("work"), values.get("album")
    if isinstance(work, str) and is_id(work):
        marks = from_json(values.get("is"))
        said.works[work] = marks if marks.said() else None
    elif isinstance(album, str):
        said.albums[album] = values.get("kept") is True


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
