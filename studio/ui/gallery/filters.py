"""What else the gallery can be narrowed down by: colour, album, tag, maker, days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from studio.library.colourwords import NAMES
from studio.ui.theme import Look
from studio.ui.widgets.basics import chain, one_stop, tighten
from studio.ui.widgets.combo import Combo

if TYPE_CHECKING:
    from studio.library.gallery import Query
    from studio.library.marking import Label

DOT = 26
SHADES = dict(
    zip(
        NAMES,
        (
            "#1c1c1e", "#8e8e93", "#ffffff", "#e5383b", "#f98b1d", "#f7d02c",
            "#3fa34d", "#2bb3b1", "#3478f6", "#8e4ec6", "#f178b6", "#8a5a36",
        ),
        strict=True,
    )
)  # fmt: skip
DAYS = (
    ("", "Any day"),
    ("today", "Today"),
    ("week", "The last 7 days"),
    ("month", "The last 30 days"),
    ("year", "This year"),
    ("before", "Before this year"),
)


class Filters(QWidget):
    """Dots of colour, and lists of what there is. changed: something else is asked for."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.dots = [Dot(look, name) for name in NAMES]
        self.album = _combo(look, "Album")
        self.tag = _combo(look, "Tag")
        self.model = _combo(look, "Made by")
        self.day = _combo(look, "When")
        self.show_labels([], [], [])
        self.day.set_options(DAYS)
        dots = QHBoxLayout()
        tighten(dots, 0, 4)
        box = QWidget()
        box.setLayout(dots)
        box.setAccessibleName("Colour")
        for dot in self.dots:
            dots.addWidget(dot)
            dot.clicked.connect(self._dotted)
            dot.beside.connect(self._go_beside)
        dots.addStretch(1)
        lists = QHBoxLayout()
        tighten(lists, 0, 8)
        for combo in (self.album, self.tag, self.model, self.day):
            lists.addWidget(combo, 1)
            combo.activated.connect(self._activated)
        column = QVBoxLayout(self)
        tighten(column, 0, 8)
        column.addWidget(box)
        column.addLayout(lists)
        chain(box, self.dots)
        one_stop(self.dots)

    def show_labels(
        self, albums: Sequence[Label], tags: Sequence[Label], models: Sequence[Label]
    ) -> None:
        """Offer these; what is taken stays taken."""
        for combo, none, labels in (
            (self.album, "Any album", albums),
            (self.tag, "Any tag", tags),
            (self.model, "Any maker", models),
        ):
            taken = combo.value()
            options = [("", none), *((each.name, f"{each.name} ({each.count})") for each in labels)]
            if taken and taken not in [each.name for each in labels]:
                options.append((taken, taken))
            combo.set_options(options)
            combo.setEnabled(len(options) > 1)

    def values(self, today: date | None = None) -> dict[str, Any]:
        """What is asked for, as values of a Query."""
        asked: dict[str, Any] = {}
        colour = next((dot.name for dot in self.dots if dot.isChecked()), "")
        if colour:
            asked["colour"] = colour
        if self.album.value():
            asked["album"] = self.album.value()
        if self.tag.value():
            asked["tags"] = (self.tag.value(),)
        if self.model.value():
            asked["models"] = (self.model.value(),)
        return asked | _days(self.day.value(), today or date.today())

    def show_query(self, query: Query) -> None:
        """Show what is asked for; `changed` is not said."""
        for dot in self.dots:
            dot.setChecked(dot.name == query.colour)
        one_stop(self.dots)
        for combo, value in (
            (self.album, query.album),
            (self.tag, next(iter(query.tags), "")),
            (self.model, next(iter(query.models), "")),
        ):
            if not combo.set_value(value):
                combo.addItem(value, value)
                combo.set_value(value)
                combo.setEnabled(True)
        if query.since is None and query.until is None:
            self.day.set_value("")

    def _dotted(self) -> None:
        pressed = self.sender()
        for dot in self.dots:
            if dot is not pressed:
                dot.setChecked(False)
        one_stop(self.dots)
        self.changed.emit()

    def _go_beside(self, way: int) -> None:
        place = self.dots.index(self.sender()) + way  # type: ignore[arg-type]
        self.dots[place % len(self.dots)].setFocus(Qt.FocusReason.TabFocusReason)

    def _activated(self) -> None:
        self.changed.emit()


class Dot(QAbstractButton):
    """A round of a colour; pressed again it lets go.

    beside: an arrow key goes to the next one (+1) or to the one before (-1).
    """

    beside = Signal(int)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look, self.name = look, name
        self.setCheckable(True)
        self.setAccessibleName(name.capitalize())
        self.setAccessibleDescription("Works with this colour")
        self.setToolTip(name.capitalize())
        self.setFixedSize(DOT, DOT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A fixed size."""
        return QSize(DOT, DOT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go to the colours beside, so that all of them are one stop for Tab."""
        ways = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Right: +1,
            Qt.Key.Key_Down: +1,
        }
        way = ways.get(Qt.Key(event.key()), 0)
        if way:
            self.beside.emit(way)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the round, and a ring where it is taken or in hand."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("edge"), 1))
        painter.setBrush(QColor(SHADES[self.name]))
        painter.drawEllipse(QRectF(5, 5, DOT - 10, DOT - 10))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked() or self.hasFocus():
            painter.setPen(QPen(self._look.colour("text" if self.hasFocus() else "accent"), 2))
            painter.drawEllipse(QRectF(1.5, 1.5, DOT - 3, DOT - 3))


def _combo(look: Look, name: str) -> Combo:
    combo = Combo(look, name)
    combo.setMinimumContentsLength(6)
    return combo


def _days(which: str, today: date) -> dict[str, Any]:
    match which:
        case "today":
            return {"since": today}
        case "week":
            return {"since": today - timedelta(days=6)}
        case "month":
            return {"since": today - timedelta(days=29)}
        case "year":
            return {"since": date(today.year, 1, 1)}
        case "before":
            return {"until": date(today.year - 1, 12, 31)}
        case _:
            return {}
