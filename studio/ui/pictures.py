"""Pictures from disk, read off the main thread: thumbnails, and whole ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from studio.errors import StudioError
from studio.ui.background import Background

KEPT = 600  # thumbnails in memory; 160 px ones take 100 kB each
LONGEST = 16384  # no picture of ours has a longer side


def read_picture(path: Path, longest: int = 0) -> QImage:
    """Read a picture, or what stands for a film or sound.

    longest: pixels a side that it is made no larger than, if given.
    Raises StudioError when the file is gone or is no picture.
    """
    image = _read_poster(path) if has_poster(path) else _read_whole(path)
    if image.isNull():
        if not path.exists():
            raise StudioError(
                f"“{path.name}” is no longer where it was.",
                "Put it back, or look in the trash of your computer.",
            )
        raise StudioError(f"“{path.name}” cannot be read as a picture.", "The file may be damaged.")
    if longest and max(image.width(), image.height()) > longest:
        image = image.scaled(
            QSize(longest, longest),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def has_poster(path: Path) -> bool:
    """Whether this is what Qt cannot read: a film, MP4 or WebM, or a sound; by its content."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        return False
    return start[4:] == b"ftyp" or start[:4] in (b"\x1a\x45\xdf\xa3", b"fLaC")


def _read_whole(path: Path) -> QImage:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if max(size.width(), size.height()) > LONGEST:
        raise StudioError(f"“{path.name}” is too large to show.")
    return reader.read()


def _read_poster(path: Path) -> QImage:
    from studio.library.contents import NotAPicture
    from studio.library.posters import poster

    try:
        return QImage.fromData(poster(path))
    except (NotAPicture, OSError):
        return QImage()


class Pictures(QObject):
    """Thumbnails by path, newest wish first, and whole pictures on demand.

    `ready` carries the path of a thumbnail that can now be had from `thumbnail`.
    """

    ready = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("thumbnails", 2, self)
        self._whole = Background("picture", 1, self)  # one thread, so that they come in order
        self._kept: OrderedDict[tuple[str, int], QImage | None] = OrderedDict()
        self._wishes: list[tuple[str, int]] = []
        self._reading = 0

    def thumbnail(self, path: Path | str, longest: int) -> QImage | None:
        """The thumbnail, if it is here; otherwise it is fetched and `ready` says when."""
        key = (str(path), longest)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key in self._wishes:
            self._wishes.remove(key)
        self._wishes.append(key)
        del self._wishes[:-KEPT]
        self._next()
        return None

    def forget(self, path: Path | str) -> None:
        """Read this file anew when it is asked for again."""
        for key in [key for key in self._kept if key[0] == str(path)]:
            del self._kept[key]

    def read(
        self,
        path: Path,
        then: Callable[[QImage], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Read the whole picture. Pictures come in the order they were asked for."""
        self._whole.run(partial(read_picture, path), then, failed)

    def close(self) -> None:
        self._wishes.clear()
        self._background.close()
        self._whole.close()

    def _next(self) -> None:
        while self._wishes and self._reading < 2:
            key = self._wishes.pop()
            if key in self._kept:
                continue
            self._reading += 1
            self._background.run(
                partial(read_picture, Path(key[0]), key[1]),
                partial(self._keep, key),
                partial(self._keep_nothing, key),
            )

    def _keep(self, key: tuple[str, int], image: QImage | None) -> None:
        self._reading -= 1
        self._kept[key] = image
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(key[0])
        self._next()

    def _keep_nothing(self, key: tuple[str, int], _error: Exception) -> None:
        self._keep(key, None)
