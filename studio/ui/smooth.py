"""What keeps the window smooth on a computer that has other things to do."""

from __future__ import annotations

import gc
import sys

from studio.work.slices import SLICE, short_slices

__all__ = ["SLICE", "settle", "short_slices"]


def settle() -> None:
    """Call once the window is on the screen, on its thread.

    Threads that import or read hand the interpreter over after 1 ms, not after 5. What start-up
    has made is taken out of the garbage collector's rounds, which would stall the window.
    """
    sys.setswitchinterval(0.001)
    gc.freeze()
    short_slices()
