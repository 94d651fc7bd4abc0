"""One hand that paints pictures in one manner: stills, what is seen live, the frames of films.

A stroke is a part of the picture, not of its pixels: what is seen small is what comes out large,
only sharper. So every picture is painted at about the same size first, which the brush decides.
That is then enlarged step by step to the size asked for; at each step the painter goes over it
once more, and of that only what is finer than the step before is taken: bristles and the edges of
strokes, not other strokes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter
from torch import Tensor

from studio.engines.base import Frame
from studio.engines.style.content import Content
from studio.engines.style.flow import Flow, currents
from studio.engines.style.grain import grain
from studio.engines.style.network import Statistics
from studio.engines.style.opened import StyleModel
from studio.engines.style.pixels import frame, tensor
from studio.engines.style.tiles import Tile, cut, tiles

FINE, USUAL, BROAD = 1400.0, 640.0, 380.0  # pixels: a 4:3 picture is painted that wide
# The finest brush of a small picture: strokes of a pixel or two would only be seen as grain.
FINER, LEAST_FINE = 1.5, 800.0  # times its own width; pixels at least
LEAST, LONGEST = 64, 4.0  # pixels of a side at least; times that width at most
NEARLY = 1.1  # a picture this much larger (by its sides) than it was painted is only enlarged
TILE = 1024  # pixels; the first painting is small and made in one piece
GRAIN_SIDE = 512  # pixels; a larger picture's grain repeats, mirrored
# Chosen by looking at 1:1 pieces of large pictures in several styles.
DETAIL = 0.8  # how much of the finer painting's detail is taken
OWN = 0.5  # how much of the picture's own detail the finer painting sees
SOFTER = 0.5  # pixels; a blur before enlarging, so that single pixels do not become a grid


def painting_size(size: tuple[int, int], brush: float) -> tuple[int, int]:
    """(width, height) at which a picture of `size` is painted with a brush of -1..1."""
    area = size[0] * size[1]
    fine = min(FINE, max(LEAST_FINE, FINER * math.sqrt(area / 0.75)))
    side = USUAL * ((fine if brush < 0.0 else BROAD) / USUAL) ** abs(brush)
    scale = math.sqrt(side * side * 0.75 / area)
    most = round(LONGEST * side)
    width, height = (min(max(round(one * scale), LEAST), most) for one in size)
    return width, height


def steps(size: tuple[int, int], painted: tuple[int, int]) -> list[tuple[int, int]]:
    """The sizes through which a picture painted at `painted` grows to `size`, which is the last.

    Each is at most about twice the one before. Empty where it need not grow.
    """
    found: list[tuple[int, int]] = []
    enough = NEARLY**2 * painted[0] * painted[1]
    while size[0] * size[1] > enough:
        found.insert(0, size)
        size = -(-size[0] // 2), -(-size[1] // 2)
    return found


class Hand:
    """Paints in one manner with one brush.

    code: [D], the manner; brush: -1 (fine) .. 1 (broad), as in the recipes.
    """

    def __init__(self, model: StyleModel, code: Tensor, brush: float) -> None:
        self._model = model
        self._code = code
        self._detail = model.keeping_colours(code)
        self._brush = brush
        self._grain = _Grain(model.grain)

    def measure(self, content: Content) -> Statistics:
        """What is shared by all pieces of a picture, or by all frames of a film (averaged)."""
        size = painting_size(content.size, self._brush)
        return self._model.measure(tensor(content.pixels(size)))

    def paint(
        self,
        content: Content,
        size: tuple[int, int],
        statistics: Statistics | None = None,
        step: Callable[[float], None] = lambda done: None,
        show: Callable[[Frame], None] = lambda early: None,
    ) -> Frame:
        """The picture in this manner at (width, height): uint8 [height, width, 3].

        statistics: `measure`'s, where they are not this picture's own.
        step: called with 0..1 between the pieces; what it raises stops the work.
        show: called with the whole picture at the size at which it is painted first.
        """
        first = painting_size(content.size, self._brush)
        sizes = steps(size, first)
        plan = [self._tiles(first, max(first)), *(self._tiles(one, TILE) for one in sizes)]
        whole = sum(tile.pixels for level in plan for tile in level)
        done = 0

        def piece(tile: Tile) -> None:
            nonlocal done
            done += tile.pixels
            step(done / whole)

        step(0.0)
        pixels = content.pixels(first)
        if statistics is None:
            statistics = self._model.measure(tensor(pixels))
        flow = self._model.flow(tensor(cut(pixels, plan[0][0].seen)), statistics)
        made = self._first(pixels, statistics, plan[0][0], flow)
        piece(plan[0][0])
        if sizes:
            show(made)
            statistics = self._model.measure(tensor(made))  # from here on it is painted over
        for larger, level in zip(sizes, plan[1:], strict=True):
            scale = first[0] / larger[0], first[1] / larger[1]
            near = _Currents(flow, scale)
            made = self._finer(made, content.pixels(larger), statistics, level, near, piece)
        return made if made.shape[1::-1] == size else _resized(made, size)

    def _first(
        self, pixels: Frame, statistics: Statistics, whole: Tile, flow: Flow | None
    ) -> Frame:
        """The picture painted at its own size, in one piece."""
        seen = (tensor(cut(pixels, whole.seen)) + self._grain.at(whole)).clamp_(0.0, 1.0)
        given = _Currents(flow).at(whole)
        painted = frame(self._model.paint(seen, self._code, statistics, given))
        return np.ascontiguousarray(painted[whole.inside])

    def _finer(
        self,
        below: Frame,
        pixels: Frame,
        statistics: Statistics,
        level: list[Tile],
        near: _Currents,
        piece: Callable[[Tile], None],
    ) -> Frame:
        """The painted picture `below` at the size of `pixels`, with strokes as fine as that."""
        height, width = pixels.shape[:2]
        factor = width / below.shape[1]
        softer = Image.fromarray(below).filter(ImageFilter.GaussianBlur(SOFTER))
        enlarged = np.asarray(softer.resize((width, height), Image.Resampling.BICUBIC))
        made = np.empty_like(enlarged)
        for tile in level:
            base = tensor(cut(enlarged, tile.seen))
            own = tensor(cut(pixels, tile.seen))
            seen = base + OWN * (own - blurred(own, factor)) + self._grain.at(tile)
            seen = seen.clamp_(0.0, 1.0)
            painted = self._model.paint(seen, self._detail, statistics, near.at(tile))
            detail = painted - blurred(painted, factor)
            made[tile.place] = frame(base + DETAIL * detail)[tile.inside]
            piece(tile)
        return made

    def _tiles(self, size: tuple[int, int], side: int) -> list[Tile]:
        margin = self._model.reach + BLUR_REACH
        if size[0] * size[1] <= (side + 2 * margin) ** 2:
            side = max(size)  # no more than a piece of it would see
        return tiles(size, side, margin, self._model.multiple)


BLUR_REACH = 5  # pixels to either side that `blurred` looks at


def blurred(picture: Tensor, factor: float) -> Tensor:
    """[1, 3, H, W] without what a picture `factor` times smaller (1..2 or a bit more) cannot show.

    A Gaussian, which looks at `BLUR_REACH` pixels to either side.
    """
    sigma = 0.7 * factor
    places = torch.arange(-BLUR_REACH, BLUR_REACH + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (places / sigma) ** 2)
    kernel = (kernel / kernel.sum()).expand(3, 1, -1)
    padded = F.pad(picture, (BLUR_REACH,) * 4, mode="replicate")
    across = F.conv2d(padded, kernel[:, :, None, :], groups=3)
    return F.conv2d(across, kernel[:, :, :, None], groups=3)


class _Grain:
    """A grain for pictures of any size; the same place has the same grain at any time."""

    def __init__(self, amount: float) -> None:
        self._grain = grain(GRAIN_SIDE, GRAIN_SIDE, amount, seed=0)

    def at(self, tile: Tile) -> Tensor:
        """What is added to a tile: [1, 1, h, w]."""
        left, top, right, bottom = tile.seen
        rows, columns = _mirrored(top, bottom), _mirrored(left, right)
        return self._grain[:, :, rows][..., columns]


@dataclass(frozen=True)
class _Currents:
    """Where strokes run, for the tiles of a picture that is 1 / `scale` times as large."""

    flow: Flow | None
    scale: tuple[float, float] = (1.0, 1.0)

    def at(self, tile: Tile) -> Tensor | None:
        """What the painter is given for a tile; None where it does not ask."""
        return None if self.flow is None else currents(self.flow, tile.seen, self.scale)


def _mirrored(start: int, end: int) -> Tensor:
    places = torch.arange(start, end) % (2 * GRAIN_SIDE)
    return torch.minimum(places, 2 * GRAIN_SIDE - 1 - places)


def _resized(pixels: Frame, size: tuple[int, int]) -> Frame:
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
