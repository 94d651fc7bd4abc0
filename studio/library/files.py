"""Writing and moving files so that a crash at any moment leaves the old state or the new one."""

from __future__ import annotations

import errno
import io
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from studio.library.locks import try_lock

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from typing_extensions import Buffer

TEMPORARY = ".easel-writing-"
_ABANDONED_AFTER = 24 * 3600.0  # seconds; only asked where a filesystem knows no locks
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_atomically(target: Path, data: bytes) -> os.stat_result:
    """Write `data` to `target` as a whole or not at all, and return once it is on the disk.

    A file of that name is replaced. The temporary file beside it is locked as long as it is
    written, so that another process can tell it from one that a crash left (`remove_abandoned`).
    OSError when it fails; nothing is left behind then.
    """
    while True:
        try:
            with open_atomically(target) as file:
                file.write(data)
        except CleanedAway:
            continue  # somebody cleaned up in that short moment: write it again
        return target.stat()


class CleanedAway(OSError):
    """The temporary file was taken for one that a crash left, in the moment it was not locked."""


class OpenFile(io.RawIOBase):
    """A file being written. Reads and writes are whole: never fewer bytes than asked for."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def read(self, size: int = -1) -> bytes:
        parts = []
        while size != 0 and (part := os.read(self._descriptor, size if size > 0 else 2**20)):
            parts.append(part)
            size -= len(part) if size > 0 else 0
        return b"".join(parts)

    def write(self, data: Buffer) -> int:
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        return size


@contextmanager
def open_atomically(target: Path) -> Iterator[OpenFile]:
    """A file to write and read in the block; it becomes `target`, on the disk, when that ends.

    A file of that name is replaced then. An exception in the block leaves nothing behind. The
    same temporary file and lock as with `write_atomically`, so that what a crash leaves is found
    and cleaned up. OSError when it fails, `CleanedAway` where the block has to be run again.
    """
    temporary, descriptor = _open_temporary(target.parent)
    try:
        yield OpenFile(descriptor)
        sync(descriptor)
        if sys.platform == "win32":  # an open file cannot be renamed there
            os.close(descriptor)
            descriptor = -1
        try:
            temporary.replace(target)
        except FileNotFoundError as error:
            if target.parent.is_dir():
                raise CleanedAway(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
            raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)
        with suppress(OSError):
            temporary.unlink()
    try:
        sync_folder(target.parent)
    except OSError:
        with suppress(OSError):
            target.unlink()
        raise


def _open_temporary(folder: Path) -> tuple[Path, int]:
    """A new file, open and locked. Someone cleaning up may take it before it is locked: again."""
    while True:
        temporary = folder / f"{TEMPORARY}{secrets.token_hex(8)}.tmp"
        descriptor = os.open(temporary, _FLAGS | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            if try_lock(descriptor) != "theirs" and os.fstat(descriptor).st_nlink:
                return temporary, descriptor
        except BaseException:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise
        os.close(descriptor)
        with suppress(OSError):
            temporary.unlink()


def remove_abandoned(path: Path) -> bool:
    """Remove a temporary file unless a living process is writing it. True when it is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        outcome = try_lock(descriptor)
        age = time.time() - os.fstat(descriptor).st_mtime
        if outcome == "theirs" or (outcome == "unknown" and age < _ABANDONED_AFTER):
            return False
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(descriptor)
            descriptor = -1
        path.unlink()
        return True
    except OSError:
        return False
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def clean_folder(folder: Path) -> None:
    """Remove what crashes left in `folder`; never fails."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name.startswith(TEMPORARY):
                remove_abandoned(path)


def make_folder(folder: Path, within: Path) -> None:
    """Make `folder` and what lies between it and `within`, which must be there already.

    `within` itself is never made: where an unplugged disk was, there shall be no new folder.
    """
    if folder == within or folder.is_dir():
        return
    make_folder(folder.parent, within)
    with suppress(FileExistsError):
        folder.mkdir()
        if folder.name.startswith("."):
            _hide(folder)
        sync_folder(folder.parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def sync(descriptor: int) -> None:
    """Have an open file's content on the disk itself, not in some cache on the way."""
    if sys.platform == "darwin":  # fsync stops at the drive's own cache there
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Have a folder's list of names on the disk."""
    if sys.platform == "win32":  # folders cannot be opened there; NTFS journals names
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network filesystems
            raise
    finally:
        os.close(descriptor)


def _hide(folder: Path) -> None:
    if sys.platform == "win32":
        import ctypes

        hidden = 0x2
        ctypes.windll.kernel32.SetFileAttributesW(str(folder), hidden)
