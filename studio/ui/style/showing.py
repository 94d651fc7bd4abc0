"""Whose picture is on the canvas: the live one, what is worked on for long, or a kept one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.ui.style.album import Album
from studio.ui.style.canvas import StyleCanvas
from studio.ui.style.guide import Guide
from studio.ui.style.under_way import UnderWay
from studio.ui.style.wish import Wish
from studio.ui.style.works import Works

if TYPE_CHECKING:
    from studio.library import Artwork


class Showing(QObject):
    """A kept picture and what takes long stay on the canvas as long as just that is wanted;
    whatever else the artist does shows the live picture at once.

    shown: there is another picture on the canvas. problem: a StudioError.
    """

    shown = Signal()
    problem = Signal(object)

    def __init__(
        self, canvas: StyleCanvas, guide: Guide, album: Album, works: Works, under_way: UnderWay
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._guide, self._album, self._works = canvas, guide, album, works
        self._kept: tuple[Artwork, Wish] | None = None
        self._under_way = under_way
        self._worked_on: Wish | None = None
        self._awaited: tuple[str, Wish | None] = "", None  # id of what came of it, on its way
        guide.shown.connect(self._live)
        guide.changed.connect(self._show_progress)
        under_way.began.connect(self._began)
        under_way.previewed.connect(self._previewed)
        under_way.made.connect(self._made)
        under_way.ended.connect(self._ended)
        works.kept.connect(self._came)

    @property
    def artwork(self) -> Artwork | None:
        """The kept picture on the canvas, where it is one."""
        if self._kept is not None and self._kept[1] == self._guide.wish:
            return self._kept[0]
        return None

    @property
    def following(self) -> bool:
        """Whether the canvas shows how far it is."""
        return self._worked_on is not None and self._worked_on == self._guide.wish

    def show(self, artwork: Artwork) -> None:
        """Show a kept picture as it is, until something else is wanted."""
        self._kept = artwork, self._guide.wish
        self._works.strip.choose(artwork.id)
        self._album.read(artwork.path, partial(self._read, artwork), self.problem.emit)

    def watch(self) -> None:
        """Go back to what is being worked on."""
        if self._worked_on is not None:
            self._guide.go(self._worked_on)

    def _read(self, artwork: Artwork, image: QImage) -> None:
        if self.artwork is artwork:
            self._put(image)

    def _live(self, image: QImage) -> None:
        at_hand = self._album.leaf(self._guide.wish.content) is not None  # else it is read anew
        if at_hand and not (self.following or self.artwork):
            self._put(image)

    def _began(self) -> None:
        self._worked_on = self._guide.wish
        self._show_progress()

    def _previewed(self, image: QImage) -> None:
        if self.following:  # of a film it is another moment than the picture before
            self._put(image, alone=self._under_way.film)

    def _made(self, artwork_id: str) -> None:
        self._awaited = artwork_id, self._worked_on

    def _ended(self, made: bool) -> None:
        following, self._worked_on = self.following, None
        self._show_progress()
        if following and not made:
            self._guide.look()  # back to the quick one

    def _came(self, artwork: Artwork) -> None:
        if self._awaited == (artwork.id, self._guide.wish):
            self.show(artwork)

    def _put(self, image: QImage, alone: bool = False) -> None:
        self._canvas.show_after(image, alone)
        self.shown.emit()

    def _show_progress(self) -> None:
        self._canvas.set_working(self.following)
