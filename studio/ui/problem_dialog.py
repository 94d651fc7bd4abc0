"""The window that says that something went wrong inside the program."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped


class ProblemDialog(QDialog):
    """Says that something went wrong inside the program, and offers the report."""

    def __init__(self, look: Look, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Something went wrong")
        self.setMinimumWidth(520)
        self.report = QPlainTextEdit(text)
        self.report.setReadOnly(True)
        self.report.setProperty("report", "true")
        self.report.setAccessibleName("Report")
        self.report.setTabChangesFocus(True)
        self.report.setMinimumHeight(180)
        self.copy = TextButton(look, "Copy report", "copy")
        self.on = TextButton(look, "Go on")
        self.on.setDefault(True)
        column = QVBoxLayout(self)
        tighten(column, 20, 12)
        column.addWidget(label("Something went wrong inside Easel", "section"))
        column.addWidget(
            wrapped(
                "This is our mistake, not yours. Everything you have made is kept, and you can "
                "go on. If you like to help us mend it, copy the report and send it to us.",
                "muted",
            )
        )
        column.addWidget(self.report)
        column.addLayout(button_row(self.copy, self.on))
        self.copy.clicked.connect(self._copy)
        self.on.clicked.connect(self.accept)

    def add(self, text: str) -> None:
        """Take in another report while it is open."""
        if len(self.report.toPlainText()) < 100_000:
            self.report.appendPlainText(f"\n{text}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy.set_words("Copied")
