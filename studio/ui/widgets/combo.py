"""A list that opens, for choices too many or too long for a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from studio.ui.theme import Look


class Combo(QComboBox):
    """A combo box with our chevron, which the wheel passes by."""

    def __init__(self, look: Look, name: str, help_text: str = "") -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        # On Linux a list's name is what is taken, so what it is for has to be said elsewhere.
        self.setAccessibleDescription(help_text or name)
        self.setToolTip(help_text)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        look.changed.connect(self.update)

    def set_options(self, options: Sequence[tuple[Any, str]]) -> None:
        """Offer these (value, words); what was taken stays where it is still there."""
        taken = self.currentData()
        self.blockSignals(True)
        self.clear()
        for value, words in options:
            self.addItem(words, value)
        self.blockSignals(False)
        self.set_value(taken)

    def value(self) -> Any:
        """What is taken."""
        return self.currentData()

    def set_value(self, value: Any) -> bool:
        """Take this value; False where it is not on offer."""
        place = self.findData(value)
        if place >= 0:
            self.setCurrentIndex(place)
        return place >= 0

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the panel scroll."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chevron over what the style draws."""
        super().paintEvent(event)
        painter = QPainter(self)
        mark = self._look.pixmap("chevron-down", "muted", 16)
        painter.drawPixmap(self.width() - 26, (self.height() - 16) // 2, mark)
