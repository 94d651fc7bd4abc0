"""Kept sounds in the window: one plays at a time, where it is looked at or pointed at."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractItemView

from studio.ui.resting import Resting
from studio.ui.smooth import short_slices
from studio.ui.theme import Look

if TYPE_CHECKING:
    from studio.library import Artwork
    from studio.sound.player import Player

PLAYER = "studio.sound.player"
LOOK = 50  # milliseconds between two looks at the player


def usual_player(device: str) -> Player:
    """A player on that device; what it needs loads here, when something is first heard."""
    from studio.sound.player import Player

    return Player(device=device)


class Listening(QObject):
    """Plays one file of sound at a time.

    moved: seconds. switched: whether it plays. ended: it was heard to its end.
    failed: a StudioError, why it cannot be heard.
    Nothing runs while nothing is loaded, and the file is let go of then.
    """

    moved = Signal(float)
    switched = Signal(bool)
    ended = Signal()
    failed = Signal(object)
    _ready = Signal()

    def __init__(
        self, parent: QObject | None = None, make: Callable[[str], Player] = usual_player
    ) -> None:
        super().__init__(parent)
        self.device = ""  # by its name; "" is the system's own choice
        self.path: Path | None = None
        self._make = make
        self._player: Player | None = None
        self._last: list[Player] = []  # also the one to end when this object goes
        self.destroyed.connect(partial(_end_all, self._last))
        self._playing = self._begun = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self._look)
        self._ready.connect(self._start)

    @property
    def playing(self) -> bool:
        """Whether it plays, or is about to."""
        return self._playing

    def play(self, path: Path) -> None:
        """Play this file from its start."""
        self.stop()
        self.path = path
        if PLAYER in sys.modules:
            self._start()
        else:
            self._switch(True)
            threading.Thread(target=self._load, name="easel-sound").start()

    def pause(self) -> None:
        """Be silent, and stay there."""
        if self._player is not None and self._playing:
            self._player.pause()
            self._switch(False)

    def resume(self) -> None:
        """Go on; from the start where it had come to its end."""
        if self._player is not None and not self._playing:
            self._begun = False
            self._player.play()
            self._switch(True)

    def seek(self, seconds: float) -> None:
        """Go on from there, where a file is loaded."""
        if self._player is not None:
            self._player.seek(seconds)

    def toggle(self, path: Path) -> None:
        """Play this file, go on with it, or pause."""
        if self._playing:
            self.pause()
        elif path == self.path:
            self.resume()
        else:
            self.play(path)

    def stop(self, wait: bool = False) -> None:
        """Let go of the file. wait: until its thread has ended."""
        player, self._player, self.path = self._player, None, None
        self._last.clear()
        self._switch(False)
        if player is not None:
            player.close() if wait else player.end()

    def _load(self) -> None:
        """On a thread: NumPy and what renders sound load when a sound is first heard."""
        short_slices()
        importlib.import_module(PLAYER)
        with suppress(RuntimeError):  # the window has gone meanwhile
            self._ready.emit()

    def _start(self) -> None:
        from studio.sound.sources import FileSource

        if self.path is None or self._player is not None:
            return
        self._player = self._make(self.device)
        self._last[:] = [self._player]
        self._player.load(partial(FileSource, self.path))
        self._begun = False
        self._player.play()
        self._switch(True)

    def _switch(self, on: bool) -> None:
        if on:
            self._timer.start()
        else:
            self._timer.stop()
        if self._playing != on:
            self._playing = on
            self.switched.emit(on)

    def _look(self) -> None:
        player = self._player
        if player is None:
            return
        trouble = player.trouble
        if trouble is not None:
            self.stop()
            self.failed.emit(trouble)
        elif player.playing:
            self._begun = True
            self.moved.emit(player.position)
        elif self._begun:  # it has come to its end
            self._switch(False)
            self.moved.emit(0.0)
            self.ended.emit()


class Overheard(Resting):
    """Lets the sounds of a view be heard while the mouse rests on them.

    role: where an index has its Artwork. Where nothing can be heard it is quiet about that, and
    does not try again.
    """

    def __init__(self, view: QAbstractItemView, listening: Listening, role: int) -> None:
        super().__init__(view, role)
        self._listening = listening
        self._ours = False
        self._deaf = False
        listening.failed.connect(self._failed)

    def suits(self, artwork: Artwork) -> bool:
        """Sounds are heard."""
        return artwork.is_sound and not self._deaf

    def begin(self, artwork: Artwork) -> None:
        """Play it, unless something plays already."""
        if not self._listening.playing:
            self._ours = True
            self._listening.play(artwork.path)

    def end(self, *_: object, wait: bool = False) -> None:  # noqa: ARG002 - it ends at once
        """Be silent, where it was us."""
        super().end()
        if self._ours:
            self._ours = False
            self._listening.stop()

    def _failed(self, _error: Any) -> None:
        if self._ours:
            self._ours, self._deaf = False, True


def on_card(look: Look, image: QImage) -> QImage:
    """The cover of a sound on a ground of the theme, where a checkerboard would be no help."""
    card = QImage(image.size(), QImage.Format.Format_RGB32)
    card.fill(look.colour("raised"))
    painter = QPainter(card)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawImage(0, 0, image)
    painter.end()
    return card


def length(seconds: float) -> str:
    """A time as players show it: "0:38"."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _end_all(players: list[Player], *_: Any) -> None:
    for each in players:
        each.end()
