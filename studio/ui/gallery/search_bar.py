"""The line above the gallery's grid: words to search for, kinds, favourites, order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, TextButton, tighten

if TYPE_CHECKING:
    from studio.library.gallery import Query

WAIT = 120  # milliseconds from the last letter to the search
LONGEST = 500  # letters
#: value, words in the menu, what of a Query it is
KINDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("all", "Everything", {}),
    ("picture", "Pictures", {"medium": "picture"}),
    ("film", "Films", {"medium": "film"}),
    ("sound", "Tunes", {"medium": "sound"}),
    ("elsewhere", "From elsewhere", {"elsewhere": True}),
    ("trash", "In the trash", {"trashed": True}),
)
ORDERS = (
    ("newest", "Newest"),
    ("oldest", "Oldest"),
    ("title", "By title"),
    ("largest", "Largest"),
)


class SearchBar(QWidget):
    """changed: something else is asked for. left: the artist goes down into the grid."""

    changed = Signal()
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.words = QLineEdit()
        self.words.setMaxLength(LONGEST)
        self.words.setPlaceholderText("fox, flowers, calm …")
        self.words.setAccessibleName("Search")
        self.words.setAccessibleDescription("Words of the title, the prompt, tags and notes")
        self.words.setToolTip("Words of the title, the prompt, tags and notes (Ctrl+F)")
        self.words.setClearButtonEnabled(True)
        self._glass = self.words.addAction(
            look.icon("search", "muted", 16), QLineEdit.ActionPosition.LeadingPosition
        )
        self.kinds = Choice(look, "What kind", tuple((value, words) for value, words, _ in KINDS))
        self.favourites = IconButton(look, "heart", "Favourites only", "text")
        self.favourites.setCheckable(True)
        self.more = IconButton(look, "list-filter", "Colours, albums, tags, days", "text")
        self.more.setCheckable(True)
        self.order = Choice(look, "In what order", ORDERS)
        row = QHBoxLayout(self)
        tighten(row, 0, 8)
        row.addWidget(self.words, 1)
        for one in (self.kinds, self.favourites, self.more, self.order):
            row.addWidget(one)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(WAIT)
        self._waiting.timeout.connect(self.changed)
        self.words.textEdited.connect(self._typed)
        self.words.textChanged.connect(self._cleared)
        self.words.installEventFilter(self)
        self.kinds.chosen.connect(self._now)
        self.order.chosen.connect(self._now)
        self.favourites.clicked.connect(self._now)
        self.favourites.toggled.connect(self._draw)
        look.changed.connect(self._draw)
        self._draw()

    def values(self) -> dict[str, Any]:
        """What is asked for, as values of a Query."""
        asked: dict[str, Any] = dict(next(v for kind, _, v in KINDS if kind == self.kinds.value))
        if self.words.text().strip():
            asked["words"] = self.words.text()
        if self.favourites.isChecked():
            asked["favourite"] = True
        return {**asked, "order": self.order.value}

    def show_query(self, query: Query) -> None:
        """Show what is asked for; `changed` is not said."""
        self.words.setText(query.words)
        self._waiting.stop()
        if query.trashed:
            self.kinds.take("trash")
        else:
            self.kinds.take("elsewhere" if query.elsewhere else query.medium or "all")
        self.favourites.setChecked(bool(query.favourite))
        self.order.take(query.order)

    def begin(self) -> None:
        """Let the artist type."""
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Enter and Down go into the grid; Escape takes the words back."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self._waiting.isActive():
                    self._now()
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self.words.text():
                self.words.clear()
                return True
        # Escape is a short cut of the window, which would come first
        early = event.type() == QEvent.Type.ShortcutOverride
        if early and event.key() == Qt.Key.Key_Escape and self.words.text():
            event.accept()
            return True
        return False

    def _typed(self) -> None:
        self._waiting.start()

    def _cleared(self, text: str) -> None:
        if not text:  # by the cross in the field, which says nothing else
            self._now()

    def _now(self) -> None:
        self._waiting.stop()
        self.changed.emit()

    def _draw(self) -> None:
        on = self.favourites.isChecked()
        self.favourites.set_icon("heart-full" if on else "heart", "accent" if on else "text")
        self._glass.setIcon(self._look.icon("search", "muted", 16))


class Choice(TextButton):
    """A button that says what is taken, and opens a menu of what else there is."""

    chosen = Signal(str)

    def __init__(self, look: Look, name: str, options: tuple[tuple[str, str], ...]) -> None:
        super().__init__(look, options[0][1], "chevron-down", token="muted")
        self._name = name
        self.value = options[0][0]
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the chevron after the words
        self._actions: dict[str, QAction] = {}
        menu = QMenu(self)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        group = QActionGroup(self)
        for value, words in options:
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
            self._actions[value] = action
        group.triggered.connect(self._picked)
        self.setMenu(menu)
        self.take(self.value)

    def take(self, value: str) -> None:
        """Show this one as taken; `chosen` is not said."""
        self.value = value
        action = self._actions[value]
        action.setChecked(True)
        self.setText(f"{action.text()} ")
        self.setAccessibleName(f"{self._name}: {action.text()}")
        self.setToolTip(self._name)

    def _picked(self, action: QAction) -> None:
        self.take(action.data())
        self.chosen.emit(self.value)
