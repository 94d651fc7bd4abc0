"""Grain: what an empty picture is given so that strokes find a hold."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def grain(height: int, width: int, amount: float, seed: int) -> Tensor:
    """Fine and coarse grain [1, 1, height, width] to add to a whole picture before it is painted.

    An empty sky gives a painter nothing to hang strokes on; a little grain does, and another seed
    gives other strokes. amount: the standard deviation.
    """
    generator = torch.Generator().manual_seed(seed)
    total = torch.zeros(1, 1, height, width)
    for size in (1, 2, 4, 8):
        shape = (1, 1, -(-height // size) + 1, -(-width // size) + 1)
        noise = torch.randn(shape, generator=generator)
        if size > 1:
            noise = F.interpolate(noise, scale_factor=float(size), mode="bilinear")
        total += noise[..., :height, :width] * (0.5 if size == 1 else 0.7)
    return total * amount
