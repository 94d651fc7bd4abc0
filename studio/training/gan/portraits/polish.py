"""A short, gentle duel: generator against critics, from where the lesson ended.

The lesson says nothing of what lies between two faces, nor of the form of one with the detail of
another: no drawing shows it. Critics can judge that: of the fakes one part is of random numbers
(some with form and detail of two), one lies between two of these, and one is drawings made again,
which are held to what they were. Non-saturating logistic loss with R1 (Mescheder et al. 2018), a
residual critic, and heads that look through AlexNet (Sauer et al. 2021). Low rates, averaged
weights; the energy distance holds the mapping.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.latent.flat_generator import FlatGenerator
from studio.training.gan.critic import Critic
from studio.training.gan.eyes import Eyes, mean_softplus
from studio.training.gan.mapping import energy
from studio.training.gan.portraits import data, teach
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.picture import loop


class Ring(nn.Module):
    """All networks of the duel, as one module for checkpoints."""

    def __init__(self, generator: FlatGenerator, critic: Critic, eyes: Eyes) -> None:
        super().__init__()
        self.generator, self.critic, self.eyes = generator, critic, eyes


def thrown(
    generator: FlatGenerator, count: int, between: int, crossing: float, chance: torch.Generator
) -> Tensor:
    """Codes [count + between, L, D]: of random numbers, with probability `crossing` the form of one
    and the detail of another, then such as lie between two."""
    on = loop.device()
    z = torch.randn(2, count + between, generator.z_dim, generator=chance).to(on)
    one, other = generator.map(z[0]), generator.map(z[1])
    half = generator.layers // 2
    cross = torch.rand(count + between, 1, 1, generator=chance) < crossing
    detail = (torch.arange(generator.layers) >= half)[None, :, None]
    share = (cross & detail).float()
    way = 0.3 + 0.4 * torch.rand(between, 1, 1, generator=chance)
    share[count:] = way.expand(-1, generator.layers, 1)
    code: Tensor = one + share.to(on) * (other - one)
    return code


def train(config: PortraitsConfig, work: Path) -> None:
    """Fight; goes on where it was stopped. Begins with WORK/begin, writes WORK/polish."""
    c, on, folder = config.polish, loop.device(), work / "polish"
    drawings = data.load(work)
    generator = teach.build(config)
    loop.load_weights(work / "begin", generator)
    torch.manual_seed(config.seed + 7)
    critic = Critic(config.critic).to(on).to(memory_format=torch.channels_last)
    ring = Ring(generator, critic, Eyes(work).to(on))
    theirs = [*ring.critic.parameters(), *ring.eyes.parameters()]
    own = [p for n, p in generator.named_parameters() if not n.startswith("mapping")]
    mapping = list(generator.mapping.parameters())
    attack = torch.optim.Adam(theirs, c.critic_rate, (0.0, 0.99))
    groups = [{"params": own, "lr": c.rate}, {"params": mapping, "lr": c.rate}]
    draw = torch.optim.Adam(groups, betas=(0.0, 0.99))
    average = loop.Average(ring, c.average)
    done = loop.load_checkpoint(folder, ring, average, [attack, draw])
    step, budget = done.get("step", 0), loop.Budget(c.minutes, done.get("spent", 0.0))
    lesson = teach.Lesson(config, work)
    log, sums, share = loop.Log(folder / "log.jsonl"), dict[str, float](), budget.share(step)
    while share < 1:
        chance = loop.step_generator(config.seed + 11, step)
        rows = loop.epoch_batch(drawings.train, c.batch, step, config.seed + 3)
        real = drawings.batch(rows).to(on)
        told = strike(ring, real, config, step, chance)
        attack.zero_grad(set_to_none=True)
        told["loss"].backward()
        attack.step()
        if step >= c.head_start:
            for weights in theirs:
                weights.requires_grad_(False)
            answer = parry(ring, lesson, drawings, rows, real, config, chance)
            draw.zero_grad(set_to_none=True)
            answer["loss"].backward()
            nn.utils.clip_grad_norm_(own, 1.0)
            for weights in theirs:
                weights.requires_grad_(True)
            fading = min(1.0, (step - c.head_start + 1) / 30, 0.05 + 3 * (1 - share))
            for group in draw.param_groups:
                group["lr"] = c.rate * fading
            draw.step()
            average.update(ring, step)
            told |= {f"own {k}": v for k, v in answer.items()}
        step += 1
        budget.tick()
        share = budget.share(step)
        for name, value in told.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if step % 20 == 0 or share >= 1:
            log.write(step=step, minutes=budget.spent / 60, **{k: v / 20 for k, v in sums.items()})
            sums.clear()
        if budget.checkpoint_due(step):
            progress = {"step": step, "spent": budget.spent}
            loop.save_checkpoint(folder, ring, average, [attack, draw], progress)


def strike(
    ring: Ring, real: Tensor, config: PortraitsConfig, step: int, chance: torch.Generator
) -> dict[str, Tensor]:
    """The critics' loss, with its parts."""
    c = config.polish
    with loop.autocast(real.device):
        with torch.no_grad():
            code = thrown(ring.generator, c.random, c.between, c.crossing, chance)
            fake = ring.generator.synthesize(code).float()
        fakes, reals = ring.critic(fake), ring.critic(real)
        seen = mean_softplus(ring.eyes(closer(fake, c.crop, chance)), 1)
        seen = seen + mean_softplus(ring.eyes(closer(real, c.crop, chance)), -1)
    loss = functional.softplus(fakes).mean() + functional.softplus(-reals).mean()
    told = {"critic": loss.detach(), "eyes": seen.detach()}
    if step % c.r1_every == 0:
        x = real.detach().requires_grad_(True)
        slope = torch.autograd.grad(ring.critic(x).sum(), x, create_graph=True)[0]
        loss = loss + c.r1 / 2 * c.r1_every * slope.square().sum((1, 2, 3)).mean()
    return told | {"loss": loss + seen}


def parry(
    ring: Ring,
    lesson: teach.Lesson,
    drawings: data.Drawings,
    rows: Tensor,
    real: Tensor,
    config: PortraitsConfig,
    chance: torch.Generator,
) -> dict[str, Tensor]:
    """The generator's loss, with its parts."""
    c, generator = config.polish, ring.generator
    code = thrown(generator, c.random, c.between, c.crossing, chance)
    with loop.autocast(real.device):
        areas, colours = generator.drawn(code)
    fake = generator.mixed(generator.shares(areas.float()), colours.float())
    with loop.autocast(real.device):
        fooled = functional.softplus(-ring.critic(fake)).mean()
        seen = mean_softplus(ring.eyes(closer(fake, c.crop, chance)), -1)
    rows, real = rows[: c.again], real[: c.again]
    made = drawings.faces.drawn(rows, chance, c.blend)
    other = made[torch.randperm(len(made), generator=chance)]
    again = teach.coded(generator, made, other, config.teach.mixed, chance).to(real.device)
    held, parts, _ = lesson(generator, again, real, 1.0, chance)
    some = torch.randint(drawings.train, (256,), generator=chance)
    z = torch.randn(256, generator.z_dim, generator=chance).to(real.device)
    codes = energy(drawings.faces.drawn(some, chance).to(real.device), generator.mapping(z))
    loss = c.critic * fooled + c.eyes * seen + c.held * held + c.codes * codes
    return {"fooled": fooled, "by eye": seen, "codes": codes, "lpips": parts["lpips"], "loss": loss}


def closer(x: Tensor, crop: int, chance: torch.Generator) -> Tensor:
    """The same random square of all pictures [B, 3, S, S], `crop` pixels a side."""
    room = max(0, x.shape[-1] - crop)
    down, across = torch.randint(room + 1, (2,), generator=chance).tolist()
    return x[..., down : down + crop, across : across + crop]
