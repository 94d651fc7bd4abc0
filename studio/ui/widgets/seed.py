"""The starting point: a number, a lock that keeps it, dice that throw a new one."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.ui.theme import Look
from studio.ui.widgets.basics import IconButton, tighten

KEEP = "Keep this starting point"
UNLOCKED = "A new starting point for every picture. Press to keep this one"
LOCKED = "The same starting point for every picture. Press to let it change"


class SeedField(QWidget):
    """A whole number within a range, which stays where it is locked."""

    changed = Signal()

    def __init__(self, look: Look, name: str, help_text: str, low: int, high: int) -> None:
        super().__init__()
        self._low, self._high = low, high
        self.number = QLineEdit("0")
        self.number.setValidator(Within(low, high, self))
        self.number.setAccessibleName(name)
        self.number.setAccessibleDescription(help_text)
        self.number.setToolTip(help_text)
        self.lock = IconButton(look, "lock-open", UNLOCKED)
        self.lock.setCheckable(True)
        self.lock.setAccessibleName(KEEP)
        self.dice = IconButton(look, "dices", "Throw the dice for a new starting point")
        row = QHBoxLayout(self)
        tighten(row, 0, 4)
        row.addWidget(self.number, 1)
        row.addWidget(self.lock)
        row.addWidget(self.dice)
        self.lock.toggled.connect(self._locked)
        self.dice.clicked.connect(self._throw)
        self.number.editingFinished.connect(self.changed)
        self.number.textEdited.connect(self._typed)

    @property
    def locked(self) -> bool:
        """Whether the number stays as it is."""
        return self.lock.isChecked()

    def set_locked(self, locked: bool) -> None:
        """Lock or unlock."""
        self.lock.setChecked(locked)

    def value(self) -> int:
        """The number; the lowest where nothing has been typed."""
        text = self.number.text()
        return min(self._high, max(self._low, int(text))) if text else self._low

    def set_value(self, value: int) -> None:
        """Show a number."""
        self.number.setText(str(value))

    def renew(self) -> int:
        """A fresh number where it is not locked; the number in force."""
        if not self.locked:
            self.set_value(random.SystemRandom().randint(self._low, self._high))
        return self.value()

    def _typed(self) -> None:
        """Who types a number wants that number: lock it."""
        self.lock.setChecked(True)

    def _throw(self) -> None:
        self.set_value(random.SystemRandom().randint(self._low, self._high))
        self.changed.emit()

    def _locked(self, locked: bool) -> None:
        self.lock.set_icon("lock" if locked else "lock-open", "accent" if locked else "muted")
        self.lock.setToolTip(LOCKED if locked else UNLOCKED)
        self.changed.emit()


class Within(QValidator):
    """Whole numbers of a range; Qt's own validator ends at 2**31."""

    def __init__(self, low: int, high: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._low, self._high = low, high

    def validate(self, text: str, place: int) -> object:
        """Accept digits that make a number of the range."""
        if not text:
            return QValidator.State.Intermediate, text, place
        fits = text.isascii() and text.isdigit() and self._low <= int(text) <= self._high
        return (QValidator.State.Acceptable if fits else QValidator.State.Invalid), text, place
