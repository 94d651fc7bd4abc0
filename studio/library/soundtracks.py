"""The sound of one film under the pictures of another: as it is where it can be, else put anew.

MP4 takes AAC and MP3 as they are, WebM takes Opus and Vorbis; all else that Easel can hear becomes
AAC or Opus. As with pictures (`playing`), FFmpeg gets an open file and common decoders only.
"""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.library import containers, playing
from studio.library.contents import FILMS, NotAPicture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]  # [channels, frames], -1..1

SOUNDING = (".mp4", ".webm")  # ends of films that can have sound
_TAKES = {"mp4": ("aac", "mp3", "mp3float"), "webm": ("opus", "libopus", "vorbis")}
_BECOMES = {"mp4": ("aac", 192_000), "webm": ("libopus", 160_000)}  # bits a second
_RATES = {"mp4": (48_000, 44_100, 32_000), "webm": (48_000,)}  # the first where it has another
_DECODERS = {"flac", "alac", "ac3", "eac3"}.union(*_TAKES.values())
_PLAIN = "pcm_"
_LAYOUTS = {1: "mono", 2: "stereo"}
# Before its first sample, AAC needs a packet or two that nobody hears; only MP4 can hide them.
_RUN_UP = {"mp4": Fraction(1, 20), "webm": Fraction(0)}  # seconds
_GAP = 0.04  # seconds; where less is missing or too much, two clocks differ
_LONGEST_GAP = 3600.0
_TRIED = 4  # packets


@dataclass(frozen=True)
class Soundtrack:
    """What is heard in a film. begins: when its first picture is shown, by the file's own clock."""

    path: Path
    format: str
    begins: Fraction

    @classmethod
    def of(cls, film: Path) -> Soundtrack | None:
        """The sound of a film in a file; None where there is none that can be heard."""
        try:
            format = containers.read(film).format  # noqa: A001 - it is the plain word
            if format not in FILMS:
                return None
            found = cls(film, format, playing.begins(film))
        except (OSError, NotAPicture):
            return None
        with closing(found.samples()) as samples:
            return found if next(samples, None) is not None else None

    def packets(self, container: Any, run_up: Fraction) -> Generator[Any]:
        """FFmpeg's packets of sound as they are; the first picture is shown at 0.

        container: the open file. run_up: seconds before that which are wanted as well. Where the
        file is damaged they end.
        """
        import av

        stream = container.streams.audio[0]
        early, first = round(self.begins / stream.time_base), -round(run_up / stream.time_base)
        last: int | None = None
        try:
            for packet in container.demux(stream):
                if packet.pts is None or packet.dts is None or packet.is_corrupt:
                    continue
                packet.pts, packet.dts = packet.pts - early, packet.dts - early
                heard = packet.pts + (packet.duration or 0) > first
                if heard and (last is None or packet.dts > last):
                    last = packet.dts
                    yield packet
        except (av.FFmpegError, ValueError, EOFError, OSError):
            return

    def samples(self) -> Generator[tuple[int, Samples]]:
        """(frames a second, the next of them), one or two channels, from the first picture on.

        What is missing in between is silent. Where the file is damaged they end.
        """
        try:
            with playing.opened(self.path, self.format) as container:
                yield from self._decoded(container)
        except (NotAPicture, OSError):
            return

    def _decoded(self, container: Any) -> Generator[tuple[int, Samples]]:
        import av

        if not container.streams.audio:
            return
        stream = container.streams.audio[0]
        context = stream.codec_context
        name = context.name if context is not None else ""
        if not (name in _DECODERS or name.startswith(_PLAIN)) or not 1 <= context.channels <= 8:
            return
        rate, channels = context.sample_rate, min(2, context.channels)
        resampler: Any = av.AudioResampler("fltp", _LAYOUTS[channels], rate)
        heard = 0
        for frame in container.decode(stream):
            begin = heard if frame.time is None else round((frame.time - self.begins) * rate)
            late = begin - heard
            if late > _LONGEST_GAP * rate:
                return
            if late > _GAP * rate or (late > 0 and not heard):
                for start in range(0, late, rate):
                    yield rate, np.zeros((channels, min(rate, late - start)), np.float32)
                heard += late
            early = -late if late < -_GAP * rate or not heard else 0
            for each in resampler.resample(frame):
                block = each.to_ndarray()
                left, early = block[:, max(0, early) :], max(0, early - block.shape[1])
                if left.shape[1]:
                    heard += left.shape[1]
                    yield rate, left.clip(-1.0, 1.0)


class Copied:
    """The packets of a film's sound in another film, as they are."""

    def __init__(self, target: Any, form: str, track: Soundtrack) -> None:
        self._target = target
        self._file = playing.opened(track.path, track.format)
        container = self._file.__enter__()
        self._stream = target.add_stream_from_template(container.streams.audio[0])
        self._packets = track.packets(container, _RUN_UP[form])
        self._next: Any = None

    def until(self, seconds: Fraction) -> None:
        """Write what is heard before that moment; a packet belongs where most of it is."""
        while (packet := self._next or next(self._packets, None)) is not None:
            self._next = packet
            middle = (packet.pts + Fraction(packet.duration or 0, 2)) * packet.time_base
            if middle >= seconds:
                return
            self._next = None
            packet.stream = self._stream
            self._target.mux(packet)

    def finish(self) -> None:
        """No more is wanted."""

    def close(self) -> None:
        """Let go of the file."""
        self._packets.close()
        self._file.__exit__(None, None, None)


class Anew:
    """A film's sound in another film, in that one's own kind."""

    def __init__(self, target: Any, form: str, track: Soundtrack) -> None:
        import av

        self._av, self._target = av, target
        self._samples = track.samples()
        self._rate, self._rest = next(self._samples)
        channels = len(self._rest)
        self._layout = _LAYOUTS[channels]
        codec, bits = _BECOMES[form]
        own = self._rate if self._rate in _RATES[form] else _RATES[form][0]
        self._stream: Any = target.add_stream(codec, rate=own, layout=self._layout)
        self._stream.bit_rate = bits * channels // 2
        self._stream.codec_context.flags |= av.codec.context.Flags.bitexact
        wanted = self._stream.codec_context.format.name
        self._turned: Any = av.AudioResampler(wanted, self._layout, own)
        self._heard = 0

    def until(self, seconds: Fraction) -> None:
        """Write what is heard before that moment."""
        end = round(seconds * self._rate)
        while self._heard < end:
            if not self._rest.shape[1]:
                _, self._rest = next(self._samples, (0, self._rest))
                if not self._rest.shape[1]:
                    return  # it is silent from here on
            count = min(end - self._heard, self._rest.shape[1])
            self._hear(self._rest[:, :count])
            self._rest = self._rest[:, count:]

    def finish(self) -> None:
        """Write what the encoder has held back."""
        for each in [*self._turned.resample(None), None]:
            self._target.mux(self._stream.encode(each))

    def close(self) -> None:
        """Let go of the file."""
        self._samples.close()

    def _hear(self, block: Samples) -> None:
        frame = self._av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block), format="fltp", layout=self._layout
        )
        frame.sample_rate, frame.pts = self._rate, self._heard
        frame.time_base = Fraction(1, self._rate)
        self._heard += block.shape[1]
        for each in self._turned.resample(frame):
            self._target.mux(self._stream.encode(each))


def put(target: Any, form: str, track: Soundtrack) -> Copied | Anew:
    """Lay a film's sound into an open container of FFmpeg, before anything is written there.

    form: "mp4" or "webm". Call `until` as the pictures go on, then `finish`, and always `close`.
    """
    return (Copied if _can_be_copied(form, track) else Anew)(target, form, track)


def _can_be_copied(form: str, track: Soundtrack) -> bool:
    """Whether the container takes the packets as they are: the first of them are tried."""
    import av

    try:
        with playing.opened(track.path, track.format) as container:
            context = container.streams.audio[0].codec_context
            if context is None or context.name not in _TAKES[form]:
                return False
            packets = list(islice(track.packets(container, _RUN_UP[form]), _TRIED))
            with av.open(io.BytesIO(), "w", format=form) as trial:
                stream = trial.add_stream_from_template(container.streams.audio[0])
                for packet in packets:
                    packet.stream = stream
                    trial.mux(packet)
            return bool(packets)
    except (NotAPicture, OSError):
        return False
