"""The stages of the GAN's recipe, in order.

The last three need all of Easel, the ones before only torch, pydantic, safetensors and Pillow: a
machine that is lent for an hour trains, "export" and "import" carry the average home.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from studio.training.gan import data, duel, flowers, mapping, warm, watch
from studio.training.gan.config import CONFIGS, GanConfig
from studio.training.gan.critic import Critic
from studio.training.picture import team
from studio.training.picture.loop import Log, write_atomically

AVERAGE = "average.safetensors"
ORDER = ("data", "warm", "mapping", "duel", "sliders", "pack", "evaluate")


def run(options: Namespace) -> None:
    """Run one stage or all of them."""
    config = with_minutes(CONFIGS[options.config], options.stage, options.minutes)
    if options.threads:
        torch.set_num_threads(options.threads)
    for stage in ORDER if options.stage == "all" else (options.stage,):
        one(stage, config, options)


def with_minutes(config: GanConfig, stage: str, minutes: float | None) -> GanConfig:
    """The same with another time budget for one stage."""
    if minutes is None:
        return config
    if stage == "duel":
        return config.model_copy(
            update={"duel": config.duel.model_copy(update={"minutes": minutes})}
        )
    field = {"warm": "minutes", "mapping": "mapping_minutes"}.get(stage)
    if field is None:
        return config
    return config.model_copy(update={"warm": config.warm.model_copy(update={field: minutes})})


def one(stage: str, config: GanConfig, options: Namespace) -> None:
    """Run one stage."""
    work: Path = options.work
    if stage == "data":
        prepare(config, options.data, work, options.limit)
    elif stage == "warm" and config.warm.minutes:
        together(warm.train, config, work, options.processes)
    elif stage == "mapping" and config.warm.mapping_minutes:
        mapping.train(config, work)
    elif stage == "duel":
        together(duel.train, config, work, options.processes)
    elif stage == "strangers":
        flowers.strangers(options.data, work)
    elif stage == "export":
        carry_out(config, work, options.out)
    elif stage == "import":
        carry_in(config, work, options.out)
    else:
        finish(stage, config, work, options.out)


def finish(stage: str, config: GanConfig, work: Path, out: Path) -> None:
    """Run one of the stages that need all of Easel."""
    from studio.training.gan import evaluate, pack, sliders

    if stage == "sliders":
        sliders.find(config, work)
    elif stage == "pack":
        pack.pack(config, work, out)
    elif stage == "evaluate":
        Log(work / "figures.jsonl").write(stage=stage, **evaluate.run(config, work, out))


def prepare(config: GanConfig, source: Path, work: Path, limit: int = 0) -> data.Album:
    """Lay out the pictures of a source; nothing where that is done."""
    if (work / "set.json").exists():
        return data.load(work)
    album = flowers.prepare(source, config.size, limit)
    work.mkdir(parents=True, exist_ok=True)
    data.save(work, album)
    print(f"{len(album.pictures)} pictures, {album.train} of them to train on")
    return album


def carry_out(config: GanConfig, work: Path, out: Path) -> None:
    """Write the average of encoder and generator, in half precision: OUT/average.safetensors."""
    pair = watch.trained(config, work, data.load(work))
    state = {name: value.cpu().half().contiguous() for name, value in pair.state_dict().items()}
    write_atomically(out / AVERAGE, lambda path: save_file(state, path))


def carry_in(config: GanConfig, work: Path, out: Path) -> None:
    """Put what `carry_out` wrote where the later stages look for it."""
    pair = warm.networks(config, data.load(work))
    pair.load_state_dict({name: value.float() for name, value in load_file(out / AVERAGE).items()})
    mapping.keep(pair, work)


def together(train: Callable[..., None], config: GanConfig, work: Path, members: int) -> None:
    """Train in `members` processes; 0 is one for each core."""
    count = members or (os.cpu_count() or 1)
    album = data.load(work)
    pair = sum(p.numel() for p in warm.networks(config, album).parameters())
    critic = sum(p.numel() for p in Critic(config.critic).parameters())
    eyes = 1_000_000 if config.duel.eyes else 0  # at most; room for their gradients
    team.run(train, count, max(pair, critic + eyes), config, work)
