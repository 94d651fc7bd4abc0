"""Where an artwork came from and what came of it, as small pictures with arrows between."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QEnterEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from studio.ui.canvas import checkerboard
from studio.ui.gallery.flow import FlowLayout
from studio.ui.gallery.words import sort_of
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, chain, label, tighten

if TYPE_CHECKING:
    from studio.library import Library
    from studio.library.family import Family
    from studio.library.gallery import Card
    from studio.ui.gallery.room import GalleryRoom

SIDE = 52  # pixels of a small picture
_THUMB = 128
_AT_FIRST = 6  # of one generation that are shown before all are asked for
_MADE = {
    "picture": "varied",
    "style": "painted",
    "style-film": "painted",
    "finest": "painted finely",
    "slide": "moved on",
    "walk": "made a path",
    "tune": "composed",
    "score-film": "set to a tune",
}


class Relative(QAbstractButton):
    """One of a family: a small picture that goes there."""

    def __init__(self, look: Look, room: GalleryRoom, card: Card | None, here: bool) -> None:
        super().__init__()
        self._look, self._room, self._card, self._here = look, room, card, here
        self.setFixedSize(QSize(SIDE + 8, SIDE + 8))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = "A work that is not here any more"
        if card is not None:
            title = card.title or "Without a title"
            words = f"{title}, {sort_of(card)}" + (", in the trash" if card.trashed_at else "")
        if here:
            words = f"This one: {words}"
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setEnabled(card is not None)
        if card is not None and not here:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        room.pictures.ready.connect(self._came)
        look.changed.connect(self.update)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it: rounded, with a ring around the one that this is about."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(4, 4, SIDE, SIDE)
        path = QPainterPath()
        path.addRoundedRect(box, 7, 7)
        painter.fillPath(path, look.colour("raised"))
        image = None
        if self._card is not None:
            image = self._room.pictures.thumbnail(self._card.path, _THUMB)
        if image is not None and not image.isNull():
            painter.setClipPath(path)
            painter.fillRect(box, QBrush(checkerboard(look, self.devicePixelRatio())))
            side = min(image.width(), image.height())
            part = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
            painter.setOpacity(0.45 if self._card and self._card.trashed_at else 1.0)
            painter.drawImage(box, image, part)
            painter.setOpacity(1.0)
            painter.setClipping(False)
        elif self._card is None:
            gone = look.pixmap("image-off", "muted", 18)
            painter.drawPixmap(box.center().toPoint() - QPoint(9, 9), gone)
        pen = painter.pen()
        strong = self._here or self.underMouse()
        pen.setColor(look.colour("accent" if self._here else "edge" if strong else "line"))
        pen.setWidthF(2.5 if self._here else 1.0)
        if self.hasFocus():
            pen.setColor(look.colour("text"))
            pen.setWidthF(2.0)
        painter.setPen(pen)
        painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 9, 9)

    def _came(self, path: str) -> None:
        if self._card is not None and str(self._card.path) == path:
            self.update()


class FamilyTree(QWidget):
    """The family of one artwork: parents, itself and children; all of it on demand.

    chosen: the id of one that was clicked.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, room: GalleryRoom) -> None:
        super().__init__()
        self._look, self._room = look, room
        self._id = ""
        self._shown: object = None
        self._whole = False
        self.relatives: list[Relative] = []
        self._box = QWidget()
        self._flow = FlowLayout(self._box, 4)
        self.more = TextButton(look, "Show the whole family", role="link")
        column = QVBoxLayout(self)
        tighten(column, 0, 4)
        column.addWidget(label("Where it came from", "label"))
        column.addWidget(self._box)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.clicked.connect(self._show_whole)
        self.hide()

    def show_family(self, artwork_id: str) -> None:
        """Show the family of an artwork; it is asked for and appears when it is known."""
        if artwork_id != self._id:
            self._whole = False
            self.hide()
        self._id = artwork_id
        self._ask()

    def _ask(self) -> None:
        self._room.asking.look(partial(_around, self._id, self._whole), self._show)

    def _show_whole(self) -> None:
        self._whole = True
        self._ask()

    def _show(self, family: Family) -> None:
        if family.centre != self._id:
            return
        self.setVisible(len(family.generations) > 1)
        said = (family.generations, family.more, self._whole, tuple(family.cards.values()))
        if said == self._shown:
            return
        self._shown = said
        self._flow.clear()
        self.relatives = []
        left = family.more
        for place, generation in enumerate(family.generations):
            if place:
                self._flow.addWidget(label(_between(family, generation), "muted"))
            some = generation if self._whole else generation[:_AT_FIRST]
            for each in some:
                self._add(family, each)
            if len(generation) > len(some):
                self._flow.addWidget(label(f"+{len(generation) - len(some)}", "muted"))
                left = True
        chain(self._box, self.relatives)
        self.more.setVisible(left and not self._whole)
        self._flow.invalidate()
        self.updateGeometry()

    def _add(self, family: Family, artwork_id: str) -> None:
        card, here = family.cards.get(artwork_id), artwork_id == family.centre
        relative = Relative(self._look, self._room, card, here)
        if not here:
            relative.clicked.connect(partial(self._choose, artwork_id))
        self._flow.addWidget(relative)
        self.relatives.append(relative)

    def _choose(self, artwork_id: str, _checked: bool = False) -> None:
        self.chosen.emit(artwork_id)


def _around(artwork_id: str, whole: bool, library: Library) -> Family:
    """The family: the nearest at first, so that many forebears do not fill the panel."""
    up, down = (4, 3) if whole else (1, 1)
    return library.family.around(artwork_id, up, down)


def _between(family: Family, generation: tuple[str, ...]) -> str:
    """The arrow to a generation, with what was done where that is the same for all."""
    kinds = {family.cards[each].kind for each in generation if each in family.cards}
    made = {_MADE.get(kind, "") for kind in kinds}
    words = made.pop() if len(made) == 1 else ""
    return f"→ {words} →" if words else "→"
