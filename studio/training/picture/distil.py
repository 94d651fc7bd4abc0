"""Few steps instead of many: piecewise rectified flow (Yan et al., PeRFlow, 2024).

Noise levels are cut into windows. In each, the teacher with its guidance is followed in several
small Euler steps; the student learns the one straight step that arrives at the same place. It
starts as a copy of the teacher and needs no guidance of its own, so a step costs half.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from studio.training.picture import autoencoder, denoiser, team
from studio.training.picture.config import PictureConfig
from studio.training.picture.loop import (
    Average,
    Budget,
    Log,
    autocast,
    device,
    load_checkpoint,
    save_checkpoint,
    sheet,
    step_generator,
)
from studio.training.picture.team import Team


@torch.no_grad()
def follow(
    teacher: nn.Module,
    x: Tensor,
    start: Tensor,
    end: Tensor,
    words: tuple[Tensor, Tensor],
    guidance: float,
    substeps: int,
) -> Tensor:
    """Mean velocity of the guided teacher from level ``start`` to ``end`` (each (B,)).

    ``words`` holds states and mask of the captions followed by as many empty ones.
    """
    states, mask = words
    now, length = start.clone(), (start - end) / substeps
    place = x
    for _ in range(substeps):
        v = denoiser.velocity(
            teacher, torch.cat([place, place]), torch.cat([now, now]), states, mask
        )
        with_words, without = v.chunk(2)
        v = without + guidance * (with_words - without)
        place = place - length[:, None, None, None] * v
        now = now - length
    return (x - place) / (start - end)[:, None, None, None]


def train(config: PictureConfig, work: Path) -> None:
    """Train until the budget is spent; goes on from the last checkpoint."""
    size = sum(weights.numel() for weights in denoiser.build(config).parameters())
    team.run(_train, config.denoiser.workers, size, config, work)


def _train(config: PictureConfig, work: Path, team: Team) -> None:
    c, on, folder = config.distil, device(), work / "distil"
    shelf, vae = denoiser.Shelf(config, work), autoencoder.load(work)
    torch.manual_seed(config.seed)
    teacher, model = denoiser.load(config, work), denoiser.load(config, work).train()
    for weights in teacher.parameters():
        weights.requires_grad_(False)
    parameters = list(model.parameters())
    rates = replace(config.denoiser, learning_rate=c.learning_rate, muon_rate=c.muon_rate)
    optimizers = denoiser.optimizers_of(model, rates)
    peaks = [group["lr"] for optimizer in optimizers for group in optimizer.param_groups]
    average = Average(model, c.ema)
    progress: dict[str, Any] = load_checkpoint(folder, model, average, optimizers)
    groups = [group for optimizer in optimizers for group in optimizer.param_groups]
    step, budget = progress.get("step", 0), Budget(c.minutes, progress.get("seconds", 0.0))
    log, running = Log(folder / "log.jsonl"), progress.get("loss", 0.0)
    share = budget.share(step)
    while share < 1:
        x0, captions = shelf.batch(step + 5_000_000, c.batch, team.rows(c.batch))
        # The student always has words: guidance is built in.
        captions = [caption or "emoji" for caption in captions]
        states, mask = shelf.text([*captions, *[""] * len(captions)])
        g = step_generator(config.seed + 2, step * team.size + team.rank)
        start, end = windows_of(len(x0), c.windows, g)
        start, end = start.to(on), end.to(on)
        level = start[:, None, None, None]
        x = (1 - level) * x0 + level * torch.randn(x0.shape, generator=g).to(on)
        with autocast(on):
            target = follow(teacher, x, start, end, (states, mask), c.guidance, c.substeps)
            half = len(captions)
            answer = denoiser.velocity(model, x, start, states[:half], mask[:half])
            loss = (answer - target).pow(2).mean()
        for group, peak in zip(groups, peaks, strict=True):
            group["lr"] = autoencoder.rate(step, share, peak, 20, 0.6)
        step += 1
        value, share = team.descend(loss, parameters, optimizers, budget, step)
        running += (value - running) * max(0.02, 1 / step)
        if not team.leads:
            continue
        average.update(model, step + 100)
        if step % 25 == 0:
            log.write(step=step, seconds=round(budget.spent), loss=running)
        if budget.checkpoint_due(step) or share >= 1:
            progress = {"step": step, "seconds": budget.spent, "loss": running}
            save_checkpoint(folder, model, average, optimizers, progress)
            student = denoiser.load(config, work, "distil")
            made = denoiser.draw(
                student, vae, shelf.text, denoiser.WATCHED, steps=c.windows, guidance=1.0
            )
            sheet(made, 8, folder / f"sheet-{step:06d}.png")


def windows_of(count: int, windows: int, g: torch.Generator) -> tuple[Tensor, Tensor]:
    """Noise levels (start, end) for each picture, start > end, both in one window.

    Half of the starts are the windows' beginnings, where sampling with few steps looks.
    """
    window = torch.randint(0, windows, (count,), generator=g).float()
    inside = torch.rand(count, generator=g).clamp_min(0.05)
    inside[torch.rand(count, generator=g) < 0.5] = 1.0
    return (window + inside) / windows, window / windows
