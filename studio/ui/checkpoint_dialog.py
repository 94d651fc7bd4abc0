"""What to call a GAN that was brought in as a file, and under which licence it came."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped

LONGEST = 80  # characters


class CheckpointDialog(QDialog):
    """Asks, then hands (file, name, licence) to `then`."""

    def __init__(
        self, look: Look, parent: QWidget, file: Path, then: Callable[[Path, str, str], None]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add a GAN")
        self.setFixedWidth(440)
        self._file, self._then = file, then
        words = " ".join(file.stem.replace("_", " ").replace("-", " ").split())
        self.name = self._line("Name", words)
        self.licence = self._line("Licence", "")
        self.licence.setPlaceholderText("As its maker says; “unknown” if left empty")
        self.go = TextButton(look, "Add", "", "accent", "on_accent")
        self.go.setDefault(True)
        self.away = TextButton(look, "Cancel")
        self._lay_out()
        self.go.clicked.connect(self._go)
        self.away.clicked.connect(self.reject)
        self.name.setFocus()
        self.name.selectAll()

    def _go(self) -> None:
        self._then(self._file, self.name.text().strip(), self.licence.text().strip())
        self.accept()

    def _line(self, name: str, words: str) -> QLineEdit:
        line = QLineEdit(words)
        line.setMaxLength(LONGEST)
        line.setAccessibleName(name)
        return line

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        tighten(column, 24, 8)
        column.addWidget(label("Add a GAN", "heading"))
        column.addWidget(
            wrapped(
                f"“{self._file.name}” is read as numbers and nothing in it is run. "
                "A copy in Easel's own form joins the models of this room.",
                "muted",
            )
        )
        column.addSpacing(8)
        for words, line in (("Name", self.name), ("Licence", self.licence)):
            column.addWidget(label(words, "label", line))
            column.addWidget(line)
        column.addSpacing(12)
        column.addLayout(button_row(self.away, self.go))
