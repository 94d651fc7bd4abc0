"""The bar above the style room: what is painted, back and forth, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from studio.ui.room_bar import RoomBar
from studio.ui.send import SendActions
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton


class StyleBar(RoomBar):
    """Title on the left, what can be done with the picture on the right."""

    open_wanted = Signal()
    save = Signal()
    copy = Signal()
    large = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "picture")
        self.open_button = TextButton(look, "Open…", "image-plus")
        self.open_button.setToolTip("Paint another picture, or a film (Ctrl+O)")
        self.save_button = TextButton(look, "Save a copy…", "download")
        self.send = SendActions(look, self)
        self.send_button = TextButton(look, "Send to", "arrow-right")
        self.send_button.setMenu(self.send.menu(self))
        self.open_button.clicked.connect(self.open_wanted)
        self.save_button.clicked.connect(self.save)
        self.lay_out(self.open_button, self.save_button, self.send_button)
        self.say("Style")
        self.enable(False)
        self.show_steps(False, False)

    def enable(self, on: bool, film: bool = False) -> None:
        """Whether there is a painted picture to do something with, and whether it moves."""
        for button in (self.save_button, self.send_button, self.more):
            button.setEnabled(on)
        self.send.enable(on, film)

    def fill(self, menu: QMenu) -> None:
        menu.addAction("Show large", self.large.emit)
        menu.addAction("Copy", self.copy.emit)

    def fill_popup(self, menu: QMenu) -> None:
        self.fill(menu)
        menu.addSeparator()
        menu.addAction("Save a copy…", self.save.emit)
        menu.addMenu(self.send.menu(menu))
