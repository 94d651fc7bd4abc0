"""What is asked of the library by the gallery's search line and filters, and what comes of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from studio.library import Library
    from studio.library.gallery import Card, Found, Query
    from studio.ui.gallery.room import GalleryRoom

AGAIN = 200  # milliseconds until a library that is being opened is asked again


class Seeking(QObject):
    """Asks, off the main thread, and has the room show the answer to the last question."""

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__(room)
        self._room = room
        self._found: Found | None = None
        self._asked = 0  # questions so far; only the answer to the last one counts
        self._put = 0  # the one that the library is being asked, 0 where none is
        self._keep = True  # whether all since the last answer were for the same works
        self._want = ""  # an artwork to go to as soon as it is found
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(AGAIN)
        self._later.timeout.connect(self.refresh)
        room.none.first.connect(self._leave_nothing)

    @property
    def query(self) -> Query:
        """What is asked for just now."""
        from studio.library.gallery import Query

        return Query(**self._room.search.values(), **self._room.filters.values())

    @property
    def whole(self) -> bool:
        """Whether nothing is searched for."""
        from studio.library.gallery import Query

        query = self.query
        return query == Query(order=query.order)

    def show_query(self, query: Query) -> None:
        """Ask for something else."""
        self._room.search.show_query(query)
        self._room.filters.show_query(query)
        narrowed = bool(query.colour or query.album or query.tags or query.models)
        if narrowed or query.since or query.until:
            self._room.search.more.setChecked(True)
        self.refresh(keep=False)

    def show_all(self) -> None:
        """Ask for everything again, in the order that was chosen."""
        from studio.library.gallery import Query

        self.show_query(Query(order=self.query.order))

    def show_work(self, artwork_id: str) -> None:
        """Go to an artwork; what is searched for is let go where it would hide it."""
        self._room.asking.look(lambda library: library.gallery.card(artwork_id), self._go)

    def go_when_found(self, artwork_id: str) -> None:
        """Go to an artwork with the next answer."""
        self._want = artwork_id

    def refresh(self, keep: bool = True) -> None:
        """Ask anew. keep: what is in sight and chosen, since the question is the same.

        While an answer is on its way it is asked once more when that has come, however often this
        is called.
        """
        self._later.stop()
        self._asked += 1
        self._keep &= keep
        if self._room.asking.library is None:
            if self._room.collection.busy:
                self._later.start()
        elif not self._put:
            self._put = self._asked
            show = partial(self._answered, self._keep)
            self._room.asking.look(partial(_find, self.query), show, self._failed)
            self._keep = True

    def forget(self) -> None:
        """Another library: what was asked before is not answered any more."""
        self._put = 0

    def close(self) -> None:
        """Ask no more."""
        self._later.stop()

    def _answered(self, keep: bool, answer: tuple[Found, int]) -> None:
        put, self._put = self._put, 0
        last = put == self._asked
        if last or answer[0].query == self.query:
            self._show_found(keep, answer, last)
            keep = True
        if not last:
            self.refresh(keep)

    def _failed(self, error: Exception) -> None:
        self._put = 0
        self._room.asking.complain(error)

    def _show_found(self, keep: bool, answer: tuple[Found, int], last: bool) -> None:
        room, (found, count) = self._room, answer
        same = self._found is not None and self._found.query == found.query
        self._found = found
        room.follower.know(found.revision)
        room.grid.show_found(found, keep=keep and same)
        room.bar.show_count(len(found), self.whole)
        room.trash_bar.setVisible(found.query.trashed)
        room.trash_bar.show_trash(len(found))
        self._say_nothing(found, count)
        if last and self._want:  # an answer before may not know of it yet
            want, self._want = self._want, ""
            self.show_work(want)

    def _say_nothing(self, found: Found, count: int) -> None:
        none = self._room.none
        self._room.stage.setCurrentWidget(self._room.grid if len(found) else none)
        if len(found):
            return
        if found.query.trashed:
            none.say("The trash is empty", "What you move here can be brought back.", "Back")
        elif count:
            none.say("Nothing found", "No work fits all that is asked for.", "Show everything")
        else:
            none.say(
                "Here is room for what you make",
                "Pictures, films and tunes are kept by themselves and appear here.",
                "Make a picture",
                "Make a tune",
            )

    def _leave_nothing(self) -> None:
        if self.whole:
            self._room.go_wanted.emit("picture")
        else:
            self.show_all()

    def _go(self, card: Card | None) -> None:
        if card is None:
            self._room.toast_say("It is not in the library any more", "", None)
        elif not self._room.grid.go_to(card.number):
            from studio.library.gallery import Query

            query = Query(order=self.query.order, trashed=card.trashed_at > 0)
            if query != self.query:
                self._want = card.id
                self.show_query(query)


def _find(query: Query, library: Library) -> tuple[Found, int]:
    """What was found, with its days, and how many there are at all where that is nothing."""
    found = library.gallery.find(query)
    _ = found.days  # reckoned here, where it holds up nobody
    return found, len(found) or library.count()
