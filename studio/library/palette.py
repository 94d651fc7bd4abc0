"""Colours for a GIF, which can show 256 at a time.

k-means over a sample of each frame, beginning with the colours of the frame before, so that they
change no faster than the film does. All numbers are whole and exact in float32: the same frames
give the same colours on every computer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAMPLED = 64  # rows and columns
_FIRST, _LATER = 6, 2  # rounds for the first frame, and for those that follow


class Palette:
    """Paints frames in `count` colours, at most 255."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._colours: NDArray[np.float32] | None = None

    def painted(self, frame: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The frame (height x width x 3) as indices of colours, dithered, and the colours."""
        height, width = frame.shape[:2]
        rows = np.unique(np.linspace(0, height - 1, _SAMPLED).astype(int))
        columns = np.unique(np.linspace(0, width - 1, _SAMPLED).astype(int))
        sample = np.ascontiguousarray(frame[rows][:, columns])
        points = sample.reshape(-1, 3).astype(np.float32)
        if self._colours is None:
            self._colours, rounds = self._guess(sample), _FIRST
        else:
            rounds = _LATER
        for _ in range(rounds):
            self._colours = _nearer(points, self._colours)
        colours = self._colours.astype(np.uint8)
        # A 256th, so that Pillow adds none of its own; it is the first one again.
        table = Image.new("P", (1, 1))
        table.putpalette(colours.tobytes() + colours[:1].tobytes() * (256 - len(colours)))
        image = Image.fromarray(frame).quantize(palette=table, dither=Image.Dither.FLOYDSTEINBERG)
        indices = np.asarray(image).copy()
        indices[indices >= len(colours)] = 0
        return indices, colours

    def _guess(self, sample: NDArray[np.uint8]) -> NDArray[np.float32]:
        guessed = Image.fromarray(sample).quantize(self._count).getpalette() or [0, 0, 0]
        colours = np.array(guessed, np.float32).reshape(-1, 3)[: self._count]
        missing = self._count - len(colours)
        return np.concatenate([colours, np.repeat(colours[:1], missing, axis=0)])


def _nearer(points: NDArray[np.float32], colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """One round of Lloyd's k-means. Colours that nobody needs go where the worst errors are."""
    apart = (colours**2).sum(axis=1) - 2 * points @ colours.T
    nearest = apart.argmin(axis=1)
    members = np.bincount(nearest, minlength=len(colours))
    sums = np.stack(
        [np.bincount(nearest, points[:, each], len(colours)) for each in range(3)], axis=1
    )
    moved = np.rint(sums / np.maximum(members, 1)[:, None]).astype(np.float32)
    idle = np.flatnonzero(members == 0)
    error = ((points - colours[nearest]) ** 2).sum(axis=1)
    worst = np.argsort(-error, kind="stable")[: len(idle)]
    moved[idle] = colours[idle]
    moved[idle[: len(worst)]] = points[worst]
    return moved
