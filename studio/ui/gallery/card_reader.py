"""The few cards that the gallery shows, read from the index as they come into sight."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.ui.gallery.asking import Asking

if TYPE_CHECKING:
    from studio.library.gallery import Card, Found

PART = 60  # cards that are read at once
KEPT = 4000  # cards in memory


class CardReader(QObject):
    """Cards by their place among those found. came: some that were wanted are here.

    What is in sight now is read first; what went out of sight before it was read is not.
    """

    came = Signal()

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self._found: Found | None = None
        self._known: OrderedDict[int, Card | None] = OrderedDict()  # by number
        self._read: set[int] = set()  # parts of these found
        self._wanted: list[int] = []
        self._reading = False

    def show(self, found: Found | None) -> None:
        """Others are found now; what is known stays in sight until it was read anew."""
        if found is None or self._found is None or found.revision[0] != self._found.revision[0]:
            self._known.clear()  # numbers mean other artworks in another index
            self._reading = False
        self._found, self._read, self._wanted = found, set(), []

    def at(self, place: int) -> Card | None:
        """The card at a place, where it is here."""
        if self._found is None or not 0 <= place < len(self._found):
            return None
        return self._known.get(self._found.numbers[place])

    def gone(self, place: int) -> bool:
        """Whether the artwork at a place is not in the library any more."""
        assert self._found is not None
        number = self._found.numbers[place]
        return number in self._known and self._known[number] is None

    def want(self, places: range) -> None:
        """These are in sight."""
        if self._found is None or not places:
            self._wanted = []
            return
        parts = range(places.start // PART, (places.stop - 1) // PART + 1)
        self._wanted = [part for part in parts if part not in self._read]
        self._next()

    def ids(self, places: Sequence[int], then: Callable[[list[str]], None]) -> None:
        """The ids of the artworks at these places; `then` is called at once where all are here."""
        self.cards(places, lambda cards: then([card.id for card in cards]))

    def cards(self, places: Sequence[int], then: Callable[[list[Card]], None]) -> None:
        """The cards at these places, however many."""
        found = self._found
        known = [card for place in places if (card := self.at(place)) is not None]
        if found is None or len(known) == len(places):
            then(known)
            return
        wanted = array("q", [found.numbers[place] for place in places])
        only = _only(found, wanted)
        self._asking.look(
            lambda library: library.gallery.cards(only, 0, len(wanted)),
            lambda cards: then([card for card in cards if card is not None]),
        )

    def _next(self) -> None:
        if self._reading or not self._wanted or self._found is None:
            return
        part, found = self._wanted.pop(0), self._found
        self._reading = True
        self._asking.look(
            lambda library: library.gallery.cards(found, part * PART, (part + 1) * PART),
            partial(self._keep, found, part),
            self._failed,
        )
        if self._asking.library is None:  # it asked nobody
            self._reading = False

    def _keep(self, found: Found, part: int, cards: list[Card | None]) -> None:
        self._reading = False
        if found is self._found:
            self._read.add(part)
            numbers = found.numbers[part * PART : (part + 1) * PART]
            for number, card in zip(numbers, cards, strict=True):
                self._known[number] = card
                self._known.move_to_end(number)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
                self._read.clear()  # what is wanted again is read again
            self.came.emit()
        self._next()

    def _failed(self, error: Exception) -> None:
        self._reading = False
        self._wanted = []
        self._asking.complain(error)


def _only(found: Found, numbers: array[int]) -> Found:
    """Those found, but only these of them."""
    from studio.library.gallery import Found

    return Found(found.query, found.revision, numbers, numbers)
