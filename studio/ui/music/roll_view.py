"""Where things are on the piano roll: from ticks and pitches to pixels, and back."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from studio.recipes.score import TICKS, Note, Score
from studio.ui.music.roll_edits import drum_rows

GUTTER = 58  # pixels left of the notes, for their names
RULER = 26  # above them, for the bars
BAR = 12  # scroll bars
LANE = 48  # the loudness
ROWS = 128
ROW_LEAST, ROW_MOST, ROW_USUAL = 4, 22, 16
DRUM_LEAST, DRUM_MOST = 8, 13
GAP = 6  # above drums and loudness
BAR_LEAST = 24  # pixels of a bar, where a tune is shown for the first time
BEAT_MOST = 400  # pixels of a quarter, at the largest
STEP = 1.25  # of a zoom


class _Rooms(NamedTuple):
    """Not to be changed by those who are handed one."""

    field: QRect
    drum_row: int
    lane: QRect
    drums: QRect
    pitched: QRect


def _rooms(width: int, height: int, drums: int, lane_shown: bool) -> _Rooms:
    field = QRect(GUTTER, RULER, max(1, width - GUTTER - BAR), max(1, height - RULER - BAR))
    row = max(DRUM_LEAST, min(DRUM_MOST, int(field.height() / 4 / drums))) if drums else DRUM_MOST
    deep = LANE if lane_shown else 0
    lane = QRect(field.x(), field.bottom() + 1 - deep, field.width(), deep)
    top = lane.top() - (GAP if lane_shown else 0) - drums * row
    hits = QRect(field.x(), top, field.width(), drums * row)
    bottom = hits.top() - (GAP if drums else 0)
    pitched = QRect(field.x(), field.y(), field.width(), max(1, bottom - field.y()))
    return _Rooms(field, row, lane, hits, pitched)


class View:
    """Sizes, zoom and scroll, in pixels of the widget. Everything else is computed."""

    def __init__(self) -> None:
        self.size = QSize(0, 0)
        self.score: Score | None = None
        self.drums: tuple[int, ...] = ()  # from below
        self.lane_shown = False
        self.per_tick = 0.1
        self.row = 12
        self.scroll_x = 0
        self.scroll_y = 0
        self.whole = True  # it keeps to the usual zoom when the room changes
        self._measured: tuple[tuple[int, int, int, bool], _Rooms] | None = None

    # The rooms, which are asked for hundreds of times when all is drawn anew

    @property
    def field(self) -> QRect:
        """All that moves sideways, without the ruler."""
        return self._rooms().field

    @property
    def drum_row(self) -> int:
        """How high a drum's row is: all together about a quarter of the room."""
        return self._rooms().drum_row

    @property
    def lane(self) -> QRect:
        """The room for the loudness; empty where it is not shown."""
        return self._rooms().lane

    @property
    def drum_field(self) -> QRect:
        """The room for the drums; empty where there are none."""
        return self._rooms().drums

    @property
    def pitched(self) -> QRect:
        """The room for all other notes."""
        return self._rooms().pitched

    def _rooms(self) -> _Rooms:
        key = (self.size.width(), self.size.height(), len(self.drums), self.lane_shown)
        if self._measured is None or self._measured[0] != key:
            self._measured = key, _rooms(*key)
        return self._measured[1]

    # From notes to pixels

    def x_of(self, ticks: float) -> float:
        """Where a moment is."""
        return GUTTER + ticks * self.per_tick - self.scroll_x

    def y_of(self, pitch: int) -> float:
        """The upper edge of a pitch's row."""
        return float(self.pitched.y() + (ROWS - 1 - pitch) * self.row - self.scroll_y)

    def drum_y(self, pitch: int) -> float:
        """The upper edge of a drum's row."""
        place = self.drums.index(pitch) if pitch in self.drums else 0
        return float(self.drum_field.bottom() + 1 - (place + 1) * self.drum_row)

    @property
    def hit_width(self) -> float:
        """How wide a drum's hit is drawn."""
        return min(9.0, max(2.0, TICKS / 4 * self.per_tick - 1))

    def box(self, note: Note, drum: bool) -> QRectF:
        """Where a note is drawn."""
        x = self.x_of(note.start)
        if drum:
            return QRectF(x, self.drum_y(note.pitch) + 1, self.hit_width, self.drum_row - 2)
        width = max(2.0, note.length * self.per_tick - 1)
        return QRectF(x, self.y_of(note.pitch) + 0.5, width, self.row - 1)

    def cell(self, ticks: int, length: int, pitch: int, drum: bool) -> QRectF:
        """The ground of a note, without the gaps between it and others."""
        top = self.drum_y(pitch) if drum else self.y_of(pitch)
        height = self.drum_row if drum else self.row
        return QRectF(self.x_of(ticks), top, max(3.0, length * self.per_tick), height)

    # And back

    def tick_at(self, x: float) -> float:
        """The moment at a place, within the tune."""
        ticks = (x - GUTTER + self.scroll_x) / self.per_tick
        return min(float(self.score.ticks if self.score else 0), max(0.0, ticks))

    def pitch_at(self, y: float) -> int:
        """The pitch of the row at a place."""
        row = math.floor((y - self.pitched.y() + self.scroll_y) / self.row)
        return min(127, max(0, ROWS - 1 - row))

    def drum_at(self, y: float) -> int:
        """The drum of the row at a place."""
        place = math.floor((self.drum_field.bottom() + 1 - y) / self.drum_row)
        return self.drums[min(len(self.drums) - 1, max(0, place))]

    def loudness_at(self, y: float) -> int:
        """The velocity at a place in its lane."""
        share = (self.lane.bottom() - y) / max(1, LANE - 4)
        return min(127, max(8, round(share * 127)))

    def over_drums(self, point: QPointF) -> bool:
        """Whether a place belongs to the drums."""
        return bool(self.drums) and point.y() >= self.drum_field.top() - GAP / 2

    # Zoom and scroll

    @property
    def most_x(self) -> int:
        """How far it can be scrolled sideways."""
        if self.score is None:
            return 0
        return max(0, math.ceil(self.score.ticks * self.per_tick) - self.field.width())

    @property
    def most_y(self) -> int:
        """How far it can be scrolled down."""
        return max(0, ROWS * self.row - self.pitched.height())

    def resize(self, size: QSize) -> None:
        """Take this room; what was in the middle of the pitches stays there."""
        middle = self.pitch_at(self.pitched.y() + self.pitched.height() / 2)
        self.size = QSize(size)
        if self.whole:
            self.fit()
        else:
            self.centre(middle)
        self.clamp()

    def take(self, score: Score | None) -> None:
        """Show this tune. One of another shape is shown whole; else the place is kept."""
        before, self.score = self.score, score
        self.drums = drum_rows(score) if score else ()
        if score is None:
            return
        alike = before is not None and (before.ticks, before.bar) == (score.ticks, score.bar)
        if not alike:
            self.fit()
        elif self.whole and not self.all_in_sight():
            self.fit_rows()
        self.clamp()

    def fit(self) -> None:
        """The usual zoom: all bars, unless they became too narrow, and all pitches."""
        self.whole = True
        if self.score is not None:
            self.per_tick = max(self._narrowest(), BAR_LEAST / self.score.bar)
            self.fit_rows()
        self.clamp()

    def fit_rows(self) -> None:
        """Rows as high as all pitches have room, with some to spare."""
        low, high = self._pitches()
        room = self.pitched.height()
        self.row = min(ROW_USUAL, max(ROW_LEAST, room // (high - low + 5)))
        self.centre((low + high) / 2)

    def all_in_sight(self) -> bool:
        """Whether all pitches that sound are within the room."""
        low, high = self._pitches()
        room = self.pitched
        return self.y_of(high) >= room.top() and self.y_of(low) + self.row <= room.bottom() + 1

    def centre(self, pitch: float) -> None:
        """Bring a pitch to the middle."""
        self.scroll_y = round((ROWS - 0.5 - pitch) * self.row - self.pitched.height() / 2)
        self.clamp()

    def zoom(self, factor: float, x: float) -> None:
        """Wider or narrower bars; what is at x stays there."""
        if self.score is None:
            return
        ticks = self.tick_at(x)
        widest = BEAT_MOST / TICKS
        self.per_tick = min(widest, max(min(widest, self._narrowest()), self.per_tick * factor))
        self.scroll_x = round(ticks * self.per_tick - (x - GUTTER))
        self.whole = False
        self.clamp()

    def zoom_rows(self, by: int, y: float) -> None:
        """Higher or lower rows; what is at y stays there."""
        rows = (y - self.pitched.y() + self.scroll_y) / self.row
        self.row = min(ROW_MOST, max(ROW_LEAST, self.row + by))
        self.scroll_y = round(rows * self.row - (y - self.pitched.y()))
        self.whole = False
        self.clamp()

    def clamp(self) -> None:
        """Stay within the tune."""
        self.scroll_x = min(self.most_x, max(0, self.scroll_x))
        self.scroll_y = min(self.most_y, max(0, self.scroll_y))

    def _narrowest(self) -> float:
        """Pixels of a tick at which the whole tune is in sight."""
        return self.field.width() / self.score.ticks if self.score else 0.1

    def _pitches(self) -> tuple[int, int]:
        """The lowest and the highest pitch that sounds; the middle where none does."""
        parts = self.score.parts if self.score else ()
        pitches = [n.pitch for part in parts if part.role != "drums" for n in part.notes]
        return (min(pitches), max(pitches)) if pitches else (57, 76)
