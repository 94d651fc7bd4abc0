"""Where strokes run: along the picture's forms, and over empty ground as the wind would have it.

The direction of a place is the one in which the picture changes least (structure tensor, Di Zenzo
1986, Bigün 1987), from near and from further away, so that strokes go around a figure on an empty
ground. Where nothing is near, a smooth field of chance decides. Noise that is smeared along these
directions (line integral convolution, Cabral and Leedom 1993) gives a painter beginnings of
strokes, long and short, narrow and broad, none like another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

#: channels of `currents`
CURRENTS = 9
#: pixels to either side of a place of the field
CELL = 8
#: pixels after which the noise repeats, seamlessly
PERIOD = 1024
#: change (squared, of a picture with deviation 1) at which forms and chance are equally strong
_CHANCE = 0.001
#: how far (deviation of a Gaussian, in cells) and how strongly forms are felt
_FELT = ((1.0, 1.0), (3.0, 0.15), (8.0, 0.05))
_WIND = 16  # cells over which the field of chance turns
_DOUBLINGS = 5  # of a smear; it reaches half of 2 ** doublings places to either side
_SHORT = 3  # doublings after which short strokes are taken

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class Flow:
    """The directions in a whole picture; float32.

    turn: [B, 2, H / 8, W / 8] cosine and sine of twice the angle of each place's direction.
    sure: [B, 1, H / 8, W / 8] 0..1, from chance to form.
    """

    turn: Tensor
    sure: Tensor

    def each(self) -> list[Flow]:
        """One for each picture."""
        pairs = zip(self.turn.split(1), self.sure.split(1), strict=True)
        return [Flow(turn, sure) for turn, sure in pairs]


def flow(
    pictures: Tensor, spread: Tensor, origins: list[tuple[int, int]] | None = None
) -> Flow:  # fmt: skip
    """The directions of pictures [B, 3, H, W] in 0..1, sides multiples of 8.

    spread: [B] variance of a picture's colours. origins: (x, y), multiples of 8, where each
    begins in the field of chance.
    """
    half = F.avg_pool2d(pictures.float(), 2)
    padded = F.pad(half, (1, 1, 1, 1), mode="replicate")
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) / 2
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) / 2
    parts = (across.square() - down.square(), 2 * across * down, across.square() + down.square())
    tensor = torch.stack([part.sum(1) for part in parts], 1) / spread.view(-1, 1, 1, 1)
    tensor = F.avg_pool2d(tensor, CELL // 2)
    tensor = torch.stack([share * _blurred(tensor, size) for size, share in _FELT]).sum(0)
    rows, columns = tensor.shape[-2:]
    wind = torch.cat(
        [
            _cut(_tables()["wind"], x // CELL, y // CELL, columns, rows)
            for x, y in origins or [(0, 0)] * len(pictures)
        ]
    )
    # along an edge: across the direction of change, so twice the angle is the opposite
    turn = _CHANCE * wind.to(tensor.device) - tensor[:, :2]
    turn = turn / turn.square().sum(1, keepdim=True).sqrt().clamp(min=1e-9)
    return Flow(turn, tensor[:, 2:] / (tensor[:, 2:] + _CHANCE))


def currents(
    found: Flow, box: Box, scale: tuple[float, float] = (1.0, 1.0), origin: tuple[int, int] = (0, 0)
) -> Tensor:
    """What a painter is given for a part of a picture: [1, 9, h / 2, w / 2], deviation about 1.

    Long and short narrow strokes, long and short broad ones, small and large blots, cosine and
    sine of twice the angle, and how sure it is.

    found: of one picture. box: the part, in pixels that are multiples of 8 and may lie outside
    the picture. scale: (across, down) how many pixels of the picture that `found` was found in
    make one of these. origin: (x, y), as in `flow`. The same place has the same numbers in any box.
    """
    tables = _tables()
    on = found.turn.device
    layers: list[Tensor] = []
    for name, size, gain in (("narrow", 2, 1.6), ("broad", 4, 0.65)):
        margin = 2**_DOUBLINGS // 2
        place = _places(box, size, margin)
        width, height = place[2] - place[0], place[3] - place[1]
        table = tables[name]
        x, y = place[0] + origin[0] // size, place[1] + origin[1] // size
        noise = _cut(table, x, y, width, height).to(on)
        turn = _at(found.turn, place, size, scale)
        angle = torch.atan2(turn[:, 1], turn[:, 0]) / 2
        direction = torch.stack([angle.cos(), angle.sin()], -1)
        inner = (..., slice(margin, -margin), slice(margin, -margin))
        layers += [gain * _at_half(one[inner], size) for one in _smeared(noise, direction)]
    place = _places(box, 4, 0)
    for name in ("blots", "clouds"):
        x, y = place[0] + origin[0] // 4, place[1] + origin[1] // 4
        spots = _cut(tables[name], x, y, place[2] - place[0], place[3] - place[1])
        layers.append(_at_half(spots.to(on), 4))
    half = _places(box, 2, 0)
    layers.append(_at(found.turn, half, 2, scale))
    layers.append(_at(found.sure, half, 2, scale))
    return torch.cat(layers, 1)


def _smeared(noise: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
    """Noise [1, 1, h, w] smeared along directions [1, h, w, 2] (x, y): a long and a short way.

    Each doubling adds what lies a step ahead to what lies a step behind, along what was smeared
    already, so that strokes bend as the field does.
    """
    height, width = noise.shape[-2:]
    size = torch.tensor([width, height], dtype=torch.float32, device=noise.device)
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float32, device=noise.device),
        torch.arange(width, dtype=torch.float32, device=noise.device),
        indexing="ij",
    )
    here = (torch.stack([x, y], -1)[None] + 0.5) * (2 / size) - 1
    ahead = direction * (2 / size)
    short = noise
    for doubling in range(_DOUBLINGS):
        step = ahead * (2.0**doubling / 2)
        noise = sum(
            F.grid_sample(noise, here + way, padding_mode="border", align_corners=False)
            for way in (step, -step)
        ) * (0.5**0.5)  # type: ignore[assignment]
        if doubling + 1 == _SHORT:
            short = noise
    return noise, short


def _places(box: Box, size: int, margin: int) -> Box:
    """A box of pixels in places of `size` pixels, with a margin of so many places."""
    left, top, right, bottom = (edge // size for edge in box)
    return left - margin, top - margin, right + margin, bottom + margin


def _at(field: Tensor, place: Box, size: int, scale: tuple[float, float]) -> Tensor:
    """A field [1, C, rows, columns] of cells, read at places of `size` pixels; smooth."""
    left, top, right, bottom = place
    rows, columns = field.shape[-2:]
    x = (torch.arange(left, right) + 0.5) * (size * scale[0] * 2 / (CELL * columns)) - 1
    y = (torch.arange(top, bottom) + 0.5) * (size * scale[1] * 2 / (CELL * rows)) - 1
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), -1)[None].to(field.device)
    return F.grid_sample(field, grid, padding_mode="border", align_corners=False)


def _at_half(layer: Tensor, size: int) -> Tensor:
    """A layer of places of 2 or 4 pixels in places of 2."""
    return layer if size == 2 else F.interpolate(layer, scale_factor=2.0, mode="bilinear")


def _blurred(x: Tensor, sigma: float) -> Tensor:
    reach = math.ceil(2.5 * sigma)
    return _gaussian(F.pad(x, (reach,) * 4, mode="replicate"), sigma, reach)


def _gaussian(padded: Tensor, sigma: float, reach: int) -> Tensor:
    places = torch.arange(-reach, reach + 1, dtype=torch.float32, device=padded.device)
    kernel = torch.exp(-0.5 * (places / sigma) ** 2)
    channels = padded.shape[1]
    kernel = (kernel / kernel.sum()).expand(channels, 1, -1)
    across = F.conv2d(padded, kernel[:, :, None, :], groups=channels)
    return F.conv2d(across, kernel[:, :, :, None], groups=channels)


def _cut(table: Tensor, left: int, top: int, width: int, height: int) -> Tensor:
    """A part of a table that repeats itself for ever."""
    rows = torch.arange(top, top + height) % table.shape[-2]
    columns = torch.arange(left, left + width) % table.shape[-1]
    return table[:, :, rows][..., columns]


@cache
def _tables() -> dict[str, Tensor]:
    """Noise with a deviation of about 1 that joins itself at its edges: always the same."""
    generator = torch.Generator().manual_seed(20)

    def noise(channels: int, places: int, sigma: float) -> Tensor:
        table = torch.randn(1, channels, places, places, generator=generator)
        if sigma:
            reach = math.ceil(2.5 * sigma)
            table = _gaussian(F.pad(table, (reach,) * 4, mode="circular"), sigma, reach)
        return table / table.std()

    wind = noise(2, PERIOD // CELL // _WIND, 0.0)
    wind = F.pad(wind, (2,) * 4, mode="circular")
    wind = F.interpolate(wind, scale_factor=float(_WIND), mode="bicubic")
    cut = 2 * _WIND
    return {
        "narrow": noise(1, PERIOD // 2, 0.0),
        "broad": noise(1, PERIOD // 4, 1.0),
        "blots": noise(1, PERIOD // 4, 2.0),
        "clouds": noise(1, PERIOD // 4, 5.0),
        "wind": wind[..., cut:-cut, cut:-cut],
    }
