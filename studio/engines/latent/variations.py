"""Many pictures around one place, with a table of their sliders."""

from __future__ import annotations

import random
from collections.abc import Iterator

from studio.engines.base import Context, JobCancelled
from studio.engines.latent.model import LatentModel
from studio.engines.latent.opened import OpenModels
from studio.engines.latent.places import found_text, resolve, unpinned
from studio.recipes import Place, Recipe, Share, SlideRecipe, VariationsRecipe
from studio.recipes.latent import MAX_DEPTH
from studio.recipes.picture import MAX_SEED

DIGITS = 4  # of a reading in the table


class VariationsEngine:
    """Makes `VariationsRecipe`s. Keeps two models open."""

    kind = "variations"

    def __init__(self) -> None:
        self._models = OpenModels()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Draw the pictures one by one; each carries a recipe that makes it again by itself.

        The table has a row for each picture, in order: its seed, then all sliders' readings. Where
        the artist stops half-way, the table tells of those that are there.
        """
        assert isinstance(recipe, VariationsRecipe)
        context.report(0.0, "Getting ready")
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        names = ["seed", *model.sliders.ids]
        rows: list[list[str | float]] = []
        try:
            for index, place in enumerate(places(recipe, model)):
                context.check()
                note = f"Drawing {index + 1} of {recipe.count}"
                context.report(index / recipe.count, note)
                code = resolve(place, model)
                image = model.image(code, recipe.size)
                one = SlideRecipe(model=recipe.model, place=place, size=recipe.size)
                context.keep(index, image, one)
                readings = model.sliders.readings(code)
                rows.append([place.seed, *(round(one, DIGITS) for one in readings.values())])
        except JobCancelled:
            if rows:
                context.keep_table(names, rows)
            raise
        context.keep_table(names, rows)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model and draw once."""
        assert isinstance(recipe, VariationsRecipe)
        model = self._models.get(recipe.model, context.shelf)
        context.check()
        model.frame(resolve(recipe.place, model))


def places(recipe: VariationsRecipe, model: LatentModel) -> Iterator[Place]:
    """The places of the pictures. Equal recipes give equal places.

    Each is a random place in which the recipe's own has its share. Sliders that are pinned stay
    pinned; those to vary are spread so that each part of their range has its picture, one slider
    independent of the other (Latin hypercube: McKay, Beckman and Conover 1979).
    StudioError where the model has no such slider.
    """
    for name in recipe.vary:
        model.sliders.index(name)
    base = recipe.place
    pinned = {name: at for name, at in base.sliders.items() if name not in recipe.vary}
    if base.depth >= MAX_DEPTH:  # as deep as a mix can be: by its numbers, then
        base = Place(found=found_text(unpinned(base, model)))
    base = base.model_copy(update={"sliders": pinned})
    chance = random.Random(f"variations {recipe.seed}")
    spread = {name: _spread(recipe.count, chance) for name in recipe.vary}
    for number in range(recipe.count):
        sliders = {**pinned, **{name: spots[number] for name, spots in spread.items()}}
        own = Place(
            seed=chance.randrange(MAX_SEED + 1),
            adventurous=recipe.place.adventurous,
            sliders=sliders,
        )
        if recipe.amount < 1.0:
            share = Share(place=base, weight=1.0 - recipe.amount)
            own = own.model_copy(update={"mixed": (share,)})
        yield own


def _spread(count: int, chance: random.Random) -> list[float]:
    """Numbers in -1..1, one at random within each of `count` equal parts, shuffled."""
    spots = [round(2 * (part + chance.random()) / count - 1, 6) for part in range(count)]
    chance.shuffle(spots)
    return spots
