"""The figures of a model card, and the sheets that go with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from studio.training.gan import measure
from studio.training.gan.config import GanConfig
from studio.training.gan.data import Album, load
from studio.training.gan.warm import Pair
from studio.training.gan.watch import samples, shown, trained
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips

COUNT = 1000
NEIGHBOURS_SHOWN = 16


@torch.no_grad()
def run(config: GanConfig, work: Path, out: Path) -> dict[str, float]:
    """Measure the generator; writes OUT/samples.webp, WORK/sheets/nearest.png and evaluate.json."""
    album, count = load(work), min(COUNT, config.probes)
    pair = trained(config, work, album)
    rebuilt = rebuilding(pair, album)
    pair.generator.prepare(torch.bfloat16)
    drawn = torch.cat([x.half().cpu() for x in samples(pair, count)])
    rows = album.held_out()[:count]
    figures = {"samples": float(len(drawn)), "held out": float(len(rows))} | rebuilt
    for net in ("vgg16", "alexnet"):
        judge = Lpips(net, work).to(loop.device()).eval()
        real = measure.features(shown(album, rows, 25), judge)
        fake = measure.features(batches(drawn), judge)
        precision, recall = measure.precision_recall(real, fake)
        figures |= {
            f"{net} kid": measure.kid(real, fake),
            f"{net} frechet": measure.frechet(real, fake),
            f"{net} precision": precision,
            f"{net} recall": recall,
            f"{net} diversity": measure.diversity(fake) / measure.diversity(real),
        }
        train = album_features(album, judge, net)
        if train is not None:
            # what a generator that copied the training pictures would reach
            pick = torch.randperm(len(train), generator=torch.Generator().manual_seed(0))
            figures[f"{net} kid of training pictures"] = measure.kid(real, train[pick[:count]])
            figures |= closeness(fake, train, f"{net} ")
    train_small = torch.cat([measure.small(x) for x in shown(album, torch.arange(album.train))])
    drawn_small = torch.cat([measure.small(x) for x in batches(drawn)])
    figures |= closeness(drawn_small, train_small, "pixels ")
    pictures(drawn, out / "samples.webp")
    near = measure.nearest(drawn_small[:NEIGHBOURS_SHOWN], train_small)[1]
    found = torch.cat(list(shown(album, near))).cpu()
    page = torch.stack([drawn[:NEIGHBOURS_SHOWN].float(), found], 1).flatten(0, 1)
    write_sheet(page, 8, work / "sheets" / "nearest.png")
    text = json.dumps(figures, indent=1)
    loop.write_atomically(work / "evaluate.json", lambda path: path.write_text(text))
    return figures


def batches(pictures: Tensor, size: int = 25) -> Iterator[Tensor]:
    """Pictures kept in half precision, in batches on the device."""
    for part in pictures.split(size):
        yield part.float().to(loop.device())


def album_features(album: Album, judge: Lpips, net: str) -> Tensor | None:
    """Features of all training pictures; of the slow net only on an accelerator."""
    if net == "vgg16" and loop.device().type == "cpu":
        return None
    return measure.features(shown(album, torch.arange(album.train)), judge)


def closeness(drawn: Tensor, train: Tensor, name: str) -> dict[str, float]:
    """Closest pairs among samples and among training pictures, and samples to training pictures."""
    near = measure.nearest(drawn, train)[0]
    return {
        f"{name}closest samples": measure.closest_pair(drawn)[0],
        f"{name}closest training pictures": measure.closest_pair(train)[0],
        f"{name}sample to training, median": float(near.median()),
        f"{name}sample to training, closest": float(near.min()),
    }


def rebuilding(pair: Pair, album: Album, count: int = 200) -> dict[str, float]:
    """How well held-out pictures come back through the encoder: PSNR in dB, mean of pictures."""
    total: list[Tensor] = []
    for x in shown(album, album.held_out()[:count], 25):
        again = pair.generator.synthesize(pair.encoder(x)).clamp(-1, 1)
        error = ((again - x) / 2).square().mean((1, 2, 3)).clamp(min=1e-10)
        total.append(-10 * error.log10())
    return {"encoder psnr": float(torch.cat(total).mean())}


def pictures(drawn: Tensor, path: Path, count: int = 100) -> None:
    """The first hundred, ten in a row."""
    write_sheet(drawn[:count].float(), 10, path)


def write_sheet(page: Tensor, columns: int, path: Path) -> None:
    """Pictures [N, 3, S, S] in -1..1 as one file."""
    page = page.clamp(-1, 1) / 2 + 0.5
    loop.sheet(torch.cat([page, torch.ones_like(page[:, :1])], 1), columns, path, 1.0)
