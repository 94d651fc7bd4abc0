"""The drawings that Easel Portraits learns from, laid out in the work folder, and their labels.

WORK/pictures.npy, labels.npy and set.json are an Album (gan/data.py); its keys are the drawings'
numbers, from which it is known again what each is made of.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.training.characters.colours import to_lab, warmth
from studio.training.gan import data as albums
from studio.training.gan.portraits import factors
from studio.training.picture.loop import write_atomically

#: numbers between -1 and 1 that a drawing's parts say of themselves, and a judge can see
AXES = ("hair length", "smile", "mouth open", "eyes open", "brows", "glasses", "earrings",
        "mustache", "blush", "freckles")  # fmt: skip


class Drawings:
    """Pictures, labels and factors."""

    def __init__(self, album: albums.Album) -> None:
        self.album, self.train = album, album.train
        numbers = [int(key) for key in album.keys]
        asked = factors.asked(max(numbers) + 1)
        self.faces = factors.faces([asked[i] for i in numbers])

    def __len__(self) -> int:
        return len(self.album.keys)

    def batch(self, rows: Tensor) -> Tensor:
        """Pictures [B, 3, S, S] in -1..1."""
        return self.album.batch(rows)


def load(work: Path) -> Drawings:
    """What `prepare` wrote."""
    return Drawings(albums.load(work))


def prepare(source: Path, work: Path, size: int, held_out: int) -> None:
    """Lay out the drawings of `source` (adventurers.write) that we keep; nothing where it is done.

    The last `held_out` of the source are never trained on.
    """
    if (work / "set.json").exists():
        return
    drawn = np.load(source, mmap_mode="r")
    asked = factors.asked(len(drawn))
    kept = [i for i, one in enumerate(asked) if one["hair"] not in factors.WITHOUT]
    if drawn.shape[1] % size:
        raise ValueError(f"drawings of {drawn.shape[1]} pixels cannot be averaged to {size}")
    fold = drawn.shape[1] // size

    def write(path: Path) -> None:
        shape = (len(kept), size, size, 3)
        pages = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
        for row, number in enumerate(kept):
            page = drawn[number].reshape(size, fold, size, fold, 3)
            pages[row] = page[:, 0, :, 0] if fold == 1 else page.mean((1, 3)).round()
        pages.flush()

    write_atomically(work / "pictures.npy", write)
    names, values = labels([asked[i] for i in kept])
    train = sum(number < len(asked) - held_out for number in kept)
    keys = tuple(str(number) for number in kept)
    album = albums.Album(np.zeros((0, 1, 1, 3), np.uint8), values, names, keys, train)
    albums.save(work, album, pictures=False)


def labels(asked: list[dict[str, Any]]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """What may be seen in each drawing, for the judges: names, and values [N, T]."""
    faces = factors.faces(asked)
    chance = torch.Generator().manual_seed(0)
    every = faces.drawn(torch.arange(len(asked)), chance)
    columns = {name: every[:, factors.index(name)].numpy() for name in AXES}
    # a mouth or a haircut may stand for several, but always at one place of its axes
    hidden = [one["hair"] in factors.adventurers.HIDES_EARS for one in asked]
    columns["earrings"] = np.where(hidden, -1.0, columns["earrings"])
    for part in factors.COLOURS:
        shades = [one["colours"][part] for one in asked]
        columns[f"{part} light"] = np.array([to_lab(shade)[0] / 100 for shade in shades])
        columns[f"{part} warm"] = np.array([warmth(shade) for shade in shades])
    return tuple(columns), np.stack(list(columns.values()), 1).astype(np.float32)
