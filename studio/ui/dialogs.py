"""The system's dialogs for files and folders. Imported when one is needed, not before."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

if TYPE_CHECKING:
    from studio.library import Artwork

Formats = tuple[tuple[str, str], ...]  # words, and how the name ends
FORMATS: Formats = (
    ("PNG, keeps transparency (*.png)", ".png"),
    ("JPEG (*.jpg *.jpeg)", ".jpg"),
    ("WebP, small and keeps transparency (*.webp)", ".webp"),
)
PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif"
FILMS = "*.mp4 *.webm *.m4v *.mov"
SOUNDS: Formats = (
    ("FLAC, as it is, with all that went into it (*.flac)", ".flac"),
    ("WAV, for every program (*.wav)", ".wav"),
    ("MP3, small, plays everywhere (*.mp3)", ".mp3"),
    ("OGG, the smallest (*.ogg)", ".ogg"),
)
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def ask_copy_of(window: QWidget, artwork: Artwork, then: Callable[[Path], None]) -> QFileDialog:
    """Ask where a copy of this goes; `then` is called with a path whose suffix fits."""
    film = artwork.path.suffix.lower() if artwork.is_film else ""
    return ask_copy(window, artwork.title, then, film, sound=artwork.is_sound)


def ask_copy(
    window: QWidget,
    title: str,
    then: Callable[[Path], None],
    film: str = "",
    sound: bool = False,
) -> QFileDialog:
    """Ask where a copy goes; `then` is called with a path that has one of our suffixes.

    film: the suffix of a film's file, which is copied as it is. sound: whether it is one.
    """
    usual = SOUNDS if sound else FORMATS
    formats = ((f"The film as it is (*{film})", film),) if film else usual
    places = QStandardPaths.StandardLocation
    place = places.MusicLocation if sound else places.PicturesLocation
    folder = QStandardPaths.writableLocation(place)
    dialog = QFileDialog(window, "Save a copy as", folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([words for words, _ in formats])
    dialog.setDefaultSuffix(formats[0][1][1:])
    dialog.selectFile(file_name(title) + formats[0][1])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if not film:
        dialog.filterSelected.connect(partial(_set_suffix, dialog, formats))
    dialog.fileSelected.connect(partial(_take, dialog, formats, then, film))
    dialog.open()
    return dialog


def ask_folder(
    window: QWidget, words: str, folder: str, then: Callable[[Path], None]
) -> QFileDialog:
    """Ask for a folder; `then` is called with it."""
    dialog = QFileDialog(window, words, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(partial(_take_folder, then))
    dialog.open()
    return dialog


def ask_picture(
    window: QWidget, title: str, then: Callable[[Path], None], films: bool = False
) -> QFileDialog:
    """Ask for a picture, or a film where that serves too; `then` is called with its file."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    dialog = QFileDialog(window, title, pictures)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    kinds = f"Pictures and films ({PICTURES} {FILMS})" if films else f"Pictures ({PICTURES})"
    dialog.setNameFilters([kinds, "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(partial(_take_folder, then))
    dialog.open()
    return dialog


def ask_checkpoint(window: QWidget, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for the file of a GAN; what it really is shows when it is read."""
    dialog = QFileDialog(window, "The file of a StyleGAN2")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["GANs (*.pkl *.pt *.pth *.safetensors)", "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(partial(_take_folder, then))
    dialog.open()
    return dialog


def file_name(title: str) -> str:
    """A title as a file name that every system takes."""
    kept = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else " " for c in title)
    name = " ".join(kept.split())[:60].strip(". ")
    return name or "picture"


def with_suffix(path: str, chosen_filter: str, formats: Formats = FORMATS) -> Path:
    """The path as typed, where its suffix says one of the formats; else with the filter's."""
    target = Path(path)
    if target.suffix.lower() in _suffixes(formats):
        return target
    return target.with_name(target.name + _suffix(formats, chosen_filter))


def _suffixes(formats: Formats) -> tuple[str, ...]:
    return SUFFIXES if formats is FORMATS else tuple(suffix for _, suffix in formats)


def _suffix(formats: Formats, chosen_filter: str) -> str:
    return next((s for words, s in formats if words == chosen_filter), formats[0][1])


def show_in_folder(path: Path) -> None:
    """Open the system's file manager where the file lies."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(path)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(path)])
    else:
        show_folder(path.parent)


def show_folder(folder: Path) -> None:
    """Open the system's file manager with this folder."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _set_suffix(dialog: QFileDialog, formats: Formats, chosen_filter: str) -> None:
    suffix = _suffix(formats, chosen_filter)
    dialog.setDefaultSuffix(suffix[1:])
    names = dialog.selectedFiles()
    if names and Path(names[0]).suffix.lower() in _suffixes(formats):
        dialog.selectFile(Path(names[0]).with_suffix(suffix).name)


def _take_folder(then: Callable[[Path], None], path: str) -> None:
    if path:
        then(Path(path))


def _take(
    dialog: QFileDialog, formats: Formats, then: Callable[[Path], None], film: str, path: str
) -> None:
    if path and film:
        named = Path(path)
        then(named if named.suffix.lower() == film else named.with_name(named.name + film))
    elif path:
        then(with_suffix(path, dialog.selectedNameFilter(), formats))
