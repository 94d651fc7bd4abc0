"""From stop to stop through a model's codes: where each frame of a film lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Motion = Literal["flowing", "resting", "steady"]
Numbers = npt.NDArray[np.float64]

FINE = 16  # points between two stops at which a path is measured
FINE_AT_MOST = 256  # of them in a whole path
CODE_PART = 0.1  # of an even pace is even in numbers, so that it never stands still in time


class Path:
    """A path through stops (codes [L, D], at least two), closed where `loop`.

    motion: "flowing" passes each stop in a smooth curve, "resting" comes to a halt at each, both
    with equal time from stop to stop; "steady" flows at an even pace.
    round_from: numbers of a row from here on keep their distance from `center` on the way
    (see `studio.engines.latent.places.mix`).

    The curve is a cubic Hermite spline with centripetal Catmull-Rom tangents (Yuksel et al. 2011,
    "Parameterization and Applications of Catmull-Rom Curves"), so that it neither overshoots nor
    makes loops where stops lie close together. Calculated in float64.
    """

    def __init__(
        self, stops: list[Tensor], loop: bool, motion: Motion, center: Tensor, round_from: int
    ) -> None:
        self._shape = stops[0].shape
        self._center = center.double().numpy()
        self._round_from = round_from
        self._loop = loop
        self._motion = motion
        self._exact = [stop.float() for stop in stops]
        points = np.stack([self._with_distance(stop.double().numpy()) for stop in stops])
        self._points = np.concatenate([points, points[:1]]) if loop else points
        self._tangents = (
            np.zeros_like(self._points) if motion == "resting" else _tangents(self._points, loop)
        )

    @property
    def stretches(self) -> int:
        """From how many stops it goes on to another."""
        return len(self._points) - 1

    def at(self, where: float) -> Tensor:
        """The code [L, D] at `where`, 0..stretches; whole numbers are the stops themselves."""
        place = min(int(where), self.stretches - 1)
        part = where - place
        if part in (0.0, 1.0):
            return self._exact[(place + int(part)) % len(self._exact)]
        square, cube = part**2, part**3
        found = (
            (2 * cube - 3 * square + 1) * self._points[place]
            + (cube - 2 * square + part) * self._tangents[place]
            + (3 * square - 2 * cube) * self._points[place + 1]
            + (cube - square) * self._tangents[place + 1]
        )
        return self._without_distance(found)

    def frames(self, count: int, look: Callable[[Tensor], Numbers] | None = None) -> list[float]:
        """Where on the path each of `count` frames lies (for `at`), in rising order.

        Each stop is met exactly by a frame, where there are as many. The last frame of a loop is
        one step before its first; that of an open path is its last stop.
        look: for a steady pace, a picture of a code in a few numbers, whose change is what is to
        be even; None goes by the codes alone.
        """
        steps = count if self._loop else count - 1
        if self._motion == "steady":
            ways = [self._measure(place, look) for place in range(self.stretches)]
        else:
            ways = [np.linspace(0.0, 1.0, 2)] * self.stretches
        lengths = np.array([way[-1] for way in ways])
        ends = np.concatenate([[0.0], np.cumsum(lengths)])
        if ends[-1] <= 0.0:  # all stops are the same
            ends = np.arange(self.stretches + 1.0)
            ways = [np.linspace(0.0, 1.0, 2)] * self.stretches
        marks = _whole(ends / ends[-1] * steps, steps)
        return [self._where(frame, steps, marks, ways) for frame in range(count)]

    def _where(self, frame: int, steps: int, marks: list[float], ways: list[Numbers]) -> float:
        if frame >= steps:
            return float(self.stretches)
        place = min(bisect_right(marks, frame) - 1, self.stretches - 1)
        begin, end = marks[place], marks[place + 1]
        way = ways[place]
        goal = (frame - begin) / (end - begin) * way[-1]
        part = float(np.interp(goal, way, np.linspace(0.0, 1.0, len(way)))) if way[-1] else 0.0
        return place + min(part, 1.0)

    def _measure(self, place: int, look: Callable[[Tensor], Numbers] | None) -> Numbers:
        """How far one has come at evenly spaced points of a stretch: [n], from 0 on."""
        fine = max(2, min(FINE, FINE_AT_MOST // self.stretches))
        codes = [self.at(place + step / fine) for step in range(fine + 1)]
        moved = np.array([float((a - b).double().norm()) for a, b in pairwise(codes)])
        if look is not None:
            seen = [look(code) for code in codes]
            changed = np.array([float(np.abs(a - b).mean()) for a, b in pairwise(seen)])
            if changed.sum() > 0.0:
                scale = CODE_PART * changed.sum() / max(moved.sum(), 1e-12)
                moved = changed + moved * scale
        return np.concatenate([[0.0], np.cumsum(moved)])

    def _with_distance(self, code: Numbers) -> Numbers:
        """The code's numbers, and behind them how far its rows lie from the center."""
        far = np.linalg.norm((code - self._center)[:, self._round_from :], axis=1)
        return np.concatenate([code.ravel(), far])

    def _without_distance(self, numbers: Numbers) -> Tensor:
        rows = self._shape[0]
        code = numbers[:-rows].reshape(self._shape)
        if self._round_from < self._shape[1]:
            away = (code - self._center)[:, self._round_from :]
            length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
            wanted = np.maximum(numbers[-rows:, None], 0.0)
            center = self._center[:, self._round_from :]
            code[:, self._round_from :] = center + away * (wanted / length)
        return torch.from_numpy(code.astype(np.float32))


def _tangents(points: Numbers, loop: bool) -> Numbers:
    """The velocity at each point, in its unit per stretch.

    Direction after Catmull-Rom with knots at the square root of the distance; speed the same on
    both sides, and no faster than the shorter side bears (harmonic mean).
    """
    knots = np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1))
    tangents = np.zeros_like(points)
    last = len(points) - 1
    for at in range(last + 1):
        if loop:
            before, after = (at - 1) % last, at % last
            previous, following = points[before], points[(at % last) + 1]
        elif 0 < at < last:
            before, after = at - 1, at
            previous, following = points[at - 1], points[at + 1]
        else:
            continue
        one, two = knots[before], knots[after]
        if one <= 0.0 or two <= 0.0:
            continue
        come, go = (points[at] - previous) / one, (following - points[at]) / two
        direction = (come * two + go * one) / (one + two)
        tangents[at] = direction * (2 * one * two / (one + two))
    if not loop:  # an open path begins and ends with the bend its neighbour has, or straight
        tangents[0] = (
            (3 * (points[1] - points[0]) - tangents[1]) / 2
            if last > 1
            else np.diff(points, axis=0)[0]
        )
        tangents[last] = (
            (3 * (points[last] - points[last - 1]) - tangents[last - 1]) / 2
            if last > 1
            else tangents[0]
        )
    return tangents


def _whole(marks: Numbers, steps: int) -> list[float]:
    """Move marks (0 = first, steps = last) to whole frames, one each, where there is room."""
    stretches = len(marks) - 1
    if steps < stretches:
        return [float(mark) for mark in marks]
    found = [round(float(mark)) for mark in marks]
    for at in range(1, stretches):
        found[at] = min(max(found[at], found[at - 1] + 1), steps - (stretches - at))
    return [float(mark) for mark in found]
