"""The right side of the export dialog: what will come out, one after the other, and how large."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.gallery.export_says import bytes_in_words
from studio.ui.gallery.export_view import ExportView
from studio.ui.gallery.export_work import Looked
from studio.ui.theme import Look
from studio.ui.widgets.basics import ElidedLabel, IconButton, TextButton, label, tighten, wrapped

_ENOUGH = 2  # things of known size until a guess is made at all of them


class ExportSide(QWidget):
    """Shows what comes out. turned: to another one, by its number from 0.

    back_wanted: the cut shall be where it was found.
    """

    turned = Signal(int)
    back_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.number, self._count = 0, 1
        self._sizes: dict[int, int] = {}
        self.view = ExportView(look)
        self.before = IconButton(look, "chevron-left", "The one before")
        self.after = IconButton(look, "chevron-right", "The next one")
        self.place = label("", "muted")
        self.name = ElidedLabel("group")
        self.size_words = wrapped("", "muted")
        self.all_words = wrapped("", "muted")
        self.move_words = label("Drag the picture to choose what is seen.", "muted")
        self.back = TextButton(look, "Undo", role="link")
        self.licence = wrapped("", "label")
        turn = QHBoxLayout()
        tighten(turn, 0, 6)
        turn.addWidget(self.name, 1)
        for part in (self.before, self.place, self.after):
            turn.addWidget(part)
        move = QHBoxLayout()
        tighten(move, 0, 6)
        move.addWidget(self.move_words)
        move.addWidget(self.back)
        move.addStretch(1)
        column = QVBoxLayout(self)
        tighten(column, 0, 6)
        column.addWidget(self.view, 1)
        column.addLayout(move)
        column.addLayout(turn)
        for part in (self.size_words, self.all_words, self.licence):
            column.addWidget(part)
        self.move_words.hide()
        self.back.hide()
        self.expect(1)
        self.before.clicked.connect(lambda: self.turn(self.number - 1))
        self.after.clicked.connect(lambda: self.turn(self.number + 1))
        self.back.clicked.connect(self.back_wanted)

    def expect(self, count: int) -> None:
        """There are so many to look at."""
        self._count = max(1, count)
        self.number = min(self.number, self._count - 1)
        self._fit()

    def turn(self, number: int) -> None:
        """Go to another one."""
        number = min(max(number, 0), self._count - 1)
        if number != self.number:
            self.number = number
            self._fit()
            self.turned.emit(number)

    def forget_sizes(self) -> None:
        """The plan is another one."""
        self._sizes.clear()

    def take(self, looked: Looked, moved: bool) -> None:
        """Show what came. moved: the artist has chosen the part of this one."""
        self.view.show_sight(looked.sight)
        self.name.setText(looked.artwork.title if looked.artwork else "Contact sheet")
        self.size_words.setText(looked.says)
        self.move_words.setVisible(self.view.can_move)
        self.back.setVisible(moved and self.view.can_move)
        if not looked.draft and looked.size:
            self._sizes[self.number] = looked.size
        self._guess()

    def say(self, words: str, name: str) -> None:
        """Words instead of a picture. name: of the work that cannot be shown."""
        self.view.show_words(words)
        self.name.setText(name)
        self.size_words.setText("")
        self.move_words.hide()
        self.back.hide()

    def _guess(self) -> None:
        """How much all of it takes, by those whose size is known."""
        known = len(self._sizes)
        if self._count < 2 or known < min(_ENOUGH, self._count):
            self.all_words.hide()
            return
        mean = sum(self._sizes.values()) / known
        near = "" if known == self._count else "about "
        whole = bytes_in_words(mean * self._count)
        self.all_words.setText(f"All {self._count:,} together {near}{whole}")
        self.all_words.show()

    def _fit(self) -> None:
        several = self._count > 1
        for part in (self.before, self.after, self.place):
            part.setVisible(several)
        self.place.setText(f"{self.number + 1:,} of {self._count:,}")
        self.before.setEnabled(self.number > 0)
        self.after.setEnabled(self.number < self._count - 1)
        self._guess()
