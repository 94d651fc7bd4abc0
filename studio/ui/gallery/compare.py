"""Two pictures compared over the whole window: over each other with a slider, or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout

from studio.errors import StudioError
from studio.ui.gallery.compare_paint import HANDLE, ComparePainter
from studio.ui.viewer import MOST, STEP
from studio.ui.widgets.basics import IconButton, label, set_role
from studio.ui.widgets.cover import Cover

if TYPE_CHECKING:
    from studio.library.gallery import Card
    from studio.ui.gallery.room import GalleryRoom

EDGE = 24  # pixels around the pictures
BELOW = 84  # pixels below them, for the bar
NUDGE = 0.02  # of the width that an arrow key moves the slider


class Compare(Cover):
    """Covers the window. Escape closes; wheel, pinch, + and - zoom both; arrows move the slider.

    over: whether one lies over the other, else they stand side by side. split: where the slider
    is, 0 to 1 of the width. zoom: 1 fits, the same for both.
    """

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__(room.window_)
        self._room, self._look = room, room.look
        self._cards: tuple[Card, ...] = ()
        self._images = [QImage(), QImage()]
        self._painter = ComparePainter(room.look)
        self.over = True
        self.split = 0.5
        self.zoom = 1.0
        self._middle = QPointF(0.5, 0.5)  # of the pictures, in parts of their sides
        self._hold: QPointF | None = None
        self._sliding = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar = QFrame(self)
        set_role(self.bar, "toast")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        self.facts = label("", "muted")
        row.addWidget(self.facts)
        self.mode = IconButton(self._look, "layers", "Side by side (M)", "text")
        row.addWidget(self.mode)
        self.mode.clicked.connect(self.change_mode)
        for icon, words, do in (
            ("move-horizontal", "Swap the two (X)", self.swap),
            ("zoom-out", "Smaller (-)", self._out),
            ("zoom-in", "Larger (+)", self._in),
            ("maximize", "Fit the window (0)", self.fit),
            ("x", "Close (Esc)", self.escape),
        ):
            button = IconButton(self._look, icon, words, "text")
            button.clicked.connect(do)
            row.addWidget(button)
        for button in self.bar.findChildren(IconButton):
            button.setCursor(Qt.CursorShape.ArrowCursor)
        room.window_.installEventFilter(self)
        self._look.changed.connect(self.update)
        self.hide()

    def show_works(self, ids: Sequence[str]) -> None:
        """Compare these two; they are shown as soon as both are read."""
        wanted = list(ids)[:2]

        def read(cards: dict[str, Card]) -> None:
            if len(wanted) == 2 and all(each in cards for each in wanted):
                self._read(tuple(cards[each] for each in wanted))

        self._room.asking.look(lambda library: library.gallery.cards_of(wanted), read)

    def escape(self) -> bool:
        """Uncover the window; False where nothing covers it."""
        if self.isHidden():
            return False
        self.hide()
        self._images = [QImage(), QImage()]
        self._painter.forget()
        self._cards = ()
        self._room.grid.setFocus()
        return True

    def change_mode(self) -> None:
        """From one over the other to side by side, and back."""
        self.over = not self.over
        self.mode.set_icon("layers" if self.over else "blend", "text")
        self.mode.set_words("Side by side (M)" if self.over else "One over the other (M)")
        self._forget()

    def swap(self) -> None:
        """The left one to the right."""
        self._cards = self._cards[::-1]
        self._images.reverse()
        self._name()
        self._forget()

    def fit(self) -> None:
        """Show both whole."""
        self.zoom, self._middle = 1.0, QPointF(0.5, 0.5)
        self._say()
        self.update()

    def box(self, which: int) -> QRectF:
        """Where a picture is drawn, in pixels of the widget. which: 0 is the left one."""
        area, image = self._area(which), self._images[which]
        size = image.size().toSizeF() * (self._fitting(which) * self.zoom)
        corner = QPointF(self._middle.x() * size.width(), self._middle.y() * size.height())
        return QRectF(area.center() - corner, size)

    # Events

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Cover the window also when that grows."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._room.window_.rect())
        return False

    def event(self, event: QEvent) -> bool:
        """Pinching zooms."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the bar in its place."""
        self._place_bar()
        self._forget()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom both where the mouse is."""
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the slider, or of the pictures where they are larger than the window."""
        at = event.position()
        near = abs(at.x() - self._line()) <= HANDLE
        self._sliding = self.over and (near or self.zoom == 1)
        self._hold = at
        if self._sliding:
            self._slide(at.x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held."""
        if self._hold is None:
            return
        at = event.position()
        if self._sliding:
            self._slide(at.x())
        elif self.zoom > 1:
            box, way = self.box(0), at - self._hold
            self._go(-way.x() / box.width(), -way.y() / box.height())
        self._hold = at

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._hold, self._sliding = None, False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, zoom, and the slider."""
        keys = {
            Qt.Key.Key_Escape: self.escape,
            Qt.Key.Key_Return: self.escape,
            Qt.Key.Key_Plus: self._in,
            Qt.Key.Key_Equal: self._in,
            Qt.Key.Key_Minus: self._out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self._whole_pixels,
            Qt.Key.Key_M: self.change_mode,
            Qt.Key.Key_X: self.swap,
        }
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in keys:
            keys[key]()
        elif key in ways:
            x, y = ways[key]
            if self.over and x and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._slide(self._line() + x * NUDGE * self._area(0).width())
            elif self.zoom > 1:
                self._go(x * 0.1 / self.zoom, y * 0.1 / self.zoom)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("canvas"))
        if self._images[0].isNull():
            return
        line = self._line()
        for which in (0, 1):
            painter.save()
            area = QRectF(self.rect()) if self.over else self._area(which)
            if self.over:
                area.setRight(line) if which == 0 else area.setLeft(line)
            painter.setClipRect(area)
            scale = self._fitting(which) * self.zoom
            image, box = self._images[which], self.box(which)
            self._painter.picture(painter, which, image, box, scale, self.zoom == 1)
            painter.restore()
        if self.over:
            self._painter.slider(painter, self._area(0), line, self.hasFocus())
        for which, card in enumerate(self._cards):
            left = not self.over or which == 0
            self._painter.name(painter, self._area(which), card.title or "Without a title", left)

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Zoom both, so that what is at this point stays there."""
        which = 0 if self.over or self._area(0).contains(at) else 1
        box, centre = self.box(which), self._area(which).center()
        under = QPointF((at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height())
        most = MOST / min(self._fitting(0), self._fitting(1))
        self.zoom = min(max(1.0, self.zoom * factor), max(1.0, most))
        if self.zoom == 1:
            self.fit()
            return
        size = self.box(which).size()
        self._middle = QPointF(
            under.x() - (at.x() - centre.x()) / size.width(),
            under.y() - (at.y() - centre.y()) / size.height(),
        )
        self._go(0, 0)

    # Inside

    def _read(self, cards: tuple[Card, ...]) -> None:
        self._cards = cards
        came: list[QImage] = []

        def one(image: QImage) -> None:
            came.append(image)
            if len(came) == 2 and self._cards == cards:
                self._show(came)

        def failed(error: Exception) -> None:
            if not isinstance(error, StudioError):
                raise error
            if self._cards == cards:
                self._cards = ()
                self._room.say_error(error)

        for card in cards:
            self._room.pictures.read(card.path, one, failed)

    def _show(self, images: list[QImage]) -> None:
        self._images, self.split = images, 0.5
        self.setGeometry(self._room.window_.rect())
        self._name()
        self.fit()
        self._forget()
        self.show()
        self.raise_()
        self.setFocus()
        self._place_bar()

    def _area(self, which: int) -> QRectF:
        """Where a picture has its room."""
        whole = QRectF(self.rect()).adjusted(EDGE, EDGE, -EDGE, -BELOW)
        if self.over:
            return whole
        half = (whole.width() - EDGE) / 2
        return QRectF(whole.left() + which * (half + EDGE), whole.top(), half, whole.height())

    def _fitting(self, which: int) -> float:
        """Screen pixels for one of the picture, where it fits."""
        area, image = self._area(which), self._images[which]
        if image.isNull():
            return 1.0
        fit = min(area.width() / image.width(), area.height() / image.height())
        return max(0.01, min(fit, 4.0))

    def _line(self) -> float:
        area = self._area(0)
        return area.left() + self.split * area.width()

    def _slide(self, x: float) -> None:
        area = self._area(0)
        self.split = min(max(0.0, (x - area.left()) / max(1.0, area.width())), 1.0)
        self._say()
        self.update()

    def _go(self, x: float, y: float) -> None:
        """Move both, by parts of their sides."""
        self._middle = QPointF(
            min(max(0.0, self._middle.x() + x), 1.0), min(max(0.0, self._middle.y() + y), 1.0)
        )
        self._say()
        self.update()

    def _in(self) -> None:
        self.zoom_by(STEP, self._area(0).center())

    def _out(self) -> None:
        self.zoom_by(1 / STEP, self._area(0).center())

    def _whole_pixels(self) -> None:
        """One pixel of the left picture on one of the screen, where that is no smaller."""
        wanted = 1 / (self._fitting(0) * self.devicePixelRatio())
        self.zoom_by(max(1.0, wanted) / self.zoom, self._area(0).center())

    def _name(self) -> None:
        left, right = (card.title or "Without a title" for card in self._cards)
        self.setAccessibleName(f"Comparing “{left}” with “{right}”")

    def _say(self) -> None:
        size = f"{round(100 * self._fitting(0) * self.zoom)} %"
        self.facts.setText(size)
        if self.over:
            keys = "the arrow keys move the line, M shows them side by side"
            how = f"One over the other, the line at {round(100 * self.split)} % of the width"
        else:
            how, keys = "Side by side", "M shows one over the other"
        self.setAccessibleDescription(
            f"{how}, at {size} of their size; {keys}, X swaps them, + and - zoom, Escape closes."
        )
        self._place_bar()

    def _place_bar(self) -> None:
        self.bar.adjustSize()
        self.bar.move(
            (self.width() - self.bar.width()) // 2, self.height() - self.bar.height() - 16
        )

    def _forget(self) -> None:
        self._painter.forget()
        if not self._images[0].isNull():
            self._say()
        self.update()
