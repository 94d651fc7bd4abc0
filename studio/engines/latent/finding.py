"""Looks for the code whose picture is most like a given one.

Optimisation of a code through the generator, as in Abdal et al. 2019 ("Image2StyleGAN"), held
near where the model's pictures are, so that sliders go on to work from there: Tov et al. 2021
("Designing an Encoder for StyleGAN Image Manipulation") on why distance from the average and
between rows costs editability.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.engines.latent.model import LatentModel
from studio.engines.latent.places import found_text, read_found

GUESSES = 64  # random pictures to begin from the best of, where there is no encoder
MOST_STEPS = 400
RATE = 0.06  # of a row's own spread, at each step of Adam, falling to nothing
LEVELS = 4  # halvings of the picture at which it is compared
EDGES = 1.0  # weight of differences between neighbouring pixels, beside that of the pixels
SEEN = 0.05  # weight of the difference as the encoder sees it
NEAR_AVERAGE = 0.002  # weight of the distance from the average, in spreads
ROWS_ALIKE = 0.01  # weight of what makes rows differ from each other, in spreads
STALE = 60  # steps without getting better after which it is given up
GAIN = 0.995  # better is at most this part of the best so far

Report = Callable[[float, Tensor], None]


@dataclass(frozen=True)
class Found:
    """A code [L, D] that float16 holds exactly, and its likeness to the picture in dB (PSNR)."""

    code: Tensor
    likeness: float


def find(
    target: Tensor,
    model: LatentModel,
    patience: float,
    seed: int,
    report: Report = lambda done, code: None,
) -> Found:
    """Look for `target` [3, size, size] in -1..1. Deterministic.

    patience: 0 is the first guess (the encoder's, or the best of 64 pictures), 1 up to 400 steps.
    report: called at every step with how much is done, 0..1, and the best code so far; may raise
    to stop.
    """
    target = target.to(model.device.name)
    steps = round(MOST_STEPS * patience)
    guess = _first_guess(target, model, seed, steps, report)
    code = _improve(guess, target, model, steps, report) if steps else guess
    code = read_found(found_text(code), model.layers, model.dim)
    return Found(code, likeness(code, target, model))


def likeness(code: Tensor, target: Tensor, model: LatentModel) -> float:
    """The peak signal to noise ratio of a code's picture to `target`, in dB; the higher, the
    more alike. Pictures are compared at a quarter of the side, since grain is no likeness."""
    with torch.inference_mode():
        picture = _draw(code, model)
        small = [F.avg_pool2d(one, 4) for one in (picture, target[None])]
        error = float(F.mse_loss(*small)) / 4  # of 0..1
    return 10 * math.log10(1 / max(error, 1e-8))


def in_words(likeness: float) -> str:
    """How close it came, for the artist."""
    if likeness >= 24.0:
        return "Found: very like your picture"
    if likeness >= 17.0:
        return "Found: like your picture in form and colour"
    return "This is as near as this model comes; it was taught other pictures"


def _first_guess(
    target: Tensor, model: LatentModel, seed: int, steps: int, report: Report
) -> Tensor:
    if model.has_encoder:
        code = model.encode(target)
        report(1 / (steps + 1), code)
        return code
    best, least = model.center, math.inf
    wanted = _pyramid(target[None])
    for number in range(GUESSES):
        code = model.center + 0.7 * (model.seeded(seed + number) - model.center)
        with torch.inference_mode():
            loss = float(_difference(_draw(code, model), wanted))
        if loss < least:
            best, least = code, loss
        report((number + 1) / (GUESSES + steps), best)
    return best


def _improve(
    guess: Tensor, target: Tensor, model: LatentModel, steps: int, report: Report
) -> Tensor:
    """Adam on the code, counted in the model's own spread of each number."""
    device = model.device.name
    spread, center = model.spread.to(device), model.center.to(device)
    moved = (guess.to(device) - center) / spread
    wanted = _pyramid(target[None])
    seen = model.judge(target[None]) if model.judge is not None else None
    adam = _Adam(moved)
    before = 1 if model.has_encoder else GUESSES
    best, least, best_at = guess, math.inf, 0
    for step in range(steps):
        with torch.enable_grad():
            moved.requires_grad_(True)
            picture = model.learner.synthesize((center + moved * spread)[None]).float()
            loss = _difference(picture, wanted)
            if seen is not None:
                difference = (model.judge(picture.clamp(-1, 1)) - seen) / spread
                loss = loss + SEEN * difference.square().mean()
            loss = loss + NEAR_AVERAGE * moved.square().mean()
            loss = loss + ROWS_ALIKE * (moved - moved.mean(0)).square().mean()
            (slope,) = torch.autograd.grad(loss, [moved])
        moved = moved.detach()
        now = float(loss.detach())
        if not math.isfinite(now):
            raise model.nonsense()
        if now < least:
            best_at = step if now < GAIN * least else best_at
            best, least = (center + moved * spread).cpu(), now
        moved = moved - RATE * _schedule(step / steps) * adam.step(slope)
        report((before + step + 1) / (before + steps), best)
        if step - best_at >= STALE:
            break
    return best


class _Adam:
    """Adam (Kingma and Ba 2015). torch's own would load its compiler, which takes seconds."""

    def __init__(self, numbers: Tensor) -> None:
        self._mean, self._power, self._count = (
            torch.zeros_like(numbers),
            torch.zeros_like(numbers),
            0,
        )

    def step(self, slope: Tensor) -> Tensor:
        """Which way to go, about 1 in size, for a gradient of the same shape."""
        self._count += 1
        self._mean = 0.9 * self._mean + 0.1 * slope
        self._power = 0.999 * self._power + 0.001 * slope.square()
        mean = self._mean / (1 - 0.9**self._count)
        power = self._power / (1 - 0.999**self._count)
        return mean / (power.sqrt() + 1e-8)


def _schedule(done: float) -> float:
    """A short run-up, then down to nothing in a half cosine."""
    return min(1.0, done / 0.05 + 0.1) * (0.5 + 0.5 * math.cos(math.pi * done))


def _draw(code: Tensor, model: LatentModel) -> Tensor:
    picture: Tensor = model.learner.synthesize(code[None].to(model.device.name)).float()
    return picture.clamp(-1, 1)


def _pyramid(picture: Tensor) -> list[Tensor]:
    """A picture [1, 3, S, S] at its own side and at halves of it."""
    levels = [picture]
    while len(levels) <= LEVELS and levels[-1].shape[-1] >= 8:
        levels.append(F.avg_pool2d(levels[-1], 2))
    return levels


def _difference(picture: Tensor, wanted: list[Tensor]) -> Tensor:
    """How unlike two pictures are: pixels and edges at every size, the mean over the sizes."""
    parts = []
    for level, other in zip(_pyramid(picture), wanted, strict=True):
        gap = level - other
        across, down = gap[..., 1:] - gap[..., :-1], gap[..., 1:, :] - gap[..., :-1, :]
        parts.append(gap.abs().mean() + EDGES * (across.abs().mean() + down.abs().mean()) / 2)
    return torch.stack(parts).mean()
