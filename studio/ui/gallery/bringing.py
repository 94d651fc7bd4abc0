"""Taking pictures, films and tunes from elsewhere into the library: chosen, dropped or pasted."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.errors import StudioError
from studio.ui.background import Background
from studio.ui.dialogs import FILMS, PICTURES, ask_folder
from studio.ui.gallery.asking import Asking
from studio.ui.gallery.words import how_many

if TYPE_CHECKING:
    from studio.library import Artwork, Library
    from studio.library.imports import Imported

TUNES = "*.flac *.wav *.ogg *.mp3"
EVERY = 100  # milliseconds between two looks at how far it is


@dataclass(frozen=True)
class Going:
    """How far it is. done, total: files; total is 0 while folders are looked through.

    seconds: since it began. stopping: the artist has said so.
    """

    done: int
    total: int
    seconds: float
    stopping: bool


@dataclass(frozen=True)
class Came:
    """What became of it. total: files that were to come; fewer were looked at where stopped."""

    artworks: tuple[Artwork, ...]
    already: int
    trashed: int  # of these
    left_out: tuple[Imported, ...]
    total: int
    stopped: bool

    @property
    def said(self) -> str:
        """All of it in a sentence, without a full stop."""
        words = [f"{how_many(len(self.artworks))} brought in"] if self.artworks else []
        if self.already:
            where = f" ({self.trashed:,} in the trash)" if self.trashed else ""
            words.append(f"{how_many(self.already)} here already{where}")
        if self.left_out:
            left = how_many(len(self.left_out), "file", "files")
            words.append(f"{left} could not be brought in")
        told = ", ".join(words)
        if not self.stopped:
            return told or "There is nothing in it to bring in"
        if not self.total:
            return "Stopped; nothing came in"
        looked_at = len(self.artworks) + self.already + len(self.left_out)
        return f"Stopped after {looked_at:,} of {self.total:,} files: {told or 'nothing came in'}"

    @property
    def why(self) -> str:
        """Which files were left out, and why, one after the other."""
        return "\n\n".join(f"{each.file}\n{' '.join(each.said)}" for each in self.left_out)


class Bringing(QObject):
    """Works on a thread of its own, one after the other; nothing waits for it.

    going: a Going, or None once nothing is. came: a Came. said: words. problem: a StudioError.
    """

    going = Signal(object)
    came = Signal(object)
    said = Signal(str)
    problem = Signal(object)

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._thread = Background("gallery-bringing", 1, self)
        self._stop = threading.Event()  # of what is under way
        self._waiting: list[list[Path]] = []
        self._busy = False
        self._began = 0.0
        self._far = (0, 0)  # files done and in all; written on the thread
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._tell)

    def ask(self, window: QWidget) -> QFileDialog:
        """Ask which files."""
        dialog = QFileDialog(window, "Bring in", _pictures_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [f"Pictures, films and tunes ({PICTURES} {FILMS} {TUNES})", "All files (*)"]
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.files([Path(name) for name in names]))
        dialog.open()
        return dialog

    def ask_folder(self, window: QWidget) -> QFileDialog:
        """Ask which folder."""
        words = "Bring in all that is in a folder"
        return ask_folder(window, words, _pictures_folder(), lambda folder: self.files([folder]))

    def data(self, data: QMimeData) -> bool:
        """What was dropped or pasted; False where there are no files in it."""
        files = files_in(data)
        self.files(files)
        return bool(files)

    def files(self, files: Sequence[Path]) -> None:
        """Copy these into the library, and those in folders; they stay where they are as well."""
        if not files:
            return
        self._waiting.append(list(files))
        if self._busy:
            self.said.emit("They come after what is being brought in now")
        else:
            self._next()

    def stop(self) -> None:
        """Bring in no more. What has come in stays."""
        self._waiting.clear()
        self._stop.set()
        self._tell()

    def close(self) -> None:
        """Stop, and wait for the thread to end."""
        self._timer.stop()
        self._waiting.clear()
        self._stop.set()
        self._thread.close()

    def _next(self) -> None:
        library = self._asking.library
        if library is None and self._waiting:
            self.said.emit("The gallery is still being opened; try again in a moment")
        if not self._waiting or library is None:
            self._waiting.clear()
            self._timer.stop()
            self.going.emit(None)
            return
        self._busy, self._stop, self._far = True, threading.Event(), (0, 0)
        self._began = time.monotonic()
        self._timer.start()
        work = partial(self._bring, library, self._waiting.pop(0), self._stop)
        self._thread.run(work, partial(self._done, library), partial(self._failed, library))
        self._tell()

    def _bring(self, library: Library, files: Sequence[Path], stop: threading.Event) -> Came:
        def progress(done: int, total: int) -> None:
            self._far = (done, total)

        found = library.imports.bring_in(files, progress, stop.is_set)
        here = [each for each in found if each.artwork is not None]
        already = [each for each in here if each.already]
        return Came(
            tuple(each.artwork for each in here if each.artwork and not each.already),
            len(already),
            sum(each.artwork is not None and each.artwork.trashed for each in already),
            tuple(each for each in found if each.artwork is None),
            max(self._far[1], len(found)),
            stop.is_set() and self._far[0] < max(1, self._far[1]),
        )

    def _done(self, library: Library, came: Came) -> None:
        self._busy = False
        self._next()
        if library is self._asking.library:
            self.came.emit(came)

    def _failed(self, library: Library, error: Exception) -> None:
        self._busy = False
        self._next()
        if library is not self._asking.library:
            return  # it was closed in the middle of it
        if not isinstance(error, StudioError):
            raise error
        self.problem.emit(error)

    def _tell(self) -> None:
        if self._busy:
            seconds = time.monotonic() - self._began
            self.going.emit(Going(*self._far, seconds, self._stop.is_set()))


def files_in(data: QMimeData) -> list[Path]:
    """The files on this computer that are carried."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def newest(artworks: Sequence[Artwork]) -> str:
    """The id of the newest of them, "" where there are none."""
    return max(artworks, key=lambda one: one.created).id if artworks else ""


def _pictures_folder() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
