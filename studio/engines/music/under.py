"""A tune under a film. Nothing is composed or drawn: both are there already."""

from __future__ import annotations

from contextlib import closing

from studio.engines.base import Context
from studio.library import score_film
from studio.recipes import Recipe, ScoreFilmRecipe


class ScoreFilmEngine:
    """Makes `ScoreFilmRecipe`s. An equal recipe gives equal pictures and sound."""

    kind = "score-film"

    def run(self, recipe: Recipe, context: Context) -> None:
        """Write the film as long as the tune. StudioError where one of them cannot be read."""
        assert isinstance(recipe, ScoreFilmRecipe)
        context.report(0.0, "Getting ready")

        def check(done: float) -> None:
            context.check()
            context.report(0.99 * done, "Putting the tune under the film")

        made = score_film.prepare(
            context.find(recipe.film),
            context.find(recipe.tune),
            to_beat=recipe.to_beat,
            check=check,
        )
        with closing(made.frames), closing(made.blocks):
            context.keep_score_film(0, made, recipe)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """There is nothing to get ready."""
