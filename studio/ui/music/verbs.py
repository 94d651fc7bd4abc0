"""What can be made of the tune in hand: a quiet row above its notes, or one button where narrow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from studio.recipes.score import Role
from studio.ui.music.note_names import ROLES, SECONDS
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, tighten

MORE_BARS = (4, 8, 16)
LOOSER = ((0.3, "A little"), (0.6, "Clearly"), (1.0, "Loosely, as late at night"))
ROOMY = 640  # pixels from which on every verb has a button of its own
PLAIN = {
    "melody": "A melody",
    "chords": "Chords",
    "bass": "A bass",
    "drums": "Drums",
}


class Verbs(QWidget):
    """Tells what is wanted; the tools of the piano roll stand at its right."""

    go_on = Signal(int)  # bars
    vary = Signal()
    between = Signal()
    add = Signal(str)  # a role
    bars = Signal()
    humanise = Signal(float)

    def __init__(self, look: Look, tools: QWidget | None = None) -> None:
        super().__init__()
        self._look = look
        self._missing: tuple[Role, ...] = ()
        self._there: tuple[Role, ...] = ()
        self.go_on_button = self._button("Continue", "arrow-right", self._fill_go_on)
        self.vary_button = self._button("Variations…", "shuffle")
        self.between_button = self._button("Between two…", "blend")
        self.add_button = self._button("Add", "plus", self._fill_add)
        self.bars_button = self._button("Only these bars", "move-horizontal")
        self.looser_button = self._button("Less stiff", "hand", self._fill_looser)
        self.all_button = self._button("Make of it", "sparkles", self._fill_all)
        self.buttons = (
            self.go_on_button,
            self.vary_button,
            self.between_button,
            self.add_button,
            self.bars_button,
            self.looser_button,
        )
        for button, words in (
            (self.go_on_button, "Let the tune go on for some more bars"),
            (self.vary_button, "Other takes of this tune, subtle or wild"),
            (self.between_button, "A tune that lies between this one and another"),
            (self.add_button, "Add a part that fits what is there"),
            (self.bars_button, "Make only the chosen bars anew. Choose them by dragging along "
             "the numbers above the notes"),
            (self.looser_button, "Play it as a hand would, less exactly"),
            (self.all_button, "What can be made of this tune"),
        ):  # fmt: skip
            button.setToolTip(words)
        row = QHBoxLayout(self)
        tighten(row, 0, 2)
        for button in (*self.buttons, self.all_button):
            row.addWidget(button)
        row.addStretch(1)
        if tools is not None:
            row.addWidget(tools)
        self.vary_button.clicked.connect(self.vary)
        self.between_button.clicked.connect(self.between)
        self.bars_button.clicked.connect(self.bars)
        self.setAccessibleName("What can be made of this tune")
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """It may be narrow: one button stands for all."""
        return QSize(200, 34)

    def enable(
        self,
        on: bool,
        missing: Sequence[Role] = (),
        bars: bool = False,
        there: Sequence[Role] = (),
    ) -> None:
        """Whether there is a tune and something that composes.

        missing: roles that can be added. bars: whether bars are chosen. there: roles of the tune.
        """
        self._missing, self._there = tuple(missing), tuple(there)
        for button in (*self.buttons, self.all_button):
            button.setEnabled(on)
        self.add_button.setEnabled(on and bool(missing))
        self.bars_button.setProperty("chosen", bars)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One button instead of six where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        roomy = self.width() >= ROOMY
        for button in self.buttons:
            button.setVisible(roomy)
        self.all_button.setVisible(not roomy)

    def _button(self, words: str, icon: str, fill: object = None) -> TextButton:
        button = TextButton(self._look, words, icon, "quiet", "muted")
        if callable(fill):
            menu = QMenu(button)
            menu.aboutToShow.connect(partial(_refill, menu, fill))
            button.setMenu(menu)
        return button

    def _fill_go_on(self, menu: QMenu) -> None:
        for bars in MORE_BARS:
            menu.addAction(f"{bars} more bars").triggered.connect(partial(self.go_on.emit, bars))

    def _fill_add(self, menu: QMenu) -> None:
        for role in ROLES:
            second = role in self._there and role in SECONDS
            action = menu.addAction(SECONDS[role] if second else PLAIN[role])
            action.setEnabled(role in self._missing)
            action.triggered.connect(partial(self.add.emit, role))

    def _fill_looser(self, menu: QMenu) -> None:
        for amount, words in LOOSER:
            menu.addAction(words).triggered.connect(partial(self.humanise.emit, amount))

    def _fill_all(self, menu: QMenu) -> None:
        self._fill_go_on(menu.addMenu("Continue"))
        menu.addAction("Variations…", self.vary.emit)
        menu.addAction("Between two…", self.between.emit)
        self._fill_add(menu.addMenu("Add"))
        menu.addAction("Only these bars", self.bars.emit)
        self._fill_looser(menu.addMenu("Less stiff"))


def _refill(menu: QMenu, fill: object) -> None:
    menu.clear()
    assert callable(fill)
    fill(menu)
