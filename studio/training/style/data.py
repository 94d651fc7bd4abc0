"""Contents to paint and styles to paint them in, as arrays on disk."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from studio.training.picture.loop import device
from studio.training.style.config import DataConfig
from studio.training.style.paintings import PAINTINGS, SHOWN, Painting
from studio.training.style.teacher import Moments, Teacher, moments

Array = NDArray[np.uint8]


@dataclass(frozen=True)
class Material:
    """All that is trained on.

    contents: [N, S, S, 3]. styles: [M, s, s, 3]; targets: [M, T] float16, their moments in units
    of `scale` [T]; owner: [M] which learned style a crop belongs to, or -1.
    """

    contents: Array
    styles: Array
    targets: NDArray[np.float16]
    scale: torch.Tensor
    owner: NDArray[np.int64]
    learned: torch.Tensor

    def wanted(self, rows: list[int], owners: list[int]) -> Moments:
        """Moments of crops `rows`; of a whole learned style where its number is given."""
        picked = [
            self.learned[owner]
            if owner >= 0
            else torch.from_numpy(self.targets[row].astype(np.float32)) * self.scale
            for row, owner in zip(rows, owners, strict=True)
        ]
        return Moments.unflat(torch.stack(picked))


def prepare(sources: list[Path], work: Path, config: DataConfig) -> None:
    """Write WORK/contents.npy and WORK/styles/*.npy, where they are missing.

    sources: the tars flowers, paintings, photos-clothing, t2i-1 and t2i-2, or a folder that has
    them. Pictures in WORK/own, if there are any, are contents too: such as the other rooms make.
    """
    dice = np.random.default_rng(config.seed)
    if not (work / "contents.npy").exists():
        contents = np.stack(list(_contents(sources, work / "own", config, dice)))
        _save(work / "contents.npy", contents)
    if not (work / "styles" / "owner.npy").exists():
        _styles(sources, work, config, np.random.default_rng(config.seed + 1))


def open_material(work: Path) -> Material:
    """What `prepare` wrote; arrays stay on disk until they are used."""
    folder = work / "styles"
    targets = np.load(folder / "targets.npy", mmap_mode="r")
    owner = np.load(folder / "owner.npy")
    scale = torch.from_numpy(np.load(folder / "scale.npy"))
    learned = torch.from_numpy(np.load(folder / "learned.npy"))
    contents = np.load(work / "contents.npy", mmap_mode="r")
    styles = np.load(folder / "crops.npy", mmap_mode="r")
    return Material(contents, styles, targets, scale, owner, learned)


def _save(path: Path, array: NDArray[np.generic]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array)


def _tar(sources: list[Path], name: str) -> Path:
    for source in sources:
        file = source / f"{name}.tar" if source.is_dir() else source
        if file.name == f"{name}.tar" and file.exists():
            return file
    raise FileNotFoundError(f"{name}.tar is in none of {', '.join(map(str, sources))}.")


def _pictures(tar: Path, within: str = "", limit: int = 0) -> Iterator[tuple[str, Image.Image]]:
    """(name without folders and suffix, picture) in the order of names; `limit`, evenly chosen."""
    with tarfile.open(tar) as opened:
        members = [
            member
            for member in sorted(opened.getmembers(), key=lambda m: m.name)
            if member.isfile() and member.name.startswith(within)
        ]
        count = min(limit or len(members), len(members))
        for i in range(count):
            member = members[i * len(members) // count]
            file = opened.extractfile(member)
            if file is not None:
                with Image.open(io.BytesIO(file.read())) as picture:
                    yield Path(member.name).stem, picture.copy()


def _crop(picture: Image.Image, side: int, dice: np.random.Generator) -> Image.Image:
    """A random square; the shorter side of the picture is `side` already or more."""
    x = int(dice.integers(picture.width - side + 1))
    y = int(dice.integers(picture.height - side + 1))
    return picture.crop((x, y, x + side, y + side))


def _fit(picture: Image.Image, short: int) -> Image.Image:
    """The picture with a shorter side of `short` pixels."""
    ratio = short / min(picture.size)
    size = (max(short, round(picture.width * ratio)), max(short, round(picture.height * ratio)))
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def unseen_flowers(sources: list[Path], config: DataConfig, count: int) -> Iterator[Image.Image]:
    """Middle squares of photographs that no content was cut from, evenly chosen."""
    tar = _tar(sources, "flowers")
    seen = {name for name, _ in _pictures(tar, limit=config.flowers)}
    others = [pair for pair in _pictures(tar) if pair[0] not in seen]
    for i in range(count):
        picture = others[i * len(others) // count][1].convert("RGB")
        edge = min(picture.size)
        x, y = (picture.width - edge) // 2, (picture.height - edge) // 2
        yield picture.crop((x, y, x + edge, y + edge))


def _gradient(side: int, dice: np.random.Generator) -> Array:
    """Two to four colours that run into each other."""
    small = dice.integers(0, 256, (int(dice.integers(1, 4)), int(dice.integers(1, 4)), 3))
    picture = Image.fromarray(small.astype(np.uint8))
    return np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC))


def _on_plain_ground(drawing: Image.Image, side: int, dice: np.random.Generator) -> Array:
    """A drawing of any size on white or on one colour, as stickers and characters have it."""
    colour = dice.integers(0, 256, 3) if dice.random() < 0.6 else np.full(3, 255)
    picture = Image.new("RGB", (side, side), tuple(int(v) for v in colour))
    edge = int(side * dice.uniform(0.55, 1.15))
    large = drawing.convert("RGBA").resize((edge, edge), Image.Resampling.BICUBIC)
    room = side - edge
    x, y = (int(dice.integers(min(room, 0), max(room, 0) + 1)) for _ in "xy")
    picture.paste(large, (x, y), large)
    return np.asarray(picture)


def _contents(
    sources: list[Path], own: Path, config: DataConfig, dice: np.random.Generator
) -> Iterator[Array]:
    side = config.content_side
    for _, picture in _pictures(_tar(sources, "flowers"), limit=config.flowers):
        yield np.asarray(_crop(_fit(picture, side), side, dice))
    for _, picture in _pictures(_tar(sources, "photos-clothing")):
        yield np.asarray(_crop(_fit(picture, side), side, dice))
    for _, picture in _pictures(_tar(sources, "paintings"), "aic/"):
        large = _fit(picture, min(picture.size)) if min(picture.size) > side else picture
        large = large.convert("RGB") if min(large.size) >= side else _fit(large, side)
        for _ in range(3):
            yield np.asarray(_crop(large, side, dice))
    for _, drawing in _pictures(_tar(sources, "t2i-1"), limit=config.drawings):
        ground = Image.fromarray(_gradient(side, dice))
        large = drawing.convert("RGBA").resize((side, side), Image.Resampling.BICUBIC)
        ground.paste(large, (0, 0), large)
        yield np.asarray(ground)
    for _ in range(config.gradients):
        yield _gradient(side, dice)
    for _, drawing in _pictures(_tar(sources, "t2i-2"), limit=config.flat):
        yield _on_plain_ground(drawing, side, dice)
    for file in sorted(own.rglob("*.png")):
        with Image.open(file) as picture:
            yield np.asarray(_fit(picture, side).crop((0, 0, side, side)))


def trimmed(picture: Image.Image, painting: Painting) -> Image.Image:
    """The painting without frame and lettering, at the size where its strokes have ours."""
    left, top, right, bottom = painting.box
    width, height = picture.size
    box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    return _fit(picture.crop(box), painting.side)


def learned_pictures(sources: list[Path]) -> list[Image.Image]:
    """The learned styles' paintings, in the order of PAINTINGS."""
    found = dict(_pictures(_tar(sources, "paintings"), "styles/"))
    return [trimmed(found[painting.file], painting) for painting in PAINTINGS]


def shown_pictures(sources: list[Path]) -> list[Image.Image]:
    """Those of them that are offered, in their order."""
    pictures = learned_pictures(sources)
    return [pictures[number] for number in SHOWN]


def _recoloured(crop: Array, dice: np.random.Generator) -> Array:
    """Colours exchanged, shifted and reversed by chance, so that none belongs to a manner."""
    pixels = crop[..., dice.permutation(3)].astype(np.float32) / 255
    if dice.random() < 0.25:
        pixels = 1 - pixels
    pixels = pixels ** float(np.exp(dice.normal(0, 0.35)))
    grey = pixels.mean(-1, keepdims=True)
    pixels = grey + (pixels - grey) * float(dice.uniform(0.3, 1.5))
    return (pixels.clip(0, 1) * 255).round().astype(np.uint8)


def _pattern(side: int, dice: np.random.Generator) -> Array:
    """Stripes, dots or tiles in a few colours."""
    colours = [tuple(int(v) for v in row) for row in dice.integers(0, 256, (4, 3))]
    picture = Image.new("RGB", (side * 2, side * 2), colours[0])
    draw = ImageDraw.Draw(picture)
    step = int(dice.integers(10, 56))
    kind = dice.integers(3)
    for i, x in enumerate(range(-step, side * 2 + step, step)):
        if kind == 0:
            draw.line((x, 0, x + step * 2, side * 2), colours[1 + i % 3], max(2, step // 3))
            continue
        for j, y in enumerate(range(-step, side * 2 + step, step)):
            box = (x + 2, y + 2, x + step - 2, y + step - 2)
            shape = draw.ellipse if kind == 1 else draw.rectangle
            shape(box, colours[1 + int(dice.integers(3))] if kind == 2 else colours[1 + j % 3])
    return np.asarray(picture.resize((side, side), Image.Resampling.LANCZOS))


def _style_crops(
    sources: list[Path], config: DataConfig, dice: np.random.Generator
) -> Iterator[tuple[Array, int]]:
    """(crop, number of the learned style or -1)."""
    side = config.style_side
    paintings = learned_pictures(sources)
    for number, painting in enumerate(paintings):
        for _ in range(config.learned_crops):
            low = max(side, round(0.85 * min(painting.size)))
            short = int(dice.integers(low, max(low, round(1.12 * min(painting.size))) + 1))
            crop = np.asarray(_crop(_fit(painting, short), side, dice))
            yield (crop[:, ::-1] if dice.random() < 0.5 else crop), number
    museum = [_fit(p, min(p.size)) for _, p in _pictures(_tar(sources, "paintings"), "aic/")]
    strong = [_fit(painting, min(painting.size)) for painting in paintings]
    for i in range(config.paintings):
        # every third is one of the strong ones in other colours and sizes
        picture = strong[i // 3 % len(strong)] if i % 3 == 0 else museum[i % len(museum)]
        short = int(dice.integers(side, max(side, min(600, *picture.size)) + 1))
        crop = np.asarray(_crop(_fit(picture, short), side, dice))
        yield (_recoloured(crop, dice) if i % 3 == 0 or dice.random() < 0.4 else crop), -1
    flowers = _pictures(_tar(sources, "flowers"), limit=config.photographs)
    for _, picture in flowers:
        yield np.asarray(_crop(_fit(picture, side), side, dice)), -1
    for _ in range(config.patterns):
        yield _pattern(side, dice), -1


def _styles(sources: list[Path], work: Path, config: DataConfig, dice: np.random.Generator) -> None:
    teacher = Teacher(work, device())
    crops, owner, rows = [], [], []
    learned = torch.zeros(0)
    sums: dict[int, torch.Tensor] = {}
    for crop, number in _style_crops(sources, config, dice):
        pixels = torch.from_numpy(np.array(crop)).to(device())
        x = pixels.permute(2, 0, 1)[None].float() / 255
        with torch.no_grad():
            row = moments(x, teacher(x)).flat()[0].cpu()
        crops.append(crop)
        owner.append(number)
        if number >= 0:
            # the whole painting's moments: crops' means differ, which adds to its covariance
            found = Moments.unflat(row[None])
            raw = [c + m[:, :, None] * m[:, None, :] for m, c in
                   zip(found.means, found.covariances, strict=True)]  # fmt: skip
            flat = Moments(found.means, raw).flat()[0]
            sums[number] = sums.get(number, torch.zeros_like(flat)) + flat
            rows.append(np.zeros(0, np.float32))
        else:
            rows.append(row.numpy())
    for number in sorted(sums):
        whole = Moments.unflat(sums[number][None] / config.learned_crops)
        centred = [c - m[:, :, None] * m[:, None, :] for m, c in
                   zip(whole.means, whole.covariances, strict=True)]  # fmt: skip
        flat = Moments(whole.means, centred).flat()
        learned = flat if not len(learned) else torch.cat([learned, flat])
    kept = [row for row in rows if len(row)]
    scale = np.full(len(kept[0]), 1e-6, np.float32)
    for row in kept:
        np.maximum(scale, np.abs(row), out=scale)
    targets = np.zeros((len(rows), len(scale)), np.float16)
    for i, row in enumerate(rows):
        if len(row):
            targets[i] = (row / scale).astype(np.float16)
    folder = work / "styles"
    _save(folder / "crops.npy", np.stack(crops))
    _save(folder / "targets.npy", targets)
    _save(folder / "scale.npy", scale)
    _save(folder / "learned.npy", learned.numpy())
    _save(folder / "owner.npy", np.array(owner, np.int64))
