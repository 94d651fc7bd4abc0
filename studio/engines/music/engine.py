"""Tunes: composed, shown as they grow, made to sound and kept."""

from __future__ import annotations

import time
from collections.abc import Sequence, Set
from contextlib import closing

from studio.engines.base import Context
from studio.engines.music import seconds
from studio.engines.music.cells import Metre
from studio.engines.music.composing import Composer, Grown, Manner
from studio.engines.music.humanise import humanise
from studio.engines.music.opened import OpenComposers, TuneModel
from studio.engines.music.wishes import ANY_DENSITY, MOODS, Wish
from studio.errors import StudioError
from studio.recipes import Recipe, Score, TuneRecipe
from studio.recipes.score import Part, Role
from studio.recipes.tune import Player
from studio.sound import RATE, render

ALL: tuple[Role, ...] = ("melody", "chords", "bass", "drums")
COMPOSED = 0.85  # of the work, when its notes are there; the rest is the sound
SHOWN_EVERY = 0.1  # seconds; an eye that reads notes needs no more
#: of "how many notes", part by part as `PLAYED`: how far from the middle the mood decides
USUAL = (0.2, 0.16, 0.08, 0.12)
TRIES = 4  # until a tune has a note in it
_NEXT_TRY = 0x9E3779B9  # far from the seeds of other takes


class TuneEngine:
    """Composes `TuneRecipe`s. Keeps the two models it used last in memory."""

    kind = "tune"

    def __init__(self) -> None:
        self._models = OpenComposers()

    def run(self, recipe: Recipe, context: Context) -> None:
        """Make each take by itself: compose it, show its notes, make its sound, keep it.

        Where the recipe has notes they are only played; no model is needed for that, and none to
        humanise. StudioError for what cannot be composed or has nothing to hear.
        """
        assert isinstance(recipe, TuneRecipe)
        context.report(0.0, "Getting ready")
        takes = recipe.variations()
        for index, take in enumerate(takes):
            _Take(take, index, len(takes), context, self._models).make()
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the model and compose a bar, so that the first tune is not slow."""
        assert isinstance(recipe, TuneRecipe)
        opened = self._models.get(recipe.model, context.shelf)
        context.check()
        opened.composer.new(Wish(), ALL, 1, manner=Manner(check=context.check))


class _Take:
    """One tune of a job."""

    def __init__(
        self, recipe: TuneRecipe, index: int, takes: int, context: Context, models: OpenComposers
    ) -> None:
        self._recipe, self._index, self._takes = recipe, index, takes
        self._context, self._models = context, models
        self._shown = 0.0

    def make(self) -> None:
        score = self._recipe.score
        since = 0.0
        if score is None:
            score, since = self._composed(), COMPOSED
        self._context.check()
        self._context.show_score(self._index, score, True)
        note = f"Recording {self._index + 1} of {self._takes}" if self._takes > 1 else "Recording"

        def check(done: float) -> None:
            self._context.check()
            self._report(since + (1 - since) * done, note)

        kept = self._recipe.change(score=score)
        with closing(render.tune(score, check=check)) as blocks:
            self._context.keep_sound(self._index, blocks, RATE, kept)

    def _composed(self) -> Score:
        recipe = self._recipe
        if recipe.task == "humanise":
            assert recipe.given is not None
            return humanise(recipe.given, recipe.amount, recipe.seed, recipe.only)
        if recipe.task == "second":
            assert recipe.given is not None
            return _with_seconds(recipe.given, recipe)
        model = self._models.get(recipe.model, self._context.shelf)
        self._context.check()
        _check_mood(recipe, model)
        for number in range(TRIES):
            seed = (recipe.seed + number * _NEXT_TRY) % 2**32
            fuller = 4 ** (recipe.density - 0.5)
            manner = Manner(
                recipe.adventurous, seed, fuller, recipe.loops, self._watch, self._context.check
            )
            score = compose(recipe, model.composer, manner)
            if any(part.notes for part in score.parts):
                return score
        raise StudioError(
            "This came out without a single note.", "Try more bars, or another starting point."
        )

    def _watch(self, grown: Grown) -> None:
        which = f" {self._index + 1} of {self._takes}" if self._takes > 1 else ""
        note = f"Composing{which}: bar {grown.done} of {grown.bars}"
        self._report(COMPOSED * grown.done / grown.bars, note)
        now = time.monotonic()
        if now - self._shown >= SHOWN_EVERY and grown.done < grown.bars:
            self._shown = now
            self._context.show_score(self._index, grown.score(), False)

    def _report(self, done: float, note: str) -> None:
        self._context.report((self._index + done) / self._takes, note)


def compose(recipe: TuneRecipe, composer: Composer, manner: Manner) -> Score:
    """The notes that a recipe asks for. Of a tune that is given, what is not asked for stays.

    StudioError where that cannot be composed.
    """
    wish = _wish(recipe)
    if recipe.task == "new":
        players = recipe.players or tuple(Player(role=role) for role in ALL)
        roles = tuple(dict.fromkeys(player.role for player in players))
        seconds.check([player.role for player in players])
        made = composer.new(wish, roles, recipe.bars, recipe.tonic, manner=manner)
        return seconds.joined(_seated(made, players, frozenset()), players)
    given = recipe.given
    assert given is not None
    there = frozenset(part.role for part in given.parts)
    since, until = (recipe.range.since, recipe.range.until) if recipe.range else (0, given.bars)
    if recipe.task == "continue":
        made = composer.go_on(given, recipe.bars, wish, manner)
    elif recipe.task == "vary":
        made = composer.vary(given, recipe.amount, wish, recipe.only, since, until, manner)
    elif recipe.task == "between":
        assert recipe.other is not None
        made = composer.between(given, recipe.other, recipe.amount, wish, manner)
    else:
        roles = recipe.only or tuple(role for role in ALL if role in there)
        if not roles:
            raise StudioError("Nobody plays in this tune.", "Add an instrument first.")
        made = composer.fill(given, roles, wish, since, until, manner)
    return seconds.follow(_seated(made, recipe.players, there), given)


def _with_seconds(given: Score, recipe: TuneRecipe) -> Score:
    """The tune with a second player of each role that is asked for."""
    for role in recipe.only:
        asked = [player for player in recipe.players if player.role == role]
        given = seconds.add(given, asked[0] if asked else Player(role=role, volume=0.6, pan=0.3))
    return given


def _wish(recipe: TuneRecipe) -> Wish:
    away = recipe.density - 0.5
    melody, bass, chords, drums = (
        ANY_DENSITY if abs(away) <= usual else 1 if away < 0 else 3 for usual in USUAL
    )
    beats, _, unit = (recipe.metre or "").partition("/")
    return Wish(
        recipe.mood,
        recipe.mode,
        Metre(int(beats), int(unit)) if recipe.metre else None,
        recipe.tempo,
        (melody, bass, chords, drums),
    )


def _seated(score: Score, players: Sequence[Player], but: Set[Role]) -> Score:
    """The score with its parts as its players want them; those of some roles stay as they are."""
    wanted = {player.role: player for player in reversed(players) if player.role not in but}

    def seated(part: Part) -> Part:
        player = wanted.get(part.role)
        if player is None:
            return part
        program = part.program if player.program is None else player.program
        return part.model_copy(
            update={"program": program, "volume": player.volume, "pan": player.pan}
        )

    return score.model_copy(update={"parts": tuple(map(seated, score.parts))})


def _check_mood(recipe: TuneRecipe, model: TuneModel) -> None:
    known = [mood.id for mood in model.model.tune.moods] or list(MOODS)
    if recipe.mood and recipe.mood not in known:
        raise StudioError(
            f"“{model.model.name}” does not know the mood “{recipe.mood}”.",
            "Choose one of: " + ", ".join(known) + ".",
        )
