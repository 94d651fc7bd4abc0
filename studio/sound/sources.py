"""What a player plays: a score, or a file of sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from studio.errors import StudioError
from studio.recipes.score import TICKS, Score
from studio.sound import RATE
from studio.sound.mixing import Limiter, Mixer, Sound
from studio.sound.synth import Synth

_SILENCE = 1e-4
_TAIL = 8.0  # seconds after the last bar, at most


class Piece(NamedTuple):
    """A block of sound, and what a window shows while it is heard.

    sound: [frames, 2]. position: where it begins. parts: the highest sample of each part.
    """

    sound: Sound
    position: float
    parts: tuple[float, ...] = ()


class Source(Protocol):
    """Something to play, on one thread. Positions are in a unit of its own, `pace` a second."""

    @property
    def pace(self) -> float: ...

    @property
    def finished(self) -> bool: ...

    def next(self, frames: int) -> Piece: ...

    def seek(self, position: float) -> None: ...

    def close(self) -> None: ...


class ScoreSource:
    """A score, live; positions are ticks. `synth` takes changes at any time.

    frames: of every block. StudioError when instruments cannot be played here.
    """

    def __init__(self, score: Score, frames: int, *, loop: tuple[int, int] | None = None) -> None:
        self.synth = Synth(score, loop=loop)
        self._frames = frames
        self._mixer = Mixer([part.role for part in score.parts], frames)
        self._limiter = Limiter()
        self._after = 0
        self._quiet = False

    @property
    def pace(self) -> float:
        """Ticks a second."""
        return self.synth.score.tempo * TICKS / 60.0

    @property
    def finished(self) -> bool:
        """Whether all was played and has died away."""
        return self.synth.finished and (self._quiet or self._after > _TAIL * RATE)

    def update(self, score: Score) -> None:
        """Go on with these notes and settings."""
        self.synth.update(score)
        self._mixer.roles = [part.role for part in score.parts]

    def next(self, frames: int) -> Piece:
        if frames != self._frames:
            raise ValueError("all blocks are equally long")
        position = self.synth.position
        parts = self.synth.parts(frames)
        sound = self._limiter(self._mixer(parts))
        self._after = self._after + frames if self.synth.finished else 0
        self._quiet = float(np.abs(sound).max()) < _SILENCE
        peaks = tuple(float(each) for each in np.abs(parts).reshape(len(parts), -1).max(axis=1))
        return Piece(sound, position, peaks)

    def seek(self, position: float) -> None:
        self.synth.seek(position)
        self._after = 0
        self._quiet = False

    def close(self) -> None:
        self.synth.close()


class FileSource:
    """A file of sound; positions are seconds. StudioError when it cannot be read."""

    pace = 1.0

    def __init__(self, path: Path) -> None:
        import av  # a hundredth of a second that the window need not wait for when it starts

        self._av = av
        try:
            self._container: Any = av.open(str(path))
            self._stream = self._container.streams.audio[0]
        except (av.FFmpegError, OSError, IndexError) as error:
            raise _unreadable() from error
        self._position = self._skip_until = 0.0
        self._rest: Sound = np.zeros((0, 2), np.float32)
        self._over = False
        self._begin(0.0)

    @property
    def finished(self) -> bool:
        return self._over and not len(self._rest)

    @property
    def seconds(self) -> float:
        """How long it plays; 0 when the file does not say."""
        return float(self._container.duration or 0) / float(self._av.time_base)

    def next(self, frames: int) -> Piece:
        while not self._over and len(self._rest) < frames:
            more = self._more()
            self._rest = np.concatenate([self._rest, more])
        sound = np.zeros((frames, 2), np.float32)
        taken = self._rest[:frames]
        sound[: len(taken)] = taken
        self._rest = self._rest[frames:]
        piece = Piece(sound, self._position)
        self._position += frames / RATE
        return piece

    def seek(self, position: float) -> None:
        position = max(0.0, position)
        try:
            self._container.seek(int(position * self._av.time_base))
        except self._av.FFmpegError as error:
            raise _unreadable() from error
        self._begin(position)

    def close(self) -> None:
        self._container.close()

    def _begin(self, position: float) -> None:
        self._position = position
        self._skip_until = position
        self._rest = np.zeros((0, 2), np.float32)
        self._over = False
        self._frames = self._container.decode(self._stream)
        self._resampler: Any = self._av.AudioResampler("fltp", "stereo", RATE)

    def _more(self) -> Sound:
        """What the next frame of the file holds; a damaged rest is its end."""
        try:
            frame = next(self._frames, None)
        except self._av.FFmpegError:
            frame = None
        if frame is not None and frame.time is not None:
            late = frame.time + frame.samples / frame.sample_rate
            if late <= self._skip_until:
                return np.zeros((0, 2), np.float32)
        self._over = frame is None
        out = [each.to_ndarray().T for each in self._resampler.resample(frame)]
        sound = np.concatenate([np.zeros((0, 2), np.float32), *out])
        if frame is not None and frame.time is not None and self._skip_until > frame.time:
            sound = sound[int((self._skip_until - frame.time) * RATE) :]
            self._skip_until = 0.0
        return sound


def _unreadable() -> StudioError:
    return StudioError("This sound cannot be read.", "The file may be damaged.")
