"""Asks for a picture of the artist's own. Imported when it is needed, not before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

KINDS = "Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif)"


def ask_picture(window: QWidget, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a picture; `then` is called with its file."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    dialog = QFileDialog(window, "Find my picture", pictures)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([KINDS, "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def taken(path: str) -> None:
        if path:
            then(Path(path))

    dialog.fileSelected.connect(taken)
    dialog.open()
    return dialog
