"""The pictures whose strokes are taken: all of a recipe's styles, laid side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

from studio.engines.base import Frame
from studio.engines.style.patches import LEAST_SIDE, REACH
from studio.engines.style.pixels import frame, tensor

BROADER = 0.7  # doublings of the strokes' size at the broad end of the brush, halvings at the fine
MOST = 1_500_000  # pixels of all styles together; of larger ones the middle is taken
LONGEST = 4  # times the shorter side; of a longer picture the middle is taken
_SAMPLES = 40_000  # pixels by which colours are compared


@dataclass(frozen=True)
class Sheet:
    """The styles at one size, one below the other.

    colours: [1, 3, H, W] in 0..1. style: [H * W] which of the styles, -1 where a patch would
    reach over that one's edge.
    """

    colours: Tensor
    style: Tensor

    @property
    def height(self) -> int:
        return self.colours.shape[2]

    @property
    def width(self) -> int:
        return self.colours.shape[3]


class Exemplars:
    """The styles of a recipe and what share each has.

    pictures: RGB. shares: parts of 1. brush: -1 (fine) .. 1 (broad).
    """

    def __init__(
        self, pictures: Sequence[Image.Image], shares: Sequence[float], brush: float
    ) -> None:
        self._pictures = [_trimmed(picture) for picture in pictures]
        self.shares = tuple(shares)
        self._stretch = 2.0 ** (BROADER * brush)

    def sheet(self, size: tuple[int, int], most: int = MOST, native: bool = False) -> Sheet:
        """The styles as they are laid under a picture of (width, height).

        With an even brush, each has as many pixels as the picture: its strokes are then as large
        in it as they are in the style. native: never more pixels than a style's file has.
        """
        area = size[0] * size[1] * self._stretch**2
        parts = [
            self._sized(one, area, most // len(self._pictures), native) for one in self._pictures
        ]
        width = max(part.shape[3] for part in parts)
        marks = []
        for number, part in enumerate(parts):
            mark = torch.full((part.shape[2], width), -1, dtype=torch.long)
            mark[REACH:-REACH, REACH : part.shape[3] - REACH] = number
            marks.append(mark.flatten())
        padded = [F.pad(part, (0, width - part.shape[3], 0, 0)) for part in parts]
        return Sheet(torch.cat(padded, 2), torch.cat(marks))

    def colours(self) -> Frame:
        """Pixels [N, 1, 3] that have the styles' colours, each style by its share."""
        rows = []
        for picture, share in zip(self._pictures, self.shares, strict=True):
            small = picture.copy()
            small.thumbnail((256, 256), Image.Resampling.BOX)
            pixels = tensor(small)[0].flatten(1)
            count = max(1, round(_SAMPLES * share))
            places = torch.linspace(0, pixels.shape[1] - 1, count).round().long()
            rows.append(pixels[:, places])
        return frame(torch.cat(rows, 1)[None, :, :, None])

    def _sized(self, picture: Image.Image, area: float, most: int, native: bool) -> Tensor:
        width, height = picture.size
        scale = math.sqrt(area / (width * height))
        if native:
            scale = min(scale, 1.0)
        scale = max(scale, LEAST_SIDE / min(width, height))
        cut = min(1.0, math.sqrt(most / (width * height)) / scale)
        across, down = width * cut, height * cut
        left, top = (width - across) / 2, (height - down) / 2
        size = max(LEAST_SIDE, round(across * scale)), max(LEAST_SIDE, round(down * scale))
        box = (left, top, left + across, top + down)
        return tensor(picture.resize(size, Image.Resampling.LANCZOS, box))


def _trimmed(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    most = LONGEST * min(width, height)
    if max(width, height) > most:
        return ImageOps.fit(picture, (min(width, most), min(height, most)))
    return picture
