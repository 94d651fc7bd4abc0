"""The moods as pictures to press on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from studio.paths import resources
from studio.ui.theme import Look
from studio.ui.widgets.basics import chain, one_stop, tighten

SIDE, COLUMNS = 69, 4  # of a tile in the panel
WORDS = 17  # pixels under a tile


@dataclass(frozen=True)
class Mood:
    """A mood on offer. words: what it is like. instruments: of melody, bass, chords and drums."""

    id: str
    name: str
    words: str = ""
    instruments: tuple[int, int, int, int] = (0, 32, 0, 0)


#: what is offered before a model has said what it knows; their pictures are drawn for these
MOODS = (
    Mood("calm", "Calm", "still and gentle", (0, 32, 4, 40)),
    Mood("tender", "Tender", "soft and warm", (40, 32, 0, 40)),
    Mood("dreamy", "Dreamy", "high and floating", (11, 33, 4, 25)),
    Mood("cheerful", "Cheerful", "light and sunny", (71, 32, 24, 0)),
    Mood("lively", "Lively", "quick and bright", (65, 33, 4, 16)),
    Mood("solemn", "Solemn", "slow and grave", (42, 43, 48, 48)),
    Mood("dark", "Dark", "low and uneasy", (42, 38, 4, 24)),
    Mood("driving", "Driving", "pressing on and on", (80, 38, 27, 24)),
)


class MoodTile(QAbstractButton):
    """A mood as a small scene with its name below."""

    def __init__(self, look: Look, mood: Mood, side: int = SIDE) -> None:
        super().__init__()
        self._look, self._side = look, side
        self._drawn: tuple[tuple[float, float, float], QPixmap] | None = None
        self.mood = mood
        self.setText(mood.name)
        self.setAccessibleName(mood.name)
        self.setAccessibleDescription(f"Mood: {mood.words}" if mood.words else "Mood")
        self.setToolTip(f"{mood.name}: {mood.words}" if mood.words else mood.name)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(self.sizeHint())
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square and a line of words."""
        return QSize(self._side + 2, self._side + WORDS + (6 if self._side > SIDE else 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw scene, ring and name."""
        look = self._look
        large = self._side > SIDE
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ring = QRectF(1, 1, self._side, self._side)
        tile = ring.adjusted(4, 4, -4, -4) if self.isChecked() else ring.adjusted(1, 1, -1, -1)
        corner = 14.0 if large else 9.0
        path = QPainterPath()
        path.addRoundedRect(tile, corner, corner)
        painter.setClipPath(path)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painter.drawPixmap(tile.topLeft(), self._scene(tile.width()))
        painter.setClipping(False)
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.underMouse():
            painter.setPen(QPen(look.colour("edge"), 1.5))
            painter.drawRoundedRect(tile.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        if self.isChecked():
            painter.setPen(QPen(look.colour("accent"), 2.5))
            painter.drawRoundedRect(ring.adjusted(1.5, 1.5, -1.5, -1.5), corner + 2, corner + 2)
        if self.hasFocus():
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRoundedRect(tile.adjusted(1, 1, -1, -1), corner, corner)
        painter.setPen(look.colour("text" if self.isChecked() or large else "muted"))
        weight = QFont.Weight.Medium if self.isChecked() or large else QFont.Weight.Normal
        painter.setFont(look.font(13 if large else 11, weight))
        words = QRectF(0, self._side + (5 if large else 3), self.width(), WORDS)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.text()
        )

    def _scene(self, side: float) -> QPixmap:
        """The scene at this size, sharp on this screen."""
        ratio = self.devicePixelRatioF()
        key = (side, ratio, 0.0)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, draw_scene(self.mood.id, side, ratio)
        return self._drawn[1]


class MoodGrid(QWidget):
    """All moods side by side, of which one is taken."""

    chosen = Signal(str)  # its id

    def __init__(self, look: Look, side: int = SIDE, checkable: bool = True) -> None:
        """checkable: whether the one that was pressed stays marked."""
        super().__init__()
        self._look, self._side, self._checkable = look, side, checkable
        self.tiles: list[MoodTile] = []
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._grid = QGridLayout(self)
        tighten(self._grid, 0, 7 if side == SIDE else 14)
        self._grid.setVerticalSpacing(4 if side == SIDE else 10)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName("Mood")
        self.set_moods(MOODS)

    def set_moods(self, moods: Sequence[Mood]) -> None:
        """Offer these; the one that was taken stays so where it is still there."""
        taken = self.value()
        for tile in self.tiles:
            self._group.removeButton(tile)
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = [MoodTile(self._look, mood, self._side) for mood in moods]
        for place, tile in enumerate(self.tiles):
            tile.setCheckable(self._checkable)
            self._group.addButton(tile, place)
            self._grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
        chain(self, self.tiles)
        self.set_value(taken)

    def moods(self) -> list[Mood]:
        """What is on offer."""
        return [tile.mood for tile in self.tiles]

    def value(self) -> str:
        """The id of the mood that is taken, or ""."""
        return next((tile.mood.id for tile in self.tiles if tile.isChecked()), "")

    def set_value(self, mood: str) -> None:
        """Take a mood; none where there is no such one."""
        self._group.setExclusive(False)
        for tile in self.tiles:
            tile.setChecked(self._checkable and tile.mood.id == mood)
        self._group.setExclusive(True)
        if self.tiles:
            one_stop(self.tiles)

    def tile(self, mood: str) -> MoodTile:
        """The tile of a mood."""
        return next(tile for tile in self.tiles if tile.mood.id == mood)

    def _clicked(self, tile: QAbstractButton) -> None:
        assert isinstance(tile, MoodTile)
        one_stop(self.tiles)
        self.chosen.emit(tile.mood.id)


def draw_scene(mood: str, side: float, ratio: float = 0.0) -> QPixmap:
    """The scene of a mood, `side` wide; a plain ground where there is no picture of it.

    ratio: pixels of the screen for each; that of the densest screen where 0.
    """
    if not ratio:
        screens = QGuiApplication.screens()
        ratio = max((screen.devicePixelRatio() for screen in screens), default=1.0)
    pixels = max(1, round(side * ratio))
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.gray)
    file = resources() / "moods" / f"{mood}.svg"
    if file.is_file():
        painter = QPainter(pixmap)
        QSvgRenderer(str(file)).render(painter)
        painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
