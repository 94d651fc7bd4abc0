"""The warm start's second half: random numbers are led to codes of faces.

Parts are thrown independently of each other, so there are endless faces that no drawing shows; the
mapping begins as dice (each possible answer asks one random number) and learns, by the energy
distance of two batches, to throw as the drawings were thrown.
"""

from __future__ import annotations

import torch
from torch import Tensor

from studio.engines.latent.flat_generator import ChoiceMapping
from studio.training.gan.mapping import energy
from studio.training.gan.portraits import factors
from studio.training.picture import loop

#: how surely the mapping chooses at the beginning: the larger, the rarer is what lies between
SURE = 50.0
BATCH = 384


def anchors(shades: Tensor, count: int, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """`count` of these colours [N, 3] that stand for all: a few rounds of k-means, then the colour
    nearest to each middle, so that none is a mixture; and how many of all each stands for."""
    middles = shades[torch.randperm(len(shades), generator=chance)[:count]].clone()
    for _ in range(12):
        nearest = torch.cdist(shades, middles).argmin(1)
        for i in range(len(middles)):
            if (nearest == i).any():
                middles[i] = shades[nearest == i].mean(0)
    found: Tensor = shades[torch.cdist(middles, shades).argmin(1)]
    owner = torch.cdist(shades, found).argmin(1)
    return found, torch.bincount(owner, minlength=count) / len(shades)


def wanted(faces: factors.Faces, group: factors.Group) -> Tensor:
    """How often each option of a part is to be thrown: an option that draws the same as others
    shares with them."""
    matches, counts = faces.matches[group.name]
    real = torch.arange(matches.shape[1])[None] < counts[:, None]
    weight = real / counts[:, None] / len(counts)
    return torch.zeros(len(group.vectors)).index_add_(0, matches.flatten(), weight.flatten())


@torch.no_grad()
def begin(mapping: ChoiceMapping, faces: factors.Faces, seed: int) -> None:
    """Dice: every answer asks a random number of its own, and the surest wins; answers that are to
    be thrown more often have something on top."""
    chance = torch.Generator().manual_seed(seed)
    size, total = mapping.ask.in_features, sum(mapping.groups)
    axes = torch.linalg.qr(torch.randn(max(size, total), max(size, total), generator=chance))[0]
    mapping.ask.weight.copy_(SURE * axes[:total, :size])
    mapping.ask.bias.zero_()
    mapping.answer.weight.zero_()
    mapping.answer.bias.zero_()
    at, often = 0, []
    for group in factors.groups():
        mapping.answer.weight[:, at : at + len(group.vectors)] = group.vectors.T
        often.append(wanted(faces, group))
        at += len(group.vectors)
    for i in range(len(factors.COLOURS)):
        place = len(factors.names()) - 3 * (len(factors.COLOURS) - i)
        count = mapping.groups[len(factors.groups()) + i]
        found, shares = anchors(faces.colours[:, 3 * i : 3 * i + 3], count, chance)
        mapping.answer.weight[place : place + 3, at : at + count] = found.T
        often.append(shares)
        at += count
    aim = torch.cat(often).clamp(min=1e-4)
    for _ in range(60):
        z = torch.randn(2048, size, generator=chance).to(mapping.ask.weight.device)
        now = mapping.shares(z).mean(0).clamp(min=1e-4)
        mapping.ask.bias += 0.3 * SURE * (aim.to(now.device) / now).log().clamp(-1, 1)


def train(mapping: ChoiceMapping, faces: factors.Faces, count: int, steps: int, seed: int) -> float:
    """Lead random numbers to where codes of the first `count` faces are; the energy distance."""
    on = loop.device()
    begin(mapping, faces, seed)
    optimizer = torch.optim.Adam(mapping.parameters(), 3e-3, (0.5, 0.99))
    loss = torch.zeros(())
    for step in range(steps):
        chance = loop.step_generator(seed + 5, step)
        rows = torch.randint(count, (BATCH,), generator=chance)
        real = faces.drawn(rows, chance).to(on)
        z = torch.randn(BATCH, mapping.ask.in_features, generator=chance).to(on)
        optimizer.param_groups[0]["lr"] = 3e-3 * min(1.0, 0.02 + 2 * (1 - step / steps))
        loss = energy(real, mapping(z))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        z = torch.randn(8192, mapping.ask.in_features, generator=torch.Generator().manual_seed(2))
        mapping.w_avg.copy_(mapping(z.to(on)).mean(0))
    return float(loss.detach())
