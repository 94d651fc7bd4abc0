"""Telling what is in hand in the gallery's grid, and what is chosen: to the room, and aloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.ui.gallery.words import said_of
from studio.ui.widgets.notices import say_aloud

if TYPE_CHECKING:
    from studio.ui.gallery.grid import Grid

SETTLES = 60  # milliseconds until a choice that moves on is told


class Telling(QObject):
    """Emits the grid's `current_changed` and `selected_changed`."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._told: str | None = None  # the id that was told as the current one
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLES)
        self._settling.timeout.connect(self.now)

    def changed(self) -> None:
        """The selection is another one."""
        self._settling.start()
        self.current()

    def now(self, then: Callable[[], None] | None = None) -> None:
        """Tell what is chosen without waiting until it rests. then: called once it was told."""
        self._settling.stop()
        grid = self._grid

        def tell(ids: list[str]) -> None:
            grid.selected_changed.emit(ids)
            if then is not None:
                then()

        grid.cards.ids(sorted(grid.selection.chosen), tell)

    def current(self) -> None:
        """Tell which artwork is in hand, as soon as that is known."""
        grid = self._grid
        card, place = grid.current, grid.selection.current
        name = "The gallery"
        if card is not None:
            chosen = place in grid.selection.chosen
            name = said_of(card, place, grid.layout_.count, chosen)
        if name != grid.accessibleName():
            grid.setAccessibleName(name)
            if card is not None and grid.hasFocus():
                say_aloud(grid, name)
        told = card.id if card is not None else None
        if told != self._told and (card is not None or place < 0):
            self._told = told
            grid.current_changed.emit(card)
