"""A whole tune as finished sound: the mix at the usual loudness, or each part alone."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np

from studio.errors import StudioError
from studio.recipes.score import Score
from studio.sound import RATE
from studio.sound.mixing import CEILING, LOUDNESS, Limiter, Loudness, Mixer, Sound
from studio.sound.synth import GRID, Synth, frame_of

BLOCK = 256 * GRID
MAX_SECONDS = 3600.0
_TAIL = 8.0  # seconds after the last bar, at most
_QUIET = 10.0 ** (-60.0 / 20.0)
_BEFORE = 0.02  # seconds kept before the first sound
_FADE = 0.25  # seconds, at the end
_HARDEST = 10.0 ** (9.0 / 20.0)  # how far the loudest sample may be pressed down
_IN_MEMORY = 256 * 2**20

Check = Callable[[float], None]


def _carry_on(_done: float) -> None:
    pass


def tune(score: Score, *, trimmed: bool = True, check: Check = _carry_on) -> Generator[Sound]:
    """The finished mix in blocks [frames, 2]: at -16 LUFS, no sample above -1 dBFS.

    trimmed: silence at the start is left out, so that no more than 0.3 s of it is there. Without,
        the first frame is where the first bar begins, for those who have to keep time with it.
    After the last bar the sound dies away and is faded out within a quarter of a second.
    check: called now and then with how much is done (0..1); may raise to stop it.
    StudioError when there is nothing to hear, it is too long, or nothing can be played here.
    """
    with _played(score, lambda done: check(done * 0.8)) as take:
        first, last = take.bounds(trimmed)
        limiter = Limiter()
        skip = first + limiter.delay
        done = 0
        total = last - first
        for block in take.blocks(take.gain):
            out = limiter(block)
            out, skip = out[skip:], max(0, skip - len(out))
            if not len(out):
                continue
            out = _faded(out[: total - done], done, total)
            done += len(out)
            check(0.8 + 0.2 * done / total)
            if len(out):
                yield out
            if done >= total:
                return


def stems(score: Score, *, check: Check = _carry_on) -> Iterator[Iterator[Sound]]:
    """Each part alone, with its share of the room, in the order of the parts.

    All begin where the first bar begins and are equally long, so that they fit together; their
    sum is the mix before its limiter. To be gone through one after another; muted ones too.
    StudioError as of `tune`.
    """
    heard = _all_heard(score)
    with _played(heard, lambda done: check(done * 0.5)) as take:
        gain, last = take.gain, take.bounds(trimmed=False)[1]
    loudest = gain

    def stem(number: int) -> Iterator[Sound]:
        alone = heard.model_copy(update={"parts": (heard.parts[number],)})
        done = 0
        for block in _mixed(alone, last):
            out = _faded(block[: last - done] * np.float32(loudest), done, last)
            done += len(out)
            check(0.5 + 0.5 * (number + done / last) / len(heard.parts))
            yield np.clip(out, -1.0, 1.0)

    for number in range(len(heard.parts)):
        yield stem(number)


@dataclass
class _Take:
    """A mix that was played once and is read again: float32 frames in a file."""

    file: IO[bytes]
    peaks: Sound  # of each `GRID` frames
    loudness: Loudness

    @property
    def gain(self) -> float:
        """What brings it to the usual loudness, without more pressing than sounds well."""
        lufs, peak = self.loudness.lufs, self.loudness.peak
        wanted = 10.0 ** ((LOUDNESS - lufs) / 20.0) if math.isfinite(lufs) else 1.0
        return min(wanted, CEILING * _HARDEST / max(peak, 1e-9))

    def bounds(self, trimmed: bool) -> tuple[int, int]:
        """The first frame and the one after the last. StudioError when there is no sound."""
        loud = np.flatnonzero(self.peaks * self.gain > _QUIET)
        if not len(loud):
            raise _nothing()
        first = max(0, int(loud[0]) * GRID - int(_BEFORE * RATE)) if trimmed else 0
        return first, (int(loud[-1]) + 1) * GRID

    def blocks(self, gain: float) -> Iterator[Sound]:
        """All of it at a gain, and then enough silence for what a limiter holds back."""
        self.file.seek(0)
        while data := self.file.read(BLOCK * 8):
            yield np.frombuffer(data, np.float32).reshape(-1, 2) * np.float32(gain)
        yield np.zeros((BLOCK, 2), np.float32)


@contextmanager
def _played(score: Score, check: Check) -> Iterator[_Take]:
    if score.seconds > MAX_SECONDS:
        raise StudioError(
            "This tune lasts longer than an hour.", "Make it faster, or take fewer bars."
        )
    if not any(part.notes and not part.muted for part in score.parts):
        raise _nothing()
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        loudness = Loudness()
        peaks = []
        until = frame_of(score.ticks, score.tempo)
        done = 0
        for block in _mixed(score):
            loudness.add(block)
            peaks.append(np.abs(block).reshape(len(block) // GRID, -1).max(axis=1))
            file.write(block.tobytes())
            done += len(block)
            check(min(1.0, done / until))
        yield _Take(file, np.concatenate(peaks), loudness)


def _mixed(score: Score, frames: int = 0) -> Iterator[Sound]:
    """The mix, as it comes: until it has died away, or so many frames and up to a block more."""
    score = score.model_copy(update={"parts": tuple(p for p in score.parts if not p.muted)})
    synth = Synth(score)
    mixer = Mixer([part.role for part in score.parts], BLOCK)
    end = frame_of(score.ticks, score.tempo)
    done = 0
    over = False
    with closing(synth):
        while not over:
            block = mixer(synth.parts(BLOCK))
            yield block
            done += BLOCK
            if frames:
                over = done >= frames
            elif done >= end:
                died_away = float(np.abs(block).max()) < _QUIET / 10.0
                over = died_away or done >= end + _TAIL * RATE


def _all_heard(score: Score) -> Score:
    parts = tuple(part.model_copy(update={"muted": False}) for part in score.parts)
    return score.model_copy(update={"parts": parts})


def _faded(block: Sound, done: int, total: int) -> Sound:
    """The block that begins at frame `done` of `total`, the last ones of which fade to nothing."""
    left = total - done - np.arange(len(block))
    if left.size and left[-1] < _FADE * RATE:
        return block * np.sin(np.clip(left / (_FADE * RATE), 0, 1) * (np.pi / 2))[:, None].astype(
            np.float32
        )
    return block


def _nothing() -> StudioError:
    return StudioError("There is nothing to hear in this tune.", "Add notes, or unmute a part.")
