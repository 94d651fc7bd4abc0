"""The picture as it was and as it is painted, side by side under one line."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from studio.ui.canvas import BREATH, RADIUS, SHADOW, checkerboard, draw_card, fitted
from studio.ui.style.divider import STEPS, Divider
from studio.ui.theme import Look
from studio.ui.widgets.basics import far_enough

MARGIN = 32
ENLARGE = 3.0  # a small picture is shown at most this much larger, in physical pixels
STRIDE = 0.02  # of the picture, that an arrow key moves the brush
TINT = 0.35


class StyleCanvas(QWidget):
    """Shows a picture before and after. With a brush taken up, all of it is the one after, and
    the mouse paints."""

    opened = Signal()
    dragged = Signal()
    menu_wanted = Signal(QPoint)
    stroked = Signal(QPointF, QPointF)  # from, to; in 0..1 of each side
    stroke_ended = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._before: QImage | None = None
        self._after: QImage | None = None
        self._shown: dict[str, QPixmap] = {}  # before, after and shadow at the size of the screen
        self._radius = 0.0  # of the brush; 0 where none is taken up
        self._spot: QPointF | None = None  # where the brush is, 0..1
        self._stroking = False
        self._tint: QImage | None = None
        self._hint = ""
        self._working = False
        self._alone = False
        self._by_key = False
        self._pressed: QPoint | None = None
        self.divider = Divider(look, self)
        self.divider.setValue(STEPS // 2)
        self.divider.hide()
        self._pulse = QTimer(self)
        self._pulse.setInterval(80)
        self._pulse.timeout.connect(self.update)
        self.setMinimumSize(240, 200)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Canvas")
        look.changed.connect(self._forget)

    # What is shown

    @property
    def before(self) -> QImage | None:
        """The picture as it was."""
        return self._before

    @property
    def after(self) -> QImage | None:
        """The painted one, where there is one."""
        return self._after

    @property
    def hint(self) -> str:
        """The words over the picture's lower edge."""
        return self._hint

    def show_before(self, image: QImage | None, name: str = "") -> None:
        """Show a picture that has not been painted yet."""
        self._before, self._after = image, None
        self._shown.clear()
        self.setAccessibleName(name or "Canvas")
        self._arrange()

    def show_after(self, image: QImage, alone: bool = False) -> None:
        """Show how it is painted; what shone through before shines through again.

        alone: it is not to be compared with the one before.
        """
        self._alone = alone
        if self._before is not None and self._before.hasAlphaChannel():
            image = _with_alpha_of(self._before, image)
        self._after = image
        self._shown.pop("after", None)
        self.setAccessibleDescription("Enter shows it large.")
        self._arrange()

    def say(self, hint: str) -> None:
        """Words over the lower edge of the picture; "" for none."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    def set_working(self, on: bool) -> None:
        """Whether what is shown is still being worked on: its edge breathes."""
        self._working = on
        if on:
            self._pulse.start()
        else:
            self._pulse.stop()
        self.update()

    # The brush

    @property
    def painting(self) -> bool:
        """Whether a brush is taken up."""
        return self._radius > 0

    def take_up(self, radius: float) -> None:
        """Take up a brush, in parts of the longer side; 0 puts it away."""
        self._radius = radius
        self._stroking = False
        self.setCursor(Qt.CursorShape.CrossCursor if radius else Qt.CursorShape.ArrowCursor)
        if not radius:
            self._spot = self._tint = None
        self._arrange()

    def show_tint(self, mask: QImage | None) -> None:
        """Lay a colour over where the style goes, while a stroke is on its way; None: no more."""
        if mask is None:
            self._tint = None
        else:
            tint = QImage(mask.size(), QImage.Format.Format_ARGB32_Premultiplied)
            tint.fill(self._look.colour("accent"))
            tint.setAlphaChannel(mask)
            self._tint = tint
        self.update()

    @property
    def stroking(self) -> bool:
        """Whether the mouse is down and paints."""
        return self._stroking

    # Where it is

    def picture_rect(self) -> QRectF:
        """Where the picture is, in the widget's coordinates."""
        size = self._before.size() if self._before is not None else QSize(4, 3) * 100
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        most = ENLARGE / self.devicePixelRatio()
        scale = min(room.width() / size.width(), room.height() / size.height(), most)
        box = QRectF(0, 0, max(8.0, size.width() * scale), max(8.0, size.height() * scale))
        box.moveCenter(room.center())
        return QRectF(box.toRect())

    def pixels(self) -> int:
        """How many pixels the longer side takes on the screen."""
        box = self.picture_rect()
        return round(max(box.width(), box.height()) * self.devicePixelRatio())

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, shadow, both pictures, tint, brush and words."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.colour("canvas"))
        if self._before is None:
            return
        box = self.picture_rect()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(box.topLeft() - QPointF(SHADOW, SHADOW), self._shadow(box))
        self._draw_pictures(painter, box)
        painter.save()
        painter.setClipRect(box)
        if self._tint is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(TINT)
            painter.drawImage(box, self._tint)
            painter.setOpacity(1.0)
        if self._spot is not None:
            self._draw_brush(painter, box)
        painter.restore()
        if self._hint:
            self._draw_hint(painter, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._working:
            breath = 0.5 - 0.5 * math.cos(time.monotonic() / BREATH * math.tau)
            self._ring(painter, box, 3, "accent", 0.25 + 0.6 * breath)
        elif self.hasFocus() and self._by_key:
            self._ring(painter, box, 4, "text", 1.0)

    def _draw_pictures(self, painter: QPainter, box: QRectF) -> None:
        line = box.x() + box.width() * (self.divider.part if self.divider.isVisible() else 0.0)
        if self._after is None:
            line = box.right()
        ratio = self.devicePixelRatio()
        for name, image, left, right in (
            ("before", self._before, box.left(), line),
            ("after", self._after, line, box.right()),
        ):
            if image is not None and right > left:
                part = QRectF(left, box.y(), right - left, box.height())
                inside = part.translated(-box.topLeft())
                source = QRectF(inside.topLeft() * ratio, inside.size() * ratio)
                painter.drawPixmap(part, self._fitted(name, image, box), source)

    def _draw_brush(self, painter: QPainter, box: QRectF) -> None:
        assert self._spot is not None
        at = QPointF(
            box.x() + self._spot.x() * box.width(), box.y() + self._spot.y() * box.height()
        )
        radius = self._radius * max(box.width(), box.height())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 140), 3.0), (QColor(255, 255, 255), 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(at, radius, radius)

    def _draw_hint(self, painter: QPainter, box: QRectF) -> None:
        font = self._look.font(13, QFont.Weight.Medium)
        painter.setFont(font)
        width = min(box.width() - 24, painter.fontMetrics().horizontalAdvance(self._hint) + 32)
        pill = QRectF(box.center().x() - width / 2, box.bottom() - 48, width, 32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("surface", 0.92))
        painter.drawRoundedRect(pill, 16, 16)
        painter.setPen(self._look.colour("text"))
        words = painter.fontMetrics().elidedText(
            self._hint, Qt.TextElideMode.ElideRight, round(width - 24)
        )
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)

    def _ring(self, painter: QPainter, box: QRectF, by: int, token: str, alpha: float) -> None:
        painter.setPen(QPen(self._look.colour(token, alpha), 2))
        painter.drawRoundedRect(box.adjusted(-by, -by, by, by), RADIUS + by, RADIUS + by)

    def _fitted(self, name: str, image: QImage, box: QRectF) -> QPixmap:
        """The picture with its corners as it is on the screen, kept: the line moves more often."""
        kept = self._shown.get(name)
        if kept is None:
            ratio = self.devicePixelRatio()
            size = (box.size() * ratio).toSize()
            kept = self._shown[name] = QPixmap(size)
            kept.fill(Qt.GlobalColor.transparent)
            painter = QPainter(kept)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            path = QPainterPath()
            path.addRoundedRect(QRectF(kept.rect()), RADIUS * ratio, RADIUS * ratio)
            painter.setClipPath(path)
            if image.hasAlphaChannel():
                painter.fillRect(kept.rect(), QBrush(checkerboard(self._look)))
            painter.drawImage(0, 0, fitted(image, size))
            painter.end()
        return kept

    def _shadow(self, box: QRectF) -> QPixmap:
        if "shadow" not in self._shown:
            plain = QImage(4, 4, QImage.Format.Format_RGB32)
            plain.fill(self._look.colour("surface"))
            ratio = self.devicePixelRatio()
            self._shown["shadow"] = draw_card(self._look, plain, box.size().toSize(), ratio)
        return self._shown["shadow"]

    # What the artist does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke, or perhaps a drag."""
        if event.button() != Qt.MouseButton.LeftButton or self._before is None:
            return
        inside = self.picture_rect().contains(event.position())
        if self.painting and inside:
            self._stroking = True
            self._spot = self._point(event.position())
            self.stroked.emit(self._spot, self._spot)
        elif inside:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke; or drag the picture out once the mouse has gone far enough."""
        if self.painting and self._before is not None:
            before, self._spot = self._spot, self._point(event.position())
            if self._stroking and before is not None:
                self.stroked.emit(before, self._spot)
            self.update()
        elif self._pressed is not None and far_enough(event, self._pressed):
            self._pressed = None
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        self._pressed = None
        if self._stroking and event.button() == Qt.MouseButton.LeftButton:
            self._stroking = False
            self.stroke_ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show it large."""
        if self.painting:
            self.mousePressEvent(event)
        elif self._before is not None and self.picture_rect().contains(event.position()):
            self.opened.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """The brush comes with the mouse."""
        super().enterEvent(event)
        if self.painting:
            self._spot = self._point(event.position())

    def leaveEvent(self, _event: object) -> None:
        """And goes with it."""
        if not self._stroking:
            self._spot = None
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows it large. With a brush the arrow keys move it and Space paints."""
        ways = {
            Qt.Key.Key_Left: QPointF(-STRIDE, 0),
            Qt.Key.Key_Right: QPointF(STRIDE, 0),
            Qt.Key.Key_Up: QPointF(0, -STRIDE),
            Qt.Key.Key_Down: QPointF(0, STRIDE),
        }
        way = ways.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        elif self.painting and way is not None:
            to = (self._spot or QPointF(0.5, 0.5)) + way
            self._spot = QPointF(min(1.0, max(0.0, to.x())), min(1.0, max(0.0, to.y())))
            self.update()
        elif self.painting and event.key() == Qt.Key.Key_Space:
            self._spot = self._spot or QPointF(0.5, 0.5)
            self.stroked.emit(self._spot, self._spot)
            self.stroke_ended.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the picture."""
        if self._before is not None:
            self.menu_wanted.emit(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show it to those who go by the keyboard."""
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._by_key = event.reason() in keys
        super().focusInEvent(event)
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit everything anew."""
        self._shown.clear()
        self._arrange()

    def _point(self, at: QPointF) -> QPointF:
        box = self.picture_rect()
        return QPointF((at.x() - box.x()) / box.width(), (at.y() - box.y()) / box.height())

    def _arrange(self) -> None:
        compare = self._after is not None and not (self.painting or self._alone)
        self.divider.setVisible(compare)
        if compare:
            self.divider.lie_on(self.picture_rect())
        self.update()

    def _forget(self) -> None:
        self._shown.clear()
        self.update()


def _with_alpha_of(before: QImage, after: QImage) -> QImage:
    alpha = before.scaled(
        after.size(),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_Alpha8)
    made = after.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    made.setAlphaChannel(alpha)
    return made
