"""The gallery's grid: however many artworks there are, it holds those that are in sight."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from studio.ui.gallery import grid_keys
from studio.ui.gallery.asking import Asking
from studio.ui.gallery.card_reader import CardReader
from studio.ui.gallery.grid_hand import Hand
from studio.ui.gallery.grid_keys import FIRST
from studio.ui.gallery.grid_layout import HEADER, GridLayout, grouped
from studio.ui.gallery.grid_paint import GridPainter, Shown
from studio.ui.gallery.grid_sight import Sight
from studio.ui.gallery.grid_telling import Telling
from studio.ui.gallery.selection import Selection
from studio.ui.gallery.thumbs import Thumbs
from studio.ui.listening import Listening
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library.gallery import Card, Found

SMALLEST, LARGEST = 96, 360  # pixels a side of a square, about
ZOOM = 1.15  # of one step
RING = 5  # pixels that the ring stands out of its square


class Grid(QAbstractScrollArea):
    """Shows what was found; has one of them in hand and any number chosen.

    current_changed: the Card the keys stand on, or None. selected_changed: the ids that are chosen,
    a moment after the choice has come to rest. opened: a Card to show large. menu_wanted: where on
    the screen. side_changed: pixels a side of a square.
    """

    current_changed = Signal(object)
    selected_changed = Signal(object)
    opened = Signal(object)
    menu_wanted = Signal(QPoint)
    trash_wanted = Signal()
    favourite_wanted = Signal()
    copy_wanted = Signal()
    drag_wanted = Signal()
    side_changed = Signal(int)

    def __init__(self, look: Look, asking: Asking, thumbs: Thumbs, listening: Listening) -> None:
        super().__init__()
        self.look, self.thumbs = look, thumbs
        self.found: Found | None = None
        self.selection = Selection()
        self.cards = CardReader(asking, self)
        self._side = FIRST
        self._layout = GridLayout(0, (), 1, FIRST)
        self._days: list[tuple[date, int, int]] = []
        self._span = "day"  # what the lines between the squares name
        self._painter = GridPainter(look)
        self.hand = Hand(self, listening)
        self.sight = Sight(self, thumbs)
        self._telling = Telling(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("The gallery")
        self.setAccessibleDescription(
            "The arrow keys choose, with Shift several. With Ctrl they only go there, and Space "
            "chooses more. Enter shows large, F marks a favourite."
        )
        self.cards.came.connect(self._cards_came)
        look.changed.connect(self._relook)

    # What is shown

    def show_found(self, found: Found | None, keep: bool) -> None:
        """Show these. keep: the place in sight and what is chosen, since only some changed."""
        before, old = self.found, self._layout
        top = self._scroll
        stands = self._kept_in_sight() if before else None
        number = before.numbers[stands] if before and stands is not None else None
        offset = old.square(stands)[1] - top if stands is not None else 0
        self.cards.show(found)
        self.found = found
        if found is None or before is None or not keep:
            self.selection.forget()
        else:
            self.selection.follow(before.numbers, found.numbers)
        days = [(day.day, day.start, day.count) for day in found.days] if found else []
        self._span, self._days = grouped(days)
        self._lay_out()
        if not keep or found is None:
            self._scroll_to(0)
        elif number is not None and top > 0 and number in found.numbers:
            self._scroll_to(self._layout.square(found.numbers.index(number))[1] - offset)
        self.changed(self.selection.current)

    @property
    def side(self) -> int:
        """About how many pixels a square has."""
        return self._side

    def set_side(self, side: float, at: QPoint | None = None) -> None:
        """Make squares larger or smaller; what is under the mouse, or in hand, stays in sight."""
        side = round(min(max(side, SMALLEST), LARGEST))
        if side == self._side:
            return
        place = self.place_at(at) if at is not None else self._kept_in_sight()
        height = self._layout.square(place)[1] - self._scroll if place is not None else 0
        self._side = side
        self._lay_out()
        if place is not None:
            self._scroll_to(self._layout.square(place)[1] - height)
        self.side_changed.emit(side)

    def zoom(self, steps: float, at: QPoint | None = None) -> None:
        """Larger or smaller by so many steps; at least by one column where there are several."""
        before, side = self._layout.columns, float(self._side)
        while SMALLEST <= side <= LARGEST and steps:
            side *= ZOOM**steps
            if GridLayout(1, (), self.viewport().width(), round(side)).columns != before:
                break
        self.set_side(side, at)

    @property
    def current(self) -> Card | None:
        """The artwork that the keys stand on."""
        return self.cards.at(self.selection.current)

    @property
    def layout_(self) -> GridLayout:
        """Where everything stands."""
        return self._layout

    def place_at(self, at: QPoint) -> int | None:
        """The place under a point of the view."""
        return self._layout.at(at.x(), at.y() + self._scroll)

    def places_in(self, box: QRect) -> list[int]:
        """The places that a box touches, in pixels of the whole grid."""
        return self._layout.within(box.left(), box.top(), box.right(), box.bottom())

    def box(self, place: int) -> QRect:
        """Where a square is in the view."""
        x, y = self._layout.square(place)
        return QRect(x, y - self._scroll, self._layout.side, self._layout.side)

    @property
    def scrolled(self) -> int:
        """How many pixels of the grid are above the view."""
        return self._scroll

    # Going and choosing

    def changed(self, place: int, show: bool = False) -> None:
        """The selection is another one. show: scroll to a place."""
        if show and place >= 0:
            self.reveal(place)
        self.viewport().update()
        self._telling.changed()

    def reveal(self, place: int) -> None:
        """Scroll until a square is wholly in sight."""
        top = self._layout.square(place)[1]
        above = HEADER if self._layout.row_of(place)[0] == place and self._layout.named else RING
        if top - above < self._scroll:
            self._scroll_to(top - above)
        elif top + self._layout.side + RING > self._scroll + self.viewport().height():
            self._scroll_to(top + self._layout.side + RING - self.viewport().height())

    def take(self, place: int) -> None:
        """Choose one, and show it."""
        if self.found is not None and 0 <= place < len(self.found):
            self.selection.take(place)
            self.changed(place, show=True)

    def step(self, way: int) -> None:
        """Go on to the next (+1) or the one before (-1)."""
        if self.found is not None and len(self.found):
            self.take(min(max(self.selection.current + way, 0), len(self.found) - 1))

    def go_to(self, number: int) -> bool:
        """Choose an artwork by its number in the index; False where it is not among these."""
        if self.found is None or number not in self.found.numbers:
            return False
        self.take(self.found.numbers.index(number))
        return True

    def open_current(self) -> None:
        """Show what is in hand large."""
        if self.current is not None:
            self.hand.rest()
            self.opened.emit(self.current)

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Moves, choices and short ways by keyboard."""
        if not grid_keys.act(self, event):
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose, or begin to drag."""
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or look at what is pointed at."""
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the one among many that was clicked."""
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show it large."""
        if (
            event.button() == Qt.MouseButton.LeftButton
            and self.place_at(event.position().toPoint()) == self.selection.current
        ):
            self.open_current()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl make squares larger or smaller."""
        self.hand.rest()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            if steps:
                self.zoom(max(-1.0, min(1.0, steps)), event.position().toPoint())
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A menu of what can be done with what is chosen."""
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            if self.selection.current < 0:
                return
            self.reveal(self.selection.current)
            at = self.box(self.selection.current).center()
        place = self.place_at(at)
        if place is None:
            return
        if place not in self.selection.chosen:
            self.take(place)
        # What the menu holds goes by what is chosen now.
        self._telling.now(partial(self.menu_wanted.emit, self.viewport().mapToGlobal(at)))

    def viewportEvent(self, event: QEvent) -> bool:
        """Let go of what was pointed at when the mouse has left."""
        if event.type() == QEvent.Type.Leave:
            self.hand.rest()
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Stand somewhere when the keys come here."""
        super().focusInEvent(event)
        if self.selection.current < 0 and self.found is not None and len(self.found):
            first = next(iter(self._layout.between(self._scroll + RING, self._scroll + 400)), 0)
            self.selection.go(first)
            self._telling.current()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring of the keys goes."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew, with what was in sight still there."""
        super().resizeEvent(event)
        place = self._kept_in_sight()
        height = self._layout.square(place)[1] - self._scroll if place is not None else 0
        self._lay_out()
        if place is not None and self._scroll > 0:
            self._scroll_to(self._layout.square(place)[1] - height)

    def showEvent(self, event: QShowEvent) -> None:
        """Have squares drawn that the screen's scale asks for."""
        super().showEvent(event)
        self._lay_out()

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        """Move what is drawn already; only the rest is drawn."""
        if abs(dy) < self.viewport().height():
            self.viewport().scroll(0, dy)
        else:
            self.viewport().update()
        self.sight.moved(down=dy < 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the squares of the part that has to be drawn."""
        painter = QPainter(self.viewport())
        box = event.rect()
        painter.fillRect(box, self.look.colour("canvas"))
        if self.found is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, layout = self._scroll, self._layout
        headers = layout.headers(top + box.top(), top + box.bottom())
        self._painter.days(painter, headers, self._span, top, self.viewport().width())
        focus = self.hasFocus()
        for place in layout.between(top + box.top() - RING, top + box.bottom() + RING):
            self._painter.square(painter, self._shown(place), layout.side, focus)
        self.hand.paint(painter, self._painter)

    def _shown(self, place: int) -> Shown:
        x, y = self._layout.square(place)
        card = self.cards.at(place)
        image, right = self.thumbs.square(card) if card is not None else (None, False)
        moving = self.hand.frame(place)
        return Shown(
            x,
            y - self._scroll,
            moving or image,
            right and moving is None,
            broken=image is None and (right or self.cards.gone(place)),
            chosen=place in self.selection.chosen,
            current=place == self.selection.current,
            hovered=place == self.hand.place,
            favourite=card is not None and card.favourite,
        )

    # What comes late

    def _cards_came(self) -> None:
        self.viewport().update()
        self._telling.current()

    def _relook(self) -> None:
        self.sight.changed()
        self.viewport().update()

    # Places

    @property
    def _scroll(self) -> int:
        return self.verticalScrollBar().value()

    def _scroll_to(self, top: int) -> None:
        self.verticalScrollBar().setValue(max(0, top))
        self.sight.changed()

    def _kept_in_sight(self) -> int | None:
        """The square that shall stay where it is: the one in hand, else the first in sight."""
        top, bottom = self._scroll, self._scroll + self.viewport().height()
        seen = self._layout.between(top, bottom)
        if self.selection.current in seen:
            return self.selection.current
        return seen.start if seen else None

    def _lay_out(self) -> None:
        found, view = self.found, self.viewport()
        count = len(found) if found else 0
        self._layout = GridLayout(count, self._days, view.width(), self._side)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - view.height()))
        bar.setPageStep(max(1, view.height() - self._layout.step // 2))
        bar.setSingleStep(max(20, self._layout.step // 4))
        self.thumbs.set_side(self._layout.side, self.devicePixelRatioF())
        self.sight.changed()
        view.update()
