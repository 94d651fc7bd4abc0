"""Takes side by side: each with its name and its notes, very small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QScrollArea, QWidget

from studio.recipes.score import Score
from studio.ui.music.roll_colours import part_colour
from studio.ui.theme import Look
from studio.ui.widgets.basics import one_stop, set_role, tighten

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDE, HIGH = 196, 62
RADIUS = 10


@dataclass(frozen=True)
class Take:
    """One take.

    score: its notes. outline: of a recording, float32 [n], 0..1. With neither it is being made,
    which `doing` says. words: said beside the name on asking.
    """

    id: str
    name: str
    score: Score | None = None
    words: str = ""
    outline: NDArray[np.float32] | None = field(default=None, compare=False)
    doing: str = ""


class TakeStrip(QScrollArea):
    """The takes in a row; one of them is the one that is shown large."""

    chosen = Signal(str)  # a Take's id
    menu_wanted = Signal(str, QPoint)  # of which take, and where on the screen
    trash_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        inside = _Inside()
        inside.grown.connect(self._bring, Qt.ConnectionType.QueuedConnection)
        self._row = QHBoxLayout(inside)
        tighten(self._row, 4, 10)
        self._row.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(HIGH + 20)
        self.setAccessibleName("Takes")

    def minimumSizeHint(self) -> QSize:
        """It may be narrow."""
        return QSize(WIDE, HIGH + 20)

    def takes(self) -> tuple[Take, ...]:
        """What is shown, in order."""
        return tuple(tile.take for tile in self.tiles())

    def tiles(self) -> list[TakeTile]:
        """The buttons, in order."""
        return [tile for tile in self._group.buttons() if isinstance(tile, TakeTile)]

    def set_takes(self, takes: Sequence[Take], taken: str = "") -> None:
        """Show these; `taken` is the id of the one that is shown large. Never emits."""
        have = {tile.take.id: tile for tile in self.tiles()}
        focused = next((tile.take.id for tile in self.tiles() if tile.hasFocus()), "")
        if [take.id for take in takes] == list(have):
            for take in takes:
                have[take.id].set_take(take)
        else:
            for tile in have.values():
                self._group.removeButton(tile)
                self._row.removeWidget(tile)
                tile.hide()
                tile.deleteLater()
            for place, take in enumerate(takes):
                self._row.insertWidget(place, self._make(take))
        self.choose(taken)
        for tile in self.tiles():
            if tile.take.id == focused and focused not in have:
                tile.setFocus()

    def choose(self, take_id: str) -> None:
        """Mark the one that is shown large. Never emits."""
        self._group.setExclusive(False)  # so that none can be taken too
        for tile in self.tiles():
            tile.setChecked(tile.take.id == take_id)
        self._group.setExclusive(True)
        if self.tiles():
            one_stop(self.tiles())
        self._bring()

    def taken(self) -> str:
        """The id of the marked one, or ""."""
        return next((tile.take.id for tile in self.tiles() if tile.isChecked()), "")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that turns up and down moves the row sideways."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def _bring(self) -> None:
        """Scroll to the one that is marked."""
        for tile in self.tiles():
            if tile.isChecked():
                self.ensureWidgetVisible(tile, 20, 0)

    def _make(self, take: Take) -> TakeTile:
        tile = TakeTile(self._look, take)
        self._group.addButton(tile)
        tile.clicked.connect(partial(self._clicked, tile))
        tile.menu_wanted.connect(partial(self._menu, tile))
        tile.trash_wanted.connect(partial(self._trash, tile))
        return tile

    def _clicked(self, tile: TakeTile) -> None:
        one_stop(self.tiles())
        self.ensureWidgetVisible(tile, 20, 0)
        self.chosen.emit(tile.take.id)

    def _menu(self, tile: TakeTile, at: QPoint) -> None:
        self.menu_wanted.emit(tile.take.id, at)

    def _trash(self, tile: TakeTile) -> None:
        self.trash_wanted.emit(tile.take.id)


class _Inside(QWidget):
    """The row itself."""

    grown = Signal()  # new tiles are laid out later than they come

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "scrolled")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell."""
        super().resizeEvent(event)
        self.grown.emit()


class TakeTile(QAbstractButton):
    """One take."""

    menu_wanted = Signal(QPoint)
    trash_wanted = Signal()

    def __init__(self, look: Look, take: Take) -> None:
        super().__init__()
        self._look = look
        self._small: QPixmap | None = None
        self.setCheckable(True)
        self.setFixedSize(WIDE, HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_take(take)
        look.changed.connect(self._forget)

    def set_take(self, take: Take) -> None:
        """Show this one."""
        self.take = take
        self.setText(take.name)
        self.setAccessibleName(take.name)
        words = take.words or take.doing
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self._forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw card, name and notes."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("hover" if self.underMouse() else "raised"))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        weight = QFont.Weight.Medium if self.isChecked() else QFont.Weight.Normal
        painter.setFont(look.font(12, weight))
        painter.setPen(look.colour("text" if self.isChecked() else "muted"))
        words = painter.fontMetrics().elidedText(
            self.take.name, Qt.TextElideMode.ElideRight, int(box.width() - 20)
        )
        painter.drawText(box.adjusted(10, 6, -10, 0), 0, words)
        room = box.adjusted(10, 25, -10, -8)
        if self.take.score is None and self.take.outline is None:
            painter.setPen(look.colour("muted"))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.take.doing)
        else:
            painter.drawPixmap(room.topLeft(), self._inside(room))
        if self.isChecked():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2.5))
            painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("text"), 2))
            inner = box.adjusted(2.5, 2.5, -2.5, -2.5) if self.isChecked() else box
            painter.drawRoundedRect(inner, RADIUS - 2, RADIUS - 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete wants it gone."""
        if event.key() == Qt.Key.Key_Delete:
            self.trash_wanted.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with it."""
        self.menu_wanted.emit(event.globalPos())

    def _inside(self, room: QRectF) -> QPixmap:
        """Its notes or its outline, drawn once."""
        ratio = self.devicePixelRatio()
        if self._small is None or self._small.devicePixelRatio() != ratio:
            pixmap = QPixmap(room.size().toSize() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            box = QRectF(0, 0, room.width(), room.height())
            if self.take.score is not None:
                draw_small(painter, box, self.take.score, self._look)
            elif self.take.outline is not None:
                draw_outline(painter, box, self.take.outline, self._look)
            painter.end()
            self._small = pixmap
        return self._small

    def _forget(self) -> None:
        self._small = None
        self.update()


def draw_outline(painter: QPainter, box: QRectF, outline: NDArray[np.float32], look: Look) -> None:
    """Draw the outline of a sound into a box, however small."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("accent"))
    count = max(1, int(box.width() / 3))
    step = max(1, len(outline) // count)
    middle = box.center().y()
    bars = []
    for place in range(count):
        peak = outline[place * len(outline) // count :][:step].max(initial=0.0)
        half = max(0.75, float(peak) * box.height() / 2)
        bars.append(QRectF(box.x() + 3 * place, middle - half, 2, 2 * half))
    painter.drawRects(bars)


def draw_small(painter: QPainter, box: QRectF, score: Score, look: Look) -> None:
    """Draw all notes of a tune into a box, however small; drums as one row at its foot."""
    pitches = [n.pitch for part in score.parts if part.role != "drums" for n in part.notes]
    struck = any(part.role == "drums" and part.notes for part in score.parts)
    foot = 3.0 if struck else 0.0
    low, high = (min(pitches), max(pitches)) if pitches else (60, 61)
    row = (box.height() - foot - 1) / max(12, high - low + 1)
    thick = max(1.2, min(2.4, row * 0.9))
    scale = box.width() / score.ticks
    painter.setPen(Qt.PenStyle.NoPen)
    for index in reversed(range(len(score.parts))):
        part = score.parts[index]
        colour = part_colour(look, score, index)
        colour.setAlphaF(0.35 if part.muted else 1.0)
        painter.setBrush(colour)
        boxes = []
        for note in part.notes:
            left = box.x() + note.start * scale
            if part.role == "drums":
                boxes.append(QRectF(left, box.bottom() - 1.5, 1.0, 1.5))
            else:
                top = box.y() + (high - note.pitch) * row
                boxes.append(QRectF(left, top, max(1.0, note.length * scale - 0.5), thick))
        painter.drawRects(boxes)
