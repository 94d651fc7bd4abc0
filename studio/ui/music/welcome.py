"""What the room says while there is no tune: eight moods, of which one press makes a tune."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.music.moods import Mood, MoodGrid
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, set_role, tighten

LARGE, SMALL = 132, 100  # of a picture, in a window with and without much room
ROOMY = 600  # pixels of the height


class Welcome(QWidget):
    """An invitation."""

    mood_chosen = Signal(str)
    open_wanted = Signal()
    picture_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.heading = label("What should it feel like?", "heading")
        self.words = label("Press a mood, and a tune is composed for you.", "muted")
        self.large, self.small = MoodGrid(look, LARGE, False), MoodGrid(look, SMALL, False)
        self.open_button = TextButton(look, "Open a MIDI file…", "file-music", "suggestion")
        self.picture_button = TextButton(look, "From a picture…", "image", "suggestion")
        self.picture_button.setToolTip("A picture’s colours suggest a mood; you may also drop one")
        row = QHBoxLayout()
        tighten(row, 0, 8)
        row.addWidget(self.open_button)
        row.addWidget(self.picture_button)
        middle = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        tighten(column, 16, 8)
        column.addStretch(1)
        column.addWidget(self.heading, 0, middle)
        column.addWidget(self.words, 0, middle)
        column.addSpacing(12)
        for grid in (self.large, self.small):
            column.addWidget(grid, 0, middle)
            grid.chosen.connect(self.mood_chosen)
        column.addSpacing(8)
        column.addLayout(row)
        column.setAlignment(row, middle)
        column.addStretch(1)
        self.open_button.clicked.connect(self.open_wanted)
        self.picture_button.clicked.connect(self.picture_wanted)
        self._fit()

    @property
    def moods(self) -> MoodGrid:
        """The grid that is shown."""
        return self.small if self.large.isHidden() else self.large

    def set_moods(self, moods: Sequence[Mood]) -> None:
        """Offer these."""
        self.large.set_moods(moods)
        self.small.set_moods(moods)

    def set_able(self, able: bool, words: str = "") -> None:
        """Whether there is something that composes; else why not."""
        for grid in (self.large, self.small):
            grid.setEnabled(able)
        self.words.setText(words or "Press a mood, and a tune is composed for you.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Smaller pictures in a small window."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        roomy = self.height() >= ROOMY and self.width() >= 4 * LARGE + 120
        self.large.setVisible(roomy)
        self.small.setVisible(not roomy)
