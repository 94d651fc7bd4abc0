"""The recipes of the style room: one picture in the manner of another, and films likewise."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from studio.recipes.base import Control, Recipe
from studio.recipes.latent import WalkRecipe
from studio.recipes.moving import MOVING_CHOICES, MovingFormat
from studio.recipes.picture import MAX_SEED

BUILTIN_STYLE_MODEL = "easel/brushes"
MAX_MANNERS = 4
MAX_MASK = 2**19  # characters of a packed mask
MAX_SIDE = 12_000  # pixels
MAX_ROUNDS = 2_000
MAX_LENGTH = 10_000_000  # pictures of a film

#: A picture that a recipe is made of: an artwork's id, or the sha-256 of a file from outside that
#: the library has taken in.
PictureReference = Annotated[str, Field(pattern=r"^(work:[0-9a-f]{32}|source:[0-9a-f]{64})$")]


class Manner(BaseModel):
    """A style with its share of the mix.

    style: the id of one that the model has learned; or
    picture: any picture, whose manner is taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: Annotated[str, Field(max_length=80)] = ""
    picture: PictureReference | Literal[""] = ""
    weight: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.style) == bool(self.picture):
            raise ValueError("A style is either one of the model's or a picture.")
        return self


class _StyleRecipe(Recipe):
    """What the recipes of this room share.

    mask: where the style goes: base64 of an 8-bit grey PNG, white is all of it; stretched over the
        whole picture. Everywhere where empty.
    """

    model: Annotated[
        str,
        Field(title="Painted by", description="Which model paints."),
        Control("hidden"),
    ] = BUILTIN_STYLE_MODEL
    manners: Annotated[
        tuple[Manner, ...],
        Field(
            title="Style", description="What to paint like.", min_length=1, max_length=MAX_MANNERS
        ),
        Control("hidden"),
    ]
    strength: Annotated[
        float,
        Field(
            title="Strength",
            description="How much of the style is put on your picture.",
            ge=0.0,
            le=1.0,
        ),
        Control("slider", low="a touch", high="wholly", step=0.05),
    ] = 0.8
    brush: Annotated[
        float,
        Field(title="Brush", description="How large the strokes are.", ge=-1.0, le=1.0),
        Control("slider", low="fine", high="broad", step=0.1),
    ] = 0.0
    colours: Annotated[
        Literal["style", "mine", "matched"],
        Field(title="Colours", description="Whose colours the picture gets."),
        Control(
            "choice",
            choices=(("style", "The style's"), ("mine", "My own"), ("matched", "A little of both")),
        ),
    ] = "style"
    mask: Annotated[str, Field(title="Where", max_length=MAX_MASK), Control("hidden")] = ""
    feather: Annotated[
        float,
        Field(title="Soft edge", description="Of what was painted.", ge=0.0, le=1.0),
        Control("slider", advanced=True, low="sharp", high="soft", step=0.05),
    ] = 0.2
    words: Annotated[
        str, Field(title="Title", description="A name for it.", max_length=200), Control("hidden")
    ] = ""

    @model_validator(mode="after")
    def _some_style(self) -> Self:
        if not any(manner.weight > 0.0 for manner in self.manners):
            raise ValueError("None of the styles has a share.")
        return self

    @property
    def shares(self) -> tuple[float, ...]:
        """The manners' weights, as parts of 1."""
        whole = sum(manner.weight for manner in self.manners)
        return tuple(manner.weight / whole for manner in self.manners)


_Size = Annotated[
    int,
    Field(
        title="Size",
        description="The longer side in pixels; 0 is your picture's own.",
        ge=0,
        le=MAX_SIDE,
    ),
    Control("number", advanced=True),
]


class StyleRecipe(_StyleRecipe):
    """A picture in the manner of others, painted at once."""

    kind: Literal["style"] = "style"
    content: Annotated[PictureReference, Field(title="Your picture"), Control("hidden")]
    size: _Size = 0

    @property
    def pictures(self) -> tuple[str, ...]:
        return _references(self.content, self.manners)

    @property
    def title(self) -> str:
        return self.words or "Picture in a style"


class FinestRecipe(_StyleRecipe):
    """The same, worked on for long. Equal rounds give an equal picture.

    rounds: how many at most; where the artist stops it, what is kept tells how many there were.
    """

    kind: Literal["finest"] = "finest"
    content: Annotated[PictureReference, Field(title="Your picture"), Control("hidden")]
    size: _Size = 0
    rounds: Annotated[
        int,
        Field(title="Rounds", description="More take longer.", ge=1, le=MAX_ROUNDS),
        Control("number", advanced=True),
    ] = 400
    seed: Annotated[
        int,
        Field(
            title="Starting point", description="Another number, other strokes.", ge=0, le=MAX_SEED
        ),
        Control("seed", advanced=True),
    ] = 0

    @property
    def pictures(self) -> tuple[str, ...]:
        return _references(self.content, self.manners)

    @property
    def title(self) -> str:
        return self.words or "Picture in a style, finest quality"


class StyleFilmRecipe(_StyleRecipe):
    """A film in the manner of pictures, without flicker.

    content: a film; or walk: a path of the sliders' room that is drawn and painted.
    fps: 0 is the film's own.
    steadiness: how much of a picture is taken over from the one before where nothing moves.
    length: how many pictures, 0 is all; where the artist stops it, what is kept tells how many
    there were.
    """

    kind: Literal["style-film"] = "style-film"
    content: Annotated[
        PictureReference | Literal[""], Field(title="Your film"), Control("hidden")
    ] = ""
    walk: Annotated[WalkRecipe | None, Field(title="Path"), Control("hidden")] = None
    size: _Size = 0
    fps: Annotated[
        int,
        Field(title="Pictures a second", description="0 is the film's own.", ge=0, le=60),
        Control("number", advanced=True),
    ] = 0
    steadiness: Annotated[
        float,
        Field(title="Calm", description="How still the strokes stay.", ge=0.0, le=1.0),
        Control("slider", advanced=True, low="lively", high="calm", step=0.1),
    ] = 0.7
    format: Annotated[
        MovingFormat,
        Field(title="As", description="What kind of file."),
        Control("choice", choices=MOVING_CHOICES),
    ] = "mp4"
    length: Annotated[
        int,
        Field(title="Pictures", description="How many of them; 0 is all.", ge=0, le=MAX_LENGTH),
        Control("hidden"),
    ] = 0

    @model_validator(mode="after")
    def _one_film(self) -> Self:
        if bool(self.content) == (self.walk is not None):
            raise ValueError("A film is either yours or a path from the sliders.")
        return self

    @property
    def pictures(self) -> tuple[str, ...]:
        return _references(self.content, self.manners)

    @property
    def title(self) -> str:
        return self.words or "Film in a style"


def _references(content: str, manners: tuple[Manner, ...]) -> tuple[str, ...]:
    every = (content, *(manner.picture for manner in manners))
    return tuple(dict.fromkeys(one for one in every if one))
