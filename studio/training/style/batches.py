"""What the painter is shown in a step: contents and their crops, styles, noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.engines.style.flow import currents, flow
from studio.engines.style.grain import grain
from studio.engines.style.network import colours
from studio.training.style.config import TrainConfig
from studio.training.style.data import Material
from studio.training.style.paintings import SHOWN
from studio.training.style.teacher import Moments


@dataclass(frozen=True)
class Batch:
    """One step's pictures: whole contents [B, 3, S, S], where their crops lie, styles, targets.

    owner: of each sample, its learned style, or -1.
    """

    whole: Tensor
    corner: list[tuple[int, int]]
    styles: Tensor
    wanted: Moments
    owner: list[int]

    def crops(self, side: int) -> Tensor:
        """The crops [B, 3, side, side]."""
        return torch.cat(
            [self.whole[i : i + 1, :, y : y + side, x : x + side]
             for i, (y, x) in enumerate(self.corner)]
        )  # fmt: skip


def tensor(pictures: list[NDArray[np.uint8]]) -> Tensor:
    """[S, S, 3] bytes -> [B, 3, S, S] in 0..1."""
    stacked = torch.from_numpy(np.stack([np.array(p) for p in pictures]))
    return stacked.permute(0, 3, 1, 2).float() / 255


def draw(
    material: Material, config: TrainConfig, step: int, late: bool, seed: int, only: bool = False
) -> Batch:
    """The batch of a step: the same whenever it is asked for. only: the first learned style."""
    dice = np.random.default_rng((seed, step))
    count = config.late_batch if late else config.batch
    side = config.late_crop if late else config.crop
    any_style = np.flatnonzero(~np.isin(material.owner, SHOWN))
    contents, corners, rows, owner = [], [], [], []
    for _ in range(count):
        content = material.contents[int(dice.integers(len(material.contents)))]
        contents.append(content[:, ::-1] if dice.random() < 0.5 else content)
        room = len(content) - side + 1
        # places of the currents are 8 pixels wide
        corners.append((8 * int(dice.integers(room) // 8), 8 * int(dice.integers(room) // 8)))
        if only or dice.random() < config.learned:
            number = 0 if only else SHOWN[int(dice.integers(len(SHOWN)))]
            row = int(dice.choice(np.flatnonzero(material.owner == number)))
        else:
            number, row = -1, int(dice.choice(any_style))
            number = int(material.owner[row])  # one that is not offered, perhaps
        owner.append(number)
        rows.append(row)
    whole = tensor(contents)
    light = torch.from_numpy(dice.normal(0, 0.3, (count, 1, 1, 1)).astype(np.float32)).exp()
    strong = torch.from_numpy(dice.uniform(0.5, 1.1, (count, 1, 1, 1)).astype(np.float32))
    whole = (whole**light - 0.5) * strong + 0.5
    styles = tensor([material.styles[row] for row in rows])
    return Batch(whole, corners, styles, material.wanted(rows, owner), owner)


def with_grain(pictures: Tensor, most: float, seed: int) -> Tensor:
    """Each picture with up to twice the usual grain, or none."""
    dice = np.random.default_rng((seed, 5))
    size = pictures.shape[-1]
    added = [
        grain(size, size, most * float(max(0.0, dice.uniform(-0.3, 2.0))), seed * 64 + i)
        for i in range(len(pictures))
    ]
    return (pictures + torch.cat(added).to(pictures.device)).clamp(0, 1)


@torch.no_grad()
def currents_of(batch: Batch, side: int, seed: int) -> Tensor:
    """Currents [B, 9, side / 2, side / 2] of the crops, each with a chance of its own."""
    dice = np.random.default_rng((seed, 6))
    origins = [(8 * int(dice.integers(1024)), 8 * int(dice.integers(1024))) for _ in batch.corner]
    found = flow(batch.whole, colours(batch.whole, smooth=True).spread, origins)
    each = zip(found.each(), batch.corner, origins, strict=True)
    return torch.cat(
        [currents(one, (x, y, x + side, y + side), origin=origin) for one, (y, x), origin in each]
    )


def moved(batch: Batch, on: torch.device) -> Batch:
    """The batch on another device."""
    wanted = Moments([m.to(on) for m in batch.wanted.means],
                     [c.to(on) for c in batch.wanted.covariances])  # fmt: skip
    return Batch(batch.whole.to(on), batch.corner, batch.styles.to(on), wanted, batch.owner)
