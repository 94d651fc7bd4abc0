"""Figures of a generator: how near its pictures come to real ones, how varied, how original.

There is no Inception network here, so features are those of AlexNet or VGG16 with LPIPS's
published weights: the last convolution's map, of unit length at every position, averaged over the
picture. Figures on them compare with each other, not with FIDs and KIDs of other papers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from studio.training.gan.augment import enlarged
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips

FEATURES = {"alexnet": "AlexNet conv5 features", "vgg16": "VGG16 conv5 features"}
NEIGHBOURS = 3  # Kynkaanniemi et al. 2019


@torch.no_grad()
def features(batches: Iterable[Tensor], judge: Lpips) -> Tensor:
    """Batches [B, 3, S, S] in -1..1 -> float32 [N, C] of about unit size per number."""
    parts = []
    for x in batches:
        side = max(64, x.shape[-1]) if judge.net == "alexnet" else x.shape[-1]
        with loop.autocast(x.device):
            last = judge.features(enlarged(x.float(), side).clamp(-1, 1) / 2 + 0.5)[-1]
        parts.append((last.float().mean((2, 3)) * math.sqrt(last.shape[1])).cpu())
    return torch.cat(parts)


def kid(real: Tensor, drawn: Tensor) -> float:
    """Kernel distance, unbiased, cubic kernel (Binkowski et al. 2018), times 1000. 0 is best."""
    width = real.shape[1]

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a.double() @ b.double().T / width + 1) ** 3

    def within(a: Tensor) -> Tensor:
        k, n = kernel(a, a), len(a)
        return (k.sum() - k.diagonal().sum()) / (n * (n - 1))

    return float(within(real) + within(drawn) - 2 * kernel(real, drawn).mean()) * 1000


def frechet(real: Tensor, drawn: Tensor) -> float:
    """Frechet distance of two Gaussians (Heusel et al. 2017) on these features. 0 is best."""
    a, b = real.double(), drawn.double()
    first, second = torch.cov(a.T), torch.cov(b.T)
    values, vectors = torch.linalg.eigh(first)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ second @ root).clamp(min=0).sqrt().sum()
    apart = (a.mean(0) - b.mean(0)).square().sum()
    return float(apart + first.trace() + second.trace() - 2 * cross)


def precision_recall(real: Tensor, drawn: Tensor) -> tuple[float, float]:
    """(precision, recall), 0..1: drawn ones that lie among real ones, and real among drawn."""

    def among(base: Tensor, asked: Tensor) -> float:
        reach = torch.cdist(base, base).kthvalue(NEIGHBOURS + 1, 1).values
        return float((torch.cdist(asked, base) <= reach).any(1).float().mean())

    return among(real, drawn), among(drawn, real)


def closest_pair(x: Tensor) -> tuple[float, int, int]:
    """(distance, i, j) of the two rows of x [N, C] that are nearest to each other."""
    best, at = math.inf, (0, 0)
    for start in range(0, len(x), 512):
        # quick and a little inexact; the few nearest are then measured exactly
        part = torch.cdist(x[start : start + 512], x, compute_mode="use_mm_for_euclid_dist")
        rows = torch.arange(len(part))
        part[rows, rows + start] = math.inf
        for place in part.flatten().topk(min(16, part.numel()), largest=False).indices.tolist():
            i, j = start + place // len(x), place % len(x)
            distance = float((x[i].double() - x[j].double()).norm())
            if i != j and distance < best:
                best, at = distance, (i, j)
    return best, *at


def nearest(asked: Tensor, base: Tensor) -> tuple[Tensor, Tensor]:
    """For each row of `asked` the distance to, and index of, the nearest row of `base`."""
    parts = [torch.cdist(part, base).min(1) for part in asked.split(256)]
    return torch.cat([p.values for p in parts]), torch.cat([p.indices for p in parts])


def diversity(x: Tensor) -> float:
    """Mean distance of two different rows of x [N, C]: falls when a generator collapses."""
    n = len(x)
    return float(torch.cdist(x, x).sum() / (n * (n - 1)))


def small(x: Tensor, side: int = 32) -> Tensor:
    """Pictures [B, 3, S, S] as float32 [B, 3 * side * side], for distances between pixels."""
    return torch.nn.functional.adaptive_avg_pool2d(x.float(), side).flatten(1).cpu() / side
