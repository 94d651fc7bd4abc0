"""The stages of the characters' recipe, in order."""

from __future__ import annotations

import os
from argparse import Namespace

import torch

from studio.training.characters import adventurers, data, evaluate, figures, judge, pack, vae
from studio.training.characters.config import CONFIGS, CharactersConfig, with_train

ORDER = ("data", "vae", "judge", "pack", "evaluate", "figures")


def run(options: Namespace) -> None:
    """Run one stage or all of them. Every stage goes on where it was stopped."""
    config = CONFIGS[options.config]
    if options.threads:
        torch.set_num_threads(options.threads)
    changes = {"minutes": options.minutes, "workers": options.workers}
    config = with_train(config, **{k: v for k, v in changes.items() if v is not None})
    for stage in ORDER if options.stage == "all" else (options.stage,):
        one(stage, config, options)


def one(stage: str, config: CharactersConfig, options: Namespace) -> None:
    """Run one stage."""
    work, out = options.work, options.out
    if stage in ("data", "portraits") and options.packages is None:
        raise SystemExit("--packages: the folder where npm installed DiceBear.")
    if stage == "portraits":
        adventurers.write(options.packages, work)
    elif stage == "data":
        people = data.prepare(options.packages, work, config.data, os.cpu_count() or 2)
        print(f"{len(people.pictures)} drawings")
    elif stage == "vae":
        vae.train(config, work)
    elif stage == "judge":
        judge.train(config, work)
    elif stage == "pack":
        pack.pack(config, work, out)
    elif stage == "evaluate":
        evaluate.run(config, work, *pack.open_folder(out))
        pack.tell(config, work, out)
    elif stage == "figures":
        figures.write(out, out)
