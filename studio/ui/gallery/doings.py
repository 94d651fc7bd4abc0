"""What is done to artworks in the gallery, each of it with a way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap

from studio.ui.gallery.asking import Asking
from studio.ui.gallery.words import how_many
from studio.ui.strip import picture_mime

if TYPE_CHECKING:
    from studio.library import Library
    from studio.library.gallery import Card
    from studio.library.marking import Before, Marking
    from studio.ui.gallery.grid import Grid

STEPS = 100  # that can be taken back
COPIED = 4_000_000  # pixels of a picture that goes along as such; a larger one goes as a file
THUMB = 96  # pixels of what is dragged under the mouse


@dataclass(frozen=True)
class Step:
    """Something that was done. turn: takes it back and returns the step that does it again.

    trashed, back: ids that this step moved to the trash, or brought back.
    """

    words: str
    turn: Callable[[Library], Step]
    trashed: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


class Doings(QObject):
    """Does things on the gallery's thread; what was done can be undone, in order.

    done: a Step, and whether it was one back. said: words, words on a button, what it does.
    steps: whether there is a step back, and one on again.
    """

    done = Signal(object, bool)
    said = Signal(str, str, object)
    steps = Signal(bool, bool)

    def __init__(self, asking: Asking, grid: Grid) -> None:
        super().__init__(grid)
        self._asking, self._grid = asking, grid
        self._back: list[Step] = []
        self._on: list[Step] = []
        self._busy = False  # one step at a time, so that they stay in order

    def mark(self, ids: Sequence[str], words: str, how: Callable[[Marking], Before]) -> None:
        """Say something of artworks. words: what was done, for the message."""
        if ids:
            self._do(lambda library: _marked(words, how(library.marking)))

    def favourite(self, ids: Sequence[str], yes: bool) -> None:
        """Make these favourites, or no longer."""
        words = "Marked as a favourite" if yes else "No longer a favourite"
        if len(ids) > 1:
            words = f"{how_many(len(ids))} {'are' if yes else 'are no longer'} favourites"
        self.mark(ids, words, lambda marking: marking.favourite(ids, yes))

    def trash(self, ids: Sequence[str]) -> None:
        """Move these to the trash."""
        if ids:
            self._do(lambda library: _trashed(library, ids))

    def bring_back(self, ids: Sequence[str]) -> None:
        """Bring these back from the trash."""
        if ids:
            self._do(lambda library: _brought_back(library, ids))

    def undo(self) -> None:
        """One step back."""
        if self._back and not self._busy:
            self._turn(self._back, self._on, back=True)

    def redo(self) -> None:
        """One step on again."""
        if self._on and not self._busy:
            self._turn(self._on, self._back, back=False)

    def forget(self) -> None:
        """Another library: there is nothing to undo in it."""
        self._back.clear()
        self._on.clear()
        self._busy = False
        self.steps.emit(False, False)

    def copy(self, cards: Sequence[Card]) -> None:
        """Put these on the clipboard."""
        if cards:
            QGuiApplication.clipboard().setMimeData(mime(cards))
            words = "Copied" if len(cards) == 1 else f"{how_many(len(cards))} copied"
            self.said.emit(words, "", None)

    def drag(self, cards: Sequence[Card]) -> None:
        """Drag these out, into another program or room."""
        if not cards:
            return
        drag = QDrag(self._grid)
        drag.setMimeData(mime(cards))
        image, _ = self._grid.thumbs.square(cards[0])
        if image is not None:
            drag.setPixmap(QPixmap.fromImage(_small(image)))
        drag.exec(Qt.DropAction.CopyAction)

    def _do(self, work: Callable[[Library], Step]) -> None:
        self._asking.ask(work, self._did)

    def _did(self, step: Step) -> None:
        self._back.append(step)
        del self._back[:-STEPS]
        self._on.clear()
        self._tell(step, back=False)
        self.said.emit(step.words, "Undo", self.undo)

    def _turn(self, of: list[Step], to: list[Step], back: bool) -> None:
        self._busy = True
        step = of[-1]

        def turned(other: Step) -> None:
            self._busy = False
            if step in of:
                of.remove(step)
                to.append(other)
            self._tell(other, back)
            if back:
                self.said.emit(f"Taken back: {step.words[0].lower()}{step.words[1:]}", "", None)
            else:
                self.said.emit(step.words, "Undo", self.undo)

        def failed(error: Exception) -> None:
            self._busy = False
            if step in of:
                of.remove(step)  # it will not go another time either
            self.steps.emit(bool(self._back), bool(self._on))
            self._asking.complain(error)

        self._asking.ask(step.turn, turned, failed)

    def _tell(self, step: Step, back: bool) -> None:
        self.steps.emit(bool(self._back), bool(self._on))
        self.done.emit(step, back)


def mime(cards: Sequence[Card]) -> QMimeData:
    """What another program gets of these: the files, and the pixels of one that is no giant."""
    one = cards[0]
    if len(cards) == 1 and not one.seconds and one.width * one.height <= COPIED:
        return picture_mime([one.path])
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(card.path)) for card in cards])
    return data


def _marked(words: str, before: Before) -> Step:
    return Step(words, lambda library: _marked(words, library.marking.put(before)))


def _trashed(library: Library, ids: Sequence[str]) -> Step:
    moved = tuple(library.bin.put(ids))
    words = (
        "Moved to the trash" if len(moved) == 1 else f"{how_many(len(moved))} moved to the trash"
    )
    return Step(words, lambda other: _brought_back(other, moved), trashed=moved)


def _brought_back(library: Library, ids: Sequence[str]) -> Step:
    moved = tuple(library.bin.back(ids))
    words = "Brought back" if len(moved) == 1 else f"{how_many(len(moved))} brought back"
    return Step(words, lambda other: _trashed(other, moved), back=moved)


def _small(image: QImage) -> QImage:
    return image.scaled(
        THUMB,
        THUMB,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
