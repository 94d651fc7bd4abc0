"""What the room shows before there is a picture: where to drop one, and some to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.collection import Collection
from studio.ui.pictures import Pictures
from studio.ui.sliders.live_canvas import draw_rounded
from studio.ui.strip import THUMBNAIL
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, set_role, tighten

if TYPE_CHECKING:
    from studio.library import Artwork

SOME = 5  # pictures of the gallery
SIDE = 92
WIDTH = 560
HEADING = "Drop a picture here"


class Welcome(QWidget):
    """A place to drop a picture on, a button to open one, and the newest of the gallery."""

    open_wanted = Signal()
    picked = Signal(object)  # an Artwork

    def __init__(self, look: Look, collection: Collection, pictures: Pictures) -> None:
        super().__init__()
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._look, self._collection, self._pictures = look, collection, pictures
        self.works: list[WorkButton] = []
        self._mark = QLabel()
        self.heading = label(HEADING, "heading")
        self.words = label("a photograph, a drawing, a film; or paste one", "muted")
        self.open_button = TextButton(look, "Open a picture…", "image-plus", "suggestion")
        card = QFrame()
        set_role(card, "dropping")
        card.setFixedWidth(WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 36, 32, 36)
        inside.setSpacing(10)
        middle = Qt.AlignmentFlag.AlignHCenter
        for widget in (self._mark, self.heading, self.words):
            inside.addWidget(widget, 0, middle)
        inside.addSpacing(8)
        inside.addWidget(self.open_button, 0, middle)
        self._or = label("or begin with one of yours", "muted")
        self._row = QHBoxLayout()
        tighten(self._row, 0, 12)
        column = QVBoxLayout(self)
        tighten(column, 24, 16)
        column.addStretch(1)
        column.addWidget(card, 0, middle)
        column.addSpacing(8)
        column.addWidget(self._or, 0, middle)
        column.addLayout(self._row)
        column.setAlignment(self._row, middle)
        column.addStretch(1)
        self.open_button.clicked.connect(self.open_wanted)
        pictures.ready.connect(self._ready)
        for change in (collection.reset, collection.added, collection.removed):
            change.connect(self._fill)
        look.changed.connect(self._draw)
        self._draw()
        self._fill()

    def say(self, words: str = "") -> None:
        """What is being done with what was dropped; nothing where that has ended."""
        self.heading.setText(words or HEADING)

    def _fill(self, *_: object) -> None:
        some = self._collection.artworks[:SOME]
        if [button.artwork.id for button in self.works] != [artwork.id for artwork in some]:
            for button in self.works:
                self._row.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.works = [WorkButton(self._look, artwork) for artwork in some]
            for button in self.works:
                self._row.addWidget(button)
                button.clicked.connect(self._picked)
                button.set_image(self._pictures.thumbnail(button.artwork.path, THUMBNAIL))
        self._or.setVisible(bool(some))

    def _ready(self, path: str) -> None:
        for button in self.works:
            if str(button.artwork.path) == path:
                button.set_image(self._pictures.thumbnail(button.artwork.path, THUMBNAIL))

    def _picked(self) -> None:
        button = self.sender()
        assert isinstance(button, WorkButton)
        self.picked.emit(button.artwork)

    def _draw(self) -> None:
        self._mark.setPixmap(self._look.pixmap("image-plus", "accent", 44))


class WorkButton(QAbstractButton):
    """A picture of the gallery to press on."""

    def __init__(self, look: Look, artwork: Artwork) -> None:
        super().__init__()
        self._look, self.artwork = look, artwork
        self._image: QImage | None = None
        self.setFixedSize(self.sizeHint())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"Paint {artwork.title}")
        self.setToolTip(artwork.title)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE, SIDE)

    def set_image(self, image: QImage | None) -> None:
        """Show this picture."""
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.colour("tile" if self._image else "raised"))
        painter.drawRoundedRect(box, 10, 10)
        if self._image is not None:
            draw_rounded(painter, self._image, box, 10)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colour("text" if self.hasFocus() else "accent"), 2.5))
            painter.drawRoundedRect(box, 10, 10)
