"""What the disk says, told in plain sentences."""

from __future__ import annotations

import errno
from pathlib import Path

from studio.errors import StudioError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN}
_WINDOWS_FULL = {39, 112}
_WINDOWS_IN_USE = {32, 33}


def in_words(error: OSError, folder: Path, doing: str = "keep this") -> StudioError:
    """The `StudioError` for what went wrong in `folder` while trying to `doing`.

    doing: fits after "could not", as in "could not keep this".
    """
    windows = getattr(error, "winerror", None)
    if error.errno in _FULL or windows in _WINDOWS_FULL:
        return StudioError(
            f"The disk that holds “{folder}” is full, so Easel could not {doing}.",
            "Make some room and try again; everything kept before is safe.",
        )
    if windows in _WINDOWS_IN_USE:
        return StudioError(
            f"Another program is using a file in “{folder}”, so Easel could not {doing}.",
            "Close it there and try again.",
        )
    if error.errno == errno.EROFS:
        return StudioError(
            f"“{folder}” can only be read, not written to, so Easel could not {doing}.",
            "Choose another folder, or unlock the disk or card it is on.",
        )
    if error.errno in _FORBIDDEN:
        return StudioError(
            f"Easel is not allowed to do that in “{folder}”, so it could not {doing}.",
            "Choose another folder, or allow it there.",
        )
    if error.errno in _GONE:
        return gone(folder)
    if error.errno == errno.ENOTDIR:
        return StudioError(f"“{folder}” is a file, not a folder.", "Choose a folder.")
    if error.errno == errno.EXDEV:
        return StudioError(
            f"Part of “{folder}” lies on another disk, so Easel could not {doing}.",
            "Move it with your file manager; Easel notices.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return StudioError("That name is too long for this disk.", "Choose a shorter one.")
    reason = error.strerror or type(error).__name__
    return StudioError(
        f"The disk that holds “{folder}” did not answer properly ({reason}), "
        f"so Easel could not {doing}.",
        "Check the disk, or choose a folder on another one.",
    )


def gone(folder: Path) -> StudioError:
    """The error of a folder that was there and is not any more."""
    return StudioError(
        f"The folder “{folder}” is not there any more.",
        "If it is on another disk, connect that disk; otherwise choose another folder.",
    )
