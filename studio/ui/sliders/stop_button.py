"""One stop of a path."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton

from studio.ui.sliders.live_canvas import draw_rounded, thumbnail
from studio.ui.theme import Look
from studio.ui.widgets.basics import far_enough

SIDE = 64


class AddButton(QAbstractButton):
    """An empty stop: a press adds the picture on the canvas."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(SIDE + 4, SIDE + 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName("Add this picture")
        self.setToolTip("Add this picture to the path")
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a dashed outline with a plus."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        alive = self.isEnabled()
        lively = alive and (self.underMouse() or self.hasFocus())
        painter.setPen(
            QPen(
                look.colour("text" if lively else "edge", 1 if alive else 0.4),
                1.5,
                Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DashLine,
            )
        )
        painter.drawRoundedRect(QRectF(3, 3, SIDE - 2, SIDE - 2), 8, 8)
        painter.setOpacity(1.0 if alive else 0.4)
        plus = look.pixmap("plus", "text" if lively else "muted", 20)
        painter.drawPixmap((self.width() - 20) // 2, (self.height() - 20) // 2, plus)


class StopButton(QAbstractButton):
    """One stop. A press goes there; Delete takes it out, Ctrl and the arrow keys move it."""

    removed = Signal(int)
    shifted = Signal(int, int)  # by so many places
    dragged = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(self, look: Look, number: int) -> None:
        super().__init__()
        self._look, self.number = look, number
        self._image: QImage | None = None
        self._pressed: QPoint | None = None
        self.setFixedSize(SIDE + 4, SIDE + 4)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Stop {number + 1}")
        self.setAccessibleDescription("Enter goes there, Delete takes it out.")
        self.setToolTip("Go there. Drag to another place, Delete takes it out")

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_image(self, image: QImage | None) -> None:
        """Show this picture."""
        ratio = self.devicePixelRatio()
        self._image = None if image is None else thumbnail(image, SIDE, ratio)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2, 2, SIDE, SIDE)
        if self._image is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("raised"))
            painter.drawRoundedRect(box, 8, 8)
            painter.setPen(look.colour("muted"))
            painter.setFont(look.font(13, QFont.Weight.Medium))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self.number + 1))
        else:
            draw_rounded(painter, self._image, box, 8)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("text", 1.0 if self.hasFocus() else 0.6), 2))
            painter.drawRoundedRect(box, 8, 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there, Delete takes it out, Ctrl and arrows move it."""
        key = event.key()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not control:
            self.removed.emit(self.number)
        elif control and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.shifted.emit(self.number, -1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with it."""
        self.menu_wanted.emit(self.number, event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the begin of a drag."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it to another place."""
        if self._pressed is not None and far_enough(event, self._pressed):
            self._pressed = None
            self.setDown(False)
            self.dragged.emit(self.number)
