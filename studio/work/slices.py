"""Short slices of the processor's time for threads that somebody waits for."""

from __future__ import annotations

import contextlib
import os
import platform
import struct
import sys

SLICE = 200_000  # nanoseconds
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}  # numbers of the system call
_RESET_ON_FORK = 0x01


def short_slices(inherited: bool = False) -> bool:
    """Ask Linux to let this thread run soon and briefly, rather than later and for long.

    Since 6.12 a thread may choose its slice of time (sched_setattr(2), EEVDF scheduler); its
    share stays the same. Measured with two other processes on two cores: a quarter to a half of
    the event loop's lag, and four fifths of the time to a live picture.
    inherited: whether threads and processes that this one starts do likewise. In the window they
    do not: each thread asks for itself, since the window waits for whichever of them holds the
    interpreter. False where the system has no such thing, which costs nothing.
    """
    number = _SCHED_SETATTR.get(platform.machine()) if sys.platform == "linux" else None
    if number is None:
        return False
    import ctypes

    nice = os.getpriority(os.PRIO_PROCESS, 0)
    flags = 0 if inherited else _RESET_ON_FORK
    # struct sched_attr: size, policy (0: other), flags, nice, priority, runtime, deadline, period
    attributes = struct.pack("=IIQiIQQQ", 48, 0, flags, nice, 0, SLICE, 0, 0)
    with contextlib.suppress(OSError, AttributeError):
        buffer = ctypes.create_string_buffer(attributes, len(attributes))
        return bool(ctypes.CDLL(None).syscall(number, 0, buffer, 0) == 0)
    return False
