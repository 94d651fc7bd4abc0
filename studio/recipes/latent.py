"""The recipes of the sliders' room: places in a model's space of pictures, and ways to move."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from studio.recipes.base import Control, Recipe
from studio.recipes.moving import MOVING_CHOICES, MovingFormat
from studio.recipes.picture import MAX_SEED

BUILTIN_LATENT_MODEL = "easel/characters"
MAX_SHARES = 4
MAX_DEPTH = 3  # of shares within shares
MAX_STOPS = 32
SLIDER_REACH = 1.5  # a slider's reading lies about -1..1; a little further may be asked for
MAX_FOUND = 64 * 1024  # characters of a place written out in numbers
MAX_PICTURE = 2**21  # characters of a packed picture

Layers = Literal["all", "coarse", "fine"]
FilmFormat = MovingFormat | Literal["frames", "sheet"]


class Place(BaseModel):
    """Where we are in a model's space of pictures, in words that stay true.

    seed: the dice; leads to a random place.
    found: instead of a seed, the numbers themselves: base64 of little-endian float16,
        layers x dim of them. For places that no seed leads to: a dropped picture, a child of two.
    adventurous: how far from the model's average picture a seed may lead; 1 is as it was trained.
    mixed: other places, each with its share; this place's own share is what is left of 1.
    sliders: readings that are pinned, by the slider's id, each in -1.5..1.5. All others float.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0
    found: Annotated[str, Field(max_length=MAX_FOUND)] = ""
    adventurous: Annotated[float, Field(ge=0.0, le=1.5)] = 0.8
    mixed: Annotated[tuple[Share, ...], Field(max_length=MAX_SHARES)] = ()
    sliders: dict[
        Annotated[str, Field(max_length=80)],
        Annotated[float, Field(ge=-SLIDER_REACH, le=SLIDER_REACH)],
    ] = {}

    @field_validator("found")
    @classmethod
    def _numbers(cls, value: str) -> str:
        try:
            data = base64.b64decode(value, validate=True)
        except ValueError as error:
            raise ValueError("The numbers of this place are damaged.") from error
        if len(data) % 2:
            raise ValueError("The numbers of this place are damaged.")
        return value

    @model_validator(mode="after")
    def _shares(self) -> Place:
        for layers in ("coarse", "fine"):
            total = sum(share.weight for share in self.mixed if share.layers in ("all", layers))
            if total > 1.0 + 1e-6:
                raise ValueError("The shares of a mix are more than the whole.")
        if self.depth > MAX_DEPTH:
            raise ValueError("This mix is made of mixes of mixes, too many to follow.")
        return self

    @property
    def depth(self) -> int:
        """How many shares lie within one another; 0 where nothing is mixed."""
        return 1 + max(share.place.depth for share in self.mixed) if self.mixed else 0

    def pin(self, **sliders: float) -> Place:
        """The same place with some sliders pinned."""
        return self.model_copy(update={"sliders": {**self.sliders, **sliders}})

    def free(self, *sliders: str) -> Place:
        """The same place with some sliders let go."""
        kept = {name: at for name, at in self.sliders.items() if name not in sliders}
        return self.model_copy(update={"sliders": kept})


class Share(BaseModel):
    """Another place mixed in by `weight` in 0..1, in its coarse layers (form), fine ones or all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place
    weight: Annotated[float, Field(ge=0.0, le=1.0)]
    layers: Layers = "all"


Place.model_rebuild()


_Side = Annotated[
    int,
    Field(title="Size", description="Side in pixels; 0 is the model's own.", ge=0, le=4096),
    Control("number", advanced=True),
]


class _LatentRecipe(Recipe):
    """What the recipes of this room share."""

    model: Annotated[
        str,
        Field(title="Made by", description="Which model's pictures to move among."),
        Control("hidden"),
    ] = BUILTIN_LATENT_MODEL


class SlideRecipe(_LatentRecipe):
    """The picture at one place. `size` 0 leaves the side in pixels to the model."""

    kind: Literal["slide"] = "slide"
    place: Annotated[Place, Field(title="Place"), Control("hidden")] = Place()
    size: _Side = 0
    words: Annotated[
        str, Field(title="Title", description="A name for it.", max_length=200), Control("hidden")
    ] = ""

    @property
    def title(self) -> str:
        return self.words or "Picture from the sliders"


class WalkRecipe(_LatentRecipe):
    """A film that leads from place to place. Frames lie evenly; a loop ends where it began.

    A loop of n stops has n stretches, its last frame leads on to its first; an open path has n - 1.
    """

    kind: Literal["walk"] = "walk"
    stops: Annotated[tuple[Place, ...], Field(title="Stops", min_length=2, max_length=MAX_STOPS)]
    seconds: Annotated[
        float,
        Field(title="How long", description="In seconds.", ge=0.2, le=600.0),
        Control("slider", low="a moment", high="a minute"),
    ] = 8.0
    fps: Annotated[
        int,
        Field(title="Pictures a second", description="More look smoother.", ge=1, le=60),
        Control("number", advanced=True),
    ] = 30
    size: Annotated[
        int,
        Field(title="Size", description="Side in pixels; 0 is the model's own.", ge=0, le=2048),
        Control("number", advanced=True),
    ] = 0
    loop: Annotated[
        bool,
        Field(title="Back to the start", description="Ends where it began, without a seam."),
        Control("choice", choices=((True, "Loop"), (False, "One way"))),
    ] = True
    motion: Annotated[
        Literal["flowing", "resting", "steady"],
        Field(title="Movement", description="How it passes the stops."),
        Control(
            "choice",
            choices=(
                ("flowing", "Flows through"),
                ("resting", "Rests at each"),
                ("steady", "Even pace"),
            ),
        ),
    ] = "flowing"
    format: Annotated[
        FilmFormat,
        Field(title="As", description="What kind of file."),
        Control(
            "choice",
            choices=(
                *MOVING_CHOICES,
                ("frames", "Single pictures"),
                ("sheet", "Contact sheet"),
            ),
        ),
    ] = "mp4"

    @property
    def count(self) -> int:
        """How many frames the film has."""
        return max(2, round(self.seconds * self.fps))

    @property
    def title(self) -> str:
        return "Loop" if self.loop else "Path"


class FindRecipe(_LatentRecipe):
    """Look for the place whose picture is most like `picture`.

    What is kept is the picture at that place, with a `SlideRecipe` that leads there; the artist's
    own picture is not kept.

    picture: base64 of a PNG or WebP, square, at most the model's size.
    patience: 0 takes the encoder's answer; 1 goes on as long as it helps.
    """

    kind: Literal["find"] = "find"
    picture: Annotated[str, Field(title="Picture", max_length=MAX_PICTURE), Control("hidden")]
    patience: Annotated[
        float,
        Field(title="How carefully", description="More care takes longer.", ge=0.0, le=1.0),
        Control("slider", low="a glance", high="carefully", step=0.1),
    ] = 0.5
    seed: Annotated[int, Field(ge=0, le=MAX_SEED), Control("hidden")] = 0

    @property
    def title(self) -> str:
        return "Found picture"


class VariationsRecipe(_LatentRecipe):
    """Many pictures around one place, with a table of their sliders: material for other programs.

    amount: how far they lie from the place, 0..1; 1 is anywhere.
    vary: ids of the sliders that are spread evenly over their whole range; others as the dice fall.
    """

    kind: Literal["variations"] = "variations"
    place: Annotated[Place, Field(title="Place"), Control("hidden")] = Place()
    count: Annotated[
        int,
        Field(title="How many", description="Pictures to make.", ge=1, le=100_000),
        Control("number"),
    ] = 200
    amount: Annotated[
        float,
        Field(title="How different", description="From the one you see.", ge=0.0, le=1.0),
        Control("slider", low="alike", high="anything", step=0.05),
    ] = 0.5
    vary: Annotated[
        tuple[str, ...], Field(title="Sliders to vary", max_length=64), Control("hidden")
    ] = ()
    size: _Side = 0
    seed: Annotated[
        int,
        Field(title="Starting point", ge=0, le=MAX_SEED),
        Control("seed"),
    ] = 0

    @property
    def title(self) -> str:
        return "Variations"


def wander(seed: int, x: float, y: float, adventurous: float = 0.8) -> Place:
    """The place at (x, y) of an endless map of pictures.

    At whole numbers lies one random picture each, which `seed` and the two numbers decide; between
    them the four around are mixed, eased so that one does not notice passing a crossing.
    """
    left, top = int(x // 1), int(y // 1)
    across, down = _ease(x - left), _ease(y - top)
    corners = (
        (left, top, (1 - across) * (1 - down)),
        (left + 1, top, across * (1 - down)),
        (left, top + 1, (1 - across) * down),
        (left + 1, top + 1, across * down),
    )
    places = [
        (Place(seed=_hashed(seed, column, row), adventurous=adventurous), weight)
        for column, row, weight in corners
        if weight > 0.0
    ]
    if len(places) == 1:
        return places[0][0]
    base, *others = places
    shares = tuple(Share(place=place, weight=weight) for place, weight in others)
    return base[0].model_copy(update={"mixed": shares})


def breed(parents: tuple[Place, ...], seed: int, wildness: float) -> Place:
    """A child of one to four places: form from some, detail from others, and a little of its own.

    wildness: 0..1, how much of a random picture is mixed in. Equal arguments give an equal child.
    """
    import random

    chance = random.Random(f"breed {seed}")
    own = Place(seed=chance.randrange(MAX_SEED), adventurous=1.0)
    wild = min(0.9, max(0.0, wildness))
    left = 1.0 - wild
    if len(parents) == 1:
        return own.model_copy(update={"mixed": (Share(place=parents[0], weight=left),)})
    first, second = chance.sample(parents, 2)
    if chance.random() < 0.5:  # form of one, detail of the other
        shares = (
            Share(place=first, weight=left, layers="coarse"),
            Share(place=second, weight=left, layers="fine"),
        )
    else:
        part = left * chance.uniform(0.25, 0.75)
        shares = (Share(place=first, weight=part), Share(place=second, weight=left - part))
    return own.model_copy(update={"mixed": shares})


def _ease(part: float) -> float:
    return part * part * (3 - 2 * part)


def _hashed(seed: int, column: int, row: int) -> int:
    """A seed for a crossing of the map (splitmix64's finalizer over the three numbers)."""
    mask = 2**64 - 1
    value = (
        seed + 0x9E3779B97F4A7C15 * (column & 0xFFFFFFFF) + 0xD1B54A32D192ED03 * (row & 0xFFFFFFFF)
    ) & mask
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
    return (value ^ (value >> 31)) % (MAX_SEED + 1)
