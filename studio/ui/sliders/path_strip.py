"""The path: stops in a row, which lead from picture to picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QWidget,
)

from studio.recipes import Place, SlideRecipe
from studio.recipes.latent import MAX_STOPS
from studio.ui.sights import Sight, View
from studio.ui.sliders.carry import place_in, recipe_mime, small
from studio.ui.sliders.journey import Path
from studio.ui.sliders.path_options import PathOptions, in_words
from studio.ui.sliders.stop_button import SIDE, AddButton, StopButton
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconLabel, TextButton, label, set_role, tighten

if TYPE_CHECKING:
    from studio.work.live import LiveViews

STOP_MIME = "application/x-easel-stop"
PIXELS = 2 * SIDE
ARROW = 14
ROOMY = 640  # pixels from which on the buttons have words


class PathStrip(QWidget):
    """Shows a `Path` and changes it. Thumbnails and the stops' numbers come from the live view."""

    chosen = Signal(object)  # a Place to go to
    add_wanted = Signal()  # the picture on the canvas, as one more stop
    changed = Signal()
    play = Signal(bool)
    export = Signal()

    def __init__(self, look: Look, live: LiveViews, model: Callable[[], str]) -> None:
        super().__init__()
        self._look, self._model = look, model
        self.path = Path()
        self.buttons: list[StopButton] = []
        self._known: dict[str, Sight] = {}  # by the stop's JSON
        self._asked: list[str] = []
        self._gap = -1  # where a drop would go
        self.view = View(live, "path", model, self._seen, parent=self)
        self.setAcceptDrops(True)
        self.setAccessibleName("Path")
        self._make_row()
        self._make_controls()
        whole = QHBoxLayout(self)
        tighten(whole, 0, 12)
        whole.addWidget(self._scroller, 1)
        for widget in (self.options_button, self.play_button, self.export_button):
            whole.addWidget(widget)
        self.options = PathOptions(look, self)
        self.options.changed.connect(self._options_changed)
        self._refill()

    def show_path(self, path: Path) -> None:
        """Show this path, which is another model's or a remembered one."""
        self.path = path
        self._refill()

    def sight(self, stop: int) -> Sight | None:
        """What the engine said of a stop, once it has."""
        return self._known.get(_key(self.path.stops[stop]))

    def numbers(self, stop: int) -> Place:
        """A stop in numbers where they are known: what can be mixed."""
        sight = self.sight(stop)
        return Place(found=sight.found) if sight and sight.found else self.path.stops[stop]

    def add(self, place: Place, at: int | None = None, sight: Sight | None = None) -> None:
        """One more stop. sight: what is known of it already."""
        if sight is not None:
            self._known[_key(place)] = sight
        if self.path.add(place, at):
            self._refill()
            self.changed.emit()
            bar = self._scroller.horizontalScrollBar()
            if at is None:
                self._inside.adjustSize()
                bar.setValue(bar.maximum())

    def remove(self, stop: int) -> None:
        """Take a stop out."""
        if 0 <= stop < len(self.path.stops):
            del self.path.stops[stop]
            self._refill()
            self.changed.emit()
            if self.buttons:
                self.buttons[min(stop, len(self.buttons) - 1)].setFocus()
            else:
                self.add_button.setFocus()

    def put(self, stop: int, to: int) -> None:
        """Put a stop before what stands at `to` now."""
        to = min(len(self.path.stops), max(0, to))
        self.path.move(stop, to)
        self._refill()
        self.changed.emit()

    def set_playing(self, on: bool) -> None:
        """Show whether it plays."""
        self.play_button.setChecked(on)
        self.play_button.set_icon("pause" if on else "play")
        self.play_button.set_words("Stop" if on else "Play")
        if self.width() < ROOMY:
            self.play_button.setText("")

    def show_works(self, on: bool) -> None:
        """Whether pictures may be added: only where there is one."""
        self.add_button.setEnabled(on and len(self.path.stops) < MAX_STOPS)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take stops, and pictures of this model."""
        if self._takes(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        self._gap = self._place_at(event.position().toPoint())
        event.acceptProposedAction()
        self._inside.update()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Not here, then."""
        self._gap = -1
        self._inside.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put it where it was let go."""
        at, self._gap = self._place_at(event.position().toPoint()), -1
        data = event.mimeData()
        event.acceptProposedAction()
        if data.hasFormat(STOP_MIME):
            self.put(int(bytes(data.data(STOP_MIME).data())), at)
            return
        place = place_in(data, self._model())
        if place is not None:
            self.add(place, at)

    def _takes(self, data: QMimeData) -> bool:
        return data.hasFormat(STOP_MIME) or place_in(data, self._model()) is not None

    def _place_at(self, at: QPoint) -> int:
        x = self._inside.mapFrom(self, at).x()
        return sum(button.geometry().center().x() < x for button in self.buttons)

    def _refill(self) -> None:
        for child in self._row_widgets:
            self._row.removeWidget(child)
            child.hide()
            child.deleteLater()
        self._row_widgets.clear()
        self.buttons = []
        for number in range(len(self.path.stops)):
            if number:
                self._put(IconLabel(self._look, "arrow-right", "muted", ARROW))
            button = StopButton(self._look, number)
            sight = self.sight(number)
            button.set_image(sight.image if sight else None)
            button.clicked.connect(partial(self._choose, number))
            button.removed.connect(self.remove)
            button.shifted.connect(self._shift)
            button.dragged.connect(self._drag)
            button.menu_wanted.connect(self._menu)
            self.buttons.append(button)
            self._put(button)
        before: QWidget = self._scroller
        for button in self.buttons:
            QWidget.setTabOrder(before, button)
            before = button
        some = len(self.path.stops)
        self.hint.setVisible(some < 2)
        self.hint.setText(
            "A path leads from picture to picture, and becomes a film."
            if not some
            else "Add another, and there is a path."
        )
        self._show_controls()
        self._ask()

    def _put(self, widget: QWidget) -> None:
        self._row.insertWidget(len(self._row_widgets), widget)
        self._row_widgets.append(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the stops have it, not the words."""
        super().resizeEvent(event)
        self._show_controls()

    def _show_controls(self) -> None:
        ready = len(self.path.stops) > 1
        wide = self.width() >= ROOMY
        self.options_button.set_words(in_words(self.path))
        if not wide:
            self.options_button.setText(f" {self.path.seconds:g} s")
        self.options_button.setVisible(ready)
        self.play_button.setVisible(ready)
        self.export_button.setVisible(ready)
        self.export_button.set_words("Export loop…" if self.path.loop else "Export path…")
        self.set_playing(self.play_button.isChecked())
        if not wide:
            self.export_button.setText("")

    def _ask(self) -> None:
        """Ask for what has not been seen yet."""
        missing = [stop for stop in self.path.stops if _key(stop) not in self._known]
        self._asked = [_key(stop) for stop in missing]
        self.view.ask(missing, PIXELS)

    def _seen(self, sight: Sight) -> None:
        if sight.index >= len(self._asked):
            return
        self._known[self._asked[sight.index]] = sight
        for number, stop in enumerate(self.path.stops):
            if _key(stop) == self._asked[sight.index] and number < len(self.buttons):
                self.buttons[number].set_image(sight.image)

    def _choose(self, number: int) -> None:
        self.chosen.emit(self.path.stops[number])

    def _shift(self, number: int, by: int) -> None:
        to = number + by
        if 0 <= to < len(self.path.stops):
            self.put(number, to + 1 if by > 0 else to)
            self.buttons[to].setFocus()

    def _drag(self, number: int) -> None:
        stop = self.path.stops[number]
        sight = self.sight(number)
        image = sight.image if sight else None
        data = recipe_mime(SlideRecipe(model=self._model(), place=stop), image)
        data.setData(STOP_MIME, str(number).encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        if image is not None:
            drag.setPixmap(QPixmap.fromImage(small(image)))
        drag.exec(Qt.DropAction.MoveAction | Qt.DropAction.CopyAction)

    def _menu(self, number: int, at: QPoint) -> None:
        menu = QMenu(self)
        last = len(self.path.stops) - 1
        for words, do, on in (
            ("Go there", partial(self._choose, number), True),
            ("Earlier", partial(self._shift, number, -1), number > 0),
            ("Later", partial(self._shift, number, 1), number < last),
            ("Take it out", partial(self.remove, number), True),
        ):
            action = menu.addAction(words)
            action.setEnabled(on)
            action.triggered.connect(do)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _open_options(self) -> None:
        self.options.open(self.path, self.options_button)

    def _options_changed(self) -> None:
        self._show_controls()
        self.changed.emit()

    def _make_row(self) -> None:
        self._row_widgets: list[QWidget] = []
        self._inside = _Inside(self)
        set_role(self._inside, "scrolled")
        self._row = QHBoxLayout(self._inside)
        tighten(self._row, 0, 8)
        self.add_button = AddButton(self._look)
        self.add_button.clicked.connect(self.add_wanted)
        self.hint = label("", "muted")
        self._row.addWidget(self.add_button)
        self._row.addWidget(self.hint)
        self._row.addStretch(1)
        self._scroller = _Sideways()
        self._scroller.setWidget(self._inside)

    def _make_controls(self) -> None:
        self.options_button = TextButton(self._look, "", "repeat", "quiet", "muted")
        self.options_button.setToolTip("How it moves, and how long")
        self.play_button = TextButton(self._look, "Play", "play")
        self.play_button.setCheckable(True)
        self.export_button = TextButton(self._look, "Export loop…", "film")
        self.options_button.clicked.connect(self._open_options)
        self.play_button.clicked.connect(self.play)
        self.export_button.clicked.connect(self.export)

    def gap_x(self) -> int:
        """Where a mark shows what a drop would do; -1 where nothing is dragged."""
        if self._gap < 0:
            return -1
        if self._gap < len(self.buttons):
            return max(2, self.buttons[self._gap].x() - 6)
        return self.buttons[-1].geometry().right() + 5 if self.buttons else 2


class _Inside(QWidget):
    """The row itself, with a mark where a drop would go."""

    def __init__(self, strip: PathStrip) -> None:
        super().__init__()
        self._strip = strip

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark."""
        x = self._strip.gap_x()
        if x >= 0:
            painter = QPainter(self)
            painter.fillRect(x - 1, 4, 3, self.height() - 8, self._strip._look.colour("accent"))


class _Sideways(QScrollArea):
    """Scrolls sideways, also by a wheel that turns up and down."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(SIDE + 18)

    def minimumSizeHint(self) -> QSize:
        """It may be narrow."""
        return QSize(120, SIDE + 18)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move the row sideways."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()


def _key(place: Place) -> str:
    return place.model_dump_json()
