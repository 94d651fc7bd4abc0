"""A square between up to four things, with a ring that says how much of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.theme import Look

LETTERS = "ABCD"
PAD = 208
KEY = 0.05  # how far an arrow key moves; with Shift four times that


def corner_weights(taken: Sequence[int], across: float, down: float) -> dict[int, float]:
    """Each taken corner's share at a point of the pad, 0..1 across and down; together 1.

    Corners: 0 upper left, 1 upper right, 2 lower left, 3 lower right. Between two only `across`
    counts, wherever they are.
    """
    if len(taken) == 2:
        return {taken[0]: 1 - across, taken[1]: across}
    columns, rows = (1 - across, across), (1 - down, down)
    raw = {corner: columns[corner % 2] * rows[corner // 2] for corner in taken}
    total = sum(raw.values())
    if total < 1e-6:  # in the corner that is empty
        return {corner: 1 / len(taken) for corner in taken}
    return {corner: weight / total for corner, weight in raw.items()}


class Pad(QWidget):
    """A square whose corners are the pictures; a line where there are but two."""

    moved = Signal(float, float)
    settled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.across = self.down = 0.5
        self._line = False
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Where between the pictures")
        self.setAccessibleDescription("The arrow keys move the ring, with Shift farther.")
        self.set_corners(())
        look.changed.connect(self.update)

    def set_corners(self, taken: Sequence[int]) -> None:
        """Which corners have a picture; it is a line between two."""
        self._taken, line = tuple(taken), len(taken) == 2
        self._line = line
        self.setFixedSize(PAD, 32 if line else PAD)
        self.update()

    def set_point(self, across: float, down: float) -> None:
        """Stand here, without telling."""
        self.across, self.down = min(1.0, max(0.0, across)), min(1.0, max(0.0, down))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, cross lines and ring."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self._room()
        at = self._at()
        painter.setPen(Qt.PenStyle.NoPen)
        if self._line:
            painter.setBrush(look.colour("edge"))
            painter.drawRoundedRect(QRectF(room.x(), at.y() - 2, room.width(), 4), 2, 2)
        else:
            painter.setBrush(look.colour("raised"))
            painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
            painter.setPen(QPen(look.colour("line"), 1))
            painter.drawLine(QPointF(at.x(), room.y()), QPointF(at.x(), room.bottom()))
            painter.drawLine(QPointF(room.x(), at.y()), QPointF(room.right(), at.y()))
            painter.setPen(look.colour("muted"))
            painter.setFont(look.font(11, QFont.Weight.DemiBold))
            inner = QRectF(self.rect()).adjusted(10, 8, -10, -8)
            flags = Qt.AlignmentFlag
            for corner, where in enumerate(
                (
                    flags.AlignLeft | flags.AlignTop,
                    flags.AlignRight | flags.AlignTop,
                    flags.AlignLeft | flags.AlignBottom,
                    flags.AlignRight | flags.AlignBottom,
                )
            ):
                if corner in self._taken:
                    painter.drawText(inner, where, LETTERS[corner])
        painter.setBrush(look.colour("text"))
        painter.setPen(QPen(look.colour("accent"), 3) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawEllipse(at, 8, 8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if self._held:
            self._go(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Stay."""
        self._held = False
        self.settled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move the ring."""
        far = KEY * (4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
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
        self.set_point(self.across + way[0], self.down + way[1])
        self.moved.emit(self.across, self.down)
        self.settled.emit()

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(14, 14, -14, -14)

    def _at(self) -> QPointF:
        room = self._room()
        down = 0.5 if self._line else self.down
        return QPointF(room.x() + self.across * room.width(), room.y() + down * room.height())

    def _go(self, to: QPointF) -> None:
        room = self._room()
        down = self.down if self._line else (to.y() - room.y()) / max(1.0, room.height())
        self.set_point((to.x() - room.x()) / max(1.0, room.width()), down)
        self.moved.emit(self.across, self.down)
