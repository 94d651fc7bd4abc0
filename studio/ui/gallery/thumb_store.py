"""Small pictures kept on the disk, so that a large picture is decoded once and not each day.

They can be deleted at any time. Each library has a folder of its own. A name begins with the id of
its artwork, so that those of artworks that are gone can be told and removed; a file ends in a sum
of its name and content, so that one that is damaged or is another's is never shown.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from studio.library.places import mark

MOST = 1_000_000_000  # bytes, of all libraries together; of 256 pixels one takes some 10 kB
_KEPT = 0.8  # of that, once there is more
_SUFFIX = ".webp"
_PART = ".part"
_QUALITY = 88
_SUM = 4  # bytes
_DAY = 24 * 3600.0  # seconds


class ThumbCache:
    """The folder of the small pictures of all libraries. Any thread may use it; it never fails.

    grown: bytes that were added since it was last made smaller.
    """

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder = folder
        self.most = most
        self.grown = 0

    def of(self, library: Path) -> ThumbStore:
        """The small pictures of the library in this folder."""
        return ThumbStore(self.folder / mark(library), self)

    @property
    def is_due(self) -> bool:
        """Whether so much was added that it is time to make it smaller."""
        return self.grown > self.most // 10

    def shrink(self) -> int:
        """Remove those that were not used for longest, where there is too much.

        Returns how many were removed. Takes seconds where there are a hundred thousand: not for
        the window's thread.
        """
        self.grown = 0
        self._forget_older()
        known: list[tuple[float, int, str]] = []
        for item in _files(self.folder):
            with suppress(OSError):
                status = item.stat()
                known.append((status.st_mtime, status.st_size, item.path))
        whole = sum(size for _, size, _ in known)
        if whole <= self.most:
            return 0
        known.sort()
        removed = 0
        for _, size, path in known:
            if whole <= self.most * _KEPT:
                break
            with suppress(OSError):
                Path(path).unlink()
                removed += 1
            whole -= size
        return removed

    def _forget_older(self) -> None:
        """What an Easel before this one kept of all libraries side by side."""
        with suppress(OSError):
            for folder in list(self.folder.iterdir()):
                if len(folder.name) == 2:
                    shutil.rmtree(folder, ignore_errors=True)


class ThumbStore:
    """The small pictures of one library. Any thread may use it; nothing here ever fails."""

    def __init__(self, folder: Path, cache: ThumbCache) -> None:
        """Use `ThumbCache.of`."""
        self.folder = folder
        self._cache = cache

    def read(self, artwork_id: str, status: os.stat_result, side: int) -> QImage | None:
        """The small picture of a file as it is now, if it is here and whole."""
        place = self._place(artwork_id, status, side)
        try:
            data = place.read_bytes()
            whole = data[-_SUM:] == _sum_of(place, data[:-_SUM])
            if whole and place.stat().st_mtime < time.time() - _DAY:
                os.utime(place)  # so that it is known for one that is used
        except OSError:
            return None
        image = QImage.fromData(data[:-_SUM]) if whole else QImage()
        if image.isNull():
            with suppress(OSError):
                place.unlink()
            return None
        return image

    def keep(self, artwork_id: str, status: os.stat_result, side: int, image: QImage) -> None:
        """Keep a small picture."""
        place = self._place(artwork_id, status, side)
        data = _as_webp(image)
        if not data:
            return
        with suppress(OSError):
            self._make(place.parent)
            number, name = tempfile.mkstemp(dir=place.parent, suffix=_PART)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(data + _sum_of(place, data))
                Path(name).replace(place)
            except OSError:
                Path(name).unlink()
                raise
            self._cache.grown += len(data)

    def drop(self, ids: Iterable[str]) -> None:
        """Remove those of these artworks."""
        for artwork_id in ids:
            for file in self.folder.glob(f"{artwork_id[:2]}/{artwork_id}-*"):
                with suppress(OSError):
                    file.unlink()

    def tidy(self, there: Callable[[list[str]], Iterable[str]]) -> int:
        """Remove those of artworks that are gone, and what crashes left.

        there: which of some ids are still in the library. Returns how many were removed.
        """
        files = [(item.name, item.path) for item in _files(self.folder)]
        ids = sorted({name[:32] for name, _ in files if name.endswith(_SUFFIX)})
        known: set[str] = set()
        for start in range(0, len(ids), 500):
            known.update(there(ids[start : start + 500]))
        removed = 0
        for name, path in files:
            if name.endswith(_SUFFIX) and name[:32] in known:
                continue
            with suppress(OSError):
                if name.endswith(_PART) and Path(path).stat().st_mtime > time.time() - _DAY:
                    continue  # it may be being written by another window
                Path(path).unlink()
                removed += 1
        return removed

    def _make(self, folder: Path) -> None:
        """Make a folder, also where a file has got in its way."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            for each in (self._cache.folder, self.folder, folder):
                if each.exists() and not each.is_dir():
                    each.unlink()
            folder.mkdir(parents=True, exist_ok=True)

    def _place(self, artwork_id: str, status: os.stat_result, side: int) -> Path:
        state = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode()).hexdigest()
        return self.folder / artwork_id[:2] / f"{artwork_id}-{state[:12]}-{side}{_SUFFIX}"


def _as_webp(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"webp"))
    writer.setQuality(_QUALITY)
    return bytes(buffer.data().data()) if writer.write(image) else b""


def _sum_of(place: Path, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(place.name.encode())).to_bytes(_SUM, "little")


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """All files below a folder."""
    with suppress(OSError), os.scandir(folder) as listing:
        for item in listing:
            if item.is_dir(follow_symlinks=False):
                yield from _files(Path(item.path))
            else:
                yield item
