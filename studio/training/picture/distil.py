"""Few steps instead of many: piecewise rectified flow (Yan et al., PeRFlow, 2024).

Noise levels are cut into windows. In each, the teacher with its guidance is followed in several
small Euler steps; the student learns the one straight step that arrives at the same place. It
starts as a copy of the teacher and needs no guidance of its own, so a step costs half.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from studio.training.picture import autoencoder, denoiser
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
    c, on, folder = config.distil, device(), work / "distil"
    shelf, vae = denoiser.Shelf(config, work), autoencoder.load(work)
    torch.manual_seed(config.seed)
    teacher, model = denoiser.load(config, work), denoiser.load(config, work).train()
    for weights in teacher.parameters():
        weights.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), c.learning_rate, (0.9, 0.98), weight_decay=0)
    average = Average(model, c.ema)
    progress: dict[str, Any] = load_checkpoint(folder, model, average, [optimizer])
    step, budget = progress.get("step", 0), Budget(c.minutes, progress.get("seconds", 0.0))
    log, running = Log(folder / "log.jsonl"), progress.get("loss", 0.0)
    while budget.share(step) < 1:
        g = step_generator(config.seed + 2, step)
        x0, captions = shelf.batch(step + 5_000_000, c.batch)
        # The student always has words: guidance is built in.
        captions = [caption or "emoji" for caption in captions]
        states, mask = shelf.text([*captions, *[""] * len(captions)])
        window = torch.randint(0, c.windows, (len(x0),), generator=g).float()
        end, width = (window / c.windows).to(on), 1 / c.windows
        # Half of the places are the windows' beginnings, where sampling with few steps looks.
        inside = torch.where(
            torch.rand(len(x0), generator=g) < 0.5,
            torch.ones(len(x0)),
            torch.rand(len(x0), generator=g),
        ).to(on)
        start = end + width * inside.clamp_min(0.05)
        level = start[:, None, None, None]
        x = (1 - level) * x0 + level * torch.randn(x0.shape, generator=g).to(on)
        with autocast(on):
            target = follow(teacher, x, start, end, (states, mask), c.guidance, c.substeps)
            half = len(captions)
            answer = denoiser.velocity(model, x, start, states[:half], mask[:half])
            loss = (answer - target).pow(2).mean()
        for group in optimizer.param_groups:
            group["lr"] = autoencoder.rate(step, budget.share(step), c.learning_rate, 50, 0.5)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model, step + 100)
        step += 1
        running += (loss.item() - running) * max(0.02, 1 / step)
        budget.tick()
        if step % 25 == 0:
            log.write(step=step, seconds=round(budget.spent), loss=running)
        if budget.checkpoint_due(step):
            save_checkpoint(
                folder, model, average, [optimizer],
                {"step": step, "seconds": budget.spent, "loss": running},
            )  # fmt: skip
            student = denoiser.load(config, work, "distil")
            made = denoiser.draw(
                student, vae, shelf.text, denoiser.WATCHED, steps=c.windows, guidance=1.0
            )
            sheet(made, 8, folder / f"sheet-{step:06d}.png")
