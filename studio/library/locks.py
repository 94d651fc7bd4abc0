"""Locks between processes that end with the process that holds them, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

if sys.platform == "win32":
    import msvcrt
else:
    import errno
    import fcntl

Outcome = Literal["ours", "theirs", "unknown"]


def try_lock(descriptor: int) -> Outcome:
    """Lock an open file without waiting.

    "ours": locked until it is closed; "theirs": someone else holds it; "unknown": this
    filesystem knows no locks.
    """
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return "theirs"
        return "ours"
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return "theirs" if error.errno in (errno.EAGAIN, errno.EACCES) else "unknown"
    return "ours"


@contextmanager
def exclusive(path: Path, seconds: float = 10.0) -> Iterator[bool]:
    """Hold the lock file `path`; carry on without it after `seconds`. Gives whether it is held.

    What is done under it must be safe without it as well: it only keeps two processes from doing
    the same work twice. OSError when the file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        deadline = time.monotonic() + seconds
        while (outcome := try_lock(descriptor)) == "theirs" and time.monotonic() < deadline:
            time.sleep(0.01)
        yield outcome == "ours"
    finally:
        os.close(descriptor)
