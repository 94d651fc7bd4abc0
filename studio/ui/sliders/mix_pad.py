"""Mixing two to four pictures: slots to put them in, and a pad or a line between them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.sliders.blend import Blend
from studio.ui.sliders.carry import slide_in
from studio.ui.sliders.live_canvas import draw_rounded
from studio.ui.theme import Look
from studio.ui.widgets.basics import label, tighten, wrapped
from studio.ui.widgets.pad import LETTERS, Pad
from studio.ui.widgets.segmented import Segmented

SLOT = 70
LAYERS = (("all", "Everything"), ("coarse", "Form"), ("fine", "Detail"))
HELP = "Press an empty place to keep this picture there, or drag pictures into them."


class Slot(QAbstractButton):
    """A place for a picture. Empty, a press keeps the one on the canvas; Delete empties it."""

    filled = Signal(int)
    emptied = Signal(int)
    dropped = Signal(int, object)  # a SlideRecipe

    def __init__(self, look: Look, corner: int) -> None:
        super().__init__()
        self._look, self.corner = look, corner
        self._image: QImage | None = None
        self._over = False
        self.setFixedSize(SLOT, SLOT)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._pressed)
        look.changed.connect(self.update)
        self.set_image(None)

    @property
    def image(self) -> QImage | None:
        """What is in it."""
        return self._image

    def set_image(self, image: QImage | None, taken: bool = False) -> None:
        """Show what is in it."""
        self._image = image
        letter = LETTERS[self.corner]
        taken = taken or image is not None
        self.setAccessibleName(f"Picture {letter}" if taken else f"Keep this picture as {letter}")
        self.setToolTip("Delete takes it out" if taken else f"Keep this picture as {letter}")
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SLOT, SLOT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw picture or outline, and the letter."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if self._image is not None:
            draw_rounded(painter, self._image, box, 8)
            chip = QRectF(box.x() + 4, box.y() + 4, 18, 18)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("canvas", 0.8))
            painter.drawRoundedRect(chip, 6, 6)
        else:
            pen = QPen(look.colour("text" if self.underMouse() else "edge"), 1.5)
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(box, 8, 8)
            chip = box
        painter.setPen(look.colour("text" if self._image else "muted"))
        painter.setFont(look.font(11 if self._image else 15, QFont.Weight.DemiBold))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, LETTERS[self.corner])
        if self._over or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent" if self._over else "text"), 2))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 9, 9)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the picture out."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.emptied.emit(self.corner)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, _event: QContextMenuEvent) -> None:
        """The right button takes the picture out."""
        self.emptied.emit(self.corner)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures of this room."""
        if slide_in(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._over = True
            self.update()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Not here, then."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it."""
        self._over = False
        recipe = slide_in(event.mimeData())
        if recipe is not None:
            event.acceptProposedAction()
            self.dropped.emit(self.corner, recipe)

    def _pressed(self) -> None:
        self.filled.emit(self.corner)


class Mix(QWidget):
    """The slots, the pad, and what is mixed."""

    filled = Signal(int)  # keep the picture on the canvas in this corner
    emptied = Signal(int)
    dropped = Signal(int, object)  # a SlideRecipe for this corner
    moved = Signal(float, float)
    settled = Signal()
    layers_chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.slots_ = [Slot(look, corner) for corner in range(4)]
        self.pad = Pad(look)
        self.layers = Segmented(look, "What is mixed", "The rest stays as in the first picture.")
        self.layers.set_options(LAYERS)
        self._layered = False
        self.note = wrapped(HELP, "label")
        row = QHBoxLayout()
        tighten(row, 0, 7)
        for slot in self.slots_:
            row.addWidget(slot)
            slot.filled.connect(self.filled)
            slot.emptied.connect(self.emptied)
            slot.dropped.connect(self.dropped)
        row.addStretch(1)
        column = QVBoxLayout(self)
        tighten(column, 0, 12)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self.caption = label("Mix", "label", self.layers)
        column.addWidget(self.caption)
        column.addWidget(self.layers)
        self.pad.moved.connect(self.moved)
        self.pad.settled.connect(self.settled)
        self.layers.changed.connect(self.layers_chosen)
        self.show_blend(Blend())

    def show_layers(self, layered: bool) -> None:
        """Whether this model tells form from detail."""
        self._layered = layered
        self._show_layers(not self.pad.isHidden())

    def show_blend(self, blend: Blend) -> None:
        """Show what there is to mix, and where the point is."""
        for corner, slot in enumerate(self.slots_):
            if blend.corners[corner] is None:
                slot.set_image(None)
        self.pad.set_corners(blend.taken)
        self.pad.set_point(blend.across, blend.down)
        self.pad.setVisible(blend.ready)
        self.note.setVisible(not blend.ready)
        self.layers.set_value(blend.layers)
        self._show_layers(blend.ready)

    def _show_layers(self, ready: bool) -> None:
        self.caption.setVisible(self._layered and ready)
        self.layers.setVisible(self._layered and ready)
