"""Where the style goes: a small grey picture that the artist paints."""

from __future__ import annotations

import base64
import binascii

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from studio.recipes.style import MAX_MASK
from studio.ui.carry import png

SIDE = 512  # pixels of the longer side: it is soft anyway, and stretched over the picture
SMALLER = (SIDE, 256, 128)  # where a mask of spots is too long for a recipe


class Mask:
    """A grey picture, white where the style goes; nothing painted means everywhere."""

    def __init__(self, width: int, height: int, packed: str = "") -> None:
        """For a picture of this size. packed: as the recipe has it; what is none is no mask."""
        scale = SIDE / max(1, width, height)
        self._size = QSize(max(1, round(width * scale)), max(1, round(height * scale)))
        self._image = _unpacked(packed, self._size)

    @property
    def image(self) -> QImage | None:
        """The mask, 8 bits of grey; None for everywhere."""
        return self._image

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self._size.width() / self._size.height()

    def show(self, packed: str) -> None:
        """Be this one from now on."""
        self._image = _unpacked(packed, self._size)

    def stroke(self, start: QPointF, end: QPointF, radius: float, on: bool) -> None:
        """Paint from here to there. Points in 0..1 of each side, radius in parts of the longer.

        The first stroke of the brush says: only here; the first of the eraser: everywhere else.
        """
        if self._image is None:
            self._image = QImage(self._size, QImage.Format.Format_Grayscale8)
            self._image.fill(0 if on else 255)
        width, height = self._size.width(), self._size.height()
        tone = QColor(255, 255, 255) if on else QColor(0, 0, 0)
        pen = QPen(tone, max(1.0, 2 * radius * max(width, height)))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        from_, to = (QPointF(at.x() * width, at.y() * height) for at in (start, end))
        if from_ == to:
            painter.drawPoint(from_)
        else:
            painter.drawLine(from_, to)
        painter.end()

    def invert(self) -> None:
        """Everywhere else instead. Of everywhere that is nowhere."""
        if self._image is None:
            self._image = QImage(self._size, QImage.Format.Format_Grayscale8)
            self._image.fill(255)
        self._image.invertPixels()

    def pack(self) -> str:
        """As the recipe takes it: base64 of a PNG; "" for everywhere."""
        if self._image is None:
            return ""
        for side in SMALLER:
            image = self._image.scaled(
                side,
                side,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            text = base64.b64encode(png(image.convertToFormat(QImage.Format.Format_Grayscale8)))
            if len(text) <= MAX_MASK:
                return text.decode()
        return ""


def _unpacked(packed: str, size: QSize) -> QImage | None:
    if not packed:
        return None
    try:
        image = QImage.fromData(base64.b64decode(packed, validate=True))
    except binascii.Error:
        return None
    if image.isNull():
        return None
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth).convertToFormat(
        QImage.Format.Format_Grayscale8
    )
