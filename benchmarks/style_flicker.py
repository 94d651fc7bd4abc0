"""How much a painted film flickers beside its source.

    python benchmarks/style_flicker.py [--models FOLDER] [--model ID] [--style ID]... [--frames 24]

Two scenes, made from one still photograph-like picture: one that stands still, with a sensor's
noise (shot and read noise, new in each picture), and one over which the camera pans by whole
pixels, so that the motion is known. Flicker is the mean absolute difference of consecutive
pictures, in steps of 256; in the pan the earlier picture is moved along first, so that only what
changed on things themselves counts. Printed for the source, for painting each picture by itself,
and for the film engine at several degrees of calm; and the ratio to the source, which the still
scene's bar is about. "still part": where the scene stands still and something passes through it.

--photo: a picture of your own instead of the drawn one. Nothing random is left to chance: equal
arguments give equal figures.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 512, 384
PAN = 3  # pixels from picture to picture
BAR = 1.2
CALM = (0.0, 0.3, 0.7, 1.0)
Pixels = npt.NDArray[np.uint8]


def still_life(width: int, height: int) -> Image.Image:
    """Something like a photograph: soft light, round things with edges, some fine texture."""
    dice = np.random.default_rng(4)
    small = dice.uniform(30, 210, (5, 7, 3)).astype(np.uint8)
    image = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(26):
        x, y = dice.integers(0, width), dice.integers(0, height)
        r = int(dice.integers(8, height // 5))
        colour = tuple(int(v) for v in dice.integers(20, 235, 3))
        draw.ellipse((x - r, y - r * 3 // 4, x + r, y + r * 3 // 4), fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(0.8))
    texture = dice.normal(0, 9, (height, width, 1))
    texture[:, : width // 2] = 0
    return Image.fromarray((np.asarray(image) + texture).clip(0, 255).astype(np.uint8))


def noisy(clean: npt.NDArray[np.float64], dice: np.random.Generator, amount: float) -> Pixels:
    """What a sensor makes of it: noise that grows with the light, and some that does not."""
    deviation = amount * np.sqrt(0.3 + clean / 128.0)
    return (
        (clean + dice.normal(0, 1, clean.shape) * deviation).round().clip(0, 255).astype(np.uint8)
    )


def still(photo: Image.Image, frames: int, noise: float) -> list[Pixels]:
    clean = np.asarray(photo.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), np.float64)
    dice = np.random.default_rng(1)
    return [noisy(clean, dice, noise) for _ in range(frames)]


def passing(photo: Image.Image, frames: int, noise: float) -> list[Pixels]:
    """The still scene with a ball that rolls through its lower third."""
    clean = photo.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    dice = np.random.default_rng(2)
    made = []
    for number in range(frames):
        image = clean.copy()
        x = WIDTH * number // frames
        box = (x - 40, HEIGHT - 100, x + 40, HEIGHT - 20)
        ImageDraw.Draw(image).ellipse(box, fill=(230, 60, 40))
        made.append(noisy(np.asarray(image, np.float64), dice, noise))
    return made


def pan(photo: Image.Image, frames: int, noise: float) -> list[Pixels]:
    wide = WIDTH + PAN * frames
    clean = np.asarray(photo.resize((wide, HEIGHT), Image.Resampling.LANCZOS), np.float64)
    dice = np.random.default_rng(3)
    views = [clean[:, PAN * n : PAN * n + WIDTH] for n in range(frames)]
    return [noisy(view, dice, noise) for view in views]


def flicker(frames: list[Pixels], moved: int = 0, rows: slice = slice(None)) -> float:
    """Mean absolute difference of consecutive pictures; the later has moved so far to the left."""
    found = []
    for earlier, later in pairwise(frames[len(frames) // 4 :]):  # once it has settled
        a = earlier[rows, moved:].astype(np.float64)
        b = later[rows, : later.shape[1] - moved].astype(np.float64)
        found.append(np.abs(a - b).mean())
    return float(np.mean(found))


class Scene:
    """Footage of pictures in memory."""

    def __init__(self, pictures: list[Pixels]) -> None:
        self.pictures = pictures
        self.size = WIDTH, HEIGHT
        self.fps, self.count = 24.0, len(pictures)
        self.samples = pictures[::2][:12]

    def frames(self, size: tuple[int, int]) -> Iterator[Pixels]:
        assert size == self.size
        yield from self.pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, help="a folder of model folders")
    parser.add_argument("--model", default="easel/brushes")
    parser.add_argument("--style", action="append", help="ids; the first four if none is named")
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--noise", type=float, default=2.5, help="of mid grey, steps of 256")
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--sheet", type=Path, help="save the last pictures side by side here")
    options = parser.parse_args()

    from studio.engines.base import Context
    from studio.engines.devices import best_device
    from studio.engines.style import films
    from studio.engines.style.opened import StyleModel
    from studio.recipes import Manner, StyleFilmRecipe
    from studio.shelf import Shelf

    shelf = Shelf.default()
    if options.models:
        shelf = Shelf(options.models, options.models / "models.json")
    model = StyleModel(shelf.model(options.model), best_device())
    names = options.style or [style.id for style in model.traits.styles[:4]]
    photo = Image.open(options.photo).convert("RGB") if options.photo else still_life(768, 576)
    above = slice(0, HEIGHT - 130)
    scenes = {
        "still": (still(photo, options.frames, options.noise), 0, slice(None)),
        "still part": (passing(photo, options.frames, options.noise), 0, above),
        "pan": (pan(photo, options.frames, options.noise), PAN, slice(None)),
    }
    context = Context(shelf)
    rows = []
    print(f"{'scene':12}{'style':16}{'source':>8}", *(f"{f'calm {c:g}':>16}" for c in CALM), sep="")
    worst = 0.0
    for scene, (pictures, moved, part) in scenes.items():
        own = flicker(pictures, moved, part)
        for name in names:
            line = f"{scene:12}{name:16}{own:8.2f}"
            for calm in CALM:
                recipe = StyleFilmRecipe(
                    model=model.model.id,
                    content="source:" + "0" * 64,
                    manners=(Manner(style=name),),
                    strength=1.0,
                    steadiness=calm,
                )
                began = time.perf_counter()
                footage = Scene(pictures)
                painted = films.Painted(recipe, model, model.learned(name), footage, context)
                made = list(painted)
                seconds = (time.perf_counter() - began) / len(made)
                found = flicker(made, moved, part)
                line += f"{found:8.2f}{found / own:7.2f}x"
                if scene == "still" and calm == 0.7:
                    worst = max(worst, found / own)
                if calm in (0.0, 0.7):
                    rows.append((pictures[-1], made[-2], made[-1]))
            print(f"{line}   {seconds:.2f} s a picture", flush=True)
    print(f"still scene at the calm a film has of itself: worst {worst:.2f}x, bar {BAR}x")
    if options.sheet:
        sheet = np.concatenate([np.concatenate(row, 1) for row in rows])
        Image.fromarray(sheet).save(options.sheet)


if __name__ == "__main__":
    main()
