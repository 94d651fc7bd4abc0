"""Watch kept on a duel: losses, figures by pictures shown, sheets of samples, signs of collapse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from studio.training.gan import mapping, measure
from studio.training.gan.config import GanConfig
from studio.training.gan.data import Album
from studio.training.gan.warm import Pair, networks
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips

if TYPE_CHECKING:
    from studio.training.gan.duel import Duel

LOG_STEPS = 100
BEATEN = 0.1  # a critic's loss below this: it sees through everything, little is learnt
NARROW = 0.7  # diversity below this part of the real pictures': a sign of collapse


def load_duel(
    folder: Path, both: Duel, average: loop.Average, optimizers: list[torch.optim.Optimizer]
) -> dict[str, Any]:
    """Put back all networks and what was done so far; empty where there is nothing."""
    return loop.load_checkpoint(folder, both, average, optimizers)


def trained(config: GanConfig, work: Path, album: Album) -> Pair:
    """The averaged networks of a duel, or those of the warm start where none was fought."""
    pair = networks(config, album)
    duel = work / "duel"
    loop.load_weights(duel if (duel / "weights.safetensors").exists() else work / "begin", pair)
    return pair.eval()


@torch.no_grad()
def samples(pair: Pair, count: int, batch: int = 25, seed: int = 1000) -> Iterator[Tensor]:
    """Pictures of random numbers, unpicked and not truncated, in batches [B, 3, S, S]."""
    z = torch.randn(count, pair.generator.z_dim, generator=torch.Generator().manual_seed(seed))
    for part in z.split(batch):
        with loop.autocast(loop.device()):
            yield pair.generator(part.to(loop.device())).clamp(-1, 1)


def shown(album: Album, rows: Tensor, batch: int = 50) -> Iterator[Tensor]:
    """Pictures of an album in batches."""
    for part in rows.split(batch):
        yield album.batch(part).to(loop.device())


class Watcher:
    """Writes figures.jsonl, sheets/ and checkpoints; says when something goes wrong."""

    def __init__(self, config: GanConfig, work: Path, album: Album, done: dict[str, Any]) -> None:
        self.config, self.work, self.album = config, work, album
        self.log = loop.Log(work / "figures.jsonl")
        self.judge = Lpips("alexnet", work).to(loop.device()).eval()
        rows = album.held_out()[: config.duel.figures_count]
        self.real = measure.features(shown(album, rows), self.judge)
        self.looked = done.get("spent", 0.0)
        self.sums: dict[str, list[float]] = {}

    def step(
        self,
        step: int,
        budget: loop.Budget,
        share: float,
        told: dict[str, Tensor],
        both: Duel,
        average: loop.Average,
        optimizers: list[torch.optim.Optimizer],
    ) -> None:
        """Note one step."""
        for name, value in told.items():
            self.sums.setdefault(name, []).append(float(value.detach()))
        over = share >= 1.0
        shown_count = step * self.config.duel.batch
        if step % LOG_STEPS == 0 or over:
            means = {name: sum(v) / len(v) for name, v in self.sums.items() if "loss" not in name}
            self.log.write(stage="duel", step=step, pictures=shown_count, **means)
            if means.get("critic", 1.0) < BEATEN:
                self.log.write(stage="warning", step=step, says="the critic sees through all")
            self.sums.clear()
        if budget.spent - self.looked > self.config.duel.figures_minutes * 60 or over:
            self.looked = budget.spent
            progress = {"step": step, "spent": budget.spent}
            loop.save_checkpoint(self.work / "duel", both, average, optimizers, progress)
            self.look(shown_count)

    def look(self, pictures: int) -> None:
        """Figures and a sheet of the averaged generator as it is now."""
        pair = trained(self.config, self.work, self.album)
        drawn = measure.features(samples(pair, len(self.real)), self.judge)
        precision, recall = measure.precision_recall(self.real, drawn)
        varied = measure.diversity(drawn) / measure.diversity(self.real)
        self.log.write(
            stage="figures",
            pictures=pictures,
            kid=measure.kid(self.real, drawn),
            frechet=measure.frechet(self.real, drawn),
            precision=precision,
            recall=recall,
            diversity=varied,
        )
        if varied < NARROW:
            self.log.write(stage="warning", pictures=pictures, says="samples look too much alike")
        mapping.sample_sheet(pair, self.config, self.work, f"duel-{pictures:07d}")
