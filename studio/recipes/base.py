"""The base of all recipes: frozen, JSON in and out, and self-describing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from studio.errors import StudioError

R = TypeVar("R", bound="Recipe")
ControlKind = Literal["text", "words", "choice", "shape", "number", "slider", "seed", "hidden"]


@dataclass(frozen=True)
class Control:
    """How a recipe's field is asked for, in the window and on the command line.

    kind: which control shows it; "hidden" fields are set by verbs ("vary"), not by hand.
    advanced: folded away in the window.
    low, high: captions in words for the two ends of a slider.
    choices: (value, words) pairs of a choice.
    step: smallest change of a number or slider.
    """

    kind: ControlKind
    advanced: bool = False
    low: str = ""
    high: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    step: float = 1.0


def control_of(field: FieldInfo) -> Control:
    """The `Control` in a field's metadata; a plain hidden one where it has none."""
    for item in field.metadata:
        if isinstance(item, Control):
            return item
    return Control("hidden")


class Recipe(BaseModel):
    """What the artist asked for. Rendering an equal recipe again gives the same artwork."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: ClassVar[dict[str, type[Recipe]]] = {}
    kind: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        kind = cls.model_fields["kind"].default
        if isinstance(kind, str):  # a base of other recipes has none
            Recipe.kinds[kind] = cls

    @property
    def title(self) -> str:
        """A short name for the artwork in the artist's own words."""
        return self.kind

    @property
    def pictures(self) -> tuple[str, ...]:
        """What it is made of: "work:<id>" of an artwork, "source:<sha-256>" of a file taken in."""
        return ()

    def change(self, **values: Any) -> Self:
        """A copy with some fields changed, validated anew."""
        return check(type(self), {**self.model_dump(), **values})

    def to_json(self) -> str:
        """The recipe as one line of JSON that `parse_recipe` reads."""
        return self.model_dump_json()


def check(kind: type[R], values: dict[str, Any]) -> R:
    """Build a recipe; what does not fit becomes a `StudioError` in the words of the form."""
    try:
        return kind(**values)
    except ValidationError as error:
        raise StudioError(_in_words(kind, error), "Change that and try again.") from error


def parse_recipe(text: str) -> Recipe:
    """Read a recipe from JSON. StudioError when it is none or of an unknown kind."""
    try:
        values = json.loads(text)
        kind = Recipe.kinds[values["kind"]]
    except (ValueError, KeyError, TypeError) as error:
        raise StudioError(
            "This file's recipe cannot be read.", "It may come from a newer Easel."
        ) from error
    return check(kind, values)


def _in_words(kind: type[Recipe], error: ValidationError) -> str:
    first = error.errors()[0]
    # What lies inside a field (a slider of a place) goes by its own name.
    name = next((part for part in reversed(first["loc"]) if isinstance(part, str)), "")
    field = kind.model_fields.get(name)
    label = (field.title if field and field.title else name).rstrip("?")
    context = first.get("ctx", {})
    match first["type"]:
        case "string_too_long":
            size = len(first["input"])
            return f"“{label}” is {size:,} characters long; {context['max_length']:,} is the most."
        case "less_than_equal":
            return f"“{label}” can be at most {context['le']:g}."
        case "greater_than_equal":
            return f"“{label}” must be at least {context['ge']:g}."
        case "value_error":
            return f"{context['error']}"
        case _:
            return f"“{label}” does not fit: {first['msg'].lower()}."
