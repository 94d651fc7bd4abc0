"""Calm ways to say something: a banner that stays, a toast that goes by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import (
    IconButton,
    IconLabel,
    TextButton,
    frame,
    label,
    set_role,
    tighten,
    wrapped,
)

STAYS = 9_000  # milliseconds that a toast stays


class Banner(QWidget):
    """What happened and what to do, above the work, until it is put away."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        card = frame("banner")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 0)
        outer.addWidget(card)
        self.what = wrapped("")
        self.todo = wrapped("", "muted")
        self.action = TextButton(look, "", role="link")
        self.away = IconButton(look, "x", "Put this note away")
        self._do: Callable[[], None] | None = None
        self._topic = ""
        words = QVBoxLayout()
        tighten(words, 0, 2)
        words.addWidget(self.what)
        words.addWidget(self.todo)
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(12)
        row.addWidget(IconLabel(look, "info", "warning", 20))
        row.addLayout(words, 1)
        row.addWidget(self.action)
        row.addWidget(self.away)
        self.away.clicked.connect(self.hide)
        self.action.clicked.connect(self._act)
        self.hide()

    def say(
        self,
        what: str,
        todo: str = "",
        action: str = "",
        do: Callable[[], None] | None = None,
        topic: str = "",
    ) -> None:
        """Show these sentences, and a button where there is something to press.

        topic: what it is about, for `take_back`.
        """
        self._topic = topic
        self.what.setText(what)
        self.todo.setText(todo)
        self.todo.setVisible(bool(todo))
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self._do = do
        self.setAccessibleName(f"{what} {todo}".strip())
        self.show()
        announce(self)

    def complain(self, what: str, todo: str, report: str, topic: str = "") -> None:
        """Tell of what could not be done; `report` of a defect can be copied."""
        if report:
            copy = partial(QGuiApplication.clipboard().setText, report)
            self.say(what, todo, "Copy report", copy, topic)
        else:
            self.say(what, todo, topic=topic)

    def take_back(self, topic: str) -> None:
        """Put the note away where it is about this."""
        if self._topic == topic:
            self.hide()

    def _act(self) -> None:
        self.hide()
        if self._do is not None:
            self._do()


class Toast(QFrame):
    """A short message over the lower edge of the work, with one thing to press."""

    def __init__(self, look: Look, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        set_role(self, "toast")
        self.words = label("")
        self.action = TextButton(look, "", role="link")
        self._do: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.action)
        self.action.clicked.connect(self._act)
        over.installEventFilter(self)
        self.hide()

    def say(self, words: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Show these words for a while."""
        self.words.setText(words)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self._do = do
        self.setAccessibleName(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(STAYS)
        announce(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Stay in the middle below."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        over = self._over
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - 16)

    def _act(self) -> None:
        self._timer.stop()
        self.hide()
        if self._do is not None:
            self._do()


def say_aloud(widget: QWidget, words: str) -> None:
    """Have a screen reader say these words, as soon as it has said what it is saying."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def announce(widget: QWidget) -> None:
    """Have a screen reader say the widget's name."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))
