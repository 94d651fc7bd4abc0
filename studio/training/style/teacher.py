"""VGG16 as a teacher of style (Gatys et al. 2016, Johnson et al. 2016). It is never shipped.

A style is the mean and the covariance of what five layers see, colours being the first. Both are
compared relatively, so that no layer and no style drowns the others. The content is where the
deeper features lie, after each channel is brought to mean 0 and deviation 1: light and contrast
may change, shapes may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from studio.training.picture.perceptual import weights_file

#: convolutions before each pooling, up to relu4_1
GROUPS = (2, 2, 3, 1)
CHANNELS = (64, 128, 256, 512)


@dataclass(frozen=True)
class Moments:
    """Means [B, C] and covariances [B, C, C] of the colours and of four layers, float32."""

    means: list[Tensor]
    covariances: list[Tensor]

    def flat(self) -> Tensor:
        """All in one row a picture, as it is kept on disk: [B, N]."""
        parts = [part.flatten(1) for part in (*self.means, *self.covariances)]
        return torch.cat(parts, 1)

    @classmethod
    def unflat(cls, rows: Tensor) -> Moments:
        """What `flat` gave."""
        sizes = (3, *CHANNELS)
        parts = rows.float().split([*sizes, *(size * size for size in sizes)], 1)
        count = len(sizes)
        squares = [p.view(-1, s, s) for p, s in zip(parts[count:], sizes, strict=True)]
        return cls(list(parts[:count]), squares)


class Teacher:
    """Features of pictures [B, 3, H, W] in 0..1, in bfloat16."""

    def __init__(self, work: Path, device: torch.device | str = "cpu") -> None:
        state = load_file(weights_file("vgg16", work))
        self.layers = []
        for i in range(sum(GROUPS)):
            weight = state[f"VGG16_0.Conv_{i}.kernel"].to(device, torch.bfloat16)
            bias = state[f"VGG16_0.Conv_{i}.bias"].to(device, torch.bfloat16)
            self.layers.append((weight.contiguous(memory_format=torch.channels_last), bias))
        self.mean = torch.tensor([0.485, 0.456, 0.406], device=device).view(1, 3, 1, 1)
        self.deviation = torch.tensor([0.229, 0.224, 0.225], device=device).view(1, 3, 1, 1)

    def __call__(self, x: Tensor) -> list[Tensor]:
        """relu1_2, relu2_2, relu3_3, relu4_1."""
        x = ((x.float() - self.mean) / self.deviation).bfloat16()
        x = x.contiguous(memory_format=torch.channels_last)
        maps: list[Tensor] = []
        layers = iter(self.layers)
        for group in GROUPS:
            if maps:
                x = F.max_pool2d(x, 2)
            for _ in range(group):
                weight, bias = next(layers)
                x = F.relu(F.conv2d(x, weight, bias, padding=1))
            maps.append(x)
        return maps


def moments(pictures: Tensor, maps: list[Tensor]) -> Moments:
    """Mean and covariance of the colours and of each map, over all places of a picture."""
    means, covariances = [], []
    for found in (pictures, *maps):
        rows = found.flatten(2).float()
        mean = rows.mean(2)
        rows = rows - mean[..., None]
        covariance = rows.bfloat16() @ rows.bfloat16().mT if len(mean[0]) > 3 else rows @ rows.mT
        means.append(mean)
        covariances.append(covariance.float() / rows.shape[2])
    return Moments(means, covariances)


def style_terms(found: Moments, wanted: Moments, robust: bool = False) -> Tensor:
    """Relative squared errors [B, 5, 2] of means and covariances, for each layer.

    robust: where far too much is found, the error is also relative to that, so that it stays
    small: one empty style in a batch must not drown the others.
    """
    part = 0.25 if robust else 0.0
    terms = []
    for mean, covariance, mean0, covariance0 in zip(
        found.means, found.covariances, wanted.means, wanted.covariances, strict=True
    ):
        size = mean0.square().sum(1) + part * mean.detach().square().sum(1) + 1e-6
        of_mean = (mean - mean0).square().sum(1) / size
        spread = covariance0.square().sum((1, 2)) + 1e-6
        spread = spread + part * covariance.detach().square().sum((1, 2))
        of_covariance = (covariance - covariance0).square().sum((1, 2)) / spread
        terms.append(torch.stack([of_mean, of_covariance], 1))
    return torch.stack(terms, 1)


def colour_terms(strokes: Tensor) -> Tensor:
    """How far colours without their palette are from mean 0 and covariance 1: [B, 2]."""
    rows = strokes.flatten(2)
    mean = rows.mean(2)
    rows = rows - mean[..., None]
    covariance = rows @ rows.mT / rows.shape[2]
    off = (covariance - torch.eye(3, device=rows.device)).square().sum((1, 2)) / 3
    size = 1 + 0.25 * covariance.detach().square().sum((1, 2)) / 3
    return torch.stack([mean.square().mean(1), off / size], 1)


def across_terms(picture: Tensor, turn: Tensor) -> Tensor:
    """How much of what changes in a picture changes along the strokes' directions: [B], 0..1.

    0.5 where strokes run anywhere, 0 where all run along. The mean over places, so that faint
    strokes on empty ground count like the edges of forms, and over what is seen at the whole, a
    half and a quarter of the size: bristles and strokes. picture: [B, 3, H, W]. turn: [B, 2, H / 2,
    W / 2], cosine and sine of twice the angle.
    """
    shares = []
    turn = F.interpolate(turn, scale_factor=2.0, mode="nearest")
    for size in (1, 2, 2):
        picture, turn = F.avg_pool2d(picture, size), F.avg_pool2d(turn, size)
        across = (picture[..., 1:-1, 2:] - picture[..., 1:-1, :-2]) / 2
        down = (picture[..., 2:, 1:-1] - picture[..., :-2, 1:-1]) / 2
        cosine, sine = turn[:, :1, 1:-1, 1:-1], turn[:, 1:, 1:-1, 1:-1]
        along = (across.square() - down.square()) * cosine + 2 * across * down * sine
        both = torch.stack([along.sum(1), (across.square() + down.square()).sum(1)], 1)
        along, all_of_it = F.avg_pool2d(both, min(8, both.shape[-1])).unbind(1)
        shares.append(0.5 + 0.5 * (along / (all_of_it + 1e-5)).mean((1, 2)))
    return torch.stack(shares).mean(0)


def grid_terms(picture: Tensor) -> Tensor:
    """How much of a chequered grid of single pixels is in a picture [B, 3, H, W]: [B].

    The mean amount by which two neighbours differ otherwise than the two beside them: 0.03 in a
    painting, 0.15 where a network writes pixels of a block by themselves. VGG16 hardly minds.
    """
    down = picture.diff(dim=2)
    return down.diff(dim=3).abs().mean((1, 2, 3)) / 2


def content_terms(found: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """Errors [B, 2] of relu3_3 and relu4_1 where each channel has mean 0 and deviation 1."""
    terms = []
    for a, b in zip(found[2:], wanted[2:], strict=True):
        weight = b.float().std((2, 3))
        weight = weight / weight.mean(1, keepdim=True)
        error = (_level(a) - _level(b)).square().mean((2, 3))
        terms.append((error * weight).mean(1))
    return torch.stack(terms, 1)


def _level(x: Tensor) -> Tensor:
    x = x.float()
    x = x - x.mean((2, 3), keepdim=True)
    return x / (x.square().mean((2, 3), keepdim=True) + 1e-2).sqrt()
