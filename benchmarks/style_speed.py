"""How fast the style room's engine is, and how much memory a large picture takes.

    python benchmarks/style_speed.py [model id] [seconds] [--large]

Without an id the built-in model is measured; where it is not there, its network with random
weights, saved to a temporary folder. Prints medians in ms of a picture at 512 px and at 1
megapixel, and of a moved strength slider; beside it the time of all processor cores together,
which says something on a busy computer too; then how far a picture in small tiles is from the same
in one piece. With --large, a picture of 24 megapixels is painted and kept in a process of its own,
and the peak memory of that process is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

from studio.work.engine_process import _engine_environment

CONTENT, STYLE = "source:" + "0" * 64, "source:" + "1" * 64
CHILD = "--child"


def scenery(width: int, height: int, seed: int):
    """Something like a photograph: large soft shapes, edges, grain."""
    import numpy as np
    from PIL import Image

    dice = np.random.default_rng(seed)
    whole = np.zeros((height, width, 3), np.float32)
    for cells in (4, 12, 40, 160):
        small = Image.fromarray(dice.integers(0, 256, (cells, cells, 3), np.uint8))
        whole += np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    whole = whole / 4 + dice.normal(0.0, 5.0, (height, width, 1)).astype(np.float32)
    return Image.fromarray(whole.clip(0, 255).astype(np.uint8))


@contextmanager
def shelf_of(model_id: str) -> Iterator[tuple[object, str]]:
    """The shelf and the id of the model on it."""
    from studio.shelf import Shelf

    shelf = Shelf.default()
    ids = [model.id for model in shelf.models("style")]
    if model_id or ids:
        yield shelf, model_id or ids[0]
        return
    import torch
    from safetensors.torch import save_file

    from studio.engines.style.network import Painter, PainterConfig

    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "random"
        where.mkdir()
        torch.manual_seed(0)
        painter = Painter(PainterConfig())
        save_file(painter.state_dict(), where / "painter.safetensors")
        save_file({"codes": torch.zeros(0, painter.code_dim)}, where / "styles.safetensors")
        values = {"id": "random/painter", "name": "Random", "kind": "style", "style": {}}
        (where / "easel.json").write_text(json.dumps(values))
        yield Shelf(Path(folder), Path(folder) / "models.json"), "random/painter"


def times(seconds: float, once: Callable[[int], object]) -> str:
    """Medians of what a watch says and of the time that processors spent, all cores together."""
    once(0)
    took: list[float] = []
    spent: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() - began < seconds or len(took) < 5:
        start, worked = time.perf_counter(), time.process_time()
        once(1 + len(took))
        took.append(1000 * (time.perf_counter() - start))
        spent.append(1000 * (time.process_time() - worked))
    return (
        f"median {median(took):7.1f}   worst {max(took):7.1f}   "
        f"processors {median(spent):7.1f}   of {len(took)}"
    )


def measure(model_id: str, seconds: float) -> None:
    from studio.engines.devices import best_device
    from studio.engines.style.engine import StyleLooker
    from studio.recipes import Manner, StyleRecipe

    with tempfile.TemporaryDirectory() as folder, shelf_of(model_id) as (shelf, known):
        files = {CONTENT: Path(folder) / "content.jpg", STYLE: Path(folder) / "style.jpg"}
        scenery(3000, 2250, 1).save(files[CONTENT], quality=92)
        scenery(900, 700, 2).save(files[STYLE], quality=92)
        looker = StyleLooker()
        recipe = StyleRecipe(model=known, content=CONTENT, manners=(Manner(picture=STYLE),))

        def look(side: int, **values: object) -> None:
            looker.look(recipe.change(**values), shelf, side, files.__getitem__)

        def new(number: int) -> tuple[Manner, Manner]:
            """A mix that was not painted before."""
            return Manner(picture=STYLE), Manner(picture=CONTENT, weight=0.5 / (1 + number))

        began = time.perf_counter()
        look(512)
        print(f"{known}, {best_device()}")
        print(f"  first of all           {1000 * (time.perf_counter() - began):7.1f}")
        square = tuple(
            (f"{label:22}", side, brush)
            for label, side, brush in (
                ("512 px", 512, 0.0),
                ("512 px, broad brush", 512, 1.0),
                ("512 px, fine brush", 512, -1.0),
                ("1 megapixel", 1182, 0.0),
            )
        )
        for label, side, brush in square:
            print(
                f"  {label} ",
                times(seconds, lambda n, s=side, b=brush: look(s, manners=new(n), brush=b)),
            )
        print(
            "  strength moves, 512 px ",
            times(seconds, lambda n: look(512, strength=0.01 * (n % 100))),
        )
        print(
            "  my colours, 512 px     ",
            times(seconds, lambda n: look(512, strength=0.01 * (n % 100), colours="mine")),
        )


def seams(model_id: str) -> None:
    """The same picture in small tiles and in one piece."""
    import numpy as np

    from studio.engines.style import painting
    from studio.engines.style.content import Content
    from studio.engines.style.opened import OpenStyles

    with shelf_of(model_id) as (shelf, known):
        model = OpenStyles().get(known, shelf)
        hand = painting.Hand(model, model.read(scenery(500, 400, 2)), 0.0)
        content = Content(scenery(1250, 890, 3))
        usual = painting.TILE
        made = []
        for side in (4096, 256):
            painting.TILE = side
            made.append(hand.paint(content, content.size).astype(int))
        painting.TILE = usual
        print(f"  tiles beside one piece  differ by {np.abs(made[0] - made[1]).max()}/255 at most")


def large(model_id: str) -> None:
    """Paint and keep 6000 x 4000 pixels; called in a process of its own."""
    import resource

    from studio.engines.base import Context
    from studio.engines.style.engine import StyleEngine
    from studio.library import Library
    from studio.recipes import Manner, StyleRecipe

    with tempfile.TemporaryDirectory() as folder, shelf_of(model_id) as (shelf, known):
        files = {CONTENT: Path(folder) / "content.jpg", STYLE: Path(folder) / "style.jpg"}
        if os.fork() == 0:  # what it takes to draw the photograph is not to be counted
            scenery(6000, 4000, 1).save(files[CONTENT], quality=92)
            scenery(900, 700, 2).save(files[STYLE], quality=92)
            os._exit(0)
        os.wait()
        recipe = StyleRecipe(model=known, content=CONTENT, manners=(Manner(picture=STYLE),))
        told: list[float] = []
        with Library.open(Path(folder) / "library") as library:
            began = time.perf_counter()
            painted = 0.0

            def keep(_index: int, image, one) -> None:
                nonlocal painted
                painted = time.perf_counter() - began
                library.add(image, one, made_by="benchmark")

            context = Context(
                shelf,
                report=lambda _done, _note: told.append(time.perf_counter()),
                keep=keep,
                find=files.__getitem__,
            )
            StyleEngine().run(recipe, context)
            whole = time.perf_counter() - began
        waits = [after - before for before, after in pairwise(told)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"  24 megapixels           {painted:.1f} s, {whole:.1f} s until it is kept; "
            f"{len(told)} reports, at most {max(waits[:-1]):.1f} s apart; peak {peak:.2f} GB"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", nargs="?", default="")
    parser.add_argument("seconds", nargs="?", type=float, default=4.0)
    parser.add_argument("--large", action="store_true")
    parser.add_argument(CHILD, choices=("small", "large"))
    options = parser.parse_args()
    if options.child == "small":
        measure(options.model, options.seconds)
        seams(options.model)
    elif options.child == "large":
        large(options.model)
    else:
        parts = ["small", "large"] if options.large else ["small"]
        with _engine_environment():  # the same settings as the engine process has
            for part in parts:
                command = [sys.executable, __file__, options.model, str(options.seconds)]
                subprocess.run([*command, CHILD, part], check=True)


if __name__ == "__main__":
    main()
