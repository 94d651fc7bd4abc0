"""Who plays: a row for each part, with its instrument, its lock, how loud it is and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from studio.recipes.score import Part, Role, Score
from studio.ui.music.note_names import ROLES, SECONDS, part_name
from studio.ui.music.part_controls import InstrumentButton, Letter, Mixing, check_quietly
from studio.ui.music.roll_colours import role_colour
from studio.ui.theme import Look
from studio.ui.widgets.basics import (
    ElidedLabel,
    IconButton,
    TextButton,
    set_role,
    tighten,
)
from studio.ui.widgets.slider import QuietSlider


@dataclass(frozen=True)
class Seat:
    """What a row shows: a part of the tune, or one that is wished for."""

    part: Part
    name: str
    which: int = 0  # of those with the same role


class PartRow(QFrame):
    """One part. Tells what is wanted; shows what is."""

    pressed = Signal()
    instrument = Signal(int)
    volume = Signal(float)
    pan = Signal(float)
    settled = Signal()
    muted = Signal(bool)
    solo = Signal(bool)
    locked = Signal(bool)
    removed = Signal()

    def __init__(self, look: Look, seat: Seat, live: bool) -> None:
        """live: whether there is a tune, of which this is a part."""
        super().__init__()
        self._look, self._seat, self._live = look, seat, live
        self._active = False
        set_role(self, "row")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.name = ElidedLabel("group")
        self.player = InstrumentButton(look)
        self.player.chosen.connect(self.instrument)
        self.lock = IconButton(look, "lock-open", "")
        self.lock.setCheckable(True)
        self.mix = IconButton(look, "volume-2", "")
        self.mix.setCheckable(True)
        self.mute = Letter(look, "M", "", "warning")
        self.alone = Letter(look, "S", "", "accent")
        self.away = IconButton(look, "x", "")
        head = QHBoxLayout()
        head.setContentsMargins(34, 6, 6, 6)
        head.setSpacing(0)
        who = QWidget()
        who.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words = QVBoxLayout(who)
        tighten(words, 0, 0)
        words.addWidget(self.name)
        words.addWidget(self.player)
        head.addWidget(who, 1)
        for button in (self.lock, self.mix, self.mute, self.alone, self.away):
            head.addWidget(button)
        self.fold = Mixing(look)
        self.fold.hide()
        column = QVBoxLayout(self)
        tighten(column)
        column.addLayout(head)
        column.addWidget(self.fold)
        self.lock.toggled.connect(self._locked)
        self.mix.toggled.connect(self._open)
        self.mute.toggled.connect(self.muted)
        self.alone.toggled.connect(self.solo)
        self.fold.volume.valueChanged.connect(lambda at: self.volume.emit(at / 100))
        self.fold.pan.valueChanged.connect(lambda at: self.pan.emit(at / 100))
        for slider in (self.fold.volume, self.fold.pan):
            slider.valueChanged.connect(partial(self._by_key, slider))
            slider.sliderReleased.connect(self.settled)
        self.fold.away.clicked.connect(self.removed)
        self.away.clicked.connect(self.removed)
        look.changed.connect(self.update)
        self.show_seat(seat, live)

    def show_seat(self, seat: Seat, live: bool) -> None:
        """Show this part."""
        self._seat, self._live = seat, live
        part, name = seat.part, seat.name
        self.name.setText(name)
        self.setAccessibleName(name)
        self.player.show_part(part, name)
        self.mix.set_words(f"How loud the {name.lower()} is, and where it stands")
        self.mute.setAccessibleName(f"Mute the {name.lower()}")
        self.mute.setToolTip("Mute: do not play this part")
        self.alone.setAccessibleName(f"Only the {name.lower()}")
        self.alone.setToolTip("Solo: play this part alone")
        for widget in (self.lock, self.mix, self.mute, self.alone):
            widget.setVisible(live)
        self.away.set_words(f"No {name.lower()}")
        self.away.setVisible(not live)
        self.fold.show_part(part, name)
        check_quietly(self.mute, part.muted)
        self._say_lock()
        if not live and self.mix.isChecked():
            self.mix.setChecked(False)
        self.update()

    def controls(self) -> tuple[QWidget, ...]:
        """What Tab comes to, in order."""
        fold = self.fold
        first = (self.player, self.lock, self.mix, self.mute, self.alone, self.away)
        return (*first, fold.volume, fold.pan, fold.away)

    def show_locked(self, on: bool) -> None:
        """Whether it stays as it is when something new is made."""
        check_quietly(self.lock, on)
        self._say_lock()

    def show_solo(self, on: bool) -> None:
        """Whether it plays alone."""
        check_quietly(self.alone, on)

    def show_active(self, on: bool) -> None:
        """Whether it is the one that is drawn in."""
        if on != self._active:
            self._active = on
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw in this part from now on."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, its colour, and a bar at the side of the one that is drawn in."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = role_colour(self._look, self._seat.part.role, self._seat.which)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.setOpacity(0.4 if self._seat.part.muted else 1.0)
        painter.drawEllipse(QPointF(18, 27), 5, 5)
        painter.setOpacity(1.0)
        if self._active and self._live:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.5))
            box = self.rect().adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(box, 8, 8)

    def _locked(self, on: bool) -> None:
        self._say_lock()
        self.locked.emit(on)

    def _say_lock(self) -> None:
        on = self.lock.isChecked()
        self.lock.set_icon("lock" if on else "lock-open", "accent" if on else "muted")
        name = self._seat.name.lower()
        self.lock.setAccessibleName(f"Keep the {name}")
        self.lock.setToolTip(
            "Kept as it is when you press Create"
            if on
            else "Keep this part as it is: Create makes only the others anew"
        )

    def _open(self, on: bool) -> None:
        self.fold.setVisible(on)

    def _by_key(self, slider: QuietSlider, _value: int) -> None:
        if not slider.isSliderDown():
            self.settled.emit()


class Parts(QWidget):
    """All rows, and what adds one. Rows are numbered as the parts of the tune are."""

    active_chosen = Signal(int)
    instrument = Signal(int, int)
    volume = Signal(int, float)
    pan = Signal(int, float)
    settled = Signal()
    muted = Signal(int, bool)
    solo_changed = Signal(object)  # a frozenset of parts
    locks_changed = Signal(object)  # a frozenset of parts
    removed = Signal(int)
    add_wanted = Signal(str)  # a role

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: list[PartRow] = []
        self.solo: frozenset[int] = frozenset()
        self.locks: frozenset[int] = frozenset()
        self._shape: tuple[tuple[Role, str], ...] = ()
        self._live = False
        self.add = TextButton(look, "Add a part", "plus", "fold", "muted")
        self._column = QVBoxLayout(self)
        tighten(self._column, 0, 6)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.add.clicked.connect(self._add)
        self.setAccessibleName("Parts")

    def show_score(self, score: Score) -> None:
        """Show the parts of a tune."""
        seats = []
        for place, part in enumerate(score.parts):
            which = sum(one.role == part.role for one in score.parts[:place])
            seats.append(Seat(part, part_name(score, place), which))
        self._show(seats, live=True)

    def show_wished(self, players: Sequence[tuple[Role, int]]) -> None:
        """Show who is to play in a tune that is not there yet."""
        seats = [Seat(Part(role=role, program=one), ROLES[role]) for role, one in players]
        self._show(seats, live=False)

    def show_active(self, index: int) -> None:
        """Mark the part that is drawn in."""
        for place, row in enumerate(self.rows):
            row.show_active(place == index)

    def forget(self) -> None:
        """Nothing is locked, nobody plays alone: this is another tune."""
        had_solo = bool(self.solo)
        self.solo = self.locks = frozenset()
        self._mark()
        if had_solo:
            self.solo_changed.emit(self.solo)
        self.locks_changed.emit(self.locks)

    def set_locks(self, locks: frozenset[int]) -> None:
        """Keep these parts."""
        self.locks = locks
        self._mark()
        self.locks_changed.emit(locks)

    def missing(self) -> list[Role]:
        """Roles that can be added: nobody has them, or there is something for a second one."""
        there = [role for role, _ in self._shape]
        second = SECONDS if self._live else {}
        return [role for role in ROLES if there.count(role) < 1 + (role in second)]

    def has(self, role: Role) -> bool:
        """Whether somebody plays it."""
        return any(one == role for one, _ in self._shape)

    def _show(self, seats: Sequence[Seat], live: bool) -> None:
        shape = tuple((seat.part.role, seat.name) for seat in seats)
        if shape != self._shape or live != self._live:
            self._shape, self._live = shape, live
            self._make(seats)
        for row, seat in zip(self.rows, seats, strict=True):
            row.show_seat(seat, live)
        within = frozenset(range(len(seats)))
        self.solo, self.locks = self.solo & within, self.locks & within
        self._mark()
        self.add.setVisible(bool(self.missing()))

    def _make(self, seats: Sequence[Seat]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [PartRow(self._look, seat, self._live) for seat in seats]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)
            row.pressed.connect(partial(self.active_chosen.emit, place))
            row.instrument.connect(partial(self.instrument.emit, place))
            row.volume.connect(partial(self.volume.emit, place))
            row.pan.connect(partial(self.pan.emit, place))
            row.settled.connect(self.settled)
            row.muted.connect(partial(self.muted.emit, place))
            row.solo.connect(partial(self._solo, place))
            row.locked.connect(partial(self._lock, place))
            row.removed.connect(partial(self.removed.emit, place))

        before: QWidget = self
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt leaves others out of the order
        for control in (*(one for row in self.rows for one in row.controls()), self.add):
            QWidget.setTabOrder(before, control)
            before = control
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _mark(self) -> None:
        for place, row in enumerate(self.rows):
            row.show_solo(place in self.solo)
            row.show_locked(place in self.locks)

    def _solo(self, place: int, on: bool) -> None:
        self.solo = self.solo | {place} if on else self.solo - {place}
        self.solo_changed.emit(self.solo)

    def _lock(self, place: int, on: bool) -> None:
        self.locks = self.locks | {place} if on else self.locks - {place}
        self.locks_changed.emit(self.locks)

    def _add(self) -> QMenu:
        menu = QMenu(self)
        for role in self.missing():
            words = SECONDS[role] if self.has(role) else ROLES[role]
            menu.addAction(words).triggered.connect(partial(self.add_wanted.emit, role))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))
        return menu
