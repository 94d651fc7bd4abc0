"""The judge: which caption belongs to which picture (a small CLIP; Radford et al. 2021).

A convolutional tower for pictures is trained beside MiniLM's sentence embeddings on the same
drawings the denoiser may see, and asked about captions neither has seen.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.engines.imaging.upscaler import premultiply
from studio.training.picture import data, denoiser
from studio.training.picture.autoencoder import batch_of, rate
from studio.training.picture.config import PictureConfig
from studio.training.picture.loop import (
    Average,
    Budget,
    Log,
    autocast,
    device,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    step_generator,
)
from studio.training.picture.text import TextEncoder
from studio.training.picture.words import caption_of, plain_caption


class Judge(nn.Module):
    """Pictures and sentence embeddings into one space of unit vectors."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 4
        for after in (width, width * 2, width * 4, width * 6):
            layers += [
                nn.Conv2d(before, after, 3, 2, 1, bias=False), nn.BatchNorm2d(after), nn.SiLU(),
                nn.Conv2d(after, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after), nn.SiLU(),
            ]  # fmt: skip
            before = after
        self.tower = nn.Sequential(*layers)
        self.picture = nn.Linear(before * 16, 256)
        self.drop = nn.Dropout(0.2)
        self.words = nn.Sequential(nn.Linear(384, 384), nn.SiLU(), nn.Linear(384, 256))
        self.scale = nn.Parameter(torch.tensor(2.5))

    def see(self, rgba: Tensor) -> Tensor:
        """Straight RGBA (B, 4, H, W) in [0, 1] -> (B, 256). Looks at 64 px."""
        small = F.interpolate(premultiply(rgba), (64, 64), mode="area")
        maps = self.tower((small * 2 - 1).contiguous(memory_format=torch.channels_last))
        pooled = F.adaptive_avg_pool2d(maps, 4).flatten(1)
        return F.normalize(self.picture(self.drop(pooled)).float(), dim=1)

    def read(self, sentences: Tensor) -> Tensor:
        """Sentence embeddings (B, 384) -> (B, 256)."""
        return F.normalize(self.words(sentences).float(), dim=1)


def train(config: PictureConfig, work: Path) -> None:
    """Train until the budget is spent; goes on from the last checkpoint."""
    c, on, folder = config.retrieval, device(), work / "retrieval"
    art, text = data.load(work), TextEncoder(config.denoiser.max_tokens)
    weights = torch.tensor([denoiser.weight_of(e, config.data) for e in art.entries]).double()
    weights *= torch.tensor([float(e.split == data.TRAIN) for e in art.entries])
    torch.manual_seed(config.seed)
    model = Judge(c.width).to(on, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), c.learning_rate, weight_decay=0.05)
    average = Average(model, 0.995)
    progress: dict[str, Any] = load_checkpoint(folder, model, average, [optimizer])
    step, budget = progress.get("step", 0), Budget(c.minutes, progress.get("seconds", 0.0))
    log = Log(folder / "log.jsonl")
    while budget.share(step) < 1:
        g = step_generator(config.seed + 3, step)
        rows = torch.multinomial(weights.sqrt(), c.batch, True, generator=g)
        rgba = wobble(batch_of(art, rows, g), g).to(on)
        captions = []
        for i in rows.tolist():
            entry, pick = art.entries[i], random.Random(f"{step}|{i}")
            said = caption_of(entry, [], pick) if pick.random() < 0.5 else plain_caption(entry)
            captions.append(said)
        sentences = text.sentences(captions).to(on)
        for group in optimizer.param_groups:
            group["lr"] = rate(step, budget.share(step), c.learning_rate, 50, 0.6)
        with autocast(on):
            seen, read = model.see(rgba), model.read(sentences)
            scores = seen @ read.T * model.scale.exp().clamp(max=50)
        # The same subject may come twice in a batch: both answers are right.
        names = [art.entries[i].caption for i in rows.tolist()]
        styles = [art.entries[i].style for i in rows.tolist()]
        same = torch.tensor([
            [float(a == b and s == t) for b, t in zip(names, styles, strict=True)]
            for a, s in zip(names, styles, strict=True)
        ]).to(on)  # fmt: skip
        truth = same / same.sum(1, keepdim=True)
        loss = (F.cross_entropy(scores, truth) + F.cross_entropy(scores.T, truth)) / 2
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.update(model, step)
        step += 1
        budget.tick()
        if step % 25 == 0:
            log.write(step=step, seconds=round(budget.spent), loss=loss.item())
        if budget.checkpoint_due(step):
            save_checkpoint(
                folder, model, average, [optimizer], {"step": step, "seconds": budget.spent}
            )


def wobble(rgba: Tensor, g: torch.Generator) -> Tensor:
    """Pictures moved and scaled a little, against learning by heart."""
    n = len(rgba)
    size = 0.9 + 0.3 * torch.rand(n, generator=g)
    shift = 0.16 * (torch.rand(n, 2, generator=g) - 0.5)
    turn = torch.zeros(n, 2, 3)
    turn[:, 0, 0] = turn[:, 1, 1] = size
    turn[:, :, 2] = shift
    grid = F.affine_grid(turn, [n, 4, 64, 64], align_corners=False)
    return F.grid_sample(rgba, grid, align_corners=False)


def load(config: PictureConfig, work: Path) -> Judge:
    """The averaged judge."""
    model = Judge(config.retrieval.width)
    load_weights(work / "retrieval", model)
    return model.to(device()).eval()


@torch.no_grad()
def ranks(judge: Judge, text: TextEncoder, rgba: Tensor, captions: Sequence[str]) -> Tensor:
    """Place (0 is best) of each picture's own caption among all of them: (N,)."""
    seen = torch.cat([judge.see(part.to(device())) for part in rgba.split(64)])
    read = judge.read(text.sentences(captions).to(device()))
    scores = seen @ read.T
    own = scores.diagonal()[:, None]
    return (scores > own).sum(1).cpu()


@torch.no_grad()
def subject_ranks(
    judge: Judge, text: TextEncoder, rgba: Tensor, entries: Sequence[data.Entry]
) -> Tensor:
    """The same, with all captions put in the picture's own style, so that style cannot help."""
    seen = torch.cat([judge.see(part.to(device())) for part in rgba.split(64)])
    places = torch.zeros(len(entries), dtype=torch.long)
    for style in sorted({entry.style for entry in entries}):
        captions = [plain_caption(replace(entry, style=style)) for entry in entries]
        read = judge.read(text.sentences(captions).to(device()))
        for i, entry in enumerate(entries):
            if entry.style == style:
                scores = seen[i] @ read.T
                places[i] = int((scores > scores[i]).sum())
    return places
