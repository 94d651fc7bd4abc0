"""How loud it is: two quiet bars, and a mark that stays a moment at the highest point."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.theme import Look

LOWEST = -48.0  # decibels at the left end
HIGH = -1.0  # decibels from which on it is nearly too loud
FALL = 30.0  # decibels a second
STAYS = 1.2  # seconds
EVERY = 33  # milliseconds
Pair = tuple[float, float]


def decibels(level: float) -> float:
    """Of an amplitude 0..1; not below the meter's lowest."""
    return max(LOWEST, 20 * math.log10(level)) if level > 0 else LOWEST


class Meter(QWidget):
    """Left above right. A bar is the strength (RMS), the thin mark the peak."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown = [LOWEST, LOWEST]
        self._goal = [LOWEST, LOWEST]
        self._peaks = [LOWEST, LOWEST]
        self._since = [0.0, 0.0]
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._fall)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How loud it is")
        self.setAccessibleDescription("Silent")
        self.setToolTip("How loud it is, left and right")
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Small."""
        return QSize(64, 14)

    def set_levels(self, peak: Pair, rms: Pair) -> None:
        """What is heard now: amplitudes 0..1 of left and right. It falls back by itself."""
        now = time.monotonic()
        for side in (0, 1):
            self._goal[side] = decibels(rms[side])
            high = decibels(peak[side])
            if high >= self._peaks[side]:
                self._peaks[side], self._since[side] = high, now
        resting = not self._timer.isActive() and self.isVisible()
        if resting and max(*self._goal, *self._peaks) > LOWEST:
            self._last = now
            self._timer.start()

    def shown(self) -> Pair:
        """Decibels of both bars."""
        return self._shown[0], self._shown[1]

    def hideEvent(self, _event: QHideEvent) -> None:
        """Rest while nobody looks."""
        self._timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both bars."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for side in (0, 1):
            top = self.height() / 2 + (-5 if side == 0 else 1)
            painter.setBrush(look.colour("line"))
            painter.drawRoundedRect(QRectF(0, top, self.width(), 4), 2, 2)
            loud = self._peaks[side] > HIGH
            painter.setBrush(look.colour("warning" if loud else "muted"))
            width = self._x(self._shown[side])
            if width >= 1:
                painter.drawRoundedRect(QRectF(0, top, width, 4), 2, 2)
            if self._peaks[side] > LOWEST:
                painter.drawRect(QRectF(self._x(self._peaks[side]) - 2, top, 2, 4))

    def _x(self, level: float) -> float:
        return self.width() * (level - LOWEST) / -LOWEST

    def _fall(self) -> None:
        """Rise at once, fall softly; stop when all is silent."""
        now = time.monotonic()
        way = FALL * (now - self._last)
        self._last = now
        for side in (0, 1):
            self._shown[side] = max(self._goal[side], self._shown[side] - way)
            if now - self._since[side] > STAYS:
                self._peaks[side] = max(self._shown[side], self._peaks[side] - way)
        if max(*self._shown, *self._peaks) <= LOWEST:
            self._timer.stop()
        self.update()
