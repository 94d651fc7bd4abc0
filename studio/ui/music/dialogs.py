"""The system's dialogs for tunes. Imported when one is needed, not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.ui.dialogs import file_name

OPENED = "*.mid *.midi *.kar *.rmi *.flac *.wav *.ogg *.mp3"


def ask_tune(window: QWidget, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a MIDI file or a tune of ours; `then` is called with it."""
    dialog = QFileDialog(window, "A tune to go on with", _music())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"MIDI files, and tunes of Easel ({OPENED})", "All files (*)"])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: then(Path(path)) if path else None)
    dialog.open()
    return dialog


def ask_target(
    window: QWidget, title: str, formats: Sequence[tuple[str, str]], then: Callable[[Path], None]
) -> QFileDialog:
    """Ask where a copy goes. formats: words and suffix; the first is taken at first."""
    dialog = QFileDialog(window, "Save a copy as", _music())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"{words} (*{suffix})" for words, suffix in formats])
    dialog.setDefaultSuffix(formats[0][1][1:])
    dialog.selectFile(file_name(title) + formats[0][1])
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def chosen(path: str) -> None:
        if path:
            target = Path(path)
            suffix = formats[0][1]
            fits = target.suffix.lower() == suffix
            then(target if fits else target.with_name(target.name + suffix))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def _music() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
