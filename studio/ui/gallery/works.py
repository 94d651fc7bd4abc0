"""What can be done with the artworks that are chosen in the gallery."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.ui.actions import ArtworkActions
from studio.ui.gallery.large import LargeView
from studio.ui.picture_verbs import PictureVerbs

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.library.gallery import Card
    from studio.ui.gallery.compare import Compare
    from studio.ui.gallery.room import GalleryRoom


class Works(QObject):
    """Binds buttons, menus and keys to what is done with one artwork, or with many.

    artwork: the one in hand, with its recipe, as soon as it was read.
    """

    def __init__(self, room: GalleryRoom) -> None:
        super().__init__(room)
        self._room = room
        self.artwork: Artwork | None = None
        self._then: Callable[[], object] | None = None  # as soon as it was read
        self._large: LargeView | None = None  # made when something is first shown large
        self._compare: Compare | None = None  # likewise
        self.actions = ArtworkActions(room.look, room, keys=False)
        self.verbs = PictureVerbs(
            self.actions, room.window_, room.collection, self._shown, _no_pixels, _one
        )

    def connect_room(self) -> None:
        """Once the room has its bar."""
        room, bar, grid = self._room, self._room.bar, self._room.grid
        self.verbs.asked.connect(self._ask)
        self.verbs.used.connect(room.elsewhere)
        self.verbs.said.connect(room.toast_say)
        self.verbs.sent.connect(room.sent)
        self.verbs.problem.connect(room.say_error)
        bar.favourite.connect(self.favourite)
        bar.open_wanted.connect(grid.open_current)
        bar.compare.connect(self.compare)
        bar.save.connect(self.save)
        bar.copy.connect(self.copy)
        bar.trash.connect(self.trash)
        bar.bring_back.connect(self.bring_back)
        grid.trash_wanted.connect(self.trash)
        grid.favourite_wanted.connect(self.favourite)
        grid.copy_wanted.connect(self.copy)
        grid.drag_wanted.connect(self.drag)
        grid.opened.connect(self.open)

    def show(self, card: Card | None) -> None:
        """Another artwork is in hand."""
        self.artwork = self._then = None
        self.actions.enable(False)
        if card is not None:
            self._room.asking.look(
                lambda library: library.get(card.id), partial(self._take, card.id)
            )

    def when_known(self, then: Callable[[], object]) -> None:
        """Call `then` once it is known what can be done with what is in hand."""
        if self._room.grid.current is None or self.artwork is not None:
            then()
        else:
            self._then = then

    def favourite(self) -> None:
        """Mark what is chosen as favourites; where the one in hand is one, take that back."""
        card = self._room.grid.current
        yes = card is None or not card.favourite
        self._with_ids(lambda ids: self._room.doings.favourite(ids, yes))

    def trash(self) -> None:
        """Move what is chosen to the trash."""
        card = self._room.grid.current
        if card is not None and not card.trashed_at:
            self._with_ids(self._room.doings.trash)

    def bring_back(self) -> None:
        """Bring what is chosen back from the trash."""
        self._with_ids(self._room.doings.bring_back)

    def copy(self) -> None:
        """Put what is chosen on the clipboard."""
        self._with_cards(self._room.doings.copy)

    def drag(self) -> None:
        """Drag what is chosen out."""
        self._with_cards(self._room.doings.drag)

    def save(self) -> None:
        """Save copies of what is chosen."""
        if self._room.asking.library is not None:
            self._with_ids(self._export)

    @property
    def large(self) -> LargeView:
        """One artwork over the whole window."""
        if self._large is None:
            self._large = LargeView(self._room)
        return self._large

    def _export(self, ids: list[str]) -> None:
        if ids:
            from studio.ui.gallery.export_dialog import ExportDialog

            ExportDialog(self._room, ids).open()

    def open(self, card: Card) -> None:
        """Show one large."""
        self.large.show_work(card)

    def escape(self) -> bool:
        """Close what lies over the window; False where nothing does."""
        over = (self._large, self._compare)
        return any(view is not None and view.escape() for view in over)

    def compare(self) -> None:
        """Look at the two that are chosen, one beside the other."""
        self._with_ids(self._compare_two)

    def _compare_two(self, ids: list[str]) -> None:
        if len(ids) == 2:
            from studio.ui.gallery.compare import Compare

            self._compare = self._compare or Compare(self._room)
            self._compare.show_works(ids)

    def _take(self, artwork_id: str, artwork: Artwork | None) -> None:
        current = self._room.grid.current
        if artwork is None or current is None or current.id != artwork_id:
            self._known()
            return
        self.artwork = artwork
        kind = artwork.kind if artwork.recipe else ""
        self.actions.enable(True, kind, artwork.is_film, artwork.is_sound)
        self._known()

    def _known(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def _ask(self, recipe: object, parents: tuple[str, ...]) -> None:
        self._room.queue.submit(recipe, parents)  # type: ignore[arg-type]
        self._room.toast_say("It is on its way, and will appear at the top", "", None)

    def _shown(self) -> Artwork | None:
        return self.artwork

    def _with_ids(self, then: object) -> None:
        self._room.grid.cards.ids(self._places(), then)  # type: ignore[arg-type]

    def _with_cards(self, then: object) -> None:
        self._room.grid.cards.cards(self._places(), then)  # type: ignore[arg-type]

    def _places(self) -> list[int]:
        selection = self._room.grid.selection
        if selection.chosen:
            return sorted(selection.chosen)
        return [selection.current] if selection.current >= 0 else []


def _no_pixels() -> None:
    """The gallery has no pixels at hand; the file has them."""


def _one() -> int:
    return 1
