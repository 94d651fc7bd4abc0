"""From recipes to takes: what is composed is shown as it grows, and what is kept is remembered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.recipes import Recipe, parse_recipe
from studio.recipes.score import Score
from studio.recipes.tune import TuneRecipe
from studio.ui.background import Background
from studio.ui.bridge import JobSignals
from studio.ui.collection import Collection
from studio.ui.music.bench import Bench, Tune

if TYPE_CHECKING:
    from pathlib import Path

    from studio.library import Artwork
    from studio.work.messages import Made, Notes
    from studio.work.queue import Job, JobQueue

MOST = 40  # kept tunes that lie ready when the room is entered


class Composing(QObject):
    """Hands recipes to the queue and puts what comes of them on the bench.

    grown: a Score that is being composed, where the artist waits for it. composed: a Tune, whole,
    and whether the artist waits for it. kept: an Artwork. went: a Job, or None where none of ours
    is under way. failed: a Job.
    """

    grown = Signal(object)
    composed = Signal(object, bool)
    kept = Signal(object)
    went = Signal(object)
    failed = Signal(object)

    def __init__(
        self, bench: Bench, queue: JobQueue, signals: JobSignals, collection: Collection
    ) -> None:
        super().__init__(bench)
        self._bench, self._queue, self._collection = bench, queue, collection
        self._background = Background("takes", 1, self)
        self._jobs: dict[str, tuple[str, ...]] = {}  # jobs that compose, with their parents
        self._keeping: dict[str, Tune] = {}  # by the id of the job that keeps it
        self._takes: dict[tuple[str, int], Tune] = {}  # by job and number
        self._made: dict[str, Tune] = {}  # by the artwork that is on its way into the collection
        self._then: dict[str, list[Callable[[Artwork], None]]] = {}  # by the id of a tune
        self._whole: set[str] = set()  # jobs whose notes are all there
        self._recordings: set[str] = set()  # jobs that make one
        self._others: dict[str, Callable[[Artwork], None]] = {}  # jobs of ours without notes
        self._coming: dict[str, Callable[[Artwork], None]] = {}  # their artworks
        self._awaited = ""  # the job that the artist waits for
        self._grown: dict[str, Score] = {}  # the notes so far, by job
        self._folder: Path | None = None  # of the library whose tunes are there
        signals.notes.connect(self._notes)
        signals.made.connect(self._is_made)
        signals.changed.connect(self._changed)
        collection.added.connect(self._added)
        collection.removed.connect(self._removed)
        collection.restored.connect(self._restored)
        collection.reset.connect(self.gather)

    @property
    def job(self) -> Job | None:
        """The job of ours that is composed now, or will be next."""
        return next((job for job in self._queue.jobs if self._composes(job)), None)

    def compose(self, recipes: Sequence[TuneRecipe], of: Sequence[Tune] = ()) -> None:
        """Have these composed. of: the takes that they are made from."""
        parents = tuple(dict.fromkeys(one.made for one in of if one.made))
        first = ""
        for recipe in recipes:
            job = self._queue.submit(recipe, parents)
            self._jobs[job.id] = parents
            first = first or job.id
        self._awaited = first
        self.went.emit(self.job)

    def cancel(self) -> bool:
        """Stop all that is being composed; False where nothing is."""
        mine = [job for job in self._queue.jobs if self._composes(job)]
        for job in reversed(mine):  # those that wait first, lest the next one begins
            self._queue.cancel(job.id)
        return bool(mine)

    def watch(self) -> None:
        """The artist waits for what is being composed."""
        job = self.job
        if job is not None:
            self._awaited = job.id
            if job.id in self._grown:
                self.grown.emit(self._grown[job.id])

    def look_away(self) -> None:
        """The artist looks at something else: what comes is put beside it."""
        self._awaited = ""

    def keep(self, tune: Tune, then: Callable[[Artwork], None] | None = None) -> None:
        """Have a take kept in the library, where it is not yet; then do something with it."""
        if tune.artwork is not None and not tune.own:
            if then is not None:
                then(tune.artwork)
            return
        if then is not None:
            self._then.setdefault(tune.id, []).append(then)
        if self.on_its_way(tune):
            return
        recipe = tune.to_keep()
        tune.own, tune.kept, tune.made = False, tune.score, ""
        tune.recipe = recipe
        job = self._queue.submit(recipe, tune.parents)
        self._keeping[job.id] = tune

    def when_kept(self, tunes: Sequence[Tune], then: Callable[[], None]) -> None:
        """Do something as soon as all of these are kept; they are where they are not yet."""
        if not tunes:
            then()
            return
        first, rest = tunes[0], tunes[1:]
        self.keep(first, lambda _: self.when_kept(rest, then))

    def join(self, film: Artwork, tune: Artwork, then: Callable[[Artwork], None]) -> None:
        """Have a tune put under a film, then do something with what has become of them."""
        from studio.recipes.score_film import ScoreFilmRecipe

        words = f"{film.title} with {tune.title}"[:200]
        recipe = ScoreFilmRecipe(film=f"work:{film.id}", tune=f"work:{tune.id}", words=words)
        self._others[self._queue.submit(recipe, (film.id, tune.id)).id] = then

    def record(self, recipe: Recipe, then: Callable[[Artwork], None]) -> None:
        """Have a recording made, then do something with it."""
        job = self._queue.submit(recipe)
        self._recordings.add(job.id)
        self._others[job.id] = then
        self.went.emit(self.job)

    def drafts(self) -> list[Tune]:
        """What is in no file yet."""
        return [tune for tune in self._bench.tunes if not tune.safe]

    def gather(self) -> None:
        """Put the newest tunes of the library on the bench, those that are not there yet."""
        if self._folder not in (None, self._collection.folder):  # another library
            self._bench.clear()
        self._folder = self._collection.folder
        for artwork in self._collection.artworks:  # kept while the library was being opened
            if artwork.id in self._made:
                self._added(artwork)
        there = self._there()
        some = [one for one in self._collection.artworks if one.kind == "tune"][:MOST]
        new = [one for one in some if one.id not in there]
        if new:  # thousands of notes are not read in the midst of what is seen
            self._background.run(partial(_tunes_of, new), partial(self._gathered, self._folder))

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _there(self) -> set[str]:
        """Ids of artworks that lie on the bench, or are about to."""
        return {tune.made for tune in self._bench.tunes} | set(self._made)

    def _gathered(self, folder: Path | None, tunes: list[Tune]) -> None:
        if folder == self._folder:
            there = self._there()
            self._bench.fill_up([tune for tune in tunes if tune.made not in there])

    def _composes(self, job: Job) -> bool:
        """Whether notes of a job of ours are still to come; its sound is made after them."""
        ours = job.id in self._jobs or job.id in self._recordings
        return ours and not job.state.ended and job.id not in self._whole

    def on_its_way(self, tune: Tune) -> bool:
        """Whether a job will keep it as it is."""
        if tune.own:
            return False
        return bool(tune.made) or tune in self._keeping.values() or tune in self._takes.values()

    # What the engine says

    def _notes(self, job: Job, notes: Notes) -> None:
        if job.id not in self._jobs:
            return
        try:
            score = Score.model_validate_json(notes.score)
        except ValidationError:
            return  # the file will tell
        mine = job.id == self._awaited
        if not notes.whole:
            self._grown = {job.id: score}
            if mine:
                self.grown.emit(score)
            return
        self._grown.clear()
        self._whole.add(job.id)
        assert isinstance(job.recipe, TuneRecipe)
        one = job.recipe.variations()[notes.index].model_copy(update={"score": score})
        tune = Tune(one, score, one.title, parents=self._jobs[job.id])
        self._takes[job.id, notes.index] = tune
        self._bench.add(tune)
        if mine:
            self._awaited = ""
        self.composed.emit(tune, mine)
        self.went.emit(self.job)

    def _is_made(self, job: Job, made: Made) -> None:
        if job.id in self._others and made.artwork:
            self._coming[made.artwork] = self._others[job.id]
        tune = self._keeping.get(job.id) or self._takes.pop((job.id, made.index), None)
        if tune is None or not made.artwork:
            return
        if tune.own:  # changed meanwhile; what is kept becomes a take of its own
            tune.parents = (made.artwork,)
            return
        tune.made = made.artwork
        self._made[made.artwork] = tune

    def _changed(self, job: Job) -> None:
        if job.state.ended:
            self._ended(job)
        if job.id in self._jobs or job.id in self._recordings:
            self.went.emit(self.job)

    def _ended(self, job: Job) -> None:
        if job.id in self._jobs:
            for key in [key for key in self._takes if key[0] == job.id]:
                self._takes.pop(key).own = True  # it was composed, and will not be kept
            if self._awaited == job.id:
                self._awaited = ""
        tune = self._keeping.pop(job.id, None)
        if tune is not None and not tune.made:
            tune.own = True
            self._then.pop(tune.id, None)
        ours = tune is not None or job.id in self._jobs or job.id in self._others
        if job.error is not None and ours:
            self.failed.emit(job)

    # What the library says

    def _added(self, artwork: Artwork) -> None:
        if artwork.id in self._coming:
            self._coming.pop(artwork.id)(artwork)
            return
        tune = self._made.pop(artwork.id, None)
        if tune is None:
            if artwork.kind == "tune" and self._bench.of_artwork(artwork.id) is None:
                found = tune_of(artwork)  # made elsewhere: by the command line, or in a folder
                if found is not None:
                    self._bench.add(found)
            return
        tune.artwork = artwork
        self._bench.listed.emit()
        for then in self._then.pop(tune.id, ()):
            then(artwork)
        self.kept.emit(artwork)

    def _removed(self, artwork_id: str) -> None:
        for tune in [one for one in self._bench.tunes if one.made == artwork_id]:
            self._bench.drop(tune)

    def _restored(self, artwork: Artwork) -> None:
        tune = self._bench.of_artwork(artwork.id)
        if tune is not None:
            self._bench.take(tune)


def tune_of(artwork: Artwork) -> Tune | None:
    """A kept tune as a take; None where its file does not tell its notes."""
    with contextlib.suppress(StudioError):
        recipe: Recipe = parse_recipe(artwork.recipe)
        if isinstance(recipe, TuneRecipe) and recipe.score is not None:
            tune = Tune(recipe, recipe.score, artwork.title, parents=artwork.parents)
            tune.made, tune.artwork = artwork.id, artwork
            return tune
    return None


def _tunes_of(artworks: Sequence[Artwork]) -> list[Tune]:
    return [tune for tune in map(tune_of, artworks) if tune is not None]
