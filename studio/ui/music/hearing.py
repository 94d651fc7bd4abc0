"""Between what is played and what shows it: roll, transport, rows, and where it is heard."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from studio.errors import StudioError
from studio.recipes.score import TICKS, Score
from studio.recipes.tune import Bars
from studio.sound.devices import Device, devices
from studio.ui.background import Background
from studio.ui.music.playing import Playing

if TYPE_CHECKING:
    from studio.ui.music.room import MusicRoom

USUAL = "As this computer usually does"
ENOUGH = 2  # bars that are there before a tune is heard that is still being composed


class Hearing(QObject):
    """Connects the player with the widgets of the room.

    along: a tune was begun to be played while it is still being composed. Bars come several times
    as fast as they are heard.
    """

    def __init__(self, room: MusicRoom) -> None:
        super().__init__(room)
        self._room = room
        self.device = ""
        self.along = False
        self.playing = Playing(self)
        self._background = Background("sound", 1, self)
        playing, roll, transport, parts = self.playing, room.roll, room.transport, room.panel.parts
        playing.moved.connect(self._moved)
        playing.switched.connect(transport.set_playing)
        playing.switched.connect(roll.set_playing)
        playing.levelled.connect(transport.set_levels)
        playing.troubled.connect(self._troubled)
        roll.seek_wanted.connect(playing.seek)
        roll.heard.connect(playing.sound)
        roll.range_chosen.connect(self._chose_bars)
        transport.play_wanted.connect(self._play)
        transport.loop_wanted.connect(self.loop)
        transport.seek_wanted.connect(self._seek)
        parts.solo_changed.connect(self._solo)
        room.bar.device.connect(self.ask_device)
        self._background.run(partial(import_module, "studio.sound.player"))  # it takes a moment

    def take(self, score: Score | None) -> None:
        """Another tune is in hand, or the one that was heard so far is whole."""
        along, self.along = self.along, False
        self.playing.loop(self.playing.looping, self._room.roll.range())
        if along and score is not None and self.playing.is_like(score):
            self.playing.change(score)
        else:
            self.playing.load(score, stay=True)

    def hush(self) -> None:
        """What is in hand is about to be another tune."""
        self.along = False
        self.playing.pause()

    def grow(self, score: Score, at_once: bool) -> None:
        """A tune that is being composed has more notes."""
        room = self._room
        if self.along:
            self.playing.change(score)
        elif at_once and room.isVisible() and _has_begun(score, self._start(score)):
            self.along = True
            room.transport.set_score(score)
            self.playing.load(score)
            self.begin(True, score)

    def begin(self, at_once: bool, score: Score) -> None:
        """A tune has just been made: it is heard from its start, or that of the chosen bars."""
        self.playing.seek(float(self._start(score) * score.bar))
        if at_once and self._room.isVisible():
            self.playing.play()

    def _start(self, score: Score) -> int:
        """The bar from which a new tune is heard."""
        bars = self._room.roll.range()
        return bars.since if bars and bars.since < score.bars else 0

    def toggle(self) -> None:
        """Play, or pause."""
        if self.along or self._room.bench.now is not None:
            self.playing.toggle()

    def loop(self, on: bool) -> None:
        """Go round: the chosen bars, or the whole."""
        self.playing.loop(on, self._room.roll.range())
        self._room.transport.set_loop(on)

    def close(self) -> None:
        """Be silent, and end the threads."""
        self.playing.close()
        self._background.close()

    # Where it is heard

    def choose(self, device: str) -> None:
        """Play on the device of that name; "" is the system's own choice."""
        self.device = device
        self.playing.choose(device)
        self._room.recordings.listening.device = device
        self._room.banner.take_back("sound")

    def ask_device(self) -> None:
        """Offer the devices there are."""
        again = not self.playing.on
        self._background.run(partial(devices, again=again), self._offer, self._no_devices)

    def _offer(self, found: list[Device]) -> None:
        menu = QMenu(self._room)
        for name, words in (("", USUAL), *((one.name, one.name) for one in found)):
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(name == self.device)
            action.triggered.connect(partial(self._picked, name))
        menu.aboutToHide.connect(menu.deleteLater)
        more = self._room.bar.more
        menu.popup(more.mapToGlobal(QPoint(0, more.height())))

    def _picked(self, device: str) -> None:
        self.choose(device)
        self._room.device_chosen.emit(device)

    def _no_devices(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self._room.banner.say(error.what, error.todo, topic="sound")

    # What is shown and heard

    def _play(self, on: bool) -> None:
        self.playing.play() if on else self.playing.pause()

    def _moved(self, ticks: float) -> None:
        room, score = self._room, self.playing.score
        if self.along or not room.growing:
            room.roll.set_position(ticks)
        if score is not None:
            room.transport.set_position(ticks / TICKS * 60.0 / score.tempo)

    def _seek(self, seconds: float) -> None:
        score = self.playing.score
        if score is not None:
            self.playing.seek(seconds * score.tempo / 60.0 * TICKS)

    def _chose_bars(self, bars: Bars | None) -> None:
        self.playing.loop(self.playing.looping, bars)

    def _solo(self, parts: frozenset[int]) -> None:
        self.playing.solo(parts)
        score = self._room.bench.score
        every = frozenset(range(len(score.parts))) if score and parts else frozenset()
        self._room.roll.set_quiet(every - parts)

    def _troubled(self, error: StudioError) -> None:
        self._room.banner.say(
            error.what, error.todo, "Choose where it is heard", self.ask_device, "sound"
        )


def _has_begun(score: Score, since: int) -> bool:
    """Whether there are notes in the first bars from this one on."""
    there = {note.start // score.bar for part in score.parts for note in part.notes}
    return there.issuperset(range(since, min(since + ENOUGH, score.bars)))
