"""Find my picture: a dropped picture's place among a model's."""

from __future__ import annotations

from time import monotonic

import numpy as np
import torch
from torch import Tensor

from studio.engines.base import Context
from studio.engines.latent.finding import find, in_words
from studio.engines.latent.model import LatentModel
from studio.engines.latent.opened import OpenModels
from studio.engines.latent.places import found_text
from studio.library.incoming import unpack_picture
from studio.recipes import FindRecipe, Place, Recipe, SlideRecipe

PREVIEW_EVERY = 0.4  # seconds
ALMOST = 0.99
WORDS = "Found picture"


class FindEngine:
    """Does `FindRecipe`s. Keeps two models open."""

    kind = "find"

    def __init__(self) -> None:
        self._models = OpenModels()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Look for the picture; keep the picture of the place that was found, and only that.

        What is kept carries a `SlideRecipe` that leads to the place, whose picture it is exactly.
        The last word reported says how close it came. StudioError where the picture is damaged.
        """
        assert isinstance(recipe, FindRecipe)
        context.report(0.0, "Getting ready")
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        target = _tensor(recipe.picture, model)
        shown = monotonic()

        def report(done: float, code: Tensor) -> None:
            nonlocal shown
            context.check()
            context.report(ALMOST * done, "Looking for your picture")
            if monotonic() - shown >= PREVIEW_EVERY:
                context.show(0, model.image(code).convert("RGBA"))
                shown = monotonic()

        found = find(target, model, recipe.patience, recipe.seed, report)
        context.check()
        place = Place(found=found_text(found.code))
        one = SlideRecipe(model=recipe.model, place=place, words=WORDS)
        context.keep(0, model.image(found.code), one)
        context.report(1.0, in_words(found.likeness))

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model."""
        assert isinstance(recipe, FindRecipe)
        self._models.get(recipe.model, context.shelf)


def _tensor(picture: str, model: LatentModel) -> Tensor:
    """A packed picture as [3, size, size] in -1..1."""
    image = unpack_picture(picture, model.size)
    pixels = torch.from_numpy(np.array(image))
    return (pixels.permute(2, 0, 1).float() / 127.5 - 1).contiguous()
