"""Films as pixels again, frame by frame: MP4 and WebM by FFmpeg (through PyAV), others by Pillow.

Files may come from anywhere. They are looked through by `containers` first; FFmpeg is told which
container it is, gets an open file rather than a name, so that nothing in it can lead to another
file or to a network, and only decoders of the common kinds are let near it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from studio.library import containers
from studio.library.contents import MAX_PIXELS, Contents, NotAPicture, checked_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FFMPEG = {"mp4": "mov", "webm": "matroska"}
_PILLOW = {"png": "PNG", "gif": "GIF", "webp": "WEBP"}
_DECODERS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"}
_SHORTEST = 0.005  # seconds; what is shown shorter is a mistake in the file
_BY_DEFAULT = 0.1  # seconds, as the browsers take it where a GIF says none
_THREADS = 2


@dataclass(frozen=True)
class Moment:
    """A frame: uint8, height x width x 3, and when it is shown, in seconds from the start."""

    pixels: NDArray[np.uint8]
    start: float


@dataclass(frozen=True)
class Film:
    """A film that was looked through. width, height: in pixels. seconds: how long it plays.

    Its frames are upright; of one that was filmed upright, width and height may be exchanged.
    """

    path: Path
    width: int
    height: int
    seconds: float
    format: str

    def frames(self, longest: int = 0) -> Generator[Moment]:
        """All frames once, no longer than `longest` pixels a side where that is given.

        Close the iterator to let go of the file. OSError or NotAPicture when it cannot be read.
        """
        make = _by_ffmpeg if self.format in _FFMPEG else _by_pillow
        return make(self, longest)


def open_film(path: Path) -> Film:
    """Look through a film. OSError when it cannot be opened, NotAPicture when it is none."""
    contents: Contents = containers.read(path)
    if contents.sort != "film":
        raise NotAPicture("it does not move")
    return Film(path, contents.width, contents.height, contents.seconds, contents.format)


def first_frame(path: Path, longest: int = 0) -> NDArray[np.uint8]:
    """The first frame of a film, uint8, height x width x 3. Errors as with `open_film`."""
    frames = open_film(path).frames(longest)
    try:
        return next(frames).pixels
    except StopIteration:
        raise NotAPicture("there are no pictures in it") from None
    finally:
        frames.close()


def fitting(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size, made smaller so that no side is longer than `longest`, where that is not 0."""
    if not longest or max(width, height) <= longest:
        return width, height
    scale = longest / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


@contextmanager
def opened(path: Path, format: str) -> Iterator[Any]:  # noqa: A002 - it is the plain word
    """An MP4 or WebM film in FFmpeg's hands (`av.container.InputContainer`).

    OSError when it cannot be opened; NotAPicture for what FFmpeg says of it, also in the block.
    """
    import av

    with path.open("rb") as file:
        try:
            with av.open(file, format=_FFMPEG[format], metadata_errors="replace") as container:
                yield container
        except (av.FFmpegError, ValueError, EOFError) as error:
            raise NotAPicture("its pictures cannot be read") from error


def begins(path: Path) -> Fraction:
    """When the first frame of an MP4 or WebM film is shown, in seconds of the file's own clock.

    Errors as with `open_film`.
    """
    with opened(path, open_film(path).format) as container:
        for frame in _frames(container):
            if frame.pts is not None:
                return Fraction(frame.pts * frame.time_base)
    raise NotAPicture("there are no pictures in it")


def _by_ffmpeg(film: Film, longest: int) -> Generator[Moment]:
    with opened(film.path, film.format) as container:
        yield from _decoded(container, longest)


def _decoded(container: Any, longest: int) -> Generator[Moment]:
    start, first = 0.0, None
    for frame in _frames(container):
        if frame.time is not None:
            first = frame.time if first is None else first
            start = max(start, frame.time - first)
        size = fitting(*checked_size(frame.width, frame.height), longest)
        shown = frame.reformat(width=size[0], height=size[1], format="rgb24").to_ndarray()
        turns = round(frame.rotation / 90)  # a telephone held upright films lying pictures
        yield Moment(np.ascontiguousarray(np.rot90(shown, turns)) if turns else shown, start)
        start += _SHORTEST


def _frames(container: Any) -> Iterator[Any]:
    """FFmpeg's frames of the first stream of pictures. NotAPicture unless its kind is common."""
    if not container.streams.video:
        raise NotAPicture("there are no pictures in it")
    stream = container.streams.video[0]
    context = stream.codec_context
    if context is None or context.name not in _names_of(_DECODERS):
        raise NotAPicture("its kind of film is not known")
    checked_size(context.width, context.height)
    context.options = {"max_pixels": str(MAX_PIXELS)}
    context.thread_count = _THREADS
    yield from container.decode(stream)


def _names_of(kinds: set[str]) -> set[str]:
    """Of these kinds FFmpeg has decoders of other names as well."""
    return kinds | {"libdav1d", "libvpx", "libvpx-vp9"}


def _by_pillow(film: Film, longest: int) -> Generator[Moment]:
    start = 0.0
    try:
        with Image.open(film.path, formats=(_PILLOW[film.format],)) as image:
            checked_size(*image.size)
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                size = fitting(*image.size, longest)
                picture = image.convert("RGB")
                if size != picture.size:
                    picture = picture.resize(size, Image.Resampling.BILINEAR)
                yield Moment(np.asarray(picture), start)
                pause = 0.0
                with suppress(TypeError, ValueError):
                    pause = float(image.info.get("duration") or 0) / 1000
                start += max(pause, _SHORTEST) if pause else _BY_DEFAULT
    except (SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise NotAPicture("its pictures cannot be read") from error
