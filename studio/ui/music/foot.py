"""The foot of the panel: Create, and how far it is while something is being composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.theme import Look
from studio.ui.tray import describe, time_left
from studio.ui.widgets.basics import ElidedLabel, TextButton, label, set_role, tighten

if TYPE_CHECKING:
    from studio.work.queue import Job

KEYS = "Ctrl ↵"


class Foot(QFrame):
    """One large button; a line of progress in its place while it works."""

    pressed = Signal()
    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "foot")
        self.button = QPushButton()
        set_role(self.button, "create")
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.words = label("Create", "create")
        self.says = label(KEYS, "keys")
        row = QHBoxLayout(self.button)
        tighten(row, 0, 8)
        row.addStretch(1)
        row.addWidget(self.words)
        row.addWidget(self.says)
        row.addStretch(1)
        for inner in (self.words, self.says):
            inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note = ElidedLabel("group")
        self.left: QLabel = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How far the tune is")
        self.cancel = TextButton(look, "Cancel")
        self.cancel.setToolTip("Esc")
        self._working = QWidget()
        column = QVBoxLayout(self._working)
        tighten(column, 0, 8)
        row = QHBoxLayout()
        tighten(row, 0, 8)
        row.addWidget(self.note, 1)
        row.addWidget(self.left)
        row.addWidget(self.cancel)
        column.addLayout(row)
        column.addWidget(self.bar)
        self._working.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 14, 20, 14)
        whole.setSpacing(10)
        whole.addWidget(self._working)
        whole.addWidget(self.button)
        self.button.clicked.connect(self.pressed)
        self.cancel.clicked.connect(self.cancelled)
        self.say("")

    def say(self, what: str) -> None:
        """What Create would keep or change, in a few words; "" for a whole new tune."""
        self.says.setText(what or KEYS)
        self.button.setAccessibleName(f"Create: {what}" if what else "Create")
        self.button.setAccessibleDescription("Ctrl+Enter does the same.")
        self.button.setToolTip("Ctrl+Enter")

    def set_able(self, able: bool) -> None:
        """Whether there is something that composes."""
        for widget in (self.button, self.words, self.says):
            widget.setEnabled(able)

    @property
    def working(self) -> bool:
        """Whether it shows something that is being made."""
        return not self._working.isHidden()

    def show_job(self, job: Job | None) -> None:
        """Show how far a job is; None where none is under way."""
        self._working.setVisible(job is not None)
        if job is None:
            return
        self.note.setText(describe(job) if job.started else "Waiting for its turn")
        self.left.setText(time_left(job.seconds_left))
        self.bar.setValue(round(job.done * 1000))
        self.cancel.setEnabled(not job.cancelling)
