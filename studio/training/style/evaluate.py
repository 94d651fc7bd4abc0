"""Looking at what was made: a sheet that nobody picked, and figures on photographs never seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from studio.engines.style.grain import grain
from studio.engines.style.network import Painter, PainterConfig
from studio.training.picture.loop import Log, device
from studio.training.style.config import DataConfig, StyleConfig
from studio.training.style.data import shown_pictures, unseen_flowers
from studio.training.style.pack import image
from studio.training.style.references import plain_losses
from studio.training.style.still_life import still_life
from studio.training.style.teacher import Teacher

SIDE = 384


def open_folder(folder: Path) -> tuple[Painter, Tensor]:
    """The packed painter in bfloat16, and the codes [n, code]."""
    told = json.loads((folder / "easel.json").read_text("utf-8"))
    painter = Painter(PainterConfig(**told["style"]["painter"]))
    painter.load_state_dict(load_file(folder / "painter.safetensors"))
    painter.float().prepare(torch.bfloat16)
    return painter, load_file(folder / "styles.safetensors")["codes"].float()


@torch.no_grad()
def painted(painter: Painter, content: Tensor, code: Tensor) -> Tensor:
    """A picture [1, 3, H, W] with the usual grain, painted in a code's manner [D]."""
    height, width = content.shape[-2:]
    grained = (content + grain(height, width, painter.config.grain, 1)).clamp(0, 1)
    return painter.paint(grained, code[None], painter.measure(grained, code[None]))


def own_pictures(models: Path, side: int = SIDE) -> Iterator[Tensor]:
    """Twelve pictures that are ours [1, 3, side, side]: a still life, a part of it, drawings of
    the built-in models and grounds of a few colours."""
    life = still_life(2 * side)
    yield torch.nn.functional.interpolate(life, (side, side), mode="area")
    yield life[:, :, : int(1.2 * side), : int(1.2 * side)][:, :, -side:, -side:]
    yield life[:, :, -side:, -side:]
    with Image.open(models / "characters" / "people.webp") as people:
        cell = people.width // 10
        for place in (0, 1, 2, 3):
            x, y = place % 10 * cell, place // 10 * cell
            yield tensor_of(people.convert("RGB").crop((x, y, x + cell, y + cell)), side)
    with Image.open(models / "stickers" / "prompts.webp") as drawings:
        cell = drawings.width // 8
        for place in (0, 9, 11, 12):
            x, y = place % 8 * cell, place // 8 * cell
            yield tensor_of(drawings.convert("RGB").crop((x, y, x + cell, y + cell)), side)
    y, x = torch.meshgrid(torch.linspace(0, 1, side), torch.linspace(0, 1, side), indexing="ij")
    yield torch.stack([0.9 - 0.5 * y, 0.6 - 0.3 * y + 0.2 * x, 0.5 + 0.4 * y])[None]


def tensor_of(picture: Image.Image, side: int) -> Tensor:
    """A square picture at `side` pixels: [1, 3, side, side] in 0..1."""
    large = picture.resize((side, side), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.array(large)).permute(2, 0, 1)[None].float() / 255


def write_sheet(
    painter: Painter,
    codes: Tensor,
    contents: list[Tensor],
    path: Path,
    cell: int,
    quality: int = 80,
) -> None:
    """A row for each content, first as it is, then in each style."""
    page = Image.new("RGB", ((len(codes) + 1) * (cell + 3), len(contents) * (cell + 3)), "white")
    for y, content in enumerate(contents):
        row = [content, *(painted(painter, content, code) for code in codes)]
        for x, picture in enumerate(row):
            small = image(picture).resize((cell, cell), Image.Resampling.LANCZOS)
            page.paste(small, (x * (cell + 3), y * (cell + 3)))
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save(path, quality=quality)


def run(config: StyleConfig, work: Path, sources: list[Path], out: Path) -> None:
    """Write the sheet beside the weights, and the mean losses to WORK/figures.jsonl."""
    painter, codes = open_folder(out)
    first = codes[:16]
    write_sheet(painter, first, list(own_pictures(out.parent)), out / "sheet.webp", 150)
    figures = measure(painter, codes, sources, work, config.data)
    Log(work / "figures.jsonl").write(stage="evaluate", **figures)


def measure(
    painter: Painter, codes: Tensor, sources: list[Path], work: Path, data: DataConfig
) -> dict[str, float]:
    """Mean style and content loss over 12 photographs in every style; learned codes and read ones.

    Photographs and paintings at 384 and 256 pixels of the shorter side, middle squares.
    """
    teacher = Teacher(work, device())
    photographs = [tensor_of(p, SIDE) for p in unseen_flowers(sources, data, 12)]
    sums: dict[str, list[float]] = {}
    for painting, code in zip(shown_pictures(sources), codes, strict=True):
        style = square(painting, data.style_side)
        read = painter.read(style)[0]
        for photograph in photographs:
            for name, used in (("learned", code), ("read", read)):
                made = painted(painter, photograph, used)
                losses = plain_losses(made, photograph, style, teacher)
                for kind, value in zip(("style", "content"), losses, strict=True):
                    sums.setdefault(f"{name}_{kind}", []).append(float(value))
    return {name: float(np.mean(values)) for name, values in sums.items()}


def square(picture: Image.Image, side: int) -> Tensor:
    """The middle square of a picture whose strokes have our size: [1, 3, side, side]."""
    x, y = (picture.width - side) // 2, (picture.height - side) // 2
    return tensor_of(picture.crop((x, y, x + side, y + side)), side)
