"""The jobs of the sliders' room: pictures to keep, places to find, films, variations."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.recipes import FindRecipe, Recipe, SlideRecipe, VariationsRecipe, WalkRecipe
from studio.ui.background import Background
from studio.ui.bridge import JobSignals
from studio.ui.carry import png
from studio.ui.collection import Collection

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.work.messages import Made, Preview
    from studio.work.queue import Job, JobQueue

OURS = (SlideRecipe, FindRecipe, WalkRecipe, VariationsRecipe)


class Keeper(QObject):
    """Hands recipes to the queue and says what has become of them.

    kept: an Artwork of a picture or a film that is in the library now, and the job's recipe.
    filled: the folder that a job has filled. looking: an early look, or None where it only began.
    looked: the search has ended, however. problem: a Job that could not be done, or a StudioError.
    """

    kept = Signal(object, object)
    filled = Signal(object)
    looking = Signal(object)
    looked = Signal()
    problem = Signal(object)

    def __init__(
        self, queue: JobQueue, signals: JobSignals, collection: Collection, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._background = Background("find", 1, self)
        self._jobs: dict[str, Recipe] = {}  # by the id of the artwork that is on its way
        self._search = ""  # id of the job that looks for a picture
        signals.changed.connect(self._changed)
        signals.preview.connect(self._preview)
        signals.made.connect(self._made)
        collection.added.connect(self._added)

    @property
    def searching(self) -> bool:
        """Whether a picture is being looked for."""
        return bool(self._search)

    def submit(self, recipe: Recipe, target: Path | None = None) -> Job:
        """Have a recipe made; into a folder of the artist's own where one is given."""
        return self._queue.submit(recipe, target=target)

    def find(self, source: Path | QImage, model: str, side: int, patience: float) -> None:
        """Look for the place of a picture from outside; it is read on a thread."""
        search = partial(self._search_for, model=model, patience=patience)
        self._background.run(partial(_packed, source, side), search, self._refused)

    def close(self) -> None:
        """Wait for what is being read, and say nothing more."""
        self._background.close()

    def _search_for(self, picture: str, model: str, patience: float) -> None:
        if self._search:
            self._queue.cancel(self._search)
        recipe = FindRecipe(model=model, picture=picture, patience=patience)
        self._search = self.submit(recipe).id
        self.looking.emit(None)

    def _refused(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self.problem.emit(error)

    def _preview(self, job: Job, preview: Preview) -> None:
        if job.id == self._search:
            image = QImage(
                preview.rgba,
                preview.width,
                preview.height,
                preview.width * 4,
                QImage.Format.Format_RGBA8888,
            )
            self.looking.emit(image.convertToFormat(QImage.Format.Format_RGB32))

    def _made(self, job: Job, made: Made) -> None:
        if isinstance(job.recipe, OURS) and made.artwork:
            self._jobs[made.artwork] = job.recipe

    def _added(self, artwork: Artwork) -> None:
        recipe = self._jobs.pop(artwork.id, None)
        if recipe is not None:
            self.kept.emit(artwork, recipe)

    def _changed(self, job: Job) -> None:
        if not isinstance(job.recipe, OURS) or not job.state.ended:
            return
        if job.id == self._search:
            self._search = ""
            self.looked.emit()
        if job.error is not None:
            self.problem.emit(job)
        elif job.state.value == "finished" and job.target is not None:
            self.filled.emit(job.target)


def _packed(source: Path | QImage, side: int) -> str:
    """On a thread: the picture as a recipe holds it."""
    from studio.library.incoming import pack_picture

    if isinstance(source, Path):
        return pack_picture(source, side)
    return pack_picture(png(source), side, "The pasted picture")
