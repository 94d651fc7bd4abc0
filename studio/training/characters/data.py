"""The training set: drawn people in pairs that differ in one named thing, as arrays on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from studio.training.characters import people
from studio.training.characters.config import DataConfig
from studio.training.characters.drawing import draw


@dataclass
class People:
    """Pictures uint8 (2N, S, S, 3); rows 2i and 2i + 1 are a pair.

    labels, seen: (2N, names); changed: (N,) index of what differs; tells: (N, 2) whether the one
    picture shows all that is needed to draw the other. The last `held` pairs are never trained on.
    """

    pictures: np.ndarray
    labels: np.ndarray
    seen: np.ndarray
    changed: np.ndarray
    tells: np.ndarray
    held: int

    @property
    def training_pairs(self) -> int:
        return len(self.changed) - self.held

    @property
    def held_rows(self) -> range:
        """Rows of the pictures that are never trained on."""
        return range(2 * self.training_pairs, len(self.pictures))

    def picture(self, rows: Tensor) -> Tensor:
        """(B,) -> (B, 3, S, S) in -1..1, channels last."""
        taken = torch.from_numpy(self.pictures[rows.numpy()])
        return taken.permute(0, 3, 1, 2).float() / 127.5 - 1


def _part(folder: Path, packages: Path, config: DataConfig, number: int, parts: int) -> None:
    pictures = np.load(folder / "pictures.npy", mmap_mode="r+")
    ends = [config.pairs * i // parts for i in (number, number + 1)]
    drawn = (people.pair(i, config.seed)["people"] for i in range(*ends))
    sheets = (people.sheet_of(person) for pair in drawn for person in pair)
    for row, pixels in enumerate(draw(sheets, config.pixels, packages), 2 * ends[0]):
        pictures[row] = pixels
    pictures.flush()


def prepare(packages: Path, work: Path, config: DataConfig, processes: int = 2) -> People:
    """Draw the set into the work folder unless it is there.

    Args:
        packages: the folder where `npm install @dicebear/core@9 @dicebear/collection@9` was run.
    """
    folder = work / "people"
    told = json.dumps([config.pairs, config.pixels, config.seed, config.held])
    done = folder / "done.json"
    if not done.exists() or done.read_text() != told:
        folder.mkdir(parents=True, exist_ok=True)
        rows = {"labels": [], "seen": [], "changed": [], "tells": []}
        for number in range(config.pairs):
            pair = people.pair(number, config.seed)
            for person in pair["people"]:
                values, seen = people.labels_of(person)
                rows["labels"].append(values)
                rows["seen"].append(seen)
            rows["changed"].append(pair["changed"])
            rows["tells"].append(pair["tells"])
        for name, values in rows.items():
            kind = np.float32 if name == "labels" else None
            np.save(folder / f"{name}.npy", np.array(values, dtype=kind))
        shape = (2 * config.pairs, config.pixels, config.pixels, 3)
        np.lib.format.open_memmap(folder / "pictures.npy", "w+", np.uint8, shape).flush()
        context = get_context("spawn")
        workers = [
            context.Process(target=_part, args=(folder, packages, config, i, processes))
            for i in range(processes)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
            if worker.exitcode:
                raise RuntimeError("The characters could not be drawn.")
        done.write_text(told)
    return load(work, config)


def load(work: Path, config: DataConfig) -> People:
    """Open a set that `prepare` made."""
    folder = work / "people"
    arrays = {n: np.load(folder / f"{n}.npy") for n in ("labels", "seen", "changed", "tells")}
    return People(
        pictures=np.load(folder / "pictures.npy", mmap_mode="r"), held=config.held, **arrays
    )
