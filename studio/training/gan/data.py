"""Pictures and their labels, laid out alike for every source, in the work folder.

pictures.npy   uint8 [N, S, S, 3], those held out last
labels.npy     float32 [N, T], unknown is NaN
set.json       {"train": how many are for training, "labels": [T names], "keys": [N names]}
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

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


def characters(source: Path, size: int, held_out: int = 1000, limit: int = 0) -> Album:
    """Drawn characters: `source` is the .npy beside a .jsonl of attributes of the same rows.

    Numbers become labels as they are; words one label for each word, 1 or 0 ("eyes=variant09").
    """
    drawn = np.load(source, mmap_mode="r")
    lines = (source.parent / f"{source.stem.split('-')[0]}.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines][: len(drawn)]
    if limit:
        drawn, rows = drawn[:limit], rows[:limit]
    pictures = np.empty((len(drawn), size, size, 3), np.uint8)
    for start in range(0, len(drawn), 256):
        part = torch.from_numpy(np.array(drawn[start : start + 256])).permute(0, 3, 1, 2).float()
        part = functional.interpolate(part, size=(size, size), mode="area")
        pictures[start : start + 256] = part.round().byte().permute(0, 2, 3, 1).numpy()
    names, labels = columns(rows)
    keys = tuple(str(index) for index in range(len(rows)))
    return Album(pictures, labels, names, keys, len(rows) - min(held_out, len(rows) // 4))


def columns(rows: list[dict[str, Any]]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """A table of attributes as numbers: (names, [N, T]). A colour in hex becomes three labels, its
    red, green and blue in 0..1; any other word one label for each word, 1 or 0."""
    found: dict[str, NDArray[np.float32]] = {}
    for name in rows[0]:
        values = [row.get(name) for row in rows]
        if all(isinstance(value, int | float) or value is None for value in values):
            found[name] = np.array([np.nan if v is None else v for v in values], np.float32)
        elif all(re.fullmatch("[0-9a-fA-F]{6}", str(value)) for value in values):
            for place, part in enumerate(("red", "green", "blue")):
                parts = [int(str(v)[2 * place : 2 * place + 2], 16) / 255 for v in values]
                found[f"{name}={part}"] = np.array(parts, np.float32)
        else:
            for word in sorted({str(value) for value in values}):
                found[f"{name}={word}"] = np.array([str(v) == word for v in values], np.float32)
    return tuple(found), np.stack(list(found.values()), 1)
