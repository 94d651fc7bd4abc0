"""A warm start: the generator first learns to redraw, the mapping to lead where pictures are.

The encoder turns a picture into one code w; the generator, still without an opponent, draws it
again (L1 and LPIPS). Linear heads read the labels from w, so that labels lie straight in it.
Noise on w makes neighbours look alike. The mapping then learns to turn random numbers into codes
that lie as these do (mapping.py); that takes minutes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.latent.style_encoder import StyleEncoder
from studio.engines.latent.style_generator import StyleGenerator
from studio.training.gan.config import GanConfig
from studio.training.gan.data import Album, load
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips
from studio.training.picture.team import Team


class Pair(nn.Module):
    """Encoder and generator; heads that read labels [B, T] from a code."""

    def __init__(self, config: GanConfig, labels: int) -> None:
        super().__init__()
        self.encoder = StyleEncoder(config.encoder)
        self.generator = StyleGenerator(config.generator)
        self.heads = nn.Linear(config.generator.w_dim, max(1, labels))


def networks(config: GanConfig, album: Album) -> Pair:
    """Fresh networks, the same for every member of a team."""
    torch.manual_seed(config.seed)
    pair = Pair(config, len(album.names)).to(loop.device())
    return pair.to(memory_format=torch.channels_last)


def rates(pair: Pair, rate: float, encoder_rate: float) -> list[dict[str, Any]]:
    """Parameter groups: the generator learns at equalised rates, all else at plain ones.

    The mapping, which no rebuilt picture passes, is in none.
    """
    drawing = [p for n, p in pair.generator.named_parameters() if not n.startswith("mapping")]
    parts = (pair.encoder, pair.heads)
    seeing = [p for part in parts for p in part.parameters()]
    return [{"params": drawing, "lr": rate}, {"params": seeing, "lr": encoder_rate}]


def rebuilding_loss(
    pair: Pair,
    x: Tensor,
    labels: tuple[Tensor, Tensor],
    judge: Lpips | None,
    config: GanConfig,
    chance: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """How far pictures x [B, 3, S, S], made again from their codes, are from what they were; and
    these pictures as they were made again.

    labels: standardised [B, T], and which are known; the heads learn to read them from the code.
    """
    values, known = (part.to(x.device) for part in labels)
    w = pair.encoder(x).mean(1)
    off = (pair.heads(w) - values) * known if values.shape[1] else w.new_zeros(1)
    aside = config.warm.labels * off.square().mean()
    noise = torch.randn(w.shape, generator=chance).to(x.device)
    code = (w + config.warm.spread * noise)[:, None].expand(-1, pair.generator.layers, -1)
    made: Tensor = pair.generator.synthesize(code)
    loss = config.warm.plain * functional.l1_loss(made, x)
    loss = loss + config.warm.pull * w.square().mean() + aside
    if judge is not None:
        again, x = looked_at(made, x, chance)
        away = judge(again.clamp(-1.2, 1.2) / 2 + 0.5, x / 2 + 0.5).mean()
        loss = loss + config.warm.lpips * away
    return loss, made


def looked_at(a: Tensor, b: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """The same part of both, as AlexNet shall see it: all of it, or every other time a half, twice
    as large, so that small things like eyes count. AlexNet strides 4 pixels: seen from always the
    same place it overlooks a grid of dots, so the place is never quite the same."""
    side = a.shape[-1]
    if torch.rand([], generator=chance) < 0.5:
        down, across = torch.randint(4, (2,), generator=chance).tolist()
        return a[:, :, down:, across:], b[:, :, down:, across:]
    half = side // 2
    down, across = torch.randint(side - half, (2,), generator=chance).tolist()

    def closer(x: Tensor) -> Tensor:
        part = x[:, :, down : down + half, across : across + half]
        return functional.interpolate(part, scale_factor=2, mode="bilinear")

    return closer(a), closer(b)


def train(config: GanConfig, work: Path, team: Team | None = None) -> None:
    """Train encoder and generator; goes on where it was stopped."""
    team = team or Team()
    on, warm = loop.device(), config.warm
    album = load(work).moved(on)
    pair = networks(config, album)
    targets, known = album.targets()
    parameters = [p for n, p in pair.named_parameters() if "mapping" not in n]
    groups = rates(pair, warm.rate, warm.encoder_rate)
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.99))
    peaks = [group["lr"] for group in optimizer.param_groups]
    average = loop.Average(pair, 0.999)
    folder = work / "warm"
    done = loop.load_checkpoint(folder, pair, average, [optimizer])
    step, budget = done.get("step", 0), loop.Budget(warm.minutes, done.get("spent", 0.0))
    judge = Lpips("alexnet", work).to(on).eval().requires_grad_(False) if warm.lpips else None
    log, share = loop.Log(work / "figures.jsonl"), budget.share(step)
    while share < 1.0:
        chance = loop.step_generator(config.seed, step)
        rows = loop.epoch_batch(album.train, warm.batch, step, config.seed)
        flip = torch.rand(len(rows), generator=chance) < 0.5 if config.mirror else None
        mine = team.rows(len(rows))
        x = album.batch(rows[mine], None if flip is None else flip[mine]).to(on)
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * min(1.0, (step + 1) / 100, 0.02 + 2.5 * (1 - share))
        labels = targets[rows[mine]], known[rows[mine]]
        with loop.autocast(on):
            loss, _ = rebuilding_loss(pair, x, labels, judge, config, chance)
        step += 1
        value, share = team.descend(loss, parameters, [optimizer], budget, step)
        average.update(pair, step)
        if team.leads and (step % 200 == 0 or share >= 1.0):
            log.write(stage="warm", step=step, loss=value, minutes=budget.spent / 60)
        if team.leads and budget.checkpoint_due(step):
            progress = {"step": step, "spent": budget.spent}
            loop.save_checkpoint(folder, pair, average, [optimizer], progress)
            rebuilt_sheet(config, work)


def load_pair(config: GanConfig, work: Path, album: Album, prefix: str = "ema.") -> Pair:
    """The warm start's networks as they are now."""
    pair = networks(config, album)
    loop.load_weights(work / "warm", pair, prefix)
    return pair


@torch.no_grad()
def rebuilt_sheet(config: GanConfig, work: Path, count: int = 32) -> None:
    """Held-out pictures and, below each, what the generator made of its code."""
    album = load(work)
    pair = load_pair(config, work, album).eval()
    chosen = album.held_out()[:count]
    x = album.batch(chosen).to(loop.device())
    drawn = [pair.generator.synthesize(pair.encoder(x))]
    rows = [torch.cat(row) for row in zip(*(p.split(8) for p in (x, *drawn)), strict=True)]
    page = torch.cat(rows) / 2 + 0.5
    solid = torch.cat([page, torch.ones_like(page[:, :1])], 1)
    loop.sheet(solid, 8, work / "sheets" / "warm.png", 1.0)


@torch.no_grad()
def codes(pair: Pair, album: Album, batch: int = 64) -> Tensor:
    """The encoder's codes of all training pictures, float32 [N, D]."""
    on = loop.device()
    parts = [
        pair.encoder(album.batch(rows).to(on)).mean(1)
        for rows in torch.arange(album.train).split(batch)
    ]
    return torch.cat(parts)
