"""Recipes as lines that people can read."""

from __future__ import annotations

import json
from typing import Any

from studio.errors import StudioError
from studio.recipes import Recipe, control_of, parse_recipe

_LONGEST = 400  # letters of a value that are shown; the copy has all
_NAMES = {
    "model": "Model",
    "turns": "Variations",
    "content": "Made of",
    "place": "Place",
    "score": "Notes",
}


def recipe_lines(text: str) -> list[tuple[str, str]]:
    """The values of a recipe, each with its name in words; text: as `Artwork.recipe` has it.

    What is in no recipe that this Easel knows goes by the names that it has there.
    """
    if not text:
        return []
    try:
        recipe = parse_recipe(text)
    except StudioError:
        return _unknown(text)
    return [
        (_name(recipe, name), shown)
        for name, value in recipe.model_dump(mode="json").items()
        if name != "kind" and (shown := _value(recipe, name, value))
    ]


def _unknown(text: str) -> list[tuple[str, str]]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        return [("Recipe", _short(text))]
    return [
        (_in_words(str(name)), shown) for name, value in values.items() if (shown := _plain(value))
    ]


def _name(recipe: Recipe, name: str) -> str:
    title = type(recipe).model_fields[name].title
    return (title or _NAMES.get(name) or _in_words(name)).rstrip("?")


def _value(recipe: Recipe, name: str, value: Any) -> str:
    for given, words in control_of(type(recipe).model_fields[name]).choices:
        if given == value:
            return str(words)
    return _plain(value)


def _plain(value: Any) -> str:
    """A value in words; "" for what is not there."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str):
        if value.startswith("work:"):
            return "another work of yours"
        return "a file that you brought in" if value.startswith("source:") else _short(value)
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return _short(", ".join(map(_plain, value)))
    return str(value) if isinstance(value, int) else _short(json.dumps(value, ensure_ascii=False))


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
