"""Asks for a name: of an album, of a way to export."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.library.marks import LONGEST_NAME, checked_name
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped


class NameDialog(QDialog):
    """Asks in a few words. then: takes the name, tidied; a StudioError of it is shown here.

    name: to begin with.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        title: str,
        question: str,
        then: Callable[[str], object],
        name: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(380)
        self._then = then
        self.name = QLineEdit(name)
        self.name.selectAll()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(question)
        self.hint = wrapped("", "hint")
        self.hint.hide()
        self.go = TextButton(look, "Make it", "check", "accent", "on_accent")
        self.go.setDefault(True)
        away = TextButton(look, "Cancel")
        column = QVBoxLayout(self)
        tighten(column, 24, 8)
        column.addWidget(label(title, "heading"))
        column.addWidget(label(question, "label", self.name))
        column.addWidget(self.name)
        column.addWidget(self.hint)
        column.addSpacing(8)
        column.addLayout(button_row(away, self.go))
        self.go.clicked.connect(self._go)
        away.clicked.connect(self.reject)

    def _go(self) -> None:
        try:
            self._then(checked_name(self.name.text()))
        except StudioError as error:
            self.hint.setText(f"{error.what} {error.todo}".strip())
            self.hint.show()
            return
        self.accept()
