"""Notes to sound, part by part and block by block: the same for a file and for playing live.

Each part has a synthesizer of its own (TinySoundFont), so that its volume, place and silence can
change at any moment and every part can be had alone. Notes begin on a grid of `GRID` frames
(1.5 ms), which makes the sound the same however it is cut into blocks.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.errors import StudioError
from studio.recipes.score import TICKS, Part, Score
from studio.sound import RATE
from studio.sound.instruments import nearest_kit, trim_of
from studio.sound.soundfont import DRUM_BANK, SoundFont, shipped

try:
    import tinysoundfont
except ImportError:  # there is no build of it for every Python and processor
    tinysoundfont = None

GRID = 64
_VOICES = 128  # of one part at once
_USUAL_VOLUME = 0.8  # where a part is as loud as it was recorded
_WIDTH = 0.5  # of drums: some kits put a drum wholly on one side

Sound = npt.NDArray[np.float32]
_Key = tuple[int, int]  # a note: the tick where it begins, its pitch


def frame_of(ticks: float, tempo: float) -> int:
    """The frame where a tick begins, on the grid."""
    return round(ticks * 60.0 * RATE / (tempo * TICKS * GRID)) * GRID


@cache
def font() -> SoundFont:
    """The shipped soundfont, opened once. StudioError when it is missing or damaged."""
    return SoundFont(shipped())


def can_play() -> bool:
    """Whether this computer has the synthesizer."""
    return tinysoundfont is not None


class Synth:
    """Plays a score. Not for several threads at once.

    solo: the numbers of the parts that are heard alone, also when muted; empty: all that are not
        muted.
    loop: two ticks between which it goes round, or None.
    StudioError when the synthesizer or the instruments are not there.
    """

    def __init__(self, score: Score, *, loop: tuple[int, int] | None = None) -> None:
        self.solo: frozenset[int] = frozenset()
        self.loop = loop
        self._frame = 0
        self._score = score
        self._players = [_Player(part, score.tempo) for part in score.parts]

    @property
    def score(self) -> Score:
        """What is played. `update` changes it."""
        return self._score

    @property
    def position(self) -> float:
        """Where it is, in ticks; goes on after the last bar, while the sound dies away."""
        return self._frame * self._score.tempo * TICKS / (60.0 * RATE)

    @property
    def finished(self) -> bool:
        """Whether all bars were played."""
        return self._frame >= frame_of(self._score.ticks, self._score.tempo)

    def update(self, score: Score) -> None:
        """Go on with these notes, instruments, volumes and tempo, at the same place of the tune.

        Notes that sound and are still there go on.
        """
        position = self.position
        for player in self._players[len(score.parts) :]:
            player.close()
        self._score = score
        self._frame = frame_of(position, score.tempo)
        players = self._players[: len(score.parts)]
        for player, part in zip(players, score.parts, strict=False):
            player.update(part, score.tempo, self._frame)
        added = [_Player(part, score.tempo) for part in score.parts[len(players) :]]
        for player in added:
            player.chase(self._frame)
        self._players = players + added

    def close(self) -> None:
        """Give its instruments to whoever plays next."""
        for player in self._players:
            player.close()
        self._players = []

    def seek(self, ticks: float) -> None:
        """Go on from there. What sounds stops; long notes that are on there begin again."""
        self._frame = frame_of(max(0.0, ticks), self._score.tempo)
        for player in self._players:
            player.stop()
            player.chase(self._frame)

    def parts(self, frames: int) -> Sound:
        """The next frames (a multiple of `GRID`) of each part [parts, frames, 2].

        At its volume and place; a part that is not heard is silent.
        """
        if frames % GRID:
            raise ValueError(f"blocks have to be multiples of {GRID} frames")
        out = np.zeros((len(self._players), frames, 2), np.float32)
        done = 0
        while done < frames:
            count = min(frames - done, self._frames_until_the_turn())
            for player, own in zip(self._players, out, strict=True):
                player.play(self._frame, own[done : done + count])
            self._frame += count
            done += count
        for number, (player, own) in enumerate(zip(self._players, out, strict=True)):
            player.place(own, number in self.solo if self.solo else not player.part.muted)
        return out

    def _frames_until_the_turn(self) -> int:
        """How far it is to the end of the loop; goes back to its start when that is reached."""
        if self.loop is None:
            return 1 << 62
        since, until = (frame_of(tick, self._score.tempo) for tick in self.loop)
        until = max(until, since + GRID)
        if self._frame >= until:
            self._frame = since
            for player in self._players:
                player.release()
        return until - self._frame


class _Player:
    """One part."""

    def __init__(self, part: Part, tempo: float) -> None:
        self.part = part
        self._gains: Sound | None = None
        self._held: set[_Key] = set()
        self._at = 0  # of the events
        self._next = -1  # the frame that `_at` belongs to
        self._schedule(tempo)
        self._voice = _SHELF.take(part)

    def update(self, part: Part, tempo: float, frame: int) -> None:
        """Become this part, which is at that frame by the new tempo."""
        old, self.part = self.part, part
        if old.notes != part.notes or self._tempo != tempo:
            self._schedule(tempo)
            for key in list(self._held):
                if key not in self._notes or self._notes[key][1] <= frame:
                    self._off(key)
        if (old.program, old.role == "drums") != (part.program, part.role == "drums"):
            _SHELF.give_back(self._voice)
            self._voice = _SHELF.take(part)
            self._held = set()
            self.chase(frame)

    def stop(self) -> None:
        """Silence, at once."""
        self._voice.stop()
        self._held = set()

    def release(self) -> None:
        """End every note that is held; it dies away."""
        for key in list(self._held):
            self._off(key)

    def chase(self, frame: int) -> None:
        """Begin the notes that are on at a frame, for one who comes in late."""
        if self.part.role == "drums":
            return
        for key, (begin, end, velocity) in self._notes.items():
            if begin < frame < end:
                self._on(key, velocity)

    def play(self, since: int, out: Sound) -> None:
        """Fill `out` [frames, 2] with what sounds from that frame on."""
        if since != self._next:
            self._at = bisect_left(self._events, (since, False, (0, 0)))
        done, until = 0, since + len(out)
        while self._at < len(self._events) and self._events[self._at][0] < until:
            frame, begins, key = self._events[self._at]
            self._voice.render(out[done : frame - since])
            done = frame - since
            if begins:
                self._on(key, self._notes[key][2])
            else:
                self._off(key)
            self._at += 1
        self._voice.render(out[done:])
        self._next = until

    def place(self, out: Sound, heard: bool) -> None:
        """Volume and place, gliding from what they were, so that nothing clicks. In place."""
        if self.part.role == "drums":
            aside = (out[:, 0] - out[:, 1]) * np.float32((1.0 - _WIDTH) / 2)
            out[:, 0] -= aside
            out[:, 1] += aside
        volume = (self.part.volume / _USUAL_VOLUME) ** 2 if heard else 0.0
        pan = self.part.pan
        away = math.cos(abs(pan) * math.pi / 2)
        gains = np.array([away if pan > 0 else 1.0, away if pan < 0 else 1.0], np.float32) * volume
        gains *= trim_of(self.part)
        before = gains if self._gains is None else self._gains
        self._gains = gains
        if np.array_equal(before, gains):
            out *= gains
        else:
            steps = np.linspace(0.0, 1.0, len(out), dtype=np.float32)[:, None]
            out *= before + (gains - before) * steps

    def _schedule(self, tempo: float) -> None:
        """Where each note begins and ends, and in which order that comes."""
        self._tempo = tempo
        self._notes: dict[_Key, tuple[int, int, int]] = {}  # begin, end, velocity
        for note in self.part.notes:
            begin = frame_of(note.start, tempo)
            end = max(frame_of(note.end, tempo), begin + GRID)
            self._notes[note.start, note.pitch] = begin, end, note.velocity
        # Ends come first, so that a note which follows another of its pitch is heard.
        events = [(end, False, key) for key, (_, end, _) in self._notes.items()]
        events += [(begin, True, key) for key, (begin, _, _) in self._notes.items()]
        self._events: list[tuple[int, bool, _Key]] = sorted(events)
        self._next = -1

    def _on(self, key: _Key, velocity: int) -> None:
        self._voice.on(key[1], velocity)
        self._held.add(key)

    def _off(self, key: _Key) -> None:
        if key in self._held:
            self._voice.off(key[1])
            self._held.discard(key)

    def close(self) -> None:
        _SHELF.give_back(self._voice)


class _Voice:
    """A synthesizer that holds one instrument alone, on its channel 0."""

    def __init__(self, bank: int, program: int) -> None:
        if tinysoundfont is None:
            raise StudioError(
                "Easel cannot play music with this version of Python.",
                "Set it up again with Python 3.11 or 3.12. Everything else works.",
            )
        self.key = bank, program
        self._synth: Any = tinysoundfont.Synth(samplerate=RATE)
        self._number = self._synth.sfload(font().only(bank, program), max_voices=_VOICES)
        self._begin()

    def on(self, pitch: int, velocity: int) -> None:
        self._synth.noteon(0, pitch, velocity)

    def off(self, pitch: int) -> None:
        self._synth.noteoff(0, pitch)

    def stop(self) -> None:
        self._synth.sounds_off(0)

    def render(self, out: Sound) -> None:
        """Fill `out` [frames, 2]."""
        if len(out):
            sound = self._synth.generate_simple(len(out))
            out[:] = np.frombuffer(sound, np.float32).reshape(-1, 2)

    def forget(self) -> None:
        """Become as new."""
        self._synth.soundfonts[self._number].reset()
        self._synth.generate_simple(RATE // 10)  # it lets go of what sounds within 0.01 s
        self._begin()

    def _begin(self) -> None:
        bank, program = self.key
        self._synth.program_select(0, self._number, bank, program, bank == DRUM_BANK)


class _Shelf:
    """Voices that are free, the oldest first: reading one takes up to 0.07 s."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free: list[tuple[tuple[int, int], _Voice]] = []
        self._lock = threading.Lock()

    def take(self, part: Part) -> _Voice:
        drums = part.role == "drums"
        key = (DRUM_BANK, nearest_kit(part.program)) if drums else (0, part.program)
        with self._lock:
            for at, (other, voice) in enumerate(self._free):
                if other == key:
                    del self._free[at]
                    return voice
        return _Voice(*key)

    def give_back(self, voice: _Voice) -> None:
        voice.forget()
        with self._lock:
            self._free = [*self._free, (voice.key, voice)][-self._most :]


_SHELF = _Shelf(most=8)
