"""Differentiable augmentation (Zhao et al. 2020): the critic sees real and drawn alike altered.

So it cannot learn the few real pictures by heart, and the generator does not learn the alterations,
because gradients pass through them.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

KNOWN = ("colour", "shift", "cutout")


def altered(x: Tensor, policy: str, chance: torch.Generator) -> Tensor:
    """x [B, 3, S, S] in -1..1, altered as `policy` names ("colour,shift,cutout"; "" leaves it).

    Random numbers come from `chance`, a generator on the CPU.
    """
    for name in filter(None, policy.split(",")):
        if name == "colour":
            x = _colour(x, chance)
        elif name == "shift":
            x = _shift(x, chance)
        elif name == "cutout":
            x = _cutout(x, chance)
        else:
            raise ValueError(f"augmentation is one of {KNOWN}, not {name}")
    return x


def _draw(x: Tensor, chance: torch.Generator, count: int = 1) -> Tensor:
    return torch.rand(len(x), count, 1, 1, generator=chance).to(x.device)


def _colour(x: Tensor, chance: torch.Generator) -> Tensor:
    x = x + (_draw(x, chance) - 0.5)
    grey = x.mean(1, keepdim=True)
    x = (x - grey) * (_draw(x, chance) * 2) + grey
    mean = x.mean((1, 2, 3), keepdim=True)
    return (x - mean) * (_draw(x, chance) + 0.5) + mean


def _shift(x: Tensor, chance: torch.Generator, part: float = 0.125) -> Tensor:
    """Move by up to an eighth; what comes in from outside is a copy of the edge."""
    batch, _, height, width = x.shape
    reach = max(1, round(height * part))
    moves = torch.randint(-reach, reach + 1, (2, batch), generator=chance).to(x.device)
    down = (torch.arange(height, device=x.device) + moves[0][:, None]).clamp(0, height - 1)
    across = (torch.arange(width, device=x.device) + moves[1][:, None]).clamp(0, width - 1)
    rows = torch.arange(batch, device=x.device)[:, None, None]
    return x.permute(0, 2, 3, 1)[rows, down[:, :, None], across[:, None, :]].permute(0, 3, 1, 2)


def _cutout(x: Tensor, chance: torch.Generator, part: float = 0.5) -> Tensor:
    """Blank a square of half the side, which may reach over the edge."""
    height, width = x.shape[2:]
    side = height * part
    centre = _draw(x, chance, 2) * height
    down = torch.arange(height, device=x.device)[None, :, None] - centre[:, 0]
    across = torch.arange(width, device=x.device)[None, None, :] - centre[:, 1]
    inside = (down.abs() < side / 2) & (across.abs() < side / 2)
    return x * ~inside[:, None]


def enlarged(x: Tensor, side: int) -> Tensor:
    """[B, 3, s, s] at `side` x `side`, smooth and without ringing over -1..1."""
    if x.shape[-1] == side:
        return x
    grown = functional.interpolate(x, size=(side, side), mode="bicubic", antialias=True)
    return grown.clamp(-1, 1)
