"""From a picture to its code, for "find my picture": learnt from drawings whose factors are known
and from the generator's own pictures."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from studio.engines.latent.style_encoder import StyleEncoder
from studio.training.gan.portraits import data
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.gan.portraits.trained import trained
from studio.training.picture import loop


def build(config: PortraitsConfig) -> StyleEncoder:
    """A fresh encoder."""
    torch.manual_seed(config.seed + 3)
    return StyleEncoder(config.encoder).to(loop.device()).to(memory_format=torch.channels_last)


def load(config: PortraitsConfig, work: Path) -> StyleEncoder:
    """The averaged encoder of the last checkpoint."""
    encoder = build(config)
    loop.load_weights(work / "encoder", encoder)
    return encoder.eval()


def train(config: PortraitsConfig, work: Path, batch: int = 16) -> None:
    """Teach the encoder; goes on where it was stopped. Half of each batch are drawings, half are
    drawn by the generator where it is ready."""
    on, folder = loop.device(), work / "encoder"
    drawings = data.load(work)
    drawer = trained(config, work) if (work / "begin").exists() else None
    encoder = build(config)
    average = loop.Average(encoder, 0.998)
    optimizer = torch.optim.AdamW(encoder.parameters(), 1e-3, (0.9, 0.99), weight_decay=0.01)
    done = loop.load_checkpoint(folder, encoder, average, [optimizer])
    step, budget = done.get("step", 0), loop.Budget(config.encoder_minutes, done.get("spent", 0.0))
    log, share, total = loop.Log(folder / "log.jsonl"), budget.share(step), 0.0
    while share < 1:
        chance = loop.step_generator(config.seed + 23, step)
        rows = loop.epoch_batch(drawings.train, batch, step, config.seed + 9)
        x, wanted = drawings.batch(rows).to(on), drawings.faces.drawn(rows, chance).to(on)
        if drawer is not None:
            x, wanted = _some_drawn(drawer, x, wanted, chance)
        x = x + 0.04 * torch.rand(len(x), 1, 1, 1, generator=chance).to(on) * torch.randn_like(x)
        rate = min(1.0, (step + 1) / 100, 0.02 + 0.5 * (1 + math.cos(math.pi * share)))
        optimizer.param_groups[0]["lr"] = 1e-3 * rate
        with loop.autocast(on):
            seen = encoder(x)[:, 0].float()
        loss = functional.smooth_l1_loss(seen, wanted, beta=0.5)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        total += float(loss.detach())
        average.update(encoder, step)
        budget.tick()
        share = budget.share(step)
        if step % 100 == 0 or share >= 1:
            log.write(step=step, minutes=budget.spent / 60, loss=total / (step % 100 or 100))
            total = 0.0
        if budget.checkpoint_due(step):
            progress = {"step": step, "spent": budget.spent}
            loop.save_checkpoint(folder, encoder, average, [optimizer], progress)


@torch.no_grad()
def _some_drawn(
    drawer: torch.nn.Module, x: Tensor, wanted: Tensor, chance: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The same batch with its second half drawn anew from random numbers."""
    half = len(x) // 2
    z = torch.randn(len(x) - half, drawer.z_dim, generator=chance).to(x.device)
    code = drawer.map(z)
    with loop.autocast(x.device):
        made = drawer.synthesize(code).float().clamp(-1, 1)
    return torch.cat([x[:half], made]), torch.cat([wanted[:half], code[:, 0]])
