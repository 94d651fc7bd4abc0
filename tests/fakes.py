"""An engine without a network in it: the words of a recipe say how it behaves."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from studio.engines.base import Context, Sight, no_library
from studio.errors import StudioError
from studio.library.incoming import open_with_alpha
from studio.recipes import (
    FinestRecipe,
    Note,
    Part,
    PictureRecipe,
    Score,
    StyleFilmRecipe,
    StyleRecipe,
    TuneRecipe,
)
from studio.recipes.latent import Place, SlideRecipe, VariationsRecipe, WalkRecipe
from studio.shelf import Shelf
from studio.sound import RATE
from studio.work.engine_process import engine_main

STEPS = 5
STEP_SECONDS = 0.01


class FakePictures:
    """Paints a plain colour from the seed.

    "slow" takes a second a step; "refuse" is an error the artist can mend; "break" is a defect;
    "die" kills its own process; "stuck" never looks whether it was cancelled.
    """

    kind = "picture"

    def run(self, recipe: PictureRecipe, context: Context) -> None:
        words = recipe.prompt.split()
        for index, one in enumerate(recipe.variations()):
            image = Image.new("RGBA", (64, 64), (one.seed % 256, 100, 200, 128))
            for step in range(STEPS):
                context.check()
                context.report((index + step / STEPS) / recipe.count, "Drawing")
                context.show(index, image)
                time.sleep(1.0 if "slow" in words else STEP_SECONDS)
            if "refuse" in words:
                raise StudioError("It does not want to.", "Ask it nicely.")
            if "break" in words:
                raise ZeroDivisionError("a defect")
            if "die" in words:
                os.kill(os.getpid(), signal.SIGKILL)
            if "stuck" in words:
                time.sleep(0.1)  # progress is told no more often than an eye sees
                context.report(0.95, "Stuck")
                time.sleep(60)
            context.keep(index, image, one)

    def prepare(self, recipe: PictureRecipe, context: Context) -> None:
        pass


class FakeSlides:
    """Pictures of one colour, live too. Its words say how a look behaves.

    "slow" takes a fifth of a second; "refuse", "break", "die" as above; "hungry" needs too much
    memory. A look is its side in pixels, or 64; red is the seed.
    """

    kind = "slide"

    def run(self, recipe: SlideRecipe, context: Context) -> None:
        context.keep(0, Image.fromarray(self.look(recipe, context.shelf, 0).image), recipe)

    def prepare(self, recipe: SlideRecipe, context: Context) -> None:
        pass

    def looker(self) -> FakeSlides:
        return FakeSlides()

    def look(
        self,
        recipe: SlideRecipe,
        shelf: Shelf,
        side: int,
        find: Callable[[str], Path] = no_library,
    ) -> Sight:
        words = recipe.words.split()
        if "slow" in words:
            time.sleep(0.2)
        if "refuse" in words:
            raise StudioError("There is no such place.", "Try another one.")
        if "break" in words:
            raise ZeroDivisionError("a defect")
        if "hungry" in words:
            raise MemoryError
        if "die" in words:
            os.kill(os.getpid(), signal.SIGKILL)
        side = side or 64
        image = np.full((side, side, 3), (recipe.place.seed % 256, 10, 20), np.uint8)
        return Sight(image, "AAA=", {"smile": 0.5})


class FakeWalks:
    """A film of plain colours, from black to nearly white; it never looks whether to stop."""

    kind = "walk"

    def run(self, recipe: WalkRecipe, context: Context) -> None:
        def frames() -> Iterator[np.ndarray]:
            for number in range(recipe.count):
                context.report(number / recipe.count, "Filming")
                time.sleep(STEP_SECONDS)
                yield np.full((16, 16, 3), number * 200 // recipe.count, np.uint8)

        context.keep_film(0, frames(), recipe.fps, recipe)

    def prepare(self, recipe: WalkRecipe, context: Context) -> None:
        pass


class FakeVariations:
    """Plain colours and a table of them; the seed is red."""

    kind = "variations"

    def run(self, recipe: VariationsRecipe, context: Context) -> None:
        rows = []
        try:
            for index in range(recipe.count):
                context.check()
                context.report(index / recipe.count, "Varying")
                time.sleep(STEP_SECONDS)
                slide = SlideRecipe(place=Place(seed=recipe.seed + index))
                rows.append([recipe.seed + index, index / 10])
                context.keep(index, Image.new("RGB", (8, 8), (recipe.seed + index, 0, 0)), slide)
        finally:
            context.keep_table(["seed", "größe"], rows)

    def prepare(self, recipe: VariationsRecipe, context: Context) -> None:
        pass


def painted(recipe: StyleRecipe, find: Callable[[str], Path], side: int = 0) -> Image.Image:
    """The recipe's own picture turned inside out, so that one sees that it was found."""
    content = open_with_alpha(find(recipe.content)).convert("RGB")
    for manner in recipe.manners:
        if manner.picture:
            find(manner.picture)
    if side:
        content.thumbnail((side, side))
    return ImageOps.invert(content)


class FakeStyles:
    """Pictures turned inside out, live too; "refuse" among the words is an error."""

    kind = "style"

    def run(self, recipe: StyleRecipe, context: Context) -> None:
        context.report(0.5, "Painting")
        context.keep(0, painted(recipe, context.find), recipe)

    def prepare(self, recipe: StyleRecipe, context: Context) -> None:
        pass

    def looker(self) -> FakeStyles:
        return FakeStyles()

    def look(
        self,
        recipe: StyleRecipe,
        shelf: Shelf,
        side: int,
        find: Callable[[str], Path] = no_library,
    ) -> Sight:
        if "refuse" in recipe.words.split():
            raise StudioError("There is no such style.", "Try another one.")
        return Sight(np.asarray(painted(recipe, find, side)), "", {})


class FakeFinest:
    """The same, round by round, until there have been enough."""

    kind = "finest"

    def run(self, recipe: FinestRecipe, context: Context) -> None:
        image = painted(recipe, context.find)
        done = 0
        while done < recipe.rounds and not (done and context.enough()):
            context.check()
            context.report(done / recipe.rounds, "Painting")
            context.show(0, image)
            time.sleep(STEP_SECONDS)
            done += 1
        context.keep(0, image, recipe.change(rounds=done))

    def prepare(self, recipe: FinestRecipe, context: Context) -> None:
        pass


class FakeStyleFilms:
    """Ten frames of the picture turned inside out, darker and darker."""

    kind = "style-film"

    def run(self, recipe: StyleFilmRecipe, context: Context) -> None:
        first = np.asarray(painted(recipe, context.find))
        frames = ((first * (1 - step / 10)).astype(np.uint8) for step in range(10))
        context.keep_film(0, frames, recipe.fps or 10, recipe)

    def prepare(self, recipe: StyleFilmRecipe, context: Context) -> None:
        pass


class FakeTunes:
    """Scales of quarter notes, bar by bar, that sound as a plain tone; "slow" takes its time."""

    kind = "tune"

    def run(self, recipe: TuneRecipe, context: Context) -> None:
        for index, one in enumerate(recipe.variations()):
            score = one.score or self._composed(one, index, context)
            context.show_score(index, score, True)
            context.keep_sound(index, self._blocks(score), RATE, one.change(score=score))

    def prepare(self, recipe: TuneRecipe, context: Context) -> None:
        pass

    def _composed(self, recipe: TuneRecipe, index: int, context: Context) -> Score:
        if "refuse" in recipe.words.split():
            raise StudioError("Nobody wants to play.", "Ask them nicely.")
        score = recipe.given or Score(bars=recipe.bars, parts=(Part(role="melody"),))
        for bar in range(score.bars):
            context.check()
            context.report(bar / score.bars, "Composing")
            time.sleep(0.2 if "slow" in recipe.words.split() else STEP_SECONDS)
            pitch = 48 + (recipe.seed + bar) % 24
            notes = tuple(Note(at * 480, 480, pitch + at % 4) for at in range(4 * (bar + 1)))
            part = Part(role="melody", notes=notes)
            score = score.model_copy(update={"parts": (part, *score.parts[1:])})
            if bar + 1 < score.bars:
                context.show_score(index, score, False)
        return score

    def _blocks(self, score: Score) -> Iterator[np.ndarray]:
        for bar in range(score.bars):
            tone = np.sin(np.arange(RATE // 10) * (0.02 + bar / 1000)) * 0.5
            yield np.repeat(tone.astype(np.float32)[:, None], 2, axis=1)


def fake_engines() -> dict[str, Any]:
    engines = (
        FakePictures(),
        FakeSlides(),
        FakeWalks(),
        FakeVariations(),
        FakeStyles(),
        FakeFinest(),
        FakeStyleFilms(),
        FakeTunes(),
    )
    return {engine.kind: engine for engine in engines}


def fake_engine_main(connection) -> None:
    engine_main(connection, fake_engines)


def no_engines() -> dict[str, Any]:
    raise ImportError("an extension that is only half there")


def broken_engine_main(connection) -> None:
    engine_main(connection, no_engines)


def hopeless_engine_main(connection) -> None:
    raise SystemExit(7)
