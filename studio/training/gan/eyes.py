"""More critics, which look through a trained eye (Sauer et al. 2021, "Projected GANs").

Their features are AlexNet's, fixed; only small heads learn. They know edges, eyes and texture from
the first step, so a generator needs far fewer pictures. They are no part of what ships.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from studio.training.picture.perceptual import Lpips

SLOPE = 0.2
WIDTH = 64


class Head(nn.Module):
    """One map of features [B, C, S, S] -> scores of its places [B, N]."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        # A fixed random mixture of channels, as in the paper: no single one gives a fake away.
        mix = torch.randn(WIDTH, inputs, 1, 1, generator=torch.Generator().manual_seed(inputs))
        self.register_buffer("mix", mix)
        self.conv = spectral_norm(nn.Conv2d(WIDTH, WIDTH, 3, padding=1))
        self.out = spectral_norm(nn.Conv2d(WIDTH, 1, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        # features are of unit length at each place: the mixture is of unit size
        x = functional.conv2d(x, self.get_buffer("mix"))
        x = functional.leaky_relu(self.conv(x), SLOPE)
        score: Tensor = self.out(functional.avg_pool2d(x, 2) if x.shape[-1] > 16 else x)
        return score.float().flatten(1)


class Eyes(nn.Module):
    """Pictures [B, 3, S, S] in -1..1, S at least 64 -> scores of each head, [B, N] each."""

    def __init__(self, work: Path) -> None:
        super().__init__()
        # kept out of checkpoints: it never changes
        self._eye = [Lpips("alexnet", work).eval().requires_grad_(False)]
        with torch.no_grad():
            maps = self._eye[0].features(torch.zeros(1, 3, 64, 64))
        self.heads = nn.ModuleList(Head(found.shape[1]) for found in maps)

    def forward(self, x: Tensor) -> list[Tensor]:
        eye = self._eye[0].to(x.device)
        # AlexNet strides 4 pixels; looking from the same place always, it would ask for a grid of
        # dots. The place comes from torch's own dice: it decides nothing that must repeat itself.
        down, across = torch.randint(4, (2,)).tolist()
        x = x[:, :, down:, across:]
        maps = eye.features(x.clamp(-1.2, 1.2) / 2 + 0.5)
        return [head(found) for head, found in zip(self.heads, maps, strict=True)]


def mean_softplus(scores: list[Tensor], sign: float) -> Tensor:
    """softplus(sign * score), the mean over places and heads."""
    return torch.stack([functional.softplus(sign * score).mean() for score in scores]).mean()
