"""The notes of the piano roll in pixmaps, of which only what changed is drawn anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from studio.recipes.score import Note, Score
from studio.ui.music.roll_colours import part_colour
from studio.ui.music.roll_ground import paint_ground
from studio.ui.music.roll_view import LANE, View
from studio.ui.theme import Look

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUND = 600  # notes in sight up to which their corners are rounded; as many drums besides
RADIUS = 3.0
LOCKED, QUIET = 0.5, 0.22
STRENGTHS = ((48, 0.62), (72, 0.76), (96, 0.88), (128, 1.0))  # velocities below, and how solid
SELECTED_MIX = 0.45


@dataclass(frozen=True, eq=False)
class Shown:
    """What the notes look like, apart from where they are. Another look is another object."""

    active: int
    locked: frozenset[int]
    quiet: frozenset[int]
    selection: frozenset[Note]
    held: tuple[Note, ...]


class Notes:
    """The notes of a score as arrays, to find those in sight quickly."""

    def __init__(self, score: Score | None) -> None:
        self.score = score
        self.parts: list[NDArray[np.int64]] = []  # [n, 4] each: start, end, pitch, velocity
        for part in score.parts if score else ():
            rows = np.array(part.notes, np.int64).reshape(-1, 4)
            rows[:, 1] += rows[:, 0]
            self.parts.append(rows)

    def between(self, part: int, first: float, last: float) -> NDArray[np.intp]:
        """The numbers of the notes that sound between two moments."""
        rows = self.parts[part]
        return np.nonzero((rows[:, 1] > first) & (rows[:, 0] < last))[0]


class Layers:
    """Two pixmaps of the size of the widget: the ground, and the notes on nothing."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.ground = QPixmap()
        self.notes = QPixmap()
        self._ground_of: tuple[object, ...] = ()
        self._notes_of: tuple[object, ...] = ()
        self._scroll = 0

    def bring(self, view: View, notes: Notes, shown: Shown, grid: int, ratio: float) -> None:
        """Make both as they have to be now, with as little as has to be drawn."""
        shape = (
            view.size.toTuple(),
            ratio,
            self._look.tokens.name,
            view.per_tick,
            view.row,
            view.scroll_y,
            view.drums,
            view.lane_shown,
        )
        score = notes.score
        key = (score.ticks, score.bar, score.tonic, score.mode, score.sections) if score else None
        ground_of = (shape, key, grid)
        notes_of = (shape, notes, shown)
        shift = self._scroll - view.scroll_x
        fresh_ground, fresh_notes = ground_of != self._ground_of, notes_of != self._notes_of
        whole = QRect(0, 0, view.size.width(), view.size.height())
        field = view.field
        slides = shift and abs(shift) < field.width() and (shift * ratio).is_integer()
        slides = slides and float(ratio).is_integer()
        if fresh_ground or (shift and not slides):
            self.ground = _blank(self.ground, view, ratio)
            self._paint_ground(whole, view, grid)
        if fresh_notes or (shift and not slides):
            self.notes = _blank(self.notes, view, ratio)
            self.notes.fill(Qt.GlobalColor.transparent)
            self._paint_notes(field, view, notes, shown)
        if slides:
            moving = QRect(field.x(), 0, field.width(), view.size.height())
            bare = QRect(moving)
            if shift > 0:
                bare.setWidth(shift)
            else:
                bare.setLeft(moving.right() + 1 + shift)
            if not fresh_ground:
                _slide(self.ground, shift, moving, ratio)
                self._paint_ground(bare, view, grid)
            if not fresh_notes:
                _slide(self.notes, shift, moving, ratio)
                self._clear(bare)
                self._paint_notes(bare.intersected(field), view, notes, shown)
        self._ground_of, self._notes_of, self._scroll = ground_of, notes_of, view.scroll_x

    def _paint_ground(self, clip: QRect, view: View, grid: int) -> None:
        painter = QPainter(self.ground)
        paint_ground(painter, clip, view, self._look, grid)
        painter.end()

    def _clear(self, clip: QRect) -> None:
        painter = QPainter(self.notes)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(clip, Qt.GlobalColor.transparent)
        painter.end()

    def _paint_notes(self, clip: QRect, view: View, notes: Notes, shown: Shown) -> None:
        """Draw all notes in `clip`, those of the active part on top."""
        score = notes.score
        if score is None:
            return
        painter = QPainter(self.notes)
        first, last = view.tick_at(clip.left() - 12), view.tick_at(clip.right() + 2)
        found = {part: notes.between(part, first, last) for part in range(len(score.parts))}
        count = {False: 0, True: 0}
        for part, numbers in found.items():
            count[score.parts[part].role == "drums"] += len(numbers)
        for part in sorted(found, key=lambda number: number == shown.active):
            drum = score.parts[part].role == "drums"
            fine = count[drum] <= ROUND
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
            room = view.drum_field if drum else view.pitched
            painter.setClipRect(clip.intersected(room))
            rows = notes.parts[part][found[part]]
            lit = np.zeros(len(rows), bool)
            if part == shown.active and (shown.selection or shown.held):
                these = [score.parts[part].notes[number] for number in found[part].tolist()]
                held = set(shown.held)
                lit = np.array([note in shown.selection for note in these], bool)
                there = np.array([note not in held for note in these], bool)
                rows, lit = rows[there], lit[there]
            colour = part_colour(self._look, score, part)
            quiet = part in shown.quiet or score.parts[part].muted
            locked = part in shown.locked
            ground = self._look.colour("ground" if drum else "surface")
            inks = _inks(colour, ground, quiet, LOCKED if locked else 1.0)
            _paint_part(painter, boxes(view, rows, drum), rows, inks, fine)
            if locked and fine and not quiet:
                _outline(painter, boxes(view, rows, drum), colour)
            if lit.any():
                _paint_lit(painter, boxes(view, rows[lit], drum), colour, self._look, fine)
            if part == shown.active and view.lane_shown:
                painter.setClipRect(clip.intersected(view.lane.adjusted(0, -4, 0, 0)))
                _paint_loudness(painter, view, rows, lit, colour, self._look)
        painter.end()


def boxes(view: View, rows: NDArray[np.int64], drum: bool) -> NDArray[np.float64]:
    """[n, 4]: x, y, width, height of each note, as `View.box` has them."""
    out = np.empty((len(rows), 4))
    out[:, 0] = view.x_of(0) + rows[:, 0] * view.per_tick
    if drum:
        tops = np.zeros(128)
        for pitch in view.drums:
            tops[pitch] = view.drum_y(pitch) + 1
        out[:, 1] = tops[rows[:, 2]]
        out[:, 2], out[:, 3] = view.hit_width, view.drum_row - 2
    else:
        out[:, 1] = view.y_of(0) - rows[:, 2] * view.row + 0.5
        out[:, 2] = np.maximum(2.0, (rows[:, 1] - rows[:, 0]) * view.per_tick - 1)
        out[:, 3] = view.row - 1
    return out


def paint_shown(
    painter: QPainter, view: View, these: Sequence[Note], colour: QColor, drum: bool, look: Look
) -> None:
    """Draw notes that the hand holds: as they lie now, selected."""
    rows = np.array(these, np.int64).reshape(-1, 4)
    rows[:, 1] += rows[:, 0]
    painter.save()
    painter.setClipRect(view.drum_field if drum else view.pitched)
    fine = len(rows) <= ROUND
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
    where = boxes(view, rows, drum)
    _paint_lit(painter, where, colour, look, fine)
    if view.lane_shown:
        painter.setClipRect(view.lane.adjusted(0, -4, 0, 0))
        _paint_loudness(painter, view, rows, np.ones(len(rows), bool), colour, look)
    painter.restore()


def rectangles(rows: Collection[Sequence[float]]) -> list[QRectF]:
    """[n, 4] numbers as rectangles."""
    return [QRectF(x, y, wide, high) for x, y, wide, high in rows]


def _inks(colour: QColor, ground: QColor, quiet: bool, solid: float) -> list[QColor]:
    """A colour for each of `STRENGTHS`: mixed with the ground, so that notes hide each other.

    Only those of parts that are not heard let through what is behind them.
    """
    if quiet:
        ink = QColor(colour)
        ink.setAlphaF(QUIET)
        return [ink] * len(STRENGTHS)
    return [mixed(colour, ground, 1 - strength * solid) for _, strength in STRENGTHS]


def _paint_part(
    painter: QPainter,
    where: NDArray[np.float64],
    rows: NDArray[np.int64],
    inks: Sequence[QColor],
    fine: bool,
) -> None:
    """Louder notes are more solid."""
    painter.setPen(Qt.PenStyle.NoPen)
    least = 0
    for (below, _), ink in zip(STRENGTHS, inks, strict=True):
        chosen = where[(rows[:, 3] >= least) & (rows[:, 3] < below)]
        least = below
        painter.setBrush(ink)
        _draw(painter, chosen, fine)


def _paint_lit(
    painter: QPainter, where: NDArray[np.float64], colour: QColor, look: Look, fine: bool
) -> None:
    """Selected notes: lighter, with an outline."""
    white = look.colour("surface" if look.tokens.name == "light" else "text")
    painter.setBrush(mixed(colour, white, SELECTED_MIX))
    painter.setPen(QPen(look.colour("text"), 1.5) if fine else look.colour("text"))
    _draw(painter, where, fine)


def _outline(painter: QPainter, where: NDArray[np.float64], colour: QColor) -> None:
    """An outline, since what is locked is only half filled."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ink = QColor(colour)
    painter.setPen(QPen(ink, 1))
    inner = where + np.array([0.5, 0.5, -1.0, -1.0])
    _draw(painter, inner, True)


def _paint_loudness(
    painter: QPainter,
    view: View,
    rows: NDArray[np.int64],
    lit: NDArray[np.bool_],
    colour: QColor,
    look: Look,
) -> None:
    """A stem with a head for each note of the active part."""
    painter.setPen(Qt.PenStyle.NoPen)
    height = rows[:, 3] / 127 * (LANE - 6)
    stems = np.empty((len(rows), 4))
    stems[:, 0] = np.round(view.x_of(0) + rows[:, 0] * view.per_tick)
    stems[:, 1] = view.lane.bottom() + 1 - height
    stems[:, 2], stems[:, 3] = 2, height
    heads = stems.copy()
    heads[:, 1] -= 1
    heads[:, 2], heads[:, 3] = 5, 4
    for chosen, ink in ((~lit, colour), (lit, look.colour("text"))):
        painter.setBrush(ink)
        painter.drawRects(rectangles(stems[chosen].tolist()))
        painter.drawRects(rectangles(heads[chosen].tolist()))


def _draw(painter: QPainter, where: NDArray[np.float64], fine: bool) -> None:
    if fine:
        for x, y, wide, high in where.tolist():
            radius = min(RADIUS, wide / 2, high / 2)
            painter.drawRoundedRect(QRectF(x, y, wide, high), radius, radius)
    elif len(where):
        painter.drawRects(rectangles(where.tolist()))


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """One colour with a share of another."""
    rest = 1 - share
    return QColor(
        round(one.red() * rest + other.red() * share),
        round(one.green() * rest + other.green() * share),
        round(one.blue() * rest + other.blue() * share),
    )


def _blank(before: QPixmap, view: View, ratio: float) -> QPixmap:
    """The pixmap itself where it has the right size, else a new one."""
    size = view.size * ratio
    if before.size() == size and before.devicePixelRatio() == ratio:
        return before
    made = QPixmap(size)
    made.setDevicePixelRatio(ratio)
    return made


def _slide(pixmap: QPixmap, shift: int, room: QRect, ratio: float) -> None:
    """Move what is in a room sideways."""
    whole = int(ratio)
    box = QRect(room.x() * whole, room.y() * whole, room.width() * whole, room.height() * whole)
    pixmap.scroll(shift * whole, 0, box)
