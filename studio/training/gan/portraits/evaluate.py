"""The figures of the portraits' card, and its sheets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from studio.engines.latent.flat_generator import FlatGenerator
from studio.training.gan import measure
from studio.training.gan.evaluate import batches, closeness, pictures, write_sheet
from studio.training.gan.portraits import data, teach
from studio.training.gan.portraits import encoder as encoders
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.gan.portraits.trained import samples, trained
from studio.training.gan.watch import shown
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips

NEIGHBOURS_SHOWN = 16
#: how large at most a picture is that a net sees; VGG16 takes its time
SIGHT = {"vgg16": 128, "alexnet": 256}


@torch.no_grad()
def run(config: PortraitsConfig, work: Path, out: Path) -> dict[str, float]:
    """Measure the generator; writes OUT/samples.webp, WORK/sheets/ and WORK/evaluate.json."""
    drawings, generator = data.load(work), trained(config, work)
    album = drawings.album
    generator.prepare(torch.bfloat16)
    drawn = torch.cat([x.half().cpu() for x in samples(generator, config.samples)])
    figures = {"samples": float(len(drawn)), "held out": float(len(album.held_out()))}
    figures |= redrawn(generator, drawings, work)
    if (work / "encoder" / "weights.safetensors").exists():
        figures |= found_again(config, generator, drawings, work)
    for net in SIGHT:
        judge = Lpips(net, work).to(loop.device()).eval()

        def seen(pages: Iterable[Tensor], judge: Lpips = judge, net: str = net) -> Tensor:
            return measure.features((seen_at(x, SIGHT[net]) for x in pages), judge)

        real = seen(shown(album, album.held_out(), 20))
        figures |= compared(real, seen(batches(drawn, 20)), net)
        half = samples(generator, len(real) // 2, between=True)
        figures[f"{net} kid, half-way"] = measure.kid(real, seen(half))
        pick = torch.randperm(album.train, generator=torch.Generator().manual_seed(0))
        copies = seen(shown(album, pick[: len(drawn)], 20))
        figures[f"{net} kid of training drawings"] = measure.kid(real, copies)
    train = torch.cat([measure.small(x) for x in shown(album, torch.arange(album.train))])
    made = torch.cat([measure.small(x) for x in batches(drawn)])
    figures |= closeness(made, train, "pixels ")
    pictures(drawn, out / "samples.webp")
    near = measure.nearest(made[:NEIGHBOURS_SHOWN], train)[1]
    found = torch.cat(list(shown(album, near))).cpu()
    page = torch.stack([drawn[:NEIGHBOURS_SHOWN].float(), found], 1).flatten(0, 1)
    write_sheet(page, 8, work / "sheets" / "nearest.png")
    text = json.dumps(figures, indent=1)
    loop.write_atomically(work / "evaluate.json", lambda path: path.write_text(text))
    return figures


def seen_at(x: Tensor, side: int) -> Tensor:
    """Pictures [B, 3, S, S] averaged to at most `side` pixels."""
    return torch.nn.functional.adaptive_avg_pool2d(x.float(), min(side, x.shape[-1]))


def compared(real: Tensor, fake: Tensor, net: str) -> dict[str, float]:
    """KID, Frechet distance, precision, recall and diversity on one net's features."""
    precision, recall = measure.precision_recall(real, fake)
    return {
        f"{net} kid": measure.kid(real, fake),
        f"{net} frechet": measure.frechet(real, fake),
        f"{net} precision": precision,
        f"{net} recall": recall,
        f"{net} diversity": measure.diversity(fake) / measure.diversity(real),
    }


def near(made: Tensor, x: Tensor, judge: Lpips) -> tuple[list[float], list[float]]:
    """PSNR in dB, and LPIPS, of each pair of pictures [B, 3, S, S]."""
    error = ((made - x) / 2).square().mean((1, 2, 3)).clamp(min=1e-10)
    away = judge(made / 2 + 0.5, x / 2 + 0.5)
    return (-10 * error.log10()).tolist(), away.tolist()


def redrawn(
    generator: FlatGenerator, drawings: data.Drawings, work: Path, count: int = 200
) -> dict[str, float]:
    """How near held-out drawings are when drawn from what they are made of."""
    judge, chance = Lpips("alexnet", work).eval(), torch.Generator().manual_seed(5)
    clear: list[float] = []
    away: list[float] = []
    for rows in drawings.album.held_out()[:count].split(20):
        own = drawings.faces.drawn(rows, chance)
        code = teach.coded(generator, own, own, 0.0, chance).to(loop.device())
        made = generator.synthesize(code).float().clamp(-1, 1)
        a, b = near(made, drawings.batch(rows).to(made.device), judge.to(made.device))
        clear, away = clear + a, away + b
    return {"redrawn psnr": sum(clear) / len(clear), "redrawn lpips": sum(away) / len(away)}


def found_again(
    config: PortraitsConfig,
    generator: FlatGenerator,
    drawings: data.Drawings,
    work: Path,
    count: int = 100,
) -> dict[str, float]:
    """How near held-out drawings come back through the encoder alone."""
    judge, encoder = Lpips("alexnet", work).eval(), encoders.load(config, work)
    clear: list[float] = []
    away: list[float] = []
    for rows in drawings.album.held_out()[:count].split(20):
        x = drawings.batch(rows).to(loop.device())
        made = generator.synthesize(encoder(x)).float().clamp(-1, 1)
        a, b = near(made, x, judge.to(x.device))
        clear, away = clear + a, away + b
    return {"encoder psnr": sum(clear) / len(clear), "encoder lpips": sum(away) / len(away)}
