"""The bar above the sliders' room: back and forth, keep, and what else can be done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from studio.ui.room_bar import RoomBar
from studio.ui.send import SendActions
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton


class SlidersBar(RoomBar):
    """Title on the left, what can be done with the picture on the right."""

    keep = Signal()
    save = Signal()
    variations = Signal()
    copy = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "picture")
        self.keep_button = TextButton(look, "Keep this picture", "heart")
        self.keep_button.setToolTip("Draw it in full and keep it among your pictures (Ctrl+S)")
        self.save_button = TextButton(look, "Save a copy…", "download")
        self.send = SendActions(look, self, without=("find",), path=True)
        self.send_button = TextButton(look, "Send to", "arrow-right")
        self.send_button.setMenu(self.send.menu(self))
        self.keep_button.clicked.connect(self.keep)
        self.save_button.clicked.connect(self.save)
        self.lay_out(self.keep_button, self.save_button, self.send_button)

    def enable(self, on: bool) -> None:
        """Whether there is a picture to do something with."""
        for button in (self.keep_button, self.save_button, self.send_button, self.more):
            button.setEnabled(on)
        self.send.enable(on)

    def fill(self, menu: QMenu) -> None:
        menu.addAction("Copy", self.copy.emit)
        menu.addAction("200 variations…", self.variations.emit)
        menu.addMenu(self.send.menu(menu))

    def fill_popup(self, menu: QMenu) -> None:
        menu.addAction("Keep this picture", self.keep.emit)
        menu.addAction("Save a copy…", self.save.emit)
        menu.addSeparator()
        self.fill(menu)
