"""Small networks that read labels from pictures: they measure what sliders do; none is shipped.

Two are trained on different halves of the real pictures with different random numbers: "A" tells
the probes what a sample shows, "B" alone says how well a finished slider keeps its promise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.latent.style_encoder import StyleEncoder, StyleEncoderConfig
from studio.training.gan.data import Album, load
from studio.training.picture import loop

Name = Literal["A", "B"]
BATCH = 32


class Schooling(Protocol):
    """What a configuration says of judges: how often they see each picture, how sharply, and
    whether a flipped picture is as good."""

    @property
    def lessons(self) -> float: ...
    @property
    def sight(self) -> int: ...
    @property
    def mirror(self) -> bool: ...


class Judge(nn.Module):
    """Picture [B, 3, S, S] in -1..1 -> labels [B, T], in their own units.

    sight: side in pixels of what it looks at; 32 times a power of 2.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, labels: int, sight: int = 64) -> None:
        super().__init__()
        shape = StyleEncoderConfig(
            size=sight, patch=sight // 32, channels=[32, 64, 128, 128], layers=1, dim=max(2, labels)
        )
        self.net, self.labels, self.sight = StyleEncoder(shape), labels, sight
        self.register_buffer("mean", torch.zeros(labels))
        self.register_buffer("spread", torch.ones(labels))

    def standard(self, x: Tensor) -> Tensor:
        """Labels of mean 0 and deviation 1 over the real pictures."""
        small = functional.adaptive_avg_pool2d(x.float(), self.sight)
        answer: Tensor = self.net(small)[:, 0, : self.labels]
        return answer

    def forward(self, x: Tensor) -> Tensor:
        return self.standard(x) * self.spread + self.mean


def read_labels(album: Album) -> list[int]:
    """Columns of labels that a judge is asked for: all but single words out of many."""
    return [index for index, name in enumerate(album.names) if "=" not in name]


def train(config: Schooling, work: Path, name: Name) -> Judge:
    """Train a judge, or read it where it was trained."""
    album, on = load(work), loop.device()
    columns = read_labels(album)
    file = work / "judges" / f"{name}.safetensors"
    torch.manual_seed(101 if name == "A" else 202)
    judge = Judge(len(columns), config.sight).to(on).to(memory_format=torch.channels_last)
    if file.exists():
        judge.load_state_dict(load_file(file))
        return judge.eval()
    targets, known = (part[:, columns] for part in album.targets())
    values = torch.from_numpy(album.labels[: album.train, columns])
    judge.mean.copy_(values.nanmean(0))
    judge.spread.copy_(((values - values.nanmean(0)).square().nanmean(0)).sqrt().clamp(min=1e-3))
    mine = torch.arange(0 if name == "A" else 1, album.train, 2)
    steps = max(2, round(config.lessons * len(mine) / BATCH))
    optimizer = torch.optim.AdamW(judge.parameters(), 1e-3, weight_decay=0.01)
    for step in range(steps):
        chance = loop.step_generator(7 if name == "A" else 8, step)
        rows = mine[torch.randint(len(mine), (BATCH,), generator=chance)]
        flip = torch.rand(BATCH, generator=chance) < 0.5 if config.mirror else None
        x = album.batch(rows, flip).to(on)
        x = x + 0.05 * torch.randn(x.shape, generator=chance).to(on)
        optimizer.param_groups[0]["lr"] = 1e-3 * min(1.0, (step + 1) / 50, 4 * (1 - step / steps))
        with loop.autocast(on):
            off = (judge.standard(x).float() - targets[rows].to(on)) * known[rows].to(on)
        loss = off.square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"judge {name} {step}/{steps} loss {loss.item():.3f}", flush=True)
    state = {key: value.contiguous() for key, value in judge.state_dict().items()}
    loop.write_atomically(file, lambda path: save_file(state, path))
    return judge.eval()


@torch.no_grad()
def skill(judge: Judge, album: Album) -> dict[str, float]:
    """How much of each label's variance on held-out pictures a judge explains, up to 1."""
    columns = read_labels(album)
    rows = album.held_out()
    read = torch.cat([judge(album.batch(p).to(loop.device())).cpu() for p in rows.split(100)])
    real = torch.from_numpy(album.labels[rows.numpy()][:, columns])
    left = (read - real).square().nanmean(0)
    spread = (real - real.nanmean(0)).square().nanmean(0).clamp(min=1e-9)
    share = 1 - left / spread
    return {album.names[c]: float(s) for c, s in zip(columns, share, strict=True)}
