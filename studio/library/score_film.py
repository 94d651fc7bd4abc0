"""A tune under a loop: one film with sound, the loop cut to the beat of the tune.

The tune decides how long it is. The loop goes round under it, a little faster or slower, so that
it begins again where a bar does.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.errors import StudioError
from studio.library import films, hearing, metadata
from studio.library.contents import NotAPicture
from studio.library.files import open_atomically
from studio.library.loops import Fit, Loop, fit
from studio.library.problems import in_words
from studio.library.reading import read_recipe
from studio.recipes import Recipe, TuneRecipe, parse_recipe
from studio.recipes.score import TICKS, Score

if TYPE_CHECKING:
    from studio.library.files import OpenFile
    from studio.library.films import Frame
    from studio.sound.mixing import Sound

_SILENCE = 0.3  # seconds before the first note that are left as they are
_BEFORE = 0.02
_AAC_RATES = (32_000, 44_100, 48_000)
_AAC_BITS = 192_000  # a second

Check = Callable[[float], None]


def _carry_on(_done: float) -> None:
    pass


def bar_of(score: Score) -> Fraction:
    """Seconds of a bar."""
    tempo = Fraction(score.tempo).limit_denominator(100)
    return Fraction(score.bar * 60, TICKS) / tempo


@dataclass(frozen=True)
class ScoreFilm:
    """What is to be written.

    frames: uint8, height x width x 3; they go on for ever, close them. fps: of them, a second.
    blocks: float32 [frames, 2], and how many frames a second they have: rate. They decide how
    long it is. fit: how the loop goes with the tune.
    """

    frames: Generator[Frame]
    fps: Fraction
    blocks: Generator[Sound]
    rate: int
    fit: Fit


def prepare(
    film: Path, tune: Path | Score, *, to_beat: bool = True, check: Check = _carry_on
) -> ScoreFilm:
    """Look through a film and a tune, and say what is to be written.

    tune: a sound that Easel keeps, or notes. Of a tune whose notes are known the sound is made
        anew, so that its first bar begins exactly with the loop; what is silent before its first
        note is left out, of both.
    to_beat: without, the loop keeps its own speed.
    check: called now and then with how much is done (0..1), also while the result is taken; may
        raise to stop it. StudioError where one of them cannot be read.
    """
    score = tune if isinstance(tune, Score) else _score_in(tune)
    loop = Loop.of(film, lambda: check(0.0))
    bar = bar_of(score) if score and to_beat else None
    fitted = fit(loop.seconds, bar, score.beats if score else 4)
    count = loop.shown_in(fitted.seconds)
    fps = films.checked_speed(float(count / fitted.seconds))
    if score is not None:
        first = math.floor(_silent(score) * fps)
        blocks, rate = _played(score, first / fps, check)
    else:
        assert isinstance(tune, Path)
        first = 0
        blocks, rate = _recorded(tune, check)
    return ScoreFilm(loop.frames(count, first), fps, blocks, rate, fitted)


def put_under(
    film: Path,
    tune: Path | Score,
    target: Path,
    *,
    title: str = "",
    made_by: str = "",
    licence: str = "",
    to_beat: bool = True,
    check: Check = _carry_on,
) -> Path:
    """Write "this tune under that loop" as an MP4 film anywhere; returns where it is.

    It carries the mark that a machine made it; `Library.add_film` keeps one as an artwork.
    target: ends in .mp4; a file there is replaced. Its folder must be there. The rest is as with
    `prepare`. It is there whole or not at all.
    """
    if target.suffix.lower() != ".mp4":
        raise StudioError("A film with sound is an MP4 file.", "End the name in .mp4.")
    if target.is_dir():
        raise StudioError(f"“{target}” is a folder.", "Add a name for the film.")
    facts = metadata.Facts(
        id=uuid.uuid4().hex,
        kind="score-film",
        title=title,
        created=datetime.now(UTC),
        model=made_by,
        licence=licence,
    )
    _put(prepare(film, tune, to_beat=to_beat, check=check), facts, target)
    check(1.0)
    return target


def write_single_film(
    made: ScoreFilm, recipe: Recipe, path: Path, *, made_by: str, licence: str = ""
) -> Path:
    """Write a film with sound, its recipe and mark into any folder, as a whole or not at all.

    For films that are no artworks of the library. A file there is replaced; its folder must be
    there. StudioError in plain words; what frames or blocks raise comes through.
    """
    facts = metadata.describe(
        recipe,
        artwork_id=uuid.uuid4().hex,
        created=datetime.now(UTC),
        size=(0, 0),
        made_by=made_by,
        licence=licence,
        parents=(),
    )
    _put(made, facts, path)
    return path


def _put(made: ScoreFilm, facts: metadata.Facts, target: Path) -> None:
    packet = metadata.packet(facts, keep_recipe=True)
    frames, blocks = films.Source(made.frames), films.Source(made.blocks)
    with closing(made.frames), closing(made.blocks):
        try:
            with open_atomically(target) as file:
                write(file, frames, made.fps, blocks, made.rate, packet)
        except OSError as error:
            if error in (frames.error, blocks.error):
                raise
            raise in_words(error, target.parent, "save this film") from error


def write(
    file: OpenFile,
    frames: Iterator[Frame],
    fps: float | Fraction,
    blocks: Iterable[Sound],
    rate: int,
    packet: str,
) -> float:
    """Write an MP4 film with sound (H.264, AAC) and return how many seconds it plays.

    As long as the sound, to half a picture. Arguments as with `films.write` and of `ScoreFilm`.
    The same frames and blocks give the same file.
    """
    speed = films.checked_speed(float(fps))
    first = next(frames)
    pictures = chain([first], frames)
    writer = _Sounding(file, films.size_of(first, ".mp4"), speed, packet.encode(), rate)
    shown = heard = 0

    def show_until(count: int) -> int:
        for frame in islice(pictures, count - shown):
            writer.add(films.checked(frame, first))
        return max(shown, count)

    try:
        for block in blocks:
            writer.hear(block)
            heard += len(block)
            shown = show_until(math.floor(Fraction(heard, rate) * speed))
        shown = show_until(max(2, round(Fraction(heard, rate) * speed)))
        writer.finish()
    except OverflowError as error:
        raise StudioError(
            "This film is too long for one file of this kind.", "Make it shorter or smaller."
        ) from error
    finally:
        writer.abort()
    return max(float(shown / speed), heard / rate)


class _Sounding(films.Mp4):
    """An MP4 film with AAC beside the pictures."""

    def __init__(
        self,
        file: OpenFile,
        size: tuple[int, int],
        fps: Fraction,
        packet: bytes,
        rate: int,
    ) -> None:
        super().__init__(file, size, fps, packet)
        own = rate if rate in _AAC_RATES else 48_000
        stream: Any = self._container.add_stream("aac", rate=own, layout="stereo")
        stream.bit_rate = _AAC_BITS
        stream.codec_context.flags |= self._av.codec.context.Flags.bitexact
        self._sound = stream
        self._rate, self._heard = rate, 0
        self._turned = self._av.AudioResampler("fltp", "stereo", own) if own != rate else None

    def hear(self, block: Sound) -> None:
        """The next block, [frames, 2]."""
        planes = np.ascontiguousarray(block.T, np.float32)
        frame = self._av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = self._rate, self._heard
        frame.time_base = Fraction(1, self._rate)
        self._heard += len(block)
        for each in self._turned.resample(frame) if self._turned else [frame]:
            self._container.mux(self._sound.encode(each))

    def finish(self) -> None:
        rest = self._turned.resample(None) if self._turned else []
        for each in [*rest, None]:
            self._container.mux(self._sound.encode(each))
        super().finish()


def _score_in(path: Path) -> Score | None:
    """The notes that a kept tune carries, if it does."""
    try:
        recipe = parse_recipe(read_recipe(path))
    except StudioError:
        return None
    return recipe.score if isinstance(recipe, TuneRecipe) else None


def _silent(score: Score) -> float:
    """Seconds at the beginning that are left out: nobody plays there."""
    starts = [part.notes[0].start for part in score.parts if part.notes and not part.muted]
    first = min(starts, default=0) / TICKS * 60 / score.tempo
    return first - _BEFORE if first > _SILENCE else 0.0


def _played(score: Score, skipped: Fraction, check: Check) -> tuple[Generator[Sound], int]:
    """The sound of notes from a moment on. Most of the time goes into writing the pictures."""
    from studio.sound import RATE, render

    def tell(done: float) -> None:
        check(done * 0.125 if done < 0.8 else 0.1 + 0.9 * (done - 0.8) / 0.2)

    def blocks() -> Generator[Sound]:
        left = round(skipped * RATE)
        with closing(render.tune(score, trimmed=False, check=tell)) as played:
            for block in played:
                if left < len(block):
                    yield block[left:]
                left = max(0, left - len(block))

    return blocks(), RATE


def _recorded(path: Path, check: Check) -> tuple[Generator[Sound], int]:
    try:
        recording = hearing.open_sound(path)
    except NotAPicture as error:
        raise StudioError(
            f"The sound “{path.name}” cannot be read: {error}.", "Choose another one."
        ) from error
    except OSError as error:
        raise in_words(error, path.parent, "read this sound") from error

    def blocks() -> Generator[Sound]:
        heard = 0
        with closing(recording.blocks()) as read:
            try:
                for block in read:
                    heard += len(block)
                    check(min(1.0, heard / recording.rate / max(recording.seconds, 1e-9)))
                    yield block
            except NotAPicture as error:
                raise StudioError(
                    f"The sound “{path.name}” is damaged.", "Choose another one."
                ) from error

    return blocks(), recording.rate
