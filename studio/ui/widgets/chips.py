"""Styles to choose from: a thumbnail with a word under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from studio.ui.pictures import Pictures
from studio.ui.theme import Look
from studio.ui.widgets.basics import chain, one_stop, tighten

SIDES = {4: 69, 5: 54}  # of a tile, by how many stand in a row
FEW = 8  # up to so many styles stand four in a row


@dataclass(frozen=True)
class Option:
    """A style on offer: what goes into the recipe, its word, and a picture of it."""

    value: str
    words: str
    thumbnail: Path | None = None


class Chip(QAbstractButton):
    """A style as a picture with a word."""

    def __init__(self, look: Look, option: Option, side: int) -> None:
        super().__init__()
        self._look, self._side = look, side
        self.option = option
        self._image: QImage | None = None
        self.setText(option.words)
        self.setAccessibleName(option.words)
        self.setToolTip(option.words)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # said to be one of several; the group sees to it
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(side + 2, side + 24)

    def sizeHint(self) -> QSize:
        """A fixed size."""
        return QSize(self._side + 2, self._side + 24)

    def set_image(self, image: QImage | None) -> None:
        """Show this picture."""
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw tile, ring and word."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ring = QRectF(1, 1, self._side, self._side)
        tile = ring.adjusted(4, 4, -4, -4) if self.isChecked() else ring.adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(tile, 9, 9)
        painter.fillPath(path, look.colour("tile" if self._image else "raised"))
        if self._image:
            painter.setClipPath(path)
            inner = tile.adjusted(5, 5, -5, -5) if self._image.hasAlphaChannel() else tile
            painter.drawImage(inner, self._image)
            painter.setClipping(False)
        else:
            mark = look.pixmap("palette", "muted", 22)
            painter.drawPixmap(tile.center() - QPointF(11, 11), mark)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.colour("edge" if self.underMouse() else "line"))
        if self.underMouse() or look.tokens.name == "light":
            painter.drawRoundedRect(tile.adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        for shown, token in ((self.isChecked(), "accent"), (self.hasFocus(), "text")):
            if shown:
                pen = painter.pen()
                pen.setColor(look.colour(token))
                pen.setWidthF(2)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                box = ring.adjusted(1, 1, -1, -1)
                painter.drawRoundedRect(box if token == "accent" else tile, 11, 11)
        painter.setPen(look.colour("text" if self.isChecked() else "muted"))
        weight = QFont.Weight.Medium if self.isChecked() else QFont.Weight.Normal
        painter.setFont(look.font(11, weight))
        room = QRectF(0, self._side + 4, self.width(), 18)
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)


class Chips(QWidget):
    """A grid of styles. One may be taken; taking it again lets it go."""

    changed = Signal(str)

    def __init__(self, look: Look, pictures: Pictures, name: str, help_text: str = "") -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self._taken = ""
        self._chips: list[Chip] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._clicked)
        self._grid = QGridLayout(self)
        tighten(self._grid, 0, 8)
        self._grid.setVerticalSpacing(4)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(name)
        self.setAccessibleDescription(help_text)
        pictures.ready.connect(self._draw_ready)
        look.changed.connect(self.update)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these styles; what was taken stays taken where it is still there."""
        for chip in self._chips:
            self._group.removeButton(chip)
            self._grid.removeWidget(chip)
            chip.deleteLater()
        columns = 4 if len(options) <= FEW else 5
        self._chips = [Chip(self._look, option, SIDES[columns]) for option in options]
        for place, chip in enumerate(self._chips):
            chip.setAccessibleDescription(self.accessibleName())
            self._group.addButton(chip, place)
            self._grid.addWidget(chip, place // columns, place % columns)
            self._draw(chip)
        chain(self, self._chips)
        taken, self._taken = self._taken, ""
        self.set_value(taken)

    def chips(self) -> list[Chip]:
        """The buttons."""
        return list(self._chips)

    def value(self) -> str:
        """The words of the style that is taken, or ""."""
        return self._taken

    def set_value(self, value: str) -> bool:
        """Take a style by its words; False where it is not on offer."""
        chip = next((chip for chip in self._chips if chip.option.value == value), None)
        self._take(chip)
        return chip is not None or not value

    def _take(self, chip: Chip | None) -> None:
        self._taken = chip.option.value if chip else ""
        if chip is None:
            self._group.setExclusive(False)
            for other in self._chips:
                other.setChecked(False)
            self._group.setExclusive(True)
        else:
            chip.setChecked(True)
        one_stop(self._chips)

    def _clicked(self, place: int) -> None:
        chip = self._chips[place]
        self._take(None if chip.option.value == self._taken else chip)
        self.changed.emit(self._taken)

    def _draw(self, chip: Chip) -> None:
        if chip.option.thumbnail is not None:
            chip.set_image(self._pictures.thumbnail(chip.option.thumbnail, 160))

    def _draw_ready(self, path: str) -> None:
        for chip in self._chips:
            if chip.option.thumbnail is not None and str(chip.option.thumbnail) == path:
                self._draw(chip)
