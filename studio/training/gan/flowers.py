"""Photographs of flowers: which to keep, at what size, and what can be measured on them.

About one photograph in ten shows people, bridges, paintings or collages. Those that were looked at
and found so are named in `flowers-dropped.txt` (by Flickr's photo id); for others there is a
score, how far a photograph lies from the nearest ones of its species, to look at the worst first.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from studio.training.gan import measure, properties
from studio.training.gan.data import Album
from studio.training.picture import loop
from studio.training.picture.perceptual import Lpips

DROPPED = Path(__file__).with_name("flowers-dropped.txt")
SPECIES = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
NEIGHBOURS = 8
DULL = 0.10  # mean saturation of a photograph without colours


def dropped() -> frozenset[str]:
    """Photo ids that show something else."""
    lines = DROPPED.read_text("utf-8").splitlines() if DROPPED.exists() else []
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))


def photographs(source: Path, limit: int = 0) -> Iterator[tuple[str, str, Image.Image]]:
    """(species, photo id, picture) of the photographs of the tar, in the order of their names;
    of `limit` of them, evenly chosen, where that is not 0."""
    with tarfile.open(source) as tar:
        members = [member for member in tar.getmembers() if member.name.endswith(".jpg")]
        every = max(1, len(members) // limit) if limit else 1
        for member in sorted(members, key=lambda m: m.name)[::every]:
            file = tar.extractfile(member)
            if file is None:
                continue
            species, name = member.name.split("/")[-2:]
            with Image.open(BytesIO(file.read())) as picture:
                yield species, name.split("_")[0], picture.convert("RGB")


def squared(picture: Image.Image, side: int) -> NDArray[np.uint8]:
    """The middle square at `side` pixels, [side, side, 3]."""
    edge = min(picture.size)
    left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    return np.asarray(picture.resize((side, side), Image.Resampling.LANCZOS, box=box))


def prepare(source: Path, size: int, limit: int = 0, held_out: float = 0.1) -> Album:
    """Read, prune, square and measure. `limit`: at most so many photographs, evenly chosen."""
    bad, seen, rows, species, keys = dropped(), 0, [], [], []
    for kind, key, picture in photographs(source, limit):
        seen += 1
        pixels = squared(picture, size)
        if key in bad or dull(pixels):
            continue
        rows.append(pixels)
        species.append(SPECIES.index(kind))
        keys.append(key)
    print(f"{seen} photographs, {seen - len(rows)} of them left out")
    order = np.random.default_rng(0).permutation(len(rows))
    pictures = np.stack(rows)[order]
    kinds = torch.tensor(species)[torch.from_numpy(order)]
    labels = torch.cat([labels_of(pictures), torch.eye(len(SPECIES))[kinds]], 1)
    return Album(
        pictures,
        labels.numpy(),
        (*properties.NAMES, *SPECIES),
        tuple(keys[index] for index in order),
        len(rows) - max(1, round(len(rows) * held_out)),
    )


def labels_of(pictures: NDArray[np.uint8]) -> Tensor:
    """Measured properties of pictures [N, S, S, 3]."""
    parts = []
    for start in range(0, len(pictures), 64):
        x = torch.from_numpy(pictures[start : start + 64]).permute(0, 3, 1, 2)
        parts.append(properties.measured(x.float() / 127.5 - 1))
    return torch.cat(parts)


def dull(pixels: NDArray[np.uint8]) -> bool:
    """Whether a photograph [S, S, 3] is black and white."""
    x = pixels.astype(np.float32)
    high, low = x.max(2), x.min(2)
    return bool(((high - low) / np.maximum(high, 1)).mean() < DULL)


@torch.no_grad()
def strangers(source: Path, work: Path, page: int = 120, pages: int = 6) -> None:
    """Write sheets of the photographs that are least like others of their species, worst first.

    WORK/sheets/strange-N.png, 12 in a row, and strange.txt: id, species, score, in that order.
    """
    judge = Lpips("alexnet", work).to(loop.device()).eval()
    found = [(k, i, squared(p, 160)) for k, i, p in photographs(source) if i not in dropped()]
    stack = torch.from_numpy(np.stack([pixels for _, _, pixels in found])).permute(0, 3, 1, 2)
    batches = (part.to(loop.device()).float() / 127.5 - 1 for part in stack.split(50))
    seen = measure.features(batches, judge)
    score = torch.zeros(len(found))
    for kind in SPECIES:
        rows = torch.tensor([i for i, row in enumerate(found) if row[0] == kind])
        near = torch.cdist(seen[rows], seen[rows]).topk(NEIGHBOURS + 1, largest=False).values
        score[rows] = near[:, 1:].mean(1)
    order = score.argsort(descending=True).tolist()
    lines = [f"{found[i][1]} {found[i][0]} {score[i]:.3f}" for i in order]
    (work / "strange.txt").write_text("\n".join(lines))
    thumbs = torch.nn.functional.adaptive_avg_pool2d(stack.float() / 255, 80)
    for number in range(pages):
        part = thumbs[order[number * page : (number + 1) * page]]
        solid = torch.cat([part, torch.ones_like(part[:, :1])], 1)
        loop.sheet(solid, 12, work / "sheets" / f"strange-{number}.png", 1.0)
