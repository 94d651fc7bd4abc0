"""Putting the writer together as a folder: weights, what is usual, manifest, card."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from studio.engines.music.wishes import INSTRUMENTS, MOODS
from studio.shelf.inspect import MEASURES, WRITER
from studio.training.music import model
from studio.training.music.config import MusicConfig

MODEL_ID = "easel/tunes"
VERSION = "1.1"  # 1.1: the weights of 1, composed in phrases that come again
#: what a mood is like, for those who choose one
WORDS = {
    "calm": "Unhurried and even, in major.",
    "tender": "Soft and warm, in major.",
    "dreamy": "High and floating, in major.",
    "cheerful": "Bright, with a light step.",
    "lively": "Fast and full of notes, for dancing.",
    "solemn": "Slow and grave.",
    "dark": "Minor, and never at rest.",
    "driving": "Minor, loud and pressing on.",
}
CREDITS: tuple[dict[str, str], ...] = (
    {"name": "OpenScore Lieder Corpus", "licence": "CC0-1.0",
     "url": "https://github.com/OpenScore/Lieder"},
    {"name": "Mutopia Project, scores in the public domain", "licence": "Public domain",
     "url": "https://www.mutopiaproject.org"},
    {"name": "Groove MIDI Dataset (Gillick and others, Google)", "licence": "CC-BY-4.0",
     "url": "https://magenta.tensorflow.org/datasets/groove"},
)  # fmt: skip


def manifest(config: MusicConfig) -> dict[str, Any]:
    """easel.json."""
    writer = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(config.writer).items()}
    return {
        "id": MODEL_ID,
        "name": "Easel Tunes",
        "version": f"{VERSION}-{config.name}",
        "kind": "tune",
        "format": "easel-tune",
        "summary": "Composes tunes of melody, chords, bass and drums, in eight moods.",
        "licence": "Apache-2.0",
        "may": "You may use and sell what it composes.",
        "credits": list(CREDITS),
        "tune": {
            "writer": writer,
            "moods": [
                {
                    "id": mood,
                    "name": mood.capitalize(),
                    "words": WORDS[mood],
                    "instruments": list(INSTRUMENTS[mood]),
                }
                for mood in MOODS
            ],
        },
    }


def pack(config: MusicConfig, work: Path, out: Path) -> None:
    """Write the last checkpoint's averaged weights in half precision, and all that is with it."""
    out.mkdir(parents=True, exist_ok=True)
    state = model.load(config, work).state_dict()
    save_file({k: v.half().contiguous() for k, v in state.items()}, out / WRITER)
    (out / WRITER).chmod(0o644)
    shutil.copyfile(work / "measures.json", out / MEASURES)
    text = json.dumps(manifest(config), indent=1)
    (out / "easel.json").write_text(text + "\n", encoding="utf-8")
