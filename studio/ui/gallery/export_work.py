"""The work of an export, on threads of its own: what will come out, and writing all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.export import Cut, Exported, ExportPlan, Presets, Words, export_many, lines_for
from studio.export.proofs import Proof, Proofs
from studio.ui.background import Background
from studio.ui.gallery.export_says import plain, says
from studio.ui.gallery.export_view import Sight
from studio.ui.pictures import read_picture

if TYPE_CHECKING:
    from studio.library import Artwork, Library

_LINES = 4  # licence lines that are told before "and others"
_SIDE = 900  # pixels of what stands for a film or sound


class Stopped(Exception):
    """The artist has stopped the export."""


class Stale(Exception):
    """Something newer is wanted."""


@dataclass(frozen=True)
class Wish:
    """What is to be looked at: which of all, by which plan, with what is said of single works."""

    plan: ExportPlan
    number: int = 0
    said: Mapping[str, Words] | None = None
    cuts: Mapping[str, Cut] | None = None


@dataclass(frozen=True)
class Looked:
    """What came of a wish. says: its size and the like, in a sentence or two. size: bytes."""

    sight: Sight
    says: str
    artwork: Artwork | None
    draft: bool
    size: int = 0


@dataclass(frozen=True)
class Known:
    """What there is to export. lines: what the licences say of it."""

    artworks: tuple[Artwork, ...]
    lines: tuple[str, ...] = ()


class ExportWork(QObject):
    """Exports artworks of a library. Everything is called from the main thread.

    presets: remember the plan that was used last.

    told: (works done, works in all, the title of the next).
    """

    told = Signal(int, int, str)

    def __init__(
        self, library: Library, ids: Sequence[str], presets: Presets, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._library, self._ids, self._presets = library, tuple(ids), presets
        self._thread = Background("export", 1, self)
        self._drafts = Background("export-draft", 1, self)
        self._stop = threading.Event()
        self._closed = False
        self._proofs: Proofs | None = None
        # Numbers of wishes: the last one of all, the newest for drafts and for finished ones, and
        # that of the newest finished one that came.
        self._asked = self._came = 0
        self._newest = {True: 0, False: 0}

    @property
    def proofs(self) -> Proofs | None:
        """What can be looked at, once it is known."""
        return self._proofs

    @property
    def busy(self) -> bool:
        """Whether something is being made."""
        return self._thread.busy or self._drafts.busy

    def know(self, then: Callable[[Known], None]) -> None:
        """Ask for the artworks, and for what the licences say of all."""

        def known(answer: Known) -> None:
            self._proofs = Proofs(answer.artworks)
            then(answer)

        self._thread.run(self._know, known, lambda _error: then(Known(())))

    def look(
        self,
        wish: Wish,
        then: Callable[[Looked], None],
        failed: Callable[[Exception], None],
        *,
        draft: bool,
    ) -> None:
        """Make one, to be looked at; of several wishes only the newest is answered.

        draft: small and at once. A finished one that is late is not shown over a newer draft.
        """
        proofs = self._proofs
        if proofs is None:
            return
        self._asked += 1
        number = self._newest[draft] = self._asked
        if draft:
            self._newest[False] = 0

        def check() -> None:
            if number != self._newest[draft] or self._closed:
                raise Stale

        def work() -> Looked:
            check()
            made = proofs.make(
                wish.plan, wish.number, draft=draft, said=wish.said, cuts=wish.cuts, check=check
            )
            return _looked(made, wish.plan, draft)

        def seen(looked: Looked) -> None:
            # Each has a thread of its own, so a draft may come after what it is a draft of.
            if number == self._newest[draft] and number > self._came:
                self._came = self._came if draft else number
                then(looked)

        def not_seen(error: Exception) -> None:
            newest = number == self._newest[draft] and number > self._came
            if newest and not isinstance(error, Stale):
                failed(error)

        (self._drafts if draft else self._thread).run(work, seen, not_seen)

    def quiet(self) -> None:
        """Nobody waits for a look any more."""
        self._newest = {True: 0, False: 0}

    def export(
        self,
        wish: Wish,
        folder: Path,
        then: Callable[[Exported], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Write all into a folder. failed: takes a StudioError.

        Once it is stopped neither is called any more, and no file appears.
        """
        self.quiet()
        stop = self._stop = threading.Event()

        def answer(to: Callable[..., None], result: object) -> None:
            if not stop.is_set():
                to(result)

        work = partial(self._export, wish, folder, stop)
        self._thread.run(work, partial(answer, then), partial(answer, failed))

    def stop(self) -> None:
        """Write nothing more."""
        self._stop.set()

    def close(self) -> None:
        """Stop. Nothing waits for the file that is just being made to be looked at."""
        self._closed = True
        self.quiet()
        self._stop.set()
        self._drafts.leave()
        self._thread.leave()

    def _know(self) -> Known:
        from studio.shelf import Shelf

        artworks = [each for each in map(self._library.get, self._ids) if each is not None]
        lacking = any(not each.licence for each in artworks)
        lines = lines_for(artworks, Shelf.default() if lacking else None)
        if len(lines) > _LINES:
            lines = [*lines[:_LINES], f"And {len(lines) - _LINES} others."]
        return Known(tuple(artworks), tuple(lines))

    def _export(self, wish: Wish, folder: Path, stop: threading.Event) -> Exported:
        def check() -> None:
            if stop.is_set():
                raise Stopped

        def tell(done: int, of: int, title: str) -> None:
            if not stop.is_set():
                self.told.emit(done, of, title)

        artworks = [each for each in map(self._library.get, self._ids) if each is not None]
        check()
        notes: tuple[str, ...] = ()
        try:
            self._presets.use(wish.plan, folder)
        except StudioError as error:  # no reason to write nothing
            notes = (plain(error),)
        done = export_many(artworks, wish.plan, folder, tell, check, said=wish.said, cuts=wish.cuts)
        return replace(done, notes=(*done.notes, *notes))


def _looked(made: Proof, plan: ExportPlan, draft: bool) -> Looked:
    """StudioError where it cannot be shown."""
    artwork = made.artwork
    if artwork is not None and artwork.seconds:
        image = read_picture(artwork.path, _SIDE)
        sight = Sight(((image, ""),), size=(image.width(), image.height()))
        return Looked(sight, says(made, plan), artwork, draft)
    images = tuple((_as_qt(image), words) for image, words in made.images)
    size = made.pixels or (1, 1)
    if images:
        size = images[0][0].width(), images[0][0].height()
    sight = Sight(images, made.drawing, size, made.trim, made.window, made.light)
    return Looked(sight, says(made, plan), artwork, draft, 0 if made.about else made.size)


def _as_qt(image: Image.Image) -> QImage:
    """With transparency only where the picture has any."""
    if "A" in image.getbands():
        data = image.convert("RGBA")
        made = QImage(
            data.tobytes(), data.width, data.height, 4 * data.width, QImage.Format.Format_RGBA8888
        )
        return made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    data = image.convert("RGB")
    made = QImage(
        data.tobytes(), data.width, data.height, 3 * data.width, QImage.Format.Format_RGB888
    )
    return made.convertToFormat(QImage.Format.Format_RGB32)
