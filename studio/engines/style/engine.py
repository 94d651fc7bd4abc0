"""A picture in the manner of others: kept as a job, or looked at while a slider moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from studio.engines.base import Context, Frame, Looker, Sight, no_library
from studio.engines.style.content import Content
from studio.engines.style.desk import Desk, Find, Recent, result_size
from studio.engines.style.finishing import Finish
from studio.engines.style.painting import Hand
from studio.recipes import Recipe, StyleRecipe
from studio.shelf import Shelf

ALMOST = 0.97  # after the last stroke the colours are still to be mixed
LIVE_SIDE = 1536  # pixels of the longer side in which live pictures are kept
LIVE_PAINTED = 6  # painted pictures that are remembered


class StyleEngine:
    """Paints `StyleRecipe`s. Keeps the two models it used last in memory."""

    kind = "style"

    def __init__(self) -> None:
        self._desk = Desk()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Paint the one picture and keep it. An early look is shown where it is a large one."""
        assert isinstance(recipe, StyleRecipe)
        context.report(0.0, "Getting ready")
        model = self._desk.model(recipe.model, context.shelf)
        code = self._desk.code(recipe.manners, recipe.shares, model, context.find)
        context.check()
        content = self._desk.content(recipe.content, context.find)
        size = result_size(content.size, recipe.size)
        context.check()

        def step(done: float) -> None:
            context.check()
            context.report(ALMOST * done, "Painting")

        def show(early: Frame) -> None:
            context.show(0, _finished(recipe, content, early))

        painted = Hand(model, code, recipe.brush).paint(content, size, step=step, show=show)
        image = _finished(recipe, content, painted)
        context.check()
        context.keep(0, image, recipe)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model."""
        assert isinstance(recipe, StyleRecipe)
        self._desk.model(recipe.model, context.shelf)

    def looker(self) -> Looker:
        """A looker with models of its own, so that a job and a slider never wait on each other."""
        return StyleLooker()


@dataclass(frozen=True)
class _Painted:
    own: Frame
    painted: Frame


class StyleLooker:
    """Pictures for sliders that move. Used from the live thread only.

    What was painted is remembered, so that strength, mask and colours only mix it anew.
    """

    def __init__(self) -> None:
        self._desk = Desk(LIVE_SIDE)
        self._painted: Recent[_Painted] = Recent(LIVE_PAINTED)

    def look(self, recipe: Recipe, shelf: Shelf, side: int, find: Find = no_library) -> Sight:
        """The picture, `side` pixels on its longer side or as many as the result will have.

        What is transparent lies over white. See `studio.engines.base`.
        """
        assert isinstance(recipe, StyleRecipe)
        model = self._desk.model(recipe.model, shelf)
        content = self._desk.content(recipe.content, find)
        width, height = result_size(content.size, recipe.size)
        size = result_size((width, height), side if 0 < side < max(width, height) else 0)
        code = self._desk.code(recipe.manners, recipe.shares, model, find)

        def paint() -> _Painted:
            hand = Hand(model, code, recipe.brush)
            return _Painted(content.pixels(size), hand.paint(content, size))

        key = (model, recipe.content, recipe.manners, recipe.brush, size)
        known = self._painted.get(key, paint)
        finished = Finish(recipe, content, known.painted).apply(known.own, known.painted)
        if content.alpha is not None:
            over = Image.new("RGBA", size, "white")
            over.alpha_composite(content.shown(finished))
            finished = np.asarray(over.convert("RGB"))
        return Sight(finished, "", {})


def _finished(recipe: StyleRecipe, content: Content, painted: Frame) -> Image.Image:
    height, width = painted.shape[:2]
    finish = Finish(recipe, content, painted)
    return content.shown(finish.apply(content.pixels((width, height)), painted))
