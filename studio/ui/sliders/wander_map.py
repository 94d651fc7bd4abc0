"""An endless map of pictures with a ring on it: where the ring is, the canvas is."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.recipes import Place, wander
from studio.ui.sights import Sight, View
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.work.live import LiveViews

ACROSS = 4  # tiles a side
RING = 9.0
GRIP = 16.0  # how near to the ring a press takes hold of it
KEPT = 400  # tiles in memory; 96 px ones take 36 kB each
SIDE = 96  # pixels asked for a tile
KEY = 0.25  # tiles, the step of an arrow key; with Shift a whole one
FAR = 1 << 20  # tiles from the middle: the end of the endless map

Tile = tuple[int, int]


class WanderMap(QWidget):
    """4 x 4 pictures of an endless plane. (x, y) counts in tiles; a tile's middle is its point.

    Drag the ring to move, the ground to pan, press to go there. The arrow keys move the ring and
    the ground goes along.
    """

    moved = Signal(float, float)
    settled = Signal()

    def __init__(self, look: Look, live: LiveViews, model: Callable[[], str]) -> None:
        super().__init__()
        self._look = look
        self._tiles: OrderedDict[Tile, QImage] = OrderedDict()
        self._asked: list[Tile] = []
        self._seed, self._adventurous = 0, 0.8
        self._left, self._top = -1.5, -1.5  # the map's upper left corner
        self.x_, self.y_ = 0.0, 0.0
        self._on = False  # whether the ring says where the canvas is
        self._drag: tuple[QPointF, float, float] | None = None
        self._holding = False
        self.model = model
        self.view = View(live, "map", model, self._seen, parent=self)
        self.setMinimumSize(180, 180)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map to wander on")
        self.setAccessibleDescription("The arrow keys move the ring, with Shift farther.")
        self.setToolTip("Drag the ring to wander, drag the ground to see more")
        look.changed.connect(self.update)

    @property
    def tiles(self) -> dict[Tile, QImage]:
        """The pictures that are there, by their crossing."""
        return dict(self._tiles)

    @property
    def point(self) -> tuple[float, float]:
        """Where the ring is."""
        return self.x_, self.y_

    def begin(self, seed: int, adventurous: float) -> None:
        """Show another plane."""
        if (seed, adventurous) != (self._seed, self._adventurous):
            self._seed, self._adventurous = seed, adventurous
            self.forget()
        self.ask()

    def forget(self) -> None:
        """The pictures are another model's."""
        self._tiles.clear()
        self._asked = []
        self.view.forget()
        self.update()

    def leave(self) -> None:
        """The canvas shows something that is not on the map."""
        if self._on:
            self._on = False
            self.update()

    def place(self) -> Place:
        """The place under the ring."""
        return wander(self._seed, self.x_, self.y_, self._adventurous)

    def ask(self) -> None:
        """Ask for the tiles in sight that are not there, the nearest to the ring first."""
        if not self.isVisible():
            return
        missing = [tile for tile in self._in_sight() if tile not in self._tiles]
        missing.sort(key=lambda tile: math.hypot(tile[0] - self.x_, tile[1] - self.y_))
        if not missing or (missing == self._asked and self.view.waiting):
            return
        self._asked = missing
        self.view.ask([wander(self._seed, *tile, self._adventurous) for tile in missing], SIDE)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(230, 230)

    def heightForWidth(self, width: int) -> int:
        """A square."""
        return width

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the tiles, then the ring."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        path = QPainterPath()
        path.addRoundedRect(whole, 12, 12)
        painter.fillPath(path, look.colour("raised"))
        painter.setClipPath(path)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cell = self._cell()
        for tile in self._in_sight():
            image = self._tiles.get(tile)
            if image is not None:
                corner = self._to_widget(tile[0] - 0.5, tile[1] - 0.5)
                painter.drawImage(QRectF(corner.x(), corner.y(), cell + 0.5, cell + 0.5), image)
        painter.setClipping(False)
        self._draw_ring(painter)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRoundedRect(whole.adjusted(-1, -1, 1, 1), 13, 13)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Another size shows the same tiles."""
        self.ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what was not asked for while nobody looked."""
        super().showEvent(event)
        self.ask()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show it."""
        super().focusInEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the ring, or of the ground."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = self._to_widget(self.x_, self.y_)
        self._holding = QPointF(event.position() - at).manhattanLength() < 2 * GRIP
        self._drag = (event.position(), self._left, self._top)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the ring, or the ground."""
        if self._drag is None:
            return
        if self._holding:
            self._go(*self._to_map(event.position()))
            return
        start, left, top = self._drag
        way = (event.position() - start) / self._cell()
        self._left, self._top = self._within(left - way.x()), self._within(top - way.y())
        self.ask()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a press that was no drag goes there."""
        if self._drag is None:
            return
        still = (event.position() - self._drag[0]).manhattanLength() < 4
        self._drag = None
        self.unsetCursor()
        if still and not self._holding:
            self._go(*self._to_map(event.position()))
            self.settled.emit()
        elif self._holding:
            self.settled.emit()
        self._holding = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move the ring; the ground goes along."""
        far = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else KEY
        ways = {
            Qt.Key.Key_Left: (-far, 0.0),
            Qt.Key.Key_Right: (far, 0.0),
            Qt.Key.Key_Up: (0.0, -far),
            Qt.Key.Key_Down: (0.0, far),
        }
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        self._go(self.x_ + way[0], self.y_ + way[1])
        self._follow()
        self.settled.emit()

    def _go(self, x: float, y: float) -> None:
        self.x_, self.y_ = self._within(x), self._within(y)
        self._on = True
        self.update()
        self.moved.emit(self.x_, self.y_)

    def _follow(self) -> None:
        """Keep the ring within the middle of what is in sight."""
        low, high = 0.0, ACROSS - 1.0
        self._left = min(max(self._left, self.x_ - high), self.x_ - low - 0.5)
        self._top = min(max(self._top, self.y_ - high), self.y_ - low - 0.5)
        self.ask()
        self.update()

    def _draw_ring(self, painter: QPainter) -> None:
        at = self._to_widget(self.x_, self.y_)
        if not QRectF(self.rect()).contains(at):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        shade = QColor(0, 0, 0, 130)
        painter.setPen(QPen(shade, 6))
        painter.drawEllipse(at, RING, RING)
        painter.setPen(QPen(QColor("#ffffff"), 3.5))
        painter.setBrush(QColor(255, 255, 255, 90) if self._on else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, RING, RING)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _cell(self) -> float:
        return max(1.0, self.width() / ACROSS)

    def _to_widget(self, x: float, y: float) -> QPointF:
        cell = self._cell()
        return QPointF((x - self._left) * cell, (y - self._top) * cell)

    def _to_map(self, at: QPointF) -> tuple[float, float]:
        cell = self._cell()
        inside = QPointF(
            min(max(at.x(), 0.0), float(self.width())), min(max(at.y(), 0.0), float(self.height()))
        )
        return self._left + inside.x() / cell, self._top + inside.y() / cell

    def _in_sight(self) -> list[Tile]:
        rows = self.height() / self._cell()
        left, top = math.floor(self._left + 0.5), math.floor(self._top + 0.5)
        right = math.ceil(self._left + ACROSS + 0.5 - 1e-9)
        bottom = math.ceil(self._top + rows + 0.5 - 1e-9)
        return [(x, y) for y in range(top, bottom) for x in range(left, right)]

    def _within(self, value: float) -> float:
        return min(float(FAR), max(float(-FAR), value))

    def _seen(self, sight: Sight) -> None:
        if sight.index >= len(self._asked):
            return
        self._tiles[self._asked[sight.index]] = sight.image
        while len(self._tiles) > KEPT:
            self._tiles.popitem(last=False)
        self.update()
