"""How soon the export dialog can show what will come out: drafts, and the finished thing.

    python benchmarks/export_looking.py [--side 2048] [--runs 15]

For each format the median of so many drafts, as they are made while something changes, with the
small copy of the picture at hand; and of three finished ones. In this process, without a window.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PIL import Image, ImageDraw

from studio.export import Cut, ExportPlan, Print, Size
from studio.export.proofs import Proofs
from studio.library import Library
from studio.recipes import PictureRecipe

PLANS = {
    "PNG": ExportPlan(),
    "JPEG, cut to 1920 × 1080": ExportPlan(
        format="jpeg", size=Size(how="crop", width=1920, height=1080)
    ),
    "AVIF": ExportPlan(format="avif"),
    "PDF, postcard": ExportPlan(format="pdf", print=Print(width=148, height=105, bleed=3)),
    "sticker": ExportPlan(format="stickers"),
    "icon set": ExportPlan(format="icons"),
    "wallpaper, Full HD": ExportPlan(format="wallpapers"),
    "contact sheet of 20": ExportPlan(format="contact-sheet"),
    "SVG": ExportPlan(format="svg"),
}


def photograph(side: int) -> Image.Image:
    """Smooth colours with a little grain, and something that stands out."""
    chance = np.random.default_rng(5)
    rough = Image.fromarray(chance.integers(0, 255, (5, 8, 3), dtype=np.uint8))
    image = rough.resize((side, side * 5 // 8), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    draw.ellipse((side // 2, side // 8, side * 3 // 4, side * 3 // 8), fill=(240, 200, 40))
    grain = chance.normal(0, 4, (image.height, image.width, 1))
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))


def median(make: Callable[[int], object], runs: int) -> float:
    """Milliseconds."""
    taken = []
    for number in range(runs):
        begin = time.perf_counter()
        make(number)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        image = photograph(options.side)
        works = [
            library.add(image, PictureRecipe(prompt=f"{number}", seed=number), made_by="none")
            for number in range(20)
        ]
        proofs = Proofs(works)
        first = median(lambda _number: proofs.make(ExportPlan(), 0, draft=True), 1)
        print(f"the very first draft, which reads the file: {first:.0f} ms")
        for name, plan in PLANS.items():
            shown = Proofs(works if plan.format == "contact-sheet" else works[:1])
            shown.make(plan, 0, draft=True)

            def draft(number: int, plan: ExportPlan = plan, shown: Proofs = shown) -> object:
                moved = plan.model_copy(update={"cut": Cut(across=number / options.runs, down=0.5)})
                return shown.make(moved, 0, draft=True)

            def finished(_number: int, plan: ExportPlan = plan, shown: Proofs = shown) -> object:
                return shown.make(plan, 0, draft=False)

            print(f"{name}: draft {median(draft, options.runs):.0f} ms, ", end="", flush=True)
            print(f"finished {median(finished, 3):.0f} ms")


if __name__ == "__main__":
    main()
