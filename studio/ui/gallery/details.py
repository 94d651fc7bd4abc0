"""What is known of the artworks that are chosen in the gallery, and what can be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.gallery import facts
from studio.ui.gallery.one_work import OneWork
from studio.ui.gallery.several_works import SeveralWorks
from studio.ui.widgets.basics import set_role, tighten, wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from studio.library import Artwork, Library
    from studio.ui.gallery.room import GalleryRoom

WIDTH = 340


class Details(QFrame):
    """The panel at the right. What it shows is gathered off the main thread."""

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__()
        self._room = room
        self.ids: tuple[str, ...] = ()
        self._asked = 0  # times; only the last answer counts
        self._poster_of = ""  # the id of the artwork whose file was read
        set_role(self, "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Details")
        self.one = OneWork(room)
        self.several = SeveralWorks(room)
        self.none = QWidget()
        column = QVBoxLayout(self.none)
        tighten(column, 20, 8)
        words = wrapped(
            "Choose a work to see where it came from and what you can do with it.", "muted"
        )
        column.addWidget(words)
        column.addStretch(1)
        self.pages = QStackedWidget()
        for page in (self.none, self.one, self.several):
            page.setParent(None)
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            set_role(page, "scrolled")
            area.setWidget(page)
            self.pages.addWidget(area)
        whole = QVBoxLayout(self)
        tighten(whole)
        whole.addWidget(self.pages)

    def show_works(self, ids: Sequence[str]) -> None:
        """Show these: one with all there is, several with what they have in common, or none."""
        if tuple(ids) != self.ids:
            self.one.keep_words()
            self.ids = tuple(ids)
        self.refresh()

    def refresh(self) -> None:
        """The library has changed: ask anew. What is being typed stays."""
        self._asked += 1
        ask, asked = self._room.asking.look, self._asked
        if not self.ids:
            self.pages.setCurrentIndex(0)
        elif len(self.ids) == 1:
            ask(lambda library: facts.tell(library, self.ids[0]), partial(self._show_one, asked))
        else:
            ids = self.ids
            self.several.expect(ids)
            self.pages.setCurrentIndex(2)
            # Of thousands that takes a second: on the thread that nobody looks on.
            self._room.asking.ask(partial(self._tell_many, asked, ids), self._show_several)

    def hideEvent(self, event: QHideEvent) -> None:
        """What was typed is kept, also when the room or the window goes."""
        self.one.keep_words()
        super().hideEvent(event)

    def _show_one(self, asked: int, told: facts.Told | None) -> None:
        if asked != self._asked:
            return
        if told is None:
            self.pages.setCurrentIndex(0)
            return
        self.one.show_work(told)
        self.pages.setCurrentIndex(1)
        key = f"{told.artwork.id} {told.artwork.path} {told.card.size}"
        if key != self._poster_of:
            self._poster_of = key
            self._room.asking.ask(
                partial(self._see, asked, told.artwork), partial(self._show_seen, key)
            )

    def _see(self, asked: int, artwork: Artwork, _library: object) -> facts.Seen | None:
        # The gallery's thread: while an artist runs through the grid only the last is read.
        return facts.see(artwork) if artwork.id in self.ids[:1] or asked == self._asked else None

    def _show_seen(self, key: str, seen: facts.Seen | None) -> None:
        if key != self._poster_of:
            return
        if seen is None:
            self._poster_of = ""
        else:
            self.one.show_seen(seen)

    def _tell_many(
        self, asked: int, ids: tuple[str, ...], library: Library
    ) -> facts.Several | None:
        return facts.tell_many(library, ids) if asked == self._asked else None

    def _show_several(self, several: facts.Several | None) -> None:
        if several is not None and several.ids == self.ids:
            self.several.show_works(several)
