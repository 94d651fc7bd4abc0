"""Which files are meant where an artist points at files and folders to take in."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from studio.library import scan

# What looks like a picture, film or sound is named where it cannot be taken in; the rest of what
# lies in a folder is nobody's business.
LIKELY = (
    *scan.SUFFIXES,
    ".avif", ".bmp", ".heic", ".heif", ".jfif", ".jxl", ".tif", ".tiff",
    ".avi", ".m4v", ".mkv", ".mov",
    ".m4a", ".mp3", ".ogg", ".opus", ".wav",
)  # fmt: skip
_HIDDEN_BY_WINDOWS = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2)
_HIDDEN_BY_MACOS = getattr(stat, "UF_HIDDEN", 0x8000)


@dataclass
class Walk:
    """files: in order, each once. closed: folders that could not be looked into, and why."""

    files: list[Path] = field(default_factory=list)
    closed: list[tuple[Path, str]] = field(default_factory=list)


def walk(paths: Iterable[Path], stop: Callable[[], bool] = lambda: False) -> Walk:
    """The files among `paths`, and those in folders, however deep, which look like artworks.

    What is hidden is left out of folders, and so are links to other folders. stop: asked before
    each folder; what was found until then is the answer.
    """
    found = Walk()
    seen: set[Path] = set()
    waiting = list(paths)[::-1]
    while waiting and not stop():
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.is_dir():
            waiting += _inside(path, found)[::-1]
        else:
            found.files.append(path)
    return found


def _inside(folder: Path, found: Walk) -> list[Path]:
    """What of a folder is to be looked at, its files first."""
    files, folders = [], []
    try:
        with os.scandir(folder) as listing:
            for item in listing:
                if _is_hidden(item):
                    continue
                if item.is_dir(follow_symlinks=False):
                    folders.append(folder / item.name)
                elif item.name.lower().endswith(LIKELY) and not item.is_dir():
                    files.append(folder / item.name)
    except OSError as error:
        found.closed.append((folder, error.strerror or "it cannot be opened"))
    return sorted(files) + sorted(folders)


def _is_hidden(item: os.DirEntry[str]) -> bool:
    if item.name.startswith("."):
        return True
    if os.name != "nt" and not hasattr(os, "chflags"):  # no other way to hide here
        return False
    try:
        status = item.stat(follow_symlinks=False)
    except OSError:
        return False
    return bool(
        getattr(status, "st_file_attributes", 0) & _HIDDEN_BY_WINDOWS
        or getattr(status, "st_flags", 0) & _HIDDEN_BY_MACOS
    )
