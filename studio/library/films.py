"""Writing films from frames: MP4 and WebM by FFmpeg (through PyAV); `moving` does the others.

The same frames at the same speed give the same streams, on the same computer to the last byte: a
fixed number of threads, no dates and no random numbers in the file. What differs between two
exports is the XMP packet alone, which carries the artwork's id and when it was made.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Generic, Protocol, TypeVar, cast

import numpy as np

from studio.errors import StudioError
from studio.library import moving
from studio.library.film_boxes import XMP_TAG, XMP_UUID, boxes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.library.files import OpenFile
    from studio.library.soundtracks import Anew, Copied, Soundtrack

    Frame = NDArray[np.uint8]

T = TypeVar("T")
THREADS = 2
_SHIFTED = 4 * 2**20  # bytes moved at a time
# Visually lossless for smooth pictures: about 43 dB. x264's fastest code for weighing macroblocks
# reads beyond what it was given, so one film in four of small ones came out otherwise; what it
# calls independent of the processor does not.
_X264 = {"preset": "medium", "crf": "17", "x264-params": "cpu-independent=1"}
_VP9 = {"deadline": "good", "cpu-used": "5", "row-mt": "1", "crf": "20", "b:v": "0"}
_BT709, _LIMITED = 1, 1  # as FFmpeg numbers them


class _Writer(Protocol):
    def add(self, frame: Frame) -> None: ...
    def finish(self) -> None: ...
    def abort(self) -> None: ...


class Source(Generic[T]):
    """Frames, or whatever is written, one by one.

    Remembers what their maker raised, to tell it from a failing disk.
    """

    def __init__(self, parts: Iterable[T]) -> None:
        self._parts = iter(parts)
        self.error: BaseException | None = None

    def __iter__(self) -> Source[T]:
        return self

    def __next__(self) -> T:
        try:
            return next(self._parts)
        except BaseException as error:
            self.error = error
            raise


def first_of(frames: Iterable[Frame]) -> tuple[Frame, Iterator[Frame]]:
    """The first frame, and all of them. ValueError where there is none."""
    rest = iter(frames)
    try:
        first = checked(next(rest))
    except StopIteration:
        raise ValueError("a film without frames") from None

    def all_of_them() -> Iterator[Frame]:
        yield first
        yield from rest

    return first, all_of_them()


def checked(frame: Frame, like: Frame | None = None) -> Frame:
    """The frame. ValueError unless it is uint8, height x width x 3, and of the size of `like`."""
    frame = np.asarray(frame)
    fits = frame.dtype == np.uint8 and frame.ndim == 3 and frame.shape[2] == 3 and frame.size
    if not fits or (like is not None and frame.shape != like.shape):
        raise ValueError(f"not a frame of this film: {frame.dtype} {frame.shape}")
    return frame


def size_of(first: Frame, extension: str) -> tuple[int, int]:
    """Width and height that the film will have: MP4 and WebM need even ones."""
    height, width = first.shape[:2]
    if extension in (".mp4", ".webm"):
        return width + width % 2, height + height % 2
    return width, height


def write(
    file: OpenFile,
    frames: Iterator[Frame],
    fps: float,
    extension: str,
    packet: str,
    track: Soundtrack | None = None,
) -> float:
    """Write a film and return how many seconds it plays.

    file: empty. frames: uint8, height x width x 3, all of one size, two or more of them.
    fps: frames a second, 0.1 to 120. packet: XMP. track: what is heard as long as the frames last,
    in MP4 and WebM; the others are silent. OSError where the disk fails; what the iterator raises
    comes through. The caller throws the file away then.
    """
    speed = checked_speed(fps)
    first = next(frames)
    size = size_of(first, extension)
    writer = WRITERS[extension](file, size, speed, packet.encode())
    try:
        if track is not None and isinstance(writer, _Encoded):
            writer.carry(track)
        writer.add(first)
        count = 1
        for frame in frames:
            writer.add(checked(frame, first))
            count += 1
        if count < 2:
            raise ValueError("a film of one frame")
        writer.finish()
    except OverflowError as error:
        raise StudioError(
            "This film is too long for one file of this kind.",
            "Make it shorter or smaller, or choose another kind.",
        ) from error
    finally:
        writer.abort()
    return float(count / speed)


def checked_speed(fps: float) -> Fraction:
    """Frames a second as a fraction. ValueError unless it is 0.1 to 120."""
    if not 0.1 <= fps <= 120:
        raise ValueError(f"{fps} frames a second")
    return Fraction(fps).limit_denominator(1001)


class _Encoded:
    """A film that FFmpeg writes, in BT.709 colours, 4:2:0."""

    format, codec = "", ""
    settings: ClassVar[dict[str, str]] = {}

    def __init__(self, file: OpenFile, size: tuple[int, int], fps: Fraction, packet: bytes) -> None:
        import av

        self._av, self.file, self._fps, self._packet = av, file, fps, packet
        self._count = 0
        self._size = size
        self._container: Any = av.open(
            file, "w", format=self.format, options={"fflags": "+bitexact"}
        )
        self.label()
        stream: Any = self._container.add_stream(self.codec, rate=fps, options=self.settings)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = 1 / fps
        context = stream.codec_context
        context.thread_count = THREADS
        context.gop_size = max(1, round(2 * fps))  # a key frame every two seconds, to seek by
        context.color_range = _LIMITED
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        self._stream = stream
        self._carried: Copied | Anew | None = None

    def carry(self, track: Soundtrack) -> None:
        """Have this heard from the first picture on; say so before there is one."""
        from studio.library import soundtracks

        self._carried = soundtracks.put(self._container, self.format, track)

    def label(self) -> None:
        """Write what belongs into the container's own fields."""

    def add(self, frame: Frame) -> None:
        height, width = frame.shape[:2]
        if (width, height) != self._size:
            frame = np.pad(
                frame, ((0, self._size[1] - height), (0, self._size[0] - width), (0, 0)), "edge"
            )
        picture = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
        picture = picture.reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        picture.pts, picture.duration, picture.time_base = self._count, 1, 1 / self._fps
        self._container.mux(self._stream.encode(picture))
        self._count += 1
        if self._carried is not None:
            self._carried.until(self._count / self._fps)

    def finish(self) -> None:
        if self._carried is not None:
            self._carried.finish()
        self._container.mux(self._stream.encode(None))
        container, self._container = self._container, None
        container.close()

    def abort(self) -> None:
        if self._carried is not None:
            self._carried.close()
        if self._container is not None:
            container, self._container = self._container, None
            try:
                container.close()
            except (OSError, ValueError, self._av.FFmpegError):
                pass  # the file is not kept


class Mp4(_Encoded):
    """H.264, which every player shows."""

    format, codec, settings = "mp4", "libx264", _X264

    def finish(self) -> None:
        super().finish()
        bring_to_front(self.file, self._packet)


class _Webm(_Encoded):
    format, codec, settings = "webm", "libvpx-vp9", _VP9

    def label(self) -> None:
        self._container.metadata[XMP_TAG] = self._packet.decode()


WRITERS: dict[str, Callable[[OpenFile, tuple[int, int], Fraction, bytes], _Writer]] = {
    ".mp4": Mp4,
    ".webm": _Webm,
    ".gif": moving.GifFilm,
    ".png": moving.PngFilm,
    ".webp": moving.WebpFilm,
}


def bring_to_front(file: OpenFile, packet: bytes) -> None:
    """Put an MP4's table of contents before its pictures, and an XMP packet before that.

    So it can begin to play before it is whole, and is read without seeking to its end. FFmpeg
    does it only for files it opens by name, which the lock on ours would not let it on Windows.
    """
    size = file.seek(0, 2)
    found = {kind: (start - 8, end) for kind, start, end in boxes(cast(BinaryIO, file), 0, size)}
    (_, after_type), (start, end) = found[b"ftyp"], found[b"moov"]
    if end != size:
        raise ValueError("an MP4 file of an unknown form")
    file.seek(start)
    contents = bytearray(file.read(end - start))
    xmp = struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_UUID + packet
    _shift_offsets(contents, len(xmp) + len(contents))
    _shift(file, after_type, start, len(xmp) + len(contents))
    file.seek(after_type)
    file.write(xmp + contents)


def _shift(file: OpenFile, start: int, end: int, by: int) -> None:
    """Move what lies between two places towards the end, from behind, since they overlap."""
    while end > start:
        begin = max(start, end - _SHIFTED)
        file.seek(begin)
        data = file.read(end - begin)
        file.seek(begin + by)
        file.write(data)
        end = begin


def _shift_offsets(contents: bytearray, by: int) -> None:
    """Add to all offsets into the file. OverflowError where one no longer fits."""
    folders = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    waiting = [(0, len(contents))]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end:
            length, kind = struct.unpack_from(">I4s", contents, at)
            if kind in folders:
                waiting.append((at + 8, at + length))
            elif kind in (b"stco", b"co64"):
                letter = "I" if kind == b"stco" else "Q"
                (count,) = struct.unpack_from(">I", contents, at + 12)
                form = f">{count}{letter}"
                moved = [offset + by for offset in struct.unpack_from(form, contents, at + 16)]
                if letter == "I" and moved and max(moved) >= 2**32:
                    raise OverflowError
                struct.pack_into(form, contents, at + 16, *moved)
            at += length
