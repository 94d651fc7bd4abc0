"""Patches of pictures: describing them, finding the nearest ones, laying them over one another.

A patch is described by a few numbers, its projection on the main components of the patches of both
pictures. The nearest patch of another picture is found by PatchMatch (Barnes et al. 2009): good
guesses spread from neighbour to neighbour, and are tried around at random; all places at once
instead of one after the other, so that it is quick on tensors and the same on any number of cores.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

SIDE = 5  # pixels of a patch
REACH = SIDE // 2
LEAST_SIDE = 2 * SIDE  # pixels; what is smaller has no patches to speak of

_SAMPLES = 4000  # patches of a picture that the components are found from
_SPREAD = SIDE / 2.5  # deviation of the window under which a patch is seen
_EXACT = 2**24  # pairs of patches that are all compared; with more, the nearest are guessed
_CHUNK = 2048  # rows of such a comparison
_AT_ONCE = 2**16  # patches whose choice is weighed at once, to save memory
_EVEN = 0.01  # how much a patch that nothing else likes is preferred; less is more
_JUMPS = (8, 4, 2, 1)  # pixels over which guesses spread
_NEARER = 3.0  # each try at random is so much nearer than the one before


@dataclass(frozen=True)
class Basis:
    """The main components of patches. kernels: [D, C, SIDE, SIDE], for a convolution."""

    kernels: Tensor

    @classmethod
    def of(cls, pictures: list[Tensor], numbers: int, chance: torch.Generator) -> Basis:
        """From pictures [1, C, H, W], which count alike; `numbers` of components D."""
        places = torch.arange(SIDE, dtype=torch.float32) - REACH
        window = torch.exp(-0.5 * (places / _SPREAD) ** 2)
        weights = (window[:, None] * window).flatten()
        weights = (weights / weights.sum()).sqrt().repeat(pictures[0].shape[1])
        rows = [_some(picture, chance) * weights for picture in pictures]
        values = torch.cat(rows).double()
        values -= values.mean(0)
        _, vectors = torch.linalg.eigh(values.T @ values)
        components = vectors[:, -numbers:].float() * weights[:, None]
        return cls(components.T.reshape(-1, pictures[0].shape[1], SIDE, SIDE).contiguous())

    @property
    def numbers(self) -> int:
        """How many describe a patch."""
        return len(self.kernels)

    def describe(self, picture: Tensor) -> Tensor:
        """[1, C, H, W] -> [H * W, D]: the patch around each pixel; the edges are mirrored."""
        padded = F.pad(picture, (REACH,) * 4, mode="reflect")
        return F.conv2d(padded, self.kernels)[0].flatten(1).T


def _some(picture: Tensor, chance: torch.Generator) -> Tensor:
    """Patches of [1, C, H, W] from anywhere: [N, C * SIDE * SIDE]."""
    height, width = picture.shape[2:]
    inside = torch.arange(SIDE)
    tops = torch.randint(height - SIDE + 1, (_SAMPLES,), generator=chance)
    lefts = torch.randint(width - SIDE + 1, (_SAMPLES,), generator=chance)
    rows = tops[:, None, None] + inside[:, None]
    columns = lefts[:, None, None] + inside
    return picture[0][:, rows, columns].transpose(0, 1).flatten(1)


@dataclass(frozen=True)
class Store:
    """Patches to choose from: those of a picture of height x width.

    described: [height * width, D]. price: [height * width], what choosing one costs beside its
    distance; infinite where none may be chosen.
    """

    described: Tensor
    price: Tensor
    height: int
    width: int

    def cost(self, wanted: Wanted, chosen: Tensor) -> Tensor:
        """For each that is wanted, and the one chosen for it [N]: distance and price, [N]."""
        cost = self.price[chosen]
        for start in range(0, len(chosen), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            apart = (wanted.described[rows] - self.described[chosen[rows]]).square_()
            guided = apart[:, wanted.split :].sum(1).mul_(wanted.weight[rows])
            cost[rows] += apart[:, : wanted.split].sum(1).add_(guided)
        return cost


@dataclass(frozen=True)
class Wanted:
    """Patches that are looked for, row by row of a picture or of a strip of it.

    described: [N, D]. weight: [N], how much the numbers from `split` on count beside the first.
    width: how many there are to a row.
    """

    described: Tensor
    weight: Tensor
    split: int
    width: int

    def __len__(self) -> int:
        return len(self.described)


def nearest(wanted: Wanted, store: Store) -> Tensor | None:
    """For each the patch of the store that fits best, [N]; None where that would take long.

    The fit counts relative to how well anything fits that patch, so that all that there is in the
    store gets used (Granot et al. 2022, "Drop the GAN").
    """
    if len(wanted) * len(store.described) > _EXACT:
        return None
    best = torch.full_like(store.price, math.inf)
    for piece in range(0, len(wanted), _CHUNK):
        best = torch.minimum(best, _distances(wanted, piece, store).amin(0))
    scale = 1.0 / (_EVEN + best)
    return torch.cat(
        [
            ((_distances(wanted, piece, store) + store.price) * scale).argmin(1)
            for piece in range(0, len(wanted), _CHUNK)
        ]
    )


def _distances(wanted: Wanted, start: int, store: Store) -> Tensor:
    rows = slice(start, start + _CHUNK)
    first, second = slice(None, wanted.split), slice(wanted.split, None)
    here, there = wanted.described[rows], store.described
    total = torch.cdist(here[:, first], there[:, first]).square_()
    guided = torch.cdist(here[:, second], there[:, second]).square_()
    return total.addcmul_(guided, wanted.weight[rows, None])


def improve(
    chosen: Tensor,
    wanted: Wanted,
    store: Store,
    chance: torch.Generator,
    step: Callable[[], None] = lambda: None,
) -> Tensor:
    """One sweep of PatchMatch: what is chosen now, [N].

    chosen: [N] what there is by now. step: is called now and then; what it raises stops the work.
    """
    cost = store.cost(wanted, chosen)

    def offer(row: Tensor, column: Tensor) -> None:
        nonlocal chosen, cost
        step()
        offered = row.clamp_(0, store.height - 1) * store.width + column.clamp_(0, store.width - 1)
        price = store.cost(wanted, offered)
        better = price < cost
        chosen = torch.where(better, offered, chosen)
        cost = torch.where(better, price, cost)

    for jump in _JUMPS:
        for down, across in ((jump, 0), (-jump, 0), (0, jump), (0, -jump)):
            rolled = torch.roll(chosen.view(-1, wanted.width), (down, across), (0, 1)).flatten()
            offer(rolled // store.width + down, rolled % store.width + across)
    radius = float(max(store.height, store.width))
    while radius >= 1.0:
        shift = (torch.rand(2, len(chosen), generator=chance) * 2 - 1).mul_(radius).round_().long()
        offer(chosen // store.width + shift[0], chosen % store.width + shift[1])
        radius /= _NEARER
    return chosen


def lay(chosen: Tensor, colours: Tensor, store_width: int, spread: float) -> Tensor:
    """Lay the chosen patches over one another: the mean of all that cover a pixel.

    chosen: [H, W]. colours: [C, height * width] of the picture that the patches are from.
    spread: deviation in pixels of the weights within a patch; small ones keep it sharp.
    Returns [1, C, H, W].
    """
    height, width = chosen.shape
    total = torch.zeros(len(colours), height, width)
    weights = torch.zeros(height, width)
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            weight = math.exp(-0.5 * (down * down + across * across) / spread**2)
            rows = slice(max(0, down), height + min(0, down))
            columns = slice(max(0, across), width + min(0, across))
            there = chosen[
                max(0, -down) : height - max(0, down), max(0, -across) : width - max(0, across)
            ]
            # Patches lie wholly within their picture, so this never leaves it.
            values = colours[:, (there + (down * store_width + across)).flatten()]
            total[:, rows, columns] += weight * values.view(len(colours), *there.shape)
            weights[rows, columns] += weight
    return (total / weights)[None]
