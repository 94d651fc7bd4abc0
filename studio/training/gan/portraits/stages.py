"""The stages of Easel Portraits' recipe, in order."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import torch

from studio.training.gan.evaluate import write_sheet
from studio.training.gan.portraits import (
    data,
    encoder,
    evaluate,
    mapping,
    pack,
    polish,
    sliders,
    teach,
    trained,
)  # fmt: skip
from studio.training.gan.portraits.config import CONFIGS, PortraitsConfig
from studio.training.picture import loop

ORDER = ("data", "teach", "mapping", "polish", "encoder", "sliders", "pack", "evaluate")


def run(options: Namespace) -> None:
    """Run one stage or all of them."""
    config = with_minutes(CONFIGS[options.config], options.stage, options.minutes)
    if options.threads:
        torch.set_num_threads(options.threads)
    for stage in ORDER if options.stage == "all" else (options.stage,):
        one(stage, config, options)


def with_minutes(config: PortraitsConfig, stage: str, minutes: float | None) -> PortraitsConfig:
    """The same with another time budget for one stage."""
    if minutes is None:
        return config
    if stage == "encoder":
        return config.model_copy(update={"encoder_minutes": minutes})
    if stage in ("teach", "polish"):
        part = getattr(config, stage).model_copy(update={"minutes": minutes})
        return config.model_copy(update={stage: part})
    return config


def one(stage: str, config: PortraitsConfig, options: Namespace) -> None:
    """Run one stage."""
    work: Path = options.work
    if stage == "data":
        data.prepare(options.data, work, config.generator.size, config.held_out)
    elif stage == "teach":
        teach.train(config, work)
    elif stage == "mapping":
        lead(config, work)
    elif stage == "polish" and config.polish.minutes:
        polish.train(config, work)
        sheet(config, work, "polish")
    elif stage == "encoder":
        encoder.train(config, work)
    elif stage == "sliders":
        sliders.find(config, work)
    elif stage == "pack":
        pack.pack(config, work, options.out)
    elif stage == "evaluate":
        figures = evaluate.run(config, work, options.out)
        loop.Log(work / "figures.jsonl").write(stage=stage, **figures)


def lead(config: PortraitsConfig, work: Path) -> None:
    """The mapping; writes WORK/begin, where the duel begins, and a sheet of samples."""
    drawings, generator = data.load(work), teach.build(config)
    loop.load_weights(work / "teach", generator)
    apart = mapping.train(
        generator.mapping, drawings.faces, drawings.train, config.mapping_steps, config.seed
    )
    sliders.center(generator, drawings.faces, drawings.train, config.seed)
    loop.save_checkpoint(work / "begin", generator, loop.Average(generator, 0.0), [], {})
    loop.Log(work / "figures.jsonl").write(stage="mapping", energy=apart)
    sheet(config, work, "mapping")


@torch.no_grad()
def sheet(config: PortraitsConfig, work: Path, name: str, count: int = 24) -> None:
    """Pictures of the first random numbers, as they come, and below as many half-way between."""
    generator = trained.trained(config, work)
    pages = [
        torch.cat(list(trained.samples(generator, count, between=half))) for half in (False, True)
    ]
    write_sheet(torch.cat(pages).cpu(), 8, work / "sheets" / f"{name}.png")
