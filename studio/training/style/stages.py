"""The stages of the painter's recipe, in order."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

import torch

from studio.training.style import data, evaluate, pack, train
from studio.training.style.config import CONFIGS, StyleConfig, with_train

ORDER = ("data", "painter", "pack", "evaluate")


def run(options: Namespace) -> None:
    """Run one stage or all of them. Every stage goes on where it was stopped."""
    config = replace(CONFIGS[options.config], make=options.make)
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.minutes is not None:
        config = with_train(config, minutes=options.minutes)
    if options.workers is not None:
        config = with_train(config, workers=options.workers)
    for stage in ORDER if options.stage == "all" else (options.stage,):
        one(stage, config, options)


def one(stage: str, config: StyleConfig, options: Namespace) -> None:
    """Run one stage."""
    if stage == "data":
        data.prepare(options.data, options.work, config.data)
    elif stage == "painter":
        train.train(config, options.work, options.begin)
    elif stage == "pack":
        pack.pack(config, options.work, options.out)
    elif stage == "evaluate":
        evaluate.run(config, options.work, options.data, options.out)
