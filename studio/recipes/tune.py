"""The recipe of a tune: what is wished for, what is given, and the notes once there are some."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from studio.recipes.base import Control, Recipe
from studio.recipes.picture import MAX_SEED
from studio.recipes.score import MAX_PARTS, Mode, Role, Score

BUILTIN_TUNE_MODEL = "easel/tunes"
MAX_NEW_BARS = 64
MAX_TAKES = 8

Task = Literal["new", "continue", "vary", "between", "fill", "second", "humanise"]
#: what has become of a tune that was given, as part of a title
DONE: dict[Task, str] = {
    "continue": "continued",
    "vary": "varied",
    "between": "on the way to another",
    "fill": "partly anew",
    "second": "with one more",
    "humanise": "played by hand",
}
Metre = Literal["4/4", "3/4", "2/4", "6/8"]


class Player(BaseModel):
    """Someone who is to play: what they do, and on which instrument (General MIDI, from 0).

    program: None is the instrument that the mood usually has. volume, pan: as in `Part`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    program: Annotated[int, Field(ge=0, le=127)] | None = None
    volume: Annotated[float, Field(ge=0.0, le=1.0)] = 0.8
    pan: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0


class Bars(BaseModel):
    """A range of bars, from 0; `until` is the first that is not in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[int, Field(ge=0)]
    until: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.until <= self.since:
            raise ValueError("No bars are chosen.")
        return self


class TuneRecipe(Recipe):
    """A tune, or `count` takes of it on neighbouring seeds.

    task: "new" composes `bars` bars; "continue" as many after `given`; "vary" makes another take
        of `given`, `amount` away from it; "between" one that lies `amount` of the way from `given`
        to `other`; "fill" makes the parts of `only` (all where empty) anew within `range` (all of
        it where None) and leaves every other note of `given` as it is; "second" gives the roles
        of `only` a second player beside the one they have; "humanise" plays `given`
        as a hand would, `amount` of the way from exact to loose.
    players: who is to play; all four, as the mood usually has them, where there are none. Of two
        with one role the second plays another voice under a melody, or held chords. To a
        tune that is given they only add those whom it has not yet.
    mood: a word of the model's. density: about 0.5 leaves it to the mood, or to what is given.
    tonic, mode, metre, tempo: None leaves them to the dice; a tune that is given keeps its own.
    loops: what is new leads back to the beginning; else it comes to rest on its last bar.
    score: the notes. Where they are there nothing is composed, they are only played; what is kept
        always has them.
    """

    kind: Literal["tune"] = "tune"
    model: Annotated[
        str, Field(title="Composed by", description="Which model composes."), Control("hidden")
    ] = BUILTIN_TUNE_MODEL
    task: Annotated[Task, Field(title="What to do"), Control("hidden")] = "new"
    mood: Annotated[
        str,
        Field(title="Mood", description="How it should feel.", max_length=40),
        Control("hidden"),
    ] = ""
    bars: Annotated[
        int,
        Field(title="How long", description="In bars.", ge=1, le=MAX_NEW_BARS),
        Control("number"),
    ] = 16
    players: Annotated[
        tuple[Player, ...], Field(title="Instruments", max_length=MAX_PARTS), Control("hidden")
    ] = ()
    count: Annotated[
        int,
        Field(title="How many", description="How many takes to make.", ge=1, le=MAX_TAKES),
        Control("number"),
    ] = 1
    adventurous: Annotated[
        float,
        Field(title="How adventurous", description="Safe, or full of surprises.", ge=0.0, le=1.0),
        Control("slider", low="safe", high="daring", step=0.05),
    ] = 0.5
    density: Annotated[
        float,
        Field(title="How many notes", description="Few or many.", ge=0.0, le=1.0),
        Control("slider", low="sparse", high="full", step=0.05),
    ] = 0.5
    tempo: Annotated[
        float | None,
        Field(title="Tempo", description="Beats a minute.", ge=20.0, le=400.0),
        Control("number", advanced=True),
    ] = None
    tonic: Annotated[int | None, Field(title="Key", ge=0, le=11), Control("hidden")] = None
    mode: Annotated[Mode | None, Field(title="Major or minor"), Control("hidden")] = None
    metre: Annotated[
        Metre | None,
        Field(title="Metre", description="Beats of a bar."),
        Control("hidden"),
    ] = None
    loops: Annotated[
        bool,
        Field(
            title="Made for looping",
            description="Leads back to its beginning instead of coming to an end.",
        ),
        Control("choice", choices=((True, "Goes round"), (False, "Ends"))),
    ] = False
    given: Annotated[Score | None, Field(title="From"), Control("hidden")] = None
    other: Annotated[Score | None, Field(title="To"), Control("hidden")] = None
    amount: Annotated[
        float,
        Field(title="How different", description="From the one you hear.", ge=0.0, le=1.0),
        Control("slider", low="subtle", high="wild", step=0.05),
    ] = 0.3
    only: Annotated[tuple[Role, ...], Field(title="Only"), Control("hidden")] = ()
    range: Annotated[Bars | None, Field(title="Bars"), Control("hidden")] = None
    seed: Annotated[
        int,
        Field(
            title="Starting point",
            description="The same number and wishes give the same tune.",
            ge=0,
            le=MAX_SEED,
        ),
        Control("seed"),
    ] = 0
    score: Annotated[Score | None, Field(title="Notes"), Control("hidden")] = None
    words: Annotated[
        str, Field(title="Title", description="A name for it.", max_length=200), Control("hidden")
    ] = ""

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.task != "new" and self.given is None:
            raise ValueError("There is no tune to start from.")
        if self.task == "between" and self.other is None:
            raise ValueError("There is no second tune to go to.")
        if self.range and self.given and self.range.until > self.given.bars:
            raise ValueError("The tune is not that long.")
        return self

    @property
    def title(self) -> str:
        if self.words:
            return self.words
        name = f"{self.mood.capitalize()} tune" if self.mood else "Tune"
        return f"{name}, {DONE[self.task]}" if self.task in DONE else name

    def variations(self) -> list[TuneRecipe]:
        """One recipe a take: the same wishes on `count` neighbouring starting points."""
        takes = 1 if self.score else self.count
        return [
            self.model_copy(update={"count": 1, "seed": (self.seed + place) % (MAX_SEED + 1)})
            for place in range(takes)
        ]
