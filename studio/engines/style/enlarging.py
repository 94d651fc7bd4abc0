"""A finished picture at a larger size, with strokes as fine as that.

What was made stays as it is; only what it is too small to show is added, from the styles at the
size that their files have. Pieces of the picture are worked on one after the other. Each begins
with what its neighbours have chosen, and patches are laid over their borders as anywhere else,
so that no seam shows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image

from studio.engines.base import Frame
from studio.engines.style.exemplars import Exemplars
from studio.engines.style.guidance import Matter
from studio.engines.style.painting import BLUR_REACH, blurred, steps
from studio.engines.style.patches import LEAST_SIDE, improve, lay
from studio.engines.style.pixels import frame, tensor
from studio.engines.style.synthesis import SHARP, allowed
from studio.engines.style.tiles import Tile, cut, tiles

TILE = 768  # pixels
MARGIN = 2 * BLUR_REACH  # pixels around a piece that are looked at for it
MOST = 1_000_000  # pixels of the styles
SWEEPS = 2
LAST = 0.9  # how much of the work is done when all patches are chosen
NUMBERS = 12, 5  # components by which patches are told apart
DETAIL = 1.0  # how much of what is finer is added


def enlarge(
    painted: Frame,
    own: Callable[[tuple[int, int]], Frame],
    size: tuple[int, int],
    styles: Exemplars,
    seed: int,
    step: Callable[[float], None] = lambda done: None,
) -> Frame:
    """`painted` at (width, height): uint8 [height, width, 3].

    own: the artist's picture in the styles' colours, at any (width, height).
    step: called with 0..1 now and then; what it raises stops the work.
    """
    sizes = steps(size, (painted.shape[1], painted.shape[0]))
    whole = sum(width * height for width, height in sizes)
    before = 0.0
    for number, larger in enumerate(sizes):
        share = larger[0] * larger[1] / whole

        def part(done: float, before: float = before, share: float = share) -> None:
            step(before + share * done)

        if min(larger) >= LEAST_SIDE:
            painted = _finer(painted, own(larger), styles, seed + number, part)
        before += share
    return _resized(painted, size)


def _finer(
    below: Frame, own: Frame, styles: Exemplars, seed: int, step: Callable[[float], None]
) -> Frame:
    height, width = own.shape[:2]
    factor = width / below.shape[1]
    base = _resized(below, (width, height))
    sheet = styles.sheet((width, height), MOST, native=True)
    chance = torch.Generator().manual_seed(seed)
    matter = Matter(tensor(_middle(own)), sheet, chance, NUMBERS)
    store = matter.store(blurred(sheet.colours, factor))
    colours = sheet.colours[0].flatten(1)
    pieces = tiles((width, height), TILE, MARGIN, 1)
    chosen = torch.full((height, width), -1, dtype=torch.int32)

    def choose(number: int, tile: Tile) -> None:
        def tick() -> None:
            step(LAST * number / len(pieces))

        wanted = matter.guide(tensor(cut(own, tile.seen))).wanted(tensor(cut(base, tile.seen)))
        left, top, right, bottom = tile.seen
        known = chosen[top:bottom, left:right].flatten().long()
        found = allowed(known, store, len(wanted), chance)
        for _ in range(SWEEPS):
            found = improve(found, wanted, store, chance, tick)
        found = found.view(bottom - top, right - left)
        chosen[tile.place] = found[tile.inside].int()

    for number, tile in enumerate(pieces):
        choose(number, tile)
    made = np.empty_like(base)
    for number, tile in enumerate(pieces):
        step(LAST + (1.0 - LAST) * number / len(pieces))
        left, top, right, bottom = tile.seen
        there = chosen[top:bottom, left:right].long()
        laid = lay(there, colours, sheet.width, SHARP)
        picture = tensor(cut(base, tile.seen)) + DETAIL * (laid - blurred(laid, factor))
        made[tile.place] = frame(picture)[tile.inside]
    return made


def _middle(pixels: Frame) -> Frame:
    """The middle of a large picture."""
    height, width = pixels.shape[:2]
    top, left = max(0, (height - TILE) // 2), max(0, (width - TILE) // 2)
    return pixels[top : top + TILE, left : left + TILE]


def _resized(pixels: Frame, size: tuple[int, int]) -> Frame:
    if pixels.shape[1::-1] == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
