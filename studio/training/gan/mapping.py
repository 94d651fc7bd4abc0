"""The warm start's second half: the mapping learns to turn random numbers into codes."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.training.gan import warm
from studio.training.gan.config import GanConfig
from studio.training.gan.data import load
from studio.training.picture import loop

GROUPS = 16  # a batch is also judged in so many groups, by their mean and spread
WIDTH = 512


class CodeCritic(nn.Module):
    """Code [B, D] -> how much it is like an encoder's, [B]; sees its group's mean and spread."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Linear(dim, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, WIDTH), nn.LeakyReLU(0.2)
        )
        self.outer = nn.Sequential(
            nn.Linear(3 * WIDTH, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, 1)
        )

    def forward(self, w: Tensor) -> Tensor:
        x = self.inner(w)
        groups = x.view(min(GROUPS, max(1, len(x) // 4)), -1, WIDTH)
        about = torch.cat([groups.mean(1), (groups.var(1, unbiased=False) + 1e-6).sqrt()], 1)
        about = about[:, None].expand(-1, groups.shape[1], -1).reshape(len(x), -1)
        score: Tensor = self.outer(torch.cat([x, about], 1))
        return score.squeeze(1)


def train(config: GanConfig, work: Path) -> None:
    """Train the mapping against a critic of codes (non-saturating loss with R1); saves "warm"."""
    album, on = load(work), loop.device()
    pair = warm.load_pair(config, work, album)
    codes = warm.codes(pair, album)
    mapping = pair.generator.mapping
    critic = CodeCritic(pair.generator.dim).to(on)
    # The mapping's own slow rate (config.mapping_lr) is for the duel; here it learns alone.
    ours = torch.optim.Adam(mapping.parameters(), 1e-3 / config.generator.mapping_lr, (0.0, 0.99))
    theirs = torch.optim.Adam(critic.parameters(), 1e-3, (0.0, 0.99))
    average = loop.Average(mapping, 0.998)
    step, budget = 0, loop.Budget(config.warm.mapping_minutes)
    log, batch, share = loop.Log(work / "figures.jsonl"), config.warm.mapping_batch, 0.0
    while share < 1.0:
        chance = loop.step_generator(config.seed + 5, step)
        rows = torch.randint(len(codes), (batch,), generator=chance)
        blur = torch.randn(2, batch, pair.generator.dim, generator=chance).to(on)
        real = codes[rows] + config.warm.spread / 2 * blur[0]
        z = torch.randn(batch, config.generator.z_dim, generator=chance).to(on)
        fading = min(1.0, 0.05 + 2 * (1 - share))
        for group, rate in ((ours, 1e-3 / config.generator.mapping_lr), (theirs, 1e-3)):
            group.param_groups[0]["lr"] = rate * fading
        fake = mapping(z) + config.warm.spread / 2 * blur[1]
        real.requires_grad_(True)
        seen = critic(real)
        loss = functional.softplus(-seen).mean() + functional.softplus(critic(fake.detach())).mean()
        slope = torch.autograd.grad(seen.sum(), real, create_graph=True)[0]
        loss = loss + 0.05 * slope.square().sum(1).mean()
        theirs.zero_grad(set_to_none=True)
        loss.backward()
        theirs.step()
        won = functional.softplus(-critic(fake)).mean()
        ours.zero_grad(set_to_none=True)
        won.backward()
        ours.step()
        average.update(mapping, step)
        step += 1
        budget.tick()
        share = budget.share(step)
        if step % 500 == 0 or share >= 1.0:
            apart = distance(codes, mapping(z).detach())
            log.write(stage="mapping", step=step, critic=loss.item(), won=won.item(), apart=apart)
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
