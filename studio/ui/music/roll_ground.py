"""The ground of the piano roll: rows of the key, bars and beats, names at the side."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from studio.recipes.score import Score
from studio.ui.music.note_names import drum_name, pulse, scale, short_pitch
from studio.ui.music.roll_view import GUTTER, RULER, View
from studio.ui.theme import Look

NUMBER = 40  # pixels that a bar's number has at least
APART = 5  # pixels that keep a name clear of the playhead at the beginning
NAME = 56  # pixels for what a stretch of the tune is called
FINE = 9  # pixels between the lines of the grid, at least
ROW_NAMED = 12  # pixels of a row from which on every note of the key is named


def paint_ground(painter: QPainter, clip: QRect, view: View, look: Look, grid: int) -> None:
    """Draw the part of the ground that lies in `clip`."""
    painter.setClipRect(clip)
    painter.fillRect(clip, look.colour("surface"))
    score = view.score
    if score is None:
        return
    field = view.field
    painter.fillRect(0, 0, view.size.width(), RULER, look.colour("ground"))
    painter.fillRect(0, RULER - 1, view.size.width(), 1, look.colour("line"))
    painter.setClipRect(clip.intersected(field))
    _rows(painter, clip, view, look, score)
    for room in (view.drum_field, view.lane):
        if room.height():
            painter.fillRect(room, look.colour("ground"))
    _lines(painter, clip, view, look, score, grid)
    _edges(painter, view, look)
    end = view.x_of(score.ticks)
    painter.fillRect(
        QRectF(end, field.y(), max(0.0, field.right() + 1 - end), field.height()),
        look.colour("canvas"),
    )
    painter.setClipRect(clip.intersected(QRect(GUTTER, 0, field.width(), RULER)))
    _ruler(painter, clip, view, look, score)
    painter.setClipRect(clip.intersected(QRect(0, 0, GUTTER, view.size.height())))
    if clip.left() < GUTTER:
        _gutter(painter, view, look, score)


def shade(look: Look, token: str, alpha: float) -> QColor:
    """A token's colour, thinned."""
    return look.colour(token, alpha)


def _rows(painter: QPainter, clip: QRect, view: View, look: Look, score: Score) -> None:
    """The rows of the key's notes are softly shaded, its first note a little more."""
    room = view.pitched
    inside = scale(score.tonic, score.mode)
    light = look.tokens.name == "light"
    soft = shade(look, "canvas" if light else "raised", 0.38 if light else 0.42)
    home = shade(look, "canvas" if light else "raised", 0.85)
    low, high = view.pitch_at(room.bottom()), view.pitch_at(room.top())
    for pitch in range(low, high + 1):
        if pitch % 12 in inside:
            top = view.y_of(pitch)
            band = QRectF(clip.left(), top, clip.width(), view.row)
            painter.fillRect(
                band.intersected(QRectF(room)), home if pitch % 12 == score.tonic else soft
            )


def _lines(painter: QPainter, clip: QRect, view: View, look: Look, score: Score, grid: int) -> None:
    """Bars, beats where there is room, and the grid where there is much."""
    field, beat = view.field, pulse(score)
    faint, thin, thick = (
        shade(look, "edge", 0.12),
        shade(look, "edge", 0.24),
        shade(look, "edge", 0.55),
    )
    kinds = [(score.bar, thick)]
    if beat * view.per_tick >= FINE:
        kinds.insert(0, (beat, thin))
    if grid > 1 and grid * view.per_tick >= FINE and grid < beat:
        kinds.insert(0, (grid, faint))
    first, last = view.tick_at(clip.left() - 1), view.tick_at(clip.right() + 2)
    for step, colour in kinds:
        painter.setPen(colour)
        lines = []
        for number in range(int(first // step), int(last // step) + 1):
            ticks = number * step
            if step != score.bar and ticks % score.bar == 0:
                continue  # the bar's own line stands there
            x = round(view.x_of(ticks)) - 0.5
            lines.append(QLineF(x, field.top(), x, field.bottom() + 1))
        painter.drawLines(lines)


def _edges(painter: QPainter, view: View, look: Look) -> None:
    """Lines above the drums and the loudness."""
    field = view.field
    for room in (view.drum_field, view.lane):
        if room.height():
            y = room.top() - 1
            painter.fillRect(field.x(), y - 5, field.width(), 5, look.colour("surface"))
            painter.fillRect(field.x(), y, field.width(), 1, look.colour("line"))


def _ruler(painter: QPainter, clip: QRect, view: View, look: Look, score: Score) -> None:
    """Numbers of bars, as many as have room; what stretches of the tune are called."""
    painter.fillRect(clip.left(), 0, clip.width(), RULER, look.colour("ground"))
    painter.fillRect(clip.left(), RULER - 1, clip.width(), 1, look.colour("line"))
    every = 1
    while every * score.bar * view.per_tick < NUMBER and every < score.bars:
        every *= 2
    named = {at: name for name, at in score.sections}
    room = max(NUMBER, NAME) if named else NUMBER
    first = max(0, int(view.tick_at(clip.left() - room) // score.bar))
    last = min(score.bars - 1, int(view.tick_at(clip.right() + 1) // score.bar))
    for bar in range(first - first % every, last + 1):
        x = round(view.x_of(bar * score.bar))
        told = bar % every == 0 or bar in named
        painter.setPen(look.colour("edge", 0.6))
        painter.drawLine(QLineF(x - 0.5, RULER - (10 if told else 5), x - 0.5, RULER - 1))
        if bar in named:
            painter.setFont(look.font(11, QFont.Weight.DemiBold))
            painter.setPen(look.colour("text"))
            _say(painter, x + APART, named[bar])
        elif told and not _covered(score, bar, view):
            painter.setFont(look.font(11))
            painter.setPen(look.colour("muted"))
            _say(painter, x, str(bar + 1))


def _say(painter: QPainter, x: int, words: str) -> None:
    painter.drawText(QRectF(x + 4, 0, NAME, RULER - 2), Qt.AlignmentFlag.AlignVCenter, words)


def _covered(score: Score, bar: int, view: View) -> bool:
    """Whether the name of a stretch of the tune reaches over this bar."""
    wide = {name: NAME if len(name) > 2 else NUMBER / 2 for name, _ in score.sections}
    return any(
        0 < (bar - at) * score.bar * view.per_tick < wide[name] for name, at in score.sections
    )


def _gutter(painter: QPainter, view: View, look: Look, score: Score) -> None:
    """What the rows are called."""
    painter.fillRect(0, 0, GUTTER, view.size.height(), look.colour("ground"))
    painter.fillRect(GUTTER - 1, 0, 1, view.size.height(), look.colour("line"))
    painter.setFont(look.font(10))
    painter.setPen(look.colour("muted"))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    room = view.pitched
    inside = scale(score.tonic, score.mode)
    low, high = view.pitch_at(room.bottom()), view.pitch_at(room.top())
    for pitch in range(low, high + 1):
        degree = pitch % 12
        named = degree == score.tonic or (view.row >= ROW_NAMED and degree in inside)
        top = view.y_of(pitch)
        if named and top >= room.top() - 2 and top + view.row <= room.bottom() + 3:
            box = QRectF(0, top + view.row / 2 - 7, GUTTER - 7, 14)
            painter.drawText(box, right, short_pitch(pitch))
    size = min(10, max(8, view.drum_row - 1))
    painter.setFont(look.font(size))
    for drum in view.drums:
        words = painter.fontMetrics().elidedText(
            drum_name(drum), Qt.TextElideMode.ElideRight, GUTTER - 8
        )
        box = QRectF(2, view.drum_y(drum) + view.drum_row / 2 - 7, GUTTER - 7, 14)
        painter.drawText(box, right, words)
    if view.lane_shown:
        painter.setFont(look.font(10))
        box = QRectF(2, view.lane.top(), GUTTER - 7, view.lane.height())
        painter.drawText(box, right, "Loud-\nness")
