"""What the canvas says while there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.ideas import SUGGESTIONS
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten


class Invitation(QWidget):
    """A few words and a few ideas to press on."""

    picked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = label("What would you like to draw?", "heading")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = label("Type a few words on the right, or begin with one of these.", "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        ideas = QGridLayout()
        tighten(ideas, 0, 8)
        self.buttons: list[QPushButton] = []
        for place, idea in enumerate(SUGGESTIONS):
            button = TextButton(look, idea, role="suggestion")
            button.setProperty("idea", idea)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(self._pick)
            ideas.addWidget(button, place // 2, place % 2)
            self.buttons.append(button)
        column = QVBoxLayout(self)
        tighten(column, 24, 12)
        column.addStretch(1)
        column.addWidget(self._mark)
        column.addSpacing(4)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(12)
        column.addLayout(ideas)
        column.addStretch(1)
        column.setAlignment(ideas, Qt.AlignmentFlag.AlignHCenter)
        look.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self._mark.setPixmap(self._look.pixmap("mark", "accent", 56))

    def _pick(self) -> None:
        self.picked.emit(self.sender().property("idea"))
