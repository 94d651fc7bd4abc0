"""Pictures and their labels, laid out alike for every source, in the work folder.

pictures.npy   uint8 [N, S, S, 3], those held out last
labels.npy     float32 [N, T], unknown is NaN
set.json       {"train": how many are for training, "labels": [T names], "keys": [N names]}
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.training.picture.loop import write_atomically


@dataclass(frozen=True)
class Album:
    """The prepared pictures. `train`: how many from the front are for training; `near`: these
    on an accelerator, where there is one."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.float32]
    names: tuple[str, ...]
    keys: tuple[str, ...]
    train: int
    near: Tensor | None = None

    def moved(self, device: torch.device) -> Album:
        """The same with its training pictures [N, S, S, 3] in an accelerator's memory."""
        if device.type == "cpu":
            return self
        return replace(
            self, near=torch.from_numpy(np.array(self.pictures[: self.train])).to(device)
        )

    def batch(self, rows: Tensor, mirror: Tensor | None = None) -> Tensor:
        """Pictures [B, 3, S, S] in -1..1; those where `mirror` [B] holds are flipped."""
        if self.near is not None and len(rows) and int(rows.max()) < self.train:
            chosen = self.near[rows.to(self.near.device)]
        else:
            chosen = torch.from_numpy(self.pictures[rows.numpy()])
        x = chosen.permute(0, 3, 1, 2).float() / 127.5 - 1
        if mirror is not None:
            x = torch.where(mirror.to(x.device)[:, None, None, None], x.flip(3), x)
        return x

    def held_out(self) -> Tensor:
        """Rows of the pictures that no training sees."""
        return torch.arange(self.train, len(self.pictures))

    def targets(self) -> tuple[Tensor, Tensor]:
        """Labels [N, T] of mean 0 and deviation 1 over the training part, and which are known."""
        values = torch.from_numpy(self.labels)
        known = values.isfinite()
        values = values.nan_to_num()
        count = known[: self.train].sum(0).clamp(min=1)
        mean = (values * known)[: self.train].sum(0) / count
        spread = (((values - mean) * known)[: self.train].square().sum(0) / count).sqrt()
        return (values - mean) / spread.clamp(min=1e-3) * known, known


def save(folder: Path, album: Album, pictures: bool = True) -> None:
    """Write an album into the work folder; its pictures too, unless they lie there already."""
    about = {"train": album.train, "labels": list(album.names), "keys": list(album.keys)}

    def put(array: Any) -> Any:
        def write(path: Path) -> None:
            with path.open("wb") as file:
                np.save(file, array)

        return write

    if pictures:
        write_atomically(folder / "pictures.npy", put(album.pictures))
    write_atomically(folder / "labels.npy", put(album.labels))
    write_atomically(folder / "set.json", lambda p: p.write_text(json.dumps(about)))


def load(folder: Path) -> Album:
    """Read the album of a work folder; the pictures stay on disk until used."""
    about = json.loads((folder / "set.json").read_text())
    return Album(
        np.load(folder / "pictures.npy", mmap_mode="r"),
        np.load(folder / "labels.npy"),
        tuple(about["labels"]),
        tuple(about["keys"]),
        about["train"],
    )
