"""Large pictures in pieces that overlap, so that no more than a piece has to fit into memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class Tile:
    """A piece of a picture. kept: what it contributes. seen: what has to be calculated for it.

    `seen` begins and ends at multiples of the network's and may reach over the picture's right
    and lower edge by less than one of them.
    """

    kept: Box
    seen: Box

    @property
    def inside(self) -> tuple[slice, slice]:
        """Where, in what was calculated, that is which is kept: rows and columns."""
        left, top, right, bottom = self.kept
        x, y = self.seen[:2]
        return slice(top - y, bottom - y), slice(left - x, right - x)

    @property
    def place(self) -> tuple[slice, slice]:
        """Where in the picture it belongs: rows and columns."""
        left, top, right, bottom = self.kept
        return slice(top, bottom), slice(left, right)

    @property
    def pixels(self) -> int:
        """How many have to be calculated."""
        left, top, right, bottom = self.seen
        return (right - left) * (bottom - top)


def tiles(size: tuple[int, int], side: int, margin: int, multiple: int) -> list[Tile]:
    """The pieces of a picture of (width, height), row by row.

    side: how many pixels of one are kept, at most. margin: how far around that it sees.
    """
    columns = list(_spans(size[0], side, margin, multiple))
    rows = list(_spans(size[1], side, margin, multiple))
    return [
        Tile((left, top, right, bottom), (x, y, to_x, to_y))
        for (top, bottom), (y, to_y) in rows
        for (left, right), (x, to_x) in columns
    ]


def cut(pixels: npt.NDArray[np.uint8], box: Box) -> npt.NDArray[np.uint8]:
    """A box of [H, W, C]; what lies beyond its right and lower edge repeats the edge."""
    left, top, right, bottom = box
    piece = pixels[top:bottom, left:right]
    down, across = bottom - top - piece.shape[0], right - left - piece.shape[1]
    if down or across:
        piece = np.pad(piece, ((0, down), (0, across), (0, 0)), mode="edge")
    return piece


def _spans(
    length: int, side: int, margin: int, multiple: int
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """(kept, seen) along one side; the kept spans are about equally long."""

    def up(pixels: int) -> int:
        return math.ceil(pixels / multiple) * multiple

    step = up(math.ceil(length / math.ceil(length / side)))
    for start in range(0, length, step):
        end = min(start + step, length)
        yield (start, end), (max(0, start - up(margin)), min(up(length), up(end + margin)))
