"""Putting files into a folder: each whole or not at all, and none in the place of another."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from studio.errors import StudioError
from studio.export.patterns import file_name
from studio.library.artwork import HIDDEN, TRASH
from studio.library.files import TEMPORARY, clean_folder, sync_folder, write_atomically
from studio.library.problems import gone, in_words

_TRIES = 5
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
_NO_LINKS |= {errno.EMLINK, errno.EXDEV}


class Folder:
    """A folder that takes exported files; it is made where only its last part is missing.

    check: called before each file appears; what it raises to cancel comes through.
    StudioError where that cannot be, or where it belongs to a library.
    """

    def __init__(self, path: Path, check: Callable[[], None] = lambda: None) -> None:
        self._check = check
        if "\0" in str(path):
            raise StudioError("That is not the name of a folder.", "Choose another one.")
        self.path = Path(os.path.normpath(path.expanduser().absolute()))
        if {HIDDEN, TRASH} & set(self.path.parts):
            raise StudioError(
                f"“{self.path}” belongs to the library itself.", "Choose another folder."
            )
        if not self.path.parent.is_dir():
            raise gone(self.path.parent)
        try:
            self.path.mkdir(exist_ok=True)
        except FileExistsError as error:
            raise StudioError(f"“{self.path}” is a file, not a folder.", "Choose a folder.") from (
                error
            )
        except OSError as error:
            raise in_words(error, self.path.parent, "make a folder there") from error
        clean_folder(self.path)
        self._next: dict[str, int] = {}
        self.files: list[Path] = []

    def put(self, name: str, suffix: str, data: bytes) -> Path:
        """A new file. name: for people, made fit for the disk; numbered where it is taken."""
        return self.put_by(name, suffix, lambda path: write_atomically(path, data))

    def put_by(self, name: str, suffix: str, write: Callable[[Path], object]) -> Path:
        """A new file that `write` writes, as a whole, to the path that it is given."""
        for attempt in range(_TRIES):
            between = self.path / f"{TEMPORARY}{secrets.token_hex(8)}{suffix}"
            try:
                write(between)
                self._check()
                path = self._take(between, file_name(name), suffix)
                sync_folder(self.path)
            except FileNotFoundError as error:
                # Somebody who cleans up may take it for one that a crash left: once more.
                if self.path.is_dir() and attempt + 1 < _TRIES:
                    continue
                raise in_words(error, self.path, "export this") from error
            except OSError as error:
                raise in_words(error, self.path, "export this") from error
            finally:
                with suppress(OSError):
                    between.unlink()
            self.files.append(path)
            return path
        raise AssertionError("unreachable")

    def inner(self, name: str) -> Folder:
        """A new folder in this one; numbered where that is taken."""
        for number in range(1, 10_000):
            path = self.path / _numbered(file_name(name), number)
            try:
                path.mkdir()
            except FileExistsError:
                continue
            except OSError as error:
                raise in_words(error, self.path, "export this") from error
            return Folder(path, self._check)
        raise FileExistsError(errno.EEXIST, "no free name", str(self.path / name))

    def take_back(self) -> None:
        """Remove what was put here, and the folder where it is empty then."""
        for path in self.files:
            with suppress(OSError):
                path.unlink()
        self.files.clear()
        with suppress(OSError):
            self.path.rmdir()

    def _take(self, between: Path, name: str, suffix: str) -> Path:
        number = self._next.get(name + suffix, 1)
        while True:
            path = self.path / f"{_numbered(name, number)}{suffix}"
            number += 1
            try:
                _rename_to_free(between, path)
            except FileExistsError:
                continue
            self._next[name + suffix] = number
            return path


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} {number}"


def _rename_to_free(source: Path, target: Path) -> None:
    """Rename; FileExistsError where there is something, whoever put it there and whenever."""
    if sys.platform == "win32":  # refuses by itself
        source.rename(target)
        return
    try:
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        source.rename(target)
