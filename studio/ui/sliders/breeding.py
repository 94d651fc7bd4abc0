"""Nine pictures: pick the ones you like, and their children come."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.recipes import Place, SlideRecipe, breed
from studio.recipes.latent import MAX_SHARES
from studio.recipes.picture import MAX_SEED
from studio.ui.sights import Sight, View
from studio.ui.sliders.carry import drag_place
from studio.ui.sliders.live_canvas import draw_rounded
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, TextButton, chain, far_enough, label, tighten
from studio.ui.widgets.slider import QuietSlider

if TYPE_CHECKING:
    from studio.work.live import LiveViews

NINE = 9
SIDE = 96  # pixels asked for a child
WILD = 30  # hundredths, to begin with


@dataclass
class Child:
    """One of the nine. found: its numbers, once it has been seen."""

    place: Place
    found: str = ""
    image: QImage | None = None
    liked: bool = False

    @property
    def numbers(self) -> Place:
        """The place as it can be bred and shown again, however it came about."""
        return Place(found=self.found) if self.found else self.place


class ChildButton(QAbstractButton):
    """A picture to like. Enter or a double click puts it on the canvas."""

    taken = Signal()
    dragged = Signal()

    def __init__(self, look: Look, number: int) -> None:
        super().__init__()
        self._look, self._number = look, number
        self._image: QImage | None = None
        self._pressed: QPoint | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMinimumSize(48, 48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"Picture {number} of nine")
        self.setAccessibleDescription("Space likes it, Enter puts it on the canvas.")
        self.setToolTip("Click to like it, double click to put it on the canvas")
        look.changed.connect(self.update)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_image(self, image: QImage | None) -> None:
        """Show this picture."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(72, 72)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, and a ring where it is liked."""
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 2
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(self.rect()).center())
        inner = box.adjusted(5, 5, -5, -5) if self.isChecked() else box.adjusted(2, 2, -2, -2)
        if self._image is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("raised"))
            painter.drawRoundedRect(inner, 8, 8)
        else:
            draw_rounded(painter, self._image, inner, 8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(look.colour("accent"), 3))
            painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 10, 10)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(look.colour("text", 1.0 if self.hasFocus() else 0.6), 2))
            painter.drawRoundedRect(inner, 8, 8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps the begin of a drag."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it out once the mouse has gone far enough."""
        if self._pressed is None or self._image is None:
            return
        if far_enough(event, self._pressed):
            self._pressed = None
            self.setDown(False)
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that was no drag likes it."""
        if self._pressed is not None:
            super().mouseReleaseEvent(event)
        self._pressed = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Put it on the canvas; the first click of the two does not count."""
        self.setChecked(not self.isChecked())
        self._pressed = None
        self.taken.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter puts it on the canvas."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class Breeding(QWidget):
    """The nine, how wild their children are, and the button that breeds them.

    here: the place on the canvas, the parent where none is liked. held: puts what is locked in.
    """

    taken = Signal(object)  # a Place for the canvas

    def __init__(
        self,
        look: Look,
        live: LiveViews,
        model: Callable[[], str],
        here: Callable[[], Place],
        held: Callable[[Place], Place],
    ) -> None:
        super().__init__()
        self._model, self._here, self._held = model, here, held
        self._chance = random.SystemRandom()
        self.children_: list[Child] = []
        self._before: list[list[Child]] = []
        self.buttons = [ChildButton(look, number + 1) for number in range(NINE)]
        self.view = View(live, "breed", model, self._seen, parent=self)
        self.wild = QuietSlider(look)
        self.wild.setRange(0, 90)
        self.wild.setSingleStep(5)
        self.wild.setValue(WILD)
        self.wild.setAccessibleName("How wild")
        self.wild.setAccessibleDescription("How much of their own the children have.")
        self.wild.setToolTip("How wild: how much of their own the children have")
        self.next = TextButton(look, "Next nine", "dices")
        self.back = IconButton(look, "undo-2", "Back to the nine before", size=16)
        self._lay_out()
        self.next.clicked.connect(self.breed)
        self.back.clicked.connect(self._go_back)
        self._show()

    @property
    def liked(self) -> list[Child]:
        """The favourites."""
        return [child for child in self.children_ if child.liked]

    def begin(self) -> None:
        """Nine children of the picture on the canvas."""
        self._before.clear()
        self._raise([self._here()])

    def begin_if_empty(self) -> None:
        """The same, where there are none yet; asks again for those that have not come."""
        if not self.children_:
            self.begin()
        elif any(child.image is None for child in self.children_) and not self.view.waiting:
            self.view.ask([child.place for child in self.children_], SIDE)

    def forget(self) -> None:
        """They are another model's."""
        self.children_ = []
        self._before.clear()
        self.view.forget()
        self._show()

    def breed(self) -> None:
        """Nine children of the favourites; of the picture on the canvas where there are none."""
        parents = [child.numbers for child in self.liked][:MAX_SHARES] or [self._here()]
        if self.children_:
            self._before.append(self.children_)
            del self._before[:-20]
        self._raise(parents)

    def _raise(self, parents: Sequence[Place]) -> None:
        wild = self.wild.value() / 100
        seeds = [self._chance.randrange(MAX_SEED) for _ in range(NINE)]
        self.children_ = [Child(self._held(breed(tuple(parents), seed, wild))) for seed in seeds]
        self._show()
        self.view.ask([child.place for child in self.children_], SIDE)

    def _go_back(self) -> None:
        if self._before:
            self.view.forget()
            self.children_ = self._before.pop()
            self._show()
            self.begin_if_empty()

    def _seen(self, sight: Sight) -> None:
        if sight.index < len(self.children_):
            child = self.children_[sight.index]
            child.image, child.found = sight.image, sight.found
            self.buttons[sight.index].set_image(sight.image)

    def _show(self) -> None:
        for number, button in enumerate(self.buttons):
            child = self.children_[number] if number < len(self.children_) else None
            button.setEnabled(child is not None)
            button.set_image(child.image if child else None)
            button.setChecked(bool(child and child.liked))
        self.back.setVisible(bool(self._before))
        self._count()

    def _like(self) -> None:
        number = self.buttons.index(self.sender())  # type: ignore[arg-type]
        child = self.children_[number]
        child.liked = self.buttons[number].isChecked()
        if len(self.liked) > MAX_SHARES:  # as many as can be bred; the oldest choice stays
            child.liked = False
            self.buttons[number].setChecked(False)
        self._count()

    def _count(self) -> None:
        count = len(self.liked)
        self.hint.setText(
            "pick your favourites"
            if not count
            else f"{count} picked"
            if count > 1
            else "one picked"
        )

    def _take(self) -> None:
        number = self.buttons.index(self.sender())  # type: ignore[arg-type]
        if number < len(self.children_):
            self.taken.emit(self.children_[number].numbers)

    def _drag(self) -> None:
        number = self.buttons.index(self.sender())  # type: ignore[arg-type]
        child = self.children_[number]
        recipe = SlideRecipe(model=self._model(), place=child.numbers)
        drag_place(self.buttons[number], recipe, child.image)

    def _lay_out(self) -> None:
        self.hint = label("", "label")
        kept = self.back.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the nine stay where they are when it comes
        self.back.setSizePolicy(kept)
        head = QHBoxLayout()
        tighten(head, 0, 6)
        head.addWidget(label("Breed", "label"))
        head.addStretch(1)
        head.addWidget(self.hint)
        head.addWidget(self.back)
        self.grid = QWidget()
        grid = QGridLayout(self.grid)
        tighten(grid, 0, 2)
        for number, button in enumerate(self.buttons):
            grid.addWidget(button, number // 3, number % 3)
            button.clicked.connect(self._like)
            button.taken.connect(self._take)
            button.dragged.connect(self._drag)
        chain(self.grid, self.buttons)
        foot = QHBoxLayout()
        tighten(foot, 0, 8)
        foot.addWidget(label("How wild", "label", self.wild))
        foot.addWidget(self.wild, 1)
        foot.addWidget(self.next)
        column = QVBoxLayout(self)
        tighten(column, 0, 9)
        column.addLayout(head)
        column.addWidget(self.grid)
        column.addLayout(foot)
