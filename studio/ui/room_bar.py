"""What the bars above all rooms share: a title, facts, steps back and on, buttons, a menu."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton

from studio.ui.theme import Look
from studio.ui.widgets.basics import ElidedLabel, IconButton, label, set_role

HEIGHT = 52


class TitleBar(QFrame):
    """Title on the left, and whatever is added to `row` on the right."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "topbar")
        self.setFixedHeight(HEIGHT)
        self.title = ElidedLabel("title")
        self.facts = label("", "muted")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(20, 0, 16, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.title, 1)
        self.row.addWidget(self.facts)

    def say(self, title: str, facts: str = "") -> None:
        """Show what the room is about."""
        self.title.setText(title)
        self.title.setToolTip(title)
        self.facts.setText(facts)


class RoomBar(TitleBar):
    """A title bar of a room whose work goes by steps. `fill` is what its menu holds."""

    undo = Signal()
    redo = Signal()

    def __init__(self, look: Look, what: str) -> None:
        """what: the work, as the menu's name says it ("picture")."""
        super().__init__()
        self.back = IconButton(look, "undo-2", "One step back (Ctrl+Z)", "text")
        self.on = IconButton(look, "redo-2", "One step on again (Ctrl+Shift+Z)", "text")
        self.more = IconButton(look, "ellipsis", f"More to do with this {what}", "text")
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.back.clicked.connect(self.undo)
        self.on.clicked.connect(self.redo)

    def lay_out(self, *buttons: QPushButton) -> None:
        """Put back and on, these buttons and the menu into the row. Once, at the end of making."""
        self.row.addSpacing(4)
        self.row.addWidget(self.back)
        self.row.addWidget(self.on)
        for button in buttons:
            self.row.addWidget(button)
        self.row.addWidget(self.more)
        menu = QMenu(self)
        self.fill(menu)
        self.more.setMenu(menu)

    def fill(self, menu: QMenu) -> None:
        """Add what the menu holds."""
        raise NotImplementedError

    def fill_anew(self) -> None:
        """Fill the menu once more, where what it holds depends on the moment."""
        menu = self.more.menu()
        menu.clear()
        self.fill(menu)

    def fill_popup(self, menu: QMenu) -> None:
        """Add what a menu at the work itself holds: at least the same."""
        self.fill(menu)

    def popup(self, at: QPoint) -> QMenu:
        """Open the menu of the work at a place on the screen."""
        menu = QMenu(self)
        self.fill_popup(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
        return menu

    def show_steps(self, back: bool, on: bool) -> None:
        """Which way one can go."""
        self.back.setEnabled(back)
        self.on.setEnabled(on)
