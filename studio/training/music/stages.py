"""The stages of the tune model's recipe, in order."""

from __future__ import annotations

import json
from argparse import Namespace

import torch

from studio.engines.music.opened import open_composer
from studio.training.music import data, evaluate, model, pack
from studio.training.music.config import CONFIGS, MusicConfig, with_train

ORDER = ("data", "model", "pack", "evaluate")


def run(options: Namespace) -> None:
    """Run one stage or all of them. Every stage goes on where it was stopped."""
    config = CONFIGS[options.config]
    if options.threads:
        torch.set_num_threads(options.threads)
    changes = {"minutes": options.minutes, "workers": options.workers}
    config = with_train(config, **{k: v for k, v in changes.items() if v is not None})
    for stage in ORDER if options.stage == "all" else (options.stage,):
        one(stage, config, options)


def one(stage: str, config: MusicConfig, options: Namespace) -> None:
    """Run one stage."""
    work, out = options.work, options.out
    if stage == "data":
        if options.data is None:
            raise SystemExit("--data: the folder with the archives of scores and drums.")
        print(json.dumps(data.prepare(config.data, options.data, work), ensure_ascii=False))
    elif stage == "model":
        model.train(config, work)
    elif stage == "pack":
        pack.pack(config, work, out)
    elif stage == "evaluate":
        print(json.dumps(evaluate.run(config, work, open_composer(out), out), indent=1))
