"""Films with sound for tests: a click is heard whenever a picture is white."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE, FPS, SECONDS = 48_000, 20, 3
WHITE = (0.5, 1.0, 2.0, 2.5)  # seconds, when a picture is white and something clicks
KINDS = {  # of file: its name, container, what pictures and sound are packed with
    "aac": ("film.mp4", "mp4", "libx264", "aac"),
    "mp3": ("film.mp4", "mp4", "libx264", "libmp3lame"),
    "pcm": ("film.mov", "mov", "libx264", "pcm_s16le"),
    "opus": ("film.webm", "webm", "libvpx-vp9", "libopus"),
    "flac": ("film.mkv", "matroska", "libx264", "flac"),
}


def sounding(
    folder: Path, kind: str = "aac", *, late: float = 0.0, channels: int = 2, rate: int = RATE
) -> Path:
    """A film of `SECONDS`, 32 x 24. late: seconds by which picture and sound begin later."""
    name, form, pictures, sounds = KINDS[kind]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format=form) as container:
        seen = container.add_stream(pictures, rate=FPS)
        seen.width, seen.height, seen.pix_fmt = 32, 24, "yuv420p"
        seen.codec_context.time_base = Fraction(1, FPS)
        layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
        heard = container.add_stream(sounds, rate=rate, layout=layout)
        samples = clicks(rate, channels)
        for number in range(FPS * SECONDS):
            light = 255 if number / FPS in WHITE else 20
            picture = av.VideoFrame.from_ndarray(
                np.full((24, 32, 3), light, np.uint8), format="rgb24"
            ).reformat(format="yuv420p")
            picture.pts = number + round(late * FPS)
            picture.time_base = Fraction(1, FPS)
            container.mux(seen.encode(picture))
        container.mux(seen.encode(None))
        turned = av.AudioResampler(heard.codec_context.format.name, layout, rate)
        for start in range(0, samples.shape[1], rate):
            block = np.ascontiguousarray(samples[:, start : start + rate])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = start + round(late * rate)
            for each in turned.resample(frame):
                container.mux(heard.encode(each))
        container.mux(heard.encode(None))
    return path


def clicks(rate: int = RATE, channels: int = 2) -> np.ndarray:
    """[channels, frames]: a short tone in every second of a film where a picture is white."""
    samples = np.zeros((channels, rate * SECONDS), np.float32)
    tone = 0.6 * np.sin(np.arange(rate // 50) * 2 * np.pi * 1500 / rate)
    for at in WHITE:
        start = round(at * rate)
        samples[:, start : start + len(tone)] = tone
    return samples


def heard(path: Path) -> np.ndarray:
    """[frames] at `RATE`, as somebody else's program decodes it, from the first picture on."""
    with av.open(str(path)) as container:
        first = next(frame.time for frame in container.decode(video=0))
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("fltp", "mono", RATE)
        begin: float | None = None
        blocks = []
        for frame in container.decode(audio=0):
            begin = frame.time if begin is None else begin
            blocks += [each.to_ndarray()[0] for each in resampler.resample(frame)]
        blocks += [each.to_ndarray()[0] for each in resampler.resample(None)]
    samples = np.concatenate(blocks)
    late = round(((begin or 0.0) - first) * RATE)
    return np.concatenate([np.zeros(late, np.float32), samples]) if late > 0 else samples[-late:]


def clicked(path: Path) -> list[float]:
    """Seconds after the first picture at which something clicks."""
    loud = np.flatnonzero(np.abs(heard(path)) > 0.2) / RATE
    return [float(at) for at in loud if not ((loud < at) & (loud > at - 0.2)).any()]


def codec(path: Path) -> str:
    """What a film's sound is packed with; "" where it is silent."""
    with av.open(str(path)) as container:
        return container.streams.audio[0].codec_context.name if container.streams.audio else ""
