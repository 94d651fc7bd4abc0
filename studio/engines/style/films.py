"""Films in the manner of pictures: painted one by one, known as a whole, calm where they are still.

What is heard in a film is heard in the painted one, where that is of a kind that has sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from time import monotonic

import numpy as np
from PIL import Image
from torch import Tensor

from studio.engines.base import Context, Frame
from studio.engines.latent.opened import OpenModels
from studio.engines.style.content import Content
from studio.engines.style.desk import Desk, result_size
from studio.engines.style.finishing import Finish
from studio.engines.style.footage import FilmFootage, Footage, WalkFootage
from studio.engines.style.network import Statistics
from studio.engines.style.opened import StyleModel
from studio.engines.style.painting import Hand
from studio.engines.style.steady import Steady
from studio.errors import StudioError
from studio.recipes import Recipe, StyleFilmRecipe

PREVIEW_EVERY = 0.5  # seconds
LOOKING, ALMOST = 0.05, 0.99  # of the whole: a film is looked through; the file is to be closed
MAX_SIDE = 4096  # pixels; more is no film that players show
LEAST_WALK = 512  # pixels a side of a painted path, whose own pictures may be smaller
LEAST_KEPT = 4  # pictures, before which nobody has enough of a film
MATCHED = 4  # painted pictures from which a film's change of colour is found


class StyleFilmEngine:
    """Paints `StyleFilmRecipe`s.

    How light a film is and how strong in contrast is measured once, over pictures from all of it,
    and colours are changed by one rule, so that nothing pulsates. Where nothing moves, a picture
    takes over from the one before (`Steady`). An equal recipe gives equal pictures.
    """

    kind = "style-film"

    def __init__(self) -> None:
        self._desk = Desk()
        self._models = OpenModels()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Paint the pictures one by one as they are written.

        Where the artist has enough of it before all are painted, what there is becomes the film,
        and the recipe that is kept says how many pictures it has.
        The film is as large as its source, at most `MAX_SIDE`, a path at least `LEAST_WALK`,
        unless the recipe says otherwise. StudioError where it does not move, is damaged from its
        beginning, or is asked for larger than that.
        """
        assert isinstance(recipe, StyleFilmRecipe)
        context.report(0.0, "Getting ready")
        model = self._desk.model(recipe.model, context.shelf)
        code = self._desk.code(recipe.manners, recipe.shares, model, context.find)
        context.check()
        footage = self._footage(recipe, context)
        frames = Painted(recipe, model, code, footage, context)
        sound = context.find(recipe.content) if recipe.content else None
        context.keep_film(0, iter(frames), footage.fps, recipe, sound=sound, made=frames.made)
        torn = isinstance(footage, FilmFootage) and footage.torn
        context.report(1.0, "Painted as far as the film can be read" if torn else "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model."""
        assert isinstance(recipe, StyleFilmRecipe)
        self._desk.model(recipe.model, context.shelf)

    def _footage(self, recipe: StyleFilmRecipe, context: Context) -> Footage:
        if recipe.walk is not None:
            walk = recipe.walk.change(fps=recipe.fps) if recipe.fps else recipe.walk
            return WalkFootage(walk, self._models.get(walk.model, context.shelf), context.check)

        def tell(done: float) -> None:
            context.check()
            context.report(LOOKING * done, "Looking through your film")

        return FilmFootage(context.find(recipe.content), recipe.fps, tell)


class Painted:
    """The finished pictures of a film, painted as they are taken, with progress and early looks.

    code: [D], the manners of the recipe. Frames are uint8 [height, width, 3].
    """

    def __init__(
        self,
        recipe: StyleFilmRecipe,
        model: StyleModel,
        code: Tensor,
        footage: Footage,
        context: Context,
    ) -> None:
        self._recipe, self._footage, self._context = recipe, footage, context
        self._hand = Hand(model, code, recipe.brush)
        self._count = min(footage.count, recipe.length or footage.count)
        self._enough = 0  # pictures, where the artist has said so

    def made(self) -> StyleFilmRecipe:
        """The recipe of the pictures that were taken."""
        return self._recipe.change(length=self._enough) if self._enough else self._recipe

    def __iter__(self) -> Iterator[Frame]:
        recipe, footage, context = self._recipe, self._footage, self._context
        statistics = _measured(self._hand, footage, context)
        finish = _finish(recipe, self._hand, footage, statistics, context)
        size = film_size(recipe, footage.size)
        steady = Steady(recipe.steadiness)
        shown = -PREVIEW_EVERY
        before: Frame | None = None
        made: Frame | None = None
        with closing(footage.frames(size)) as frames:
            for number, frame in enumerate(islice(frames, self._count)):
                context.check()
                if number >= LEAST_KEPT and context.enough():
                    self._enough = number
                    return
                note = f"Painting picture {number + 1} of {self._count}"
                context.report(LOOKING + (ALMOST - LOOKING) * number / self._count, note)
                if made is None or frame is not before:
                    before = frame
                    calm = steady.before(frame)
                    content = Content(Image.fromarray(calm))
                    fresh = self._hand.paint(content, size, statistics, lambda _: context.check())
                    made = finish.apply(frame, steady.after(fresh), calm)
                if monotonic() - shown >= PREVIEW_EVERY:
                    shown = monotonic()
                    context.show(0, Image.fromarray(made))
                yield made
        context.check()


def film_size(recipe: StyleFilmRecipe, own: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the painted film. StudioError where it is asked for too large."""
    longest = recipe.size
    if longest > MAX_SIDE:
        raise StudioError(
            f"A film of {longest:,} pixels is more than players can show.",
            f"Choose {MAX_SIDE:,} or less.",
        )
    if not longest and recipe.walk is not None and not recipe.walk.size:
        longest = max(LEAST_WALK, *own)
    if not longest and max(own) > MAX_SIDE:
        longest = MAX_SIDE
    return result_size(own, longest)


def _measured(hand: Hand, footage: Footage, context: Context) -> Statistics:
    """What the painter has to know of the whole film."""
    found = []
    for sample in footage.samples:
        context.check()
        found.append(hand.measure(Content(Image.fromarray(sample))))
    return Statistics.average(found)


def _finish(
    recipe: StyleFilmRecipe,
    hand: Hand,
    footage: Footage,
    statistics: Statistics,
    context: Context,
) -> Finish:
    """The last step, the same for all pictures: its colours are found from several at once."""
    step = max(1, len(footage.samples) // MATCHED)
    samples = footage.samples[::step] if recipe.colours != "style" else footage.samples[:1]
    painted = []
    for sample in samples:
        content = Content(Image.fromarray(sample))
        made = hand.paint(content, content.size, statistics, lambda done: context.check())
        painted.append(made)
    return Finish(
        recipe, Content(Image.fromarray(np.concatenate(samples))), np.concatenate(painted)
    )
