"""A switch with its words: on or off, at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from studio.ui.theme import Look

WIDTH, HEIGHT = 40, 22


class Switch(QAbstractButton):
    """Words on the left, the switch on the right; a press anywhere turns it."""

    def __init__(self, look: Look, words: str, help_text: str = "") -> None:
        super().__init__()
        self._look = look
        self.setText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(help_text)
        self.setToolTip(help_text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for words and switch."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + WIDTH + 16, 34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw words, track and knob."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.setPen(look.colour("text"))
        painter.setFont(look.font(14))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.text())
        track = QRectF(0, 0, WIDTH, HEIGHT)
        track.moveCenter(QRectF(self.rect()).center())
        track.moveRight(self.width() - 3)
        radius = HEIGHT / 2
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
        else:
            painter.setPen(QPen(look.colour("edge"), 1.5))
            painter.setBrush(look.colour("hover" if self.underMouse() else "raised"))
        painter.drawRoundedRect(track.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
        knob = QRectF(0, 0, HEIGHT - 8, HEIGHT - 8)
        knob.moveCenter(track.center())
        if self.isChecked():
            knob.moveRight(track.right() - 4)
        else:
            knob.moveLeft(track.left() + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("on_accent" if self.isChecked() else "edge"))
        painter.drawEllipse(knob)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
