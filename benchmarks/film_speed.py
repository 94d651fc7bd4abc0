"""How long films take to write, how large they are, and what memory they need.

    python benchmarks/film_speed.py [--seconds 60] [--side 512] [--kinds mp4 webm gif apng webp]

Smooth frames, as a path through a model's pictures has them, are made in advance and mixed as
they are asked for, so that nearly all the time is the writing. Each kind is written by a process
of its own into a library of its own, read again and compared. "cpu" is the processor's time of all
threads, which a busy computer changes less than the wall clock's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTENSIONS = {"mp4": ".mp4", "webm": ".webm", "gif": ".gif", "apng": ".png", "webp": ".webp"}
FPS = 30
BAR = 60.0  # seconds for a minute of film, rendering included


def frames(count: int, side: int) -> Iterator:
    """A loop through eight pictures of soft shapes with some grain."""
    import numpy as np
    from PIL import Image

    chance = np.random.default_rng(5)
    stops = []
    for _ in range(8):
        soft = np.clip(chance.standard_normal((9, 9, 3)) * 60 + 128, 0, 255).astype(np.uint8)
        large = Image.fromarray(soft).resize((side, side), Image.Resampling.BICUBIC)
        edges = Image.fromarray(soft[:4, :4]).resize((side, side), Image.Resampling.NEAREST)
        mixed = Image.blend(large, edges, 0.3)
        grain = chance.normal(0, 2.0, (side, side, 1))
        stops.append(np.clip(np.asarray(mixed) + grain, 0, 255).astype(np.uint16))
    for number in range(count):
        place = number * 8 / count
        at = int(place)
        part = int((place - at) * 256)
        mix = stops[at % 8] * (256 - part) + stops[(at + 1) % 8] * part
        yield (mix >> 8).astype(np.uint8)


def write(kind: str, seconds: float, side: int) -> dict[str, float]:
    import numpy as np

    from studio.library import Library
    from studio.library.playing import first_frame, open_film
    from studio.recipes import Place, WalkRecipe

    recipe = WalkRecipe(stops=(Place(seed=1), Place(seed=2)), seconds=seconds, size=side)
    count = round(seconds * FPS)
    for _ in frames(2, side):  # what is made once
        pass
    began, used = time.perf_counter(), time.process_time()
    for _ in frames(count, side):
        pass
    making, making_cpu = time.perf_counter() - began, time.process_time() - used
    with tempfile.TemporaryDirectory() as place, Library.open(place) as library:
        before = resource.getrusage(resource.RUSAGE_SELF)
        began, used = time.perf_counter(), time.process_time()
        made = library.add_film(
            frames(count, side), FPS, recipe, extension=EXTENSIONS[kind], made_by=""
        )
        wall, cpu = time.perf_counter() - began, time.process_time() - used
        after = resource.getrusage(resource.RUSAGE_SELF)
        errors = []
        for number, (moment, asked) in enumerate(
            zip(open_film(made.path).frames(), frames(count, side), strict=True)
        ):
            if number % 10 == 0:
                errors.append(((moment.pixels.astype(float) - asked) ** 2).mean())
        used = time.process_time()
        for _ in open_film(made.path).frames():
            pass
        played = time.process_time() - used
        began = time.perf_counter()
        first_frame(made.path)
        first = time.perf_counter() - began
        began = time.perf_counter()
        library.rescan()
        return {
            "wall": wall - making,
            "cpu": cpu - making_cpu,
            "megabytes": made.path.stat().st_size / 1e6,
            "memory": after.ru_maxrss / 1024,
            "grown": (after.ru_maxrss - before.ru_maxrss) / 1024,
            "psnr": 10 * float(np.log10(255**2 / max(1e-9, np.mean(errors)))),
            "play_ms": 1000 * played / count,
            "first_ms": 1000 * first,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--kinds", nargs="+", choices=EXTENSIONS, default=list(EXTENSIONS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(write(given.one, given.seconds, given.side)))
        return
    print(f"{given.seconds:g} s of {FPS} fps, {given.side} px; bar with rendering {BAR:g} s")
    print("kind    wall s   cpu s      MB  peak MB  grown MB    PSNR  play cpu ms/frame  first ms")
    for kind in given.kinds:
        done = subprocess.run(
            [
                *(sys.executable, __file__, "--one", kind),
                *("--seconds", str(given.seconds), "--side", str(given.side)),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        one = json.loads(done.stdout)
        print(
            f"{kind:5} {one['wall']:8.1f} {one['cpu']:7.1f} {one['megabytes']:7.1f}"
            f" {one['memory']:8.0f} {one['grown']:9.0f} {one['psnr']:7.1f}"
            f" {one['play_ms']:18.1f} {one['first_ms']:9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
