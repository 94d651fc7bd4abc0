"""How long a built-in picture takes, how much memory, and what the studio adds to diffusers.

    python benchmarks/picture_speed.py [--model FOLDER_OR_ID] [--rounds 7]

The studio's engine and the same pipeline called straight from diffusers take turns on the same
recipe in one process, so that their ratio holds on a noisy machine. "Straight" does everything
the engine does to the picture: text, denoising, decoding, enlarging. It leaves out progress,
previews, cancel and keeping. The ratio is told twice, by the clock and by the time of all
processor cores together, which says something on a busy computer too.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from pathlib import Path

from studio.work.engine_process import ENVIRONMENT


def main() -> None:
    options = _options()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.environ.update(ENVIRONMENT)  # read by the C library and OpenMP when a process starts
        os.execv(sys.executable, [sys.executable, *sys.argv])

    import torch
    from PIL import Image

    from studio.engines.base import Context
    from studio.engines.devices import best_device
    from studio.engines.imaging.engine import PictureEngine
    from studio.engines.imaging.noise import generator
    from studio.engines.imaging.pipelines import open_denoiser
    from studio.engines.imaging.upscaler import Upscaler
    from studio.engines.pipeline_folders import open_pipeline
    from studio.recipes import PictureRecipe
    from studio.shelf import Shelf

    shelf = Shelf.default()
    here = Path(options.model)
    model = shelf.add_folder(here) if here.is_dir() else shelf.model(options.model)
    device = best_device()
    traits = model.picture
    print(f"{model.name} {model.version} on {device.words}, {device.dtype_name}")
    engine = PictureEngine()
    pipeline = open_pipeline(model.folder, device)
    denoisers = {"full": pipeline.transformer, "draft": pipeline.transformer}
    if traits.draft.folder:
        denoisers["draft"] = open_denoiser(pipeline, model.folder / traits.draft.folder, device)
    upscaler = None
    if traits.upscaler:
        upscaler = Upscaler.from_folder(model.folder / traits.upscaler.folder)
        upscaler = upscaler.to(device.name, device.dtype).to(memory_format=torch.channels_last)

    def studio(recipe: PictureRecipe) -> tuple[float, float]:
        began, worked = time.perf_counter(), time.process_time()
        engine.run(recipe, Context(shelf))
        return time.perf_counter() - began, time.process_time() - worked

    @torch.inference_mode()
    def straight(recipe: PictureRecipe) -> tuple[float, float]:
        began, worked = time.perf_counter(), time.process_time()
        pipeline.register_modules(transformer=denoisers[recipe.quality])
        effort = traits.draft if recipe.quality == "draft" else traits.full
        images = pipeline(
            prompt=recipe.words,
            num_inference_steps=effort.steps,
            guidance_scale=effort.guidance,
            width=traits.native_size[0],
            height=traits.native_size[1],
            generator=generator(recipe.seed),
            output_type="pt",
            **traits.call,
        ).images
        if upscaler is not None:
            images = upscaler(images.to(device.name, device.dtype))
        pixels = images[0].float().clamp(0, 1).mul(255).round().byte().permute(1, 2, 0)
        Image.fromarray(pixels.cpu().numpy())
        return time.perf_counter() - began, time.process_time() - worked

    for quality in ("full", "draft"):
        recipe = PictureRecipe(
            prompt="a smiling red fox", style="3d emoji", model=model.id, quality=quality
        )
        studio(recipe), straight(recipe)
        pairs = [(studio(recipe), straight(recipe)) for _ in range(options.rounds)]
        for number, what in enumerate(("by the clock", "of processors")):
            ours = [a[number] for a, _ in pairs]
            theirs = [b[number] for _, b in pairs]
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            print(
                f"{quality:>6}: {statistics.median(ours):.3f} s a picture (best {min(ours):.3f}), "
                f"straight {statistics.median(theirs):.3f} s {what}, ratio {ratio:.3f}"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of this process, with both in it: {peak:.2f} GB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="easel/stickers")
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
