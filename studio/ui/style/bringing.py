"""How pictures come into the room: to be painted, to paint like, with a recipe, with a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.errors import StudioError
from studio.recipes import SlideRecipe, WalkRecipe
from studio.ui.sights import Sight, View
from studio.ui.style.album import Album, Leaf
from studio.ui.style.guide import Guide
from studio.ui.style.manners import Manners
from studio.ui.style.wish import StyleKind, Wish

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.ui.style.album import Source
    from studio.work.live import LiveViews
    from studio.work.messages import LookFailed

PATH = "Your path"
MANNER = " in the manner of "
LINK = StudioError(
    "That is only the address of a picture, and Easel does not go into the network.",
    "Save the picture and drop its file, or copy the picture itself and paste it here.",
)


class Bringing(QObject):
    """Takes pictures in by way of the album, and then wants them.

    reading: the name of what is being looked through. chosen: a Pick that was brought to paint
    like. problem: a StudioError. fetched: a picture of an earlier step is at hand again.
    """

    reading = Signal(str)
    chosen = Signal(object)
    problem = Signal(object)
    fetched = Signal()

    def __init__(
        self, album: Album, guide: Guide, manners: Manners, live: LiveViews, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._album, self._guide, self._manners = album, guide, manners
        self._walk: tuple[WalkRecipe, Wish] | None = None  # whose first picture is on its way
        self._turn = 0  # newest wins: of pictures that are read for long, the last one dropped
        self._remembered: Wish | None = None  # to be wanted as soon as the library is open
        self._first = View(live, "first of a path", _nobody, self._came, self._not_come, self)

    def content(self, source: Artwork | Source | None) -> None:
        """Paint this; None is a mere address."""
        if source is None:
            self.problem.emit(LINK)
            return
        self._remembered = None
        self.reading.emit(_name(source))
        self._album.take(source, partial(self._paint, self._next()), self.problem.emit)

    def manner(self, source: Artwork | Source | None) -> None:
        """Paint like this; None is a mere address."""
        if source is None:
            self.problem.emit(LINK)
        else:
            self._album.take(source, self._paint_like, self.problem.emit)

    def path(self, recipe: WalkRecipe, wish: Wish) -> None:
        """Paint along a path, otherwise as in `wish`; its first picture is drawn meanwhile."""
        self._next()
        self._remembered = None
        self._walk = recipe, wish
        self._first.ask_recipes([SlideRecipe(model=recipe.model, place=recipe.stops[0])])

    def recipe(self, recipe: StyleKind, then: Callable[[], None] | None) -> None:
        """Want what a recipe says; `then` is called when that is wanted."""
        wish = Wish.of(recipe)
        name = self._name(recipe)
        if wish.walk is not None:
            self.path(wish.walk, wish)
        else:
            want = partial(self._want, self._next(), wish, then)
            self._album.open(wish.content, name, want, self.problem.emit)

    def fetch(self, reference: str) -> None:
        """Read the picture of an earlier step again."""
        self._album.open(reference, "", self._fetched, self.problem.emit)

    def wait_for(self, wish: Wish) -> None:
        """Want what was remembered, as soon as the library is open."""
        self._remembered = wish
        self._guide.begin(replace(wish, content="", walk=None, mask=""))

    def opened(self) -> None:
        """The library can be asked now."""
        self._manners.fetch()
        wish, self._remembered = self._remembered, None
        if wish is not None and wish.content:
            begin = partial(self._begin, self._next(), wish)
            self._album.open(wish.content, "", begin, _gone)

    # What came

    def _paint(self, turn: int, leaf: Leaf) -> None:
        if turn == self._turn:
            wish = replace(self._guide.wish, content=leaf.reference, walk=None, mask="")
            self._guide.go(wish)
            self.fetched.emit()  # under another name, perhaps

    def _paint_like(self, leaf: Leaf) -> None:
        pick = self._manners.add(leaf.reference)
        self.chosen.emit(pick)

    def _want(self, turn: int, wish: Wish, then: Callable[[], None] | None, _leaf: Leaf) -> None:
        if turn == self._turn:
            self._manners.include(wish)
            self._guide.go(wish)
            if then is not None:
                then()

    def _begin(self, turn: int, wish: Wish, _leaf: Leaf) -> None:
        if turn == self._turn:
            self._guide.begin(replace(wish, model=self._guide.wish.model))

    def _fetched(self, _leaf: Leaf) -> None:
        self.fetched.emit()
        self._guide.look()

    def _came(self, sight: Sight) -> None:
        if self._walk is not None:
            turn = self._turn
            walk, wish = self._walk

            def along(leaf: Leaf) -> None:
                if turn == self._turn:
                    self._album.names[leaf.reference] = PATH
                    self._manners.include(wish)
                    self._guide.go(replace(wish, content=leaf.reference, walk=walk))

            self._walk = None
            self._album.take(sight.image, along, self.problem.emit)

    def _not_come(self, failed: LookFailed) -> None:
        self._walk = None
        self.problem.emit(StudioError(failed.what, failed.todo))

    def _next(self) -> int:
        self._turn += 1
        self._walk = None
        return self._turn

    def _name(self, recipe: StyleKind) -> str:
        """What the content is called: its title says so, and of one style also that one's."""
        content, manner, style = recipe.words.rpartition(MANNER)
        pictures = [manner.picture for manner in recipe.manners]
        if manner and len(pictures) == 1 and pictures[0]:
            self._album.names.setdefault(pictures[0], style)
        return content


def _name(source: Artwork | Source) -> str:
    """What a picture is called before it is known."""
    if isinstance(source, QImage):
        return "the picture"
    return f"“{source.name if isinstance(source, Path) else source.title}”"


def _gone(_error: Any) -> None:
    """What was painted last is no longer there: begin with nothing."""


def _nobody(*_: Any) -> str:
    """Recipes name their model themselves."""
    return ""
