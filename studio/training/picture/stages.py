"""The stages of the picture recipe, in order."""

from __future__ import annotations

from argparse import Namespace

import torch

from studio.training.picture import autoencoder, data, denoiser, distil, evaluate, pack, upscaler
from studio.training.picture.config import CONFIGS, PictureConfig, with_minutes
from studio.training.picture.loop import Log

#: "evaluate" looks at the packed folder
ORDER = ("data", "autoencoder", "upscaler", "denoiser", "distil", "pack", "evaluate")


def run(options: Namespace) -> None:
    """Run one stage or all of them."""
    config = CONFIGS[options.config]
    if options.threads:
        torch.set_num_threads(options.threads)
    wanted = ORDER if options.stage == "all" else (options.stage,)
    if options.minutes is not None and len(wanted) == 1 and hasattr(config, wanted[0]):
        config = with_minutes(config, wanted[0], options.minutes)
    if options.start:
        pack.unpack(options.start, config, options.work)
    for stage in wanted:
        one(stage, config, options)


def one(stage: str, config: PictureConfig, options: Namespace) -> None:
    """Run one stage."""
    work = options.work
    if stage == "data":
        art = data.prepare(options.data, work, config.data)
        print(f"{len(art.entries)} drawings")
    elif stage == "autoencoder":
        autoencoder.train(config, work)
        Log(work / "figures.jsonl").write(stage=stage, **autoencoder.evaluate(config, work))
    elif stage == "upscaler":
        upscaler.train(options.data, config, work)
        Log(work / "figures.jsonl").write(stage=stage, **upscaler.evaluate(config, work))
    elif stage == "denoiser":
        denoiser.train(config, work)
    elif stage == "distil":
        distil.train(config, work)
    elif stage == "evaluate":
        evaluate.run(config, work, options.out)
    elif stage == "pack":
        pack.pack(config, work, options.out)
