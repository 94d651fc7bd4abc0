"""The recipe of a picture made from words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from studio.recipes.base import Control, Recipe

MAX_SEED = 2**32 - 1
BUILTIN_PICTURE_MODEL = "easel/stickers"
MAX_TURNS = 16


class Turn(BaseModel):
    """One variation: the starting noise is turned towards that of `seed`, by `amount` in 0..1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Annotated[int, Field(ge=0, le=MAX_SEED)]
    amount: Annotated[float, Field(gt=0.0, le=1.0)]


class PictureRecipe(Recipe):
    """One picture, or `count` variations of it on neighbouring seeds.

    `steps`, `guidance`, `scheduler`, `width` and `height` may be left to the model (None or 0);
    `studio.shelf` completes them before a job runs, and what is kept with the artwork is complete.
    """

    kind: Literal["picture"] = "picture"
    model: Annotated[
        str,
        Field(title="Drawn by", description="Which model draws the picture."),
        Control("hidden"),
    ] = BUILTIN_PICTURE_MODEL
    prompt: Annotated[
        str,
        Field(
            title="What would you like to see?",
            description="A few words: who or what, its colour, what it does.",
            max_length=2000,
        ),
        Control("text"),
    ]
    style: Annotated[
        str,
        Field(title="Drawn as", description="The manner of drawing, in words.", max_length=200),
        Control("words"),
    ] = ""
    width: Annotated[
        int,
        Field(title="Width", description="In pixels; 0 leaves it to the model.", ge=0, le=2048),
        Control("shape"),
    ] = 0
    height: Annotated[
        int,
        Field(title="Height", description="In pixels; 0 leaves it to the model.", ge=0, le=2048),
        Control("shape"),
    ] = 0
    count: Annotated[
        int,
        Field(title="How many", description="How many variations to make.", ge=1, le=8),
        Control("number"),
    ] = 1
    quality: Annotated[
        Literal["draft", "full"],
        Field(title="Speed", description="A quick sketch, or the best this model can do."),
        Control("choice", choices=(("draft", "Quick sketch"), ("full", "Full quality"))),
    ] = "full"
    seed: Annotated[
        int,
        Field(
            title="Starting point",
            description="The same number and the same words give the same picture.",
            ge=0,
            le=MAX_SEED,
        ),
        Control("seed"),
    ] = 0
    negative: Annotated[
        str,
        Field(
            title="Leave out",
            description="Words for what should not be in the picture.",
            max_length=2000,
        ),
        Control("text", advanced=True),
    ] = ""
    guidance: Annotated[
        float | None,
        Field(
            title="How closely to follow your words",
            description="Low is freer, high is stricter and bolder.",
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
            le=150,
        ),
        Control("slider", advanced=True, low="briefly", high="patiently"),
    ] = None
    scheduler: Annotated[
        str,
        Field(
            title="Drawing method",
            description="How noise becomes a picture. The model's own is a good choice.",
            pattern=r"^[A-Za-z0-9]*$",
            max_length=80,
        ),
        Control("choice", advanced=True),
    ] = ""
    turns: Annotated[
        tuple[Turn, ...],
        Field(
            title="Variations",
            description="How this picture moved away from the one it began as, turn by turn.",
            max_length=MAX_TURNS,
        ),
        Control("hidden"),
    ] = ()

    @field_validator("prompt")
    @classmethod
    def _not_empty(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("There are no words yet to draw from.")
        return value

    @field_validator("width", "height")
    @classmethod
    def _sides(cls, value: int) -> int:
        if value and (value < 64 or value % 8):
            raise ValueError("A picture's sides must be at least 64 pixels and divide by 8.")
        return value

    @property
    def title(self) -> str:
        words = " ".join(self.prompt.split())
        return words if len(words) <= 80 else words[:79].rstrip() + "…"

    @property
    def words(self) -> str:
        """What the model reads: the prompt, then the manner of drawing."""
        return ", ".join(part for part in (self.prompt.strip(), self.style.strip()) if part)

    def vary(self, amount: float, seed: int, count: int = 1) -> PictureRecipe:
        """A recipe of `count` pictures that lie `amount` (0..1) away from this one."""
        turn = Turn(seed=seed, amount=amount)
        return self.change(turns=(*self.turns[-MAX_TURNS + 1 :], turn), count=count)

    def variations(self) -> list[PictureRecipe]:
        """One recipe a picture: the same words on `count` neighbouring starting points.

        Variations of an earlier picture begin where it began, and take different last turns.
        Each is drawn by itself, not as a batch, since batching changes the last bits of a
        picture and each must be repeatable alone.
        """
        return [self._neighbour(place) for place in range(self.count)]

    def _neighbour(self, place: int) -> PictureRecipe:
        if not self.turns:
            return self.model_copy(update={"count": 1, "seed": _beside(self.seed, place)})
        *before, last = self.turns
        last = Turn(seed=_beside(last.seed, place), amount=last.amount)
        return self.model_copy(update={"count": 1, "turns": (*before, last)})


def _beside(seed: int, place: int) -> int:
    return (seed + place) % (MAX_SEED + 1)
