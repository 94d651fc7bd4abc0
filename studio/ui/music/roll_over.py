"""What lies over the notes and changes all the time: playhead, chosen bars, cursor, hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from studio.recipes.score import Score
from studio.ui.music.roll_colours import part_colour
from studio.ui.music.roll_desk import Desk
from studio.ui.music.roll_paint import paint_shown
from studio.ui.music.roll_view import RULER, View
from studio.ui.theme import Look

RADIUS = 12.0
HANDLE = 6.0  # half the width of the playhead's handle
BREATH = 2.4  # seconds


@dataclass(frozen=True)
class Over:
    """What is drawn besides the notes. hover: the note that a press would draw."""

    position: float
    hover: QRectF | None
    band: QRectF | None
    hint: tuple[QPointF, str] | None
    focus: bool
    empty: str
    now: float  # seconds, of any clock


def playhead_room(view: View, left: float, right: float) -> QRect:
    """What has to be drawn where the playhead goes from one place to another."""
    first = math.floor(left - HANDLE) - 1
    return QRect(first, 0, math.ceil(right + HANDLE) + 2 - first, view.size.height())


def paint_over(
    painter: QPainter, room: QRect, view: View, desk: Desk, over: Over, look: Look
) -> None:
    """Draw it, as far as it lies in `room`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    score = desk.score
    if score is not None:
        field = view.field
        painter.setClipRect(
            room.intersected(QRect(field.x(), 0, field.width(), field.bottom() + 1))
        )
        _bars(painter, view, desk, score, look)
        if desk.growing:
            _growth(painter, view, score, over.now, look)
        painter.setClipRect(room.intersected(field))
        _hand(painter, view, desk, over, score, look)
        if over.focus and desk.entered and not desk.selection:
            _cursor(painter, view, desk, look)
        side = QRect(
            field.x() - int(HANDLE), 0, field.width() + 2 * int(HANDLE), field.bottom() + 1
        )
        painter.setClipRect(room.intersected(side))
        _playhead(painter, view, over.position, look)
        painter.setClipRect(room)
        if desk.part is not None and room.top() < RULER and room.left() < field.x():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(part_colour(look, score, desk.active))
            painter.drawEllipse(QPointF(field.x() / 2, RULER / 2), 4, 4)
        if over.hint is not None:
            _hint(painter, view, *over.hint, look)
    else:
        painter.setPen(look.colour("muted"))
        painter.setFont(look.font(14))
        box = QRectF(0, 0, view.size.width(), view.size.height()).adjusted(20, 0, -20, 0)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box, flags, over.empty)
    painter.setClipRect(room)
    _frame(painter, room, view, over.focus, look)


def _bars(painter: QPainter, view: View, desk: Desk, score: Score, look: Look) -> None:
    """The bars that are chosen."""
    if desk.range is None:
        return
    left, right = view.x_of(desk.range.since * score.bar), view.x_of(desk.range.until * score.bar)
    wide = right - left
    painter.fillRect(QRectF(left, RULER, wide, view.field.height()), look.colour("accent", 0.09))
    painter.fillRect(QRectF(left, 0, wide, RULER - 1), look.colour("accent", 0.22))
    painter.fillRect(QRectF(left, RULER - 4, wide, 3), look.colour("accent"))
    painter.setPen(QPen(look.colour("accent", 0.7), 1))
    for x in (left - 0.5, right - 0.5):
        painter.drawLine(QLineF(x, RULER, x, view.field.bottom() + 1))


def _growth(painter: QPainter, view: View, score: Score, now: float, look: Look) -> None:
    """A soft light where the next notes will come."""
    last = max((part.end for part in score.parts), default=0)
    x = view.x_of(last)
    breath = 0.5 - 0.5 * math.cos(now / BREATH * math.tau)
    light = QLinearGradient(x, 0, x + 90, 0)
    light.setColorAt(0, look.colour("accent", 0.12 + 0.22 * breath))
    light.setColorAt(1, look.colour("accent", 0))
    painter.fillRect(QRectF(x, RULER, 90, view.field.height()), light)


def _hand(painter: QPainter, view: View, desk: Desk, over: Over, score: Score, look: Look) -> None:
    """What the hand holds, would draw, or goes over."""
    if desk.part is None:
        return
    colour = part_colour(look, score, desk.active)
    if desk.shown:
        paint_shown(painter, view, desk.shown, colour, desk.is_drums, look)
    if over.hover is not None:
        ghost = part_colour(look, score, desk.active)
        ghost.setAlphaF(0.25)
        painter.setBrush(ghost)
        painter.setPen(QPen(colour, 1))
        painter.drawRoundedRect(over.hover.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if over.band is not None:
        painter.setBrush(look.colour("accent", 0.12))
        painter.setPen(QPen(look.colour("accent"), 1))
        painter.drawRect(over.band)


def _cursor(painter: QPainter, view: View, desk: Desk, look: Look) -> None:
    """Where the arrow keys are."""
    ticks, pitch = desk.cursor
    note = desk.under_cursor()
    start, length = (note.start, note.length) if note and not desk.is_drums else (ticks, desk.step)
    cell = view.cell(start, length, pitch, desk.is_drums).adjusted(-1.5, -1.5, 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour("canvas"), 4))
    painter.drawRoundedRect(cell, 4, 4)
    painter.setPen(QPen(look.colour("text"), 2))
    painter.drawRoundedRect(cell, 4, 4)


def _playhead(painter: QPainter, view: View, position: float, look: Look) -> None:
    x = float(round(view.x_of(position)))
    painter.fillRect(
        QRectF(x - 1, RULER - 8, 2, view.field.bottom() + 9 - RULER), look.colour("text")
    )
    top = RULER - 13
    corners = [
        QPointF(x - HANDLE, top),
        QPointF(x + HANDLE, top),
        QPointF(x + HANDLE, top + 5),
        QPointF(x, top + 12),
        QPointF(x - HANDLE, top + 5),
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("text"))
    painter.drawPolygon(QPolygonF(corners))


def _hint(painter: QPainter, view: View, at: QPointF, words: str, look: Look) -> None:
    """A few words beside the mouse."""
    painter.setFont(look.font(12, QFont.Weight.Medium))
    wide = painter.fontMetrics().horizontalAdvance(words) + 16
    left = min(at.x() + 14, view.size.width() - wide - 8)
    box = QRectF(left, max(4.0, at.y() - 34), wide, 24)
    painter.setBrush(look.colour("raised"))
    painter.setPen(QPen(look.colour("edge"), 1))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(look.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _frame(painter: QPainter, room: QRect, view: View, focus: bool, look: Look) -> None:
    """Round corners, and an edge."""
    box = QRectF(0, 0, view.size.width(), view.size.height())
    inner = box.adjusted(RADIUS, RADIUS, -RADIUS, -RADIUS).toRect()
    corner = not (inner.left() < room.left() and room.right() < inner.right())
    if corner:
        outside = QPainterPath()
        outside.addRect(box)
        inside = QPainterPath()
        inside.addRoundedRect(box, RADIUS, RADIUS)
        painter.fillPath(outside.subtracted(inside), look.colour("canvas"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if focus:
        painter.setPen(QPen(look.colour("text"), 2))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
    else:
        painter.setPen(QPen(look.colour("line"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
