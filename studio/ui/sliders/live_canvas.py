"""The large picture that changes under one's fingers."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QFont,
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

from studio.ui.canvas import BREATH, RADIUS, SHADOW, draw_card
from studio.ui.carry import picture_in
from studio.ui.sliders.carry import slide_in
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, far_enough

MARGIN = 28
MOST = 760  # logical pixels of the picture's side: beyond, a small model's picture only blurs


class LiveCanvas(QWidget):
    """Shows one square picture, and draws the next one without laying anything out anew.

    Where there is none it says why, in a heading and a sentence.
    """

    opened = Signal()
    dragged = Signal()
    menu_wanted = Signal(QPoint)
    dropped = Signal(object)  # a SlideRecipe, a Path or a QImage
    acted = Signal()  # the button under the words was pressed

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._image: QImage | None = None
        self._title, self._words = "", ""
        self._shaping = self._dropping = False
        self._by_key = False  # whether the focus came by Tab, and is worth showing
        self._card: QPixmap | None = None
        self._pressed: QPoint | None = None
        self._action = TextButton(look, "", role="suggestion")
        self._action.setParent(self)
        self._action.hide()
        self._action.clicked.connect(self.acted)
        self._pulse = QTimer(self)
        self._pulse.setInterval(60)
        self._pulse.timeout.connect(self.update)
        self.setMinimumSize(200, 200)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName("Canvas")
        look.changed.connect(self._forget)

    @property
    def image(self) -> QImage | None:
        """The picture that is shown."""
        return self._image

    @property
    def shaping(self) -> bool:
        """Whether a picture is being looked for."""
        return self._shaping

    @property
    def words(self) -> str:
        """What is said in the place of a picture."""
        return self._title if self._image is None else ""

    def show_image(self, image: QImage) -> None:
        """Show the next picture."""
        if self._image is None:
            self.setAccessibleName("The picture")
            self.setAccessibleDescription("It follows the sliders. Space shows another one.")
            self._action.hide()
        self._image = image
        self.update(self.picture_rect().toRect().adjusted(-1, -1, 1, 1))

    def say(self, title: str, words: str = "", action: str = "") -> None:
        """Show no picture but these words, and a button where there is something to press."""
        self._image = None
        self._action.set_words(action)
        self._action.setVisible(bool(action))
        self._place_action()
        self._title, self._words = title, words
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.update()

    def set_shaping(self, on: bool) -> None:
        """Whether what is shown is still being looked for: its edge breathes."""
        self._shaping = on
        if on and not self._pulse.isActive():
            self._pulse.start()
        elif not on:
            self._pulse.stop()
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture is, in the widget's coordinates."""
        room = min(self.width(), self.height()) - 2 * MARGIN
        side = max(64, min(room, MOST))
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(self.rect()).center())
        return QRectF(box.toRect())

    def pixels(self) -> int:
        """How many pixels a side the picture takes on the screen."""
        return round(self.picture_rect().width() * self.devicePixelRatio())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, shadow, picture and edge."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.colour("canvas"))
        box = self.picture_rect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._image is None:
            self._draw_words(painter)
        else:
            corner = box.topLeft() - QPointF(SHADOW, SHADOW)
            painter.drawPixmap(corner, self._drawn_card(box))
            draw_rounded(painter, self._image, box, RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._dropping:
            self._ring(painter, box, 3, "accent", 1.0)
            if self._image is not None:
                self._draw_drop_words(painter, box)
        elif self._shaping:
            breath = 0.5 - 0.5 * math.cos(time.monotonic() / BREATH * math.tau)
            self._ring(painter, box, 3, "accent", 0.25 + 0.6 * breath)
        elif self.hasFocus() and self._by_key:
            self._ring(painter, box, 4, "text", 1.0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show it to those who go by the keyboard."""
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_key = event.reason() in keys
        super().focusInEvent(event)
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit the picture anew."""
        self._card = None
        self._place_action()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the begin of a drag."""
        inside = self.picture_rect().contains(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if inside and left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture once the mouse has gone far enough."""
        if self._pressed is None or self._image is None:
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
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() and self._image is not None:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the picture."""
        if self._image is not None:
            self.menu_wanted.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures, of this room and from outside."""
        if event.source() is not self and _content(event) is not None:
            event.acceptProposedAction()
            self._dropping = True
            self.update()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Not here, then."""
        self._dropping = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        self._dropping = False
        self.update()
        content = _content(event)
        if content is not None:
            event.acceptProposedAction()
            self.dropped.emit(content)

    def _place_action(self) -> None:
        self._action.adjustSize()
        middle = self.rect().center()
        self._action.move(middle.x() - self._action.width() // 2, middle.y() + 48)

    def _ring(self, painter: QPainter, box: QRectF, by: int, token: str, alpha: float) -> None:
        pen = painter.pen()
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setWidthF(2)
        pen.setColor(self._look.colour(token, alpha))
        painter.setPen(pen)
        painter.drawRoundedRect(box.adjusted(-by, -by, by, by), RADIUS + by, RADIUS + by)

    def _draw_words(self, painter: QPainter) -> None:
        room = QRectF(self.rect()).adjusted(40, 0, -40, 0)
        middle = room.center().y()
        painter.drawPixmap(
            QPointF(room.center().x() - 28, middle - 104), self._look.pixmap("mark", "accent", 56)
        )
        painter.setPen(self._look.colour("text"))
        painter.setFont(self._look.font(22, QFont.Weight.DemiBold))
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRectF(room.x(), middle - 32, room.width(), 34), flags, self._title)
        painter.setPen(self._look.colour("muted"))
        painter.setFont(self._look.font(14))
        width = min(440.0, room.width())
        below = QRectF(room.center().x() - width / 2, middle + 10, width, 120)
        painter.drawText(below, int(flags | Qt.TextFlag.TextWordWrap), self._words)

    def _draw_drop_words(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("canvas", 0.78))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(self._look.colour("text"))
        painter.setFont(self._look.font(16, QFont.Weight.DemiBold))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Let go to bring it in here")

    def _forget(self) -> None:
        self._card = None
        self.update()

    def _drawn_card(self, box: QRectF) -> QPixmap:
        """The shadow, kept until the size changes; the picture itself covers its middle."""
        if self._card is None:
            ratio = self.devicePixelRatio()
            plain = QImage(4, 4, QImage.Format.Format_RGB32)
            plain.fill(self._look.colour("surface"))
            self._card = draw_card(self._look, plain, box.size().toSize(), ratio)
        return self._card


def draw_rounded(painter: QPainter, image: QImage, box: QRectF, radius: float) -> None:
    """Draw the square middle of an image into a box with rounded corners, smoothly scaled.

    Not by a brush, which would repeat the picture and let its left edge shine through at its right.
    """
    side = min(image.width(), image.height())
    middle = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
    path = QPainterPath()
    path.addRoundedRect(box, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.drawImage(box, image, middle)
    painter.restore()


def thumbnail(image: QImage, side: float, ratio: float) -> QImage:
    """The image at a thumbnail's size, which is drawn more often than it changes."""
    pixels = max(1, round(side * ratio))
    return image.scaled(
        QSize(pixels, pixels),
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )


def _content(event: QDropEvent) -> object:
    return slide_in(event.mimeData()) or picture_in(event.mimeData())
