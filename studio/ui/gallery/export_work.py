"""The work of an export, on a thread of its own: looking at the first, and writing all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.export import Exported, ExportPlan, Presets, export_many, lines_for
from studio.ui.background import Background
from studio.ui.pictures import read_picture

if TYPE_CHECKING:
    from studio.library import Artwork, Library

_LINES = 4  # licence lines that are told before "and others"
_SIDE = 640  # pixels of a picture that is looked at
_SHOWN = ("png", "jpeg", "webp")  # what Qt reads everywhere


class Stopped(Exception):
    """The artist has stopped the export."""


class Look:
    """The first one. image: null where it cannot be shown. says: its size, in one line.

    made: whether the image is what will be written, and not what it is made of.
    """

    def __init__(self, image: QImage, says: str, made: bool = False) -> None:
        self.image, self.says, self.made = image, says, made


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
        self._stop = threading.Event()
        self._wish = 0  # the newest look that is asked for

    def know(self, then: Callable[[tuple[Artwork | None, list[str]]], None]) -> None:
        """Ask for the first artwork, and for what the licences say of all."""
        self._thread.run(self._know, then, lambda _error: then((None, [])))

    def look(
        self,
        artwork: Artwork,
        plan: ExportPlan,
        then: Callable[[Look], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Make the first one, to be looked at; of several wishes only the newest is answered."""
        self._wish += 1
        wish = self._wish

        def work() -> Look | None:
            return _look(artwork, plan) if wish == self._wish else None

        def seen(look: Look | None) -> None:
            if look is not None and wish == self._wish:
                then(look)

        def not_seen(error: Exception) -> None:
            if wish == self._wish:
                failed(error)

        self._thread.run(work, seen, not_seen)

    def export(
        self,
        plan: ExportPlan,
        folder: Path,
        then: Callable[[Exported], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Write all into a folder. failed: takes a StudioError, or `Stopped`."""
        self._wish += 1  # nobody waits for a look now
        self._stop.clear()
        self._thread.run(partial(self._export, plan, folder), then, failed)

    def stop(self) -> None:
        """Stop as soon as may be; `failed` is called then."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait for the thread to end."""
        self._wish += 1
        self._stop.set()
        self._thread.close()

    def _know(self) -> tuple[Artwork | None, list[str]]:
        from studio.shelf import Shelf

        artworks = [each for each in map(self._library.get, self._ids) if each is not None]
        lacking = any(not each.licence for each in artworks)
        lines = lines_for(artworks, Shelf.default() if lacking else None)
        if len(lines) > _LINES:
            lines = [*lines[:_LINES], f"And {len(lines) - _LINES} others."]
        still = [each for each in artworks if not each.seconds]
        return next(iter(still or artworks), None), lines

    def _export(self, plan: ExportPlan, folder: Path) -> Exported:
        artworks = [each for each in map(self._library.get, self._ids) if each is not None]
        self._check()
        notes: tuple[str, ...] = ()
        try:
            self._presets.use(plan)
        except StudioError as error:  # no reason to write nothing
            notes = (plain(error),)
        done = export_many(artworks, plan, folder, self.told.emit, self._check)
        return replace(done, notes=(*done.notes, *notes))

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped


def _look(artwork: Artwork, plan: ExportPlan) -> Look:
    """StudioError where it cannot be made."""
    if not plan.is_picture or artwork.seconds:
        return Look(read_picture(artwork.path, _SIDE), _says(artwork, plan))
    from studio.export import singles, words

    said = words.said_of(artwork, plan.words, keep_recipe=plan.keep_recipe)
    made = singles.picture_made(artwork, plan, said)
    image = QImage.fromData(made.data) if plan.format in _SHOWN else QImage()
    as_made = not image.isNull()
    if not as_made:
        image = read_picture(artwork.path, _SIDE)
    return Look(image, f"{made.size[0]} × {made.size[1]} pixels, {_bytes(len(made.data))}", as_made)


def _says(artwork: Artwork, plan: ExportPlan) -> str:
    """How large what becomes of it is, where that is no picture of pixels."""
    if artwork.seconds:
        return "Films and tunes are copied as they are."
    if plan.format == "pdf":
        from studio.export import printing

        size = (artwork.width, artwork.height)
        width, height = printing.page_size(size, plan.print)
        fine = printing.dots_per_inch(size, plan.print)
        soft = " That looks soft in the hand." if fine < printing.SHARP else ""
        return f"{width:.0f} × {height:.0f} mm, {fine:.0f} dots per inch.{soft}"
    if plan.format == "stickers":
        return "512 × 512 pixels each"
    return ""


def _bytes(size: int) -> str:
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1e6:,.1f} MB"


def plain(error: Exception) -> str:
    """An error of the export in words; what is no StudioError is a defect."""
    if not isinstance(error, StudioError):
        raise error
    return f"{error.what} {error.todo}".strip()
