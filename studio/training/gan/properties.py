"""What can be measured on a picture of a flower without knowing anything: labels for sliders.

Everything is computed on 64 x 64 pixels from hue, saturation and brightness. The bloom is what is
neither leaf (green), nor dark, nor dull: white or yellow, orange, red, pink, violet and bright.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

SIDE = 64
LEAF = (65.0, 175.0)  # degrees of hue that count as green
NAMES = (
    "red bloom",  # mean of red minus the mean of green and blue, over the bloom
    "yellow bloom",  # mean of red and green, minus blue, over the bloom
    "brightness",
    "saturation",
    "bloom size",  # part of the picture that the largest bloom covers
    "blooms",  # how many stand apart, square root
    "green around",  # part of the outer ring that is green
    "light around",  # brightness of the outer ring
)


@dataclass(frozen=True)
class Hsv:
    """Hue in degrees, saturation and brightness in 0..1, each [B, S, S]."""

    hue: Tensor
    saturation: Tensor
    value: Tensor


def hsv(rgb: Tensor) -> Hsv:
    """rgb [B, 3, S, S] in 0..1."""
    high, place = rgb.max(1)
    low = rgb.min(1).values
    span = (high - low).clamp(min=1e-6)
    r, g, b = rgb.unbind(1)
    turns = torch.stack([(g - b) / span % 6, (b - r) / span + 2, (r - g) / span + 4], 1)
    hue = turns.gather(1, place[:, None]).squeeze(1) * 60
    return Hsv(hue, (high - low) / high.clamp(min=1e-6), high)


def bloom_mask(seen: Hsv) -> Tensor:
    """Where the bloom is, bool [B, S, S]."""
    green = (seen.hue > LEAF[0]) & (seen.hue < LEAF[1])
    sky = (seen.hue >= LEAF[1]) & (seen.hue < 255)
    vivid = (seen.saturation > 0.4) & (seen.value > 0.4) & ~green & ~sky
    white = (seen.saturation < 0.22) & (seen.value > 0.72)
    return vivid | white


def measured(pictures: Tensor) -> Tensor:
    """Pictures [B, 3, S, S] in -1..1 -> float32 [B, len(NAMES)]; NaN where there is no bloom."""
    rgb = functional.adaptive_avg_pool2d((pictures.float().clamp(-1, 1) + 1) / 2, SIDE)
    seen = hsv(rgb)
    mask = bloom_mask(seen)
    count = mask.sum((1, 2)).float()
    r, g, b = rgb.unbind(1)

    def over(value: Tensor) -> Tensor:
        mean = (value * mask).sum((1, 2)) / count.clamp(min=1)
        return torch.where(count > 0.01 * SIDE**2, mean, torch.nan)

    ring = torch.ones(SIDE, SIDE, dtype=torch.bool, device=rgb.device)
    inner = SIDE // 8
    ring[inner:-inner, inner:-inner] = False
    green = (seen.hue > LEAF[0]) & (seen.hue < LEAF[1]) & (seen.saturation > 0.15)
    largest, pieces = blooms(mask)
    return torch.stack(
        [
            over(r - (g + b) / 2),
            over((r + g) / 2 - b),
            seen.value.mean((1, 2)),
            seen.saturation.mean((1, 2)),
            largest,
            pieces.sqrt(),
            (green & ring).sum((1, 2)) / ring.sum(),
            (seen.value * ring).sum((1, 2)) / ring.sum(),
        ],
        1,
    )


def blooms(mask: Tensor, least: float = 0.01) -> tuple[Tensor, Tensor]:
    """(part of the picture that the largest patch covers, how many patches are over `least`).

    Patches are found by handing the largest number around among neighbours until all is still.
    """
    batch, side, _ = mask.shape
    # an opening first: threads between blooms do not join them
    thin = -functional.max_pool2d(-mask[:, None].float(), 3, 1, 1)
    open_mask = functional.max_pool2d(thin, 3, 1, 1)
    label = torch.arange(1, side * side + 1, device=mask.device, dtype=torch.float32)
    label = label.view(1, 1, side, side) * open_mask
    for _ in range(side * 2):
        spread = functional.max_pool2d(label, 3, 1, 1) * open_mask
        if torch.equal(spread, label):
            break
        label = spread
    sizes = torch.zeros(batch, side * side + 1, device=mask.device)
    flat = label.flatten(1).long()
    sizes.scatter_add_(1, flat, torch.ones_like(flat, dtype=torch.float32))
    sizes = sizes[:, 1:] / side**2
    return sizes.max(1).values, (sizes > least).sum(1).float()
