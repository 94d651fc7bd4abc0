"""The list of jobs: what waits, in which order, and what could not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.ui.bridge import JobSignals
from studio.ui.theme import Look
from studio.ui.tray import describe
from studio.ui.widgets.basics import (
    IconButton,
    TextButton,
    far_enough,
    label,
    set_role,
    tighten,
    wrapped,
)

if TYPE_CHECKING:
    from studio.work.queue import Job, JobQueue

JOB_MIME = "application/x-easel-job"
WIDTH, HEIGHT = 420, 380


class JobRow(QFrame):
    """One job with what can be done about it. A waiting one can be dragged."""

    def __init__(self, look: Look, job: Job, queue: JobQueue, place: int, last: bool) -> None:
        super().__init__()
        set_role(self, "row")
        self.job, self._queue, self.place = job, queue, place
        self._pressed: QPoint | None = None
        self.title = wrapped(job.recipe.title)
        self.title.setMaximumHeight(40)
        self.state = label("", "label")
        words = QVBoxLayout()
        tighten(words, 0, 2)
        words.addWidget(self.title)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 6, 8)
        row.setSpacing(2)
        row.addLayout(words, 1)
        self.setAccessibleName(job.recipe.title)
        name = job.state.value
        if name == "failed":
            assert job.error is not None
            self.error = wrapped(job.error.what, "hint")
            self.todo = wrapped(job.error.todo, "label")
            words.addWidget(self.error)
            words.addWidget(self.todo)
            buttons = QHBoxLayout()
            tighten(buttons, 0, 4)
            self.retry = TextButton(look, "Try again", "refresh-cw")
            self.retry.clicked.connect(self._again)
            buttons.addWidget(self.retry)
            if job.report:
                self.report = TextButton(look, "Copy report", "copy")
                self.report.clicked.connect(self._copy_report)
                buttons.addWidget(self.report)
            buttons.addStretch(1)
            words.addSpacing(4)
            words.addLayout(buttons)
            self._add(look, row, "x", "Clear from the list", self._remove)
        elif name == "running":
            words.addWidget(self.state)
            self.show_state()
            self._add(look, row, "x", "Stop drawing this", self._cancel)
        elif name == "queued":
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            words.addWidget(self.state)
            self.state.setText("next" if place == 0 else "waiting")
            up = self._add(look, row, "chevron-up", "Draw this earlier", self._up)
            up.setEnabled(place > 0)
            down = self._add(look, row, "chevron-down", "Draw this later", self._down)
            down.setEnabled(not last)
            self._add(look, row, "x", "Take off the list", self._remove)

    def show_state(self) -> None:
        """Show what a running job does now."""
        self.state.setText(describe(self.job))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the begin of a drag."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a waiting job to another place."""
        if self._pressed is None or self.job.state.value != "queued":
            return
        if not far_enough(event, self._pressed):
            return
        self._pressed = None
        data = QMimeData()
        data.setData(JOB_MIME, self.job.id.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.MoveAction)

    def _add(self, look: Look, row: QHBoxLayout, icon: str, words: str, do: object) -> IconButton:
        button = IconButton(look, icon, words, size=16)
        button.setAccessibleDescription(self.job.recipe.title)
        button.clicked.connect(do)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def _cancel(self) -> None:
        self._queue.cancel(self.job.id)

    def _remove(self) -> None:
        self._queue.remove(self.job.id)

    def _up(self) -> None:
        self._queue.move(self.job.id, self.place - 1)

    def _down(self) -> None:
        self._queue.move(self.job.id, self.place + 1)

    def _again(self) -> None:
        queue, job = self._queue, self.job
        queue.remove(job.id)
        queue.submit(job.recipe, job.parents, job.target)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.job.report)


class JobsPanel(QFrame):
    """A card over the lower left of the window."""

    closed = Signal()

    def __init__(self, look: Look, queue: JobQueue, signals: JobSignals, over: QWidget) -> None:
        super().__init__(over)
        set_role(self, "card")
        self.setAccessibleName("List of jobs")
        self.setAcceptDrops(True)
        self._look, self._queue = look, queue
        self.rows: list[JobRow] = []
        self.clear = TextButton(look, "Clear what was not made", role="quiet")
        self.away = IconButton(look, "x", "Close the list")
        head = QHBoxLayout()
        tighten(head, 0, 8)
        head.addWidget(label("In the works", "section"), 1)
        head.addWidget(self.clear)
        head.addWidget(self.away)
        self._inside = QWidget()
        set_role(self._inside, "scrolled")
        self._list = QVBoxLayout(self._inside)
        tighten(self._list, 0, 8)
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside)
        column = QVBoxLayout(self)
        tighten(column, 14, 10)
        column.addLayout(head)
        column.addWidget(scroll)
        self.away.clicked.connect(self.closed)
        self.clear.clicked.connect(self._clear)
        signals.queue.connect(self._refill_if_open)
        signals.changed.connect(self._changed)
        self._corner = QPoint()
        self.hide()

    def open(self, bottom_left: QPoint) -> None:
        """Show the list, its lower left corner here."""
        self._corner = bottom_left
        self._refill()
        self.show()
        self.raise_()
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take jobs of this list."""
        if event.mimeData().hasFormat(JOB_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the job where it was let go."""
        job = bytes(event.mimeData().data(JOB_MIME).data()).decode()
        y = self._inside.mapFrom(self, event.position().toPoint()).y()
        waiting = [row for row in self.rows if row.job.state.value == "queued"]
        place = sum(row.geometry().center().y() < y for row in waiting if row.job.id != job)
        event.acceptProposedAction()
        self._queue.move(job, place)

    def _clear(self) -> None:
        for job in [job for job in self._queue.jobs if job.error is not None]:
            self._queue.remove(job.id)

    def _changed(self, job: Job) -> None:
        for row in self.rows:
            if row.job is job and job.state.value == "running":
                row.show_state()

    def _refill_if_open(self) -> None:
        if self.isVisible():
            self._refill()

    def _refill(self) -> None:
        focused = self._focused()
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        jobs = [job for job in self._queue.jobs if not job.state.ended or job.error is not None]
        waiting = [job.id for job in jobs if job.state.value == "queued"]
        self.rows = []
        for job in jobs:
            place = waiting.index(job.id) if job.id in waiting else 0
            row = JobRow(self._look, job, self._queue, place, place == len(waiting) - 1)
            self.rows.append(row)
            self._list.addWidget(row)
        self.clear.setVisible(any(job.error is not None for job in jobs))
        self._focus(focused)
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        """As high as the list needs, as far as there is room; the lower left corner stays."""
        self.setFixedWidth(WIDTH)
        self._list.activate()
        needed = self._inside.sizeHint().height() + 84
        height = max(140, min(HEIGHT, needed, self._corner.y() - 60))
        self.setGeometry(self._corner.x(), self._corner.y() - height, WIDTH, height)

    def _focused(self) -> tuple[str, str] | None:
        """Which button of which job has the focus, to give it back after refilling."""
        widget = QApplication.focusWidget()
        for row in self.rows:
            if widget is not None and row.isAncestorOf(widget):
                return row.job.id, widget.accessibleName()
        return None

    def _focus(self, focused: tuple[str, str] | None) -> None:
        if focused is None:
            return
        for row in self.rows:
            if row.job.id == focused[0]:
                buttons = row.findChildren(IconButton)
                same = [b for b in buttons if b.accessibleName() == focused[1] and b.isEnabled()]
                for button in (same or [b for b in buttons if b.isEnabled()])[:1]:
                    button.setFocus()
                return
        self.away.setFocus()
