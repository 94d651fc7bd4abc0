"""The bar above the style room: what is painted, back and forth, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu

from studio.ui.send import SendActions
from studio.ui.theme import Look
from studio.ui.widgets.basics import ElidedLabel, IconButton, TextButton, label, set_role


class StyleBar(QFrame):
    """Title on the left, what can be done with the picture on the right."""

    open_wanted = Signal()
    undo = Signal()
    redo = Signal()
    save = Signal()
    copy = Signal()
    large = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "topbar")
        self.setFixedHeight(52)
        self.title = ElidedLabel("title")
        self.facts = label("", "muted")
        self.open_button = TextButton(look, "Open…", "image-plus")
        self.open_button.setToolTip("Paint another picture, or a film (Ctrl+O)")
        self.back = IconButton(look, "undo-2", "One step back (Ctrl+Z)", "text")
        self.on = IconButton(look, "redo-2", "One step on again (Ctrl+Shift+Z)", "text")
        self.save_button = TextButton(look, "Save a copy…", "download")
        self.send = SendActions(look, self)
        self.send_button = TextButton(look, "Send to", "arrow-right")
        self.send_button.setMenu(self.send.menu(self))
        self.more = IconButton(look, "ellipsis", "More to do with this picture", "text")
        self.more.setMenu(self._fill(QMenu(self)))
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.facts)
        row.addSpacing(4)
        row.addWidget(self.back)
        row.addWidget(self.on)
        for button in (self.open_button, self.save_button, self.send_button, self.more):
            row.addWidget(button)
        self.open_button.clicked.connect(self.open_wanted)
        self.back.clicked.connect(self.undo)
        self.on.clicked.connect(self.redo)
        self.save_button.clicked.connect(self.save)
        self.say("Style")
        self.enable(False)
        self.show_steps(False, False)

    def say(self, title: str, facts: str = "") -> None:
        """Show what is painted."""
        self.title.setText(title)
        self.title.setToolTip(title)
        self.facts.setText(facts)

    def enable(self, on: bool, film: bool = False) -> None:
        """Whether there is a painted picture to do something with, and whether it moves."""
        for button in (self.save_button, self.send_button, self.more):
            button.setEnabled(on)
        self.send.enable(on, film)

    def show_steps(self, back: bool, on: bool) -> None:
        """Which way one can go."""
        self.back.setEnabled(back)
        self.on.setEnabled(on)

    def popup(self, at: QPoint) -> QMenu:
        """Open the menu of the picture at a place on the screen."""
        menu = self._fill(QMenu(self))
        menu.addSeparator()
        menu.addAction("Save a copy…", self.save.emit)
        menu.addMenu(self.send.menu(menu))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def _fill(self, menu: QMenu) -> QMenu:
        menu.addAction("Show large", self.large.emit)
        menu.addAction("Copy", self.copy.emit)
        return menu
