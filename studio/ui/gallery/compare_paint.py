"""How two compared pictures are drawn: themselves, the slider between them, their names."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap

from studio.ui.canvas import checkerboard, fitted
from studio.ui.theme import Look

HANDLE = 22  # pixels of the round on the slider


class ComparePainter:
    """Draws with the look's colours; a picture that is shrunk is prepared once and kept."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._small: dict[int, QPixmap] = {}

    def forget(self) -> None:
        """The pictures are others, or drawn in other sizes."""
        self._small.clear()

    def picture(
        self, painter: QPainter, which: int, image: QImage, box: QRectF, scale: float, fits: bool
    ) -> None:
        """One of the two in its box.

        which: 0 is the left one. scale: screen pixels for one of the picture. fits: it is not
        zoomed.
        """
        ratio = painter.device().devicePixelRatioF()
        if image.hasAlphaChannel():
            painter.setBrushOrigin(box.topLeft())
            painter.fillRect(box, QBrush(checkerboard(self._look, ratio)))
        if fits and scale * ratio < 1:  # shrunk: prepared once, smoothly
            small = self._small.get(which)
            if small is None:
                small = QPixmap.fromImage(fitted(image, (box.size() * ratio).toSize()))
                small.setDevicePixelRatio(ratio)
                self._small[which] = small
            painter.drawPixmap(box.topLeft(), small)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 4)
        painter.drawImage(box, image)

    def slider(self, painter: QPainter, area: QRectF, line: float, focus: bool) -> None:
        """The slider over an area. line: where it stands, from the left of the widget."""
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rod = QRectF(line - 1.5, area.top(), 3, area.height())
        painter.fillRect(rod, look.colour("accent"))
        round_ = QRectF(0, 0, HANDLE, HANDLE)
        round_.moveCenter(QPointF(line, area.center().y()))
        pen = painter.pen()
        pen.setColor(look.colour("text" if focus else "accent"))
        pen.setWidthF(2)
        painter.setPen(pen)
        painter.setBrush(look.colour("raised"))
        painter.drawEllipse(round_)
        icon = look.pixmap("move-horizontal", "text", 14)
        painter.drawPixmap(round_.center() - QPointF(7, 7), icon)

    def name(self, painter: QPainter, area: QRectF, words: str, left: bool) -> None:
        """Whose picture it is, in a corner of its area."""
        look = self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font(13))
        measure = painter.fontMetrics()
        words = measure.elidedText(words, Qt.TextElideMode.ElideRight, round(area.width() / 3))
        box = QRectF(0, 0, measure.horizontalAdvance(words) + 20, measure.height() + 10)
        corner = area.left() + 8 if left else area.right() - box.width() - 8
        box.moveTo(corner, area.top() + 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("raised", 0.9))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(look.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
