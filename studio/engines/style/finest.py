"""The finest quality: a picture that is worked on for as long as the artist likes."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

import numpy as np
import torch
from PIL import Image

from studio.engines.base import Context, Frame
from studio.engines.style.colours import Colours
from studio.engines.style.content import Content
from studio.engines.style.desk import Desk, result_size
from studio.engines.style.enlarging import enlarge
from studio.engines.style.exemplars import Exemplars
from studio.engines.style.finishing import Finish
from studio.engines.style.painting import Hand, steps
from studio.engines.style.synthesis import Synthesis
from studio.library.incoming import open_picture
from studio.recipes import FinestRecipe, Recipe
from studio.recipes.style import Manner

WORKED = 1_200_000  # pixels of a picture while it is worked on; a larger one is enlarged then
LEARNED = 600_000  # pixels of the picture that a learned style's strokes are taken from
SHOWN = 1024  # pixels of an early look, on its longer side
SHOW_EVERY = 0.5  # seconds
COMPARED = 2**16  # pixels by which the colours of picture and styles are compared
BAND = 64  # rows of which colours are changed at once
ENLARGED = 3.0  # rounds that take as long, for equally many pixels, as to enlarge a picture


class FinestEngine:
    """Makes `FinestRecipe`s. Keeps the two models and the picture it used last in memory."""

    kind = "finest"

    def __init__(self) -> None:
        self._desk = Desk()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Work on the picture, round by round, and keep it.

        Where the artist has enough of it before all rounds are done, the recipe that is kept says
        how many there were; these make the same picture again.
        """
        assert isinstance(recipe, FinestRecipe)
        context.report(0.0, "Getting ready")
        content = self._desk.content(recipe.content, context.find)
        size = result_size(content.size, recipe.size)
        context.check()
        styles = self._exemplars(recipe, content, context)
        context.check()
        own = coloured(content, styles)
        with torch.inference_mode():
            worked = _limited(size, WORKED)
            work = Synthesis(own(worked), styles, recipe.seed)
            almost = _almost(recipe.rounds, worked, size)
            _work(work, recipe, content, size, almost, context)

            # Where it was stopped early, this is most of the work that is left.
            worked_on = almost * work.rounds / recipe.rounds

            def step(done: float) -> None:
                context.check()
                context.report(worked_on + (1.0 - worked_on) * done, "Finishing")

            step(0.0)
            painted, rounds = work.picture, work.rounds
            del work  # which is large, as the picture will be
            painted = enlarge(painted, own, size, styles, recipe.seed, step)
        image = _finished(recipe, content, painted)
        context.check()
        context.keep(0, image, recipe.change(rounds=rounds))
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Nothing is to be made ready."""

    def _exemplars(self, recipe: FinestRecipe, content: Content, context: Context) -> Exemplars:
        pictures, shares = [], []
        for manner, share in zip(recipe.manners, recipe.shares, strict=True):
            if share > 0.0:
                pictures.append(self._exemplar(manner, recipe, content, context))
                shares.append(share)
        return Exemplars(pictures, shares, recipe.brush)

    def _exemplar(
        self, manner: Manner, recipe: FinestRecipe, content: Content, context: Context
    ) -> Image.Image:
        """The picture whose strokes are taken. A learned style has none that ships: the model
        paints one, of the artist's own picture."""
        if manner.picture:
            return open_picture(context.find(manner.picture))
        model = self._desk.model(recipe.model, context.shelf)
        hand = Hand(model, model.learned(manner.style), 0.0)
        painted = hand.paint(
            content, _limited(content.size, LEARNED), step=lambda _: context.check()
        )
        return Image.fromarray(painted).transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _work(
    work: Synthesis,
    recipe: FinestRecipe,
    content: Content,
    size: tuple[int, int],
    almost: float,
    context: Context,
) -> None:
    """Rounds, until all are done or the artist has enough of them. almost: what is done then."""
    shown = -math.inf
    seen: tuple[int, bool] | None = None
    preview = _limited(size, SHOWN * SHOWN, SHOWN)
    while work.rounds < recipe.rounds and not (work.rounds and context.enough()):
        work.work(context.check)
        note = f"Round {work.rounds} of {recipe.rounds}"
        context.report(almost * work.rounds / recipe.rounds, note)
        state = len(work.fits), work.whole
        fresh = not work.whole or state != seen
        if fresh and monotonic() - shown >= SHOW_EVERY:
            early = Image.fromarray(work.picture).resize(preview, Image.Resampling.BICUBIC)
            context.show(0, _finished(recipe, content, np.asarray(early)))
            shown, seen = monotonic(), state


def coloured(content: Content, styles: Exemplars) -> Callable[[tuple[int, int]], Frame]:
    """The artist's picture in the styles' colours, at any (width, height)."""
    width, height = _limited(content.size, COMPARED)
    small = content.pixels((max(2, width), max(2, height)))  # of one pixel nothing can be told
    colours = Colours("matched", styles.colours(), small)

    def own(size: tuple[int, int]) -> Frame:
        pixels = content.pixels(size)
        result = np.empty_like(pixels)
        for row in range(0, len(pixels), BAND):
            band = pixels[row : row + BAND].astype(np.float32)
            result[row : row + BAND] = colours.apply(band, band).round().clip(0, 255)
        return result

    return own


def _almost(rounds: int, worked: tuple[int, int], size: tuple[int, int]) -> float:
    """How much of the whole work is done after the last round."""
    enlarged = sum(width * height for width, height in steps(size, worked))
    work = rounds * worked[0] * worked[1]
    return work / (work + ENLARGED * enlarged + worked[0] * worked[1])


def _limited(size: tuple[int, int], pixels: int, side: int = 0) -> tuple[int, int]:
    """(width, height) in at most so many pixels, and so many on the longer side."""
    scale = min(1.0, math.sqrt(pixels / (size[0] * size[1])))
    if side:
        scale = min(scale, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _finished(recipe: FinestRecipe, content: Content, painted: Frame) -> Image.Image:
    height, width = painted.shape[:2]
    finish = Finish(recipe, content, painted)
    return content.shown(finish.apply(content.pixels((width, height)), painted))
