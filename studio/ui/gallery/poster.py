"""The artwork in hand, large at the top of the details."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.canvas import checkerboard
from studio.ui.theme import Look
from studio.ui.widgets.basics import far_enough

HIGHEST = 300  # pixels


class Poster(QWidget):
    """Shows a picture on checks, as wide as the panel; a click shows it large.

    opened: it was clicked, or Enter was pressed. dragged: it is to be dragged out.
    """

    opened = Signal()
    dragged = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._image = QImage()
        self._shape = QSize(1, 1)
        self._pressed: QPoint | None = None
        self._lost = False
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleDescription("Enter shows it large.")
        look.changed.connect(self.update)

    def expect(self, width: int, height: int, title: str) -> None:
        """Another artwork: keep its room free until its picture is there."""
        self._image, self._lost = QImage(), False
        self._shape = QSize(max(1, width), max(1, height))
        self.setAccessibleName(title or "Without a title")
        self.updateGeometry()
        self.update()

    def show_image(self, image: QImage) -> None:
        """Show it; a null one cannot be shown."""
        self._image, self._lost = image, image.isNull()
        self.update()

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    def hasHeightForWidth(self) -> bool:
        """As high as the picture is for its width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Not so high that nothing else is seen."""
        return max(80, min(HIGHEST, round(width * self._shape.height() / self._shape.width())))

    def sizeHint(self) -> QSize:
        """Its height is what counts."""
        return QSize(300, self.heightForWidth(300))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it out once the mouse has gone far enough."""
        if self._pressed is not None and far_enough(event, self._pressed):
            self._pressed = None
            self.dragged.emit()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """A click shows it large."""
        if self._pressed is not None:
            self._pressed = None
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does as well."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it: rounded, on checks where it can be seen through."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = self._image
        size = self._shape if image.isNull() else image.size()
        size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, size.width(), size.height())
        box.moveCenter(QRectF(self.rect()).center())
        path = QPainterPath()
        path.addRoundedRect(box, 10, 10)
        if image.isNull():
            painter.fillPath(path, look.colour("raised"))
            if self._lost:
                painter.setPen(look.colour("muted"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "Cannot be shown")
        else:
            painter.setClipPath(path)
            painter.fillRect(box, QBrush(checkerboard(look, self.devicePixelRatio())))
            painter.drawImage(box, image)
            painter.setClipping(False)
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(look.colour("text"))
            pen.setWidthF(2)
            painter.setPen(pen)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 9, 9)
