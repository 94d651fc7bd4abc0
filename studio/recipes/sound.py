"""The recipe of finished sound made from words by a larger model: sung, played, or both."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from studio.recipes.base import Control, Recipe
from studio.recipes.picture import MAX_SEED

MAX_SECONDS = 600.0
MAX_TAKES = 4
MAX_LYRICS = 4000


class SoundRecipe(Recipe):
    """One piece of sound, or `count` takes of it on neighbouring seeds.

    lyrics, language: for models that sing; the others are not told of them.
    seconds: how long it is asked to be. Silence that a model leaves at the ends is cut off.
    guidance, steps: None leaves them to the model; what is kept with the artwork is complete.
    """

    kind: Literal["sound"] = "sound"
    model: Annotated[
        str,
        Field(title="Made by", description="Which model makes the sound.", min_length=1),
        Control("hidden"),
    ]
    prompt: Annotated[
        str,
        Field(
            title="What would you like to hear?",
            description="A few words: the style, the instruments, the mood, how fast.",
            max_length=2000,
        ),
        Control("text"),
    ]
    lyrics: Annotated[
        str,
        Field(
            title="Words to be sung",
            description="Line by line; [verse] and [chorus] say what is what. Empty: nobody sings.",
            max_length=MAX_LYRICS,
        ),
        Control("text"),
    ] = ""
    language: Annotated[
        str,
        Field(
            title="Language of the words",
            description="In two letters: en, de, fr …",
            pattern=r"^[a-z]{2,3}$",
        ),
        Control("choice"),
    ] = "en"
    seconds: Annotated[
        float,
        Field(title="How long", description="In seconds.", ge=1.0, le=MAX_SECONDS),
        Control("choice"),
    ] = 30.0
    count: Annotated[
        int,
        Field(title="How many", description="How many takes to make.", ge=1, le=MAX_TAKES),
        Control("number"),
    ] = 1
    seed: Annotated[
        int,
        Field(
            title="Starting point",
            description="The same number and the same words give the same sound.",
            ge=0,
            le=MAX_SEED,
        ),
        Control("seed"),
    ] = 0
    negative: Annotated[
        str,
        Field(
            title="Leave out",
            description="Words for what should not be heard.",
            max_length=2000,
        ),
        Control("text", advanced=True),
    ] = ""
    guidance: Annotated[
        float | None,
        Field(
            title="How closely to follow your words",
            description="Low is freer, high is stricter.",
            ge=1.0,
            le=20.0,
        ),
        Control("slider", advanced=True, low="freely", high="strictly", step=0.5),
    ] = None
    steps: Annotated[
        int | None,
        Field(
            title="How long to work on it",
            description="More steps take longer and add care.",
            ge=1,
            le=250,
        ),
        Control("slider", advanced=True, low="briefly", high="patiently"),
    ] = None

    @field_validator("prompt")
    @classmethod
    def _not_empty(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("There are no words yet to make sound from.")
        return value

    @property
    def title(self) -> str:
        words = " ".join(self.prompt.split())
        return words if len(words) <= 80 else words[:79].rstrip() + "…"

    def takes(self) -> list[SoundRecipe]:
        """One recipe a take: the same words on `count` neighbouring starting points."""
        return [
            self.model_copy(update={"count": 1, "seed": (self.seed + place) % (MAX_SEED + 1)})
            for place in range(self.count)
        ]
