"""An independent judge: a small network that says the named numbers of a drawing.

It is trained on real drawings only and never sees what the VAE makes, nor does the VAE see it.
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from studio.training.characters import data
from studio.training.characters.config import CharactersConfig
from studio.training.characters.people import NAMES
from studio.training.picture import loop

#: what each number can be where it takes a few values only; the others are continuous
LEVELS = {
    "style": (-1, 1),
    "hair_length": (-1, -1 / 3, 1 / 3, 1),
    "glasses": (-1, 1),
    "beard": (-1, 0, 1),
    "smile": (-1, 0, 1),
    "mouth_open": (-1, 1),
    "eyes_closed": (-1, 1),
    "earrings": (-1, 1),
}
#: a continuous number is judged right within this (the range is 2)
TOLERANCE = 0.25


class Judge(nn.Module):
    """Picture [B, 3, S, S] in -1..1 -> named numbers [B, names]; looks at half size."""

    def __init__(self, size: int, width: int = 24) -> None:
        super().__init__()
        wide = [12, width, 2 * width, 3 * width, 4 * width, 6 * width]
        steps: list[nn.Module] = []
        for i, (before, after) in enumerate(pairwise(wide)):
            stride = 1 if i == 0 else 2
            steps += [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after)]
            steps += [nn.ReLU()]
        self.body = nn.Sequential(*steps)
        side = -(-size // 4 // 2 ** (len(wide) - 2))
        self.head = nn.Linear(wide[-1] * side**2, len(NAMES))

    def forward(self, picture: Tensor) -> Tensor:
        x = F.pixel_unshuffle(F.avg_pool2d(picture, 2), 2)
        return self.head(self.body(x).flatten(1)).float()


def level_of(name: str, values: Tensor) -> Tensor:
    """The nearest value that the number can have; continuous ones stay."""
    if name not in LEVELS:
        return values
    levels = torch.tensor(LEVELS[name])
    return levels[(values[:, None] - levels).abs().argmin(1)]


def right(name: str, judged: Tensor, true: Tensor) -> Tensor:
    """Whether each judgement is right, booleans."""
    if name in LEVELS:
        return (level_of(name, judged) - true).abs() < 1e-3
    return (judged - true).abs() <= TOLERANCE


def train(config: CharactersConfig, work: Path) -> None:
    """Train the judge unless it is there."""
    if (work / "judge.safetensors").exists():
        return
    c, on = config.judge, loop.device()
    people = data.load(work, config.data)
    torch.manual_seed(config.seed + 5)
    judge = Judge(config.data.pixels, c.width).to(on, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=c.learning_rate, weight_decay=0.02)
    labels, seen = torch.from_numpy(people.labels), torch.from_numpy(people.seen)
    for step in range(c.steps):
        place = step / c.steps
        for group in optimizer.param_groups:
            group["lr"] = (
                c.learning_rate * min(1, step / 50) * 0.5 * (1 + math.cos(math.pi * place))
            )
        rows = loop.epoch_batch(2 * people.training_pairs, c.batch, step, config.seed + 9)
        rows = rows.sort().values
        with loop.autocast(on):
            told = judge(people.picture(rows).to(on))
        loss = F.smooth_l1_loss(told, labels[rows].to(on), beta=0.2, reduction="none")
        shown = seen[rows].to(on)
        loss = (loss * shown).sum() / shown.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"judge step={step} loss={loss.item():.4f}", flush=True)
    state = {k: v.contiguous() for k, v in judge.cpu().state_dict().items()}
    loop.write_atomically(work / "judge.safetensors", lambda p: save_file(state, p))


def load(config: CharactersConfig, work: Path) -> Judge:
    """The trained judge."""
    judge = Judge(config.data.pixels, config.judge.width)
    judge.load_state_dict(load_file(work / "judge.safetensors"))
    return judge.eval().requires_grad_(False)


@torch.no_grad()
def accuracy(judge: Judge, people: data.People, count: int) -> dict[str, float]:
    """Share of right judgements on held-out real drawings, by name, where the thing is seen."""
    rows = torch.tensor(list(people.held_rows)[:count])
    told = torch.cat([judge(people.picture(part)) for part in rows.split(64)])
    labels, seen = torch.from_numpy(people.labels)[rows], torch.from_numpy(people.seen)[rows]
    return {
        name: float(right(name, told[:, i], labels[:, i])[seen[:, i]].float().mean())
        for i, name in enumerate(NAMES)
    }
