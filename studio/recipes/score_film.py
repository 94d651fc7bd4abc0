"""The recipe of a film with a tune under it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from studio.recipes.base import Control, Recipe
from studio.recipes.style import PictureReference

_SoundReference = Annotated[str, Field(pattern=r"^work:[0-9a-f]{32}$")]


class ScoreFilmRecipe(Recipe):
    """This tune under that loop: as long as the tune, the loop cut to its beat.

    film: a film that goes round; tune: a tune or another sound of the library.
    to_beat: the loop may become a little faster or slower so that it begins with a bar.
    """

    kind: Literal["score-film"] = "score-film"
    film: Annotated[PictureReference, Field(title="Film"), Control("hidden")]
    tune: Annotated[_SoundReference, Field(title="Tune"), Control("hidden")]
    to_beat: Annotated[
        bool,
        Field(
            title="Follow the beat",
            description="The film may become a little faster or slower.",
        ),
        Control("hidden"),
    ] = True
    words: Annotated[
        str, Field(title="Title", description="A name for it.", max_length=200), Control("hidden")
    ] = ""

    @property
    def pictures(self) -> tuple[str, ...]:
        return (self.film, self.tune)

    @property
    def title(self) -> str:
        return self.words or "Film with a tune"
