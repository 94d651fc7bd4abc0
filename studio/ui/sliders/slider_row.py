"""One slider of the room: its name, what both ends look like, a handle, a lock."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.ui.sliders.live_canvas import draw_rounded, thumbnail
from studio.ui.theme import Look
from studio.ui.widgets.basics import ElidedLabel, IconButton, tighten
from studio.ui.widgets.slider import HANDLE, QuietSlider

STEPS = 100  # of the handle, for a reading of 1
REACH = 1.25  # the readings at the ends of the track; the thumbnails show -1 and 1
FINE, COARSE = 2, 10  # steps of an arrow key, and with Shift
END = 38  # side of a thumbnail


class ReadingSlider(QuietSlider):
    """A handle for one reading. Pinned it stays where it was put; free it follows the picture."""

    moved = Signal(float)  # by hand
    let_go = Signal()  # follow the picture again
    settled = Signal()  # the hand is off

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.pinned = False
        self.setRange(round(-REACH * STEPS), round(REACH * STEPS))
        self.setSingleStep(FINE)
        self.setPageStep(25)
        self.valueChanged.connect(self._moved)

    def show_reading(self, reading: float, pinned: bool) -> None:
        """Stand where the picture says, unless a hand holds the handle."""
        if self.isSliderDown():
            return
        value = round(max(-REACH, min(REACH, reading)) * STEPS)
        if value == self.value() and pinned == self.pinned:
            return
        self.pinned = pinned
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw line and handle; a free one is hollow and has no colour of its own."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, at = self.height() / 2, self._x()
        line = QRectF(0, middle - 2, self.width(), 4)
        painter.setBrush(look.colour("edge", 0.55))
        painter.drawRoundedRect(line, 2, 2)
        line.setRight(at)
        painter.setBrush(look.colour("accent" if self.pinned else "edge"))
        painter.drawRoundedRect(line, 2, 2)
        radius = HANDLE / 2
        if self.pinned:
            painter.setBrush(look.colour("text"))
        else:
            painter.setBrush(look.colour("surface"))
            painter.setPen(QPen(look.colour("muted"), 2))
            radius -= 1
        if self.hasFocus():
            painter.setPen(QPen(look.colour("accent"), 3))
        painter.drawEllipse(QPointF(at, middle), radius, radius)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The hand is off."""
        super().mouseReleaseEvent(event)
        self.settled.emit()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Follow the picture again."""
        self.setSliderDown(False)
        self.let_go.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move a little, with Shift more; Delete lets go."""
        key = event.key()
        ways = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
        }
        way = ways.get(Qt.Key(key))
        if way is not None:
            far = COARSE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else FINE
            self.setValue(self.value() + way * far)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.let_go.emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.setValue(-STEPS if key == Qt.Key.Key_Home else STEPS)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The key is up: that was a step."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.settled.emit()

    def _moved(self, value: int) -> None:
        self.pinned = True
        self.moved.emit(value / STEPS)


class End(QAbstractButton):
    """What one end of a slider looks like; pressing it goes there."""

    def __init__(self, look: Look, side: int = END) -> None:
        super().__init__()
        self._look, self._side = look, side
        self._image: QImage | None = None
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the handle's Home and End do the same
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_words(self, words: str) -> None:
        """Say what this end is."""
        self.setAccessibleName(words)
        self.setToolTip(words)

    def set_image(self, image: QImage | None) -> None:
        """Show this picture; keeps no more pixels than are drawn."""
        ratio = self.devicePixelRatio()
        self._image = None if image is None else thumbnail(image, self._side, ratio)
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._image is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.colour("raised"))
            painter.drawRoundedRect(box, 8, 8)
        else:
            draw_rounded(painter, self._image, box, 8)
        if self.underMouse():
            painter.setPen(QPen(self._look.colour("text", 0.7), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 7.5, 7.5)


class SliderRow(QWidget):
    """A slider with everything that belongs to it.

    name: what the artist reads, which a row without a name of its own lets them change.
    """

    moved = Signal(str, float)
    settled = Signal(str)
    let_go = Signal(str)
    locked = Signal(str, bool)
    renamed = Signal(str, str)
    starred = Signal(str, bool)

    def __init__(
        self, look: Look, slider: str, name: str, ends: tuple[str, str], nameable: bool = False
    ) -> None:
        super().__init__()
        self.slider_id = slider
        self.name = ElidedLabel("label")
        self.handle = ReadingSlider(look)
        self.low, self.high = End(look), End(look)
        self.lock = IconButton(look, "lock-open", "", size=14)
        self.lock.setCheckable(True)
        self._words = ends
        self._head = QHBoxLayout()
        tighten(self._head, 0, 2)
        self._head.addWidget(self.name, 1)
        self.pencil: IconButton | None = None
        self.star: IconButton | None = None
        self.edit: QLineEdit | None = None
        if nameable:
            self._make_nameable(look)
        self._head.addWidget(self.lock)
        row = QHBoxLayout()
        tighten(row, 0, 10)
        row.addWidget(self.low)
        row.addWidget(self.handle, 1)
        row.addWidget(self.high)
        column = QVBoxLayout(self)
        tighten(column, 0, 2)
        column.addLayout(self._head)
        column.addLayout(row)
        self.set_name(name)
        self.handle.moved.connect(self._moved)
        self.handle.settled.connect(self._settled)
        self.handle.let_go.connect(self._let_go)
        self.lock.clicked.connect(self._locked)
        self.low.clicked.connect(self._to_low)
        self.high.clicked.connect(self._to_high)
        self.show_lock(False)

    def set_name(self, name: str) -> None:
        """Call it this."""
        low, high = self._words[0] or "one end", self._words[1] or "the other end"
        self.name.setText(name)
        self.handle.setAccessibleName(name)
        self.handle.setAccessibleDescription(
            f"From {low} to {high}. Delete lets it follow the picture again."
        )
        self.handle.setToolTip("Double click: let it follow the picture again")
        self.low.set_words(f"{name}: {low}")
        self.high.set_words(f"{name}: {high}")
        self._name_lock(name)

    def stops(self) -> list[QWidget]:
        """Where Tab comes by, in order."""
        return [one for one in (self.handle, self.pencil, self.star, self.lock) if one is not None]

    def show_reading(self, reading: float, pinned: bool) -> None:
        """Stand where the picture says."""
        self.handle.show_reading(reading, pinned)

    def show_lock(self, locked: bool) -> None:
        """Show whether the dice leave it alone."""
        self.lock.setChecked(locked)
        self.lock.set_icon("lock" if locked else "lock-open", "accent" if locked else "muted")
        self._name_lock(self.name.text())

    def show_star(self, starred: bool) -> None:
        """Show whether the artist keeps it."""
        if self.star is not None:
            self.star.setChecked(starred)
            self.star.set_icon("star", "accent" if starred else "muted")

    def begin_naming(self) -> None:
        """Let the artist type a name."""
        if self.edit is not None:
            self.edit.setText(self.name.text())
            self.name.hide()
            self.edit.show()
            self.edit.setFocus()
            self.edit.selectAll()

    def _make_nameable(self, look: Look) -> None:
        self.edit = QLineEdit()
        self.edit.setMaxLength(40)
        self.edit.setAccessibleName("A name for this direction")
        self.edit.hide()
        self.pencil = IconButton(look, "pencil", "Give it a name", size=14)
        self.star = IconButton(look, "star", "Keep it among the sliders", size=14)
        self.star.setCheckable(True)
        self._head.insertWidget(1, self.edit, 1)
        self._head.addWidget(self.pencil)
        self._head.addWidget(self.star)
        self.pencil.clicked.connect(self.begin_naming)
        self.star.clicked.connect(self._starred)
        self.edit.editingFinished.connect(self._named)

    def _named(self) -> None:
        assert self.edit is not None
        if self.edit.isHidden():
            return
        self.edit.hide()
        self.name.show()
        words = " ".join(self.edit.text().split())
        if words and words != self.name.text():
            self.set_name(words)
            self.renamed.emit(self.slider_id, words)

    def _name_lock(self, name: str) -> None:
        on = self.lock.isChecked()
        words = "Locked: the dice leave it alone" if on else "Lock: the dice leave it alone"
        self.lock.set_words(words)
        self.lock.setAccessibleName(f"Lock “{name}”")

    def _moved(self, reading: float) -> None:
        self.moved.emit(self.slider_id, reading)

    def _settled(self) -> None:
        self.settled.emit(self.slider_id)

    def _let_go(self) -> None:
        self.let_go.emit(self.slider_id)

    def _locked(self) -> None:
        self.show_lock(self.lock.isChecked())
        self.locked.emit(self.slider_id, self.lock.isChecked())

    def _starred(self) -> None:
        assert self.star is not None
        self.show_star(self.star.isChecked())
        self.starred.emit(self.slider_id, self.star.isChecked())

    def _to_low(self) -> None:
        self._to(-1.0)

    def _to_high(self) -> None:
        self._to(1.0)

    def _to(self, reading: float) -> None:
        self.moved.emit(self.slider_id, reading)
        self.settled.emit(self.slider_id)
