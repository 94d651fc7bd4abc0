"""The picture at a place: kept as a job, or looked at while a slider moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studio.engines.base import Context, Looker, Sight, no_library
from studio.engines.latent.opened import OpenModels
from studio.engines.latent.places import found_text, resolve
from studio.recipes import Recipe, SlideRecipe
from studio.shelf import Shelf


class SlideEngine:
    """Draws `SlideRecipe`s. Keeps the two models it used last in memory."""

    kind = "slide"

    def __init__(self) -> None:
        self._models = OpenModels()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Draw the one picture and keep it."""
        assert isinstance(recipe, SlideRecipe)
        context.report(0.0, "Getting ready")
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        image = model.image(resolve(recipe.place, model), recipe.size)
        context.check()
        context.keep(0, image, recipe)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model and draw once, so that the first picture is not slow."""
        assert isinstance(recipe, SlideRecipe)
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        model.frame(resolve(recipe.place, model))

    def looker(self) -> Looker:
        """A looker with models of its own, so that a job and a slider never wait on each other."""
        return SlideLooker()


class SlideLooker:
    """Pictures for sliders that move. Used from the live thread only."""

    def __init__(self) -> None:
        self._models = OpenModels()

    def look(
        self,
        recipe: Recipe,
        shelf: Shelf,
        side: int,
        find: Callable[[str], Path] = no_library,  # noqa: ARG002 - it is made of no pictures
    ) -> Sight:
        """The picture, where it lies and where the sliders stand. See `studio.engines.base`."""
        assert isinstance(recipe, SlideRecipe)
        model = self._models.get(recipe.model, shelf)
        code = resolve(recipe.place, model)
        frame = model.frame(code, side) if side else model.sized_frame(code, recipe.size)
        return Sight(frame, found_text(code), model.sliders.readings(code))
