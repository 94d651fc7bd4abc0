"""What a sound looks like where pictures are shown: its notes, or how loud it is from end to end.

A square on a transparent ground, in colours that can be told on dark and on light.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from studio.library.hearing import open_sound
from studio.library.reading import read_picture
from studio.recipes.score import TICKS, Part, Role, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sound.mixing import Sound

SIDE = 1024  # pixels
BARS = 25  # of a waveform
_MARGIN = 0.1  # of the side, free all around
_FINER = 2  # drawn larger and made smaller, for soft edges
_COLOURS: dict[Role, str] = {
    "melody": "#da5636",
    "chords": "#2f84d2",
    "bass": "#8c66e0",
    "drums": "#2f9259",
}
_SHARES: dict[Role, float] = {"melody": 0.38, "chords": 0.26, "bass": 0.18, "drums": 0.18}
_GAP = 0.05  # of the height, between players
_SPAN = 4 * 4 * TICKS  # ticks that are shown, at most
_LEAST_ROWS = 7
_TALLEST = 0.86  # of the height


def cover(path: Path) -> bytes:
    """What the sound in this file looks like, as a WebP file.

    OSError or NotAPicture when it cannot be read.
    """
    score = score_of(read_picture(path).facts.recipe)
    if score is not None:
        return of_notes(score)
    recording = open_sound(path)
    with closing(recording.blocks()) as blocks:
        return of_loudness(loudness(blocks, round(recording.seconds * recording.rate)))


def score_of(recipe: str) -> Score | None:
    """The notes in a recipe of a tune, JSON; None where there are none to draw."""
    try:
        score = Score.model_validate(json.loads(recipe)["score"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return score if any(part.notes for part in score.parts) else None


def of_notes(score: Score) -> bytes:
    """The first bars of a tune as a roll, a band for each role, as a WebP file."""
    image, draw, room = _empty()
    present = [role for role in _SHARES if any(p.role == role and p.notes for p in score.parts)]
    whole = sum(_SHARES[role] for role in present)
    left, top, size = room
    free = size * (1 - _GAP * (len(present) - 1))
    first = min(part.notes[0].start for part in score.parts if part.notes)
    bar = score.beats * 4 * TICKS // score.unit
    first -= first % bar
    span = min(max(part.end for part in score.parts) - first, _SPAN)
    for role in present:
        height = free * _SHARES[role] / whole
        parts = [part for part in score.parts if part.role == role]
        _band(draw, _COLOURS[role], parts, (left, top, size, height), first, span)
        top += height + size * _GAP
    return _packed(image)


def of_loudness(loudness: NDArray[np.float32]) -> bytes:
    """A sound as upright bars, as a WebP file. loudness: `BARS` values from 0 to 1."""
    image, draw, (left, top, size) = _empty()
    step = size / BARS
    for number, value in enumerate(loudness):
        x, wide = left + (number + 0.17) * step, 0.66 * step
        middle = top + size / 2
        height = max(size * _TALLEST * float(value), wide)  # so that silence is a line of dots
        box = (x, middle - height / 2, x + wide, middle + height / 2)
        draw.rounded_rectangle(box, wide / 2, fill=_COLOURS["melody"])
    return _packed(image)


def loudness(blocks: Iterable[Sound], frames: int) -> NDArray[np.float32]:
    """How loud each of `BARS` equal spans is, 0 to 1, the loudest of them 1; all 0 for silence.

    blocks: [n, 2], together about `frames` long; taken one by one.
    """
    power = np.zeros(BARS)
    counts = np.full(BARS, 1e-9)
    done = 0
    for block in blocks:
        energy = np.square(block, dtype=np.float64).mean(axis=1)
        where = np.minimum((np.arange(done, done + len(block)) * BARS) // max(1, frames), BARS - 1)
        power += np.bincount(where, energy, BARS)
        counts += np.bincount(where, minlength=BARS)
        done += len(block)
    heard: NDArray[np.float64] = np.sqrt(power / counts)
    most = heard.max()
    # The ear hears tenfold power as twice as loud: Stevens, "The measurement of loudness", 1955.
    heard = (heard / most) ** 0.6 if most > 1e-5 else heard * 0
    return np.asarray(heard, np.float32)


def _band(
    draw: ImageDraw.ImageDraw,
    colour: str,
    parts: list[Part],
    box: tuple[float, float, float, float],
    first: int,
    span: int,
) -> None:
    left, top, width, height = box
    shown = [n for part in parts for n in part.notes if first <= n.start < first + span]
    if not shown:
        return
    pitches = {note.pitch for note in shown}
    if parts[0].role == "drums":  # each its own row, since they have no height
        rows = {pitch: row for row, pitch in enumerate(sorted(pitches))}
        count = max(3, len(rows))
    else:
        lowest = min(pitches)
        rows = {pitch: pitch - lowest for pitch in pitches}
        spare = max(0, _LEAST_ROWS - 1 - max(rows.values()))
        rows = {pitch: row + spare // 2 for pitch, row in rows.items()}
        count = max(_LEAST_ROWS, max(rows.values()) + 1)
    step = height / count
    thick = max(min(step * 0.9, width * 0.045), width * 0.026)
    for note in shown:
        x = left + width * (note.start - first) / span
        end = min(left + width * (note.end - first) / span, left + width)
        y = top + height - (rows[note.pitch] + 0.5) * step
        long = thick if parts[0].role == "drums" else max(end - x - width * 0.006, thick)
        draw.rounded_rectangle(
            (x, y - thick / 2, x + long, y + thick / 2), thick * 0.4, fill=colour
        )


def _empty() -> tuple[Image.Image, ImageDraw.ImageDraw, tuple[float, float, float]]:
    side = SIDE * _FINER
    # Edges mix with a colour of the same kind, not with black.
    image = Image.new("RGBA", (side, side), (128, 128, 128, 0))
    return image, ImageDraw.Draw(image), (side * _MARGIN, side * _MARGIN, side * (1 - 2 * _MARGIN))


def _packed(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    small = image.resize((SIDE, SIDE), Image.Resampling.BOX)
    small.save(buffer, "WEBP", lossless=True, method=2)
    return buffer.getvalue()
