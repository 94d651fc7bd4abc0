"""Generator against critic: what makes pictures of random numbers sharp and various.

Non-saturating logistic loss, lazy R1 (Mescheder et al. 2018; Karras et al. 2020), style mixing,
differentiable augmentation, path lengths if wished, an average of the generator's weights. Where
there was a warm start, a part of every batch is still rebuilt through the encoder, so that the
generator keeps all it can draw, and a head start for the critic keeps its first, blind judgements
from the generator.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.training.gan import watch
from studio.training.gan.augment import altered
from studio.training.gan.config import GanConfig
from studio.training.gan.critic import Critic
from studio.training.gan.data import Album, load
from studio.training.gan.eyes import Eyes, mean_softplus
from studio.training.gan.warm import Pair, networks, rebuilding_loss
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips
from studio.training.picture.team import Team


class Duel(nn.Module):
    """All networks of the duel, as one module for checkpoints."""

    def __init__(self, pair: Pair, critic: Critic, eyes: Eyes | None = None) -> None:
        super().__init__()
        self.pair, self.critic, self.eyes = pair, critic, eyes
        self.register_buffer("path_mean", torch.zeros([]))


class Round:
    """One member's part of one step: its real pictures, its random numbers."""

    def __init__(self, config: GanConfig, album: Album, step: int, team: Team) -> None:
        self.chance = loop.step_generator(config.seed + 11, step)
        rows = loop.epoch_batch(album.train, config.duel.batch, step, config.seed + 3)
        flip = torch.rand(len(rows), generator=self.chance) < 0.5 if config.mirror else None
        mine = team.rows(len(rows))
        self.rows = rows[mine]
        self.real = album.batch(self.rows, None if flip is None else flip[mine]).to(loop.device())
        self.z = torch.randn(2, 2, len(rows), config.generator.z_dim, generator=self.chance)
        self.z = self.z[:, :, mine].to(loop.device())
        # how many of the fakes are pictures made again, the rest are of random numbers
        self.again = config.duel.rebuilt * len(self.rows) // config.duel.batch
        # members go on with random numbers of their own
        self.chance = loop.step_generator(config.seed + 13 + team.rank, step)


def train(config: GanConfig, work: Path, team: Team | None = None) -> None:
    """Train generator and critic; goes on where it was stopped."""
    team = team or Team()
    on, duel = loop.device(), config.duel
    album = load(work).moved(on)
    pair = networks(config, album)
    if (work / "begin" / "weights.safetensors").exists():
        loop.load_weights(work / "begin", pair)
    critic = Critic(config.critic).to(on).to(memory_format=torch.channels_last)
    both = Duel(pair, critic, Eyes(work) if duel.eyes else None).to(on)
    theirs = [p for name, p in both.named_parameters() if not name.startswith("pair.")]
    # With lazy regularisation the optimiser sees more steps: rates are adjusted as in the paper.
    lazy = duel.r1_every / (duel.r1_every + 1)
    attack = torch.optim.Adam(theirs, duel.critic_rate * lazy, (0.0, duel.beta2**lazy))
    leading = list(pair.generator.mapping.parameters())
    drawing = list(pair.generator.synthesis.parameters())
    groups = [
        {"params": drawing, "lr": duel.rate},
        {"params": leading, "lr": duel.rate * duel.mapping_rate},
    ]
    if duel.rebuilt:
        parts = (pair.encoder, pair.heads)
        seeing = [p for part in parts for p in part.parameters()]
        groups.append({"params": seeing, "lr": config.warm.encoder_rate / 2})
    draw = torch.optim.Adam(groups, betas=(0.0, duel.beta2))
    peaks = [group["lr"] for group in draw.param_groups]
    mine = [p for group in draw.param_groups for p in group["params"]]
    average = loop.Average(pair, 0.5 ** (duel.batch / duel.average))
    folder = work / "duel"
    done = watch.load_duel(folder, both, average, [attack, draw])
    step, budget = done.get("step", 0), loop.Budget(duel.minutes, done.get("spent", 0.0))
    judge = None
    if duel.rebuilt and config.warm.lpips:
        judge = Lpips("alexnet", work).to(on).eval().requires_grad_(False)
    watcher = watch.Watcher(config, work, album, done) if team.leads else None
    targets = album.targets()
    share = budget.share(step)
    while share < 1.0:
        now = Round(config, album, step, team)
        attack.param_groups[0]["lr"] = duel.critic_rate * lazy * min(1.0, (step + 1) / 50)
        labels = targets[0][now.rows[: now.again]], targets[1][now.rows[: now.again]]
        told = strike(both, now, config, step, labels)
        attack.zero_grad(set_to_none=True)
        told["loss"].backward()
        team.meet(theirs, 0.0, 0.0)
        attack.step()
        ready = step >= duel.head_start
        fading = min(1.0, 0.1 + 4 * (1 - share)) * min(1.0, (step - duel.head_start + 1) / 100)
        for group, peak in zip(draw.param_groups, peaks, strict=True):
            group["lr"] = peak * fading
        budget.tick()
        share = budget.share(step + 1)
        if ready:
            for weights in theirs:
                weights.requires_grad_(False)
            answer = parry(both, now, config, step, judge, labels)
            draw.zero_grad(set_to_none=True)
            answer["loss"].backward()
            for weights in theirs:
                weights.requires_grad_(True)
            told |= {f"draw_{k}": v for k, v in answer.items()}
        else:
            draw.zero_grad(set_to_none=True)
        _, share = team.meet(mine, 0.0, share)
        if ready:
            draw.step()
            average.update(pair, step)
        step += 1
        if watcher is not None:
            watcher.step(step, budget, share, told, both, average, [attack, draw])


def drawn(pair: Pair, z: Tensor, config: GanConfig, chance: torch.Generator) -> Tensor:
    """Pictures of z [2, B, Z]; some with the coarse layers of one code and the rest of another.
    Keeps the running mean of codes."""
    generator = pair.generator
    with torch.autocast(z.device.type, enabled=False):  # codes stay exact
        code, other = generator.map(z[0]), generator.map(z[1])
    with torch.no_grad():
        generator.mapping.w_avg.lerp_(code[:, 0].mean(0), 0.005)
    if config.duel.mixing:
        mixed = torch.rand(len(code), 1, generator=chance) < config.duel.mixing
        cut = torch.randint(1, generator.layers, (len(code), 1), generator=chance)
        later = (torch.arange(generator.layers) >= cut) & mixed
        code = torch.where(later[:, :, None].to(code.device), other, code)
    return generator.synthesize(code)


def strike(
    both: Duel, now: Round, config: GanConfig, step: int, labels: tuple[Tensor, Tensor]
) -> dict[str, Tensor]:
    """The critic's loss on this round, with its parts."""
    duel, pair, critic = config.duel, both.pair, both.critic
    real = now.real
    with loop.autocast(real.device):
        with torch.no_grad():
            fake = drawn(pair, now.z[0, :, now.again :], config, now.chance)
            if now.again:
                rebuilt = rebuilding_loss(pair, real[: now.again], labels, None, config, now.chance)
                fake = torch.cat([fake, rebuilt[1]])
        fake = altered(fake, duel.augment, now.chance)
        seen = altered(real, duel.augment, now.chance)
        fake_score, real_score = critic(fake), critic(seen)
        by_eye = torch.zeros([], device=real.device)
        if both.eyes is not None:
            by_eye = mean_softplus(both.eyes(fake), 1) + mean_softplus(both.eyes(seen), -1)
    loss = functional.softplus(fake_score).mean() + functional.softplus(-real_score).mean()
    told = {
        "critic": loss.detach(),
        "eyes": by_eye.detach(),
        "real": real_score.detach().mean(),
        "fake": fake_score.detach().mean(),
        "sure": (real_score.detach().sign().mean() - fake_score.detach().sign().mean()) / 2,
    }
    if duel.r1 and step % duel.r1_every == 0:
        seen = altered(real, duel.augment, now.chance).detach().requires_grad_(True)
        slope = torch.autograd.grad(critic(seen).sum(), seen, create_graph=True)[0]
        penalty = slope.square().sum((1, 2, 3)).mean()
        loss = loss + duel.r1 / 2 * duel.r1_every * penalty
        told["r1"] = penalty.detach()
    return told | {"loss": loss + by_eye}


def parry(
    both: Duel,
    now: Round,
    config: GanConfig,
    step: int,
    judge: Lpips | None,
    labels: tuple[Tensor, Tensor],
) -> dict[str, Tensor]:
    """The generator's loss on this round, with its parts."""
    duel, pair = config.duel, both.pair
    with loop.autocast(now.real.device):
        fake, told = drawn(pair, now.z[1, :, now.again :], config, now.chance), {}
        loss = torch.zeros([], device=fake.device)
        if now.again:
            x = now.real[: now.again]
            rebuilt, made = rebuilding_loss(pair, x, labels, judge, config, now.chance)
            told["rebuilt"] = rebuilt.detach()
            loss = loss + duel.rebuilt_weight * rebuilt
            fake = torch.cat([fake, made])
        fake = altered(fake, duel.augment, now.chance)
        fooled = functional.softplus(-both.critic(fake)).mean()
        told["fooled"] = fooled.detach()
        loss = loss + fooled
        if both.eyes is not None:
            by_eye = mean_softplus(both.eyes(fake), -1)
            told["by eye"] = by_eye.detach()
            loss = loss + duel.eyes * by_eye
    if duel.path_weight and step % duel.path_every == 0:
        loss = loss + duel.path_weight * duel.path_every * path_penalty(both, now, config)
    return told | {"loss": loss}


def path_penalty(both: Duel, now: Round, config: GanConfig) -> Tensor:
    """How unevenly moves of the code move the picture (Karras et al. 2020), on half the batch."""
    generator = both.pair.generator
    code = generator.map(now.z[1, 0, : max(1, len(now.real) // 2)]).contiguous()
    picture = generator.synthesize(code)
    noise = torch.randn(picture.shape, generator=now.chance).to(picture.device) / config.size
    slope = torch.autograd.grad((picture * noise).sum(), code, create_graph=True)[0]
    lengths = slope.square().sum(2).mean(1).sqrt()
    mean = both.get_buffer("path_mean")
    mean.lerp_(lengths.detach().mean(), 0.01)
    return (lengths - mean).square().mean()
