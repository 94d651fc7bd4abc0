"""What of the gallery's grid is in sight: its cards are read, and its squares drawn, in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from studio.ui.gallery.grid import Grid
    from studio.ui.gallery.thumbs import Thumbs


class Sight(QObject):
    """Asks for what is in sight, and for what comes next the way that the artist scrolls.

    places: of those in sight whose cards are known, by id.
    """

    def __init__(self, grid: Grid, thumbs: Thumbs) -> None:
        super().__init__(grid)
        self._grid, self._thumbs = grid, thumbs
        self.places: dict[str, int] = {}
        self._down = True  # which way it was scrolled
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.look)
        grid.cards.came.connect(self._soon.start)
        thumbs.ready.connect(self._came)

    def moved(self, down: bool) -> None:
        """It was scrolled that way."""
        self._down = down
        self._soon.start()

    def changed(self) -> None:
        """Other artworks are in sight, or they look otherwise; ask for them soon."""
        self._soon.start()

    def look(self) -> None:
        """Ask for the cards and squares of what is in sight now, and of what comes next."""
        grid, thumbs = self._grid, self._thumbs
        height, top = grid.viewport().height(), grid.scrolled
        seen = grid.layout_.between(top, top + height)
        ahead = (top + height, top + height * 3 // 2) if self._down else (top - height // 2, top)
        next_ones = grid.layout_.between(max(0, ahead[0]), max(0, ahead[1]))
        both = range(min(seen.start, next_ones.start or seen.start), max(seen.stop, next_ones.stop))
        grid.cards.want(both if seen else range(0))
        self.places.clear()
        wishes = []
        for places in (seen, next_ones):
            for place in places:
                card = grid.cards.at(place)
                if card is not None:
                    self.places[card.id] = place
                    if not thumbs.square(card)[1]:
                        wishes.append(card)
        thumbs.wish(wishes)

    def _came(self, artwork_id: str) -> None:
        place = self.places.get(artwork_id)
        grid = self._grid
        if place is not None and grid.found is not None and place < len(grid.found):
            grid.viewport().update(grid.box(place))
