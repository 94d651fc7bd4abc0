"""The painter: one small feed-forward network that repaints a picture in the manner of a style.

A style is a code. It enters every layer as a scale and a shift of each channel (conditional
normalisation, Dumoulin et al. 2017), linearly, so codes mix like the styles do. A reader finds the
code of any picture (after Ghiasi et al. 2017); learned styles have codes of their own.

Colours need no learning: the picture's are taken out (mean 0, covariance 1) before the network and
the style's are put in after it, so the network paints strokes only (Reinhard et al. 2001, Pitie
and Kokaram 2007).

Unlike its models, the painter normalises over the channels of each place, not over the picture.
All it needs to know of the whole picture are mean and covariance of its colours; given these,
every pixel depends on its neighbourhood alone. So tiles meet without a seam.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from studio.engines.style.flow import CURRENTS, Flow, currents, flow

Width = Annotated[int, Field(ge=4, le=512)]
#: colours that vary less than this (standard deviation) are not stretched any further
FAINT = 0.04
#: numbers of a code that say its colours: 1 for whose they are, 3 of the mean, 6 of the spread
COLOURS = 10
_ROWS, _COLUMNS = (0, 0, 0, 1, 1, 2), (0, 1, 2, 1, 2, 2)


class PainterConfig(BaseModel):
    """Shape of the painter.

    widths: channels at a half, a quarter and an eighth of the picture's size.
    blocks: residual blocks at an eighth and at a quarter.
    code: numbers of a style's code. The first says how far the picture keeps its own colours
        (0..1), nine say the style's, the others how it is painted.
    reader: channels of the style's reader from a half of its picture's size on.
    hidden: channels between the reader's features and the code.
    style_side: pixels of the shorter side at which a style is read best.
    grain: how much grain (grain.py) pictures had in training, the standard deviation.
    flow: whether it is shown where strokes run (flow.py).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    widths: tuple[Width, Width, Width] = (48, 96, 160)
    blocks: tuple[Annotated[int, Field(ge=0, le=16)], Annotated[int, Field(ge=0, le=16)]] = (3, 3)
    code: Annotated[int, Field(ge=16, le=1024)] = 128
    reader: tuple[Width, Width, Width, Width] = (32, 64, 128, 192)
    hidden: Annotated[int, Field(ge=8, le=2048)] = 512
    style_side: Annotated[int, Field(ge=32, le=1024)] = 256
    grain: Annotated[float, Field(ge=0, le=0.2)] = 0.02
    flow: bool = False


@dataclass(frozen=True)
class Statistics:
    """What the painter has to know of the whole picture; float32.

    mean: [B, 3] the mean colour. root: [B, 3, 3] square root of the colours' covariance.
    """

    mean: Tensor
    root: Tensor

    @property
    def spread(self) -> Tensor:
        """The mean variance of the three colours: [B]."""
        return self.root.square().sum((1, 2)) / 3

    @property
    def tensors(self) -> list[Tensor]:
        """All of them, in an order `of` takes."""
        return [self.mean, self.root]

    @classmethod
    def of(cls, tensors: list[Tensor]) -> Statistics:
        """From a list as `tensors` gives."""
        return cls(*tensors)

    @classmethod
    def average(cls, several: list[Statistics]) -> Statistics:
        """The mean of several, such as those of a film's frames."""
        columns = zip(*(one.tensors for one in several), strict=True)
        return cls.of([torch.stack(column).mean(0) for column in columns])


def colours(pictures: Tensor, smooth: bool) -> Statistics:
    """Mean and spread of the colours of [B, 3, H, W]. smooth: of means over 4 x 4 pixels, which
    grain and enlarging hardly change."""
    pictures = pictures.float()
    if smooth and min(pictures.shape[-2:]) >= 8:
        pictures = F.avg_pool2d(pictures, 4)
    rows = pictures.flatten(2)
    mean = rows.mean(2)
    rows = rows - mean[..., None]
    covariance = rows @ rows.mT / rows.shape[2] + FAINT**2 * torch.eye(3, device=rows.device)
    values, vectors = torch.linalg.eigh(covariance)
    return Statistics(mean, (vectors * values.clamp(min=1e-8).sqrt()[:, None]) @ vectors.mT)


def _conv(x: Tensor, layer: nn.Conv2d, stride: int = 1) -> Tensor:
    """A 3 x 3 convolution with a reflected border, in the type of `x`."""
    x = F.pad(x, (1, 1, 1, 1), mode="reflect")
    bias = None if layer.bias is None else layer.bias.to(x.dtype)
    return F.conv2d(x, layer.weight.to(x.dtype), bias, stride)


def _mix(x: Tensor, matrix: Tensor) -> Tensor:
    """Colours [B, 3, H, W] times a matrix each [B, 3, 3]."""
    return (matrix @ x.flatten(2)).view_as(x)


def _wider(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def _by_place(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """The channels of each place to mean 0 and deviation 1, then scaled and shifted: [B, C]."""
    channels = x.shape[1]
    rows = x.permute(0, 2, 3, 1)
    scale, shift = scale.to(x.dtype), shift.to(x.dtype)
    if len(x) == 1:
        return F.layer_norm(rows, (channels,), scale[0], shift[0], 1e-4).permute(0, 3, 1, 2)
    rows = F.layer_norm(rows, (channels,), eps=1e-4)
    rows = torch.addcmul(shift[:, None, None], rows, scale[:, None, None])
    return rows.permute(0, 3, 1, 2)


class Reader(nn.Module):
    """A style's picture [B, 3, h, w] in 0..1, of any size -> what its code is made from [B, D].

    Mean and deviation of each channel at four sizes, which say what colours and strokes there
    are and not where.
    """

    def __init__(self, config: PainterConfig) -> None:
        super().__init__()
        sizes = (12, *config.reader)
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3) for a, b in itertools.pairwise(sizes))
        found = 2 * sum(config.reader) + 6
        #: what is usual for each of these, followed while training
        self.register_buffer("centre", torch.zeros(found))
        self.register_buffer("spread", torch.ones(found))
        self.hidden = nn.Linear(found, config.hidden)
        self.out = nn.Linear(config.hidden, config.code - COLOURS)

    def forward(self, x: Tensor) -> Tensor:
        rows = self.look(x)
        if self.training:
            self.follow(rows.detach(), 0.01)
        level = (rows - self.get_buffer("centre")) / self.get_buffer("spread").sqrt()
        level = 4 * torch.tanh(level / 4)  # an odd picture does not leave the known land
        code: Tensor = self.out(F.silu(self.hidden(level)))
        return code

    def look(self, x: Tensor) -> Tensor:
        """Means and deviations [B, N]."""
        found = [x.float().mean((2, 3)), x.float().std((2, 3))]
        x = F.pixel_unshuffle(x * 4 - 2, 2).contiguous(memory_format=torch.channels_last)
        for i, conv in enumerate(self.convs):
            x = F.leaky_relu(_conv(x, conv, 2 if i else 1), 0.1)  # type: ignore[arg-type]
            flat = x.flatten(2).float()
            found += [flat.mean(2), flat.var(2).add(1e-5).sqrt()]
            x = F.layer_norm(x.permute(0, 2, 3, 1), (x.shape[1],), eps=1e-4).permute(0, 3, 1, 2)
        return torch.cat(found, 1)

    @torch.no_grad()
    def follow(self, rows: Tensor, share: float) -> None:
        """Move what is usual towards a batch [B, N] of `look`; `spread` is a variance."""
        centre, spread = self.get_buffer("centre"), self.get_buffer("spread")
        centre.lerp_(rows.mean(0), share)
        spread.lerp_((rows - centre).square().mean(0) + 1e-5, share)


class Painter(nn.Module):
    """A picture and the code of a style -> the picture in that style. Float32 until `prepare`."""

    #: heights and widths have to be multiples of it
    multiple = 8
    #: whether some of the picture goes around the network
    keeps = True

    def __init__(self, config: PainterConfig) -> None:
        super().__init__()
        self.config = config
        half, quarter, eighth = config.widths
        self.stem = nn.Conv2d(12, half, 3)
        if config.flow:
            self.guided = nn.Conv2d(CURRENTS, half, 3, bias=False)
            #: how much of each current a style takes
            self.gains = nn.Linear(config.code - COLOURS, CURRENTS)
        self.down = nn.ModuleList([nn.Conv2d(half, quarter, 3), nn.Conv2d(quarter, eighth, 3)])
        self.deep = nn.ModuleList(nn.Conv2d(eighth, eighth, 3) for _ in range(2 * config.blocks[0]))
        self.up = nn.ModuleList([nn.Conv2d(eighth, quarter, 3), nn.Conv2d(quarter, half, 3)])
        self.near = nn.ModuleList(
            nn.Conv2d(quarter, quarter, 3) for _ in range(2 * config.blocks[1])
        )
        self.fine = nn.Conv2d(half, half, 3)
        self.paint_out = nn.Conv2d(half, 12, 3)
        #: channels of each conditional normalisation, in the order they are met
        self.channels = (
            [quarter, eighth]
            + [eighth] * (2 * config.blocks[0])
            + [quarter] * (2 * config.blocks[1] + 1)
            + [half, half]
        )
        self.manner = nn.Linear(config.code - COLOURS, 2 * sum(self.channels))
        #: how much of the picture itself goes around the network, for each axis of its colours
        self.around = nn.Linear(config.code - COLOURS, 3)
        self.reader = Reader(config)
        #: the manner that leaves a picture nearly as it is
        self.still = nn.Parameter(torch.zeros(config.code - COLOURS))
        self._dtype = torch.float32
        self._start()

    def _start(self) -> None:
        """Weights to begin training with."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.manner.weight, 0.0, 0.1 / self.config.code**0.5)
        nn.init.zeros_(self.manner.bias)
        if self.config.flow:
            nn.init.zeros_(self.gains.weight)
            nn.init.ones_(self.gains.bias)
        nn.init.zeros_(self.around.weight)
        nn.init.constant_(self.around.bias, 0.6)
        nn.init.normal_(self.paint_out.weight, 0.0, 0.05)
        nn.init.normal_(self.reader.hidden.weight, 0.0, self.reader.hidden.in_features**-0.5)
        nn.init.normal_(self.reader.out.weight, 0.0, 1.7 * self.config.hidden**-0.5)

    @property
    def code_dim(self) -> int:
        """Numbers in a code."""
        return self.config.code

    @property
    def style_side(self) -> int:
        """Pixels of the shorter side at which a style is read best."""
        return self.config.style_side

    @property
    def identity(self) -> Tensor:
        """The code [D] that leaves a picture nearly as it is."""
        still: Tensor = self.still.float()
        own = torch.zeros(COLOURS, device=still.device)
        own[0] = 1
        return torch.cat([own, still])

    @property
    def reach(self) -> int:
        """Pixels beyond which nothing changes what is painted."""
        eighth = 8 * (2 * self.config.blocks[0] + 1)
        quarter = 4 * (2 * self.config.blocks[1] + 2)
        reach = eighth + quarter + 2 * 4 + 8
        return -(-reach // self.multiple) * self.multiple

    def prepare(self, dtype: torch.dtype) -> Painter:
        """Ready for inference in `dtype`, with the layout that is fastest on a CPU."""
        self._dtype = dtype
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for name, module in self.named_children():
            if name not in ("reader", "manner", "around", "gains"):
                module.to(dtype)
        return self.eval()

    def train_in(self, dtype: torch.dtype) -> None:
        """Compute in `dtype` and keep the weights in float32."""
        self._dtype = dtype

    def read(self, style: Tensor) -> Tensor:
        """Code [B, D], float32, of any picture [B, 3, h, w] in 0..1 of at least 32 x 32 pixels."""
        height, width = (side - side % 2 for side in style.shape[-2:])
        kind = self._dtype if self.training else torch.float32
        code: Tensor = self.reader(style[..., :height, :width].to(kind))
        return torch.cat([self.palette(style), code], 1)

    @staticmethod
    def palette(style: Tensor) -> Tensor:
        """The first `COLOURS` numbers of a picture's code: [B, 3, h, w] -> [B, 10]."""
        found = colours(style, smooth=False)
        spread = found.root[:, _ROWS, _COLUMNS]
        return torch.cat([torch.zeros_like(spread[:, :1]), found.mean, spread], 1)

    def measure(self, content: Tensor, code: Tensor) -> Statistics:
        """What `paint` has to know of the whole picture [B, 3, H, W] in 0..1, whatever the code.

        A smaller version of the picture gives nearly the same.
        """
        del code
        return colours(content, smooth=True)

    def flow(self, content: Tensor, statistics: Statistics) -> Flow:
        """Where strokes run in the whole picture [B, 3, H, W] in 0..1; sides as for `paint`."""
        return flow(content, statistics.spread)

    def paint(
        self, content: Tensor, code: Tensor, statistics: Statistics, given: Tensor | None = None
    ) -> Tensor:
        """The picture [B, 3, H, W] in 0..1, painted in the code's manner [B, D]; float32, 0..1.

        H and W are multiples of `multiple` and at least 16. Nothing further away than `reach`
        pixels counts, so a picture may be painted in tiles that overlap by twice as much.
        given: the `currents` of this part of the picture [B, 9, H / 2, W / 2]; without them they
        are found as if this were all of it, which no longer is a matter of `reach`.
        """
        return self.run(content, code, statistics, given).float().clamp(0, 1)

    def run(
        self, content: Tensor, code: Tensor, statistics: Statistics, given: Tensor | None = None
    ) -> Tensor:
        """As `paint`, neither cut to 0..1 nor brought to float32: for training."""
        kind = self._dtype
        level = self.level(content, statistics).to(kind)
        x = F.pixel_unshuffle(level, 2)
        x = x.contiguous(memory_format=torch.channels_last)
        turns = iter(self._turns(code))

        def norm(x: Tensor) -> Tensor:
            return self.normalise(x, *next(turns))

        x = _conv(x, self.stem)
        if self.config.flow:
            x += self._guided(content, code, statistics, given)
        half = F.leaky_relu(x, 0.1)
        quarter = F.leaky_relu(norm(_conv(half, self.down[0], 2)), 0.1)
        x = norm(_conv(quarter, self.down[1], 2))
        for first, second in zip(self.deep[::2], self.deep[1::2], strict=True):
            x = x + _conv(F.leaky_relu(norm(_conv(F.leaky_relu(norm(x), 0.1), first)), 0.1), second)
        x = quarter + _conv(_wider(x), self.up[0])
        for first, second in zip(self.near[::2], self.near[1::2], strict=True):
            x = x + _conv(F.leaky_relu(norm(_conv(F.leaky_relu(norm(x), 0.1), first)), 0.1), second)
        x = _conv(_wider(F.leaky_relu(norm(x), 0.1)), self.up[1])
        scale, shift = next(turns)  # of what goes past the body: the picture's own detail
        x = torch.addcmul(x, half, scale.to(kind)[..., None, None] - 1)
        x = x + shift.to(kind)[..., None, None]
        x = F.leaky_relu(norm(x), 0.1)
        x = x + _conv(x, self.fine)
        x = F.pixel_shuffle(_conv(x, self.paint_out), 2)
        if self.keeps:
            share = self.around(code[:, COLOURS:].float())
            x = torch.addcmul(x, level, share.to(kind)[..., None, None])
        return self.colour(x, code, statistics)

    def _guided(
        self, content: Tensor, code: Tensor, statistics: Statistics, given: Tensor | None
    ) -> Tensor:
        """What currents add at half of the picture's size."""
        if given is None:
            with torch.no_grad():
                box = (0, 0, content.shape[-1], content.shape[-2])
                each = self.flow(content, statistics).each()
                given = torch.cat([currents(one, box) for one in each])
        gains = self.gains(code[:, COLOURS:].float())
        given = (given * gains[..., None, None]).to(self._dtype)
        return _conv(given.contiguous(memory_format=torch.channels_last), self.guided)

    @staticmethod
    def normalise(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        """The conditional normalisation."""
        return _by_place(x, scale, shift)

    def level(self, content: Tensor, statistics: Statistics) -> Tensor:
        """The picture without its colours: mean 0, covariance 1."""
        matrix = torch.linalg.inv(statistics.root)
        return _mix(content.float() - statistics.mean[..., None, None], matrix)

    def colour(self, x: Tensor, code: Tensor, statistics: Statistics) -> Tensor:
        """What the network painted, in the code's colours or the picture's own."""
        own = code[:, :1].float().clamp(0, 1)
        style = self.wanted(code)
        mean = torch.lerp(style.mean, statistics.mean, own)
        root = torch.lerp(style.root, statistics.root, own[..., None])
        return _mix(x.float(), root) + mean[..., None, None]

    @staticmethod
    def wanted(code: Tensor) -> Statistics:
        """The style's colours that a code [B, D] asks for."""
        root = code.new_zeros(len(code), 3, 3, dtype=torch.float32)
        root[:, _ROWS, _COLUMNS] = code[:, 4:10].float()
        root[:, _COLUMNS, _ROWS] = code[:, 4:10].float()
        return Statistics(code[:, 1:4].float(), root)

    def _turns(self, code: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Scale (around 1) and shift of each normalisation, [B, C] each."""
        turns = self.manner(code[:, COLOURS:].float())
        scales, shifts = turns.chunk(2, 1)
        return list(
            zip((1 + scales).split(self.channels, 1), shifts.split(self.channels, 1), strict=True)
        )
