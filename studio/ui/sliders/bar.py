"""The bar above the sliders' room: back and forth, keep, and what else can be done."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu

from studio.ui.send import SendActions
from studio.ui.theme import Look
from studio.ui.widgets.basics import ElidedLabel, IconButton, TextButton, label, set_role


class SlidersBar(QFrame):
    """Title on the left, what can be done with the picture on the right."""

    undo = Signal()
    redo = Signal()
    keep = Signal()
    save = Signal()
    variations = Signal()
    copy = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "topbar")
        self.setFixedHeight(52)
        self.title = ElidedLabel("title")
        self.facts = label("", "muted")
        self.back = IconButton(look, "undo-2", "One step back (Ctrl+Z)", "text")
        self.on = IconButton(look, "redo-2", "One step on again (Ctrl+Shift+Z)", "text")
        self.keep_button = TextButton(look, "Keep this picture", "heart")
        self.keep_button.setToolTip("Draw it in full and keep it among your pictures (Ctrl+S)")
        self.save_button = TextButton(look, "Save a copy…", "download")
        self.send = SendActions(look, self, without=("find",), path=True)
        self.send_button = TextButton(look, "Send to", "arrow-right")
        self.send_button.setMenu(self.send.menu(self))
        self.more = IconButton(look, "ellipsis", "More to do with this picture", "text")
        self.more.setMenu(self._menu())
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.facts)
        row.addWidget(self.back)
        row.addWidget(self.on)
        row.addSpacing(4)
        for button in (self.keep_button, self.save_button, self.send_button, self.more):
            row.addWidget(button)
        self.back.clicked.connect(self.undo)
        self.on.clicked.connect(self.redo)
        self.keep_button.clicked.connect(self.keep)
        self.save_button.clicked.connect(self.save)

    def say(self, title: str, facts: str = "") -> None:
        """Show what the room is about."""
        self.title.setText(title)
        self.facts.setText(facts)

    def enable(self, on: bool) -> None:
        """Whether there is a picture to do something with."""
        for button in (self.keep_button, self.save_button, self.send_button, self.more):
            button.setEnabled(on)
        self.send.enable(on)

    def show_steps(self, back: bool, on: bool) -> None:
        """Which way one can go."""
        self.back.setEnabled(back)
        self.on.setEnabled(on)

    def popup(self, at: QPoint) -> QMenu:
        """Open the menu of the picture at a place on the screen."""
        menu = QMenu(self)
        menu.addAction("Keep this picture", self.keep.emit)
        menu.addAction("Save a copy…", self.save.emit)
        menu.addSeparator()
        self._fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self._fill(menu)
        return menu

    def _fill(self, menu: QMenu) -> None:
        menu.addAction("Copy", self.copy.emit)
        menu.addAction("200 variations…", self.variations.emit)
        menu.addMenu(self.send.menu(menu))
