"""The strip of what was made, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from studio.ui.collection import Collection
from studio.ui.glimpse import Glimpse
from studio.ui.pictures import Pictures
from studio.ui.sliders.carry import RECIPE_MIME
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork

EMPTY = "What you make appears here. Everything is kept by itself."
SIDE = 78
THUMBNAIL = 192  # pixels read, sharp on dense screens
Index = QModelIndex | QPersistentModelIndex
ARTWORK = Qt.ItemDataRole.UserRole


def _any(_artwork: Artwork) -> bool:
    return True


class StripModel(QAbstractListModel):
    """The collection as a list, or those of it that `takes` takes; thumbnails come when ready."""

    def __init__(
        self, collection: Collection, pictures: Pictures, takes: Callable[[Artwork], bool]
    ) -> None:
        super().__init__()
        self._collection, self._pictures, self._takes = collection, pictures, takes
        self._shown: list[Artwork] = list(filter(takes, collection.artworks))
        self.removing = False
        collection.reset.connect(self._reset)
        collection.added.connect(self._added)
        collection.removed.connect(self._removed)
        pictures.ready.connect(self._ready)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many are loaded."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The artwork, its title, or its thumbnail."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        artwork = self._shown[index.row()]
        if role == ARTWORK:
            return artwork
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pictures.thumbnail(artwork.path, THUMBNAIL)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return artwork.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return f"made {when(artwork.created)}"
        return None

    def flags(self, _index: Index) -> Qt.ItemFlag:
        """Each can be chosen and dragged."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled

    def canFetchMore(self, _parent: Index) -> bool:
        """Whether there are older ones."""
        return self._collection.has_more

    def fetchMore(self, _parent: Index) -> None:
        """Load older ones."""
        self._collection.more()

    def mimeTypes(self) -> list[str]:
        """What a drag carries."""
        return ["text/uri-list", "application/x-qt-image", RECIPE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The files, and the picture itself where it is one."""
        shown = [self._shown[index.row()] for index in indexes]
        data = picture_mime([artwork.path for artwork in shown])
        if len(shown) == 1 and shown[0].kind == "slide":  # the sliders' room can go on from it
            data.setData(RECIPE_MIME, shown[0].recipe.encode())
        return data

    def row_of(self, artwork_id: str) -> int:
        """Where an artwork stands, or -1."""
        return next((i for i, shown in enumerate(self._shown) if shown.id == artwork_id), -1)

    def _reset(self) -> None:
        new = list(filter(self._takes, self._collection.artworks))
        old = len(self._shown)
        if old and [a.id for a in new[:old]] == [a.id for a in self._shown]:
            if len(new) > old:  # a page of older ones: keep the place and the choice
                self.beginInsertRows(QModelIndex(), old, len(new) - 1)
                self._shown = new
                self.endInsertRows()
            return
        self.beginResetModel()
        self._shown = new
        self.endResetModel()

    def _added(self, artwork: Artwork) -> None:
        if not self._takes(artwork):
            return
        newer = self._collection.artworks[: self._collection.place(artwork.id)]
        row = sum(map(self._takes, newer))
        self.beginInsertRows(QModelIndex(), row, row)
        self._shown.insert(row, artwork)
        self.endInsertRows()

    def _removed(self, artwork_id: str) -> None:
        row = self.row_of(artwork_id)
        if row >= 0:
            self.removing = True  # the view then moves on to a neighbour that nobody chose
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._shown[row]
            self.endRemoveRows()
            self.removing = False

    def _ready(self, path: str) -> None:
        for row, artwork in enumerate(self._shown):
            if str(artwork.path) == path:
                index = self.index(row)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])
                return


class Strip(QListView):
    """One row of thumbnails."""

    chosen = Signal(object)  # an Artwork
    opened = Signal(object)
    menu_wanted = Signal(QPoint)
    trash_wanted = Signal()

    def __init__(
        self,
        look: Look,
        collection: Collection,
        pictures: Pictures,
        takes: Callable[[Artwork], bool] = _any,
        empty: str = EMPTY,
    ) -> None:
        super().__init__()
        self._look, self._collection, self._empty = look, collection, empty
        self._model = StripModel(collection, pictures, takes)
        self.setModel(self._model)
        self.setItemDelegate(Tile(look, self))
        self.glimpse = Glimpse(self, ARTWORK, THUMBNAIL)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("What was made")
        self.setAccessibleDescription("Newest first. Enter shows a picture large.")
        self.setFixedHeight(SIDE + 26)
        self.customContextMenuRequested.connect(self._menu)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.doubleClicked.connect(self._open)
        look.changed.connect(self.viewport().update)

    def choose(self, artwork_id: str) -> None:
        """Mark an artwork as the one that is shown, without saying that it was chosen."""
        row = self._model.row_of(artwork_id)
        self.selectionModel().blockSignals(True)
        if row < 0:
            self.selectionModel().clear()
        else:
            index = self._model.index(row)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def artwork(self) -> Artwork | None:
        """The one that is marked."""
        index = self.currentIndex()
        return index.data(ARTWORK) if index.isValid() else None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel that turns up and down moves the row sideways."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        way = delta.x() or delta.y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - way)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete moves to the trash."""
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self.currentIndex().isValid():
                self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.trash_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what will be here while nothing is."""
        super().paintEvent(event)
        if self._model.rowCount() == 0 and self._collection.known:
            painter = QPainter(self.viewport())
            painter.setPen(self._look.colour("muted"))
            painter.setFont(self._look.font(13))
            room = self.viewport().rect()
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._empty)

    def viewportEvent(self, event: QEvent) -> bool:
        """Redraw when the mouse has left."""
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and not self._model.removing:
            self.chosen.emit(current.data(ARTWORK))

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(ARTWORK))

    def _menu(self, at: QPoint) -> None:
        if self.indexAt(at).isValid():
            self.menu_wanted.emit(self.viewport().mapToGlobal(at))


class Tile(QStyledItemDelegate):
    """Draws one thumbnail: rounded, with a ring where it is the one shown."""

    def __init__(self, look: Look, strip: Strip) -> None:
        super().__init__(strip)
        self._look, self._strip = look, strip

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """A square with room for the ring."""
        return QSize(SIDE + 12, SIDE + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        look = self._look
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(option.rect.x() + 6, option.rect.y() + 6, SIDE, SIDE)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        path = QPainterPath()
        path.addRoundedRect(box, 8, 8)
        artwork: Artwork = index.data(ARTWORK)
        playing = self._strip.glimpse.frame(artwork.id)
        image: QImage | None = playing or index.data(Qt.ItemDataRole.DecorationRole)
        pictured = image is not None and not artwork.is_sound
        painter.fillPath(path, look.colour("tile" if pictured else "raised"))
        if image is not None:
            painter.setClipPath(path)
            painter.drawImage(box, image, _middle(image))
            painter.setClipping(False)
            if artwork.seconds and playing is None:
                _draw_play_mark(painter, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = painter.pen()
        if look.tokens.name == "light":
            painter.setPen(look.colour("line"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            pen.setColor(look.colour("accent" if chosen else "edge"))
            pen.setWidthF(3 if chosen else 1.5)
            painter.setPen(pen)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 11, 11)
        if chosen and self._strip.hasFocus():
            pen.setColor(look.colour("text"))
            pen.setWidthF(2)
            painter.setPen(pen)
            painter.drawRoundedRect(box, 8, 8)
        painter.restore()


def _draw_play_mark(painter: QPainter, box: QRectF) -> None:
    """A small triangle in a dark round, on the corner of what moves or is heard."""
    painter.save()  # the ring is drawn with the pen that was there
    round_ = QRectF(box.right() - 25, box.bottom() - 25, 20, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 150))
    painter.drawEllipse(round_)
    middle = round_.center()
    painter.setBrush(QColor(255, 255, 255))
    corners = ((-3.0, -5.0), (5.5, 0.0), (-3.0, 5.0))
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
    painter.restore()


def _middle(image: QImage) -> QRectF:
    """The square in the middle of a picture."""
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)


def picture_mime(paths: Sequence[Path], image: QImage | None = None) -> QMimeData:
    """What another program gets: the files, and the pixels for those that take no files."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if image is None and len(paths) == 1:
        image = QImage(str(paths[0]))
    if image is not None and not image.isNull():
        data.setImageData(image)
    return data


def when(created: datetime) -> str:
    """A time in plain words."""
    local = created.astimezone()
    days = (datetime.now(UTC).astimezone().date() - local.date()).days
    clock = local.strftime("%H:%M")
    if days == 0:
        return f"today {clock}"
    return f"yesterday {clock}" if days == 1 else f"{local.day} {local.strftime('%B %Y')} {clock}"
