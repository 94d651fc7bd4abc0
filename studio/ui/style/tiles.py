"""Styles to choose from: pictures with names, three in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from studio.ui.sliders.live_canvas import draw_rounded
from studio.ui.style.wish import Pick
from studio.ui.theme import Look
from studio.ui.widgets.basics import chain, one_stop, tighten

COLUMNS = 3
SIDE = 96
GAP = 10
WAYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -COLUMNS,
    Qt.Key.Key_Down: COLUMNS,
}
WORDS = 20  # pixels below the picture


@dataclass(frozen=True)
class Offer:
    """A style on offer. after: whose work it is like, where that is certain."""

    pick: Pick
    name: str
    after: str = ""


class StyleTile(QAbstractButton):
    """A style as a picture with its name. Delete takes one of the artist's own out of the list."""

    removed = Signal(object)  # a Pick
    menu_wanted = Signal(object, QPoint)
    walked = Signal(int)  # by an arrow key: to the tile so many places on

    def __init__(self, look: Look, offer: Offer) -> None:
        super().__init__()
        self._look, self.offer = look, offer
        self._image: QImage | None = None
        self._badge = ""
        self.setText(offer.name)
        self.setAccessibleName(offer.name)
        self.setAccessibleDescription(offer.after)
        self.setToolTip("\n".join(filter(None, (offer.name, offer.after))))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """A square and a line of words."""
        return QSize(SIDE, SIDE + WORDS)

    @property
    def badge(self) -> str:
        """Its letter on the pad, where it is in the mix."""
        return self._badge

    def set_image(self, image: QImage | None) -> None:
        """Show this picture."""
        self._image = image
        self.update()

    def show_taken(self, taken: bool, badge: str = "") -> None:
        """Whether it is the style in use, or one of the mix under a letter."""
        self.setChecked(taken)
        self._badge = badge
        self.setAccessibleName(f"{self.offer.name}, {badge} in the mix" if badge else self.text())
        self.update()

    def nextCheckState(self) -> None:
        """Whoever hears the press says what is taken."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw picture, ring, letter and name."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(1, 1, SIDE - 2, SIDE - 2)
        tile = ring.adjusted(3.5, 3.5, -3.5, -3.5) if self.isChecked() else ring
        if self._image is not None:
            draw_rounded(painter, self._image, tile, 9)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("raised"))
            painter.drawRoundedRect(tile, 9, 9)
            mark = look.pixmap("image", "muted", 22)
            painter.drawPixmap(tile.center().toPoint() - QPoint(11, 11), mark)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.underMouse() and not self.isChecked():
            painter.setPen(QPen(look.colour("text", 0.7), 2))
            painter.drawRoundedRect(tile.adjusted(1, 1, -1, -1), 8, 8)
        if self.isChecked():
            painter.setPen(QPen(look.colour("accent"), 2.5))
            painter.drawRoundedRect(ring, 11, 11)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRoundedRect(tile, 9, 9)
        if self._badge:
            _draw_badge(painter, look, tile, self._badge)
        painter.setPen(look.colour("text" if self.isChecked() else "muted"))
        weight = QFont.Weight.Medium if self.isChecked() else QFont.Weight.Normal
        painter.setFont(look.font(11, weight))
        room = QRectF(0, SIDE + 2, SIDE, WORDS - 2)
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses as Space does, arrows go to a neighbour, Delete takes it off the list."""
        way = WAYS.get(Qt.Key(event.key()))
        if way is not None:
            self.walked.emit(way)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.offer.pick)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What else can be done with it."""
        self.menu_wanted.emit(self.offer.pick, event.globalPos())


class TileGrid(QWidget):
    """Some tiles; those beyond `most` stay hidden, unless one of them is taken."""

    pressed = Signal(object)  # a Pick
    removed = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._most = 0
        self._taken: dict[Pick, str] = {}
        self.tiles: list[StyleTile] = []
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        tighten(self._grid, 0, GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def set_offers(self, offers: Sequence[Offer]) -> None:
        """Offer these styles."""
        if [tile.offer for tile in self.tiles] == list(offers):
            return
        old = {tile.offer: tile for tile in self.tiles}
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            if tile.offer not in offers:
                tile.hide()
                tile.deleteLater()
        self.tiles = [old.get(offer) or self._make(offer) for offer in offers]
        self._show()

    def show_taken(self, taken: dict[Pick, str]) -> None:
        """Which styles are in use, each with its letter or ""."""
        self._taken = taken
        for tile in self.tiles:
            tile.show_taken(tile.offer.pick in taken, taken.get(tile.offer.pick, ""))
        self._show()

    def show_most(self, most: int) -> None:
        """Show at most so many."""
        self._most = most
        self._show()

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return sum(tile.isHidden() for tile in self.tiles)

    def tile(self, pick: Pick) -> StyleTile | None:
        """The tile of a style."""
        return next((tile for tile in self.tiles if tile.offer.pick == pick), None)

    def _make(self, offer: Offer) -> StyleTile:
        tile = StyleTile(self._look, offer)
        tile.clicked.connect(lambda: self.pressed.emit(offer.pick))
        tile.removed.connect(self.removed)
        tile.menu_wanted.connect(self.menu_wanted)
        tile.walked.connect(self._walk)
        return tile

    def _walk(self, way: int) -> None:
        shown = [tile for tile in self.tiles if not tile.isHidden()]
        tile = self.sender()
        assert isinstance(tile, StyleTile)
        to = shown.index(tile) + way
        if 0 <= to < len(shown):
            shown[to].setFocus(Qt.FocusReason.TabFocusReason)

    def _show(self) -> None:
        beyond = [tile for tile in self.tiles[self._most :] if tile.offer.pick in self._taken]
        first = self.tiles[: max(0, self._most - len(beyond))]
        first += [tile for tile in self.tiles[len(first) : self._most] if tile.isChecked()]
        shown = [tile for tile in self.tiles if tile in first or tile in beyond]
        for tile in self.tiles:
            if tile not in shown:
                self._grid.removeWidget(tile)
                tile.hide()
        for place, tile in enumerate(shown):
            self._grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
            tile.show()
        if shown:
            chain(self, shown)
            one_stop(shown)


def _draw_badge(painter: QPainter, look: Look, tile: QRectF, letter: str) -> None:
    chip = QRectF(tile.x() + 4, tile.y() + 4, 20, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("accent"))
    painter.drawRoundedRect(chip, 6, 6)
    painter.setPen(look.colour("on_accent"))
    painter.setFont(look.font(12, QFont.Weight.DemiBold))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, letter)
