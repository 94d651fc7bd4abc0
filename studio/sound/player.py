"""Plays a source through the computer's sound, on a thread of its own.

Three take part. The window asks for things and polls what is heard. The player's thread renders
blocks ahead and is the only one that touches the source and PortAudio. PortAudio's callback, which
must never wait, takes finished blocks from a queue.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from studio.errors import StudioError
from studio.recipes.score import Score
from studio.sound import RATE
from studio.sound.devices import backend, gone, no_device, number_of
from studio.sound.mixing import Sound
from studio.sound.sources import Piece, ScoreSource, Source

BLOCK = 1024  # frames: 23 ms
_AHEAD = 8  # blocks rendered before they are needed: 0.19 s
_MOST_AHEAD = 64  # 1.5 s; every gap doubles what is rendered ahead, up to this
_LATENCY = 0.12  # seconds that the device may hold; what it makes of that is its own choice
_GLIDE = 256  # frames in which sound comes and goes when it is cut
_DEAF = 2.0  # seconds without a callback after which the device is taken for gone
_IDLE = 5.0  # seconds of pause after which the device is let go


class Levels(NamedTuple):
    """Of what is heard now, 0..1: left and right, and the highest sample of each part."""

    peak: tuple[float, float] = (0.0, 0.0)
    rms: tuple[float, float] = (0.0, 0.0)
    parts: tuple[float, ...] = ()


class _Moment(NamedTuple):
    """since: when it is heard, `time.monotonic`. pace: positions a second from there on."""

    since: float
    position: float
    pace: float
    levels: Levels


class _Heard:
    """What the callback remembers from one time to the next."""

    def __init__(self) -> None:
        self.jumps = 0
        self.playing = False
        self.begun = False  # something of this stretch was heard
        self.gap = False  # the last block was not full
        self.rest: Sound = np.zeros((0, 2), np.float32)
        self.last = np.zeros(2, np.float32)


class Player:
    """Plays one thing at a time. Every method returns at once; `close` waits for the thread.

    module: stands in for `sounddevice`.
    """

    def __init__(self, *, module: Any = None, device: str = "") -> None:
        self._module = module
        self._device = device
        self._source: Source | None = None
        self._queue: deque[Piece | None] = deque()  # None: the end
        self._wishes: deque[Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closing = False

        self._playing = False
        self._trouble: StudioError | None = None
        self._stream: Any = None
        self._paused_at = 0.0
        self._asked_at = 0.0  # when the callback last ran

        self._latency = 0.0  # seconds from the callback to the ear
        self._moments: tuple[_Moment, ...] = (_Moment(0.0, 0.0, 0.0, Levels()),)
        self._jumps = 0  # a new number tells the callback that what it holds is of before
        self._own = _Heard()  # the callback's
        self.underruns = 0  # gaps: nothing was rendered, or the device was not served in time
        self.starved = 0  # those of them where nothing was rendered

    # What the window asks for

    def load(self, source: Callable[[], Source], *, at: float = 0.0) -> None:
        """Play this from now on, from a position; goes on playing if something was.

        source: makes it, on the player's thread; what it raises as StudioError is `trouble`.
        """

        def load() -> None:
            self._let_go()
            self._source = source()
            self._source.seek(at)
            self._jump(at)

        self._wish(load)

    def load_score(self, score: Score, *, at: float = 0.0) -> None:
        """Play this score from now on, from a tick."""
        self.load(lambda: ScoreSource(score, BLOCK), at=at)

    def update(self, score: Score) -> None:
        """Change notes, instruments, volumes, tempo of the score that plays, where it is."""
        self._change(lambda source: source.update(score))

    def solo(self, parts: frozenset[int]) -> None:
        """Only these parts are heard; all when empty."""
        self._change(lambda source: setattr(source.synth, "solo", parts))

    def loop(self, ticks: tuple[int, int] | None) -> None:
        """Go round between two ticks of the score without a gap, or not."""
        self._change(lambda source: setattr(source.synth, "loop", ticks))

    def play(self) -> None:
        """Go on, or begin again after the end. What prevents it becomes `trouble`."""

        def play() -> None:
            if self._source is None:
                return
            self._trouble = None
            if self._source.finished and (not self._queue or self._queue[0] is None):
                self._source.seek(0.0)
                self._jump(0.0)
            self._render_ahead(self._source, self._ahead // 2)
            self._open()
            self._playing = True

        self._wish(play)

    def pause(self) -> None:
        """Be silent, and stay where it is."""
        self._wish(self._rest_now)

    def seek(self, position: float) -> None:
        """Go on from there."""

        def seek() -> None:
            if self._source is not None:
                self._source.seek(position)
                self._jump(position)

        self._wish(seek)

    def choose(self, device: str) -> None:
        """Play on the device of that name, at once; "" is the system's own choice."""

        def choose() -> None:
            self._device = device
            if self._stream is not None:
                self._shut()
                if self._playing:
                    self._open()

        self._wish(choose)

    def end(self) -> None:
        """As `close`, but without waiting for the thread, which lets go of everything."""
        self._closing = True
        self._wake.set()

    def close(self) -> None:
        """End the thread and let go of the device."""
        self.end()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    # What the window looks at

    @property
    def playing(self) -> bool:
        """Whether it is to be heard."""
        return self._playing

    @property
    def trouble(self) -> StudioError | None:
        """Why it does not play; None again as soon as `play` is asked for."""
        return self._trouble

    @property
    def position(self) -> float:
        """What is heard now, in the source's unit."""
        moment = self._moment()
        if not self._playing:
            return moment.position
        gone_by = min(max(0.0, time.monotonic() - moment.since), 2 * BLOCK / RATE)
        return moment.position + gone_by * moment.pace

    @property
    def levels(self) -> Levels:
        """How loud it is now."""
        return self._moment().levels if self._playing else Levels()

    def _moment(self) -> _Moment:
        now, moments = time.monotonic(), self._moments
        return next((each for each in reversed(moments) if each.since <= now), moments[0])

    # The player's thread

    def _wish(self, wish: Callable[[], None]) -> None:
        if self._closing:
            return
        self._wishes.append(wish)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="player", daemon=True)
            self._thread.start()
        self._wake.set()

    def _change(self, change: Callable[[Any], object]) -> None:
        def do() -> None:
            if isinstance(self._source, ScoreSource):
                change(self._source)
                if self._queue and self._queue[-1] is None:  # it may have grown longer
                    self._queue.pop()

        self._wish(do)

    def _run(self) -> None:
        try:
            while not self._closing:
                self._wake.clear()
                try:
                    while self._wishes:
                        self._wishes.popleft()()
                    self._work()
                except StudioError as error:
                    self._rest_now()
                    self._shut()
                    self._trouble = error
                if not self._wishes:
                    self._wake.wait(0.1 if self._stream is not None else None)
        finally:
            self._rest_now()
            self._shut()
            self._let_go()

    def _work(self) -> None:
        """Render ahead; notice the end, a device that is gone, and a pause that lasts."""
        if self._source is not None and self._playing:
            self._render_ahead(self._source, self._ahead)
        if self._stream is None:
            return
        now = time.monotonic()
        if self._playing and (now - self._asked_at > _DEAF or not self._is_active()):
            raise gone()
        if not self._playing and now - self._paused_at > _IDLE:
            self._shut()

    @property
    def _ahead(self) -> int:
        """Blocks to render ahead: more on a computer that has been too busy for it before. Less is
        better otherwise, for what the artist changes is heard only after them."""
        return min(_AHEAD << self.starved, _MOST_AHEAD)

    def _render_ahead(self, source: Source, blocks: int) -> None:
        while len(self._queue) < blocks and not self._wishes and not self._closing:
            if source.finished:
                if not self._queue or self._queue[-1] is not None:
                    self._queue.append(None)
                return
            self._queue.append(source.next(BLOCK))

    def _is_active(self) -> bool:
        try:
            return bool(self._stream.active)
        except (self._module or backend()).PortAudioError:
            return False

    def _rest_now(self) -> None:
        self._playing = False
        self._paused_at = time.monotonic()

    def _jump(self, position: float) -> None:
        self._jumps += 1
        self._queue.clear()
        self._moments = (_Moment(time.monotonic(), position, 0.0, Levels()),)

    def _let_go(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None
        self._queue.clear()

    def _open(self) -> None:
        """Let PortAudio ask for sound. StudioError when there is nothing to play on."""
        if self._stream is not None:
            return
        module = self._module or backend()
        try:
            number = number_of(self._device, module) if self._device else None
            self._stream = module.OutputStream(
                samplerate=RATE,
                blocksize=BLOCK,
                device=number,
                channels=2,
                dtype="float32",
                latency=_LATENCY,
                callback=self._callback,
            )
            self._asked_at = time.monotonic()
            self._stream.start()
            self._latency = float(self._stream.latency)
        except (module.PortAudioError, ValueError) as error:
            self._shut()
            raise no_device() from error

    def _shut(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)  # a device that was pulled out has many

    # PortAudio's thread

    def _callback(self, out: Sound, frames: int, _times: Any, status: Any) -> None:
        own = self._own
        self._asked_at = time.monotonic()
        cut = own.jumps != self._jumps or own.playing != self._playing
        if own.jumps != self._jumps:
            own.jumps, own.rest, own.begun = self._jumps, own.rest[:0], False
        own.playing = self._playing
        if own.playing:
            if own.begun and status and status.output_underflow:
                self.underruns += 1
            done = self._fill(out, frames)
        else:
            own.begun = False
            done = 0
        out[done:] = 0.0
        if cut or own.gap:
            _glide(out, own.last)
        own.gap = done < frames
        if 0 < done < frames:
            _glide(out[done:], out[done - 1].copy())
        elif own.gap and not cut:
            _glide(out, own.last)
        own.last = out[-1].copy()
        self._wake.set()

    def _fill(self, out: Sound, frames: int) -> int:
        """Copy what was rendered; returns how many frames there were."""
        own = self._own
        done = 0
        while done < frames:
            if not len(own.rest):
                try:
                    piece = self._queue.popleft()
                except IndexError:
                    self.underruns += own.begun
                    self.starved += own.begun
                    own.begun = False  # one gap counts once
                    return done
                if piece is None:
                    self._playing = False
                    self._paused_at = self._asked_at
                    return done
                own.rest, own.begun = piece.sound, True
                self._show(piece)
            count = min(frames - done, len(own.rest))
            out[done : done + count] = own.rest[:count]
            own.rest = own.rest[count:]
            done += count
        return done

    def _show(self, piece: Piece) -> None:
        source = self._source
        peak = np.abs(piece.sound).max(axis=0)
        rms = np.sqrt(np.square(piece.sound).mean(axis=0))
        levels = Levels(
            (float(peak[0]), float(peak[1])), (float(rms[0]), float(rms[1])), piece.parts
        )
        since, pace = self._asked_at + self._latency, source.pace if source else 0.0
        self._moments = (*self._moments[-31:], _Moment(since, piece.position, pace, levels))


def _glide(out: Sound, last: Sound) -> None:
    """Come from the sample that was heard last, so that a cut makes no click. In place."""
    count = min(_GLIDE, len(out))
    rising = np.linspace(0.0, 1.0, count, dtype=np.float32)[:, None]
    out[:count] = out[:count] * rising + last * (1.0 - rising)
