"""What an engine is and the one narrow context in which it works."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.errors import StudioError
from studio.recipes import Recipe, Score
from studio.shelf import Shelf

if TYPE_CHECKING:
    from studio.library.score_film import ScoreFilm

Frame = npt.NDArray[np.uint8]  # [height, width, 3], RGB
Sound = npt.NDArray[np.float32]  # [frames, 2], left and right, -1..1


class KeepFilm(Protocol):
    """How an engine hands over a film.

    frames: drawn one by one as they are written, into the library, or where the job has a target
    folder. fps: of them a second. recipe: the film's. sound: a film in a file that is heard with
    it as long as the frames last, where the kind of film it becomes can have sound.
    made: asked when the frames are at their end; the recipe of what they came to.
    """

    def __call__(
        self,
        index: int,
        frames: Iterator[Frame],
        fps: float,
        recipe: Recipe,
        /,
        sound: Path | None = None,
        made: Callable[[], Recipe] | None = None,
    ) -> None: ...


def keep_no_film(
    index: int,
    frames: Iterator[Frame],
    fps: float,
    recipe: Recipe,
    /,
    sound: Path | None = None,
    made: Callable[[], Recipe] | None = None,
) -> None:
    """Where nobody wants it."""


class JobCancelled(Exception):
    """Raised by `Context.check` where the artist has pressed Cancel."""


def no_library(reference: str) -> Path:
    """How pictures are found where no library is open: not at all."""
    raise StudioError(
        f"Without a library there is no “{reference}”.", "Open the library that it was kept in."
    )


@dataclass
class Context:
    """All that an engine sees of the studio: models, a way to report, a way to be stopped.

    report: called with (done in 0..1, note in plain words).
    show: called with (index, RGBA image): an early look at result `index`.
    keep: called with (index, image, the recipe of that one result); writes it to the library.
    cancelled: says whether the artist has pressed Cancel.
    keep_film: takes a film; see there.
    keep_table: called with (column names, rows); a table beside the pictures of a target folder.
    find: called with a reference of `Recipe.pictures`; the file. StudioError where it is gone.
    keep_sound: called with (index, blocks of sound, frames a second, the sound's recipe); draws
        the blocks one by one as it writes them.
    show_score: called with (index, notes, whether these are all of them): an early look at a tune,
        or, where they are all, the tune before its sound is made.
    keep_score_film: called with (index, a film with sound, the film's recipe); draws both as it
        writes them.
    enough: says whether the artist wants what there is: finish now and keep it.
    """

    shelf: Shelf
    report: Callable[[float, str], None] = lambda done, note: None
    show: Callable[[int, Image.Image], None] = lambda index, image: None
    keep: Callable[[int, Image.Image, Recipe], None] = lambda index, image, recipe: None
    cancelled: Callable[[], bool] = lambda: False
    keep_film: KeepFilm = keep_no_film
    keep_table: Callable[[list[str], list[list[str | float]]], None] = lambda names, rows: None
    find: Callable[[str], Path] = no_library
    enough: Callable[[], bool] = lambda: False
    keep_sound: Callable[[int, Iterator[Sound], int, Recipe], None] = (
        lambda index, blocks, rate, recipe: None
    )
    show_score: Callable[[int, Score, bool], None] = lambda index, score, whole: None
    keep_score_film: Callable[[int, ScoreFilm, Recipe], None] = lambda index, film, recipe: None

    def check(self) -> None:
        """Raise `JobCancelled` where the job is to stop. Call it at every step."""
        if self.cancelled():
            raise JobCancelled


class Engine(Protocol):
    """Turns one kind of recipe into results. Made once in a process, used from one thread."""

    kind: str

    def run(self, recipe: Recipe, context: Context) -> None:
        """Make what the recipe asks for; hand each result to `context.keep` as it is ready.

        Raises StudioError for what the artist can mend, JobCancelled where `check` said so.
        """
        ...

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Get ready for recipes like this one; keep nothing, show nothing."""
        ...


@dataclass(frozen=True)
class Sight:
    """A picture for the moment, and where it lies.

    found: the place in numbers, as `Place.found` takes them; "" where there are no places.
    readings: where each slider of the model stands at this picture, by its id; about -1..1.
    """

    image: Frame
    found: str
    readings: dict[str, float]


class Looker(Protocol):
    """Makes pictures at once, for sliders that move. Used from the live thread only."""

    def look(
        self, recipe: Recipe, shelf: Shelf, side: int, find: Callable[[str], Path] = no_library
    ) -> Sight:
        """The picture of `recipe`, at its full size where `side` is 0, else as small as is cheap
        but not below `side` pixels where the model has that many. Nothing is kept.

        find: as `Context.find`.
        """
        ...


@runtime_checkable
class LiveEngine(Protocol):
    """An engine whose recipes can also be looked at live, beside a job that runs."""

    def looker(self) -> Looker:
        """A new looker that shares no state with `run` that the two threads would quarrel over."""
        ...


def load_engines(kinds: Iterable[str] | None = None) -> dict[str, Engine]:
    """Make the engines that are registered under the entry-point group `easel.engines`.

    kinds: only these; all when None. A kind without an engine is simply absent.
    """
    found = {}
    for point in entry_points(group="easel.engines"):
        if kinds is None or point.name in kinds:
            found[point.name] = point.load()()
    return found


def no_engine(kind: str) -> StudioError:
    """The error of a recipe that no installed engine can make."""
    return StudioError(
        f"Nothing installed here can make a “{kind}”.", "Install the extension that made it first."
    )
