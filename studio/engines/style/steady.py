"""Stillness: where nothing moves in a film, nothing shall move in the painted one.

A painter answers to every grain of noise. So a picture is first calmed: where it is what it was,
it is averaged with what was before (a recursive filter that the motion steers: Dubois and Sabri
1984, "Noise Reduction in Image Sequences Using Motion-Compensated Temporal Filtering"; of the
motion only the camera's is followed here, by whole pixels). What is painted of it is averaged with
what was painted before, by the same shares, since a stroke may change through something that moves
beside it.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from studio.engines.base import Frame

GLANCE = 256  # pixels of the longer side in which the camera's motion is looked for
FOLLOW = 0.02  # part of the picture that has to be stiller for it when the camera is followed
MOST = 0.92  # of a still place is taken over from the picture before, at most
PATCHES = 240  # along the longer side; motion is judged patch by patch
LEAST = 6  # pixels of a patch's side; in fewer, noise does not average out
QUIET = 25.0  # percent of a picture's patches that are taken as still when noise is estimated
TONES = 8  # groups of patches, dark to light, whose noise is estimated apart
GRAINY = 2.0  # times what one picture's grain lets one expect, at most
NOISIEST = 12.0  # steps of 256; what differs by more than so much is never noise
OVER = 1.2  # times what noise does on average; still places stay below it
RARE = 4.0  # times what noise does to the mean of that many pixels on average
SOFT = 2.0  # steps of 256 beyond which something moves; noise adds to them
SOFTER = 0.35  # how much of it


class Steady:
    """Calms the pictures of a film before they are painted, and the painted ones after.

    For each picture call `before` and, with what was painted of its answer, `after`. All of them
    have the same size.

    steadiness: 0 changes nothing; 1 keeps most of what was.
    """

    def __init__(self, steadiness: float) -> None:
        self._most = MOST * math.sqrt(steadiness)
        self._seen: Tensor | None = None
        self._painted: Tensor | None = None
        self._shares: Tensor | None = None
        self._pan = 0, 0

    def before(self, picture: Frame) -> Frame:
        """The picture, uint8 [H, W, 3], calmed where nothing moves."""
        if not self._most:
            return picture
        now = torch.from_numpy(np.array(picture, np.float32))
        if self._seen is None:
            self._seen = now
            return picture
        self._pan, still, along = _followed(now, self._seen)
        self._shares = (self._most * still)[..., None]
        self._seen = torch.lerp(now, along, self._shares)
        return _eight_bits(self._seen)

    def after(self, painted: Frame) -> Frame:
        """The painted picture, calmed likewise."""
        if not self._most:
            return painted
        now = torch.from_numpy(np.array(painted, np.float32))
        if self._painted is None or self._shares is None:
            self._painted = now
            return painted
        self._painted = torch.lerp(now, moved_along(self._painted, now, self._pan), self._shares)
        return _eight_bits(self._painted)


def _followed(now: Tensor, before: Tensor) -> tuple[tuple[int, int], Tensor, Tensor]:
    """How the camera moved, how still everything is when one follows it, and the picture before,
    moved along. The camera is said to stand where that leaves more of the picture still."""
    stands = stillness(now, before)
    pan = pan_of(now, before)
    if pan == (0, 0):
        return pan, stands, before
    along = moved_along(before, now, pan)
    still = stillness(now, along)
    inside = moved_along(torch.ones_like(still), torch.zeros_like(still), pan)
    still = still * inside
    if float(still.mean()) <= float(stands.mean()) + FOLLOW:
        return (0, 0), stands, before
    return pan, still, along


def moved_along(before: Tensor, now: Tensor, pan: tuple[int, int]) -> Tensor:
    """`before` [H, W, ...] moved so that [y, x] is what was at [y + pan_y, x + pan_x]; `now`
    where nothing was."""
    across, down = pan
    if pan == (0, 0):
        return before
    made = now.clone()
    to_y, from_y = _overlap(down, now.shape[0])
    to_x, from_x = _overlap(across, now.shape[1])
    made[to_y, to_x] = before[from_y, from_x]
    return made


def pan_of(now: Tensor, before: Tensor) -> tuple[int, int]:
    """Whole pixels (x, y) such that `now`[p] is most like `before`[p + pan]; both [H, W, 3].

    Phase correlation (Kuglin and Hines 1975) of small versions, then the best of the places near.
    """
    height, width = now.shape[:2]
    factor = math.ceil(max(height, width) / GLANCE)
    if min(height, width) < 8 * factor:
        return 0, 0
    lights = [one.mean(-1)[None, None] for one in (now, before)]
    small = [F.avg_pool2d(one, factor)[0, 0] for one in lights]
    rows, columns = small[0].shape
    window = torch.hann_window(rows)[:, None] * torch.hann_window(columns)
    waves = [torch.fft.rfft2((one - one.mean()) * window) for one in small]
    cross = waves[1] * waves[0].conj()
    peaks = torch.fft.irfft2(cross / cross.abs().clamp(min=1e-3), s=(rows, columns))
    place = int(peaks.argmax())
    down, across = _signed(place // columns, rows), _signed(place % columns, columns)
    if abs(down) > rows // 3 or abs(across) > columns // 3:
        return 0, 0
    step = max(1, factor // 2)
    best = across * factor, down * factor
    while True:  # around the best place, ever closer
        near = [(best[0] + step * i, best[1] + step * j) for j in (-1, 0, 1) for i in (-1, 0, 1)]
        best = min(near, key=lambda pan: _difference(lights[0][0, 0], lights[1][0, 0], pan))
        if step == 1:
            return best
        step = max(1, step // 2)


def _difference(now: Tensor, before: Tensor, pan: tuple[int, int]) -> float:
    """Mean difference over a part of the pixels, where both are."""
    to_y, from_y = _overlap(pan[1], now.shape[0])
    to_x, from_x = _overlap(pan[0], now.shape[1])
    here, there = now[to_y, to_x], before[from_y, from_x]
    every = round(math.sqrt(here.numel() / 2**16)) | 1  # odd: films are made of blocks of 8
    return float((here[::every, ::every] - there[::every, ::every]).abs().mean())


def _overlap(by: int, length: int) -> tuple[slice, slice]:
    """Along one side: where something goes to, and where it comes from, `by` further on."""
    return slice(max(0, -by), length - max(0, by)), slice(max(0, by), length - max(0, -by))


def _signed(place: int, length: int) -> int:
    return place - length if place > length // 2 else place


def stillness(now: Tensor, before: Tensor) -> Tensor:
    """How still each pixel is, 0..1, [H, W]; both pictures are [H, W, 3] in 0..255.

    Soft at its edges, and a patch beside one that moves counts as moving: strokes reach over.
    """
    height, width = now.shape[:2]
    side = max(LEAST, math.ceil(max(height, width) / PATCHES))
    apart = (now - before).permute(2, 0, 1)[None]
    shifted = _patches(apart, side).abs_().amax(1, keepdim=True)
    patches = _patches(apart.abs_().mean(1, keepdim=True), side)
    light = _patches(now.mean(-1)[None, None], side)
    noise = _noise(patches, light, min(GRAINY * grain_of(now), NOISIEST))
    # Noise cancels itself in a patch's mean, which so tells of shadows and fading light.
    moved = torch.maximum(patches - OVER * noise, shifted - RARE * noise / side)
    moved = moved.clamp_(min=0.0) / (SOFT + SOFTER * noise)
    moved = F.max_pool2d(moved, 3, 1, 1)
    still = torch.exp(-(moved**2))
    spread = F.interpolate(
        still, size=(still.shape[2] * side, still.shape[3] * side), mode="bilinear"
    )
    return spread[0, 0, :height, :width]


def _patches(values: Tensor, side: int) -> Tensor:
    return F.avg_pool2d(values, side, ceil_mode=True, count_include_pad=False)


def _noise(patches: Tensor, light: Tensor, most: float) -> Tensor:
    """How far apart noise alone brings each patch: [1, 1, h, w].

    Light patches of a photograph have more of it than dark ones. Of those that are about equally
    light, some are taken to be still; where none is, `most` holds.
    """
    flat = patches.flatten()
    noise = torch.empty_like(flat)
    for group in light.flatten().argsort().chunk(TONES):
        few = flat[group[:: max(1, len(group) // 2**14)]]
        noise[group] = torch.quantile(few, QUIET / 100)
    return noise.clamp_(max=most).view_as(patches)


def grain_of(picture: Tensor) -> float:
    """The mean difference that noise makes between two pictures like this [H, W, 3], in its unit.

    Estimated from one picture, in which fine texture counts as noise (Immerkær 1996, "Fast Noise
    Variance Estimation"; its estimate of the deviation, times what a difference of two has).
    """
    light = picture.mean(-1)[None, None]
    mask = torch.tensor([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
    if min(light.shape[2:]) < 3:
        return 0.0
    found = F.conv2d(light, mask[None, None]).abs().mean()
    deviation = float(found) * math.sqrt(math.pi / 2) / 6
    # Of the mean of three channels; that of one is larger by the root of 3, where they differ
    # independently. |a - b| of two normal numbers is 2 / root(pi) deviations on average.
    return deviation * math.sqrt(3) * 2 / math.sqrt(math.pi)


def _eight_bits(values: Tensor) -> Frame:
    return np.asarray(values.round().clamp_(0.0, 255.0).to(torch.uint8).numpy())
