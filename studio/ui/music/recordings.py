"""Kept recordings in the music room: takes that are heard and seen as an outline, without notes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.recipes import SoundRecipe, parse_recipe
from studio.ui.background import Background
from studio.ui.listening import Listening
from studio.ui.listening import usual_player as make_player
from studio.ui.music.note_names import clock
from studio.ui.music.recording_page import RecordingPage
from studio.ui.music.takes import Take

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.library import Artwork
    from studio.ui.music.bench import Tune
    from studio.ui.music.room import MusicRoom

MOST = 20  # recordings that lie ready
PEAKS = 1200  # of an outline


class Recordings(QObject):
    """Which there are and which is in hand; plays it. listed: there are others."""

    listed = Signal()
    taken = Signal()

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self.page = RecordingPage(room.look)
        self.listening = Listening(self, make_player)
        self.all: list[Artwork] = []
        self.now: Artwork | None = None
        self._outlines: dict[str, NDArray[np.float32]] = {}
        self._asked: set[str] = set()
        self._background = Background("outlines", 1, self)
        collection = room.collection
        collection.reset.connect(self.gather)
        collection.added.connect(self._added)
        collection.restored.connect(self._added)
        collection.removed.connect(self._removed)
        self.page.play_wanted.connect(self.toggle)
        self.page.seek_wanted.connect(self.seek)
        self.page.again_wanted.connect(self.again)
        self.listening.moved.connect(self.page.set_position)
        self.listening.switched.connect(self.page.play_button.set_playing)
        self.listening.failed.connect(room.say_error)

    def gather(self) -> None:
        """Have those that the library has; none of another library."""
        found = [one for one in self._room.collection.artworks if one.kind == "sound"][:MOST]
        if [one.id for one in found] != [one.id for one in self.all]:
            self.all = found
            if self.now is not None and self.now not in found:
                self.leave()
            self.listed.emit()

    def find(self, artwork_id: str) -> Artwork | None:
        """A recording by its id."""
        return next((one for one in self.all if one.id == artwork_id), None)

    def take(self, artwork: Artwork, play: bool = False) -> None:
        """Have this one in hand, in place of a tune."""
        self._add(artwork)
        if artwork is not self.now:
            self.listening.stop()
            self.now = artwork
            recipe = recipe_of(artwork)
            words = recipe.prompt if recipe else ""
            self.page.show_recording(words, artwork.seconds, recipe is not None)
            if artwork.id in self._outlines:
                self.page.set_peaks(self._outlines[artwork.id])
            self._room.bench.take(None)
            self.taken.emit()
        if play and self._room.isVisible():
            self.listening.play(artwork.path)

    def leave(self) -> None:
        """Something else comes in hand."""
        self.listening.stop()
        self.now = None

    def toggle(self) -> None:
        """Play, or pause."""
        if self.now is not None:
            self.listening.device = self._room.hearing.device
            self.listening.toggle(self.now.path)

    def seek(self, seconds: float) -> None:
        """Go on from there; from a standstill too."""
        if self.now is not None:
            if self.listening.path != self.now.path:
                self.toggle()
            self.listening.seek(seconds)
            self.page.set_position(seconds)

    def again(self) -> None:
        """Ask for another like the one in hand."""
        recipe = recipe_of(self.now) if self.now is not None else None
        if recipe is not None:
            self._room.sung.use(recipe)

    def shown(self, artwork: Artwork) -> Take:
        """As a take of the strip. Its outline is read where it is not known yet."""
        self._want_outline(artwork)
        outline = self._outlines.get(artwork.id)
        return Take(artwork.id, artwork.title, words=facts(artwork), outline=outline)

    def close(self) -> None:
        """Be silent, and end the threads."""
        self.listening.stop(wait=True)
        self._background.close()

    def _add(self, artwork: Artwork) -> None:
        if self.find(artwork.id) is None:
            self.all = sorted([artwork, *self.all], key=lambda one: one.created, reverse=True)
            self.listed.emit()

    def _added(self, artwork: Artwork) -> None:
        if artwork.kind == "sound":
            self._add(artwork)

    def _removed(self, artwork_id: str) -> None:
        gone = self.find(artwork_id)
        if gone is None:
            return
        self.all.remove(gone)
        if self.now is gone:
            self.leave()
            self.taken.emit()
        self.listed.emit()

    def _want_outline(self, artwork: Artwork) -> None:
        if artwork.id not in self._asked:
            self._asked.add(artwork.id)
            self._background.run(
                partial(outline_of, artwork.path),
                partial(self._has_outline, artwork.id),
                self._no_outline,
            )

    def _has_outline(self, artwork_id: str, outline: NDArray[np.float32]) -> None:
        self._outlines[artwork_id] = outline
        if self.now is not None and self.now.id == artwork_id:
            self.page.set_peaks(outline)
        self.listed.emit()

    def _no_outline(self, error: Exception) -> None:
        """A file that cannot be read is told of when it is to be heard."""
        if not isinstance(error, StudioError):
            raise error


def merged(tunes: Sequence[Tune], recordings: Sequence[Artwork]) -> list[Tune | Artwork]:
    """Both in one row, newest first; tunes keep the order they have among themselves."""
    row: list[Tune | Artwork] = []
    waiting = list(recordings)
    for tune in tunes:
        while waiting and tune.artwork is not None and waiting[0].created > tune.artwork.created:
            row.append(waiting.pop(0))
        row.append(tune)
    return [*row, *waiting]


def facts(artwork: Artwork) -> str:
    """What it is and how long, in a few words."""
    return f"Recording · {clock(artwork.seconds)}"


def recipe_of(artwork: Artwork) -> SoundRecipe | None:
    """What was asked for; None where the file does not tell."""
    with contextlib.suppress(StudioError):
        recipe = parse_recipe(artwork.recipe)
        return recipe if isinstance(recipe, SoundRecipe) else None
    return None


def outline_of(path: Path, count: int = PEAKS) -> NDArray[np.float32]:
    """The highest amplitude of `count` equal stretches, the loudest 1. StudioError: unreadable."""
    import numpy as np

    from studio.sound import RATE
    from studio.sound.sources import FileSource

    frames = RATE // 100
    source = FileSource(path)
    try:
        peaks = []
        while not source.finished:
            peaks.append(float(np.abs(source.next(frames).sound).max()))
    finally:
        source.close()
    fine = np.asarray(peaks or [0.0], np.float32)
    starts = np.minimum(np.linspace(0, len(fine), count + 1)[:-1].astype(int), len(fine) - 1)
    coarse = np.maximum.reduceat(fine, starts)
    return (coarse / max(1e-6, float(coarse.max()))).astype(np.float32)
