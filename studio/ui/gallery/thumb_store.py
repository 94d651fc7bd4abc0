"""Small pictures kept on the disk, so that a large picture is decoded once and not each day.

They can be deleted at any time. A name begins with the id of its artwork, so that those of artworks
that are gone can be told and removed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageReader, QImageWriter

MOST = 40_000  # files; of 256 pixels they take some 10 kB each
_SUFFIX = ".webp"
_QUALITY = 88


class ThumbStore:
    """The small pictures in one folder. Any thread may use it; nothing here ever fails."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder = folder
        self._most = most

    def read(self, artwork_id: str, status: os.stat_result, side: int) -> QImage | None:
        """The small picture of a file as it is now, if it is here."""
        place = self._place(artwork_id, status, side)
        if not place.exists():
            return None
        image = QImageReader(str(place)).read()
        return None if image.isNull() else image

    def keep(self, artwork_id: str, status: os.stat_result, side: int, image: QImage) -> None:
        """Keep a small picture."""
        place = self._place(artwork_id, status, side)
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
            os.close(number)
            writer = QImageWriter(name, QByteArray(b"webp"))
            writer.setQuality(_QUALITY)
            if writer.write(image):
                Path(name).replace(place)
            else:
                Path(name).unlink()

    def drop(self, ids: Iterable[str]) -> None:
        """Remove those of these artworks."""
        for artwork_id in ids:
            for file in self.folder.glob(f"{artwork_id[:2]}/{artwork_id}-*"):
                with suppress(OSError):
                    file.unlink()

    def tidy(self, there: Callable[[list[str]], Iterable[str]]) -> int:
        """Remove those of artworks that are gone, and the oldest where they are too many.

        there: which of some ids are still in the library. Returns how many were removed.
        """
        files = [file for file in self.folder.glob("*/*") if file.is_file()]
        ids = sorted({file.name[:32] for file in files if file.suffix == _SUFFIX})
        known: set[str] = set()
        for start in range(0, len(ids), 500):
            known.update(there(ids[start : start + 500]))
        gone = [file for file in files if file.name[:32] not in known]
        left = [file for file in files if file.name[:32] in known]
        if len(left) > self._most:
            gone += sorted(left, key=_age)[: len(left) - self._most * 4 // 5]
        for file in gone:
            with suppress(OSError):
                file.unlink()
        return len(gone)

    def _place(self, artwork_id: str, status: os.stat_result, side: int) -> Path:
        mark = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode()).hexdigest()
        return self.folder / artwork_id[:2] / f"{artwork_id}-{mark[:12]}-{side}{_SUFFIX}"


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
