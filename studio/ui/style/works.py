"""What comes out of the style room: kept, saved, copied, sent on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.recipes import FinestRecipe, Recipe, StyleFilmRecipe, StyleRecipe
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.pictures import Pictures
from studio.ui.room_works import RoomWorks
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.work.messages import Made
    from studio.work.queue import Job, JobQueue

KINDS = ("style", "finest", "style-film")  # of recipes whose artworks belong to this room
OURS = (StyleRecipe, FinestRecipe, StyleFilmRecipe)
EMPTY = "Pictures and films of this room appear here when you keep them."


class Works(RoomWorks):
    """Hands recipes to the queue, and says what has become of them."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        queue: JobQueue,
        signals: JobSignals,
        collection: Collection,
        pictures: Pictures,
    ) -> None:
        super().__init__(look, window, queue, collection, pictures, KINDS, EMPTY)
        self._jobs: dict[str, Recipe] = {}  # by the id of the artwork that is on its way
        signals.made.connect(self._made)
        signals.changed.connect(self._changed)
        collection.added.connect(self._added)

    def keep(self, recipe: Recipe) -> None:
        """Have it painted in full and kept in the library."""
        self._queue.submit(recipe)

    def save(self, recipe: Recipe, shown: Artwork | None) -> None:
        """Save a copy. shown: the artwork that is on the canvas, where it is one; else the
        picture is kept first, where it is not yet."""
        if shown is not None:
            self.ask_copy(shown)
        else:
            self.with_kept(recipe, self.ask_copy)

    def send(self, place: str, recipe: Recipe, shown: Artwork | None) -> None:
        """Take it to another room; arguments as with `save`."""
        if shown is not None:
            self.sent.emit(place, shown)
        else:
            self.with_kept(recipe, partial(self.sent.emit, place))

    def _made(self, job: Job, made: Made) -> None:
        if isinstance(job.recipe, OURS) and made.artwork:
            self._jobs[made.artwork] = job.recipe

    def _added(self, artwork: Artwork) -> None:
        recipe = self._jobs.pop(artwork.id, None)
        if recipe is not None:
            self.kept.emit(artwork)
            self.arrived(artwork, recipe)

    def _changed(self, job: Job) -> None:
        if isinstance(job.recipe, OURS) and job.error is not None and job.state.ended:
            self.give_up()
            self.problem.emit(job)
