"""Writing and moving files so that a crash at any moment leaves the old state or the new one."""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

from studio.library.locks import try_lock

if sys.platform != "win32":
    import fcntl

TEMPORARY = ".easel-writing-"
_ABANDONED_AFTER = 24 * 3600.0  # seconds; only asked where a filesystem knows no locks
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_atomically(target: Path, data: bytes) -> os.stat_result:
    """Write `data` to `target` as a whole or not at all, and return once it is on the disk.

    A file of that name is replaced. The temporary file beside it is locked as long as it is
    written, so that another process can tell it from one that a crash left (`remove_abandoned`).
    OSError when it fails; nothing is left behind then.
    """
    while True:
        temporary = target.parent / f"{TEMPORARY}{secrets.token_hex(8)}.tmp"
        descriptor = os.open(temporary, _FLAGS | getattr(os, "O_CLOEXEC", 0), 0o666)
        try:
            # Someone cleaning up may have seen the file between its making and its locking.
            if try_lock(descriptor) == "theirs" or os.fstat(descriptor).st_nlink == 0:
                continue
            _write(descriptor, data)
            sync(descriptor)
            if sys.platform == "win32":  # an open file cannot be renamed there
                os.close(descriptor)
                descriptor = -1
            try:
                temporary.replace(target)
            except FileNotFoundError:
                if target.parent.is_dir():  # cleaned up in that short moment: write it again
                    continue
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
        return target.stat()


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


def move(source: Path, target: Path) -> os.stat_result:
    """Rename within one disk, and return once that is on the disk.

    The caller has seen to it that `target` is free.
    """
    source.rename(target)
    sync_folder(target.parent)
    sync_folder(source.parent)
    return target.stat()


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


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _hide(folder: Path) -> None:
    if sys.platform == "win32":
        import ctypes

        hidden = 0x2
        ctypes.windll.kernel32.SetFileAttributesW(str(folder), hidden)
