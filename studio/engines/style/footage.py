"""Where the pictures of a film come from: a file, or a path of the sliders' room."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from studio.engines.base import Frame
from studio.engines.latent.model import LatentModel
from studio.engines.latent.walk import Walk, spread
from studio.errors import StudioError
from studio.library.contents import NotAPicture, StillPicture
from studio.library.playing import Film, Moment, open_film
from studio.recipes import WalkRecipe

SAMPLES = 12  # pictures, spread over a film, from which it is known as a whole
GLANCE = 640  # pixels of the longer side of a sample
FASTEST, SLOWEST = 60.0, 1.0  # pictures a second that a film gets of itself
EVEN = 1.8  # a film whose longest pause is so many times its shortest runs evenly
LONGEST_PAUSE = 60.0  # seconds that a film's last picture may stand

Tell = Callable[[float], None]


class Footage(Protocol):
    """The pictures of a film, evenly spaced in time.

    size: (width, height) in pixels. fps: a second. count: how many pictures there are.
    samples: some of them, spread over the film, as uint8 [h, w, 3], perhaps smaller.
    """

    size: tuple[int, int]
    fps: float
    count: int
    samples: list[Frame]

    def frames(self, size: tuple[int, int]) -> Generator[Frame]:
        """All of them in order at (width, height): uint8 [height, width, 3]. One that is the very
        object before it stands still. Close the iterator to let go of the file."""
        ...


class FilmFootage:
    """The pictures of a film in a file, which is read through once to know them.

    fps: pictures a second, the film's own where 0: its usual pace where it runs evenly, else
    that of its quicker pictures, slower ones being shown several times.
    tell: called with 0..1 on the way; what it raises stops the reading.

    Where the file is damaged further on, what can be read before is the film; `torn` says so.
    StudioError where that are fewer than two pictures.
    """

    def __init__(self, file: Path, fps: int = 0, tell: Tell = lambda done: None) -> None:
        self._film = _opened(file)
        self.size = self._film.width, self._film.height
        self.torn = False
        self.samples: list[Frame] = []
        self._starts = self._read(tell)
        height, width = self.samples[0].shape[:2]
        if (width > height) != (self._film.width > self._film.height):  # it was filmed upright
            self.size = self._film.height, self._film.width
        self.fps = float(fps) if fps else _pace(self._starts)
        self.count = max(2, round(self._seconds() * self.fps))

    def frames(self, size: tuple[int, int]) -> Generator[Frame]:
        wanted = 0
        shown: Frame | None = None
        moments = self._film.frames()
        try:
            for number, moment in enumerate(_whole(moments)):
                if number == len(self._starts):
                    break
                last = number + 1 == len(self._starts)
                until = self.count if last else self._first_after(number)
                if until > wanted:
                    shown = _sized(moment.pixels, size)
                while wanted < until and shown is not None:
                    yield shown
                    wanted += 1
        finally:
            moments.close()

    def _first_after(self, number: int) -> int:
        """The first of our pictures that shows something later than the file's `number`th."""
        later = self._starts[number + 1] - self._starts[0]
        # A picture shows what has begun by the middle of its time, so that two clocks that
        # tick nearly alike never skip one and show another twice.
        return min(self.count, max(0, int(np.ceil(later * self.fps - 0.5))))

    def _read(self, tell: Tell) -> list[float]:
        """When each picture of the file begins; takes the samples on the way."""
        starts: list[float] = []
        span = max(self._film.seconds, 1e-3)
        moments = self._film.frames(GLANCE)
        try:
            for moment in moments:
                if moment.start >= span * len(self.samples) / SAMPLES:
                    like = self.samples[0] if self.samples else moment.pixels
                    self.samples.append(_sized(moment.pixels, like.shape[1::-1]))
                starts.append(moment.start)
                tell(min(1.0, moment.start / span))
        except (NotAPicture, OSError) as error:
            self.torn = True
            if len(starts) < 2:
                raise _damaged() from error
        finally:
            moments.close()
        if len(starts) < 2:
            raise _still()
        return starts

    def _seconds(self) -> float:
        """How long it plays: as its file says, where that can be."""
        shown = self._starts[-1] - self._starts[0]
        told = self._film.seconds
        if not self.torn and shown < told <= shown + LONGEST_PAUSE:
            return told
        return shown + 1.0 / self.fps


class WalkFootage:
    """The pictures of a path of the sliders' room, drawn as they are wanted.

    They are as large as the recipe says, or as the model draws them.
    """

    def __init__(
        self, recipe: WalkRecipe, model: LatentModel, check: Callable[[], None] = lambda: None
    ) -> None:
        self._walk = Walk(recipe, model, check)
        side = recipe.size or model.size
        self.size = side, side
        self.fps = float(recipe.fps)
        self.count = self._walk.count
        self.samples = []
        for index in spread(self.count, SAMPLES):
            check()
            self.samples.append(self._walk.draw(index, 0))

    def frames(self, size: tuple[int, int]) -> Generator[Frame]:
        drawn: Frame | None = None
        shown: Frame | None = None
        for index in range(self.count):
            frame = self._walk.draw(index, self.size[0])
            if frame is not drawn or shown is None:
                drawn, shown = frame, _sized(frame, size)
            yield shown


def _opened(file: Path) -> Film:
    try:
        return open_film(file)
    except OSError as error:
        raise StudioError(
            "The film cannot be read.", "Look whether it is still there and may be opened."
        ) from error
    except NotAPicture as error:
        still = isinstance(error, StillPicture) or "does not move" in str(error)
        raise (_still() if still else _damaged()) from error


def _whole(moments: Iterator[Moment]) -> Iterator[Moment]:
    """The moments up to where a damaged file ends; it was told before how far that is."""
    try:
        yield from moments
    except (NotAPicture, OSError):
        return


def _pace(starts: list[float]) -> float:
    """Pictures a second of a film whose pictures begin at these seconds."""
    pauses = np.array([later - earlier for earlier, later in pairwise(starts)])
    pauses = np.maximum(pauses, 1.0 / FASTEST / 2)
    if pauses.max() <= EVEN * pauses.min():
        pause = (starts[-1] - starts[0]) / len(pauses)
    else:
        pause = float(np.percentile(pauses, 10, method="lower"))
    return min(FASTEST, max(SLOWEST, 1.0 / max(pause, 1e-3)))


def _sized(pixels: Frame, size: tuple[int, int]) -> Frame:
    if pixels.shape[1::-1] == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _still() -> StudioError:
    return StudioError("This does not move: it is one picture.", "Paint it as a picture instead.")


def _damaged() -> StudioError:
    return StudioError(
        "This film is damaged, or of a kind that Easel does not know.",
        "Save it as an MP4 film (H.264) in another program, and use that.",
    )
