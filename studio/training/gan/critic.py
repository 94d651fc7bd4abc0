"""The discriminator: residual, with the spread within a group of pictures as one more feature."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.training.gan.config import CriticConfig

SLOPE = 0.2
SQRT2 = math.sqrt(2.0)


class _Conv(nn.Module):
    """A convolution with equalised learning rate."""

    def __init__(self, inputs: int, outputs: int, kernel: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.gain, self.padding = 1 / math.sqrt(inputs * kernel**2), kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.weight * self.gain, self.bias, padding=self.padding)


class _Dense(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.gain = 1 / math.sqrt(inputs)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight * self.gain, self.bias)


class _Block(nn.Module):
    """Halves the side."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv0 = _Conv(inputs, inputs, 3)
        self.conv1 = _Conv(inputs, outputs, 3)
        self.skip = _Conv(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.leaky_relu(self.conv0(x), SLOPE) * SQRT2
        y = functional.leaky_relu(self.conv1(functional.avg_pool2d(y, 2)), SLOPE) * SQRT2
        return (y + self.skip(functional.avg_pool2d(x, 2))) * math.sqrt(0.5)


class Critic(nn.Module):
    """Picture [B, 3, S, S] in -1..1 -> how real it looks, [B] (Karras et al. 2020, without FIR).

    The blocks halve the side until 4 is left; S = 4 x patch x 2^(len(channels) - 1).
    """

    def __init__(self, config: CriticConfig) -> None:
        super().__init__()
        widths = config.channels
        self.patch = config.patch
        self.door = _Conv(3 * self.patch**2, widths[0], 3 if self.patch > 1 else 1)
        pairs = list(pairwise(widths))
        self.blocks = nn.ModuleList(_Block(a, b) for a, b in pairs)
        self.last = _Conv(widths[-1] + 1, widths[-1], 3)
        self.fc = _Dense(widths[-1] * 16, widths[-1])
        self.out = _Dense(widths[-1], 1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.pixel_unshuffle(x, self.patch) if self.patch > 1 else x
        x = self.door(x.contiguous(memory_format=torch.channels_last))
        x = functional.leaky_relu(x, SLOPE) * SQRT2
        for block in self.blocks:
            x = block(x)
        x = functional.leaky_relu(self.last(with_spread(x)), SLOPE) * SQRT2
        x = functional.leaky_relu(self.fc(x.flatten(1)), SLOPE) * SQRT2
        score: Tensor = self.out(x)
        return score.float().squeeze(1)


def with_spread(x: Tensor, group: int = 4) -> Tensor:
    """Append the standard deviation within groups as a channel (Karras et al. 2018). Any batch."""
    batch, channels, height, width = x.shape
    group = math.gcd(batch, group)
    grouped = x.float().view(group, -1, channels, height, width)
    spread = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
    plane = spread.repeat(group)[:, None, None, None].expand(batch, 1, height, width)
    return torch.cat([x, plane.to(x.dtype)], 1)
