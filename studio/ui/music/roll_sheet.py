"""The paper of the piano roll: it draws the tune, scrolls, zooms and follows the playhead."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from studio.ui.music.roll_desk import Desk
from studio.ui.music.roll_over import Over, paint_over, playhead_room
from studio.ui.music.roll_paint import Layers, Notes, Shown
from studio.ui.music.roll_view import BAR, GUTTER, RULER, STEP, View
from studio.ui.theme import Look

COMING = 0.58  # how solid a note is that is still to be heard
TURN_AT = 0.94  # share of the room at which the page is turned while it plays
TURN_TO = 0.06
BREATH = 80  # milliseconds


class RollSheet(QWidget):
    """Draws what lies on a `Desk` as its `View` says. The hand and the keys are `PianoRoll`'s."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.view = View()
        self.desk = Desk(self)
        self.band: QRectF | None = None  # that selects notes
        self.hint: tuple[QPointF, str] | None = None
        self._hover: QRectF | None = None
        self._notes = Notes(None)
        self._layers = Layers(look)
        self._shown: Shown | None = None
        self._quiet: frozenset[int] = frozenset()
        self._position, self._playing, self._follows = 0.0, False, True
        self._empty = "Choose a mood: a tune will appear here."
        self._make_bars()
        self._breath = QTimer(self)
        self._breath.setInterval(BREATH)
        self._breath.timeout.connect(self._breathe)
        self.desk.changed.connect(self._changed)
        look.changed.connect(self.update)
        self.setMinimumSize(320, 200)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def position(self) -> float:
        """Where the playhead is, in ticks."""
        return self._position

    def set_position(self, ticks: float) -> None:
        """Move the playhead; to be called at 60 Hz while it plays. It is kept in view."""
        before, self._position = self._position, ticks
        if bool(before) != bool(ticks) and not self._playing:
            self.update()  # at the start nothing is still to come
        old, new = self.view.x_of(before), self.view.x_of(ticks)
        if self._playing and not self.desk.held and self._keep_up(new):
            return
        if round(old) != round(new):
            self.update(playhead_room(self.view, min(old, new), max(old, new)))

    def set_playing(self, on: bool) -> None:
        """Whether it plays: then the view follows the playhead, unless one looks elsewhere."""
        if on != self._playing:
            self._playing, self._follows = on, True
            self.update()

    def set_quiet(self, parts: frozenset[int]) -> None:
        """These parts are not heard now (another is solo) and stand back; muted ones do anyway."""
        self._quiet = parts
        self._changed()

    def set_empty(self, words: str) -> None:
        """What stands there while there is no tune."""
        self._empty = words
        self.update()

    def set_loudness_shown(self, on: bool) -> None:
        """Show a lane below with how hard the active part's notes are struck, to be drawn in."""
        self.view.lane_shown = on
        self.view.resize(self.size())
        self._moved_view()

    def zoom_in(self) -> None:
        """Wider bars (Ctrl+plus)."""
        self._zoom(STEP)

    def zoom_out(self) -> None:
        """Narrower bars (Ctrl+minus)."""
        self._zoom(1 / STEP)

    def zoom_fit(self) -> None:
        """The usual zoom (Ctrl+0)."""
        self.view.fit()
        self._moved_view()

    def sizeHint(self) -> QSize:
        """Large."""
        return QSize(900, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lay ground and notes from their pixmaps, and draw what changes all the time."""
        painter = QPainter(self)
        room, view = event.rect(), self.view
        if self._shown is None:
            desk = self.desk
            self._shown = Shown(desk.active, desk.locked, self._quiet, desk.selection, desk.held)
        ratio = self.devicePixelRatio()
        self._layers.bring(view, self._notes, self._shown, self.desk.grid, ratio)
        _lay(painter, self._layers.ground, room)
        at = QRect(room)
        playhead = round(view.x_of(self._position))
        if self.desk.score is None or (self._position <= 0 and not self._playing):
            _lay(painter, self._layers.notes, at)
        else:
            at.setRight(min(room.right(), playhead - 1))
            _lay(painter, self._layers.notes, at)
            painter.setOpacity(COMING)
            at = QRect(room)
            at.setLeft(max(room.left(), playhead))
            _lay(painter, self._layers.notes, at)
            painter.setOpacity(1.0)
        over = Over(
            position=self._position,
            hover=self._hover,
            band=self.band,
            hint=self.hint,
            focus=self.hasFocus(),
            empty=self._empty,
            now=time.monotonic(),
        )
        paint_over(painter, room, view, self.desk, over, self._look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the new room."""
        super().resizeEvent(event)
        self.view.resize(self.size())
        self._moved_view()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom in time, with Ctrl and Shift in pitch, with Shift sideways."""
        angle, pixels = event.angleDelta(), event.pixelDelta()
        held = event.modifiers()
        turned = angle.y() or angle.x()
        if held & Qt.KeyboardModifier.ControlModifier:
            if held & Qt.KeyboardModifier.ShiftModifier:
                self.view.zoom_rows(1 if turned > 0 else -1, event.position().y())
            else:
                self.view.zoom(STEP ** (turned / 120), event.position().x())
        else:
            way = pixels if not pixels.isNull() else angle / 2
            if held & Qt.KeyboardModifier.ShiftModifier and not way.x():
                way = QPoint(way.y(), 0)
            self.view.scroll_x -= way.x()
            self.view.scroll_y -= way.y()
            self.view.clamp()
        self._moved_view()
        self._look_away()
        event.accept()

    def _make_bars(self) -> None:
        self._across = QScrollBar(Qt.Orientation.Horizontal, self)
        self._down = QScrollBar(Qt.Orientation.Vertical, self)
        for bar in (self._across, self._down):
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bar.setCursor(Qt.CursorShape.ArrowCursor)
            bar.hide()
        self._across.valueChanged.connect(self._scrolled)
        self._down.valueChanged.connect(self._scrolled)

    def _take_notes(self) -> None:
        score = self.desk.score
        self._notes = Notes(score)
        self.view.take(score)
        self._moved_view()

    def _changed(self) -> None:
        self._shown = None
        self.update()

    def _moved_view(self) -> None:
        """Set the scroll bars as the view is, and draw."""
        view, field = self.view, self.view.field
        there = self.desk.score is not None
        for bar, most, page, value in (
            (self._across, view.most_x, field.width(), view.scroll_x),
            (self._down, view.most_y, view.pitched.height(), view.scroll_y),
        ):
            bar.blockSignals(True)
            bar.setRange(0, most)
            bar.setPageStep(max(1, page))
            bar.setSingleStep(24)
            bar.setValue(value)
            bar.setVisible(there and most > 0)
            bar.blockSignals(False)
        self._across.setGeometry(GUTTER, self.height() - BAR, field.width(), BAR)
        self._down.setGeometry(self.width() - BAR, RULER, BAR, view.pitched.height())
        self._changed()

    def _scrolled(self) -> None:
        self.view.scroll_x, self.view.scroll_y = self._across.value(), self._down.value()
        self._look_away()
        self.update()

    def _zoom(self, factor: float) -> None:
        x = self.view.x_of(self._position if self._playing else self.desk.cursor[0])
        field = self.view.field
        seen = field.left() <= x <= field.right()
        self.view.zoom(factor, x if seen else field.center().x())
        self._moved_view()

    def _look_away(self) -> None:
        """The artist scrolled: follow the playhead only while it is in sight anyway."""
        field = self.view.field
        self._follows = field.left() <= self.view.x_of(self._position) <= field.right()

    def _keep_up(self, x: float) -> bool:
        """Turn the page where the playhead comes to its end; True where it was turned."""
        field = self.view.field
        seen = field.left() <= x <= field.right() + 1
        self._follows = self._follows or seen
        if not self._follows or (seen and x < field.left() + TURN_AT * field.width()):
            return False
        before = self.view.scroll_x
        self.view.scroll_x = int(x - GUTTER + before - TURN_TO * field.width())
        self.view.clamp()
        if self.view.scroll_x == before:
            return False
        self._moved_view()
        return True

    def _bring_cursor(self) -> None:
        """Scroll so that the cursor is in sight."""
        view, (ticks, pitch) = self.view, self.desk.cursor
        cell, field, room = (
            view.cell(ticks, self.desk.step, pitch, self.desk.is_drums),
            view.field,
            view.pitched,
        )
        before = (view.scroll_x, view.scroll_y)
        if cell.left() < field.left() or cell.right() > field.right():
            view.scroll_x += round(cell.left() - field.left() - field.width() * 0.3)
        if not self.desk.is_drums and (cell.top() < room.top() or cell.bottom() > room.bottom()):
            view.centre(pitch)
        view.clamp()
        if (view.scroll_x, view.scroll_y) != before:
            self._moved_view()

    def _set_hover(self, hover: QRectF | None) -> None:
        if hover != self._hover:
            for box in (self._hover, hover):
                if box is not None:
                    self.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))
            self._hover = hover

    def _breathe(self) -> None:
        if self.isVisible():
            self.update()


def _lay(painter: QPainter, pixmap: QPixmap, room: QRect) -> None:
    """Draw what of a pixmap lies in a room.

    By clipping: a part cut out would come to lie between the pixels of a screen at 125 percent.
    """
    if room.width() > 0 and room.height() > 0:
        painter.setClipRect(room)
        painter.drawPixmap(0, 0, pixmap)
