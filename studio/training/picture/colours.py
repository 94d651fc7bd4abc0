"""Colour words for drawings, and drawings in other colours.

A caption rarely says that a strawberry is red. The dominant colour of each drawing is named here,
and drawings are recoloured, so that "a blue strawberry" becomes something one can learn.
"""

from __future__ import annotations

import torch
from torch import Tensor

#: name -> (lowest hue, highest hue) in degrees, for strong colours
HUES = {
    "red": (345.0, 13.0), "orange": (13.0, 40.0), "yellow": (40.0, 66.0), "green": (66.0, 160.0),
    "turquoise": (160.0, 188.0), "blue": (188.0, 248.0), "purple": (248.0, 292.0),
    "pink": (292.0, 345.0),
}  # fmt: skip
#: middle hue of the colours that drawings are recoloured to
TARGETS = {"red": 358.0, "orange": 27.0, "yellow": 50.0, "green": 115.0, "blue": 215.0,
           "purple": 270.0, "pink": 325.0}  # fmt: skip
NAMES = (*HUES, "brown", "black", "white", "grey")


def to_hsv(rgb: Tensor) -> Tensor:
    """RGB (B, 3, H, W) in [0, 1] -> hue in degrees, saturation, value."""
    top, where = rgb.max(1)
    span = top - rgb.min(1).values
    r, g, b = rgb.unbind(1)
    safe = span.clamp_min(1e-6)
    choices = torch.stack([(g - b) / safe, (b - r) / safe + 2, (r - g) / safe + 4], 1)
    hue = choices.gather(1, where[:, None])[:, 0] * 60 % 360
    return torch.stack([hue, span / top.clamp_min(1e-6), top], 1)


def to_rgb(hsv: Tensor) -> Tensor:
    """The way back from `to_hsv`."""
    hue, saturation, value = hsv.unbind(1)
    channels = []
    for n in (5, 3, 1):
        k = (n + hue / 60) % 6
        channels.append(value - value * saturation * torch.minimum(k, 4 - k).clamp(0, 1))
    return torch.stack(channels, 1)


def shares(rgba: Tensor) -> Tensor:
    """How much of the opaque area each of `NAMES` covers: (B, 4, H, W) -> (B, 12)."""
    hue, saturation, value = to_hsv(rgba[:, :3]).unbind(1)
    solid = (rgba[:, 3] > 0.5).float()
    dark, pale = value < 0.2, saturation < 0.15
    brown = (hue < 45) & (value < 0.68) & (saturation > 0.3) & ~dark
    masks = []
    for low, high in HUES.values():
        inside = (hue >= low) & (hue < high) if low < high else (hue >= low) | (hue < high)
        masks.append(inside & ~dark & ~pale & ~brown)
    masks += [brown, dark, pale & (value > 0.85), pale & (value <= 0.85) & ~dark]
    area = solid.sum((1, 2)).clamp_min(1)
    return torch.stack([(m.float() * solid).sum((1, 2)) / area for m in masks], 1)


def names(rgba: Tensor) -> list[list[str]]:
    """Colour words of each picture: one when it covers 45 %, two when they cover 25 % each."""
    result = []
    for row in shares(rgba):
        order = row.argsort(descending=True)
        first, second = order[0].item(), order[1].item()
        if row[first] >= 0.45:
            result.append([NAMES[int(first)]])
        elif row[second] >= 0.25:
            result.append([NAMES[int(first)], NAMES[int(second)]])
        else:
            result.append([])
    return result


def recolour(rgba: Tensor, target: str) -> Tensor | None:
    """One picture (4, H, W) with its dominant colour turned into ``target``.

    Only hues near the dominant one turn, so a strawberry's leaf stays green. None when the
    picture has no strong colour of its own, or has the target's already.
    """
    hsv = to_hsv(rgba[None, :3])[0]
    hue, saturation, value = hsv
    strength = saturation * value * (rgba[3] > 0.5) * (saturation > 0.2)
    histogram = torch.zeros(36).scatter_add_(
        0, (hue / 10).long().clamp(0, 35).flatten(), strength.flatten()
    )
    if strength.sum() < 0.12 * (rgba[3] > 0.5).sum():
        return None
    peak = histogram.roll(1) + histogram + histogram.roll(-1)
    main = float(peak.argmax()) * 10 + 5
    turn = (TARGETS[target] - main + 180) % 360 - 180
    if abs(turn) < 35:
        return None
    distance = ((hue - main + 180) % 360 - 180).abs()
    weight = ((60 - distance) / 20).clamp(0, 1)
    turned = torch.stack([torch.where(weight > 0, (hue + turn) % 360, hue), saturation, value])
    rgb = to_rgb(turned[None])[0] * weight + rgba[:3] * (1 - weight)
    return torch.cat([rgb, rgba[3:]])
