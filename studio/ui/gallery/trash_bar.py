"""The row above what lies in the trash: bring back, remove for good, empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.gallery.words import how_many
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped

if TYPE_CHECKING:
    from studio.library import Library
    from studio.library.trash import Removed
    from studio.ui.gallery.room import GalleryRoom

NARROW = 640  # pixels
STAYS = "What lies here stays until you remove it."


class TrashBar(QWidget):
    """Shown while the trash is. Nothing is removed before the artist has said yes."""

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__()
        self._room = room
        self.words = wrapped("", "muted")
        self.back = TextButton(room.look, "Bring back", "undo-2")
        self.remove = TextButton(room.look, "Remove for good…", "trash-2")
        self.empty = TextButton(room.look, "Empty the trash…")
        buttons = QHBoxLayout()
        tighten(buttons, 0, 8)
        for button in (self.back, self.remove, self.empty):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._row = QHBoxLayout(self)
        tighten(self._row, 0, 8)
        self._row.addWidget(self.words, 1)
        self._row.addLayout(buttons)
        self.back.clicked.connect(room.works.bring_back)
        self.remove.clicked.connect(self._ask_remove)
        self.empty.clicked.connect(self._ask_empty)
        self.hide()
        self.show_trash(0)

    def show_trash(self, count: int) -> None:
        """So many lie there."""
        self._count = count
        self.empty.setEnabled(count > 0)
        self.show_chosen(0)

    def show_chosen(self, count: int) -> None:
        """So many of them are chosen."""
        for button in (self.back, self.remove):
            button.setEnabled(count > 0)
        self.refresh()

    def refresh(self) -> None:
        """Say how long things stay here."""
        library = self._room.asking.library
        if library is None:
            self.words.setText("")
        elif library.bin.days:
            days = how_many(library.bin.days, "day", "days")
            self.words.setText(f"What lies here is removed for good after {days}.")
        else:
            self.words.setText(STAYS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the words stand above the buttons."""
        narrow = event.size().width() < NARROW
        ways = QHBoxLayout.Direction
        self._row.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        super().resizeEvent(event)

    def _ask_remove(self) -> None:
        ids = list(self._room.chosen)
        if ids:
            words = f"Remove {how_many(len(ids))} for good?"
            self._ask(words, "Remove", lambda library: library.bin.remove(ids), ids)

    def _ask_empty(self) -> None:
        words = f"Empty the trash, with {how_many(self._count)} in it?"
        self._ask(words, "Empty", lambda library: library.bin.empty(), ())

    def _ask(
        self, words: str, button: str, work: Callable[[Library], Removed], ids: Sequence[str]
    ) -> None:
        SureDialog(
            self._room.look, self._room.window_, words, button, partial(self._go, work, ids)
        ).open()

    def _go(self, work: Callable[[Library], Removed], ids: Sequence[str]) -> None:
        store = self._room.thumbs.store

        def do(library: Library) -> Removed:
            removed = work(library)
            store.drop(ids)
            if not ids:
                store.tidy(library.gallery.cards_of)
            return removed

        self._room.asking.ask(do, self._gone)

    def _gone(self, removed: Removed) -> None:
        size = f"{removed.size / 1e6:,.1f} MB" if removed.size >= 1e5 else "little room"
        words = f"{how_many(removed.count)} removed for good; {size} is free again"
        self._room.toast_say(words, "", None)
        self._room.refresh()


class SureDialog(QDialog):
    """Asks whether it is meant. then: called where it is."""

    def __init__(
        self, look: Look, parent: QWidget, question: str, button: str, then: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(button)
        self.setFixedWidth(420)
        self.go = TextButton(look, button, "trash-2")
        self.away = TextButton(look, "Leave it")
        self.go.setAutoDefault(False)
        self.away.setDefault(True)
        column = QVBoxLayout(self)
        tighten(column, 24, 10)
        heading = label(question, "section")
        heading.setWordWrap(True)
        column.addWidget(heading)
        column.addWidget(wrapped("The files are deleted. Nothing brings them back.", "muted"))
        column.addSpacing(8)
        column.addLayout(button_row(self.away, self.go))
        self.away.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.accepted.connect(then)
        self.setAccessibleName(question)
        self.away.setFocus()
