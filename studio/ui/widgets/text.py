"""Fields for words: the prompt, and shorter ones."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from studio.ui.theme import Look
from studio.ui.widgets.basics import set_role

LONGEST = 20_000  # characters; more is not a prompt but a paste gone wrong


class WordsEdit(QPlainTextEdit):
    """A few lines of words. Tab goes on to the next control, Ctrl+Enter asks to create."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, look: Look, name: str, help_text: str, lines: int, prompt: bool) -> None:
        super().__init__()
        if prompt:
            set_role(self, "prompt")
        self.setAccessibleName(name)
        self.setAccessibleDescription(help_text)
        self.setPlaceholderText(help_text)
        self.setTabChangesFocus(True)
        self.setFont(look.font(16 if prompt else 14))
        self.document().setDocumentMargin(0)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 22)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self.changed)

    def value(self) -> str:
        """The words."""
        return self.toPlainText()

    def set_value(self, value: str) -> None:
        """Replace the words; that can be undone with Ctrl+Z as typing can."""
        if value == self.toPlainText():
            return
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(value)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as plain words, cut to a length that a text field can bear."""
        room = LONGEST - len(self.toPlainText())
        if source.hasText() and room > 0:
            self.insertPlainText(source.text()[:room])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Ctrl+Enter and Escape to the window."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the cursor is after coming here by Tab."""
        super().focusInEvent(event)
        self.ensureCursorVisible()
