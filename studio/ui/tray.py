"""The status line: what is being drawn, how long it still takes, what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from studio.ui.bridge import JobSignals
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconLabel, TextButton, label, set_role

if TYPE_CHECKING:
    from studio.work.queue import EngineState, Job, JobQueue

OFFLINE = "Offline. Nothing leaves this computer"
PHASES = {
    "starting": "Getting the pencils ready…",
    "restarting": "Starting the engine again…",
    "stopped": "The engine is not running",
}


class Tray(QFrame):
    """One line at the lower edge of the window."""

    list_wanted = Signal(bool)  # show or hide the list of jobs

    def __init__(self, look: Look, queue: JobQueue, signals: JobSignals) -> None:
        super().__init__()
        set_role(self, "tray")
        self.setFixedHeight(44)
        self.setAccessibleName("Jobs")
        self._queue = queue
        self.note = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(200)
        self.bar.setAccessibleName("How far it is")
        self.left = label("", "muted")
        self.cancel = TextButton(look, "Cancel")
        self.cancel.setToolTip("Esc")
        self.watch = TextButton(look, "Show it")
        self.watch.setToolTip("Look at what is being drawn")
        self._away = False
        self._live = ""  # what the room in use says of itself
        self.waiting = TextButton(look, "", "layers", "quiet", "muted")
        self.waiting.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 0)
        row.setSpacing(12)
        for widget in (self.note, self.bar, self.left, self.cancel, self.watch, self.waiting):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(IconLabel(look, "lock", "muted", 14))
        self.offline = label(OFFLINE, "muted")
        row.addWidget(self.offline)
        row.setSpacing(10)
        self.cancel.clicked.connect(self.cancel_running)
        self.waiting.toggled.connect(self.list_wanted)
        signals.changed.connect(self._changed)
        signals.queue.connect(self.refresh)
        signals.engine.connect(self._engine)
        self.refresh()

    def cancel_running(self) -> bool:
        """Stop what is being drawn; False where nothing is."""
        job = self._queue.running
        if job is not None:
            self._queue.cancel(job.id)
        return job is not None

    def look_away(self, away: bool) -> None:
        """Whether the artist looks at something else, and may want to come back."""
        self._away = away
        self.refresh()

    def show_live(self, words: str) -> None:
        """What the room in use says of itself, while nothing is being drawn."""
        if words != self._live:
            self._live = words
            if self._queue.running is None:
                self.note.setText(PHASES.get(self._queue.engine.phase, words))

    def refresh(self) -> None:
        """Show how things stand."""
        job = self._queue.running
        for widget in (self.bar, self.left, self.cancel):
            widget.setVisible(job is not None)
        self.watch.setVisible(job is not None and self._away)
        if job is not None:
            self._show(job)
        else:
            self.note.setText(PHASES.get(self._queue.engine.phase, self._live))
        waiting = len(self._queue.waiting)
        failed = sum(job.error is not None for job in self._queue.jobs)
        parts = [f"{waiting} waiting"] if waiting else []
        parts += [f"{failed} not made"] if failed else []
        words = ", ".join(parts)
        self.waiting.set_words(words)
        self.waiting.setAccessibleName(f"Show the list: {words}" if words else "Show the list")
        self.waiting.setVisible(bool(words) or self.waiting.isChecked())
        if not words and self.waiting.isChecked():
            self.waiting.setChecked(False)

    def _changed(self, job: Job) -> None:
        if job is self._queue.running:
            self._show(job)

    def _show(self, job: Job) -> None:
        self.note.setText(describe(job))
        self.bar.setValue(round(job.done * 1000))
        self.left.setText(time_left(job.seconds_left))
        self.cancel.setEnabled(not job.cancelling)

    def _engine(self, _state: EngineState) -> None:
        self.refresh()


def describe(job: Job) -> str:
    """What a running job is doing, in a few words."""
    return f"{job.note or 'Getting ready'}{'' if job.done else '…'}"


def time_left(seconds: float | None) -> str:
    """A duration as one says it."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{max(1, round(seconds))} s left"
    return f"{round(seconds / 60)} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"
