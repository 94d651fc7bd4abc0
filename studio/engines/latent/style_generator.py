"""The style-based generator of a GAN: a StyleGAN2 in plain PyTorch operations.

Papers: Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN" (skip ToRGB,
weight demodulation), and Karras et al. 2020, "Training Generative Adversarial Networks with
Limited Data" (whose published checkpoints this fits). A network of `StyleConfig()` with another
`size` computes what StyleGAN2-ADA's generator of that size computes.

Names of the tensors, as in StyleGAN2-ADA (`C` channels in, `K` out, `w` = w_dim, `r` a power of 2):

    mapping.fc{i}.weight [w, w or z_dim], mapping.fc{i}.bias [w]      as stored: over mapping_lr
    mapping.w_avg [w]                                                 the mean of mapped codes
    synthesis.b4.const [K, 4, 4]
    synthesis.b4.grow.weight [16 K, w], synthesis.b4.grow.bias [16 K]  (only where config.grown)
    synthesis.b{r}.conv0.*  (not in b4; doubles the side), synthesis.b{r}.conv1.*, each of
        weight [K, C, 3, 3], bias [K], affine.weight [C, w], affine.bias [C],
        noise_const [r, r], noise_strength []                         (both only where config.noise)
    synthesis.b{r}.torgb.weight [3, C, 1, 1], .bias [3], .affine.weight [C, w], .affine.bias [C]
        (the last block's has 3 * shuffle^2 outputs)

Filters ("resample_filter") are not stored. A rosinality checkpoint's convolutions carry their gain
outside: multiply its demodulated 3x3 weights by 1 / sqrt(9 C), leave ToRGB's as they are.

Code rows: row 0 for b4.conv1, then one each for conv0 and conv1 of every block, then one for the
last ToRGB; a ToRGB before the last shares the row of the next block's conv0.

Use for inference: `generator.prepare(torch.bfloat16)` once after loading. Do not call
`.to(bfloat16)`: mapping and modulation stay in float32, so that small moves of a code are seen.
"""

from __future__ import annotations

import math
from typing import Annotated, Self

import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor, nn
from torch.nn import functional

SQRT2 = math.sqrt(2.0)
SLOPE = 0.2  # of the leaky ReLU
TINY = 1e-8
FIRST = 4  # side of the constant that everything grows from


class StyleConfig(BaseModel):
    """A generator's shape.

    size: side of the picture in pixels; `shuffle` times the side of the largest convolution.
    channels: of 4, 8, 16 ... pixels; where empty, min(channel_base / side, channel_max).
    mapping_lr: how much slower the mapping network learns; a factor of its stored weights.
    shuffle: the last ToRGB draws shuffle x shuffle pixels at once; 1 is plain StyleGAN2.
    grown: whether the constant is changed by row 0 of the code; not so in StyleGAN2. Helps small
        networks whose pictures differ in layout.
    fir: whether doubled features are smoothed by [1, 3, 3, 1], as StyleGAN2 does.
    noise: whether there are noise buffers (constant here; the training draws new ones).
    conv_clamp: features are held within -conv_clamp..conv_clamp; 0 is off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=16, le=2048)] = 256
    z_dim: Annotated[int, Field(ge=1, le=4096)] = 512
    w_dim: Annotated[int, Field(ge=2, le=4096)] = 512
    mapping_layers: Annotated[int, Field(ge=1, le=16)] = 8
    mapping_lr: Annotated[float, Field(gt=0.0, le=1.0)] = 0.01
    channel_base: Annotated[int, Field(ge=16, le=1 << 20)] = 32768
    channel_max: Annotated[int, Field(ge=1, le=4096)] = 512
    channels: Annotated[list[Annotated[int, Field(ge=1, le=4096)]], Field(max_length=10)] = []
    shuffle: Annotated[int, Field(ge=1, le=8)] = 1
    grown: bool = False
    fir: bool = True
    noise: bool = True
    conv_clamp: Annotated[float, Field(ge=0.0)] = 0.0

    @model_validator(mode="after")
    def _fits(self) -> Self:
        core, rest = divmod(self.size, self.shuffle)
        if rest or self.shuffle & (self.shuffle - 1) or core < 8 or core & (core - 1):
            raise ValueError("size and shuffle are powers of two, size at least 8 shuffle")
        if self.channels and len(self.channels) != len(self.sides):
            raise ValueError(f"channels names {len(self.channels)} of {len(self.sides)} blocks")
        return self

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the blocks' features: 4, 8 ... size / shuffle."""
        last = int(math.log2(self.size // self.shuffle))
        return tuple(2**power for power in range(2, last + 1))

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each block."""
        if self.channels:
            return tuple(self.channels)
        return tuple(max(1, min(self.channel_base // s, self.channel_max)) for s in self.sides)


class Dense(nn.Module):
    """A fully connected layer with equalised learning rate. x [B, I] -> [B, O], float32."""

    def __init__(self, inputs: int, outputs: int, *, lr: float = 1.0, bias: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs).normal_() / lr)
        self.bias = nn.Parameter(torch.full((outputs,), bias / lr))
        self.gain, self.lr = lr / math.sqrt(inputs), lr

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight * self.gain, self.bias * self.lr)


class Mapping(nn.Module):
    """z [B, z_dim] -> w [B, w_dim], and the running mean of w."""

    w_avg: Tensor

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.layers = config.mapping_layers
        for index in range(self.layers):
            inputs = config.w_dim if index else config.z_dim
            self.add_module(f"fc{index}", Dense(inputs, config.w_dim, lr=config.mapping_lr))
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def forward(self, z: Tensor) -> Tensor:
        x = z.float()
        x = x * (x.square().mean(1, keepdim=True) + TINY).rsqrt()
        for index in range(self.layers):
            x = functional.leaky_relu(self.get_submodule(f"fc{index}")(x), SLOPE) * SQRT2
        return x


class _Modulated(nn.Module):
    """A convolution whose inputs are scaled by the code, as w [B, D] asks.

    Scaling weights, as the paper has it, and scaling what goes in and comes out are the same sum;
    the latter needs no weights of one picture's own.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, config: StyleConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, kernel, kernel).normal_())
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.affine = Dense(config.w_dim, inputs, bias=1.0)
        self.clamp = config.conv_clamp
        self.power: Tensor | None = None  # [K, C]: squares of the weights, kept when prepared

    def held(self, x: Tensor) -> Tensor:
        return x.clamp(-self.clamp, self.clamp) if self.clamp else x

    def prepare(self, dtype: torch.dtype) -> None:
        weight = self.weight.detach()
        self.power = weight.float().square().sum((2, 3))
        data = weight.to(dtype).contiguous(memory_format=torch.channels_last)
        self.weight = nn.Parameter(data, requires_grad=False)


class StyledConv(_Modulated):
    """A modulated, demodulated 3x3 convolution; `up` doubles the side. [B, C, S, S]."""

    noise_const: Tensor
    noise_strength: Tensor | nn.Parameter

    def __init__(self, inputs: int, outputs: int, side: int, up: bool, config: StyleConfig) -> None:
        super().__init__(inputs, outputs, 3, config)
        self.up, self.fir, self.noise = up, config.fir, config.noise
        if self.noise:
            self.register_buffer("noise_const", torch.empty(side, side).normal_())
            self.noise_strength = nn.Parameter(torch.zeros([]))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w)
        power = self.weight.float().square().sum((2, 3)) if self.power is None else self.power
        norm = (style.square() @ power.T + TINY).rsqrt()
        x = x * style.to(x.dtype)[:, :, None, None]
        if not self.up:
            x = functional.conv2d(x, self.weight, padding=1)
        elif self.fir:
            x = functional.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2)
            x = smoothed(x)
        else:
            weight = self.weight.transpose(0, 1)
            x = functional.conv_transpose2d(x, weight, stride=2, padding=1, output_padding=1)
        x = x * norm.to(x.dtype)[:, :, None, None]
        if self.noise:
            noise = self.noise_const
            if self.training:
                noise = x.new_empty(x.shape[0], 1, *x.shape[2:], dtype=torch.float32).normal_()
            x = x + (noise * self.noise_strength).to(x.dtype)
        x = x + self.bias.to(x.dtype)[:, None, None]
        return self.held(functional.leaky_relu(x, SLOPE) * SQRT2)


class ToRGB(_Modulated):
    """A modulated 1x1 convolution from features to colours. [B, C, S, S] -> [B, K, S, S]."""

    def __init__(self, inputs: int, outputs: int, config: StyleConfig) -> None:
        super().__init__(inputs, outputs, 1, config)
        self.gain = 1.0 / math.sqrt(inputs)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = (self.affine(w) * self.gain).to(x.dtype)
        x = functional.conv2d(x * style[:, :, None, None], self.weight)
        return self.held(x + self.bias.to(x.dtype)[:, None, None]).float()


class Block(nn.Module):
    """All that happens at one resolution."""

    def __init__(self, inputs: int, width: int, side: int, colours: int, config: StyleConfig):
        super().__init__()
        self.first = inputs == 0
        if self.first:
            self.const = nn.Parameter(torch.empty(width, side, side).normal_())
            self.grown = config.grown
            if config.grown:
                self.grow = Dense(config.w_dim, width * side**2)
        else:
            self.conv0 = StyledConv(inputs, width, side, True, config)
        self.conv1 = StyledConv(width, width, side, False, config)
        self.torgb = ToRGB(width, colours, config)

    def forward(self, x: Tensor, rows: Tensor) -> Tensor:
        """x: features of the block before (b4: anything of the wished dtype); rows [B, 1|2, D]."""
        if self.first:
            const = self.const.expand(len(rows), -1, -1, -1)
            if self.grown:
                const = const + self.grow(rows[:, 0]).view_as(const)
            x = const.to(x.dtype).contiguous(memory_format=torch.channels_last)
        else:
            x = self.conv0(x, rows[:, 0])
        return self.conv1(x, rows[:, -1])


class Synthesis(nn.Module):
    """The blocks b4, b8 ..., from code to picture."""

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.sides, self.shuffle = config.sides, config.shuffle
        inputs = 0
        for side, width in zip(config.sides, config.widths, strict=True):
            colours = 3 * self.shuffle**2 if side == self.sides[-1] else 3
            self.add_module(f"b{side}", Block(inputs, width, side, colours, config))
            inputs = width

    def block(self, side: int) -> Block:
        found = self.get_submodule(f"b{side}")
        assert isinstance(found, Block)
        return found

    def forward(self, code: Tensor, until: int = 0) -> Tensor:
        """code [B, L, D] -> float32 [B, 3, S, S]; `until`: the side to stop at, 0 is all."""
        dtype = self.block(FIRST).conv1.weight.dtype
        x = torch.empty(0, dtype=dtype, device=code.device)
        picture, row = torch.empty(0), 0
        for side in self.sides:
            block, rows = self.block(side), 1 if side == FIRST else 2
            x = block(x, code[:, row : row + rows])
            row += rows
            colours = block.torgb(x, code[:, row])
            if side == FIRST:
                picture = colours
                continue
            picture = doubled(picture)
            if side == self.sides[-1] and self.shuffle > 1:
                colours = functional.pixel_shuffle(colours, self.shuffle)
                for _ in range(int(math.log2(self.shuffle))):
                    picture = doubled(picture)
            picture = picture + colours
            if side == until:
                break
        return picture


class StyleGenerator(nn.Module):
    """A style-based generator: z -> code (w of every layer) -> picture.

    layers, dim: shape of a code; z_dim: of the random numbers; size: pixels.
    """

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)
        self.layers = 2 * len(config.sides)
        self.dim, self.z_dim, self.size = config.w_dim, config.z_dim, config.size

    def map(self, z: Tensor) -> Tensor:
        """z [B, z_dim], normal -> code [B, L, D], the same w in every row, not truncated."""
        w: Tensor = self.mapping(z)
        return w[:, None].expand(-1, self.layers, -1)

    def center(self) -> Tensor:
        """The mean code [L, D], which truncation leads to."""
        return self.mapping.w_avg.detach().float().expand(self.layers, -1).clone()

    def synthesize(self, code: Tensor) -> Tensor:
        """code [B, L, D] -> picture [B, 3, size, size], about -1..1, not clamped. Deterministic
        in eval mode."""
        picture: Tensor = self.synthesis(code.float())
        return picture

    def preview(self, code: Tensor, side: int) -> Tensor:
        """The same from the first block that is at least `side` pixels wide: cheaper, coarser."""
        enough = [at for at in self.synthesis.sides[1:-1] if at >= side]
        picture: Tensor = self.synthesis(code.float(), enough[0] if enough else 0)
        return picture

    def modulation(self, first: int = 0, last: int | None = None) -> Tensor:
        """Float32 [rows, D]: the weights by which rows first..last of a code meet the features."""
        met: list[Tensor] = []
        for side in self.synthesis.sides:
            block = self.synthesis.block(side)
            met += [] if side == FIRST else [block.conv0.affine.weight]
            met.append(block.conv1.affine.weight)
        met.append(self.synthesis.block(self.synthesis.sides[-1]).torgb.affine.weight)
        chosen = met[first : self.layers if last is None else last]
        return torch.cat([weight.detach().float() for weight in chosen]) / math.sqrt(self.dim)

    def forward(self, z: Tensor) -> Tensor:
        """z [B, z_dim] -> picture [B, 3, size, size]."""
        return self.synthesize(self.map(z))

    def prepare(self, dtype: torch.dtype = torch.float32) -> Self:
        """Make ready for inference: no gradients, features in `dtype`, sums done beforehand.

        Final: load the weights before, in float32. Code and picture stay float32.
        """
        self.eval().requires_grad_(False)
        for module in self.modules():
            if isinstance(module, _Modulated):
                module.prepare(dtype)
        return self


def smoothed(x: Tensor) -> Tensor:
    """[B, C, 2S + 1, 2S + 1] filtered by [1, 3, 3, 1] / 4 both ways -> [B, C, 2S, 2S]."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype, device=x.device) / 4
    kernel = (taps[:, None] * taps).expand(x.shape[1], 1, 4, 4)
    return functional.conv2d(x, kernel, padding=1, groups=x.shape[1])


def doubled(x: Tensor) -> Tensor:
    """[B, C, S, S] at twice the side, interpolated by [1, 3, 3, 1]."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype, device=x.device) / 4
    kernel = (taps[:, None] * taps).expand(x.shape[1], 1, 4, 4)
    return functional.conv_transpose2d(x, kernel, stride=2, padding=1, groups=x.shape[1])
