"""Kept sounds as samples again, block by block: FLAC by FFmpeg (through PyAV).

As with films in `playing`: files may come from anywhere, so they are looked through by
`containers` first, and FFmpeg gets an open file, the container's name and one decoder.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.library import containers
from studio.library.contents import NotAPicture

if TYPE_CHECKING:
    from studio.sound.mixing import Sound

# FFmpeg takes 2**31 for 1, Easel's files take 2**23 - 1 of 24 bits: so samples stay what they are.
_SCALE = 2**23 / (2**23 - 1)


@dataclass(frozen=True)
class Recording:
    """A sound that was looked through. rate: frames a second. seconds: how long it plays."""

    path: Path
    rate: int
    seconds: float

    def blocks(self) -> Generator[Sound]:
        """All of it once: float32, [frames, 2], left and right, -1..1.

        Close the iterator to let go of the file. OSError or NotAPicture when it cannot be read.
        """
        import av

        with self.path.open("rb") as file:
            try:
                with av.open(file, format="flac", metadata_errors="replace") as container:
                    yield from _decoded(container, self.rate)
            except (av.FFmpegError, ValueError, EOFError) as error:
                raise NotAPicture("its sound cannot be read") from error


def open_sound(path: Path) -> Recording:
    """Look through a sound. OSError when it cannot be opened, NotAPicture when it is none."""
    contents = containers.read(path)
    if contents.format != "flac":
        raise NotAPicture("it is no FLAC")
    return Recording(path, contents.rate, contents.seconds)


def _decoded(container: Any, rate: int) -> Generator[Sound]:
    import av

    stream = container.streams.audio[0] if container.streams.audio else None
    if stream is None or stream.codec_context is None or stream.codec_context.name != "flac":
        raise NotAPicture("its kind of sound is not known")
    # One channel is heard left and right as loud as it is; FFmpeg would make it softer.
    layout = "mono" if stream.codec_context.channels == 1 else "stereo"
    resampler: Any = av.AudioResampler("flt", layout, rate)
    for frame in container.decode(stream):
        for each in resampler.resample(frame):
            yield _block(each)
    for each in resampler.resample(None):
        yield _block(each)


def _block(frame: Any) -> Sound:
    channels = frame.layout.nb_channels
    samples: Sound = frame.to_ndarray().reshape(-1, channels) * np.float32(_SCALE)
    return samples.clip(-1.0, 1.0).repeat(3 - channels, axis=1)
