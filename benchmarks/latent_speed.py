"""How fast the sliders' engine is: from a moved slider to a finished image, films, finding.

    python benchmarks/latent_speed.py [model id] [seconds]

Without an id, the built-in models are measured; where there are none, two networks of their size
with random weights, saved to a temporary folder. Prints medians and 95th percentiles in ms.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import torch
from safetensors.torch import save_file

from studio.engines.base import Context
from studio.engines.devices import best_device
from studio.engines.latent.engine import SlideEngine
from studio.engines.latent.finding import find
from studio.engines.latent.opened import OpenModels
from studio.engines.latent.places import resolve
from studio.engines.latent.style_generator import StyleConfig, StyleGenerator
from studio.engines.latent.vae import DecoderConfig, VaeGenerator
from studio.engines.latent.walk import WalkEngine
from studio.recipes import Place, SlideRecipe, WalkRecipe, wander
from studio.shelf import Shelf

STYLE = {
    "size": 256,
    "z_dim": 128,
    "w_dim": 128,
    "mapping_layers": 4,
    "channels": [256, 256, 256, 128, 64],
    "shuffle": 4,
    "noise": False,
    "fir": False,
}


def stand_ins(folder: Path) -> Shelf:
    """Models of the built-in ones' size with random weights: for speed, nothing else."""
    torch.manual_seed(0)
    for name, family, network, values in (
        ("vae", "vae", VaeGenerator(DecoderConfig()), {}),
        ("gan", "style-gan", StyleGenerator(StyleConfig(**STYLE)), STYLE),
    ):
        (folder / name).mkdir()
        save_file(network.state_dict(), folder / name / "generator.safetensors")
        shape = {"size": network.size, "layers": network.layers, "dim": network.dim}
        latent = {"family": family, "generator": values, **shape}
        manifest = {"id": f"random/{name}", "name": name, "kind": "latent", "latent": latent}
        (folder / name / "easel.json").write_text(json.dumps(manifest))
    return Shelf(folder, folder / "models.json")


def times(seconds: float, once: Callable[[int], object]) -> str:
    for number in range(3):
        once(number)
    took = []
    began = time.perf_counter()
    while time.perf_counter() - began < seconds or len(took) < 5:
        start = time.perf_counter()
        once(len(took))
        took.append(1000 * (time.perf_counter() - start))
    return f"median {median(took):6.1f}   p95 {quantiles(took, n=20)[-1]:6.1f}   of {len(took)}"


def measure(model_id: str, shelf: Shelf, seconds: float) -> None:
    began = time.perf_counter()
    model = OpenModels().get(model_id, shelf)
    print(f"\n{model_id}: {model.size} px, code {model.layers} x {model.dim}, {best_device()}")
    print(f"  opened in         {1000 * (time.perf_counter() - began):6.0f}")
    looker = SlideEngine().looker()
    first = model.sliders.ids[0]

    def drag(number: int, side: int = 0) -> None:
        place = Place(seed=1).pin(**{first: (number % 100) / 50 - 1})
        looker.look(SlideRecipe(model=model_id, place=place), shelf, side)

    def wandering(number: int) -> None:
        place = wander(1, number / 20, number / 33)
        looker.look(SlideRecipe(model=model_id, place=place), shelf, 0)

    code = resolve(Place(seed=1), model)
    print("  slider, full    ", times(seconds, drag))
    print("  slider, 128 px  ", times(seconds, lambda number: drag(number, 128)))
    print("  map             ", times(seconds, wandering))
    print(
        "  place alone     ", times(seconds / 4, lambda n: resolve(wander(1, n / 20, 0.3), model))
    )
    print("  drawing alone   ", times(seconds, lambda n: model.frame(code)))
    frames = []
    context = Context(shelf, keep_film=lambda _index, drawn, _fps, _recipe: frames.extend(drawn))
    stops = tuple(Place(seed=seed) for seed in range(4))
    walk = WalkRecipe(model=model_id, stops=stops, seconds=seconds, size=2 * model.size)
    began = time.perf_counter()
    WalkEngine().run(walk, context)
    each = 1000 * (time.perf_counter() - began) / len(frames)
    print(f"  frame of a film    {each:6.1f}   at twice the side")
    frame = torch.from_numpy(model.frame(code)).permute(2, 0, 1).float() / 127.5 - 1
    began = time.perf_counter()
    find(frame, model, 0.05, 0)
    print(f"  step of finding    {1000 * (time.perf_counter() - began) / 20:6.1f}   20 of them")


def main() -> None:
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 4.0
    shelf = Shelf.default()
    ids = [one for one in sys.argv[1:2] if one] or [model.id for model in shelf.models("latent")]
    if ids:
        for model_id in ids:
            measure(model_id, shelf, seconds)
        return
    with tempfile.TemporaryDirectory() as folder:
        shelf = stand_ins(Path(folder))
        for model in shelf.models("latent"):
            measure(model.id, shelf, seconds)


if __name__ == "__main__":
    main()
