"""A sound as its outline, with how far it has been heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.theme import Look

if TYPE_CHECKING:
    from numpy.typing import NDArray

BAR, GAP = 2, 1  # pixels
STEP = 0.02  # of the whole, for an arrow key


class Waveform(QWidget):
    """The outline of a sound; a press goes there."""

    seek_wanted = Signal(float)  # 0..1 of the whole

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._peaks: NDArray[np.float32] = np.zeros(0, np.float32)
        self._position = 0.0
        self._drawn: tuple[tuple[object, ...], QPixmap, QPixmap] | None = None
        self.setMinimumSize(60, 24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Sound")
        self.set_peaks(None)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A strip."""
        return QSize(400, 48)

    def set_peaks(self, peaks: NDArray[np.float32] | None) -> None:
        """Show a sound. peaks: float32 [n], the highest amplitude (0..1) of n equal stretches."""
        self._peaks = np.zeros(0, np.float32) if peaks is None else np.asarray(peaks, np.float32)
        self._drawn = None
        self._say()
        self.update()

    def position(self) -> float:
        """How far it has been heard, 0..1."""
        return self._position

    def set_position(self, share: float) -> None:
        """How far it has been heard, 0..1; only what changes is drawn."""
        before, self._position = self._position, min(1.0, max(0.0, share))
        one, two = sorted((before * self.width(), self._position * self.width()))
        if int(one) != int(two):
            self.update(int(one) - 2, 0, int(two - one) + 5, self.height())
            self._say()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what was heard and what is to come."""
        painter = QPainter(self)
        if not len(self._peaks):
            painter.fillRect(0, self.height() // 2, self.width(), 1, self._look.colour("line"))
            return
        heard, coming = self._outlines()
        at = round(self._position * self.width())
        for picture, left, right in ((heard, 0, at), (coming, at, self.width())):
            box = event.rect().intersected(self.rect())
            box.setLeft(max(left, box.left()))
            box.setRight(min(right, box.right() + 1) - 1)
            if box.width() > 0:
                painter.setClipRect(box)
                painter.drawPixmap(0, 0, picture)
        painter.setClipping(False)
        painter.fillRect(at - 1, 0, 2, self.height(), self._look.colour("text"))
        if self.hasFocus():
            painter.setPen(QPen(self._look.colour("text"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton and len(self._peaks):
            self._go(event.position().x() / max(1, self.width()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton and len(self._peaks):
            self._go(event.position().x() / max(1, self.width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys, Home and End go through the sound."""
        ways = {
            Qt.Key.Key_Left: self._position - STEP,
            Qt.Key.Key_Right: self._position + STEP,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        to = ways.get(Qt.Key(event.key()))
        if to is None or not len(self._peaks):
            super().keyPressEvent(event)
        else:
            self._go(to)

    def _go(self, share: float) -> None:
        self.set_position(share)
        self.seek_wanted.emit(self._position)

    def _say(self) -> None:
        if not len(self._peaks):
            self.setAccessibleDescription("Nothing yet.")
        else:
            percent = round(self._position * 100)
            self.setAccessibleDescription(f"At {percent} percent. The arrow keys move.")

    def _outlines(self) -> tuple[QPixmap, QPixmap]:
        """The whole outline as heard and as coming, drawn once for each size and theme."""
        ratio = self.devicePixelRatio()
        key = (self.size(), ratio, self._look.tokens.name)
        if self._drawn is None or self._drawn[0] != key:
            heard = self._outline(self._look.colour("accent"), ratio)
            coming = self._outline(self._look.colour("muted"), ratio)
            self._drawn = (key, heard, coming)
        return self._drawn[1], self._drawn[2]

    def _outline(self, colour: QColor, ratio: float) -> QPixmap:
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        middle = QPointF(0, self.height() / 2)
        bars = []
        for place, peak in enumerate(self._in_bars()):
            half = max(0.75, float(peak) * (self.height() / 2 - 2))
            bars.append(QRectF(place * (BAR + GAP), middle.y() - half, BAR, 2 * half))
        painter.drawRects(bars)
        painter.end()
        return pixmap

    def _in_bars(self) -> NDArray[np.float32]:
        """The highest peak under each bar that fits."""
        count = max(1, self.width() // (BAR + GAP))
        edges = np.linspace(0, len(self._peaks), count + 1)
        starts = np.minimum(edges[:-1].astype(int), len(self._peaks) - 1)
        return np.clip(np.maximum.reduceat(np.abs(self._peaks), starts), 0, 1)
