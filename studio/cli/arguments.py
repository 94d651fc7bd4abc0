"""Flags made from the fields of recipes, and what they say turned back into recipes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.recipes import Recipe, control_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from studio.shelf import Model, Shelf


def add_recipe(parser: argparse.ArgumentParser, kind: type[Recipe], *positional: str) -> None:
    """One flag for each field that is asked for by hand, from the field's own description.

    positional: fields that stand without a flag. A yes-or-no field gets one flag for each of its
    two captions ("--one-way").
    """
    for name, field in kind.model_fields.items():
        control = control_of(field)
        if name in positional:
            parser.add_argument(name, help=field.description)
        elif control.kind == "hidden":
            continue
        elif any(isinstance(value, bool) for value, _ in control.choices):
            _add_either(parser, name, field)
        else:
            choices = [value for value, _ in control.choices] or None
            parser.add_argument(f"--{name}", help=words(field), choices=choices)


def words(field: FieldInfo) -> str:
    """A field's title and description, as a help text."""
    return f"{field.title}: {field.description or ''}".strip(" :").replace("%", "%%")


def given(options: argparse.Namespace, kind: type[Recipe]) -> dict[str, Any]:
    """The values of this kind of recipe that the artist has said."""
    return {
        name: value
        for name in kind.model_fields
        if (value := getattr(options, name, None)) is not None
    }


def add_places(parser: argparse.ArgumentParser, out: str, metavar: str = "DIR") -> None:
    """Where results go. out: what is put there."""
    parser.add_argument("--out", type=Path, metavar=metavar, help=out)
    parser.add_argument("--library", type=Path, metavar="DIR", help="keep artworks in this folder")


def model_of(shelf: Shelf, named: str, kind: str = "picture") -> Model:
    """The model `named`: by its id, its name, or the folder it lies in, which goes on the shelf."""
    for model in shelf.models(kind):
        if named.casefold() in (model.id, model.id.split("/")[-1], model.name.casefold()):
            return model
    return shelf.add_folder(Path(named))


def _add_either(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    group = parser.add_mutually_exclusive_group()
    for value, caption in control_of(field).choices:
        group.add_argument(
            f"--{'-'.join(caption.lower().split())}",
            dest=name,
            action="store_const",
            const=value,
            help=f"{caption}: {field.description}" if value else caption,
        )
