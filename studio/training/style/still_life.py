"""A still life of our own, drawn by a program: what thumbnails of styles show."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Field = NDArray[np.float64]


def _soft(distance: Field, edge: float = 0.0025) -> Field:
    """1 inside (distance below 0), 0 outside, soft at the edge."""
    return 1 / (1 + np.exp(np.clip(distance / edge, -40, 40)))


def _ellipse(x: Field, y: Field, cx: float, cy: float, rx: float, ry: float) -> Field:
    return (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * min(rx, ry)


def _lay(picture: Field, cover: Field, colour: Field | tuple[float, float, float]) -> Field:
    """A layer of colour where `cover` is 1."""
    paint = np.broadcast_to(np.asarray(colour, float), picture.shape)
    return picture + cover[..., None] * (paint - picture)


def _ball(
    picture: Field, x: Field, y: Field, cx: float, cy: float, r: float,
    colour: tuple[float, float, float],
) -> Field:  # fmt: skip
    """A fruit, lit from above left, with its shadow on the table."""
    shadow = _soft(_ellipse(x, y, cx + 0.5 * r, cy + 0.86 * r, 1.25 * r, 0.28 * r), 0.02)
    picture = _lay(picture, 0.55 * shadow, (0.20, 0.11, 0.10))
    u, v = (x - cx) / r, (y - cy) / r
    height = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
    light = np.clip(-0.5 * u - 0.6 * v + 0.62 * height, 0, 1)
    gleam = np.clip(light - 0.86, 0, 1) * 4
    shade = (0.30 + 0.85 * light)[..., None] * np.asarray(colour)
    return _lay(
        picture, _soft(_ellipse(x, y, cx, cy, r, r)), np.clip(shade + gleam[..., None], 0, 1)
    )


def still_life(side: int) -> Tensor:
    """A jug with flowers and three fruits before a window with hills: [1, 3, side, side], 0..1."""
    y, x = np.mgrid[0:side, 0:side] / side
    sky = np.stack([0.45 + 0.45 * y, 0.66 + 0.22 * y, 0.92 - 0.1 * y], -1)
    picture: Field = sky
    cloud = sum(
        _soft(_ellipse(x, y, cx, cy, rx, 0.45 * rx), 0.03)
        for cx, cy, rx in ((0.14, 0.15, 0.10), (0.24, 0.17, 0.12), (0.82, 0.12, 0.12))
    )
    picture = _lay(picture, np.clip(cloud, 0, 1) * 0.85, (0.99, 0.97, 0.94))
    for base, swing, pitch, colour in (
        (0.42, 0.05, 7.0, (0.42, 0.55, 0.68)),
        (0.52, 0.04, 5.0, (0.35, 0.56, 0.33)),
        (0.60, 0.02, 9.0, (0.55, 0.66, 0.28)),
    ):
        line = base + swing * np.sin(pitch * x + base * 20) + 0.4 * swing * np.sin(2.3 * pitch * x)
        picture = _lay(picture, _soft(line - y), colour)
    table = np.stack([0.62 - 0.15 * y, 0.36 - 0.08 * y, 0.22 - 0.05 * y], -1)
    grain = 0.03 * np.sin(90 * (y - 0.08 * np.sin(3 * x)))[..., None]
    picture = _lay(picture, _soft(0.68 - y), table + grain)
    cloth = _soft(np.abs(x - 0.62 + 0.25 * (y - 0.7)) - 0.27) * _soft(0.70 - y)
    stripes = 0.5 + 0.5 * np.sign(np.sin(60 * (x + 0.25 * y)))
    white = np.stack([0.93 - 0.06 * stripes, 0.92 - 0.35 * stripes, 0.88 - 0.42 * stripes], -1)
    picture = _lay(picture, cloth, white)
    picture = _jug(picture, x, y)
    for cx, cy, r, colour in (
        (0.20, 0.76, 0.085, (0.93, 0.52, 0.12)),
        (0.76, 0.75, 0.090, (0.82, 0.15, 0.14)),
        (0.64, 0.84, 0.080, (0.60, 0.74, 0.18)),
    ):
        picture = _ball(picture, x, y, cx, cy, r, colour)
    rows = torch.from_numpy(np.clip(picture, 0, 1).astype(np.float32))
    return rows.permute(2, 0, 1)[None].contiguous()


def _jug(picture: Field, x: Field, y: Field) -> Field:
    """A blue jug, with flowers in it."""
    stems = ((0.30, 0.20), (0.42, 0.13), (0.54, 0.21), (0.36, 0.33), (0.49, 0.32))
    for fx, fy in stems:
        t = np.clip((y - fy) / (0.55 - fy), 0, 1)
        path = fx + (0.42 - fx) * t**1.5
        picture = _lay(picture, _soft(np.abs(x - path) - 0.006) * _soft(fy - y) * _soft(y - 0.56),
                       (0.20, 0.42, 0.16))  # fmt: skip
        leaf = _ellipse(x, y, fx + 0.02, fy + 0.14, 0.05, 0.018)
        picture = _lay(picture, _soft(leaf), (0.27, 0.52, 0.20))
    width = 0.085 + 0.055 * np.sin(np.clip((y - 0.5) / 0.32, 0, 1) * np.pi) ** 1.2
    jug = _soft(np.abs(x - 0.42) - width) * _soft(0.5 - y) * _soft(y - 0.83)
    light = np.clip(0.75 - 2.6 * np.abs((x - 0.42) / width + 0.35) ** 1.5 * 0.35, 0.15, 1)
    blue = light[..., None] * np.array([0.32, 0.47, 0.86]) + 0.05
    picture = _lay(picture, jug, np.clip(blue, 0, 1))
    for (fx, fy), colour in zip(
        stems,
        ((0.93, 0.30, 0.42), (0.98, 0.80, 0.22), (0.96, 0.93, 0.90), (0.72, 0.42, 0.80),
         (0.95, 0.50, 0.25)),
        strict=True,
    ):  # fmt: skip
        angle = np.arctan2(y - fy, x - fx)
        petals = 0.062 * (0.78 + 0.22 * np.cos(6 * angle))
        distance = np.hypot(x - fx, y - fy)
        tone = np.clip(0.65 + 6 * distance, 0, 1.1)[..., None] * np.asarray(colour)
        picture = _lay(picture, _soft(distance - petals), np.clip(tone, 0, 1))
        picture = _lay(picture, _soft(distance - 0.018), (0.36, 0.22, 0.10))
    return picture
