"""The work in the middle: the picture, or the one that is taking shape."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import far_enough

MARGIN = 40
SHADOW = 28
RADIUS = 16
CHECK = 12
ENLARGE = 2.0  # a small picture is shown at most this much larger, in physical pixels
BREATH = 2.4  # seconds


class Canvas(QWidget):
    """Shows one picture as large as it fits, on a checkerboard where it is transparent.

    A picture that is being drawn has a soft, breathing edge. Emits what the artist does with it.
    """

    opened = Signal()  # double click or Enter
    dragged = Signal()
    menu_wanted = Signal(QPoint)  # global position

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._image: QImage | None = None
        self._shaping = False
        self._size = QSize(512, 512)
        self._card: QPixmap | None = None
        self._pressed: QPoint | None = None
        self._began = 0.0
        self._pulse = QTimer(self)
        self._pulse.setInterval(80)
        self._pulse.timeout.connect(self._breathe)
        self.setMinimumSize(240, 200)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Canvas")
        look.changed.connect(self._forget)

    @property
    def image(self) -> QImage | None:
        """The picture that is shown, also an unfinished one."""
        return self._image

    @property
    def shaping(self) -> bool:
        """Whether it shows a picture that is being drawn."""
        return self._shaping

    def show_picture(self, image: QImage, title: str) -> None:
        """Show a finished picture."""
        self._set(image, shaping=False)
        self._size = image.size()
        self.setAccessibleName(title)
        self.setAccessibleDescription("Enter shows it large.")

    def show_shaping(self, image: QImage | None, size: QSize) -> None:
        """Show how far a picture of this final size has come; None before there is anything."""
        self._size = size
        self._set(image, shaping=True)
        self.setAccessibleName("A picture that is taking shape")
        self.setAccessibleDescription("")

    def clear(self) -> None:
        """Show nothing."""
        self._set(None, shaping=False)
        self.setAccessibleName("Canvas")
        self.setAccessibleDescription("Nothing is shown yet.")

    def picture_rect(self) -> QRectF:
        """Where the picture is, in the widget's coordinates."""
        size = self._size if self._image is None or self._shaping else self._image.size()
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        most = ENLARGE / self.devicePixelRatio()
        scale = min(room.width() / size.width(), room.height() / size.height(), most)
        box = QRectF(0, 0, size.width() * scale, size.height() * scale)
        box.moveCenter(room.center())
        return QRectF(box.toRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, card and edge."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.colour("canvas"))
        if self._image is None and not self._shaping:
            return
        box = self.picture_rect()
        painter.drawPixmap(box.topLeft() - QPointF(SHADOW, SHADOW), self._drawn_card(box))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._shaping:
            if self._image is None:
                painter.setPen(self._look.colour("muted"))
                painter.setFont(self._look.font(14))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Taking shape…")
            breath = 0.5 - 0.5 * math.cos((time.monotonic() - self._began) / BREATH * math.tau)
            pen = painter.pen()
            pen.setWidthF(2)
            pen.setColor(self._look.colour("accent", 0.25 + 0.6 * breath))
            painter.setPen(pen)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)
        elif self.hasFocus():
            pen = painter.pen()
            pen.setWidthF(2)
            pen.setColor(self._look.colour("text"))
            painter.setPen(pen)
            painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), RADIUS + 4, RADIUS + 4)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit the picture anew."""
        self._card = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the begin of a drag."""
        inside = self.picture_rect().contains(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if inside and left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture out once the mouse has gone far enough."""
        if self._pressed is None or self._shaping or self._image is None:
            return
        if far_enough(event, self._pressed):
            self._pressed = None
            self.dragged.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show it large."""
        if self._image is not None and self.picture_rect().contains(event.position()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows it large."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the picture."""
        if self._image is not None and not self._shaping:
            self.menu_wanted.emit(event.globalPos())

    def _set(self, image: QImage | None, shaping: bool) -> None:
        self._image, self._card = image, None
        if shaping and not self._shaping:
            self._began = time.monotonic()
            self._pulse.start()
        elif not shaping:
            self._pulse.stop()
        self._shaping = shaping
        self.update()

    def _forget(self) -> None:
        self._card = None
        self.update()

    def _breathe(self) -> None:
        """Redraw the edge alone."""
        box = self.picture_rect().toRect().adjusted(-5, -5, 5, 5)
        thin = 8
        for edge in (
            QRect(box.left(), box.top(), box.width(), thin),
            QRect(box.left(), box.bottom() - thin, box.width(), thin + 1),
            QRect(box.left(), box.top(), thin, box.height()),
            QRect(box.right() - thin, box.top(), thin + 1, box.height()),
        ):
            self.update(edge)

    def _drawn_card(self, box: QRectF) -> QPixmap:
        """The picture with its rounded corners and shadow, kept until something changes."""
        if self._card is None:
            self._card = draw_card(
                self._look, self._image, box.size().toSize(), self.devicePixelRatio()
            )
        return self._card


def draw_card(look: Look, image: QImage | None, size: QSize, ratio: float) -> QPixmap:
    """A picture of this size with rounded corners, SHADOW pixels of shadow around it."""
    card = QPixmap((size + QSize(2 * SHADOW, 2 * SHADOW)) * ratio)
    card.setDevicePixelRatio(ratio)
    card.fill(Qt.GlobalColor.transparent)
    painter = QPainter(card)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    box = QRectF(SHADOW, SHADOW, size.width(), size.height())
    painter.setPen(Qt.PenStyle.NoPen)
    strength = 9 if look.tokens.name == "dark" else 3
    for step in range(SHADOW, 0, -1) if image is not None else ():
        painter.setBrush(QColor(0, 0, 0, round(strength * (1 - step / SHADOW) + 0.5)))
        grown = box.adjusted(-step, -step, step, step).translated(0, SHADOW * 0.25)
        painter.drawRoundedRect(grown, RADIUS + step, RADIUS + step)
    path = QPainterPath()
    path.addRoundedRect(box, RADIUS, RADIUS)
    painter.setClipPath(path)
    if image is None:
        painter.fillRect(box, look.colour("surface"))
    else:
        if image.hasAlphaChannel():
            painter.fillRect(box, QBrush(checkerboard(look, ratio)))
        painter.drawImage(box, fitted(image, size * ratio))
    painter.end()
    return card


def fitted(image: QImage, size: QSize) -> QImage:
    """The image at this size in pixels, smooth both when it shrinks and when it grows."""
    if image.size() == size:
        return image
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def checkerboard(look: Look, ratio: float = 1.0) -> QPixmap:
    """A tile of the pattern under transparent pictures."""
    tile = QPixmap(QSize(2 * CHECK, 2 * CHECK) * ratio)
    tile.setDevicePixelRatio(ratio)
    tile.fill(look.colour("check_a"))
    painter = QPainter(tile)
    for x, y in ((0, CHECK), (CHECK, 0)):
        painter.fillRect(x, y, CHECK, CHECK, look.colour("check_b"))
    painter.end()
    return tile
