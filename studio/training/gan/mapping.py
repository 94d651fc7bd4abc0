"""The warm start's second half: the mapping learns to turn random numbers into codes."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from studio.training.gan import warm
from studio.training.gan.config import GanConfig
from studio.training.gan.data import load
from studio.training.picture import loop


def energy(real: Tensor, fake: Tensor) -> Tensor:
    """Energy distance of two sets of codes [N, D] (Szekely and Rizzo 2013): 0 for like ones."""
    n, m = len(real), len(fake)
    between = torch.cdist(real, fake).mean()
    within = torch.cdist(real, real).sum() / (n * (n - 1))
    return 2 * between - within - torch.cdist(fake, fake).sum() / (m * (m - 1))


def train(config: GanConfig, work: Path) -> None:
    """Train the mapping until its codes are distributed as the encoder's; writes WORK/begin."""
    album, on = load(work), loop.device()
    pair = warm.load_pair(config, work, album)
    codes = warm.codes(pair, album)
    mapping = pair.generator.mapping
    # The mapping's own slow rate (config.mapping_lr) is for the duel; here it learns alone.
    rate = 1e-3 / config.generator.mapping_lr
    optimizer = torch.optim.Adam(mapping.parameters(), rate, (0.5, 0.99))
    average = loop.Average(mapping, 0.99)
    step, budget = 0, loop.Budget(config.warm.mapping_minutes)
    log, batch, share = loop.Log(work / "figures.jsonl"), config.warm.mapping_batch, 0.0
    while share < 1.0:
        chance = loop.step_generator(config.seed + 5, step)
        rows = torch.randint(len(codes), (batch,), generator=chance)
        z = torch.randn(batch, config.generator.z_dim, generator=chance).to(on)
        optimizer.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 50, 0.02 + 2 * (1 - share))
        loss = energy(codes[rows], mapping(z))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.update(mapping, step)
        step += 1
        budget.tick()
        share = budget.share(step)
        if step % 250 == 0 or share >= 1.0:
            apart = distance(codes, mapping(z).detach())
            log.write(stage="mapping", step=step, energy=loss.item(), apart=apart)
    for name, value in average.state.items():
        mapping.state_dict()[name].copy_(value)
    centre(pair.generator, config)
    keep(pair, work)
    sample_sheet(pair, config, work)


def distance(a: Tensor, b: Tensor, directions: int = 256) -> float:
    """Sliced Wasserstein distance of two sets of codes [N, D], [M, D]."""
    slices = torch.randn(a.shape[1], directions, generator=torch.Generator().manual_seed(1))
    slices = (slices / slices.norm(dim=0)).to(a.device)
    at = torch.linspace(0, 1, 101, device=a.device)
    return float(((a @ slices).quantile(at, 0) - (b @ slices).quantile(at, 0)).abs().mean())


@torch.no_grad()
def centre(generator: torch.nn.Module, config: GanConfig, count: int = 4096) -> None:
    """Set the mean code from many random ones."""
    z = torch.randn(count, config.generator.z_dim, generator=torch.Generator().manual_seed(2))
    mapping = generator.get_submodule("mapping")
    mean = mapping(z.to(loop.device())).mean(0)
    mapping.get_buffer("w_avg").copy_(mean)


def keep(pair: warm.Pair, work: Path) -> None:
    """Write networks where the duel begins."""
    loop.save_checkpoint(work / "begin", pair, loop.Average(pair, 0.0), [], {})


@torch.no_grad()
def sample_sheet(
    pair: warm.Pair, config: GanConfig, work: Path, name: str = "mapping", count: int = 48
) -> None:
    """Pictures of the first random numbers, as they come."""
    pair.eval()
    z = torch.randn(count, config.generator.z_dim, generator=torch.Generator().manual_seed(0))
    parts = [pair.generator(part.to(loop.device())) for part in z.split(16)]
    page = torch.cat(parts).clamp(-1, 1) / 2 + 0.5
    pair.train()
    solid = torch.cat([page, torch.ones_like(page[:, :1])], 1)
    loop.sheet(solid, 8, work / "sheets" / f"{name}.png", 1.0)
