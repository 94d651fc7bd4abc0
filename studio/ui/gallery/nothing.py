"""What stands in the gallery's place while there is nothing to show, and a way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import IconLabel, TextButton, label, wrapped


class Nothing(QWidget):
    """Two sentences and up to two buttons. first, second: pressed."""

    first = Signal()
    second = Signal()

    def __init__(self, look: Look, icon: str) -> None:
        super().__init__()
        self.heading = label("", "heading")
        self.words = wrapped("", "muted")
        self.words.setMaximumWidth(440)
        self.words.setMinimumWidth(360)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.one = TextButton(look, "", role="accent")
        self.other = TextButton(look, "")
        self.one.clicked.connect(self.first)
        self.other.clicked.connect(self.second)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.one)
        row.addWidget(self.other)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(1)
        mark = IconLabel(look, icon, "muted", 40)
        column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(2)

    def say(self, heading: str, words: str, one: str = "", other: str = "") -> None:
        """Show these words; a button without words is not there."""
        self.heading.setText(heading)
        self.words.setText(words)
        for button, text in ((self.one, one), (self.other, other)):
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(text))
        self.setAccessibleName(f"{heading} {words}")
