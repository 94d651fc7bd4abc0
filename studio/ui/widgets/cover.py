"""A widget that covers the window: Tab stays on it, and does not go to what lies below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class Cover(QWidget):
    """Tab goes round through its buttons and itself."""

    def focusNextPrevChild(self, on: bool) -> bool:
        """Go on to the next one, or back."""
        stops = self._stops()
        focus = self.window().focusWidget()
        place = stops.index(focus) if focus in stops else 0
        reason = Qt.FocusReason.TabFocusReason if on else Qt.FocusReason.BacktabFocusReason
        stops[(place + (1 if on else -1)) % len(stops)].setFocus(reason)
        return True

    def _stops(self) -> list[QWidget]:
        """Itself, and its buttons that can be pressed just now, in order."""
        stops: list[QWidget] = [self]
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()
            if takes and self.isAncestorOf(widget) and widget.isVisibleTo(self):
                stops.append(widget)
            widget = widget.nextInFocusChain()
        return stops
