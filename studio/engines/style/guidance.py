"""What a patch has to fit: what was painted around it, and the artist's picture seen from afar."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.engines.style.exemplars import Sheet
from studio.engines.style.patches import Basis, Store, Wanted

NUMBERS = 20, 10  # components by which patches are told apart: of what is painted, of the guide
GUIDANCE = 2.5  # how much the artist's picture counts beside what was painted so far
PLAIN = 0.06  # how much less where the artist's picture has no detail
ROUGH = 0.025  # of light in 0..1: detail that counts half

_OPPONENT = torch.tensor([[0.299, 0.587, 0.114], [0.4, -0.2, -0.2], [0.15, 0.15, -0.3]])


def resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """[1, C, H, W] at (width, height)."""
    if (picture.shape[3], picture.shape[2]) == size:
        return picture
    return F.interpolate(picture, size[::-1], mode="bilinear", antialias=True, align_corners=False)


class Matter:
    """How the patches of a picture and of its styles are told apart, and the styles' patches.

    content: [1, 3, H, W], the artist's picture in the styles' colours, or a part of it: from it
    and the styles the main components of patches are found. numbers: how many, of what is painted
    and of the guide.
    """

    def __init__(
        self,
        content: Tensor,
        sheet: Sheet,
        chance: torch.Generator,
        numbers: tuple[int, int] = NUMBERS,
    ) -> None:
        own, painted = _opponent(content), _opponent(sheet.colours)
        self.sheet = sheet
        self._goes_on = Basis.of([painted, own], numbers[0], chance)
        self._guides = Basis.of([_afar(painted), _afar(own)], numbers[1], chance)

    def store(self, seen: Tensor) -> Store:
        """The styles' patches. seen: the sheet's colours, as sharp as what is painted so far."""
        described = torch.empty(len(self.sheet.style), self._goes_on.numbers + self._guides.numbers)
        described[:, : self._goes_on.numbers] = self._goes_on.describe(_opponent(seen))
        afar = _afar(_opponent(self.sheet.colours))
        described[:, self._goes_on.numbers :] = self._guides.describe(afar)
        price = torch.where(self.sheet.style < 0, math.inf, 0.0)
        return Store(described, price, self.sheet.height, self.sheet.width)

    def guide(self, content: Tensor) -> Guide:
        """The artist's picture, or a piece of it, [1, 3, H, W] in the styles' colours."""
        own = _opponent(content)
        return Guide(self._goes_on, self._guides.describe(_afar(own)).contiguous(), _detail(own))


class Guide:
    """The artist's picture as that which leads the choice of patches.

    detail: [1, 1, H, W], 0 where it is even, towards 1 where it is full of detail. There the
    choice is led strictly, elsewhere the strokes are free.
    """

    def __init__(self, goes_on: Basis, described: Tensor, detail: Tensor) -> None:
        self.detail = detail
        self._goes_on = goes_on
        self._described = described
        self._weight = GUIDANCE * (PLAIN + (1.0 - PLAIN) * detail.flatten())

    def wanted(self, picture: Tensor) -> Wanted:
        """The patches that are looked for, to go on with a picture [1, 3, H, W]."""
        split = self._goes_on.numbers
        described = torch.empty(len(self._described), split + self._described.shape[1])
        described[:, :split] = self._goes_on.describe(_opponent(picture))
        described[:, split:] = self._described
        return Wanted(described, self._weight, split, picture.shape[3])


def _opponent(picture: Tensor) -> Tensor:
    """[1, 3, H, W] RGB -> light, and two differences of colour that count less than light."""
    return torch.einsum("ij,bjhw->bihw", _OPPONENT, picture)


def _afar(picture: Tensor) -> Tensor:
    """[1, C, H, W] seen from twice as far."""
    height, width = picture.shape[2:]
    return resized(resized(picture, (max(2, width // 2), max(2, height // 2))), (width, height))


def _detail(opponent: Tensor) -> Tensor:
    light = opponent[:, :1]
    rough = _afar(_afar((light - _afar(_afar(light))).abs()))
    return rough / (rough + ROUGH)
