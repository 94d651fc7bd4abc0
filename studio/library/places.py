"""Where the library and its index live, and whether the disk they are on is there."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from studio.errors import StudioError
from studio.library.artwork import HIDDEN
from studio.library.files import make_folder, write_atomically
from studio.library.problems import gone, in_words
from studio.paths import data_dir, default_library, library_folder


def default_folder() -> Path:
    """Where this artist's library is, where no other folder is named."""
    return library_folder()


def prepare(folder: Path) -> None:
    """See that the library's folder is there, making it where that is safe.

    Safe is: below the artist's home, or in a folder that exists. Where an unplugged disk used to
    be, nothing is made: the artist would find an empty library and work on into the wrong place.
    Raises StudioError in plain words.
    """
    try:
        if folder.is_dir():
            if _is_left_behind(folder):
                raise gone(folder)
        elif folder.exists() or folder.parent.is_file():
            file = folder if folder.exists() else folder.parent
            raise StudioError(f"“{file}” is a file, not a folder.", "Choose a folder.")
        else:
            _make(folder)
        next(folder.iterdir(), None)
        _remember(folder)
    except PermissionError as error:
        raise StudioError(
            f"Easel is not allowed to open “{folder}”.", "Choose another folder, or allow it."
        ) from error
    except OSError as error:
        raise in_words(error, folder, "open the library") from error


def index_beside_files(folder: Path) -> Path:
    """Where the index belongs; its folder is made. OSError where that cannot be."""
    make_folder(folder / HIDDEN, folder)
    return folder / HIDDEN / "index.sqlite3"


def index_elsewhere(folder: Path) -> Path:
    """Where the index is kept when it cannot be with the files; its folder is made."""
    place = data_dir() / "indexes"
    place.mkdir(parents=True, exist_ok=True)
    return place / f"{mark(folder)}.sqlite3"


def device_of(folder: Path) -> int:
    """The number of the disk that holds a folder. OSError where there is no such folder."""
    return folder.stat().st_dev


def _make(folder: Path) -> None:
    home = Path.home()
    above = next(place for place in folder.parents if place.exists())
    if _was_on_other_disk(folder) and _on_home_disk(above):
        raise gone(folder)
    if folder.parent.is_dir():
        make_folder(folder, folder.parent)
    elif folder == default_library():  # Easel's own choice, or asked for by name
        folder.mkdir(parents=True)
    elif folder.is_relative_to(home) and home.is_dir():
        make_folder(folder, home)
    else:
        raise StudioError(
            f"There is no folder “{folder.parent}” to keep the library in.",
            "If it is on another disk, connect that disk; otherwise choose another folder.",
        )


def _is_left_behind(folder: Path) -> bool:
    """Whether this is the bare mount point of a disk that is not connected."""
    return _was_on_other_disk(folder) and _on_home_disk(folder) and not (folder / HIDDEN).exists()


def _on_home_disk(folder: Path) -> bool:
    try:
        return device_of(folder) == device_of(Path.home())
    except OSError:
        return False


def _remember(folder: Path) -> None:
    """Note that this library is on another disk, so that its absence can be told from newness."""
    with suppress(OSError):
        if _on_home_disk(folder) or _was_on_other_disk(folder):
            return
        note = _note(folder)
        note.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(note, b"")


def _was_on_other_disk(folder: Path) -> bool:
    with suppress(OSError):
        return _note(folder).exists()
    return False


def _note(folder: Path) -> Path:
    return data_dir() / "other-disks" / mark(folder)


def mark(folder: Path) -> str:
    """A name for what is kept of this library elsewhere on this computer."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:24]
