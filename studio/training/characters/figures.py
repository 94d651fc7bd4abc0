"""Pictures of the model card: random people, sliders moved, ways from one to another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from studio.engines.latent.vae import VaeGenerator
from studio.training.characters.evaluate import random_codes
from studio.training.characters.pack import open_folder
from studio.training.characters.people import NAMES

SIDE = 112
#: people of the card's figures: the first of all, none picked
FIRST_SEED = 0


@torch.no_grad()
def page(generator: VaeGenerator, codes: Tensor, columns: int) -> Image.Image:
    """Codes [N, D] drawn in rows."""
    tiles, side = [], min(SIDE, generator.size)
    for part in codes.split(20):
        small = generator.preview(part.unsqueeze(1), side).float().clamp(-1, 1)
        tiles.append(((small + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy())
    every = np.concatenate(tiles)
    rows = len(every) // columns
    shown = every.reshape(rows, columns, side, side, 3).transpose(0, 2, 1, 3, 4)
    return Image.fromarray(shown.reshape(rows * side, columns * side, 3))


def sliders(generator: VaeGenerator, positions: int = 7) -> Tensor:
    """One row for each slider, each of another person, moved from -1 to 1."""
    people = random_codes(generator, len(NAMES), FIRST_SEED)
    rows = []
    for index in range(len(NAMES)):
        row = people[index].repeat(positions, 1)
        row[:, index] = torch.linspace(-1, 1, positions)
        rows.append(row)
    return torch.cat(rows)


def ways(generator: VaeGenerator, count: int = 5, steps: int = 8) -> Tensor:
    """From one person to the next, mixed evenly; the free part keeps its length on the way."""
    named = generator.config.named
    people = random_codes(generator, 2 * count, FIRST_SEED + 100)
    share = torch.linspace(0, 1, steps)[:, None]
    rows = []
    for a, b in zip(people[::2], people[1::2], strict=True):
        mixed = (1 - share) * a + share * b
        far = (1 - share) * a[named:].norm() + share * b[named:].norm()
        free = mixed[:, named:]
        mixed[:, named:] = free * far / free.norm(dim=1, keepdim=True).clamp_min(1e-6)
        rows.append(mixed)
    return torch.cat(rows)


def write(folder: Path, out: Path) -> None:
    """people.webp (100 seeds), sliders.webp and ways.webp of a packed model."""
    generator, _ = open_folder(folder)
    for name, codes, columns in (
        ("people", random_codes(generator, 100, FIRST_SEED), 10),
        ("sliders", sliders(generator), 7),
        ("ways", ways(generator), 8),
    ):
        page(generator, codes, columns).save(out / f"{name}.webp", quality=80, method=6)
