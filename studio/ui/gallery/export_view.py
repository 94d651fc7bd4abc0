"""What comes out of an export, looked at: paper, stickers, icons, drawings, cuts to be moved."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.canvas import checkerboard
from studio.ui.theme import Look

Box = tuple[float, float, float, float]
STEP = 0.02  # of the way that a cut can go, for each press of an arrow key
_GAP, _BELOW = 14, 22  # pixels between icons, and for the words below them
_SHADE = QColor(52, 58, 70, 150)
_CUT_LINE, _PAPER_LINE = QColor("#d6336c"), QColor("#9aa0a6")


@dataclass(frozen=True)
class Sight:
    """What is to be looked at. See `studio.export.proofs.Proof`."""

    images: tuple[tuple[QImage, str], ...] = ()
    drawing: bytes = b""
    size: tuple[int, int] = (1, 1)  # its shape
    trim: Box | None = None
    window: Box | None = None
    light: bool = False


class ExportView(QWidget):
    """Shows a sight as large as there is room, on checks where it can be seen through.

    moved: where the cut is now, across and down, 0..1; while the mouse is down `moving` is True.
    """

    moved = Signal(float, float)
    let_go = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._sight = Sight()
        self._svg: QSvgRenderer | None = None
        self._words = ""
        self._stale = False
        self._held: QPointF | None = None
        self._place = (0.0, 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setAccessibleName("How it will be")
        look.changed.connect(self.update)

    @property
    def sight(self) -> Sight:
        """What is shown."""
        return self._sight

    @property
    def moving(self) -> bool:
        """Whether the mouse holds the picture."""
        return self._held is not None

    @property
    def can_move(self) -> bool:
        """Whether there is a cut that can be elsewhere."""
        seen = self._sight.window
        return seen is not None and (seen[2] < 0.999 or seen[3] < 0.999)

    def show_sight(self, sight: Sight) -> None:
        """Show something else."""
        self._words, self._stale = "", False
        if sight.drawing != self._sight.drawing:
            self._svg = QSvgRenderer(QByteArray(sight.drawing)) if sight.drawing else None
        self._sight = sight
        can = self.can_move
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if can else Qt.FocusPolicy.NoFocus)
        if can and self._held is None:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif not can:
            self.unsetCursor()
        self.setAccessibleDescription("The arrow keys choose the part that is seen." if can else "")
        self.update()

    def wait(self) -> None:
        """What is shown is no longer what will come out: fade it until there is something else."""
        self._stale = True
        self.update()

    def show_words(self, words: str) -> None:
        """Show words in the place of a picture."""
        self.show_sight(Sight())
        self._words = words
        self.update()

    def sizeHint(self) -> QSize:
        """As much as there is."""
        return QSize(520, 420)

    def box(self) -> QRectF:
        """Where what is shown lies, in pixels of the widget."""
        whole = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        size = QSizeF(*self._sight.size).scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(QPointF(0, 0), size)
        box.moveCenter(whole.center())
        return box

    # Moving the cut

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton and self.can_move:
            self._held = event.position()
            self._place = self._cut()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture behind its frame."""
        seen = self._sight.window
        if self._held is None or seen is None:
            return
        way = event.position() - self._held
        box = self._picture_box()
        self._move(
            self._place[0] - way.x() / max(1.0, box.width()) * seen[2] / max(1e-6, 1 - seen[2]),
            self._place[1] - way.y() / max(1.0, box.height()) * seen[3] / max(1e-6, 1 - seen[3]),
        )

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        if self._held is not None:
            self._held = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.let_go.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys move what is seen."""
        ways = {
            Qt.Key.Key_Left: (-STEP, 0.0),
            Qt.Key.Key_Right: (STEP, 0.0),
            Qt.Key.Key_Up: (0.0, -STEP),
            Qt.Key.Key_Down: (0.0, STEP),
        }
        way = ways.get(Qt.Key(event.key()))
        if way is None or not self.can_move:
            super().keyPressEvent(event)
            return
        place = self._cut()
        self._move(place[0] + way[0], place[1] + way[1])

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys come here."""
        super().focusInEvent(event)
        self.update()

    def _cut(self) -> tuple[float, float]:
        """Where the cut is now; the middle where a way has no room."""
        seen = self._sight.window
        if seen is None:
            return 0.5, 0.5
        left, top, width, height = seen
        return (
            left / (1 - width) if width < 0.999 else 0.5,
            top / (1 - height) if height < 0.999 else 0.5,
        )

    def _move(self, across: float, down: float) -> None:
        self.moved.emit(min(1.0, max(0.0, across)), min(1.0, max(0.0, down)))

    def _picture_box(self) -> QRectF:
        """Where the picture itself lies; of icons the largest."""
        if len(self._sight.images) > 1:
            return self._icons()[0][0]
        return self.box()

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(0.35 if self._stale else 1.0)
        checks = QBrush(checkerboard(self._look, self.devicePixelRatio()))
        if self._words:
            painter.setPen(self._look.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._words)
        elif self._svg is not None:
            painter.fillRect(self.box(), checks)
            self._svg.render(painter, self.box())
        elif len(self._sight.images) > 1:
            self._draw_icons(painter, checks)
        elif self._sight.images:
            image, box = self._sight.images[0][0], self.box()
            if image.hasAlphaChannel():
                painter.fillRect(box, checks)
            if self._sight.light:
                painter.fillRect(box, _SHADE)
            painter.drawImage(box, image)
            if self._sight.trim is not None:
                self._draw_trim(painter, box, self._sight.trim)
        if self.hasFocus() and self.can_move:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("text"), 2))
            painter.drawRect(self._picture_box().adjusted(-4, -4, 4, 4))

    def _draw_trim(self, painter: QPainter, box: QRectF, trim: Box) -> None:
        """The edge of the paper, and the line where it is cut."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_PAPER_LINE, 1))
        painter.drawRect(box)
        left, top, right, bottom = trim
        if (left, top) == (0.0, 0.0):
            return
        cut = QRectF(
            box.left() + left * box.width(),
            box.top() + top * box.height(),
            (right - left) * box.width(),
            (bottom - top) * box.height(),
        )
        for colour, style in (
            (QColor("#ffffff"), Qt.PenStyle.SolidLine),
            (_CUT_LINE, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(colour, 1.5, style))
            painter.drawRect(cut)

    def _draw_icons(self, painter: QPainter, checks: QBrush) -> None:
        painter.setFont(self._look.font(12))
        for (place, below), (image, words) in zip(self._icons(), self._sight.images, strict=True):
            if image.hasAlphaChannel():
                painter.fillRect(place, checks)
            painter.drawImage(place, image)
            if not image.hasAlphaChannel():  # white ones are not lost on a light ground
                painter.setPen(self._look.colour("line"))
                painter.drawRect(place)
            painter.setPen(self._look.colour("muted"))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)

    def _icons(self) -> list[tuple[QRectF, QRectF]]:
        """Where each image lies in rows, as large as it is where there is room; and its words."""
        images = [image for image, _ in self._sight.images]
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        scale = 1.0
        while True:
            rows = _in_rows([QSizeF(image.size()) * scale for image in images], room.width())
            height = sum(max(s.height() for s in row) + _BELOW + _GAP for row in rows) - _GAP
            if height <= room.height() or scale < 0.2:
                break
            scale *= 0.92
        places = []
        y = room.top() + max(0.0, (room.height() - height) / 2)
        for row in rows:
            tall = max(size.height() for size in row)
            x = room.center().x() - (sum(max(s.width(), 44) + _GAP for s in row) - _GAP) / 2
            for size in row:
                cell = max(size.width(), 44)
                left = x + (cell - size.width()) / 2
                place = QRectF(QPointF(left, y + tall - size.height()), size)
                below = QRectF(x - _GAP / 2, y + tall + 2, cell + _GAP, _BELOW - 4)
                places.append((place, below))
                x += cell + _GAP
            y += tall + _BELOW + _GAP
        return places


def _in_rows(sizes: list[QSizeF], width: float) -> list[list[QSizeF]]:
    rows: list[list[QSizeF]] = [[]]
    used = 0.0
    for size in sizes:
        cell = max(size.width(), 44) + _GAP
        if rows[-1] and used + cell - _GAP > width:
            rows.append([])
            used = 0.0
        rows[-1].append(size)
        used += cell
    return rows
