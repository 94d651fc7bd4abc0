"""The mouse in the gallery's grid: clicks, a rubber band, dragging out, and what is pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter

from studio.ui.film import Film
from studio.ui.gallery.grid_paint import GridPainter
from studio.ui.listening import Listening
from studio.ui.resting import PAUSE
from studio.ui.widgets.basics import far_enough

if TYPE_CHECKING:
    from studio.ui.gallery.grid import Grid

EDGE = 40  # milliseconds between two steps while a band is drawn over the edge
MOST_STEP = 60  # pixels of such a step


class Hand(QObject):
    """What the mouse does over a grid.

    place: what is pointed at. While the mouse rests on a film it plays, and a tune is heard.
    """

    def __init__(self, grid: Grid, listening: Listening) -> None:
        super().__init__(grid)
        self._grid, self._listening = grid, listening
        self.place: int | None = None
        self._pressed: QPoint | None = None  # in the view
        self._origin: QPoint | None = None  # of the band, in the whole grid
        self._at = QPoint()  # where the mouse is, in the view
        self._late = False  # whether the click chooses when the button is let go
        self._ours = self._deaf = False
        self._frame: QImage | None = None
        self._film = Film(self)
        self._film.shown.connect(self._show_frame)
        self._film.failed.connect(self._stop_film)
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE)
        self._edge.timeout.connect(self._over_edge)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PAUSE)
        self._patience.timeout.connect(self._play)
        listening.failed.connect(self._not_heard)

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        grid, selection = self._grid, self._grid.selection
        at = event.position().toPoint()
        self.rest()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        place = grid.place_at(at)
        self._pressed, self._late = at, False
        if place is None:
            self._origin = QPoint(at.x(), at.y() + grid.scrolled)
            selection.begin_band(ctrl or shift)
            if not ctrl and not shift:
                selection.clear()
            grid.changed(-1)
            return
        if shift:
            selection.stretch(place, add=ctrl)
        elif ctrl:
            selection.toggle(place)
        elif place in selection.chosen and len(selection.chosen) > 1:
            selection.go(place)
            self._late = True  # all of them may be dragged
        else:
            selection.take(place)
        grid.changed(place, show=True)

    def move(self, event: QMouseEvent) -> None:
        """The mouse moves."""
        self._at = event.position().toPoint()
        if self._origin is not None:
            self._stretch_band()
            outside = not self._grid.viewport().rect().contains(self._at)
            if outside and not self._edge.isActive():
                self._edge.start()
        elif self._pressed is not None:
            if far_enough(event, self._pressed) and self._grid.selection.chosen:
                self._pressed, self._late = None, False
                self._grid.drag_wanted.emit()
        elif not event.buttons():
            self._point(self._grid.place_at(self._at))

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._late:
            self._grid.selection.take(self._grid.selection.current)
            self._grid.changed(self._grid.selection.current)
        if self._origin is not None:
            self._grid.viewport().update()
        self._pressed = self._origin = None
        self._late = False
        self._edge.stop()

    def rest(self) -> None:
        """Let go of what is pointed at: nothing plays."""
        self._point(None)

    def close(self) -> None:
        """End what plays, and wait for its thread."""
        self.rest()
        self._film.stop(wait=True)

    def frame(self, place: int) -> QImage | None:
        """What a film that plays in this square shows just now."""
        return self._frame if place == self.place else None

    def paint(self, painter: QPainter, drawn: GridPainter) -> None:
        """Draw the band, where there is one."""
        if self._origin is not None:
            drawn.band(painter, self._band().translated(0, -self._grid.scrolled))

    def _band(self) -> QRect:
        assert self._origin is not None
        end = QPoint(self._at.x(), self._at.y() + self._grid.scrolled)
        return QRect(self._origin, end).normalized()

    def _stretch_band(self) -> None:
        if self._origin is None:
            return
        self._grid.selection.band(self._grid.places_in(self._band()))
        self._grid.changed(-1)

    def _over_edge(self) -> None:
        """The band is drawn over the edge: more comes into sight."""
        height = self._grid.viewport().height()
        beyond = min(self._at.y(), 0) + max(self._at.y() - height, 0)
        if self._origin is None or not beyond:
            self._edge.stop()
            return
        bar = self._grid.verticalScrollBar()
        bar.setValue(bar.value() + max(-MOST_STEP, min(MOST_STEP, beyond)))
        self._stretch_band()

    # What is pointed at

    def _point(self, place: int | None) -> None:
        if place == self.place:
            return
        for one in (self.place, place):
            if one is not None and self._grid.found is not None and one < len(self._grid.found):
                self._grid.viewport().update(self._grid.box(one).adjusted(-5, -5, 5, 5))
        self.place = place
        self._stop_film()
        self._patience.stop()
        if self._ours:
            self._ours = False
            self._listening.stop()
        card = self._grid.cards.at(place) if place is not None else None
        self._grid.viewport().setToolTip(card.title if card is not None else "")
        if card is not None and card.seconds:
            self._patience.start()

    def _play(self) -> None:
        card = self._grid.cards.at(self.place) if self.place is not None else None
        if card is None or not self._grid.isVisible():
            return
        if card.width:
            self._film.play(card.path, round(self._grid.layout_.side * 2))
        elif not self._deaf and not self._listening.playing:
            self._ours = True
            self._listening.play(card.path)

    def _show_frame(self, image: QImage) -> None:
        if self.place is None:
            self._film.stop()
            return
        side = min(image.width(), image.height())
        self._frame = image.copy(
            (image.width() - side) // 2, (image.height() - side) // 2, side, side
        )
        self._grid.viewport().update(self._grid.box(self.place))

    def _stop_film(self, _error: object = None) -> None:
        self._film.stop()
        self._frame = None

    def _not_heard(self, _error: object) -> None:
        """Where nothing can be heard it stays quiet about that."""
        if self._ours:
            self._ours, self._deaf = False, True
