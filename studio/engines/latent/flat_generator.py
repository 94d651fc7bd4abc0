"""A style-based generator of flat drawings: random numbers to code, code to picture.

As in StyleGAN (Karras et al. 2019) a mapping turns random numbers into w, and every layer of the
synthesis meets a row of the code of its own, so that the form of one picture can be drawn with the
detail of another. What differs suits drawings of clear parts and few colours:

* The mapping's last layer but one chooses: numbers fall into groups, and a softmax decides in each.
  A face has these eyes or those; what lies between is rare.
* What reads a row chooses likewise, by which option of a part is nearest to it: of two faces' eyes
  the nearer ones are drawn, and there is a stretch where one turns into the other.
* What is chosen lays out grids of cells and meets residual blocks as scales and shifts (FiLM,
  Perez et al. 2018).
* Nothing is painted. The picture is divided into soft areas, mixed from a palette of a few colours
  that the last row decides, 4 x 4 pixels for each cell of the body (Shi et al. 2016).
"""

from __future__ import annotations

from typing import Annotated, Self

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor, nn

SLOPE = 0.2
#: an area's share is the exponential of a number within this
AREA_LIMIT = 24.0
#: no colour of the palette is further from grey: a little of an impossible colour is a stain
LOUDEST = 1.02

Count = Annotated[int, Field(ge=1, le=4096)]
Counts = Annotated[list[Count], Field(min_length=1, max_length=32)]


class FlatConfig(BaseModel):
    """A generator's shape.

    size: pixels of a side; shuffle: how many of them one cell of the last body becomes, each way.
    widths, blocks: channels, and residual blocks, of each body; every body is twice as large as
        the one before, the first has size / shuffle / 2^(bodies - 1) cells a side.
    seeds: channels that a row of the code decides cell by cell where a body begins; 0 is none.
    z_dim, w_dim: random numbers, and numbers of a row of the code.
    choices: sizes of the groups in which the mapping chooses.
    options: sizes of the groups in which a row is read; variants: what these options come to, many
        may be the same. plain: numbers read from a row without choosing.
    palette: colours of a picture.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=16, le=1024)] = 256
    shuffle: Annotated[int, Field(ge=1, le=8)] = 4
    widths: Counts = [128, 96, 48]
    blocks: Counts = [2, 2, 1]
    seeds: Annotated[list[Annotated[int, Field(ge=0, le=256)]], Field(max_length=32)] = [32, 16, 0]
    z_dim: Count = 64
    w_dim: Annotated[int, Field(ge=2, le=4096)] = 64
    choices: Counts = [8]
    options: Counts = [8]
    variants: Count = 8
    plain: Count = 48
    palette: Annotated[int, Field(ge=2, le=64)] = 10

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not len(self.widths) == len(self.blocks) == len(self.seeds):
            raise ValueError("every body needs its width, its blocks and its seeds")
        if self.start < 2 or self.start * 2 ** (len(self.widths) - 1) * self.shuffle != self.size:
            raise ValueError("the bodies do not lead to the size")
        return self

    @property
    def start(self) -> int:
        """Cells of a side of the first body."""
        return self.size // self.shuffle // 2 ** (len(self.widths) - 1)


def _leaky(x: Tensor) -> Tensor:
    return F.leaky_relu(x, SLOPE)


def _level(x: Tensor) -> Tensor:
    """Every cell's channels brought to size 1 (Karras et al. 2018)."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-4)


class ChoiceMapping(nn.Module):
    """z [B, z_dim] -> w [B, w_dim]; w_avg is the mean of w."""

    w_avg: Tensor

    def __init__(self, config: FlatConfig) -> None:
        super().__init__()
        self.groups = list(config.choices)
        total = sum(self.groups)
        self.ask = nn.Linear(config.z_dim, total)
        self.answer = nn.Linear(total, config.w_dim)
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def shares(self, z: Tensor) -> Tensor:
        """How much of each possible answer is chosen: [B, all groups], 1 in each group."""
        z = z.float()
        z = z * (z.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        return torch.cat([one.softmax(1) for one in self.ask(z).split(self.groups, 1)], 1)

    def forward(self, z: Tensor) -> Tensor:
        w: Tensor = self.answer(self.shares(z))
        return w


class Reader(nn.Module):
    """Rows of a code [..., w_dim] -> what they say [..., variants + plain].

    near: the options as rows, times how sharply they are told apart; its bias is minus half of that
    times their squared length, so that a softmax of its answers prefers the nearest. alike: which
    variant an option is.
    """

    def __init__(self, config: FlatConfig) -> None:
        super().__init__()
        self.groups = list(config.options)
        self.near = nn.Linear(config.w_dim, sum(self.groups))
        self.alike = nn.Linear(sum(self.groups), config.variants, bias=False)
        self.plain = nn.Linear(config.w_dim, config.plain)

    def forward(self, rows: Tensor) -> Tensor:
        parts = self.near(rows).split(self.groups, -1)
        shares = torch.cat([part.softmax(-1) for part in parts], -1)
        return torch.cat([self.alike(shares), _leaky(self.plain(rows))], -1)


class FlatBlock(nn.Module):
    """Two convolutions beside the straight way, scaled and shifted by a row of the code."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(hidden, 2 * width)
        nn.init.kaiming_normal_(self.first.weight, SLOPE)
        nn.init.zeros_(self.first.bias)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)
        nn.init.normal_(self.film.weight, std=0.1)
        nn.init.zeros_(self.film.bias)

    def forward(self, x: Tensor, row: Tensor) -> Tensor:
        inner = self.first(_leaky(x))
        scale, shift = self.film(row)[:, :, None, None].chunk(2, 1)
        return x + self.second(_leaky(inner * (1 + scale) + shift))


class Seed(nn.Module):
    """What a row says, laid out: [B, said] -> [B, width, side, side]."""

    def __init__(self, said: int, channels: int, side: int, width: int) -> None:
        super().__init__()
        self.side, self.channels = side, channels
        self.lay = nn.Linear(said, channels * side**2)
        self.widen = nn.Conv2d(channels, width, 1)
        nn.init.normal_(self.lay.weight, std=0.3)

    def forward(self, said: Tensor) -> Tensor:
        x = self.lay(said).view(-1, self.channels, self.side, self.side)
        grid: Tensor = self.widen(x.contiguous(memory_format=torch.channels_last))
        return grid


class FlatGenerator(nn.Module):
    """z -> code (a row for each layer) -> picture. Deterministic.

    layers, dim: shape of a code; z_dim: of the random numbers; size: pixels.
    Row 0 lays out the first body, each block has a row, the first of a later body lays that out
    too, and the last decides the palette.
    """

    def __init__(self, config: FlatConfig) -> None:
        super().__init__()
        c = self.config = config
        self.layers = sum(c.blocks) + 2
        self.dim, self.z_dim, self.size = c.w_dim, c.z_dim, c.size
        self.mapping = ChoiceMapping(c)
        self.read = Reader(c)
        said = c.variants + c.plain
        self.places, self.seeds = nn.ParameterList(), nn.ModuleList()
        self.bodies, self.grow = nn.ModuleList(), nn.ModuleList()
        for i, (width, blocks) in enumerate(zip(c.widths, c.blocks, strict=True)):
            side = c.start * 2**i
            self.places.append(nn.Parameter(torch.empty(width, side, side)))
            nn.init.normal_(self.places[i], std=0.3)
            self.seeds.append(Seed(said, c.seeds[i], side, width) if c.seeds[i] else nn.Identity())
            self.bodies.append(nn.ModuleList(FlatBlock(width, said) for _ in range(blocks)))
            if i + 1 < len(c.widths):
                self.grow.append(nn.Conv2d(width, c.widths[i + 1], 1))
        self.areas = nn.Conv2d(c.widths[-1], c.palette * c.shuffle**2, 1)
        self.colours = nn.Linear(said, 3 * c.palette)
        nn.init.normal_(self.colours.weight, std=0.3 * said**-0.5)
        nn.init.normal_(self.colours.bias, std=0.6)

    def map(self, z: Tensor) -> Tensor:
        """z [B, z_dim], normal -> code [B, L, D], the same w in every row, not truncated."""
        w: Tensor = self.mapping(z)
        return w[:, None].expand(-1, self.layers, -1)

    def center(self) -> Tensor:
        """The mean code [L, D], which truncation leads to."""
        return self.mapping.w_avg.detach().float().expand(self.layers, -1).clone()

    def drawn(self, code: Tensor) -> tuple[Tensor, Tensor]:
        """Code [B, L, D] -> areas [B, palette * shuffle^2, s, s] as logarithms of their shares, and
        the colours [B, palette, 3], about -1 to 1."""
        c = self.config
        exact = self.read(code.to(self.read.near.weight.dtype))
        said = exact.to(self.areas.weight.dtype)
        x, at = torch.zeros((), dtype=said.dtype, device=said.device), 0
        for i, blocks in enumerate(self.bodies):
            if i:
                x = F.interpolate(self.grow[i - 1](_level(x)), scale_factor=2.0, mode="nearest")
            if c.seeds[i]:
                x = x + self.seeds[i](said[:, at])
            at += i == 0  # the first body has a row for its layout alone
            x = _level(x) + self.places[i]
            for block in blocks:
                x = block(x, said[:, at])
                at += 1
        colours = self.colours(exact[:, -1]).view(-1, c.palette, 3).clamp(-LOUDEST, LOUDEST)
        return self.areas(_leaky(_level(x))), colours

    def shares(self, areas: Tensor) -> Tensor:
        """Areas as the body has them -> unnormalised shares [B, pixels, palette] of every pixel,
        cell by cell."""
        batch, _, side, _ = areas.shape
        c = self.config
        x = areas.permute(0, 2, 3, 1).reshape(batch, (side * c.shuffle) ** 2, c.palette)
        return x.clamp(-AREA_LIMIT, AREA_LIMIT).exp()

    def mixed(self, shares: Tensor, colours: Tensor) -> Tensor:
        """The palette's colours in these shares: [B, 3, size, size].

        A softmax written as one product with a column of ones, several times faster on a CPU.
        """
        c = self.config
        batch, side = len(shares), c.size // c.shuffle
        with torch.autocast(shares.device.type, enabled=False):
            palette = F.pad(colours.to(shares.dtype), (0, 1), value=1.0)
            mixed = torch.bmm(shares, palette).float()
            x = mixed[..., :3] / mixed[..., 3:]
        x = x.view(batch, side, side, c.shuffle, c.shuffle, 3).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(batch, 3, c.size, c.size)

    def synthesize(self, code: Tensor) -> Tensor:
        """Code [B, L, D] -> picture [B, 3, size, size], about -1 to 1."""
        areas, colours = self.drawn(code)
        return self.mixed(self.shares(areas), colours)

    def preview(self, code: Tensor, side: int) -> Tensor:
        """A smaller picture [B, 3, side, side]; it costs as much as a full one."""
        full = self.synthesize(code)
        if not 0 < side < self.size:
            return full
        return F.interpolate(full.float(), size=(side, side), mode="area")

    def modulation(self) -> Tensor:
        """The weights that meet the code first: float32 [rows, D]."""
        return self.read.plain.weight.detach().float()

    def forward(self, z: Tensor) -> Tensor:
        """z [B, z_dim] -> picture [B, 3, size, size]."""
        return self.synthesize(self.map(z))

    def prepare(self, dtype: torch.dtype = torch.float32) -> Self:
        """Draw in `dtype`. What reads the code stays float32, so that small moves are seen."""
        self.to(dtype)
        for part in (self.mapping, self.read, self.colours):
            part.float()
        return self
