"""Which artworks of the gallery are chosen, and which one the keys move from."""

from __future__ import annotations

from array import array
from collections.abc import Iterable


class Selection:
    """Chosen places of those found.

    current: the place that keys move from, -1 where there is none. chosen: places.
    """

    def __init__(self) -> None:
        self.current = -1
        self.chosen: set[int] = set()
        self._anchor = -1  # where a stretch that is chosen with Shift begins
        self._before: set[int] = set()  # what a rubber band adds to

    def take(self, place: int) -> None:
        """Choose this one alone."""
        self.current = self._anchor = place
        self.chosen = {place}

    def toggle(self, place: int) -> None:
        """Choose this one too, or no longer."""
        self.current = self._anchor = place
        self.chosen ^= {place}

    def go(self, place: int) -> None:
        """Move the keys' place without choosing."""
        self.current = place

    def stretch(self, place: int, add: bool = False) -> None:
        """Choose all from where the last choice began. add: with what is chosen already."""
        anchor = self._anchor if self._anchor >= 0 else place
        between = set(range(min(anchor, place), max(anchor, place) + 1))
        self.chosen = self.chosen | between if add else between
        self.current, self._anchor = place, anchor

    def all(self, count: int) -> None:
        """Choose all that were found."""
        self.chosen = set(range(count))
        if count and self.current < 0:
            self.current = self._anchor = 0

    def clear(self) -> None:
        """Choose nothing; the keys' place stays."""
        self.chosen = set()
        self._anchor = self.current

    def forget(self) -> None:
        """Choose nothing, and begin anew."""
        self.__init__()  # type: ignore[misc]

    def begin_band(self, add: bool) -> None:
        """A rubber band begins. add: to what is chosen already."""
        self._before = set(self.chosen) if add else set()

    def band(self, places: Iterable[int]) -> None:
        """The rubber band holds these."""
        held = list(places)
        self.chosen = self._before | set(held)
        if held:
            self.current = held[-1]
            self._anchor = held[0]

    def follow(self, old: array[int], new: array[int]) -> None:
        """Other artworks are found now: keep the same ones where they still are.

        old, new: the numbers of the artworks, by place.
        """
        wanted = {old[place] for place in self.chosen if place < len(old)}
        current = old[self.current] if 0 <= self.current < len(old) else None
        anchor = old[self._anchor] if 0 <= self._anchor < len(old) else None
        self.chosen = (
            {place for place, number in enumerate(new) if number in wanted} if wanted else set()
        )
        self._anchor = _place(new, anchor)
        there = _place(new, current)
        if there < 0 and current is not None and len(new):  # it has gone: its neighbour
            there = min(self.current, len(new) - 1)
        self.current = there


def _place(numbers: array[int], number: int | None) -> int:
    if number is None:
        return -1
    try:
        return numbers.index(number)
    except ValueError:
        return -1
