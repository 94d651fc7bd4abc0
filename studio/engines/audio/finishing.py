"""From what a model gives to what Easel keeps: 44,100 frames a second, stereo, at one loudness.

Everything in Easel that plays, mixes or writes sound works at that one rate, so that sounds and
tunes fit together; ACE-Step gives 48,000.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from studio.engines.audio.decoding import Samples
from studio.engines.base import Sound
from studio.errors import StudioError
from studio.sound import RATE
from studio.sound.mixing import CEILING, LOUDNESS, Limiter, Loudness

BLOCK = 4096  # frames; divides by the limiter's 64
QUIET = 10.0 ** (-60.0 / 20.0)  # below the loudest: what nobody hears
KEPT = 0.1  # seconds of quiet that may stay at either end
FADE = 0.01  # seconds in which it begins and ends, where the model was cut off
HARDEST = 10.0 ** (9.0 / 20.0)  # how far the loudest sample may be pressed down
SILENT = 1e-4  # the loudest sample of what is no sound at all


def at_our_rate(pieces: Iterable[Samples], rate: int) -> Iterator[Sound]:
    """The pieces [frames, channels] as stereo at `RATE`, by FFmpeg's resampler.

    One channel is heard on both sides; of more than two the first two are.
    """
    import av

    resampler: Any = av.AudioResampler("fltp", "stereo", RATE) if rate != RATE else None
    done = 0
    for piece in pieces:
        both = np.repeat(piece, 2, axis=1) if piece.shape[1] == 1 else piece[:, :2]
        if resampler is None:
            yield np.ascontiguousarray(both, np.float32)
            continue
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(both.T, np.float32), format="fltp", layout="stereo"
        )
        frame.sample_rate = rate
        frame.pts = done
        done += len(both)
        yield from (_block(made) for made in resampler.resample(frame))
    if resampler is not None:
        yield from (_block(made) for made in resampler.resample(None))


def finished(sound: Sound) -> Iterator[Sound]:
    """The sound [n, 2] in blocks: no silence at its ends, -16 LUFS, no sample above -1 dBFS.

    StudioError where it is silent or no sound at all.
    """
    if not np.isfinite(sound).all():
        raise StudioError(
            "The model calculated nonsense instead of sound.",
            "Its files may be damaged; copy it again, or choose other settings.",
        )
    sound = _faded(_trimmed(sound))
    loudness = Loudness()
    for start in range(0, len(sound), BLOCK):
        loudness.add(sound[start : start + BLOCK])
    return _limited(sound, _gain(loudness))


def _trimmed(sound: Sound) -> Sound:
    peaks = np.abs(sound).max(axis=1, initial=0.0)
    loudest = float(peaks.max(initial=0.0))
    if loudest < SILENT:
        raise StudioError(
            "The model made nothing but silence.", "Try other words, or another starting point."
        )
    heard = np.flatnonzero(peaks > loudest * QUIET)
    stay = int(KEPT * RATE)
    return sound[max(0, int(heard[0]) - stay) : int(heard[-1]) + 1 + stay]


def _faded(sound: Sound) -> Sound:
    count = min(int(FADE * RATE), len(sound) // 2)
    ramp = np.sin(np.linspace(0.0, math.pi / 2, count, dtype=np.float32))[:, None]
    faded = sound.copy()
    faded[:count] *= ramp
    faded[len(faded) - count :] *= ramp[::-1]
    return faded


def _gain(loudness: Loudness) -> float:
    """What brings it to the usual loudness, without more pressing than sounds well."""
    lufs = loudness.lufs
    wanted = 10.0 ** ((LOUDNESS - lufs) / 20.0) if math.isfinite(lufs) else 1.0
    return min(wanted, CEILING * HARDEST / loudness.peak)


def _limited(sound: Sound, gain: float) -> Iterator[Sound]:
    limiter = Limiter()
    skip = limiter.delay
    total = len(sound)
    whole = -(-(total + skip) // BLOCK) * BLOCK
    done = 0
    for start in range(0, whole, BLOCK):
        block = np.zeros((BLOCK, 2), np.float32)
        part = sound[start : start + BLOCK]
        block[: len(part)] = part * np.float32(gain)
        out = limiter(block)[skip:][: total - done]
        skip = 0
        done += len(out)
        if len(out):
            yield out


def _block(frame: Any) -> Sound:
    return np.ascontiguousarray(frame.to_ndarray().T, np.float32)
