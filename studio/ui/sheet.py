"""Several pictures of one job side by side, while they are drawn and after."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from studio.ui.canvas import BREATH, MARGIN, RADIUS, SHADOW, draw_card
from studio.ui.theme import Look
from studio.ui.widgets.basics import far_enough

if TYPE_CHECKING:
    from studio.library import Artwork

GAP = 24


class Tile:
    """One of the pictures: not begun, taking shape, or kept."""

    def __init__(self, index: int) -> None:
        self.index = index  # in the job
        self.image: QImage | None = None
        self.artwork: Artwork | None = None
        self.card: QPixmap | None = None


class Sheet(QWidget):
    """Shows the pictures of a job in a grid; one of the kept ones is chosen."""

    chosen = Signal(object)  # an Artwork
    opened = Signal()
    dragged = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.job = ""
        self._tiles: list[Tile] = []
        self._size = QSize(512, 512)
        self._running = -1
        self._chosen = -1
        self._pressed: QPoint | None = None
        self._pulse = QTimer(self)
        self._pulse.setInterval(80)
        self._pulse.timeout.connect(self._breathe)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("The pictures side by side")
        self.setAccessibleDescription("The arrow keys choose, Enter shows one large.")
        look.changed.connect(self._forget)

    @property
    def shaping(self) -> bool:
        """Whether one of the pictures is being drawn."""
        return self._pulse.isActive()

    @property
    def image(self) -> QImage | None:
        """The picture that is chosen."""
        return self._tiles[self._chosen].image if self._chosen >= 0 else None

    def artworks(self) -> list[Artwork]:
        """The kept ones."""
        return [tile.artwork for tile in self._tiles if tile.artwork is not None]

    def begin(self, job: str, count: int, size: QSize) -> None:
        """Lay out an empty sheet for a job."""
        self.job, self._size = job, size
        self._tiles = [Tile(index) for index in range(count)]
        self._running, self._chosen = 0, -1
        self._pulse.start()
        self.update()

    def preview(self, index: int, image: QImage) -> None:
        """Show how far a picture has come."""
        tile = self._tile(index)
        if tile is not None and tile.artwork is None:
            self._running = self._tiles.index(tile)
            tile.image, tile.card = image, None
            self.update()

    def keep(self, index: int, artwork: Artwork, image: QImage) -> None:
        """Show a finished picture."""
        tile = self._tile(index)
        if tile is None:  # it was kept just before the job was cancelled
            tile = Tile(index)
            self._tiles.append(tile)
            self._forget()
        tile.image, tile.artwork, tile.card = image, artwork, None
        if self._running == self._tiles.index(tile):
            self._running += 1
        self.update()

    def end(self, finished: bool = True) -> None:
        """The job has ended; where it was not finished, what is not there will not come."""
        self._pulse.stop()
        self._running = -1
        if not finished:
            chosen = self._tiles[self._chosen] if self._chosen >= 0 else None
            self._tiles = [tile for tile in self._tiles if tile.artwork is not None]
            self._chosen = self._tiles.index(chosen) if chosen in self._tiles else -1
            self._forget()
        self.update()

    def choose(self, artwork_id: str) -> bool:
        """Mark one of the kept pictures; False where it is none of them."""
        for place, tile in enumerate(self._tiles):
            if tile.artwork is not None and tile.artwork.id == artwork_id:
                self._chosen = place
                self.setAccessibleName(tile.artwork.title)
                self.update()
                return True
        return False

    def drop(self, artwork_id: str) -> None:
        """Take out a picture that went to the trash."""
        for place, tile in enumerate(self._tiles):
            if tile.artwork is not None and tile.artwork.id == artwork_id:
                del self._tiles[place]
                self._chosen = -1
                self._forget()
                return

    def tile_rect(self, place: int) -> QRectF:
        """Where a picture is, in the widget's coordinates."""
        columns, side = self._grid()
        rows = math.ceil(len(self._tiles) / columns)
        width, height = side.width() + GAP, side.height() + GAP
        left = (self.width() - columns * width + GAP) / 2
        top = (self.height() - rows * height + GAP) / 2
        row, column = divmod(place, columns)
        return QRectF(round(left + column * width), round(top + row * height), *side.toTuple())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the grid."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.colour("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, tile in enumerate(self._tiles):
            box = self.tile_rect(place)
            if tile.card is None:
                size = box.size().toSize()
                tile.card = draw_card(self._look, tile.image, size, self.devicePixelRatio())
            painter.drawPixmap(box.topLeft() - QPointF(SHADOW, SHADOW), tile.card)
            self._draw_edge(painter, box, place)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit anew."""
        self._forget()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the picture under the mouse."""
        place = self._at(event.position())
        self._pressed = event.position().toPoint() if place >= 0 else None
        self._take(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it out once the mouse has gone far enough."""
        if self._pressed is not None and far_enough(event, self._pressed):
            self._pressed = None
            self.dragged.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show it large."""
        if self._at(event.position()) >= 0:
            self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the picture."""
        if self._at(QPointF(event.pos())) >= 0:
            self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys choose, Enter opens."""
        columns, _ = self._grid()
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._take(max(0, self._chosen + steps[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def _tile(self, index: int) -> Tile | None:
        return next((tile for tile in self._tiles if tile.index == index), None)

    def _take(self, place: int) -> None:
        tile = self._tiles[place] if 0 <= place < len(self._tiles) else None
        if tile is not None and tile.artwork is not None:
            self._chosen = place
            self.update()
            self.chosen.emit(tile.artwork)

    def _at(self, position: QPointF) -> int:
        for place, tile in enumerate(self._tiles):
            if tile.artwork is not None and self.tile_rect(place).contains(position):
                return place
        return -1

    def _grid(self) -> tuple[int, QSize]:
        """The number of columns that makes the pictures largest, and how large they are then."""
        count = max(1, len(self._tiles))
        best = (1, QSize(1, 1))
        for columns in range(1, count + 1):
            rows = math.ceil(count / columns)
            width = (self.width() - 2 * MARGIN - (columns - 1) * GAP) / columns
            height = (self.height() - 2 * MARGIN - (rows - 1) * GAP) / rows
            scale = min(width / self._size.width(), height / self._size.height(), 1.0)
            size = self._size * max(0.05, scale)
            if size.width() > best[1].width():
                best = (columns, size)
        return best

    def _draw_edge(self, painter: QPainter, box: QRectF, place: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = painter.pen()
        if self.shaping and place == self._running:
            breath = 0.5 - 0.5 * math.cos(time.monotonic() / BREATH * math.tau)
            pen.setColor(self._look.colour("accent", 0.25 + 0.6 * breath))
            pen.setWidthF(2)
        elif place == self._chosen:
            pen.setColor(self._look.colour("text" if self.hasFocus() else "accent"))
            pen.setWidthF(3)
        else:
            return
        painter.setPen(pen)
        painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)

    def _forget(self) -> None:
        for tile in self._tiles:
            tile.card = None
        self.update()

    def _breathe(self) -> None:
        if 0 <= self._running < len(self._tiles):
            self.update(self.tile_rect(self._running).toRect().adjusted(-6, -6, 6, 6))
