"""The row that says how far what is being brought in has come, with a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.gallery.bringing import Going
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten

SURE = 2.0  # seconds after which it can be told how long the rest takes
QUICK = 0.4  # seconds; what is done sooner needs no row


class BringBar(QWidget):
    """Shown while something is brought in. stop: the artist wants no more of it."""

    stop = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.words = label("", "muted")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Bringing in")
        self.away = TextButton(look, "Cancel")
        self.away.setToolTip("What has come in stays")
        self.away.setAccessibleDescription("What has come in stays")
        self.away.clicked.connect(self.stop)
        left = QVBoxLayout()
        tighten(left, 0, 6)
        left.addWidget(self.words)
        left.addWidget(self.bar)
        row = QHBoxLayout(self)
        tighten(row, 0, 12)
        row.addLayout(left, 1)
        row.addWidget(self.away)
        self.hide()

    def show_going(self, going: Going | None) -> None:
        """Show how far it is; None where nothing is."""
        if going is None:
            self.hide()
            return
        said = in_words(going)
        if said != self.words.text():
            self.words.setText(said)
            self.bar.setAccessibleDescription(said)
        self.bar.setRange(0, going.total)
        self.bar.setValue(going.done)
        self.away.setEnabled(not going.stopping)
        self.setVisible(not self.isHidden() or going.seconds >= QUICK)


def in_words(going: Going) -> str:
    """How far it is, and about how long the rest takes."""
    if going.stopping:
        return "Stopping; what has come in stays"
    if not going.total:
        return "Looking what there is to bring in…"
    words = f"Bringing in {going.done:,} of {going.total:,}"
    if going.seconds < SURE or not going.done:
        return words
    rest = going.seconds / going.done * (going.total - going.done)
    return f"{words}, {time_left(rest)}"


def time_left(seconds: float) -> str:
    """A time as people say it who cannot know it to the second."""
    if seconds < 8:
        return "a few seconds left"
    if seconds < 55:
        return f"about {round(seconds / 5) * 5} seconds left"
    if seconds < 90:
        return "about a minute left"
    if seconds < 55 * 60:
        return f"about {round(seconds / 60)} minutes left"
    hours = max(1, round(seconds / 3600))
    return "about an hour left" if hours == 1 else f"about {hours} hours left"
