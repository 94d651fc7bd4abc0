"""The settings: how it looks, where pictures are kept, what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.paths import resources
from studio.ui.sound_choice import SoundChoice
from studio.ui.theme import CHOICES, Look
from studio.ui.widgets.basics import TextButton, frame, label, set_role, tighten, wrapped
from studio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from studio.shelf import Model

WIDTH = 640
#: days, and words
TRASH = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (0, "Until I empty it"))


class SettingsPage(QScrollArea):
    """One page of cards."""

    theme_chosen = Signal(object)
    library_chosen = Signal(object)  # a Path
    trash_chosen = Signal(object)  # days, 0 for never

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._folder = Path()
        self._models: tuple[Model, ...] = ()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Settings")
        page = QWidget()
        set_role(page, "page")
        inside = QWidget()
        inside.setMaximumWidth(WIDTH)
        column = QVBoxLayout(inside)
        tighten(column, 0, 16)
        column.addWidget(self._looks())
        column.addWidget(self._pictures())
        column.addWidget(self._trash())
        column.addWidget(self._sound())
        column.addWidget(self._about())
        column.addStretch(1)
        row = QHBoxLayout(page)
        tighten(row, 32)
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)
        self.setWidget(page)

    def show_folder(self, folder: Path) -> None:
        """Say where pictures are kept."""
        self._folder = folder
        self.folder.setText(str(folder))
        self.folder.setAccessibleName(f"Your pictures are kept in {folder}")

    def show_trash(self, days: int, due: int = 0) -> None:
        """Say for how long the trash is kept. due: works that have been in it for longer."""
        if not self.trash.set_value(days):
            self.trash.set_options((*TRASH, (days, f"{days:,} days")))
            self.trash.set_value(days)
        one = due == 1
        self.trash_note.setText(
            f"{due:,} {'work has' if one else 'works have'} been there for longer, and "
            f"{'goes' if one else 'go'} when Easel is opened the next time."
        )
        self.trash_note.setVisible(due > 0)

    def show_models(self, models: Sequence[Model]) -> None:
        """Take the models whose makers are to be named."""
        self._models = tuple(models)

    def _looks(self) -> QWidget:
        card, column = _card("How it looks")
        self.theme = Segmented(self._look, "How it looks")
        self.theme.set_options(CHOICES)
        self.theme.set_value(self._look.choice)
        self.theme.changed.connect(self.theme_chosen)
        column.addWidget(self.theme)
        return card

    def _pictures(self) -> QWidget:
        card, column = _card("Where your pictures are kept")
        column.addWidget(wrapped("Every picture is kept here the moment it is finished.", "muted"))
        self.folder = wrapped("")
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.folder)
        self.change = TextButton(self._look, "Choose another folder…", "folder-open")
        self.show_it = TextButton(self._look, "Show it", "external-link")
        row = QHBoxLayout()
        tighten(row, 0, 8)
        row.addWidget(self.change)
        row.addWidget(self.show_it)
        row.addStretch(1)
        column.addLayout(row)
        self.change.clicked.connect(self.ask_folder)
        self.show_it.clicked.connect(self._show_folder)
        return card

    def _trash(self) -> QWidget:
        card, column = _card("How long the trash is kept")
        column.addWidget(
            wrapped(
                "What you move to the trash can be brought back until then. After that it is "
                "removed for good, when Easel is opened.",
                "muted",
            )
        )
        self.trash = Segmented(self._look, "How long the trash is kept")
        self.trash.set_options(TRASH)
        self.trash.changed.connect(self.trash_chosen)
        column.addWidget(self.trash)
        self.trash_note = wrapped("", "hint")
        column.addWidget(self.trash_note)
        self.trash_note.hide()
        return card

    def _sound(self) -> QWidget:
        card, column = _card("Where tunes are heard")
        self.sound = SoundChoice(self._look)
        column.addWidget(self.sound)
        return card

    def _about(self) -> QWidget:
        card, column = _card(f"Easel {__version__}")
        column.addWidget(
            wrapped(
                "An offline creative studio. It runs on this computer alone: nothing you type or "
                "make leaves it. Pictures it makes are marked inside the file as made by a "
                "machine.",
                "muted",
            )
        )
        row = QHBoxLayout()
        tighten(row, 0, 8)
        self.licences = TextButton(self._look, "Licences", "info")
        self.credits = TextButton(self._look, "Credits", "info")
        row.addWidget(self.licences)
        row.addWidget(self.credits)
        row.addStretch(1)
        column.addLayout(row)
        self.licences.clicked.connect(self._licences)
        self.credits.clicked.connect(self._credits)
        return card

    def ask_folder(self) -> None:
        """Ask for the folder that keeps the pictures."""
        from studio.ui.dialogs import ask_folder

        start = str(self._folder)
        ask_folder(self.window(), "Where your pictures are kept", start, self.library_chosen.emit)

    def _show_folder(self) -> None:
        from studio.ui.dialogs import show_folder

        show_folder(self._folder)

    def _licences(self) -> None:
        show_text(self._look, self.window(), "Licences", licences())

    def _credits(self) -> None:
        text = "\n\n".join([_shipped("CREDITS.md").strip(), *map(model_credits, self._models)])
        show_text(self._look, self.window(), "Credits", text)


def show_text(look: Look, parent: QWidget, title: str, text: str) -> QDialog:
    """Open a window with a longer text."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(680, 520)
    words = QPlainTextEdit(text)
    words.setReadOnly(True)
    words.setTabChangesFocus(True)
    words.setAccessibleName(title)
    close = TextButton(look, "Close")
    close.clicked.connect(dialog.accept)
    column = QVBoxLayout(dialog)
    tighten(column, 16, 12)
    column.addWidget(words)
    column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    dialog.open()
    return dialog


def model_credits(model: Model) -> str:
    """What a model was made from, and what its licence permits."""
    lines = [f"{model.name} {model.version}".strip(), f"{model.licence}. {model.may}".strip()]
    lines += [f"- {c.name}: {c.licence} {c.url}".rstrip() for c in model.manifest.credits]
    return "\n".join(lines)


def licences() -> str:
    """The licences of Easel and of what ships inside it."""
    parts = [("Easel", _shipped("LICENSE"))]
    for name, path in (("Inter, the typeface", "fonts"), ("Lucide, the icons", "icons")):
        files = sorted((resources() / path).glob("LICENSE*"))
        parts.extend((name, file.read_text("utf-8")) for file in files)
    parts.append(
        (
            "Libraries",
            "Qt and PySide6: LGPL-3.0. PyTorch: BSD-3-Clause. diffusers, transformers, "
            "accelerate, safetensors: Apache-2.0. NumPy: BSD-3-Clause. Pillow: MIT-CMU. "
            "pydantic, platformdirs: MIT.",
        )
    )
    return "\n\n".join(f"{name}\n{'=' * len(name)}\n\n{text.strip()}" for name, text in parts)


def _shipped(name: str) -> str:
    """A text that lies beside the program, or inside the installed package's description."""
    from importlib.metadata import PackageNotFoundError, distribution

    beside = resources().parent / name
    if beside.is_file():
        return beside.read_text("utf-8")
    try:
        for file in distribution("easel-studio").files or ():
            if file.name == name:
                return file.read_text()
    except (PackageNotFoundError, OSError):
        pass
    return f"{name} is part of Easel's source."


def _card(title: str) -> tuple[QWidget, QVBoxLayout]:
    card = frame("card")
    column = QVBoxLayout(card)
    tighten(column, 20, 12)
    column.addWidget(label(title, "section"))
    return card, column
