"""The warm start: given what a drawing is made of, draw it.

Everything about a drawing is known, so a code is written down (factors.py) and the generator has
only to learn to draw it: an ordinary lesson, thousands of times quicker than a duel. Losses:
absolute error, more in the middle; LPIPS on crops; 8 x 8 averages; and the likelihood of each pixel
if its colour is one of the palette's, in the shares that the generator gives them, with a little
normal noise. The last teaches areas as a classifier learns, and does not care for what is only a
matter of names.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.engines.latent.flat_generator import FlatGenerator, Reader
from studio.training.characters.muon import Muon
from studio.training.gan.portraits import data, factors
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips

SHEET_SECONDS = 240.0
#: how sharply options are told apart: along an axis from -1 to 1 with an option in the middle, one
#: turns into the next within about half of the way
SHARP = 10.0
#: the same in use, and how much one option may be favoured over another; an axis's end is half of
#: the first away from the next option, so twice the second has to be less
SHARP_IN_USE, FAVOUR = 25.0, 4.0
#: what the warm start takes as given
GIVEN = ("mapping", "read.near", "read.alike")
#: likelihood that any pixel has, so that edges, which mix two colours, do not matter
OUTSIDE = 3e-3
#: what many drawings have in common: black, white, mouth, tongue, lips, blush, freckles
USUAL = (
    (-1, -1, -1), (1, 1, 1), (0.12, -0.64, -0.46), (0.84, 0.05, 0.24), (0.65, -0.76, -0.76),
    (0.58, 0.11, 0.06), (-0.04, -0.23, -0.39),
)  # fmt: skip


def build(config: PortraitsConfig) -> FlatGenerator:
    """A fresh generator, its palette begun with what drawings usually have."""
    torch.manual_seed(config.seed)
    generator = FlatGenerator(config.generator)
    told_apart(generator.read)
    alike(generator.read)
    usual = torch.tensor(USUAL)
    room = generator.colours.bias.data.view(-1, 3)
    room[3 : 3 + len(usual)] = usual[: max(0, len(room) - 3)]
    return generator.to(loop.device()).to(memory_format=torch.channels_last)


@torch.no_grad()
def told_apart(read: Reader, sharp: float = SHARP) -> None:
    """A reader that knows the options of every part."""
    every = torch.cat([group.vectors for group in factors.groups()])
    read.near.weight.copy_(sharp * every)
    read.near.bias.copy_(-0.5 * sharp * every.square().sum(1))


@torch.no_grad()
def alike(read: Reader) -> None:
    """A reader that knows which options are the same drawing."""
    read.alike.weight.zero_()
    row, begin = 0, 0
    for group in factors.groups():
        for options in group.options.values():
            read.alike.weight[row, [begin + i for i in options]] = 1.0
            row += 1
        begin += len(group.vectors)


@torch.no_grad()
def settled(read: Reader) -> None:
    """A reader for use, after all lessons: parts turn into each other on a short stretch, and no
    two options are equally good half-way. So what is mixed of two faces in equal parts has the
    hair of one and the mouth of the other, instead of half of each everywhere."""
    told_apart(read, SHARP_IN_USE)
    chance = torch.Generator().manual_seed(17)
    favour = 2 * torch.rand(read.near.bias.shape, generator=chance) - 1
    read.near.bias.add_(FAVOUR * favour.to(read.near.bias.device))


def coded(
    generator: FlatGenerator, own: Tensor, other: Tensor, mixed: float, chance: torch.Generator
) -> Tensor:
    """Codes [B, L, D] of factors [B, F]. With probability `mixed` the form rows get the detail of
    `other`, and with that of another toss the detail rows its form: neither is to matter."""
    form = factors.form()
    rows = own[:, None].expand(-1, generator.layers, -1).clone()
    half = generator.layers // 2
    for part, strange in ((slice(0, half), ~form), (slice(half, None), form)):
        toss = torch.rand(len(own), 1, generator=chance) < mixed
        rows[:, part] = torch.where(toss & strange, other, own)[:, None]
    return rows


def middle(side: int, more: float) -> Tensor:
    """Weights [side, side], 1 on average, larger where faces are."""
    across = torch.linspace(-1, 1, side)
    hill = 1 + more * torch.exp(-(across[:, None] ** 2 + across[None, :] ** 2) / (2 * 0.45**2))
    return hill / hill.mean()


def by_cell(x: Tensor, generator: FlatGenerator) -> Tensor:
    """Pictures [B, C, S, S] -> [B, pixels, C] in the order that the generator's shares have."""
    c = generator.config
    side = c.size // c.shuffle
    x = x.view(len(x), -1, side, c.shuffle, side, c.shuffle).permute(0, 2, 4, 3, 5, 1)
    return x.reshape(len(x), c.size**2, -1)


def near_middle(side: int, window: int, chance: torch.Generator) -> tuple[slice, slice]:
    """A square of at most `window` cells of `side`, about the middle."""
    room = max(0, side - window)
    at = 0.5 * room + 0.25 * room * torch.randn(2, generator=chance)
    down, across = (int(v) for v in at.round().clamp(0, room))
    return slice(down, down + window), slice(across, across + window)


def windowed(x: Tensor, window: tuple[slice, slice]) -> Tensor:
    """Those of pixels [B, cells, of a cell, C] that are in the window: [B, N, C]."""
    side = math.isqrt(x.shape[1])
    x = x.view(len(x), side, side, *x.shape[2:])[:, window[0], window[1]]
    return x.flatten(1, 3)


def flatness(shares: Tensor, colours: Tensor, pixels: Tensor, sigma: float) -> Tensor:
    """Minus the logarithm of each pixel's likelihood [B, N]: a mixture of the palette's colours
    [B, K, 3] in shares [B, N, K], each with normal noise; pixels [B, N, 3]."""
    apart = (
        pixels.square().sum(2, keepdim=True)
        + colours.square().sum(2)[:, None]
        - 2 * torch.bmm(pixels, colours.transpose(1, 2))
    )
    near = (apart.clamp(min=0) * (-0.5 / sigma**2)).exp()
    ones = shares.new_ones(shares.shape[2], 1)
    likely = ((shares * near) @ ones) / (shares @ ones)
    return -(likely[..., 0] + OUTSIDE).log()


class Lesson:
    """The losses of one batch."""

    def __init__(self, config: PortraitsConfig, work: Path) -> None:
        self.config, on = config.teach, loop.device()
        self.judge = Lpips("alexnet", work).to(on).eval().requires_grad_(False)
        self.middle = middle(config.generator.size, self.config.middle)[None, None].to(on)

    def __call__(
        self, generator: FlatGenerator, code: Tensor, x: Tensor, share: float, chance: Any
    ) -> tuple[Tensor, dict[str, Tensor], Tensor]:
        """The loss, its parts, and the pictures [B, 3, S, S] made."""
        c = self.config
        with loop.autocast(x.device):
            areas, colours = generator.drawn(code)
        shares = generator.shares(areas.float())
        colours = colours.float()
        made = generator.mixed(shares, colours)
        plain = ((made - x).abs() * self.middle).mean()
        shape = generator.config
        window = near_middle(shape.size // shape.shuffle, c.window, chance)
        shares, wanted = (
            windowed(part.unflatten(1, (-1, shape.shuffle**2)), window)
            for part in (shares, by_cell(x, generator))
        )
        flat = flatness(shares, colours, wanted, c.sigma).mean()
        cells = max(2, x.shape[-1] // 8)
        tint = (F.avg_pool2d(made, cells) - F.avg_pool2d(x, cells)).abs().mean()
        seen = perceived(self.judge, made, x, c.crop, chance)
        weight = c.flat[0] + (c.flat[1] - c.flat[0]) * share
        loss = plain + weight * flat + tint + c.lpips * seen
        return loss, {"l1": plain, "flat": flat, "tint": tint, "lpips": seen}, made


def perceived(judge: Lpips, made: Tensor, x: Tensor, crop: int, chance: torch.Generator) -> Tensor:
    """LPIPS of a crop near the middle, or, less often, of the whole at half the size."""
    side = x.shape[-1]
    if torch.rand((), generator=chance) < 0.35 and side >= 128:
        made, x = F.avg_pool2d(made, 2), F.avg_pool2d(x, 2)
    else:
        room = max(0, side - crop)
        at = 0.5 * room + 0.22 * room * torch.randn(2, generator=chance)
        down, across = (int(v) for v in at.round().clamp(0, room))
        made = made[..., down : down + crop, across : across + crop]
        x = x[..., down : down + crop, across : across + crop]
    with loop.autocast(x.device):
        return judge(made.clamp(-1.2, 1.2) * 0.5 + 0.5, x * 0.5 + 0.5).mean()


def optimizers_of(
    generator: FlatGenerator, rate: float, muon_rate: float
) -> list[torch.optim.Optimizer]:
    """Muon for the bodies' convolutions, AdamW for all else but what is given."""
    inner, outer = [], []
    for name, weights in generator.named_parameters():
        if name.startswith(GIVEN):
            continue
        body = name.startswith(("bodies", "grow")) and weights.ndim == 4
        (inner if body else outer).append(weights)
    return [
        Muon(inner, muon_rate, decay=0.01),
        torch.optim.AdamW(outer, rate, betas=(0.9, 0.99), weight_decay=0.01),
    ]


def train(config: PortraitsConfig, work: Path) -> None:
    """Teach the generator; goes on where it was stopped."""
    c, on, folder = config.teach, loop.device(), work / "teach"
    drawings = data.load(work)
    generator = build(config)
    lesson = Lesson(config, work)
    average = loop.Average(generator, c.average)
    optimizers = optimizers_of(generator, c.rate, c.muon_rate)
    done = loop.load_checkpoint(folder, generator, average, optimizers)
    step, budget = done.get("step", 0), loop.Budget(c.minutes, done.get("spent", 0.0))
    log = loop.Log(folder / "log.jsonl")
    weights = [p for n, p in generator.named_parameters() if not n.startswith(GIVEN)]
    share, sums, since, began = budget.share(step), dict[str, float](), 0, time.monotonic()
    start, looked = step, budget.spent - SHEET_SECONDS / 2
    while share < 1:
        rate = rising_and_falling(share, step - start, c.warmup, c.fall)
        for optimizer, most in zip(optimizers, (c.muon_rate, c.rate), strict=True):
            optimizer.param_groups[0]["lr"] = most * rate
        chance = loop.step_generator(config.seed, step)
        rows = loop.epoch_batch(drawings.train, c.batch, step, config.seed)
        own = drawings.faces.drawn(rows, chance, c.blend)
        other = own[torch.randperm(len(own), generator=chance)]
        code = coded(generator, own, other, c.mixed, chance).to(on)
        loss, told, _ = lesson(generator, code, drawings.batch(rows).to(on), share, chance)
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step += 1
        average.update(generator, step)
        budget.tick()
        share = budget.share(step)
        if not math.isfinite(loss.item()):
            raise RuntimeError(f"Step {step} gave {loss.item()}; go on from the last checkpoint.")
        since += 1
        for name, value in told.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if step % 50 == 0 or share >= 1:
            pace = since * c.batch / (time.monotonic() - began)
            means = {name: value / since for name, value in sums.items()}
            log.write(step=step, minutes=budget.spent / 60, pictures_s=pace, **means)
            sums, since, began = {}, 0, time.monotonic()
        if budget.spent - looked > SHEET_SECONDS or share >= 1:
            looked = budget.spent
            look(config, average, drawings, folder / "sheets" / f"{step:06d}.png")
        if budget.checkpoint_due(step):
            progress = {"step": step, "spent": budget.spent}
            loop.save_checkpoint(folder, generator, average, optimizers, progress)


def rising_and_falling(share: float, step: int, warmup: int, fall: float) -> float:
    """Warm-up, then level, then a cosine down to a hundredth."""
    rise = min(1.0, (step + 1) / warmup)
    if share <= fall:
        return rise
    return rise * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (share - fall) / (1 - fall))))


@torch.no_grad()
def look(
    config: PortraitsConfig, average: loop.Average, drawings: data.Drawings, path: Path
) -> None:
    """A sheet: held-out drawings; drawn from their factors; moved along axes; with the next one's
    detail; half-way to the next one."""
    judge = build(config)
    judge.load_state_dict(average.state)
    judge.eval()
    chance = torch.Generator().manual_seed(1)
    rows = torch.arange(drawings.train, len(drawings))[:8]
    own = drawings.faces.drawn(rows, chance)
    codes = [own]
    for name in ("hair length", "smile", "eyes open", "glasses"):
        moved = own.clone()
        at = moved[:, factors.index(name)]
        moved[:, factors.index(name)] = torch.where(at > 0, -1.0, 1.0)
        codes.append(moved)
    codes.append((own + own.roll(1, 0)) / 2)
    page = [drawings.batch(rows)]
    with loop.autocast(loop.device()):
        for one in codes:
            code = one[:, None].expand(-1, judge.layers, -1).to(loop.device())
            page.append(judge.synthesize(code).cpu())
        crossed = torch.where(factors.form(), own, own.roll(1, 0))
        code = coded(judge, crossed, own, 0.0, chance).to(loop.device())
        half = judge.layers // 2
        code[:, :half], code[:, half:] = own[:, None], own.roll(1, 0)[:, None]
        page.insert(-1, judge.synthesize(code).cpu())
    every = torch.cat(page) * 0.5 + 0.5
    loop.sheet(torch.cat([every, torch.ones_like(every[:, :1])], 1), len(rows), path, 1.0)
