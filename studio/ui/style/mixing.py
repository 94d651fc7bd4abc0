"""Mixing styles: what is in the mix, and the pad between them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from studio.recipes.style import MAX_MANNERS
from studio.ui.sliders.live_canvas import draw_rounded
from studio.ui.style.wish import Wish
from studio.ui.theme import Look
from studio.ui.widgets.basics import tighten, wrapped
from studio.ui.widgets.pad import LETTERS, Pad

SLOT = 66
HELP = "Press a second style above, up to four; then move the ring between them."


class MixSlot(QAbstractButton):
    """A corner of the pad and its style. A press takes it out."""

    def __init__(self, look: Look, corner: int) -> None:
        super().__init__()
        self._look, self.corner = look, corner
        self._image: QImage | None = None
        self._share = ""
        self.setFixedSize(SLOT, SLOT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def show_style(self, name: str, image: QImage | None, share: float) -> None:
        """Show what is in it, with its part of the whole; "" for nothing."""
        self._image, self._share = image, f"{share:.0%}".replace("%", " %") if name else ""
        letter = LETTERS[self.corner]
        self.setEnabled(bool(name))
        self.setAccessibleName(f"Take {name} out of the mix" if name else f"{letter}, empty")
        self.setAccessibleDescription(self._share)
        self.setToolTip(f"{letter}: {name}, {self._share}\nPress to take it out" if name else "")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes it out too."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw picture or outline, the letter and the share."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if not self._share:
            painter.setPen(QPen(look.colour("edge", 0.6), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, 8, 8)
            painter.setPen(look.colour("muted"))
            painter.setFont(look.font(15, QFont.Weight.DemiBold))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, LETTERS[self.corner])
            return
        if self._image is not None:
            draw_rounded(painter, self._image, box, 8)
        foot = QRectF(box.x(), box.bottom() - 18, box.width(), 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("canvas", 0.82))
        painter.drawRoundedRect(foot, 6, 6)
        painter.setPen(look.colour("text"))
        painter.setFont(look.font(11, QFont.Weight.DemiBold))
        words = f"{LETTERS[self.corner]}  {self._share}"
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, words)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRoundedRect(box, 8, 8)
        if self.underMouse():
            mark = look.pixmap("x", "text", 16)
            painter.drawPixmap(round(box.right()) - 18, round(box.y()) + 3, mark)


class Mixing(QWidget):
    """Four slots and the pad."""

    taken_out = Signal(int)  # a corner
    moved = Signal(float, float)
    settled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.slots_ = [MixSlot(look, corner) for corner in range(MAX_MANNERS)]
        self.pad = Pad(look)
        self.pad.setAccessibleName("Where between the styles")
        self.note = wrapped(HELP, "label")
        row = QHBoxLayout()
        tighten(row, 0, 10)
        for slot in self.slots_:
            row.addWidget(slot)
            slot.clicked.connect(self._pressed)
        row.addStretch(1)
        column = QVBoxLayout(self)
        tighten(column, 0, 12)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self.pad.moved.connect(self.moved)
        self.pad.settled.connect(self.settled)

    def show_wish(
        self, wish: Wish, names: dict[str, str], images: dict[str, QImage | None]
    ) -> None:
        """Show what is mixed; names and pictures by the styles' keys."""
        weights = wish.weights() if wish.taken else {}
        for slot, pick in zip(self.slots_, wish.picks, strict=True):
            if pick is None:
                slot.show_style("", None, 0.0)
            else:
                share = weights[slot.corner]
                slot.show_style(names.get(pick.key, ""), images.get(pick.key), share)
        several = len(wish.taken) > 1
        self.note.setVisible(not several)
        self.pad.setVisible(several)
        self.pad.set_corners(wish.taken)
        self.pad.set_point(wish.across, wish.down)

    def _pressed(self) -> None:
        slot = self.sender()
        assert isinstance(slot, MixSlot)
        self.taken_out.emit(slot.corner)
