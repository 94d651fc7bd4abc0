"""What takes long: the finest quality, or a film; until the artist says that it is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.recipes import FinestRecipe, StyleFilmRecipe
from studio.ui.bridge import JobSignals
from studio.ui.style.foot import Foot

if TYPE_CHECKING:
    from studio.work.messages import Made, Preview
    from studio.work.queue import Job, JobQueue


class UnderWay(QObject):
    """One such job at a time, shown in the foot of the panel.

    previewed: a QImage of how far it is. made: the id of the artwork, which is on its way through
    the library. ended: whether anything was made.
    """

    began = Signal()
    previewed = Signal(object)
    made = Signal(str)
    ended = Signal(bool)

    def __init__(self, foot: Foot, queue: JobQueue, signals: JobSignals) -> None:
        super().__init__(foot)
        self._foot, self._queue = foot, queue
        self.job: Job | None = None
        foot.enough.connect(self.enough)
        foot.cancelled.connect(self.cancel)
        signals.changed.connect(self._changed)
        signals.preview.connect(self._preview)
        signals.made.connect(self._made)

    @property
    def working(self) -> bool:
        """Whether one is under way."""
        return self.job is not None

    @property
    def film(self) -> bool:
        """Whether that is a film."""
        return self.job is not None and isinstance(self.job.recipe, StyleFilmRecipe)

    def start(self, recipe: FinestRecipe | StyleFilmRecipe) -> None:
        """Begin."""
        if self.job is None:
            self.job = self._queue.submit(recipe)
            self._foot.show_job(self.job)
            self.began.emit()

    def enough(self) -> None:
        """Finish with what there is, and keep it."""
        if self.job is not None:
            self._queue.enough(self.job.id)

    def cancel(self) -> None:
        """Stop, and keep nothing."""
        if self.job is not None:
            self._queue.cancel(self.job.id)

    def _changed(self, job: Job) -> None:
        if self.job is None or job.id != self.job.id:
            return
        self._foot.show_job(job)
        if job.state.ended:
            self.job = None
            self.ended.emit(bool(job.made))

    def _made(self, job: Job, made: Made) -> None:
        if self.job is not None and job.id == self.job.id and made.artwork:
            self.made.emit(made.artwork)

    def _preview(self, job: Job, preview: Preview) -> None:
        if self.job is not None and job.id == self.job.id:
            image = QImage(
                preview.rgba,
                preview.width,
                preview.height,
                preview.width * 4,
                QImage.Format.Format_RGBA8888,
            )
            self.previewed.emit(image.convertToFormat(QImage.Format.Format_RGB32))
