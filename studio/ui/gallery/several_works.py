"""What several artworks have in common, and what can be done with all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.gallery import albums, facts
from studio.ui.gallery.flow import FlowLayout
from studio.ui.gallery.labels import Labels
from studio.ui.gallery.words import how_many
from studio.ui.widgets.basics import TextButton, label, tighten, wrapped

if TYPE_CHECKING:
    from studio.ui.gallery.room import GalleryRoom


class SeveralWorks(QWidget):
    """The page of the details for more than one artwork."""

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__()
        self._room = room
        self.ids: tuple[str, ...] = ()
        self._loved = False
        look = room.look
        self.count = label("", "title")
        self.facts = wrapped("", "muted")
        self.love = TextButton(look, "Favourites", "heart")
        self.save = TextButton(look, "Save copies…", "download")
        self.compare = TextButton(look, "Compare", "blend")
        self.trash = TextButton(look, "Move to trash", "trash-2")
        self.back = TextButton(look, "Bring back", "undo-2")
        self.tags = Labels(look, "Tag", "Add a tag to all")
        self.albums = Labels(look, "Album")
        self.album_button = TextButton(look, "Put into an album", "folder-plus")
        self._lay_out()
        self._connect()

    def expect(self, ids: tuple[str, ...]) -> None:
        """Others: how many is known at once, all else a moment later."""
        if ids != self.ids:
            self.ids = ids
            self.count.setText(how_many(len(ids)))
            self.facts.clear()
            self.compare.hide()
            self.tags.show_names(())
            self.albums.show_names(())

    def show_works(self, several: facts.Several) -> None:
        """Show what these have in common."""
        cards = several.cards
        self.count.setText(how_many(len(cards)))
        size = facts.megabytes(sum(card.size for card in cards)) if cards else ""
        self.facts.setText(f"{facts.counted(cards)} · {size}")
        self._loved = bool(cards) and all(card.favourite for card in cards)
        self.love.set_words("No longer favourites" if self._loved else "Make favourites")
        trashed = any(card.trashed_at for card in cards)
        self.trash.setVisible(not trashed)
        self.back.setVisible(trashed)
        pictures = all(card.seconds == 0 for card in cards)
        self.compare.setVisible(len(cards) == 2 and pictures)
        self.tags.show_names(several.tags, several.known)
        self.albums.show_names(several.albums)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        tighten(column, 20, 6)
        column.addWidget(self.count)
        column.addWidget(self.facts)
        column.addSpacing(8)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.love, self.save, self.compare, self.trash, self.back):
            flow.addWidget(button)
        column.addWidget(buttons)
        column.addSpacing(12)
        column.addWidget(label("Tags that all have", "label", self.tags.line))
        column.addWidget(self.tags)
        column.addSpacing(12)
        column.addWidget(label("Albums that all are in", "label", self.album_button))
        column.addWidget(self.albums)
        column.addWidget(self.album_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _connect(self) -> None:
        room = self._room
        self.love.clicked.connect(self._love)
        self.save.clicked.connect(room.works.save)
        self.compare.clicked.connect(room.bar.compare)
        self.trash.clicked.connect(self._trash)
        self.back.clicked.connect(self._bring_back)
        self.tags.added.connect(self._tag)
        self.tags.gone.connect(self._untag)
        self.albums.gone.connect(self._leave_album)
        self.album_button.clicked.connect(self._album_menu)

    def _love(self) -> None:
        self._room.doings.favourite(self.ids, not self._loved)

    def _trash(self) -> None:
        self._room.doings.trash(self.ids)

    def _bring_back(self) -> None:
        self._room.doings.bring_back(self.ids)

    def _tag(self, name: str) -> None:
        ids = self.ids
        words = f"{how_many(len(ids))} tagged"
        self._room.doings.mark(ids, words, lambda marking: marking.tag(ids, name))

    def _untag(self, name: str) -> None:
        ids = self.ids
        words = f"Tag taken from {how_many(len(ids))}"
        self._room.doings.mark(ids, words, lambda marking: marking.untag(ids, name))

    def _leave_album(self, name: str) -> None:
        albums.take_out(self._room, self.ids, name)

    def _album_menu(self) -> None:
        menu = albums.albums_menu(self._room, self.ids, self)
        menu.aboutToHide.connect(partial(QTimer.singleShot, 0, menu.deleteLater))
        menu.popup(self.album_button.mapToGlobal(self.album_button.rect().bottomLeft()))
