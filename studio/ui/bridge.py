"""From the engine's reader thread to the main thread, and from the queue to Qt signals."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from studio.ui.smooth import short_slices

if TYPE_CHECKING:
    from studio.work.queue import JobQueue


class AnswerBridge(QObject):
    """Carries the engine's answers to the main thread, in order.

    `post` may be called on any thread; `arrived` is emitted on the one that made the bridge.
    """

    arrived = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._smooth: set[int] = set()  # threads that have posted
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, answer: object) -> None:
        """Take an answer, on any thread."""
        thread = threading.get_ident()
        if thread not in self._smooth:
            self._smooth.add(thread)
            short_slices()
        if self._open:
            self._posted.emit(answer)

    def close(self) -> None:
        self._open = False

    def _deliver(self, answer: object) -> None:
        if self._open:
            self.arrived.emit(answer)


class JobSignals(QObject):
    """The queue's events as Qt signals, so that widgets need not be unsubscribed by hand."""

    changed = Signal(object)  # a Job
    preview = Signal(object, object)  # a Job, a Preview
    notes = Signal(object, object)  # a Job, a Notes
    made = Signal(object, object)  # a Job, a Made
    engine = Signal(object)  # an EngineState
    queue = Signal()

    def __init__(self, queue: JobQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._leave = queue.listen(self._hear)

    def close(self) -> None:
        self._leave()

    def _hear(self, event: Any) -> None:
        match type(event).__name__:
            case "JobChanged":
                self.changed.emit(event.job)
            case "PreviewShown":
                self.preview.emit(event.job, event.preview)
            case "NotesShown":
                self.notes.emit(event.job, event.notes)
            case "ArtworkMade":
                self.made.emit(event.job, event.made)
            case "EngineChanged":
                self.engine.emit(event.state)
            case "QueueChanged":
                self.queue.emit()
