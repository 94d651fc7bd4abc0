"""The painter beside optimisation (Gatys) and older networks of its size: losses and seconds.

    python benchmarks/style_compare.py --data TARS --work WORK [--photographs 4] [--styles 6]

WORK is a training's folder: the teacher, and in painter/, one-style/ and any-style/ networks that
`python -m studio.training style --make ...` trained there on equal budgets. Photographs that no
network was trained on, 384 px, each in the first learned styles; one row a way: means over the
first style, and over all (the optimisation and the network for one style know the first only).
Style and content loss: `studio.training.style.references.plain_losses`, lower is nearer. Seconds
are seconds of processor time, so a busy machine counts little.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean, median
from typing import Literal

import torch
from torch import Tensor

from studio.training.picture.loop import load_weights
from studio.training.style.config import CONFIGS
from studio.training.style.data import shown_pictures, unseen_flowers
from studio.training.style.evaluate import SIDE, open_folder, painted, square, tensor_of
from studio.training.style.pack import image
from studio.training.style.paintings import PAINTINGS, SHOWN
from studio.training.style.references import optimise, plain_losses
from studio.training.style.teacher import Teacher
from studio.training.style.train import Pupil

Way = Callable[[Tensor, Tensor, int], Tensor | None]


def trained(work: Path, make: Literal["painter", "one-style", "any-style"]) -> Way | None:
    """A network as it lies in WORK: (content, style, number of the style) -> picture."""
    if not (work / make / "weights.safetensors").exists():
        return None
    pupil = Pupil(replace(CONFIGS["small"], make=make), len(PAINTINGS))
    load_weights(work / make, pupil)
    pupil.painter.prepare(torch.bfloat16)

    @torch.no_grad()
    def paint(content: Tensor, style: Tensor, number: int) -> Tensor | None:
        if make == "one-style" and number:
            return None
        if make == "painter":
            return painted(pupil.painter, content, pupil.learned[SHOWN[number]])
        code = pupil.learned[:1] if make == "one-style" else pupil.painter.read(style)
        return pupil.painter.paint(content, code, pupil.painter.measure(content, code))

    return paint


def recoloured(content: Tensor, style: Tensor, painter: object) -> Tensor:
    """The content in the style's colours and nothing else."""
    code = painter.read(style)  # type: ignore[attr-defined]
    statistics = painter.measure(content, code)  # type: ignore[attr-defined]
    level = painter.level(content, statistics)  # type: ignore[attr-defined]
    coloured: Tensor = painter.colour(level, code, statistics)  # type: ignore[attr-defined]
    return coloured.clamp(0, 1)


def main() -> None:
    """Paint, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=Path("models/styles"))
    parser.add_argument("--photographs", type=int, default=4)
    parser.add_argument("--styles", type=int, default=6)
    parser.add_argument("--steps", type=int, default=200, help="of the optimisation")
    parser.add_argument("--ways", default="", help="only those whose names begin so, by commas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pictures", type=Path, help="where to keep what was painted")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    painter, codes = open_folder(options.model)
    teacher = Teacher(options.work)
    sources = [options.data]
    flowers = unseen_flowers(sources, CONFIGS["small"].data, options.photographs)
    contents = [tensor_of(photograph, SIDE) for photograph in flowers]
    paintings = shown_pictures(sources)[: options.styles]
    styles = [square(painting, CONFIGS["small"].data.style_side) for painting in paintings]

    def optimised(content: Tensor, style: Tensor, number: int) -> Tensor | None:
        if number:
            return None
        return optimise(content, style, teacher, weight=0.5, steps=options.steps)

    ways: dict[str, Way | None] = {
        "the photograph itself": lambda content, style, number: content,
        "colours only": lambda content, style, number: recoloured(content, style, painter),
        "ours, learned": lambda content, style, number: painted(painter, content, codes[number]),
        "ours, read": lambda content, style, number: painted(
            painter, content, painter.read(style)[0]
        ),
        "WORK: ours, learned": trained(options.work, "painter"),
        "WORK: one style (Johnson)": trained(options.work, "one-style"),
        "WORK: any style (Ghiasi)": trained(options.work, "any-style"),
        f"optimised, {options.steps} steps (Gatys)": optimised,
    }
    print(f"{len(contents)} photographs x {len(styles)} styles, {SIDE} px")
    print(f"{'way':34} first style:    style  content   all:    style  content  cpu s")
    wanted = tuple(options.ways.split(","))
    for name, way in ways.items():
        if not name.startswith(wanted):
            continue
        if way is None:
            print(f"{name:34} not trained")
            continue
        rows, seconds = [], []
        for number, style in enumerate(styles):
            for i, content in enumerate(contents):
                start = time.process_time()
                made = way(content, style, number)
                if made is None:
                    continue
                seconds.append(time.process_time() - start)
                losses = plain_losses(made, content, style, teacher)
                rows.append((number, *(float(loss) for loss in losses)))
                if options.pictures:
                    options.pictures.mkdir(parents=True, exist_ok=True)
                    short = "-".join(name.replace(",", "").split(" ")[:2])
                    image(made).save(
                        options.pictures / f"{i}-{PAINTINGS[SHOWN[number]].id}-{short}.png"
                    )
        first = [row for row in rows if row[0] == 0]
        figures = [f"{mean(row[k] for row in some):8.3f}" for some in (first, rows) for k in (1, 2)]
        if len(first) == len(rows) and len(styles) > 1:
            figures[2:] = ["       -", "       -"]
        print(f"{name:34}             {figures[0]} {figures[1]}       {figures[2]} {figures[3]}"
              f" {median(seconds):6.2f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
