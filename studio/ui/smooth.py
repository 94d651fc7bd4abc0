"""What keeps the window smooth on a computer that has other things to do."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import struct
import sys

SLICE = 200_000  # nanoseconds
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}  # numbers of the system call
_RESET_ON_FORK = 0x01


def settle() -> None:
    """Call once the window is on the screen, on its thread.

    Threads that import or read hand the interpreter over after 1 ms, not after 5. What start-up
    has made is taken out of the garbage collector's rounds, which would stall the window.
    """
    sys.setswitchinterval(0.001)
    gc.freeze()
    short_slices()


def short_slices() -> bool:
    """Ask Linux to let this thread run soon and briefly, rather than later and for long.

    Since 6.12 a thread may choose its slice of time (sched_setattr(2), EEVDF scheduler); its
    share stays the same. Measured with two other processes on two cores: a quarter to a half of
    the event loop's lag. Threads and processes that come from this one are not affected: each
    thread of the window asks for itself, since the window waits for whichever of them holds the
    interpreter. False where the system has no such thing, which costs nothing.
    """
    number = _SCHED_SETATTR.get(platform.machine()) if sys.platform == "linux" else None
    if number is None:
        return False
    import ctypes

    nice = os.getpriority(os.PRIO_PROCESS, 0)
    # struct sched_attr: size, policy (0: other), flags, nice, priority, runtime, deadline, period
    attributes = struct.pack("=IIQiIQQQ", 48, 0, _RESET_ON_FORK, nice, 0, SLICE, 0, 0)
    with contextlib.suppress(OSError, AttributeError):
        buffer = ctypes.create_string_buffer(attributes, len(attributes))
        return ctypes.CDLL(None).syscall(number, 0, buffer, 0) == 0
    return False
