"""What is wished for the next tune, and the recipes that are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from studio.errors import StudioError
from studio.recipes.base import check
from studio.recipes.score import MAX_BARS, Mode, Role, Score
from studio.recipes.tune import (
    BUILTIN_TUNE_MODEL,
    MAX_NEW_BARS,
    Bars,
    Metre,
    Task,
    TuneRecipe,
)
from studio.ui.music.moods import Mood

ROLES: tuple[Role, ...] = ("melody", "chords", "bass", "drums")  # as they stand in the panel
_OF_MOOD: tuple[Role, ...] = ("melody", "bass", "chords", "drums")  # as a mood's instruments stand
LENGTHS = (4, 8, 16, 32, 64)  # bars


@dataclass(frozen=True)
class Wish:
    """What the panel says.

    roles: who is to play. own: instruments that the artist has chosen, as (role, program); the
    mood's own are taken for the others. tempo: beats a minute, as one counts them. loops: a tune
    leads back to its beginning.
    """

    model: str = BUILTIN_TUNE_MODEL
    mood: str = "calm"
    bars: int = 16
    adventurous: float = 0.35
    density: float = 0.5
    roles: tuple[Role, ...] = ROLES
    own: tuple[tuple[Role, int], ...] = ()
    tonic: int | None = None
    mode: Mode | None = None
    metre: Metre | None = None
    tempo: float | None = None
    loops: bool = False

    def program(self, role: Role, mood: Mood | None) -> int:
        """Who plays a role."""
        own = dict(self.own)
        if role in own:
            return own[role]
        usual = (mood or Mood("", "")).instruments
        return usual[_OF_MOOD.index(role)]

    def choose(self, role: Role, program: int) -> Wish:
        """With this instrument for a role."""
        return replace(self, own=tuple({**dict(self.own), role: program}.items()))

    def with_role(self, role: Role, on: bool) -> Wish:
        """With or without someone who plays a role."""
        roles = tuple(one for one in ROLES if (one in self.roles and one != role))
        if on:
            roles = tuple(one for one in ROLES if one in roles or one == role)
        return replace(self, roles=roles)

    def new(self, seed: int, words: str = "") -> TuneRecipe:
        """A new tune. StudioError where nobody is to play."""
        if not self.roles:
            raise StudioError("Nobody is to play.", "Add at least one part.")
        own = dict(self.own)
        players = tuple({"role": role, "program": own.get(role)} for role in self.roles)
        return self._recipe("new", seed, words, players=players)

    def fill(
        self, score: Score, only: Sequence[Role], bars: Bars | None, seed: int, words: str = ""
    ) -> TuneRecipe:
        """The tune with these parts made anew, within these bars; the rest stays."""
        return self._recipe("fill", seed, words, given=score, only=tuple(only), range=bars)

    def add(self, score: Score, role: Role, seed: int, words: str = "") -> TuneRecipe:
        """The tune with one more who plays; beside the first of that role where there is one."""
        if score.part(role) is not None:
            return self._recipe("second", seed, words, given=score, only=(role,))
        players = ({"role": role, "program": dict(self.own).get(role)},)
        return self._recipe("fill", seed, words, given=score, only=(role,), players=players)

    def go_on(self, score: Score, bars: int, seed: int, words: str = "") -> TuneRecipe:
        """The tune with more bars. StudioError where it is too long already."""
        if score.bars + bars > MAX_BARS:
            raise StudioError(
                f"This tune cannot go on for {bars} bars.",
                f"A tune has at most {MAX_BARS} bars, this one has {score.bars}.",
            )
        return self._recipe("continue", seed, words, given=score, bars=bars)

    def vary(
        self,
        score: Score,
        amount: float,
        seed: int,
        words: str = "",
        only: Sequence[Role] = (),
        bars: Bars | None = None,
    ) -> TuneRecipe:
        """Another take of a tune."""
        return self._recipe(
            "vary", seed, words, given=score, amount=amount, only=tuple(only), range=bars
        )

    def between(
        self, score: Score, other: Score, amount: float, seed: int, words: str = ""
    ) -> TuneRecipe:
        """A tune that lies between two."""
        return self._recipe("between", seed, words, given=score, other=other, amount=amount)

    def humanise(self, score: Score, amount: float, seed: int, words: str = "") -> TuneRecipe:
        """The tune as a hand would play it."""
        return self._recipe("humanise", seed, words, given=score, amount=amount)

    def _recipe(self, task: Task, seed: int, words: str, **more: Any) -> TuneRecipe:
        values: dict[str, Any] = {
            "model": self.model,
            "task": task,
            "adventurous": self.adventurous,
            "density": self.density,
            "seed": seed,
            "words": words[:200],
        }
        if task in ("new", "fill"):
            values["mood"] = self.mood
        if task in ("new", "continue"):
            values["loops"] = self.loops
        if task == "new":
            values |= {
                "bars": self.bars,
                "tonic": self.tonic,
                "mode": self.mode,
                "metre": self.metre,
                "tempo": self.quarters,
            }
        return check(TuneRecipe, {**values, **more})

    @property
    def quarters(self) -> float | None:
        """The tempo in quarter notes a minute; in 6/8 a beat is three eighths."""
        if self.tempo is None:
            return None
        return min(400.0, max(20.0, self.tempo * (1.5 if self.metre == "6/8" else 1.0)))

    # From start to start

    def state(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    @classmethod
    def restored(cls, values: object) -> Wish:
        """What was remembered; a fresh one where that does not fit."""
        try:
            assert isinstance(values, dict)
            known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
            known["roles"] = tuple(role for role in ROLES if role in known.get("roles", ROLES))
            own = known.get("own", ())
            known["own"] = tuple((role, int(program)) for role, program in own if role in ROLES)
            wish = cls(**known)
            if wish.metre is not None and wish.metre not in get_args(Metre):
                return cls()
            # The recipe itself knows best what fits
            (wish if wish.roles else replace(wish, roles=ROLES)).new(0)
        except (AssertionError, TypeError, ValueError, KeyError, StudioError):
            return cls()
        return wish


def adventure(value: float) -> str:
    """How adventurous, in words."""
    return _word(value, ("not at all", "a little", "somewhat", "very", "daring"))


def fullness(value: float) -> str:
    """How many notes, in words."""
    return _word(value, ("very few", "few", "as usual", "many", "very many"))


def difference(value: float) -> str:
    """How different, in words."""
    return _word(value, ("hardly", "a little", "clearly", "very", "wildly"))


def nearest_length(bars: int) -> int:
    """Which of `LENGTHS` lies nearest, by its place."""
    bars = min(MAX_NEW_BARS, max(1, bars))
    return min(range(len(LENGTHS)), key=lambda place: abs(LENGTHS[place] - bars))


def _word(value: float, words: Sequence[str]) -> str:
    return words[min(len(words) - 1, int(value * len(words)))]
