"""Buttons and labels as all panels use them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from studio.ui.theme import Look


def set_role(widget: QWidget, role: str) -> None:
    """Say what a widget is, so that the style sheet can dress it."""
    widget.setProperty("role", role)


def label(text: str, role: str = "", buddy: QWidget | None = None) -> QLabel:
    """A label in one of the style sheet's roles; plain text, whatever is in it."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        set_role(made, role)
    if buddy is not None:
        made.setBuddy(buddy)
    return made


def wrapped(text: str, role: str = "") -> QLabel:
    """A label of more than one line."""
    made = label(text, role)
    made.setWordWrap(True)
    return made


def frame(role: str) -> QFrame:
    """A frame in one of the style sheet's roles."""
    made = QFrame()
    set_role(made, role)
    return made


def rule() -> QFrame:
    """A thin line between groups."""
    return frame("line")


def tighten(layout: QLayout, margin: int = 0, spacing: int = 0) -> None:
    """Set a layout's margins and spacing, which Qt would take from the platform."""
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)


def button_row(*buttons: QPushButton) -> QHBoxLayout:
    """The buttons at the lower right of a dialog."""
    row = QHBoxLayout()
    tighten(row, 0, 8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row


def far_enough(event: QMouseEvent, pressed: QPoint) -> bool:
    """Whether the mouse has gone so far from where it was pressed that it drags."""
    way = (event.position().toPoint() - pressed).manhattanLength()
    return way >= QApplication.startDragDistance()


def chain(box: QWidget, buttons: Sequence[QWidget]) -> None:
    """Let Tab come to these buttons where their box stands, though they were made after it."""
    before = box
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Qt leaves others out of the order
    for button in buttons:
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        QWidget.setTabOrder(before, button)
        before = button
    box.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def one_stop(buttons: Sequence[QAbstractButton]) -> None:
    """Let Tab come to the taken one of a group, or to its first; the arrow keys do the rest."""
    taken = next((button for button in buttons if button.isChecked()), None)
    for button in buttons:
        stop = button is (taken or buttons[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus if stop else Qt.FocusPolicy.NoFocus)


class ElidedLabel(QLabel):
    """A label of one line that ends in … where it is too narrow for its words."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            set_role(self, role)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as many of the words as fit."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, words)


class IconButton(QToolButton):
    """A button of an icon, with words for the tooltip and for those who cannot see it.

    Takes the focus by keyboard only, so that a mouse click leaves it where it was.
    """

    def __init__(
        self, look: Look, icon: str, words: str, token: str = "muted", size: int = 18
    ) -> None:
        super().__init__()
        self._look, self._icon, self._token, self._size = look, icon, token, size
        set_role(self, "quiet")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(size, size))
        self.set_words(words)
        self._draw()
        look.changed.connect(self._draw)

    def set_words(self, words: str) -> None:
        """Change what the button says it does."""
        self.setAccessibleName(words)
        self.setToolTip(words)

    def set_icon(self, icon: str, token: str = "muted") -> None:
        """Change the picture on the button."""
        self._icon, self._token = icon, token
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._look.icon(self._icon, self._token, self._size))


class TextButton(QPushButton):
    """A button of words, and an icon where there is one."""

    def __init__(
        self, look: Look, words: str, icon: str = "", role: str = "", token: str = "text"
    ) -> None:
        super().__init__()
        self._look, self._icon, self._token = look, icon, token
        self.set_words(words)
        if role:
            set_role(self, role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if icon:
            self.setIconSize(QSize(16, 16))
            self._draw()
            look.changed.connect(self._draw)

    def set_words(self, words: str) -> None:
        """Change what stands on the button."""
        self.setText(f" {words}" if self._icon else words)  # Qt sets icon and words too close
        self.setAccessibleName(words)

    def set_icon(self, icon: str) -> None:
        """Change the picture on the button, where it has one."""
        self._icon = icon
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._look.icon(self._icon, self._token, 16))


class IconLabel(QLabel):
    """An icon that says nothing by itself."""

    def __init__(self, look: Look, icon: str, token: str = "muted", size: int = 16) -> None:
        super().__init__()
        self._look, self._icon, self._token, self._size = look, icon, token, size
        self.setFixedWidth(size)
        self._draw()
        look.changed.connect(self._draw)

    def _draw(self) -> None:
        self.setPixmap(self._look.pixmap(self._icon, self._token, self._size))
