"""What the model can do, in figures; the unpicked tunes of its card; and drawings of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from studio.engines.music.cells import BASS, CHORDS, DRUMS, MELODY, PART_OF, sheet_of, shift_of
from studio.engines.music.composing import Composer, Manner
from studio.engines.music.tokens import AT_LENGTH
from studio.engines.music.wishes import MOODS, Measures, Wish, portrait
from studio.library.midi import write_midi
from studio.recipes.score import Role, Score
from studio.training.music import data, likeness, model
from studio.training.music.config import MusicConfig
from studio.training.music.data import Window
from studio.training.music.ngram import NGram

ROLES: tuple[Role, ...] = ("melody", "chords", "bass", "drums")
UNPICKED = 20
LONG = 32  # bars of a tune whose form is looked at
_ORDER, _COUNTED = 5, 4000  # of the n-gram model; windows that it counts
_COLOURS = {"melody": (214, 69, 80), "chords": (64, 120, 192), "bass": (56, 142, 90),
            "drums": (120, 120, 120)}  # fmt: skip


def run(config: MusicConfig, work: Path, composer: Composer, out: Path) -> dict[str, Any]:
    """Measure everything, write `figures.json`, the card's tunes and their piano rolls."""
    every, measures = data.load(work)
    scores, seconds = tunes(composer, config.tunes)
    figures = {
        "loss": losses(config, composer, every, measures),
        "tunes": judged(scores, every, measures),
        "form": form(composer, config.long_tunes, every),
        "seconds for 16 bars of four parts": round(seconds, 2),
    }
    (work / "figures.json").write_text(json.dumps(figures, indent=1), "utf-8")
    folder = out / "tunes"
    folder.mkdir(parents=True, exist_ok=True)
    for at, (mood, score) in enumerate(scores[:UNPICKED]):
        (folder / f"{at + 1:02d}-{mood}.mid").write_bytes(write_midi(score, mood.capitalize()))
    sheet(scores[:UNPICKED]).save(out / "rolls.webp", quality=85)
    return figures


def tunes(composer: Composer, count: int, bars: int = 16) -> tuple[list[tuple[str, Score]], float]:
    """As many bars each, mood after mood, seeds 0, 1 ..; and the middle of the seconds it took."""
    made, took = [], []
    for seed in range(count):
        mood, began = MOODS[seed % len(MOODS)], time.perf_counter()
        made.append((mood, composer.new(Wish(mood), ROLES, bars, manner=Manner(0.5, seed))))
        took.append(time.perf_counter() - began)
    return made, float(np.median(took))


def form(composer: Composer, count: int, every: list[Window]) -> dict[str, float]:
    """What of longer tunes comes again, beside the training set; and how tunes end."""
    told: dict[str, float] = {}
    real = data.whole([window for window in every if not window.held], LONG, 2 * LONG)
    told["comes again, training set"] = round(likeness.returns(real), 3)
    ends = []
    for bars, number in ((LONG, count), (2 * LONG, max(1, count // 2))):
        made, _ = tunes(composer, number, bars)
        ends += [score for _, score in made]
        sheets = [sheet_of(score) for _, score in made]
        told[f"comes again, {bars} bars"] = round(likeness.returns(sheets), 3)
        told[f"in key, {bars} bars"] = round(likeness.in_key(sheets), 4)
    told["end on the tonic, held"] = round(sum(map(likeness.at_rest, ends)) / len(ends), 3)
    return told


def losses(
    config: MusicConfig, composer: Composer, every: list[Window], measures: Measures
) -> dict[str, float]:
    """Nats a token on composers that were not trained on, beside an n-gram model's."""
    held = model.held_examples(every, measures, 4 * config.train.held_windows)
    total, count = 0.0, 0
    with torch.no_grad():
        for at in range(0, len(held), 8):
            nats, _, there = model.losses(composer.writer, model.batch(held[at : at + 8], 4096))
            total += float(nats.sum())
            count += int(there.sum())
    seen = [window for window in every if not window.held]
    rival = NGram(_ORDER)
    for window in seen[:: max(1, len(seen) // _COUNTED)]:
        rival.learn(*_told(model.plain(window, Wish())))
    bars = sum(w.sheet.bars for w in every if w.held) / max(1, sum(w.held for w in every))
    return {
        "writer": round(total / max(1, count), 4),
        "n-gram": round(rival.nats(_told(example) for example in held), 4),
        "tokens a bar": round(count / max(1, len(held)) / max(1, bars), 1),
    }


def _told(example: model.Example) -> tuple[list[int], list[int]]:
    """Tokens, and a number for where each stands: part and state."""
    stands = [row[8] * (AT_LENGTH + 1) * 4096 + row[9] for row in example.rows]
    return example.targets, stands


def judged(
    scores: list[tuple[str, Score]], every: list[Window], measures: Measures
) -> dict[str, Any]:
    """What tunes are like beside real pieces."""
    seen = [w for w in every if not w.held]
    held = [w for w in every if w.held]
    sheets = [sheet_of(score) for _, score in scores]
    real = [w.sheet for w in held]
    trained = [w.sheet for w in seen]
    told = {
        "in key": round(likeness.in_key(sheets), 4),
        "in key, least": round(min(likeness.in_key([sheet]) for sheet in sheets), 4),
        "in key, real": round(likeness.in_key(real), 4),
        "apart from the training set": likeness.compare(sheets, trained),
        "held-out pieces apart from it": likeness.compare(real, trained),
    }
    for name, parts in (("melody", (MELODY,)), ("all pitched parts", (MELODY, CHORDS, BASS)),
                        ("drums", (DRUMS,))):  # fmt: skip
        copies = likeness.Copies(trained, parts)
        found = [copies.longest(sheet) for sheet in sheets]
        told[f"longest copy, bars of {name}"] = max(found)
        told[f"of held-out pieces, bars of {name}"] = max(map(copies.longest, real), default=0)
    return told | {"moods": moods(scores, held, measures)}


def moods(
    scores: list[tuple[str, Score]], held: list[Window], measures: Measures
) -> dict[str, float]:
    """How often a judge, and the rule itself, find the mood that was asked for."""

    def told(window: Window) -> list[float]:
        shift = shift_of(window.tonic)
        return likeness.traits(window.sheet, portrait(window.sheet, window.tempo, shift))

    labels = [data.mood(window, measures) for window in held]
    half = len(held) // 2
    judge = likeness.MoodJudge([told(w) for w in held[:half]], labels[:half], 0)
    asked = [mood for mood, _ in scores]
    sheets = [sheet_of(score) for _, score in scores]
    portraits = [
        portrait(sheet, score.tempo, shift_of(score.tonic))
        for sheet, (_, score) in zip(sheets, scores, strict=True)
    ]
    made = [likeness.traits(s, p) for s, p in zip(sheets, portraits, strict=True)]
    ruled = [measures.mood_of(p) == mood for p, mood in zip(portraits, asked, strict=True)]
    return {
        "judge, tunes": round(judge.agrees(made, asked), 3),
        "judge, real pieces": round(judge.agrees([told(w) for w in held[half:]], labels[half:]), 3),
        "rule, tunes": round(sum(ruled) / len(ruled), 3),
        "chance": round(1 / len(MOODS), 3),
    }


def sheet(scores: list[tuple[str, Score]]) -> Image.Image:
    """Piano rolls side by side in two columns, each under its number and mood."""
    wide, high, title, gap = 700, 240, 24, 12
    lines = -(-len(scores) // 2)
    drawn = Image.new("RGB", (2 * (wide + gap) + gap, lines * (high + title + gap) + gap), "white")
    pen = ImageDraw.Draw(drawn)
    for at, (mood, score) in enumerate(scores):
        left, top = gap + at % 2 * (wide + gap), gap + at // 2 * (high + title + gap)
        pen.text((left, top), f"{at + 1:02d} {mood}", fill=(60, 55, 50), font_size=16)
        small = roll(score, 30, 3).resize((wide, high), Image.Resampling.LANCZOS)
        drawn.paste(small, (left, top + title))
    return drawn


def roll(score: Score, step: int = 60, row: int = 4) -> Image.Image:
    """A piano roll: time to the right, pitch upwards, parts in colours, drums below."""
    low, high = 26, 92
    wide, lanes = score.ticks // step + 1, 14
    height = (high - low + lanes) * row
    picture = np.full((height, wide, 3), 255, np.uint8)
    for pitch in range(low, high):
        if pitch % 12 in (1, 3, 6, 8, 10):
            picture[(high - pitch - 1) * row : (high - pitch) * row] = 244
    for bar in range(score.bars + 1):
        picture[:, min(wide - 1, bar * score.bar // step)] = 205
    for part in score.parts:
        for note in part.notes:
            top = (high - note.pitch - 1) * row
            if PART_OF[part.role] == DRUMS:
                top = (high - low + (note.pitch - 35) % lanes) * row
            left, right = note.start // step, max(note.start // step + 1, note.end // step)
            if 0 <= top < height:
                shade = 0.45 + 0.55 * note.velocity / 127
                colour = 255 - (255 - np.array(_COLOURS[part.role])) * shade
                picture[top : top + row - 1, left : max(left + 1, right - 1)] = colour
    return Image.fromarray(picture)
