"""A film that leads from place to place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from time import monotonic

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from studio.engines.base import Context, Frame
from studio.engines.latent.model import LatentModel
from studio.engines.latent.opened import OpenModels
from studio.engines.latent.paths import Numbers, Path
from studio.engines.latent.places import resolve
from studio.recipes import Recipe, WalkRecipe

PREVIEW_EVERY = 0.25  # seconds
GLANCE = 32  # pixels of the pictures whose change an even pace goes by
SHEET_PICTURES = 24
SHEET_SIDE = 4096  # pixels; the sheet's pictures are made smaller where it would be larger
SHEET_GAP = 32  # one part in so many of a picture's side
ALMOST = 0.99  # after the last frame the file is still to be closed


class WalkEngine:
    """Makes `WalkRecipe`s: films, numbered pictures, contact sheets. Keeps two models open."""

    kind = "walk"

    def __init__(self) -> None:
        self._models = OpenModels()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Draw the frames one by one as they are written; an equal recipe gives equal frames."""
        assert isinstance(recipe, WalkRecipe)
        context.report(0.0, "Getting ready")
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        walk = Walk(recipe, model, context.check)
        if recipe.format == "sheet":
            context.keep(0, _sheet(walk, recipe.size or model.size, context), recipe)
        else:
            frames = _frames(walk, range(walk.count), recipe.size, context)
            context.keep_film(0, frames, float(recipe.fps), recipe)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model and draw once."""
        assert isinstance(recipe, WalkRecipe)
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        model.frame(resolve(recipe.stops[0], model))


class Walk:
    """Where each picture of a walk lies, and the pictures themselves, in any order.

    check: called between pictures that have to be drawn first; what it raises stops that.
    """

    def __init__(
        self, recipe: WalkRecipe, model: LatentModel, check: Callable[[], None] = lambda: None
    ) -> None:
        self._model = model
        stops = [resolve(place, model) for place in recipe.stops]
        self._path = Path(stops, recipe.loop, recipe.motion, model.center, model.round_from)
        look = _glance(model, check) if recipe.motion == "steady" else None
        self._spots = self._path.frames(recipe.count, look)
        self._last: tuple[Tensor, int, Frame] | None = None

    @property
    def count(self) -> int:
        """How many pictures it has."""
        return len(self._spots)

    def draw(self, index: int, size: int) -> Frame:
        """Picture `index` at `size` pixels a side, 0 is the model's own: uint8 [H, W, 3]."""
        code = self._path.at(self._spots[index])
        last = self._last
        if last is None or last[1] != size or not torch.equal(last[0], code):
            self._last = last = code, size, self._model.sized_frame(code, size)
        return last[2]  # a path may rest for a while


def _frames(walk: Walk, indices: Sequence[int], size: int, context: Context) -> Iterator[Frame]:
    """Pictures of a walk, drawn when they are asked for, with progress and early looks."""
    shown = -PREVIEW_EVERY
    for number, index in enumerate(indices):
        context.check()
        note = f"Drawing picture {number + 1} of {len(indices)}"
        context.report(ALMOST * number / len(indices), note)
        frame = walk.draw(index, size)
        if monotonic() - shown >= PREVIEW_EVERY:
            shown = monotonic()
            context.show(0, Image.fromarray(frame).convert("RGBA"))
        yield frame
    context.check()


def _glance(model: LatentModel, check: Callable[[], None]) -> Callable[[Tensor], Numbers]:
    """Small pictures of codes as numbers."""

    def look(code: Tensor) -> Numbers:
        check()
        image = Image.fromarray(model.frame(code, GLANCE))
        small = image.resize((GLANCE, GLANCE), Image.Resampling.BOX)
        return np.asarray(small, np.float64)

    return look


def spread(count: int, most: int) -> list[int]:
    """At most `most` of so many indices, evenly spread, the first and last with them."""
    if count <= most:
        return list(range(count))
    step = (count - 1) / (most - 1)
    return [round(number * step) for number in range(most)]


def _sheet(walk: Walk, side: int, context: Context) -> Image.Image:
    """A contact sheet: pictures in rows on white, read like a page."""
    indices = spread(walk.count, SHEET_PICTURES)
    columns = math.ceil(math.sqrt(len(indices) * 1.5))
    rows = math.ceil(len(indices) / columns)
    side = min(side, SHEET_SIDE // columns - SHEET_SIDE // columns // SHEET_GAP - 1)
    gap = max(1, side // SHEET_GAP)
    step = side + gap
    sheet = Image.new("RGB", (columns * step + gap, rows * step + gap), "white")
    for number, frame in enumerate(_frames(walk, indices, side, context)):
        row, column = divmod(number, columns)
        sheet.paste(Image.fromarray(frame), (gap + column * step, gap + row * step))
    return sheet
