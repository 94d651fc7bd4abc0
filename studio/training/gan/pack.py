"""Write a trained GAN as a folder that Easel opens (docs/latent-models.md)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from studio.shelf.manifest import MANIFEST, Manifest
from studio.training.gan.config import GanConfig
from studio.training.gan.data import load
from studio.training.gan.watch import trained
from studio.training.picture import loop

ABOUT: dict[str, Any] = {
    "id": "easel/flowers",
    "name": "Easel Flowers",
    "version": "1",
    "summary": "Photographs of flowers that never grew: open, redden and multiply them.",
    "licence": "Apache-2.0",
    "may": "You may use and sell what it draws.",
    "credits": [
        {
            "name": "Flower photographs from Flickr (photo ids in photographs.txt)",
            "licence": "CC-BY-2.0",
            "url": "https://www.flickr.com",
        }
    ],
}


def manifest(config: GanConfig, sliders: list[dict[str, Any]]) -> Manifest:
    """What the model says of itself."""
    generator, encoder = config.generator, config.encoder
    return Manifest.model_validate(
        {
            **ABOUT,
            "kind": "latent",
            "format": "easel-latent",
            "latent": {
                "family": "style-gan",
                "generator": generator.model_dump(),
                "encoder": encoder.model_dump() if with_encoder(config) else None,
                "size": generator.size,
                "layers": 2 * len(generator.sides),
                "dim": generator.w_dim,
                "subject": "flower",
                "sliders": sliders,
            },
        }
    )


def with_encoder(config: GanConfig) -> bool:
    """Whether the training made an encoder that is of use."""
    return bool(config.warm.minutes or config.duel.rebuilt)


def pack(config: GanConfig, work: Path, out: Path) -> None:
    """Write manifest, weights in half precision and directions into `out`."""
    album = load(work)
    pair = trained(config, work, album)
    out.mkdir(parents=True, exist_ok=True)
    parts = {"generator": pair.generator}
    if with_encoder(config):
        parts |= {"encoder": pair.encoder}
    for name, network in parts.items():
        # the mapping and the modulation stay exact where half a number would show: they are small
        state = {
            key: halved(key, value.detach().cpu()) for key, value in network.state_dict().items()
        }
        target = out / f"{name}.safetensors"
        loop.write_atomically(target, lambda path, state=state: save_file(state, path))
    about = json.loads((work / "sliders.json").read_text())
    shutil.copyfile(work / "directions.safetensors", out / "directions.safetensors")
    text = manifest(config, about["sliders"]).model_dump_json(
        indent=1, exclude={"picture"}, exclude_none=True
    )
    loop.write_atomically(out / MANIFEST, lambda path: path.write_text(text + "\n"))
    ids = "\n".join(sorted(album.keys)) + "\n"
    loop.write_atomically(out / "photographs.txt", lambda path: path.write_text(ids))


def halved(name: str, value: torch.Tensor) -> torch.Tensor:
    """Float16, but float32 for the mapping, whose small moves all that follows multiplies."""
    if not value.is_floating_point():
        return value.contiguous()
    exact = name.startswith("mapping")
    return (value.float() if exact else value.clamp(-65504, 65504).half()).contiguous()
