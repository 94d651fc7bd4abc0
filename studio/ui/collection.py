"""What was made, newest first, as the window sees it. The library itself works on a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.ui.background import Background

if TYPE_CHECKING:
    from studio.library import Artwork, Library

PAGE = 200


def open_library(folder: Path) -> Library:
    """Open the library that lies in a folder."""
    from studio.library import Library

    return Library.open(folder)


class Collection(QObject):
    """Artworks in order, and what can be done with them.

    `problem` carries a StudioError: something could not be done and is told in a banner.
    """

    reset = Signal()
    added = Signal(object)
    restored = Signal(object)
    removed = Signal(str)
    problem = Signal(object)

    def __init__(
        self,
        opener: Callable[[Path], Library] = open_library,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._opener = opener
        self._background = Background("library", 1, self)
        self._library: Library | None = None  # opened and closed on the thread only
        self._all_loaded = True  # until one is open
        self._loading = False
        self.folder: Path | None = None
        self.artworks: list[Artwork] = []

    @property
    def busy(self) -> bool:
        """Whether the library has not answered yet."""
        return self._background.busy

    @property
    def library(self) -> Library | None:
        """The library itself, while it is open; any thread may ask it."""
        return self._library

    def open(self, folder: Path) -> None:
        """Show the library of this folder, instead of the one before."""
        self.folder = folder
        self.artworks = []
        self._all_loaded, self._loading = False, True
        self._background.run(partial(self._open, folder), self._loaded, self._not_opened)
        self.reset.emit()

    def more(self) -> None:
        """Load the next page of older artworks, where there is one."""
        if not self._all_loaded and not self._loading:
            self._loading = True
            page = partial(self._recent, len(self.artworks))
            self._background.run(page, self._page, self._failed)

    @property
    def known(self) -> bool:
        """Whether it is known what there is."""
        return self.folder is not None and not self._loading

    @property
    def has_more(self) -> bool:
        """Whether older artworks wait to be loaded."""
        return not self._all_loaded and not self._loading

    def add(self, artwork_id: str, path: Path) -> None:
        """Take in an artwork that the engine has just kept."""
        self._background.run(partial(self._find, artwork_id, path), self._add, self._failed)

    def find(self, artwork_id: str) -> Artwork | None:
        """An artwork among the loaded ones."""
        return next((found for found in self.artworks if found.id == artwork_id), None)

    def place(self, artwork_id: str) -> int:
        """Where an artwork stands, newest first; -1 where it does not."""
        return next((i for i, found in enumerate(self.artworks) if found.id == artwork_id), -1)

    def trash(self, artwork_id: str, then: Callable[[], None] | None = None) -> None:
        """Move an artwork to the library's trash."""

        def gone(_: Any) -> None:
            place = self.place(artwork_id)
            if place >= 0:
                del self.artworks[place]
                self.removed.emit(artwork_id)
            if then is not None:
                then()

        self._background.run(partial(self._do, "trash", artwork_id), gone, self._failed)

    def restore(self, artwork_id: str) -> None:
        """Take an artwork back out of the trash."""
        self._background.run(partial(self._restore, artwork_id), self._restored, self._failed)

    def leave_out(self, ids: Iterable[str]) -> None:
        """These were moved to the trash by another part of the window."""
        for artwork_id in ids:
            place = self.place(artwork_id)
            if place >= 0:
                del self.artworks[place]
                self.removed.emit(artwork_id)

    def take_in(self, ids: Sequence[str]) -> None:
        """These were brought back by another part of the window."""
        if ids:
            self._background.run(partial(self._gather, ids[:PAGE]), self._gathered, self._failed)

    def save_copy(
        self, artwork: Artwork, target: Path, then: Callable[[Path], None] | None = None
    ) -> None:
        """Write a copy as the suffix of `target` says."""
        self._background.run(partial(self._do, "save_copy", artwork, target), then, self._failed)

    def ask(
        self,
        work: Callable[[Library], Any],
        then: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Do something else with the library, on its thread."""
        self._background.run(lambda: work(self._need()), then, failed)

    def close(self) -> None:
        """Close the library and end the thread."""
        self._background.run(self._close)
        self._background.finish()

    # On the library's thread

    def _open(self, folder: Path) -> list[Artwork]:
        self._close()
        self._library = self._opener(folder)
        return self._library.recent(PAGE)

    def _close(self) -> None:
        library, self._library = self._library, None
        if library is not None:
            library.close()

    def _rescan(self) -> list[Artwork] | None:
        """Take in what the folder holds and the index does not; None where that is nothing."""
        library = self._need()
        if not library.needs_rescan:
            return None
        library.rescan()
        return library.recent(PAGE)

    def _need(self) -> Library:
        if self._library is None:
            raise StudioError(
                "The folder with your pictures cannot be reached.",
                "Plug its drive in, or choose another folder in the settings.",
            )
        return self._library

    def _recent(self, offset: int) -> list[Artwork]:
        return self._need().recent(PAGE, offset)

    def _find(self, artwork_id: str, path: Path) -> Artwork | None:
        library = self._need()
        return library.get(artwork_id) or library.at(path)

    def _restore(self, artwork_id: str) -> Artwork | None:
        library = self._need()
        library.restore(artwork_id)
        return library.get(artwork_id)

    def _do(self, verb: str, *args: Any) -> Any:
        return getattr(self._need(), verb)(*args)

    def _gather(self, ids: Sequence[str]) -> list[Artwork]:
        library = self._need()
        found = [library.get(artwork_id) for artwork_id in ids]
        return [artwork for artwork in found if artwork is not None and not artwork.trashed]

    # Back on the main thread

    def _gathered(self, artworks: list[Artwork]) -> None:
        oldest = self.artworks[-1].created if self.artworks and not self._all_loaded else None
        for artwork in artworks:
            if oldest is None or artwork.created >= oldest:  # older ones come with their page
                self._add(artwork)

    def _loaded(self, artworks: list[Artwork]) -> None:
        self._loading = False
        self._all_loaded = len(artworks) < PAGE
        self.artworks = list(artworks)
        self.reset.emit()
        self._background.run(self._rescan, self._rescanned, self._failed)

    def _rescanned(self, artworks: list[Artwork] | None) -> None:
        if artworks is not None:
            self._all_loaded = len(artworks) < PAGE
            self.artworks = list(artworks)
            self.reset.emit()

    def _not_opened(self, error: Exception) -> None:
        self._all_loaded = True
        self._failed(error)

    def _page(self, artworks: list[Artwork]) -> None:
        self._loading = False
        self._all_loaded = len(artworks) < PAGE
        known = {artwork.id for artwork in self.artworks}
        self.artworks += [artwork for artwork in artworks if artwork.id not in known]
        self.reset.emit()

    def _add(self, artwork: Artwork | None) -> None:
        if artwork is None or self.find(artwork.id) is not None:
            return
        place = 0
        while place < len(self.artworks) and self.artworks[place].created > artwork.created:
            place += 1
        self.artworks.insert(place, artwork)
        self.added.emit(artwork)

    def _restored(self, artwork: Artwork | None) -> None:
        self._add(artwork)
        if artwork is not None:
            self.restored.emit(artwork)

    def _failed(self, error: Exception) -> None:
        self._loading = False
        if not isinstance(error, StudioError):
            raise error
        self.problem.emit(error)
