"""The foot of the panel: keep it, or have it worked on for long; and what goes on meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.theme import Look
from studio.ui.widgets.basics import ElidedLabel, TextButton, label, set_role, tighten

if TYPE_CHECKING:
    from studio.work.queue import Job

WAITS = "Waiting for its turn"


class Foot(QFrame):
    """Two ways to make the picture; while the long one is under way, how to end it."""

    kept = Signal()
    finest = Signal()
    enough = Signal()
    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "foot")
        self._began = 0.0
        self.keep_button = QPushButton()
        set_role(self.keep_button, "create")
        self.keep_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._keep_words = label("", "create")
        self._keep_keys = label("Ctrl S", "keys")
        row = QHBoxLayout(self.keep_button)
        tighten(row, 0, 8)
        row.addStretch(1)
        row.addWidget(self._keep_words)
        row.addWidget(self._keep_keys)
        row.addStretch(1)
        self.finest_button = QPushButton()
        set_role(self.finest_button, "second")
        self.finest_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.finest_button.setAccessibleName("Finest quality")
        self.finest_button.setAccessibleDescription("Works on until you stop it.")
        row = QHBoxLayout(self.finest_button)
        tighten(row, 0, 8)
        row.addStretch(1)
        row.addWidget(label("Finest quality", "group"))
        row.addWidget(label("works on until you stop it", "label"))
        row.addStretch(1)
        choice = QWidget()
        column = QVBoxLayout(choice)
        tighten(column, 0, 8)
        column.addWidget(self.keep_button)
        column.addWidget(self.finest_button)
        self.note = ElidedLabel("group")
        self.clock = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far it is")
        self.enough_button = QPushButton("Stop here and keep it")
        set_role(self.enough_button, "create")
        self.enough_button.setAccessibleName("Stop here and keep it")
        self.enough_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.enough_button.setToolTip("Esc")
        self.cancel_button = TextButton(look, "Cancel")
        self.cancel_button.setToolTip("Stop, and keep nothing of it")
        working = QWidget()
        column = QVBoxLayout(working)
        tighten(column, 0, 8)
        row = QHBoxLayout()
        tighten(row, 0, 8)
        row.addWidget(self.note, 1)
        row.addWidget(self.clock)
        column.addLayout(row)
        column.addWidget(self.bar)
        row = QHBoxLayout()
        tighten(row, 0, 8)
        row.addWidget(self.enough_button, 1)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        self._choice, self._working = choice, working
        working.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 20, 14)
        whole.addWidget(choice)
        whole.addWidget(working)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._say_time)
        self.keep_button.clicked.connect(self.kept)
        self.finest_button.clicked.connect(self.finest)
        self.enough_button.clicked.connect(self.enough)
        self.cancel_button.clicked.connect(self.cancelled)
        self.show_ready(False)

    @property
    def working(self) -> bool:
        """Whether the long way is under way."""
        return not self._working.isHidden()

    def show_ready(self, on: bool, film: bool = False) -> None:
        """Whether there is something to make, and whether that is a film."""
        words = "Paint the film" if film else "Keep it"
        self._keep_words.setText(words)
        self.keep_button.setAccessibleName(words)
        self.keep_button.setAccessibleDescription(
            "Paint it in full and keep it among your pictures. Ctrl+S does the same."
        )
        for widget in (self.keep_button, self._keep_words, self._keep_keys, self.finest_button):
            widget.setEnabled(on)
        self.finest_button.setVisible(not film)

    def show_job(self, job: Job | None) -> None:
        """Show how far the long way is; None where it is over, or has not begun."""
        if job is None or job.state.ended:
            self._tick.stop()
            focused = self.working and any(
                button.hasFocus() for button in (self.enough_button, self.cancel_button)
            )
            self._working.hide()
            self._choice.show()
            if focused:
                long = self.keep_button if self.finest_button.isHidden() else self.finest_button
                long.setFocus()
            return
        if not self.working:
            self._choice.hide()
            self._working.show()
            self._began = 0.0
        running = job.state.value == "running"
        if running and job.started and not self._began:
            self._began = time.monotonic()
            self._tick.start()
        self.note.setText((job.note or "Getting ready") if running else WAITS)
        self.bar.setValue(round(job.done * 1000))
        self.enough_button.setEnabled(
            running and job.started and not (job.cancelling or job.finishing)
        )
        self.cancel_button.setEnabled(not job.cancelling)
        self._say_time()

    def stop(self) -> None:
        """The window is going."""
        self._tick.stop()

    def _say_time(self) -> None:
        if not self._began:
            self.clock.setText("")
            return
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        self.clock.setText(f"{minutes}:{seconds:02}")
