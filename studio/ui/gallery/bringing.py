"""Taking pictures, films and tunes from elsewhere into the library: chosen, dropped or pasted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from studio.ui.dialogs import FILMS, PICTURES
from studio.ui.gallery.asking import Asking
from studio.ui.gallery.words import how_many

if TYPE_CHECKING:
    from studio.library import Artwork, Library
    from studio.library.imports import Imported

TUNES = "*.flac *.wav *.ogg *.mp3"
TOLD = 3  # files that are named where some could not be taken in


class Bringing(QObject):
    """brought: the Artworks that came. said: words. refused: what happened and what to do."""

    brought = Signal(object)
    said = Signal(str)
    refused = Signal(str, str)

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking

    def ask(self, window: object) -> QFileDialog:
        """Ask which files."""
        places = QStandardPaths.StandardLocation
        folder = QStandardPaths.writableLocation(places.PicturesLocation)
        dialog = QFileDialog(window, "Bring in", folder)  # type: ignore[call-overload]
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [f"Pictures, films and tunes ({PICTURES} {FILMS} {TUNES})", "All files (*)"]
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.files([Path(name) for name in names]))
        dialog.open()
        return dialog

    def data(self, data: QMimeData) -> bool:
        """What was dropped or pasted; False where there are no files in it."""
        files = files_in(data)
        self.files(files)
        return bool(files)

    def files(self, files: Sequence[Path]) -> None:
        """Copy these into the library, and those in folders; they stay where they are as well."""
        if files:
            self.said.emit("One moment, taking them in…")
            self._asking.ask(lambda library: _bring(library, files), self._came)

    def _came(self, found: Sequence[Imported]) -> None:
        came = [each.artwork for each in found if each.artwork is not None and not each.already]
        already = sum(each.already for each in found)
        refused = [each for each in found if each.artwork is None]
        words = [f"{how_many(len(came))} brought in"] if came else []
        if already:
            words.append(f"{how_many(already)} here already")
        if not words and not refused:
            words = ["There is nothing in it to bring in"]
        if words:
            self.said.emit(", ".join(words))
        if refused:
            self.refused.emit(*_told(refused))
        self.brought.emit(came)


def files_in(data: QMimeData) -> list[Path]:
    """The files on this computer that are carried."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _bring(library: Library, files: Sequence[Path]) -> list[Imported]:
    return library.imports.bring_in(files)


def _told(refused: Sequence[Imported]) -> tuple[str, str]:
    """Which could not be taken in, and why."""
    names = ", ".join(f"“{each.file.name}”" for each in refused[:TOLD])
    if len(refused) > TOLD:
        names += f" and {len(refused) - TOLD:,} more"
    why = next((" ".join(each.said) for each in refused if each.said), "")
    return f"Not everything could be brought in: {names}.", why


def newest(artworks: Sequence[Artwork]) -> str:
    """The id of the newest of them, "" where there are none."""
    return max(artworks, key=lambda one: one.created).id if artworks else ""
