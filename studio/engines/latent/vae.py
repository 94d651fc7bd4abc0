"""The networks of a VAE with named sliders: code to picture, and picture to code.

A code is [B, 1, D]: first the named numbers (glasses, smile ...; about -1 to 1), then the free
part, which is whatever the encoder found useful and is normally distributed in training (Kingma
and Welling 2014). The decoder works at a quarter of the picture's size and ends with a shuffle of
channels into pixels (Shi et al. 2016). The code enters every block as a scale and a shift (FiLM,
Perez et al. 2018). Flat drawings have few colours, so the head does not paint: it divides the
picture into soft areas and mixes them from a palette that depends on the code.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: named numbers are taken as at most this far from 0
NAMED_LIMIT = 1.5
#: an area's share is the exponential of a number within this
AREA_LIMIT = 30.0


@dataclass(frozen=True)
class DecoderConfig:
    """Shape of the decoder.

    size: pixels of a side; shuffle: how many of them one cell of the body becomes, each way.
    widths: channels from the smallest body (start x start cells) to the largest.
    blocks: residual blocks at each of these. palette: colours of a picture.
    steps: entries of the table that turns normally distributed numbers into named ones.
    """

    size: int = 256
    shuffle: int = 4
    start: int = 8
    widths: tuple[int, ...] = (192, 160, 96, 64)
    blocks: tuple[int, ...] = (1, 2, 2, 1)
    hidden: int = 128
    named: int = 16
    free: int = 48
    palette: int = 8
    steps: int = 129


@dataclass(frozen=True)
class EncoderConfig:
    """Shape of the encoder; `widths` from the largest body to the smallest, each half as large."""

    size: int = 256
    shuffle: int = 4
    widths: tuple[int, ...] = (32, 64, 128, 160)
    blocks: tuple[int, ...] = (1, 1, 1, 1)
    hidden: int = 256
    named: int = 16
    free: int = 48


def _leaky(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)


def _level(x: Tensor) -> Tensor:
    """Every cell's channels brought to size 1 (Karras et al. 2018), which keeps training calm."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-4)


def _begin_level(network: nn.Module) -> None:
    """Weights under which a signal keeps its size (He et al. 2015): there is no normalisation."""
    for name, part in network.named_modules():
        if isinstance(part, nn.Conv2d | nn.Linear) and not name.endswith("second"):
            nn.init.kaiming_normal_(part.weight, 0.2)
            nn.init.zeros_(part.bias)
        if name.endswith(("film", "areas")):
            with torch.no_grad():
                part.weight.mul_(0.3)


class _Block(nn.Module):
    """Two convolutions beside the straight way, scaled and shifted by the code."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(hidden, 2 * width)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        inner = self.first(_leaky(x))
        scale, shift = self.film(style)[:, :, None, None].chunk(2, 1)
        return x + self.second(_leaky(inner * (1 + scale) + shift))


class _Norm(nn.Module):
    """Batch normalisation (Ioffe and Szegedy 2015) without a counter, which is no weight."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("variance", torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            x, self.mean, self.variance, self.weight, self.bias, self.training, 0.02
        )


class _EncoderBlock(nn.Module):
    """Two normalised convolutions beside the straight way (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before, self.between = _Norm(width), _Norm(width)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        inner = self.first(_leaky(self.before(x)))
        return x + self.second(_leaky(self.between(inner)))


class VaeGenerator(nn.Module):
    """Code to picture. Deterministic."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        c = self.config = config
        if len(c.blocks) < len(c.widths):
            raise ValueError("Every width needs its number of blocks.")
        if c.start * 2 ** (len(c.widths) - 1) * c.shuffle != c.size:
            raise ValueError("The widths do not lead to the size.")
        self.read = nn.Sequential(
            nn.Linear(c.named + c.free, 2 * c.hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(2 * c.hidden, c.hidden),
            nn.LeakyReLU(0.2),
        )
        self.begin = nn.Linear(c.hidden, c.widths[0] * c.start**2)
        self.stages = nn.ModuleList()
        self.grow = nn.ModuleList()
        for i, width in enumerate(c.widths):
            self.stages.append(nn.ModuleList(_Block(width, c.hidden) for _ in range(c.blocks[i])))
            if i + 1 < len(c.widths):
                self.grow.append(nn.Conv2d(width, c.widths[i + 1], 1))
        self.film = nn.Linear(c.hidden, 2 * c.widths[-1])
        self.areas = nn.Conv2d(c.widths[-1], c.palette * c.shuffle**2, 1)
        self.colours = nn.Linear(c.hidden, 3 * c.palette)
        _begin_level(self)
        nn.init.normal_(self.colours.bias, std=0.6)
        # How random numbers become a likely code; measured after training.
        table = torch.linspace(-1, 1, c.steps).expand(c.named, c.steps).clone()
        self.register_buffer("named_table", table)
        self.register_buffer("free_mean", torch.zeros(c.free))
        self.register_buffer("free_mix", torch.eye(c.free))

    @property
    def layers(self) -> int:
        return 1

    @property
    def dim(self) -> int:
        return self.config.named + self.config.free

    @property
    def z_dim(self) -> int:
        return self.dim

    @property
    def size(self) -> int:
        return self.config.size

    def prepare(self, dtype: torch.dtype) -> VaeGenerator:
        """Draw in `dtype`. What reads the code stays float32, so that small moves are seen."""
        self.to(dtype)
        for part in (self.read, self.colours):
            part.float()
        return self

    def map(self, z: Tensor) -> Tensor:
        """Normally distributed [B, z_dim] -> code [B, 1, D] as the training pictures have them.

        Each named number goes through its own rising table, the free part through a matrix.
        """
        c = self.config
        z = z.float()
        place = torch.special.ndtr(z[:, : c.named]).clamp(0, 1) * (c.steps - 1)
        low = place.floor().clamp(max=c.steps - 2)
        table = self.named_table.float().T  # [steps, named]
        below = table.gather(0, low.long())
        above = table.gather(0, low.long() + 1)
        named = below + (above - below) * (place - low)
        free = z[:, c.named :] @ self.free_mix.float().T + self.free_mean.float()
        return torch.cat([named, free], 1).unsqueeze(1)

    def synthesize(self, code: Tensor) -> Tensor:
        """Code [B, 1, D] -> picture [B, 3, S, S], about -1 to 1."""
        c = self.config
        flat = code[:, 0].to(self.read[0].weight.dtype)
        named = flat[:, : c.named].clamp(-NAMED_LIMIT, NAMED_LIMIT)
        exact = self.read(torch.cat([named, flat[:, c.named :]], 1))
        style = exact.to(self.begin.weight.dtype)
        x = self.begin(style).view(-1, c.widths[0], c.start, c.start)
        x = _level(x.contiguous(memory_format=torch.channels_last))
        for i, blocks in enumerate(self.stages):
            for block in blocks:
                x = block(x, style)
            if i < len(self.grow):
                x = F.interpolate(_level(self.grow[i](x)), scale_factor=2.0, mode="nearest")
        scale, shift = self.film(style)[:, :, None, None].chunk(2, 1)
        x = self.areas(_leaky(x * (1 + scale) + shift))
        return self._mix(x, self.colours(exact))

    def _mix(self, areas: Tensor, colours: Tensor) -> Tensor:
        """The palette's colours, in the shares that the areas say (a softmax, written out).

        areas [B, shuffle^2 * palette, s, s] -> [B, 3, S, S]. Written as one product with a column
        of ones, it is several times faster on a CPU than a softmax over so short an axis.
        """
        c = self.config
        batch, _, side, _ = areas.shape
        with torch.autocast(areas.device.type, enabled=False):
            x = areas.permute(0, 2, 3, 1).reshape(batch, side * side * c.shuffle**2, c.palette)
            shares = x.clamp(-AREA_LIMIT, AREA_LIMIT).exp()
            palette = F.pad(colours.view(batch, c.palette, 3), (0, 1), value=1.0)
            mixed = torch.bmm(shares, palette.to(shares.dtype)).float()
            x = mixed[..., :3] / mixed[..., 3:]
        x = x.view(batch, side, side, c.shuffle, c.shuffle, 3).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(batch, 3, c.size, c.size)

    def preview(self, code: Tensor, side: int) -> Tensor:
        """A smaller picture [B, 3, side, side]; it costs as much as a full one."""
        full = self.synthesize(code)
        if not 0 < side < self.size:
            return full
        return F.interpolate(full.float(), size=(side, side), mode="area")

    def modulation(self) -> Tensor:
        """The weights that meet the code first: float32 [rows, D]."""
        return self.read[0].weight.detach().float()

    def forward(self, code: Tensor) -> Tensor:
        return self.synthesize(code)


class VaeEncoder(nn.Module):
    """Picture [B, 3, S, S] in -1..1 to code [B, 1, D]: named numbers and the free part's mean."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        c = self.config = config
        if len(c.blocks) < len(c.widths):
            raise ValueError("Every width needs its number of blocks.")
        self.begin = nn.Conv2d(3 * c.shuffle**2, c.widths[0], 3, padding=1)
        self.stages = nn.ModuleList()
        self.shrink = nn.ModuleList()
        for i, width in enumerate(c.widths):
            self.stages.append(nn.ModuleList(_EncoderBlock(width) for _ in range(c.blocks[i])))
            if i + 1 < len(c.widths):
                self.shrink.append(nn.Conv2d(width, c.widths[i + 1], 4, stride=2, padding=1))
        side = c.size // c.shuffle // 2 ** (len(c.widths) - 1)
        self.last = _Norm(c.widths[-1])
        self.squeeze = nn.Conv2d(c.widths[-1], 48, 1)
        self.read = nn.Linear(48 * side**2, c.hidden)
        self.named = nn.Linear(c.hidden, c.named)
        self.free = nn.Linear(c.hidden, 2 * c.free)
        _begin_level(self)

    def posterior(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Named numbers [B, named], and mean and log variance of the free part [B, free]."""
        x = F.pixel_unshuffle(picture.to(self.read.weight.dtype), self.config.shuffle)
        x = self.begin(x.contiguous(memory_format=torch.channels_last))
        for i, blocks in enumerate(self.stages):
            for block in blocks:
                x = block(x)
            if i < len(self.shrink):
                x = self.shrink[i](_leaky(x))
        x = _leaky(self.read(_leaky(self.squeeze(_leaky(self.last(x)))).flatten(1)))
        mean, spread = self.free(x).float().chunk(2, 1)
        return self.named(x).float(), mean, spread.clamp(-12, 4)

    def forward(self, picture: Tensor) -> Tensor:
        named, mean, _ = self.posterior(picture)
        return torch.cat([named, mean], 1).unsqueeze(1)
