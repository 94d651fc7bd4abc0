"""The small pictures of the gallery: drawn on threads, ready to be put on the screen as they are.

A square is drawn at the very size that it has on the screen, with its round corners and marks, so
that showing it costs the window no more than copying it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF

from studio.errors import StudioError
from studio.ui.background import Background
from studio.ui.gallery.thumb_store import ThumbStore
from studio.ui.pictures import has_poster, read_picture
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library.gallery import Card

ROOM = 96 * 2**20  # bytes of squares in memory; a screen of 4K has some 35 MB of them
LEVELS = (256, 512)  # pixels of a side, as they are kept on the disk
RADIUS = 10.0  # of the corners, in logical pixels
Key = tuple[str, int]  # id of the artwork, size of its file


@dataclass(frozen=True)
class Dress:
    """What a square is drawn with, beside the picture: pixels of a side, scale, two colours."""

    side: int
    ratio: float
    tile: str
    raised: str


class Thumbs(QObject):
    """Squares by artwork. `ready` carries the id of an artwork whose square can now be had.

    What was wished for last is drawn first, and what is out of sight by then is not drawn.
    """

    ready = Signal(str)

    def __init__(self, look: Look, store: ThumbStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look, self.store = look, store
        self._threads = Background("squares", 2, self)
        self._kept: OrderedDict[Key, tuple[Dress, QImage | None]] = OrderedDict()
        self._room = 0
        self._wishes: list[Card] = []
        self._drawing: set[Key] = set()
        self._dress = self._dressed(160, 1.0)
        look.changed.connect(self._redress)

    def set_side(self, side: int, ratio: float) -> None:
        """The squares have so many logical pixels a side, on a screen of that scale."""
        self._dress = self._dressed(side, ratio)

    def square(self, card: Card) -> tuple[QImage | None, bool]:
        """The square of an artwork, and whether it is as it has to be.

        One of another size is given until the right one is there; None with True is a file that
        cannot be shown.
        """
        key = (card.id, card.size)
        found = self._kept.get(key)
        if found is None:
            return None, False
        self._kept.move_to_end(key)
        return found[1], found[0] == self._dress

    def wish(self, cards: Sequence[Card]) -> None:
        """These are in sight and have no square yet, the most wanted first."""
        self._wishes = list(reversed(cards))
        self._next()

    def forget(self) -> None:
        """Let go of all squares."""
        self._kept.clear()
        self._wishes.clear()
        self._room = 0

    def close(self) -> None:
        """End the threads."""
        self._wishes.clear()
        self._threads.close()

    def _redress(self) -> None:
        self.set_side(round(self._dress.side / self._dress.ratio), self._dress.ratio)

    def _dressed(self, side: int, ratio: float) -> Dress:
        tokens = self._look.tokens
        return Dress(max(16, round(side * ratio)), ratio, tokens.tile, tokens.raised)

    def _next(self) -> None:
        while self._wishes and len(self._drawing) < 2:
            card = self._wishes.pop()
            key = (card.id, card.size)
            if key in self._drawing or self.square(card)[1]:
                continue
            self._drawing.add(key)
            dress = self._dress
            keep = partial(self._keep, key, dress)
            self._threads.run(
                partial(draw_square, self.store, card, dress),
                keep,
                partial(_without_picture, keep),
            )

    def _keep(self, key: Key, dress: Dress, image: QImage | None) -> None:
        self._drawing.discard(key)
        before = self._kept.pop(key, None)
        if before is not None and before[1] is not None:
            self._room -= before[1].sizeInBytes()
        self._kept[key] = (dress, image)
        self._room += image.sizeInBytes() if image is not None else 0
        while self._room > ROOM and len(self._kept) > 1:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._room -= oldest.sizeInBytes() if oldest is not None else 0
        self.ready.emit(key[0])
        self._next()


def draw_square(store: ThumbStore, card: Card, dress: Dress) -> QImage:
    """The square of an artwork as it is shown. StudioError where its file cannot be.

    On a thread: it reads the file, or the small picture of it that was kept.
    """
    level = next((each for each in LEVELS if each >= dress.side), LEVELS[-1])
    picture = _small(store, card, level)
    side = float(dress.side)
    square = QImage(dress.side, dress.side, QImage.Format.Format_ARGB32_Premultiplied)
    square.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, side, side), RADIUS * dress.ratio, RADIUS * dress.ratio)
    painter = QPainter(square)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.fillPath(path, QColor(dress.raised if _is_sound(card) else dress.tile))
    painter.setClipPath(path)
    painter.drawImage(QRectF(0, 0, side, side), _scaled(picture, dress.side))
    painter.setClipping(False)
    if card.seconds:
        _draw_play_mark(painter, side, dress.ratio)
    painter.end()
    square.setDevicePixelRatio(dress.ratio)
    return square


def _small(store: ThumbStore, card: Card, level: int) -> QImage:
    """The middle square of an artwork, no larger than `level` pixels a side."""
    status = None
    with suppress(OSError):
        status = card.path.stat()
    # What is hardly larger than its small picture is read as quickly itself
    worth = max(card.width, card.height) > level * 3 // 2 or card.seconds > 0
    if status is not None and worth:
        kept = store.read(card.id, status, level)
        if kept is not None:
            return kept
    middle = _middle(read_picture(card.path))
    if middle.width() > level:
        middle = _scaled(middle, level)
    if status is not None and (worth or has_poster(card.path)):
        store.keep(card.id, status, level, middle)
    return middle


def _middle(image: QImage) -> QImage:
    """The square in the middle of a picture."""
    side = min(image.width(), image.height())
    if image.width() == image.height():
        return image
    return image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)


def _scaled(image: QImage, side: int) -> QImage:
    if image.width() == side:
        return image
    return image.scaled(
        side,
        side,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _is_sound(card: Card) -> bool:
    return card.seconds > 0 and card.width == 0


def _draw_play_mark(painter: QPainter, side: float, ratio: float) -> None:
    """A small triangle in a dark round, on the corner of what moves or is heard."""
    round_ = QRectF(side - 30 * ratio, side - 30 * ratio, 23 * ratio, 23 * ratio)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawEllipse(round_)
    middle = round_.center()
    painter.setBrush(QColor(255, 255, 255))
    corners = ((-3.3, -5.5), (6.0, 0.0), (-3.3, 5.5))
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) * ratio for x, y in corners]))


def _without_picture(keep: partial[None], error: Exception) -> None:
    """A file that is gone or damaged has no square; anything else is a defect."""
    keep(None)
    if not isinstance(error, StudioError | OSError):
        raise error
