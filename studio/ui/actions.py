"""What can be done with an artwork: one set of actions for menu, top bar and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.send import SendActions
from studio.ui.theme import Look

USABLE = (
    "picture",
    "slide",
    "walk",
    "style",
    "finest",
    "style-film",
    "tune",
)  # kinds of recipes that a room can take up


class ArtworkActions(QObject):
    """The actions. They are all off while no artwork is shown.

    send: where else it can go.
    window: where their keys work, where they are to have any; and where menus open.
    """

    def __init__(self, look: Look, window: QWidget, keys: bool = True) -> None:
        super().__init__(window)
        self._keys = keys
        self._look, self._window = look, window
        self._icons: list[tuple[QAction, str]] = []
        self.open = self._make("Show large", "maximize")
        self.again = self._make("Make again", "refresh-cw", "Ctrl+R")
        self.little = self._make("Vary a little", "wand-sparkles", "Ctrl+L")
        self.lot = self._make("Vary a lot", "sparkles", "Ctrl+Shift+L")
        self.use = self._make("Use its words and settings", "undo-2", "Ctrl+U")
        self.save = self._make("Save a copy as…", "download", "Ctrl+S")
        self.copy = self._make("Copy", "copy", "Ctrl+C", "Ctrl+Shift+C")
        self.folder = self._make("Show in folder", "folder-open")
        self.trash = self._make("Move to trash", "trash-2", "Ctrl+Backspace")
        self.send = SendActions(look, self)
        self.all = [action for action, _ in self._icons]
        look.changed.connect(self._draw)
        self._draw()
        self.enable(False)

    def enable(self, on: bool, kind: str = "", film: bool = False, sound: bool = False) -> None:
        """Switch them on or off; some need a recipe of a kind that they know, or a picture."""
        for action in self.all:
            action.setEnabled(on)
        for action in (self.again, self.little, self.lot):
            action.setEnabled(on and kind == "picture")
        self.use.setEnabled(on and kind in USABLE)
        self.send.enable(on and not sound, film)

    def vary_menu(self, parent: QWidget) -> QMenu:
        """The two ways to vary."""
        menu = QMenu(parent)
        menu.addActions([self.little, self.lot])
        return menu

    def more_menu(self, parent: QWidget) -> QMenu:
        """What does not stand in the top bar."""
        menu = QMenu(parent)
        menu.addActions([self.open, self.use, self.copy, self.folder])
        menu.addMenu(self.send.menu(menu))
        menu.addSeparator()
        menu.addAction(self.trash)
        return menu

    def popup(self, at: QPoint) -> QMenu:
        """Open the whole menu at a place on the screen."""
        menu = QMenu(self._window)
        first = (self.open, self.again, self.little, self.lot, self.use)
        menu.addActions([action for action in first if action.isEnabled()])
        menu.addSeparator()
        menu.addActions([self.save, self.copy, self.folder])
        menu.addMenu(self.send.menu(menu))
        menu.addSeparator()
        menu.addAction(self.trash)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _make(self, words: str, icon: str, *keys: str) -> QAction:
        action = QAction(words, self)
        if keys and self._keys:
            # Fields for words take Ctrl+C for themselves while they have the focus
            action.setShortcuts([QKeySequence(key) for key in keys])
            self._window.addAction(action)
        self._icons.append((action, icon))
        return action

    def _draw(self) -> None:
        for action, icon in self._icons:
            action.setIcon(self._look.icon(icon, "text", 16))
