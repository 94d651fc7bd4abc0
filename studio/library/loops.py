"""Films that go round and round, cut to the bars of a tune."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import StudioError
from studio.library.contents import NotAPicture
from studio.library.playing import Film, open_film
from studio.library.problems import in_words

if TYPE_CHECKING:
    from studio.library.films import Frame

MOST_CHANGE = 1.15  # how much faster or slower a loop may become
_WHOLE = (1, 2, 4, 8, 16, 32, 64)  # bars that a loop takes, rather than any other number
_MOST_BARS = 64
_SMOOTH = (8.0, 72.0)  # pictures a second between which a loop's own are shown one by one
_USUAL = 30.0
_UNEVEN = 0.25  # of a picture's time, by which a loop's pictures may differ


@dataclass(frozen=True)
class Fit:
    """How a loop goes with a tune.

    seconds: that it lasts now. speed: how much faster than before. bars: how many it takes, not a
    whole number where it is so many beats; 0 where it kept its own speed, since no number fits.
    """

    seconds: Fraction
    speed: float
    bars: Fraction


def fit(seconds: float, bar: Fraction | None, beats: int = 4) -> Fit:
    """How a loop that lasts `seconds` goes with bars that last `bar`; None: there are no bars.

    One of 1, 2, 4 … bars that needs no more than `MOST_CHANGE`; else another whole number of
    them; else of their beats; else as it was.
    """
    own = Fraction(seconds).limit_denominator(100_000)
    if bar:
        for lengths in (
            [Fraction(bars) for bars in _WHOLE],
            [Fraction(bars) for bars in range(1, _MOST_BARS + 1)],
            [Fraction(count, beats) for count in range(1, 4 * beats)],
        ):
            bars = min(lengths, key=lambda each: abs(math.log(float(own / (each * bar)))))
            speed = float(own / (bars * bar))
            if 1 / MOST_CHANGE <= speed <= MOST_CHANGE:
                return Fit(bars * bar, speed, bars)
    return Fit(own, 1.0, Fraction(0))


@dataclass(frozen=True)
class Loop:
    """A film that was looked through. starts: of its pictures, in seconds. seconds: of all."""

    film: Film
    starts: tuple[float, ...]
    seconds: float

    @classmethod
    def of(cls, path: Path, check: Callable[[], None]) -> Loop:
        """What is damaged further on is left out. StudioError where nothing moves."""
        starts: list[float] = []
        torn = False
        try:
            film = open_film(path)
            with closing(film.frames(longest=16)) as moments:
                for moment in moments:
                    check()
                    starts.append(moment.start)
        except NotAPicture as error:
            torn = True
            if len(starts) < 2:
                raise StudioError(
                    f"The film “{path.name}” cannot be read: {error}.", "Choose another one."
                ) from error
        except OSError as error:
            raise in_words(error, path.parent, "read this film") from error
        if len(starts) < 2:
            raise StudioError("This film is a single picture.", "Choose one that moves.")
        usual = (starts[-1] - starts[0]) / (len(starts) - 1)
        seconds = film.seconds
        if torn or not starts[-1] < seconds <= starts[-1] + 4 * usual:
            seconds = starts[-1] + usual
        return cls(film, tuple(starts), seconds)

    @property
    def _even(self) -> bool:
        each = self.seconds / len(self.starts)
        steps = [after - before for before, after in pairwise((*self.starts, self.seconds))]
        return all(abs(step - each) <= _UNEVEN * each for step in steps)

    def shown_in(self, seconds: Fraction) -> int:
        """How many pictures are shown while it goes round once: its own, where they are even."""
        least, most = _SMOOTH
        if self._even and least <= len(self.starts) / seconds <= most:
            return len(self.starts)
        return max(1, round(_USUAL * float(seconds)))

    def frames(self, count: int, first: int) -> Generator[Frame]:
        """Its pictures, `count` of them a round, from number `first` on and round for ever."""
        if count == len(self.starts):
            which = list(range(count))
        else:
            times = [(number + 0.5) / count * self.seconds for number in range(count)]
            which = [max(0, bisect_right(self.starts, time) - 1) for time in times]
        skip = first % count
        while True:
            at = 0
            with closing(self.film.frames()) as moments:
                for number, moment in enumerate(moments):
                    while at < count and which[at] == number:
                        at += 1
                        if skip:
                            skip -= 1
                        else:
                            yield moment.pixels
                    if at == count:
                        break
            if at < count:
                raise StudioError("The film has changed meanwhile.", "Try again.")
