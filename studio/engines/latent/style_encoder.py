"""From a picture to the code of a style-based generator: the quick answer of "find my picture"."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Self

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2


class StyleEncoderConfig(BaseModel):
    """An encoder's shape.

    size: side of the picture in pixels. patch: pixels that are folded into channels at the door.
    channels: of the blocks; the side halves after each but the last, which must be left at 4.
    layers, dim: shape of the code. rows: 1 where all rows of a code are alike, else `layers`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=16, le=2048)] = 128
    patch: Annotated[int, Field(ge=1, le=16)] = 4
    channels: Annotated[
        list[Annotated[int, Field(ge=1, le=2048)]], Field(min_length=1, max_length=10)
    ] = [64, 128, 192, 256]
    layers: Annotated[int, Field(ge=1, le=64)] = 8
    dim: Annotated[int, Field(ge=2, le=4096)] = 128
    rows: Annotated[int, Field(ge=1, le=64)] = 1

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.size != 4 * self.patch * 2 ** (len(self.channels) - 1):
            raise ValueError("size is 4 x patch, doubled by every block but the last")
        if self.rows not in (1, self.layers):
            raise ValueError("rows is 1 or layers")
        return self


class Residual(nn.Module):
    """Two 3x3 convolutions around a shortcut; halves the side where `down`."""

    def __init__(self, inputs: int, outputs: int, down: bool) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.down = down

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv0(functional.leaky_relu(x, SLOPE))
        if self.down:
            x, y = functional.avg_pool2d(x, 2), functional.avg_pool2d(y, 2)
        y = self.conv1(functional.leaky_relu(y, SLOPE))
        return (y + self.skip(x)) * math.sqrt(0.5)


class StyleEncoder(nn.Module):
    """Picture [B, 3, size, size] in -1..1 -> code [B, L, D], float32."""

    def __init__(self, config: StyleEncoderConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.channels
        self.door = nn.Conv2d(3 * config.patch**2, widths[0], 3, padding=1)
        pairs = list(pairwise(widths))
        self.blocks = nn.ModuleList(Residual(a, b, True) for a, b in pairs)
        self.fc = nn.Linear(widths[-1] * 16, widths[-1])
        self.out = nn.Linear(widths[-1], config.rows * config.dim)

    def forward(self, picture: Tensor) -> Tensor:
        x = functional.pixel_unshuffle(picture, self.config.patch)
        x = self.door(x.contiguous(memory_format=torch.channels_last))
        for block in self.blocks:
            x = block(x)
        x = functional.leaky_relu(self.fc(functional.leaky_relu(x, SLOPE).flatten(1)), SLOPE)
        code = self.out(x).float().view(len(x), self.config.rows, self.config.dim)
        return code.expand(-1, self.config.layers, -1)
