"""A recording in hand: its words, its outline to go along, and what plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.music.note_names import clock
from studio.ui.music.transport import PlayButton
from studio.ui.music.waveform import Waveform
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, set_role, tighten, wrapped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TALLEST = 240  # pixels of the outline
MOST_WORDS = 400  # characters that are shown of what was asked for


class RecordingPage(QWidget):
    """Plays nothing itself: it says what is wanted and shows what is."""

    play_wanted = Signal()
    seek_wanted = Signal(float)  # seconds
    again_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._seconds = 0.0
        self.words = wrapped("", "muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.wave = Waveform(look)
        self.wave.setMaximumHeight(TALLEST)
        self.wave.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.play_button = PlayButton(look)
        self.time = label("", "muted")
        self.again = TextButton(look, "Another like this…", "refresh-cw")
        self.again.setToolTip("The same words and settings, to be changed or made again")
        row = QHBoxLayout()
        tighten(row, 0, 12)
        row.addWidget(self.play_button)
        row.addWidget(self.time)
        row.addStretch(1)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 24, 22, 14)
        column.setSpacing(16)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addWidget(self.wave, 6)
        column.addStretch(1)
        column.addLayout(row)
        self.play_button.clicked.connect(self.play_wanted)
        self.wave.seek_wanted.connect(lambda share: self.seek_wanted.emit(share * self._seconds))
        self.again.clicked.connect(self.again_wanted)

    def minimumSizeHint(self) -> QSize:
        """It may be small."""
        return QSize(320, 200)

    def show_recording(self, words: str, seconds: float, again: bool) -> None:
        """Show another one. words: what was asked for. again: whether its recipe is known."""
        self._seconds = seconds
        self.words.setText(words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…")
        self.again.setVisible(again)
        self.wave.set_peaks(None)
        self.set_position(0.0)

    def set_peaks(self, peaks: NDArray[np.float32]) -> None:
        """Show its outline."""
        self.wave.set_peaks(peaks)

    def set_position(self, seconds: float) -> None:
        """Show where it is."""
        self.wave.set_position(seconds / self._seconds if self._seconds else 0.0)
        self.time.setText(f"{clock(seconds)} / {clock(self._seconds)}")
