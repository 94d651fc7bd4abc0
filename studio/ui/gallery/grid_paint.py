"""How the gallery's grid is drawn: squares, rings around what is chosen, names of the days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap

from studio.ui.gallery.grid_layout import HEADER, MARGIN, Stretch, in_words
from studio.ui.theme import Look

RADIUS = 10.0


@dataclass(frozen=True)
class Shown:
    """How one square is drawn. image: None while it is not there."""

    x: int
    y: int
    image: QImage | None
    right: bool  # whether the image has the very size
    broken: bool = False
    chosen: bool = False
    current: bool = False
    hovered: bool = False
    favourite: bool = False


class GridPainter:
    """Draws with the look's colours; what is drawn often is drawn once and kept."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._empty: dict[tuple[int, float, str], QPixmap] = {}
        self._hearts: dict[tuple[float, str], QPixmap] = {}
        look.changed.connect(self._empty.clear)
        look.changed.connect(self._hearts.clear)

    def days(
        self, painter: QPainter, stretches: Iterable[Stretch], span: str, down: int, width: int
    ) -> None:
        """The names of days or months, `down` pixels of the grid being above the view."""
        today = date.today()
        painter.setPen(self._look.colour("muted"))
        painter.setFont(self._look.font(13, QFont.Weight.Medium))
        for stretch in stretches:
            if stretch.day is not None:
                box = QRect(MARGIN, stretch.top - down + 4, width - 2 * MARGIN, HEADER - 8)
                words = in_words(stretch.day, today, span)
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def square(self, painter: QPainter, shown: Shown, side: int, focus: bool) -> None:
        """One square with all that is around it."""
        place = QPointF(shown.x, shown.y)
        if shown.image is None:
            painter.drawPixmap(place, self._placeholder(painter, side))
            if shown.broken:
                mark = self._look.pixmap("image-off", "muted", 22)
                painter.drawPixmap(place + QPointF(side / 2 - 11, side / 2 - 11), mark)
        elif shown.right:
            painter.drawImage(place, shown.image)
        else:
            painter.drawImage(QRectF(shown.x, shown.y, side, side), shown.image)
        if shown.favourite:
            heart = self._heart(painter)
            painter.drawPixmap(place + QPointF(8, 8), heart)
        if shown.chosen or shown.hovered or (shown.current and focus):
            self._ring(painter, shown, side, focus)
        elif self._look.tokens.name == "light" and shown.image is not None:
            painter.setPen(self._look.colour("line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            box = QRectF(shown.x + 0.5, shown.y + 0.5, side - 1, side - 1)
            painter.drawRoundedRect(box, RADIUS, RADIUS)

    def band(self, painter: QPainter, band: QRect) -> None:
        """The rubber band."""
        painter.setPen(QPen(self._look.colour("accent"), 1))
        painter.setBrush(self._look.colour("accent", 0.18))
        painter.drawRect(band)

    def _ring(self, painter: QPainter, shown: Shown, side: int, focus: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(shown.x, shown.y, side, side)
        if shown.chosen:
            painter.setPen(QPen(self._look.colour("accent"), 3))
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)
        elif shown.hovered:
            painter.setPen(QPen(self._look.colour("edge"), 1.5))
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)
        if shown.current and focus:
            painter.setPen(QPen(self._look.colour("text"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)

    def _placeholder(self, painter: QPainter, side: int) -> QPixmap:
        ratio = painter.device().devicePixelRatioF()
        key = (side, ratio, self._look.tokens.raised)
        if key not in self._empty:
            if len(self._empty) > 8:
                self._empty.clear()
            pixmap = _clear(side, ratio)
            inner = QPainter(pixmap)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setPen(Qt.PenStyle.NoPen)
            inner.setBrush(self._look.colour("raised"))
            inner.drawRoundedRect(QRectF(0, 0, side, side), RADIUS, RADIUS)
            inner.end()
            self._empty[key] = pixmap
        return self._empty[key]

    def _heart(self, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatioF()
        key = (ratio, self._look.tokens.accent)
        if key not in self._hearts:
            pixmap = _clear(26, ratio)
            inner = QPainter(pixmap)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setPen(Qt.PenStyle.NoPen)
            inner.setBrush(QColor(0, 0, 0, 140))
            inner.drawEllipse(QRectF(0, 0, 26, 26))
            inner.drawPixmap(QPointF(5, 5.5), self._look.pixmap("heart-full", "accent", 16))
            inner.end()
            self._hearts[key] = pixmap
        return self._hearts[key]


def _clear(side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
