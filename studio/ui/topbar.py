"""The bar above the work: what is shown, and what can be done with it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from studio.ui.actions import ArtworkActions
from studio.ui.room_bar import TitleBar
from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, TextButton


class TopBar(TitleBar):
    """Title on the left, actions on the right."""

    def __init__(self, look: Look, actions: ArtworkActions) -> None:
        super().__init__()
        self._actions = actions
        self.again = TextButton(look, "Make again", "refresh-cw")
        self.vary = TextButton(look, "Vary", "wand-sparkles")
        self.vary.setMenu(actions.vary_menu(self))
        self.save = TextButton(look, "Save a copy…", "download")
        self.send = TextButton(look, "Send to", "arrow-right")
        self.send.setMenu(actions.send.menu(self))
        self.more = IconButton(look, "ellipsis", "More to do with this picture", "text")
        self.more.setMenu(actions.more_menu(self))
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.row.addSpacing(8)
        for button in (self.again, self.vary, self.send, self.save, self.more):
            self.row.addWidget(button)
        self.again.clicked.connect(actions.again.trigger)
        self.save.clicked.connect(actions.save.trigger)
        for action in actions.all:
            action.changed.connect(self._enable)
        self._enable()

    def _enable(self) -> None:
        on = self._actions.save.isEnabled()
        pairs: tuple[tuple[QPushButton | IconButton, bool], ...] = (
            (self.again, self._actions.again.isEnabled()),
            (self.vary, self._actions.little.isEnabled()),
            (self.send, on),
            (self.save, on),
            (self.more, on),
        )
        for button, enabled in pairs:
            button.setEnabled(enabled)
            button.setVisible(on)
