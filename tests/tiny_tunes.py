"""A model of a few thousand random weights that composes, saved by the tests. Needs torch."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from studio.engines.music.network import Writer, WriterConfig
from studio.engines.music.wishes import MOODS, SIZES, Measures, measures_as_plain

PIPES = "test/pipes"
TINY = WriterConfig(width=32, layers=2, heads=2, hidden=48, wishes=SIZES)


def tiny_writer() -> Writer:
    """It has learned nothing, but has a say."""
    torch.manual_seed(3)
    made = Writer(TINY).eval().requires_grad_(False)
    for block in made.blocks:  # they begin at zero
        torch.nn.init.normal_(block.gather.weight, std=0.1)
        torch.nn.init.normal_(block.fall.weight, std=0.1)
    torch.nn.init.normal_(made.head.weight, std=0.2)
    return made


def save_tiny_tunes(folder: Path, model_id: str = PIPES) -> Path:
    """Composes at random, as far as the rules leave anything to chance."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.half() for name, value in tiny_writer().state_dict().items()}
    save_file(weights, folder / "writer.safetensors")
    examples = {mood: [["major", [4, 4], 240, [2, 2, 2, 2]]] for mood in MOODS}
    told = measures_as_plain(Measures(examples=examples))
    (folder / "measures.json").write_text(json.dumps(told), "utf-8")
    manifest = {
        "id": model_id,
        "name": model_id.split("/")[1].capitalize(),
        "version": "0",
        "kind": "tune",
        "format": "easel-tune",
        "licence": "Apache-2.0",
        "tune": {
            "writer": {**TINY.__dict__, "wishes": list(TINY.wishes)},
            "moods": [{"id": mood, "name": mood.capitalize()} for mood in MOODS],
        },
    }
    (folder / "easel.json").write_text(json.dumps(manifest), "utf-8")
    return folder
