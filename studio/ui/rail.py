"""The rail of rooms at the left edge of the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QToolButton, QVBoxLayout

from studio.ui.theme import Look
from studio.ui.widgets.basics import set_role

RAIL = 76
ROOMS = (
    ("picture", "Picture", "paintbrush"),
    ("sliders", "Sliders", "sliders-vertical"),
    ("style", "Style", "swatch-book"),
    ("music", "Music", "music"),
    ("gallery", "Gallery", "images"),
)
SETTINGS = ("settings", "Settings", "settings")


class Rail(QFrame):
    """The rooms, and the settings at the lower end."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        set_role(self, "rail")
        self.setFixedWidth(RAIL)
        self.setAccessibleName("Rooms")
        self._look = look
        self._icons: dict[QToolButton, str] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 14, 8, 12)
        column.setSpacing(8)
        column.addWidget(self._mark)
        column.addSpacing(4)
        for number, (room, words, icon) in enumerate(ROOMS):
            column.addWidget(self._room(room, words, icon))
            self.button(room).setToolTip(f"Ctrl+{number + 1}")
        column.addStretch(1)
        column.addWidget(self._room(*SETTINGS))
        self.button(ROOMS[0][0]).setChecked(True)
        self._group.buttonClicked.connect(self._clicked)
        look.changed.connect(self._draw)
        self._draw()

    def choose(self, room: str) -> None:
        """Mark a room as the one that is shown."""
        self._buttons[room].setChecked(True)
        self._draw()

    def button(self, room: str) -> QToolButton:
        """The button of a room."""
        return self._buttons[room]

    def _clicked(self, button: QToolButton) -> None:
        self.chosen.emit(next(room for room, one in self._buttons.items() if one is button))

    def _room(self, room: str, words: str, icon: str) -> QToolButton:
        button = QToolButton()
        set_role(button, "room")
        button.setText(words)
        button.setAccessibleName(words)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(22, 22))
        button.setCheckable(True)
        button.setAutoExclusive(True)  # said to be one of several; the group sees to it
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.toggled.connect(self._draw)
        self._icons[button] = icon
        self._buttons[room] = button
        self._group.addButton(button)
        return button

    def _draw(self) -> None:
        self._mark.setPixmap(self._look.pixmap("mark", "accent", 30))
        for button, icon in self._icons.items():
            token = "text" if button.isChecked() else "muted"
            button.setIcon(self._look.icon(icon, token, 22))
