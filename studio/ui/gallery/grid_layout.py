"""Where in the gallery's grid each artwork stands: rows of squares, under a line for each day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MARGIN = 22  # pixels at the left and right
GAP = 12  # between two squares
HEADER = 32  # of the line that names a day
FEW = 2.5  # works a day; where there are fewer, months are named instead
BELOW = 84  # under the last row, so that a message hides none


@dataclass(frozen=True)
class Stretch:
    """Artworks in a row of rows: those of a day, or all of them.

    day: None where nothing is written above; the first of them where they are of more than a day.
    start, count: places. top: pixels, of its header.
    """

    day: date | None
    start: int
    count: int
    top: int


class GridLayout:
    """Places of `count` artworks in `width` pixels. It is made anew when any of these changes.

    days: (day, start, count) in order, together `count`; none for one stretch without a name.
    side: about how many pixels a square shall have; it becomes a little more to fill the row.
    """

    def __init__(
        self, count: int, days: Sequence[tuple[date, int, int]], width: int, side: int
    ) -> None:
        inner = max(width - 2 * MARGIN, 1)
        self.count = count
        self.columns = max(1, (inner + GAP) // (side + GAP))
        self.side = max(24, (inner + GAP) // self.columns - GAP)
        self.step = self.side + GAP
        self.named = bool(days)
        nameless: list[tuple[date | None, int, int]] = [(None, 0, count)] if count else []
        self._days = days or nameless
        self._starts = [start for _, start, _ in self._days]
        self._tops: list[int] = []  # a loop without objects: there may be thousands of days
        header, columns, step = HEADER if days else 0, self.columns, self.step
        top = 0 if days else GAP // 2
        for _, _, many in self._days:
            self._tops.append(top)
            top += header - (-many // columns) * step
        self.height = top + BELOW if count else 0

    def square(self, place: int) -> tuple[int, int]:
        """Left and top of an artwork's square, in pixels of the whole grid."""
        stretch = self._of(place)
        row, column = divmod(place - stretch.start, self.columns)
        return MARGIN + column * self.step, self._first(stretch) + row * self.step

    def at(self, x: int, y: int) -> int | None:
        """The place at a point; None between squares."""
        stretch = self._at_height(y)
        if stretch is None:
            return None
        row, down = divmod(y - self._first(stretch), self.step)
        column, right = divmod(x - MARGIN, self.step)
        if row < 0 or not 0 <= column < self.columns or max(down, right) >= self.side:
            return None
        within = row * self.columns + column
        return stretch.start + within if within < stretch.count else None

    def between(self, top: int, bottom: int) -> range:
        """The places whose squares may be seen from `top` to `bottom`."""
        if not self._tops or bottom <= 0:
            return range(0)
        return range(self._first_below(top), self._first_below(bottom - 1, after=True))

    def headers(self, top: int, bottom: int) -> list[Stretch]:
        """The days whose names may be seen from `top` to `bottom`."""
        if not self.named:
            return []
        first = max(0, bisect_right(self._tops, top - HEADER))
        return [self._stretch(number) for number in range(first, bisect_right(self._tops, bottom))]

    def within(self, left: int, top: int, right: int, bottom: int) -> list[int]:
        """The places whose squares a rectangle touches."""
        found = []
        for place in self.between(top, bottom + 1):
            x, y = self.square(place)
            if x <= right and x + self.side > left and y <= bottom and y + self.side > top:
                found.append(place)
        return found

    def beside(self, place: int, way: int) -> int:
        """The place one row up (-1) or down (+1), as near as the rows' lengths allow."""
        stretch = self._of(place)
        number = bisect_right(self._starts, place) - 1
        row, column = divmod(place - stretch.start, self.columns)
        last = (stretch.count - 1) // self.columns
        if 0 <= row + way <= last:
            return stretch.start + min((row + way) * self.columns + column, stretch.count - 1)
        if not 0 <= number + way < len(self._tops):
            return place
        other = self._stretch(number + way)
        row = 0 if way > 0 else (other.count - 1) // self.columns
        return other.start + min(row * self.columns + column, other.count - 1)

    def page(self, place: int, pixels: int) -> int:
        """The place about so many pixels further down, or up where these are negative."""
        way, there = (1 if pixels > 0 else -1), place
        goal = self.square(place)[1] + pixels
        while True:
            further = self.beside(there, way)
            if further == there or (self.square(further)[1] - goal) * way > 0:
                return there if there != place else further
            there = further

    def row_of(self, place: int) -> tuple[int, int]:
        """The first and last place of the row that an artwork stands in."""
        stretch = self._of(place)
        first = place - (place - stretch.start) % self.columns
        return first, min(first + self.columns, stretch.start + stretch.count) - 1

    def _first_below(self, y: int, after: bool = False) -> int:
        """The first place of the row at a height; `after`: the first behind that row."""
        stretch = self._at_height(max(y, 0)) or self._stretch(0)
        row = (y - self._first(stretch)) // self.step + (1 if after else 0)
        within = max(0, row) * self.columns
        return stretch.start + min(within, stretch.count)

    def _at_height(self, y: int) -> Stretch | None:
        number = bisect_right(self._tops, y) - 1
        return self._stretch(number) if number >= 0 else None

    def _of(self, place: int) -> Stretch:
        return self._stretch(max(0, bisect_right(self._starts, place) - 1))

    def _stretch(self, number: int) -> Stretch:
        day, start, count = self._days[number]
        return Stretch(day, start, count, self._tops[number])

    def _first(self, stretch: Stretch) -> int:
        """Where its first row begins."""
        return stretch.top + (HEADER if self.named else 0)


def grouped(days: Sequence[tuple[date, int, int]]) -> tuple[str, list[tuple[date, int, int]]]:
    """Days, or months or years where there is but little of each day; and which of these.

    days: (day, start, count) in order.
    """
    whole = sum(count for _, _, count in days)
    groups = list(days)
    for span, parts in (("month", 2), ("year", 1)):
        if whole >= FEW * len(groups) or len(groups) < 2:
            return ("day" if span == "month" else "month"), groups
        wider: list[tuple[date, int, int]] = []
        for day, start, count in groups:
            if wider and wider[-1][0].timetuple()[:parts] == day.timetuple()[:parts]:
                first, begins, before = wider[-1]
                wider[-1] = (first, begins, before + count)
            else:
                wider.append((day, start, count))
        groups = wider
    return "year", groups


def in_words(day: date, today: date, span: str = "day") -> str:
    """A day as people say it. span: it stands for its "day", "month" or "year"."""
    if span == "month":
        return f"{day:%B} {day.year}"
    if span == "year":
        return str(day.year)
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if today - timedelta(days=7) < day < today:
        return f"{day:%A}"
    words = f"{day.day} {day:%B}"
    return words if day.year == today.year else f"{words} {day.year}"
