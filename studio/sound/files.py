"""Writing sound to files that other programs read: WAV, FLAC, OGG, MP3.

Everything is written block by block, and with what the file says about itself: a title, what
made it, that a machine did, and the recipe. Names of the fields: Vorbis comments; ID3v2.4, where
unknown ones become TXXX frames; in WAV the INFO list, and the recipe in a chunk of its own.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt

from studio.errors import StudioError
from studio.recipes.score import Score
from studio.sound import RATE, render
from studio.sound.instruments import instrument_of
from studio.sound.mixing import Sound

Form = Literal["wav", "flac", "ogg", "mp3"]
FORMS: tuple[Form, ...] = ("wav", "flac", "ogg", "mp3")

MARK = "Made with the help of artificial intelligence."
RECIPE_KEY = "easel:recipe"
TAGS_BETWEEN = "; "  # as WAV's own list of them has it
RECIPE_CHUNK = b"easl"  # in WAV: the recipe, UTF-8

_ENCODERS = {"flac": "flac", "ogg": "libopus", "mp3": "libmp3lame"}
_BITS_A_SECOND = {"ogg": 160_000, "mp3": 256_000}
_OPUS_RATE = 48_000  # the only one that Opus has
_MP3_RATES = (32_000, 44_100, 48_000)
_FULL = 2**23 - 1


@dataclass(frozen=True)
class Tags:
    """What a file says about itself; what is empty is left out.

    artist: whose it is. licence: the notice of copyright. terms: what others may do with it.
    tags: what it is found by. more: fields of other names, for forms that have them (all but WAV).
    """

    title: str = ""
    software: str = ""
    comment: str = MARK
    licence: str = ""
    date: str = ""
    recipe: str = ""
    more: tuple[tuple[str, str], ...] = ()
    artist: str = ""
    terms: str = ""
    tags: tuple[str, ...] = ()


def form_of(path: Path) -> Form:
    """The form that a name asks for. StudioError for one that is not written."""
    ending = path.suffix.lower().removeprefix(".")
    for form in FORMS:
        if ending == form:
            return form
    raise StudioError(
        f'Easel cannot write sound as "{ending or path.name}".', "Choose WAV, FLAC, OGG or MP3."
    )


def save(
    path: Path,
    blocks: Iterable[Sound],
    tags: Tags,
    form: Form | None = None,
    rate: int = RATE,
) -> int:
    """Write a file that is there whole or not at all; returns its frames.

    rate: frames a second.
    StudioError when it cannot be written there. What `blocks` raises goes through.
    """
    form = form or form_of(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with temporary.open("w+b") as file:
                frames = write(file, blocks, tags, form, rate)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise StudioError(
            f'"{path.name}" could not be written.',
            f"{error.strerror or error}. Choose another folder.",
        ) from error
    return frames


def save_stems(
    folder: Path,
    score: Score,
    tags: Tags,
    form: Form = "wav",
    check: Callable[[float], None] = lambda _done: None,
) -> list[Path]:
    """Each part as a file of its own in a new or existing folder, all equally long.

    Files of the same names are replaced. StudioError as of `save` and `render.stems`.
    """
    written = []
    for number, stem in enumerate(render.stems(score, check=check)):
        part = score.parts[number]
        name = f"{number + 1:02} {part.role.capitalize()} - {instrument_of(part).name}"
        own = Tags(**{**tags.__dict__, "title": f"{tags.title} - {name[3:]}".strip(" -")})
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudioError(
                f'The folder "{folder.name}" could not be made.', "Choose another place."
            ) from error
        path = folder / f"{name}.{form}"
        save(path, stem, own, form)
        written.append(path)
    return written


def write(
    file: IO[bytes], blocks: Iterable[Sound], tags: Tags, form: Form, rate: int = RATE
) -> int:
    """Write blocks [frames, 2] to a file that can be sought in; returns the frames.

    rate: frames a second. WAV and FLAC have 24 bits; OGG is Opus at 160 kbit/s (and at 48 kHz, as
    always there), MP3 has 256 kbit/s (and 44.1 kHz unless the rate is one of its own).
    """
    if form == "wav":
        return _write_wav(file, blocks, tags, rate)
    return _encode(file, blocks, tags, form, rate)


@contextmanager
def _container(file: IO[bytes], form: Form) -> Iterator[Any]:
    """A file of FFmpeg's, closed at the end; what closing one says that failed is not heard."""
    import av

    container = av.open(file, "w", format=form)
    try:
        yield container
    except BaseException:
        with suppress(OSError, ValueError, av.FFmpegError):
            container.close()
        raise
    container.close()


def _encode(file: IO[bytes], blocks: Iterable[Sound], tags: Tags, form: Form, rate: int) -> int:
    import av

    fields = {
        "title": tags.title,
        "comment": tags.comment,
        "software": tags.software,
        "artist": tags.artist,
        "copyright": tags.licence,
        "license": tags.terms,
        "keywords": TAGS_BETWEEN.join(tags.tags),
        "date": tags.date,
        RECIPE_KEY: tags.recipe,
        **dict(tags.more),
    }
    done = 0
    with _container(file, form) as container:
        own = {"ogg": _OPUS_RATE, "mp3": rate if rate in _MP3_RATES else RATE}.get(form, rate)
        stream: Any = container.add_stream(_ENCODERS[form], rate=own, layout="stereo")
        said = {key: value for key, value in fields.items() if value}
        # Ogg keeps what is said about the stream, the others what is said about the file.
        (stream.metadata if form == "ogg" else container.metadata).update(said)
        if form == "flac":
            stream.format = "s32"
        else:
            stream.bit_rate = _BITS_A_SECOND[form]
        turned = form == "ogg" or own != rate
        sort = "flt" if form == "ogg" else "fltp"
        resampler: Any = av.AudioResampler(sort, "stereo", own) if turned else None
        for block in blocks:
            frame = _frame(block, form, done, rate)
            done += len(block)
            for each in resampler.resample(frame) if resampler else [frame]:
                container.mux(stream.encode(each))
        for each in [*(resampler.resample(None) if resampler else []), None]:
            container.mux(stream.encode(each))
    return done


def _frame(block: Sound, form: Form, done: int, rate: int) -> Any:
    import av

    if form == "flac":
        frame = av.AudioFrame.from_ndarray(
            (_whole(block) * 256).reshape(1, -1), format="s32", layout="stereo"
        )
    else:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block.T), format="fltp", layout="stereo"
        )
    frame.sample_rate = rate
    frame.pts = done
    return frame


def _whole(block: Sound) -> npt.NDArray[np.int32]:
    """Samples of 24 bits."""
    return np.rint(np.clip(block, -1.0, 1.0) * _FULL).astype(np.int32)


def _write_wav(file: IO[bytes], blocks: Iterable[Sound], tags: Tags, rate: int) -> int:
    """WAVE with 24-bit PCM (Multimedia Programming Interface and Data Specifications 1.0)."""
    start = file.tell()
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 0, b"WAVE", b"fmt ", 16, 1, 2, rate, rate * 6, 6, 24
    )
    file.write(head + struct.pack("<4sI", b"data", 0))
    begin = file.tell()
    done = 0
    for block in blocks:
        data = _whole(block).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]
        file.write(data.tobytes())
        done += len(block)
    size = done * 6
    for chunk in _wav_chunks(tags):
        file.write(chunk)
    end = file.tell()
    file.seek(begin - 4)
    file.write(struct.pack("<I", size))
    file.seek(start + 4)
    file.write(struct.pack("<I", end - start - 8))
    file.seek(end)
    return done


def _wav_chunks(tags: Tags) -> Iterator[bytes]:
    said = {
        b"INAM": tags.title,
        b"ISFT": tags.software,
        b"ICMT": tags.comment,
        b"IART": tags.artist,
        b"ICOP": " ".join(filter(None, (tags.licence, tags.terms))),
        b"IKEY": TAGS_BETWEEN.join(tags.tags),
        b"ICRD": tags.date,
    }
    info = b"".join(_chunk(key, text.encode() + b"\0") for key, text in said.items() if text)
    if info:
        yield _chunk(b"LIST", b"INFO" + info)
    if tags.recipe:
        yield _chunk(RECIPE_CHUNK, tags.recipe.encode())


def _chunk(kind: bytes, contents: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(contents)) + contents + b"\0" * (len(contents) % 2)
