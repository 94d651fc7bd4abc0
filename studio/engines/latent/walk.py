"""A film that leads from place to place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
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
        path = _path(recipe, model)
        look = _glance(model, context) if recipe.motion == "steady" else None
        spots = path.frames(recipe.count, look)
        if recipe.format == "sheet":
            context.keep(0, _sheet(path, _some(spots), model, recipe.size, context), recipe)
        else:
            frames = _frames(path, spots, model, recipe.size, context)
            context.keep_film(0, frames, float(recipe.fps), recipe)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model and draw once."""
        assert isinstance(recipe, WalkRecipe)
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        model.frame(resolve(recipe.stops[0], model))


def _path(recipe: WalkRecipe, model: LatentModel) -> Path:
    stops = [resolve(place, model) for place in recipe.stops]
    return Path(stops, recipe.loop, recipe.motion, model.center, model.round_from)


def _frames(
    path: Path, spots: list[float], model: LatentModel, size: int, context: Context
) -> Iterator[Frame]:
    """Pictures on a path, drawn when they are asked for, with progress and early looks."""
    shown = -PREVIEW_EVERY
    last: tuple[Tensor, Frame] | None = None
    for index, spot in enumerate(spots):
        context.check()
        note = f"Drawing picture {index + 1} of {len(spots)}"
        context.report(ALMOST * index / len(spots), note)
        code = path.at(spot)
        if last is None or not torch.equal(last[0], code):  # a path may rest for a while
            last = code, model.sized_frame(code, size)
        if monotonic() - shown >= PREVIEW_EVERY:
            shown = monotonic()
            context.show(0, Image.fromarray(last[1]).convert("RGBA"))
        yield last[1]
    context.check()


def _glance(model: LatentModel, context: Context) -> Callable[[Tensor], Numbers]:
    """Small pictures of codes as numbers."""

    def look(code: Tensor) -> Numbers:
        context.check()
        image = Image.fromarray(model.frame(code, GLANCE))
        small = image.resize((GLANCE, GLANCE), Image.Resampling.BOX)
        return np.asarray(small, np.float64)

    return look


def _some(spots: list[float]) -> list[float]:
    """So many of a path's frames as go on a sheet, evenly spread, the first and last with them."""
    if len(spots) <= SHEET_PICTURES:
        return spots
    step = (len(spots) - 1) / (SHEET_PICTURES - 1)
    return [spots[round(number * step)] for number in range(SHEET_PICTURES)]


def _sheet(
    path: Path, spots: list[float], model: LatentModel, size: int, context: Context
) -> Image.Image:
    """A contact sheet: pictures in rows on white, read like a page."""
    columns = math.ceil(math.sqrt(len(spots) * 1.5))
    rows = math.ceil(len(spots) / columns)
    side = min(size or model.size, SHEET_SIDE // columns - SHEET_SIDE // columns // SHEET_GAP - 1)
    gap = max(1, side // SHEET_GAP)
    step = side + gap
    sheet = Image.new("RGB", (columns * step + gap, rows * step + gap), "white")
    frames = _frames(path, spots, model, side, context)
    for number, frame in enumerate(frames):
        row, column = divmod(number, columns)
        sheet.paste(Image.fromarray(frame), (gap + column * step, gap + row * step))
    return sheet
