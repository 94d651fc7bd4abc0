"""Training of the VAE with named sliders.

Each batch holds pairs of drawings that differ in one named thing. The encoder says, of each, the
named numbers and a distribution of the free part. The decoder must draw each picture from its own
free part, or from that of the other of its pair with only the named number exchanged: so a slider
changes exactly what it names, and the free part has to leave that alone.
"""

from __future__ import annotations

import math
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.engines.latent.vae import VaeEncoder, VaeGenerator
from studio.training.characters import data
from studio.training.characters.config import CharactersConfig
from studio.training.characters.muon import Muon
from studio.training.characters.people import NAMES
from studio.training.picture import loop
from studio.training.picture import team as teams
from studio.training.picture.perceptual import Lpips

#: numbers that take a few values only; in training they are shaken a little, so that the decoder
#: knows the neighbourhood too
_STEPS = ("style", "hair_length", "glasses", "beard", "smile", "mouth_open", "eyes_closed",
          "earrings")  # fmt: skip
SHEET_SECONDS = 180.0


def build(config: CharactersConfig) -> nn.ModuleDict:
    """Both networks, freshly drawn."""
    torch.manual_seed(config.seed)
    both = nn.ModuleDict(
        {"decoder": VaeGenerator(config.decoder), "encoder": VaeEncoder(config.encoder)}
    )
    return both.to(memory_format=torch.channels_last)


def load(config: CharactersConfig, work: Path, prefix: str = "ema.") -> nn.ModuleDict:
    """The networks as the last checkpoint has them, ready to judge."""
    both = build(config)
    loop.load_weights(work / "vae", both, prefix)
    return both.eval()


def share_of_rate(config: CharactersConfig, share: float, step: int) -> float:
    """Warm-up, then level, then a cosine down to a hundredth."""
    c = config.train
    rise = min(1.0, (step + 1) / c.warmup)
    if share <= c.fall:
        return rise
    place = (share - c.fall) / (1 - c.fall)
    return rise * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, place))))


@lru_cache(maxsize=2)
def middle_counts(side: int, more: float) -> Tensor:
    """Weights (side, side), 1 on average: eyes, mouth and glasses are few pixels, but matter."""
    place = torch.linspace(-1, 1, side)
    hill = 1 + more * torch.exp(-(place[:, None] ** 2 + place[None, :] ** 2) / (2 * 0.45**2))
    return hill / hill.mean()


class Losses(nn.Module):
    """All losses of one batch of pairs."""

    def __init__(self, config: CharactersConfig, work: Path) -> None:
        super().__init__()
        self.config = config.train
        net = self.config.perceptual_net
        self.teacher = Lpips(net, work).requires_grad_(False).eval() if net else None
        shaken = torch.tensor([float(n in _STEPS) for n in NAMES])
        self.register_buffer("shaken", shaken)

    def forward(
        self,
        both: nn.ModuleDict,
        pictures: Tensor,
        labels: Tensor,
        seen: Tensor,
        tells: Tensor,
        share: float,
        generator: torch.Generator,
    ) -> tuple[Tensor, dict[str, float]]:
        """Pictures [2P, 3, S, S], pairs side by side; labels, seen [2P, names]; tells [P, 2]."""
        c, on = self.config, pictures.device
        with loop.autocast(on):
            named, mean, spread = both["encoder"].posterior(pictures)
        noise = torch.randn(mean.shape, generator=generator).to(on)
        free = mean + noise * (0.5 * spread).exp()

        # Whose free part draws whom: row 2i + 1's picture may come from row 2i, and back.
        partner = torch.arange(len(pictures)).view(-1, 2).flip(1).flatten()
        dares = (torch.rand(len(pictures), generator=generator) < 0.5) & tells.flip(1).flatten()
        source = torch.where(dares, partner, torch.arange(len(pictures))).to(on)
        jitter = (torch.rand(labels.shape, generator=generator) - 0.5) * 0.4
        asked = labels + jitter.to(on) * self.shaken
        with loop.autocast(on):
            drawn = both["decoder"](torch.cat([asked, free[source]], 1).unsqueeze(1)).float()

        error = (drawn - pictures).abs()
        plain = (error * middle_counts(error.shape[-1], c.middle).to(on)).mean()
        cells = max(2, pictures.shape[-1] // 8)
        tint = (F.avg_pool2d(drawn, cells) - F.avg_pool2d(pictures, cells)).abs().mean()
        with loop.autocast(on):
            perceived = self.perceive(drawn, pictures, generator)
        heads = ((named - labels).abs().clamp(max=4) * seen).sum() / seen.sum()
        heads = heads + ((named - labels).square().clamp(max=4) * seen).sum() / seen.sum()
        divergence = 0.5 * (mean.square() + spread.exp() - spread - 1).sum(1).mean()
        first, second = mean.view(-1, 2, mean.shape[1]).unbind(1)
        width = spread.exp().view(-1, 2, mean.shape[1]).sum(1)
        moved = ((first - second).square() / (width + 0.02)).sum(1).mean()
        beta = c.beta * min(1.0, share / c.beta_warmup) if c.beta_warmup else c.beta
        loss = (
            plain + c.tint * tint + c.perceptual * perceived + c.named * 0.1 * heads
            + beta * divergence + c.still * beta * moved
        )  # fmt: skip
        told = {"l1": plain, "lpips": perceived, "heads": heads, "kl": divergence, "moved": moved}
        return loss, {k: float(v.detach()) for k, v in told.items()}

    def perceive(self, drawn: Tensor, wanted: Tensor, generator: torch.Generator) -> Tensor:
        """The teacher's distance: of a crop near the middle, or of the whole at half size."""
        if self.teacher is None:
            return drawn.new_zeros(())
        side, crop = drawn.shape[-1], self.config.crop
        if torch.rand((), generator=generator) < 0.4 and side // 2 >= 32:
            drawn, wanted = F.avg_pool2d(drawn, 2), F.avg_pool2d(wanted, 2)
        else:
            room = side - crop
            near = 0.5 * room + 0.2 * room * torch.randn(2, generator=generator)
            y, x = (int(v) for v in near.round().clamp(0, room))
            drawn = drawn[..., y : y + crop, x : x + crop]
            wanted = wanted[..., y : y + crop, x : x + crop]
        return self.teacher(drawn * 0.5 + 0.5, wanted * 0.5 + 0.5).mean()


def optimizers_of(both: nn.ModuleDict, config: CharactersConfig) -> list[torch.optim.Optimizer]:
    """Muon for the convolutions in the bodies, AdamW for everything else."""
    inner, outer = [], []
    for name, weights in both.named_parameters():
        body = any(part in name for part in ("stages.", "grow.", "shrink.")) and weights.ndim == 4
        (inner if body else outer).append(weights)
    c = config.train
    return [
        Muon(inner, c.muon_rate, decay=0.01),
        torch.optim.AdamW(outer, lr=c.learning_rate, betas=(0.9, 0.99), weight_decay=0.01),
    ]


def train(config: CharactersConfig, work: Path) -> None:
    """Train, or go on where it was stopped; one process for each of `workers`."""
    weights = sum(p.numel() for p in build(config).parameters())
    teams.run(_member, config.train.workers, weights, config, work)


def _member(config: CharactersConfig, work: Path, team: teams.Team) -> None:
    c, on, folder = config.train, loop.device(), work / "vae"
    people = data.load(work, config.data)
    both = build(config).to(on)
    losses = Losses(config, work).to(on)
    average = loop.Average(both, c.ema)
    optimizers = optimizers_of(both, config)
    progress = loop.load_checkpoint(folder, both, average, optimizers)
    step, budget = progress.get("step", 0), loop.Budget(c.minutes, progress.get("spent", 0.0))
    log = loop.Log(folder / "log.jsonl")
    labels, seen = torch.from_numpy(people.labels), torch.from_numpy(people.seen)
    tells = torch.from_numpy(people.tells)
    parameters = [p for p in both.parameters() if p.requires_grad]
    share, sums, count, sheet_at, began = budget.share(step), {}, 0, 0.0, time.monotonic()
    while share < 1:
        rate = share_of_rate(config, share, step - progress.get("began", 0))
        for optimizer, most in zip(optimizers, (c.muon_rate, c.learning_rate), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = most * rate
        rows = loop.epoch_batch(people.training_pairs, c.pairs, step, config.seed)
        mine = rows[team.rows(len(rows))]
        both_rows = torch.stack([2 * mine, 2 * mine + 1], 1).flatten()
        generator = loop.step_generator(config.seed + 31 * team.rank, step)
        loss, told = losses(
            both,
            people.picture(both_rows).to(on),
            labels[both_rows].to(on),
            seen[both_rows].to(on),
            tells[mine],
            share,
            generator,
        )
        step += 1
        value, share = team.descend(loss, parameters, optimizers, budget, step)
        if not math.isfinite(value):
            raise RuntimeError(f"Step {step} gave {value}; go on from the last checkpoint.")
        average.update(both, step)
        for name, part in (told | {"loss": value}).items():
            sums[name] = sums.get(name, 0.0) + part
        count += 1
        if team.leads and (step % c.log_every == 0 or share >= 1):
            pace = count * 2 * c.pairs / (time.monotonic() - began)
            means = {k: v / count for k, v in sums.items()}
            log.write(step=step, minutes=budget.spent / 60, pictures_s=pace, **means)
            sums, count, began = {}, 0, time.monotonic()
        if team.leads and (budget.spent - sheet_at > SHEET_SECONDS or share >= 1):
            sheet_at = budget.spent
            look(config, average, people, folder / "sheets" / f"{step:06d}.png")
        if team.leads and budget.checkpoint_due(step):
            loop.save_checkpoint(
                folder, both, average, optimizers, progress | {"step": step, "spent": budget.spent}
            )


@torch.no_grad()
def look(config: CharactersConfig, average: loop.Average, people: data.People, path: Path) -> None:
    """A sheet: held-out people, rebuilt, three sliders moved, and random codes."""
    judge = build(config)
    judge.load_state_dict(average.state)
    judge.eval()
    rows = torch.tensor(list(people.held_rows)[: 2 * 10 : 2])
    pictures = people.picture(rows)
    with loop.autocast(torch.device("cpu")):
        named, mean, _ = judge["encoder"].posterior(pictures)
        asked = [torch.cat([named, mean], 1)]
        for name in ("style", "glasses", "hair_length", "smile", "hair_warm"):
            index = NAMES.index(name)
            turned = asked[0].clone()
            turned[:, index] = torch.where(turned[:, index] > 0, -1.0, 1.0)
            asked.append(turned)
        generator = torch.Generator().manual_seed(1)
        some = torch.from_numpy(people.labels[np.arange(0, 40, 2)])
        chance = torch.randn(20, mean.shape[1], generator=generator)
        asked.append(torch.cat([some, chance], 1))
        drawn = [judge["decoder"](code.unsqueeze(1)).float() for code in asked]
    every = torch.cat([pictures, *drawn]) * 0.5 + 0.5
    every = torch.cat([every, torch.ones_like(every[:, :1])], 1)
    loop.sheet(every, len(rows), path, plain=1.0)
