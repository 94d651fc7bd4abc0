"""The finest quality beside optimisation through VGG16 (Gatys): losses, seconds, pictures.

    python benchmarks/style_finest.py CONTENTS STYLES --work WORK [--pictures FOLDER]

CONTENTS and STYLES are folders of pictures; every one of the first is made in the manner of every
one of the second. WORK is a training's folder that has the teacher, or gets it. The styles are as
large as the contents here. Losses: `studio.training.style.references.plain_losses`, less is
nearer. Seconds are the process's own processor time on one thread, so that a busy computer says
the same as a quiet one.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean

import numpy as np
import torch
from PIL import Image

from studio.engines.base import Frame
from studio.engines.style.content import Content
from studio.engines.style.exemplars import Exemplars
from studio.engines.style.finest import coloured
from studio.engines.style.pixels import frame, tensor
from studio.engines.style.synthesis import Synthesis
from studio.training.style.references import optimise, plain_losses
from studio.training.style.teacher import Teacher

KINDS = {".jpg", ".jpeg", ".png", ".webp"}


def pictures(folder: Path, side: int) -> Iterator[tuple[str, Image.Image]]:
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in KINDS:
            with Image.open(file) as opened:
                picture = opened.convert("RGB")
            scale = side / max(picture.size)
            size = round(picture.width * scale), round(picture.height * scale)
            yield file.stem, picture.resize(size, Image.Resampling.LANCZOS)


def finest(rounds: int) -> Callable[[Image.Image, Image.Image], Frame]:
    def make(content: Image.Image, style: Image.Image) -> Frame:
        styles = Exemplars([style], [1.0], 0.0)
        with torch.inference_mode():
            work = Synthesis(coloured(Content(content), styles)(content.size), styles, 0)
            for _ in range(rounds):
                work.work()
        made = Image.fromarray(work.picture)  # a small one, where the rounds were too few
        return np.asarray(made.resize(content.size, Image.Resampling.BICUBIC))

    return make


def recoloured(content: Image.Image, style: Image.Image) -> Frame:
    return coloured(Content(content), Exemplars([style], [1.0], 0.0))(content.size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contents", type=Path)
    parser.add_argument("styles", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--rounds", type=int, nargs="*", default=[18, 60, 200])
    parser.add_argument("--steps", type=int, default=200, help="of the optimisation; 0: without")
    parser.add_argument("--pictures", type=Path, help="where sheets of what was made are kept")
    options = parser.parse_args()
    torch.set_num_threads(1)
    teacher = Teacher(options.work)

    def gatys(content: Image.Image, style: Image.Image) -> Frame:
        steps = options.steps
        return frame(optimise(tensor(content), tensor(style), teacher, weight=0.5, steps=steps))

    ways: dict[str, Callable[[Image.Image, Image.Image], Frame]] = {
        "the picture itself": lambda content, style: np.asarray(content),
        "colours only": recoloured,
        **{f"finest, {rounds} rounds": finest(rounds) for rounds in options.rounds},
    }
    if options.steps:
        ways[f"optimised, {options.steps} steps"] = gatys
    contents = list(pictures(options.contents, options.side))
    styles = list(pictures(options.styles, options.side))
    print(f"{len(contents)} pictures x {len(styles)} styles, {options.side} px")
    print(f"{'way':24} {'style':>8} {'content':>8} {'seconds':>8}")
    for name, way in ways.items():
        measured = []
        for content_name, content in contents:
            for style_name, style in styles:
                start = time.process_time()
                made = way(content, style)
                seconds = time.process_time() - start
                losses = plain_losses(tensor(made), tensor(content), tensor(style), teacher)
                measured.append((*(float(loss) for loss in losses), seconds))
                if options.pictures:
                    options.pictures.mkdir(parents=True, exist_ok=True)
                    file = f"{content_name} {style_name} {name}.png"
                    Image.fromarray(made).save(options.pictures / file)
        row = [mean(column) for column in zip(*measured, strict=True)]
        print(f"{name:24} {row[0]:8.3f} {row[1]:8.3f} {row[2]:8.1f}", flush=True)


if __name__ == "__main__":
    main()
