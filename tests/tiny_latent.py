"""Latent models of a few thousand random weights, one of each family, saved by the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from studio.engines.latent.style_encoder import StyleEncoder, StyleEncoderConfig
from studio.engines.latent.style_generator import StyleConfig, StyleGenerator
from studio.engines.latent.vae import DecoderConfig, EncoderConfig, VaeEncoder, VaeGenerator

SIZE = 32
FACES, FLOWERS = "test/faces", "test/flowers"

DECODER: dict[str, Any] = {
    "size": SIZE,
    "shuffle": 2,
    "start": 4,
    "widths": [8, 8, 8],
    "blocks": [1, 1, 1],
    "hidden": 8,
    "named": 2,
    "free": 6,
    "palette": 4,
    "steps": 9,
}
ENCODER: dict[str, Any] = {
    "size": SIZE,
    "shuffle": 2,
    "widths": [8, 8, 8],
    "blocks": [1, 1, 1],
    "hidden": 8,
    "named": 2,
    "free": 6,
}
STYLE: dict[str, Any] = {
    "size": SIZE,
    "z_dim": 8,
    "w_dim": 8,
    "mapping_layers": 2,
    "channels": [8, 8, 8, 8],
}
STYLE_ENCODER: dict[str, Any] = {
    "size": SIZE,
    "patch": 4,
    "channels": [8, 8],
    "layers": 8,
    "dim": 8,
}


def save_tiny_vae(folder: Path, model_id: str = FACES, encoder: bool = True) -> Path:
    """Draws soft patches. Sliders "glasses" and "smile" (named), "drift" (leans on "glasses")."""
    torch.manual_seed(1)
    generator = VaeGenerator(DecoderConfig(**DECODER))
    _enliven(generator)
    center = torch.zeros(1, 8)
    directions = torch.zeros(3, 1, 8)
    directions[0, 0, 0] = directions[1, 0, 1] = 1.0
    directions[2, 0, 2:] = torch.randn(6) / 2
    directions[2, 0, 0] = 0.3
    readers = torch.zeros(3, 1, 8)
    readers[0, 0, 0] = readers[1, 0, 1] = 1.0
    readers[2, 0, 2:] = directions[2, 0, 2:] / directions[2, 0, 2:].square().sum()
    sliders = [
        {"id": "glasses", "name": "Glasses", "low": "none", "high": "large"},
        {"id": "smile", "name": "Smile", "low": "sad", "high": "happy"},
        {"id": "drift", "name": "Drift", "named": False},
    ]
    return _save(
        folder,
        model_id,
        {"family": "vae", "generator": DECODER, "layers": 1, "dim": 8, "sliders": sliders},
        generator,
        (ENCODER, VaeEncoder(EncoderConfig(**ENCODER))) if encoder else None,
        {"center": center, "directions": directions, "readers": readers},
    )


def save_tiny_gan(folder: Path, model_id: str = FLOWERS, encoder: bool = False) -> Path:
    """Draws noise of all sizes. Brings no directions; the engine finds its own."""
    torch.manual_seed(2)
    traits = {"family": "style-gan", "generator": STYLE, "layers": 8, "dim": 8}
    part = (STYLE_ENCODER, StyleEncoder(StyleEncoderConfig(**STYLE_ENCODER))) if encoder else None
    return _save(folder, model_id, traits, StyleGenerator(StyleConfig(**STYLE)), part, {})


def _enliven(generator: torch.nn.Module) -> None:
    """Random weights larger than a training begins with, so that a code changes the picture."""
    for name, weight in generator.named_parameters():
        if name.startswith(("read.", "begin.", "colours.")) and weight.dim() > 1:
            torch.nn.init.normal_(weight, std=1.5 / weight.shape[1] ** 0.5)


def _save(
    folder: Path,
    model_id: str,
    traits: dict[str, Any],
    generator: torch.nn.Module,
    encoder: tuple[dict[str, Any], torch.nn.Module] | None,
    directions: dict[str, torch.Tensor],
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: weight.half().contiguous() for name, weight in generator.state_dict().items()}
    save_file(halves, folder / "generator.safetensors")
    if encoder is not None:
        traits = {**traits, "encoder": encoder[0]}
        save_file(encoder[1].state_dict(), folder / "encoder.safetensors")
    if directions:
        save_file(directions, folder / "directions.safetensors")
    manifest = {
        "id": model_id,
        "name": model_id.split("/")[1].capitalize(),
        "version": "0",
        "kind": "latent",
        "format": "easel-latent",
        "licence": "Apache-2.0",
        "latent": {**traits, "size": SIZE},
    }
    (folder / "easel.json").write_text(json.dumps(manifest), "utf-8")
    return folder
