"""The pictures that the room works with: taken into the library, read, and known by name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.ui.background import Background
from studio.ui.carry import png
from studio.ui.collection import Collection
from studio.ui.pictures import read_picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.library import Artwork, Library

LONGEST = 1600  # pixels of what is shown on the canvas
THUMB = 200  # pixels of what stands in the panel
KEPT = 6  # large pictures in memory; 10 MB each
PASTED = "Pasted picture"

Source = Path | QImage  # what is dropped, pasted or opened


@dataclass(frozen=True)
class Leaf:
    """A picture of the album.

    reference: as recipes say it. image: no longer than LONGEST. width, height: of the picture
    itself. film: whether it moves; the image is then its first frame. sounds: whether something
    is heard in it.
    """

    reference: str
    name: str
    image: QImage
    width: int
    height: int
    film: bool = False
    sounds: bool = False


class Album(QObject):
    """Takes pictures in and reads them, on threads. What it has read it knows by reference.

    thumbed: the reference of a picture whose thumbnail can now be had.
    """

    thumbed = Signal(str)

    def __init__(self, collection: Collection, parent: QObject) -> None:
        super().__init__(parent)
        self._collection = collection
        self._background = Background("style", 1, self)
        self._leaves: OrderedDict[str, Leaf] = OrderedDict()
        self._thumbs: dict[str, QImage | None] = {}
        self.names: dict[str, str] = {}

    def leaf(self, reference: str) -> Leaf | None:
        """A picture that has been read."""
        return self._leaves.get(reference)

    def name(self, reference: str) -> str:
        """What a picture is called."""
        kind, _, mark = reference.partition(":")
        artwork = self._collection.find(mark) if kind == "work" else None
        return self.names.get(reference) or (artwork.title if artwork else "") or "a picture"

    def take(
        self,
        source: Source | Artwork,
        then: Callable[[Leaf], None],
        failed: Callable[[StudioError], None],
    ) -> None:
        """Take a picture or film into the library, where it is not there yet, and read it."""
        if isinstance(source, Path):
            keep, name = partial(_keep_file, path=source), source.name
        elif isinstance(source, QImage):
            keep, name = partial(_keep_pixels, image=source), PASTED
        else:
            self.open(f"work:{source.id}", source.title, then, failed)
            return

        def kept(found: tuple[str, str]) -> None:
            self.open(found[0], found[1] or name, then, failed)

        self._collection.ask(keep, kept, partial(_refused, failed))

    def open(
        self,
        reference: str,
        name: str,
        then: Callable[[Leaf], None],
        failed: Callable[[StudioError], None],
    ) -> None:
        """Read a picture by its reference."""
        if name:
            self.names[reference] = name
        known = self._leaves.get(reference)
        if known is not None:
            self._leaves.move_to_end(reference)
            then(replace(known, name=self.name(reference)))
            return

        def read(leaf: Leaf) -> None:
            self._leaves[reference] = leaf
            while len(self._leaves) > KEPT:
                self._leaves.popitem(last=False)
            self._keep_thumb(reference, leaf.image)
            then(leaf)

        def found(path: Path) -> None:
            work = partial(_read, reference, self.name(reference), path)
            self._background.run(work, read, partial(_refused, failed))

        self._collection.ask(partial(_find, reference=reference), found, partial(_refused, failed))

    def thumb(self, reference: str) -> QImage | None:
        """The thumbnail, if it is here; otherwise it is fetched and `thumbed` says when."""
        if reference not in self._thumbs and self._collection.known:
            self._thumbs[reference] = None

            def found(path: Path) -> None:
                keep = partial(self._keep_thumb, reference)
                self._background.run(partial(_read_small, path), keep, _nothing)

            self._collection.ask(partial(_find, reference=reference), found, _nothing)
        return self._thumbs.get(reference)

    def read(
        self, path: Path, then: Callable[[QImage], None], failed: Callable[[StudioError], None]
    ) -> None:
        """Read a picture of the library to be shown; of a film its first frame."""
        work = partial(read_picture, path, LONGEST)
        self._background.run(work, then, partial(_refused, failed))

    def forget(self) -> None:
        """Another library: nothing is known any more."""
        self._leaves.clear()
        self._thumbs.clear()

    def close(self) -> None:
        """Wait for what is being read, and say nothing more."""
        self._background.close()

    def _keep_thumb(self, reference: str, image: QImage) -> None:
        if self._thumbs.get(reference) is None:
            self._thumbs[reference] = _small(image)
            self.thumbed.emit(reference)


# On threads


def _keep_file(library: Library, path: Path) -> tuple[str, str]:
    """(reference, name); an artwork's own file stays the artwork."""
    artwork = library.at(path)
    if artwork is not None:
        return f"work:{artwork.id}", artwork.title
    return library.keep_source(path, path.name), ""


def _keep_pixels(library: Library, image: QImage) -> tuple[str, str]:
    return library.keep_source(png(image), PASTED), ""


def _find(library: Library, reference: str) -> Path:
    return library.find(reference)


def _read(reference: str, name: str, path: Path) -> Leaf:
    from studio.library.incoming import open_with_alpha
    from studio.library.soundtracks import Soundtrack

    image = open_with_alpha(path, name)
    width, height = image.size
    image.thumbnail((LONGEST, LONGEST))
    moves = _moves(path)
    sounds = moves and Soundtrack.of(path) is not None
    return Leaf(reference, name, as_qimage(image), width, height, moves, sounds)


def _read_small(path: Path) -> QImage:
    from studio.library.incoming import open_with_alpha

    image = open_with_alpha(path)
    image.thumbnail((2 * THUMB, 2 * THUMB))
    return as_qimage(image)


def _moves(path: Path) -> bool:
    """Whether there is more than one frame in a file."""
    from studio.library.contents import NotAPicture
    from studio.library.playing import open_film

    try:
        open_film(path)
    except (NotAPicture, OSError):
        return False
    return True


def as_qimage(image: Image) -> QImage:
    """A PIL image, RGB or RGBA, in the form that is fastest to draw; owns its pixels."""
    formats = QImage.Format
    clear = image.mode == "RGBA"
    layout = formats.Format_RGBA8888 if clear else formats.Format_RGB888
    width, height = image.size
    made = QImage(image.tobytes(), width, height, width * (4 if clear else 3), layout)
    return made.convertToFormat(
        formats.Format_ARGB32_Premultiplied if clear else formats.Format_RGB32
    )


def _small(image: QImage) -> QImage:
    return image.scaled(
        QSize(THUMB, THUMB),
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )


def _refused(failed: Callable[[StudioError], None], error: Exception) -> None:
    if not isinstance(error, StudioError):
        raise error
    failed(error)


def _nothing(error: Any) -> None:
    """No thumbnail, then: what is wrong is told when the picture itself is wanted."""
    if not isinstance(error, StudioError):
        raise error
