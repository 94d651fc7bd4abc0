"""The bar above the gallery: what is shown, back and forth, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.ui.actions import ArtworkActions
from studio.ui.gallery.words import how_many
from studio.ui.room_bar import RoomBar
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton


class GalleryBar(RoomBar):
    """Title and numbers on the left, what can be done with what is chosen on the right.

    actions: what can be done with one artwork.
    """

    favourite = Signal()
    open_wanted = Signal()
    compare = Signal()
    bring_in = Signal()
    bring_folder = Signal()
    save = Signal()
    copy = Signal()
    trash = Signal()
    bring_back = Signal()
    all_wanted = Signal()

    def __init__(self, look: Look, actions: ArtworkActions) -> None:
        super().__init__(look, "work")
        self._actions = actions
        self._count = self._chosen = 0
        self._loved = self._trashed = False
        self.bring_button = TextButton(look, "Bring in", "folder-plus")
        self.bring_button.setToolTip("Take pictures, films and tunes from elsewhere in (Ctrl+O)")
        menu = QMenu(self)
        menu.addAction("Files…\tCtrl+O", self.bring_in.emit)
        menu.addAction("A folder, with all that is in it…\tCtrl+Shift+O", self.bring_folder.emit)
        self.bring_button.setMenu(menu)
        self.send_button = TextButton(look, "Send to", "arrow-right")
        self.send_button.setMenu(actions.send.menu(self))
        self.save_button = TextButton(look, "Save a copy…", "download")
        self.save_button.setToolTip("In any format, one or many (Ctrl+S)")
        self.save_button.clicked.connect(self.save)
        self.lay_out(self.bring_button, self.send_button, self.save_button)
        self.more.menu().aboutToShow.connect(self.fill_anew)
        self.say("Gallery")
        self.show_chosen(0)
        self.show_steps(False, False)

    def show_count(self, count: int, whole: bool) -> None:
        """count: of what was found. whole: nothing was searched for."""
        self._count = count
        self._facts(whole)

    def show_chosen(self, chosen: int, loved: bool = False, trashed: bool = False) -> None:
        """How many are chosen; whether they are favourites, and in the trash."""
        self._chosen, self._loved, self._trashed = chosen, loved, trashed
        self.send_button.setEnabled(chosen == 1 and not trashed)
        self.save_button.setEnabled(chosen > 0)
        self._facts(self._whole)

    def fill(self, menu: QMenu) -> None:
        """All that can be done with what is chosen."""
        if self._chosen == 1 and not self._trashed:
            menu.addAction("Show large\tEnter", self.open_wanted.emit)
            self._add(menu, self._actions.again, self._actions.little, self._actions.lot)
            self._add(menu, self._actions.use)
            menu.addSeparator()
        if self._chosen:
            words = "No longer a favourite" if self._loved else "Mark as a favourite"
            menu.addAction(f"{words}\tF", self.favourite.emit)
            if self._chosen == 2:
                menu.addAction("Compare", self.compare.emit)
            menu.addAction("Save a copy…\tCtrl+S", self.save.emit)
            menu.addAction("Copy\tCtrl+C", self.copy.emit)
            if self._chosen == 1:
                self._add(menu, self._actions.folder)
                if not self._trashed:
                    menu.addMenu(self._actions.send.menu(menu))
            menu.addSeparator()
            if self._trashed:
                menu.addAction("Bring back", self.bring_back.emit)
            else:
                menu.addAction("Move to trash\tDel", self.trash.emit)
            menu.addSeparator()
        menu.addAction("Choose all\tCtrl+A", self.all_wanted.emit).setEnabled(self._count > 0)

    _whole = True

    def _facts(self, whole: bool) -> None:
        self._whole = whole
        words = how_many(self._count)
        if self._chosen > 1:
            words = f"{self._chosen:,} of {words} chosen"
        elif not whole:
            words = f"{words} found"
        self.say("Gallery", words)

    def _add(self, menu: QMenu, *actions: QAction) -> None:
        menu.addActions([action for action in actions if action.isEnabled()])
