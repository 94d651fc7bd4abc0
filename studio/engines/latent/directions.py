"""Directions that nobody had to label: what a model itself varies most.

Principal components of the mapped codes: Harkonen et al., "GANSpace: Discovering Interpretable
GAN Controls", NeurIPS 2020. Closed-form factorisation of the weights that first meet the code:
Shen and Zhou, "Closed-Form Factorization of Latent Semantics in GANs" (SeFa), CVPR 2021.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from studio.engines.latent.sliders import Sliders
from studio.shelf import SliderPart

SAMPLES = 4096
BATCH = 512
LOW, HIGH = 0.02, 0.98  # the quantiles of the model's own samples that lie at -1 and 1
UNEVEN = 2.0  # a space whose first component is no larger than this times the mean has no axes
NEW_ENOUGH = 0.5  # of a direction's length must be left when what the others do is taken away


class Mapped(Protocol):
    """What is needed of a generator; see docs/latent-models.md."""

    @property
    def z_dim(self) -> int: ...
    def map(self, z: Tensor) -> Tensor: ...
    def modulation(self) -> Tensor: ...


def found_slider(number: int) -> SliderPart:
    """The manifest's entry for direction `number`, from 0: an artist may name it one day."""
    return SliderPart(
        id=f"direction {number + 1}",
        name=f"Direction {number + 1}",
        low="one way",
        high="the other",
        group="Found",
        named=False,
    )


def sample_codes(generator: Mapped, count: int, seed: int) -> Tensor:
    """Codes of `count` random pictures [count, L, D], float64; equal seeds give equal codes."""
    dice = torch.Generator("cpu").manual_seed(seed)
    with torch.inference_mode():
        parts = [
            generator.map(torch.randn(min(BATCH, count - at), generator.z_dim, generator=dice))
            for at in range(0, count, BATCH)
        ]
        return torch.cat(parts).double()


def find_directions(generator: Mapped, count: int = 12, seed: int = 0) -> Sliders:
    """At most `count` directions, those that change most first, as sliders named by number.

    Half are principal components of the mapped codes, where these are not the same in every
    direction as a VAE's are; the rest comes from the weights. All are made orthogonal to those
    before, so that no slider moves another, and scaled so that -1..1 spans what 96 of 100 of
    the model's own samples do. Deterministic: the largest number of a direction is positive.
    """
    codes = sample_codes(generator, SAMPLES, seed)
    layers = codes.shape[1]
    center = codes.mean(0)
    flat = codes.mean(1) - center.mean(0)  # the rows of a mapped code are alike
    candidates = _factors(generator.modulation())
    components = _components(flat)
    if components is not None:
        half = (count + 1) // 2
        candidates = [*components[:half], *candidates, *components[half:]]
    directions, readers = [], []
    for axis in _orthogonal(candidates, count):
        along = flat @ axis
        low, high = torch.quantile(along, torch.tensor([LOW, HIGH], dtype=torch.float64))
        reach = ((high - low) / 2).clamp_min(1e-6)
        directions.append((axis * reach).expand(layers, -1))
        readers.append((axis / (reach * layers)).expand(layers, -1))
    ids = tuple(found_slider(number).id for number in range(len(directions)))
    return Sliders(ids, center, torch.stack(directions), torch.stack(readers))


def _components(flat: Tensor) -> list[Tensor] | None:
    """Principal axes of samples [n, D], the strongest first; None where none stands out."""
    values, vectors = torch.linalg.eigh(flat.T @ flat / len(flat))
    if values[-1] < UNEVEN * values.mean():
        return None
    return list(vectors.T.flip(0))


def _factors(weights: Tensor) -> list[Tensor]:
    """Right singular directions of weights [rows, D], those they pass on most strongly first."""
    weights = weights.detach().double().cpu()
    weights = weights / weights.norm(dim=1, keepdim=True).clamp_min(1e-12)
    _, vectors = torch.linalg.eigh(weights.T @ weights)
    return list(vectors.T.flip(0))


def _orthogonal(candidates: list[Tensor], count: int) -> list[Tensor]:
    """The first `count` candidates that say something new, made orthogonal, of length one."""
    chosen: list[Tensor] = []
    for axis in candidates:
        rest = axis.clone()
        for _ in range(2):  # once more, for what rounding left
            for other in chosen:
                rest -= (rest @ other) * other
        if rest.norm() < NEW_ENOUGH:
            continue
        rest /= rest.norm()
        rest *= torch.sign(rest[rest.abs().argmax()])
        chosen.append(rest)
        if len(chosen) == count:
            break
    return chosen
