"""`easel make`, `again`, `models` and `doctor`."""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

from studio.cli.arguments import add_places, add_recipe, given, model_of
from studio.cli.running import CANNOT, OK, Asked, run
from studio.errors import StudioError
from studio.recipes import PictureRecipe, parse_recipe
from studio.recipes.base import check
from studio.recipes.picture import MAX_SEED

KINDS = {
    "picture": "pictures from words",
    "latent": "sliders",
    "style": "styles",
    "tune": "tunes",
    "sound": "sound from words",
}


def add_to(commands: Any) -> None:
    """Add these commands to the parser's."""
    make = commands.add_parser("make", help="make a picture from words")
    add_recipe(make, PictureRecipe, "prompt")
    make.add_argument("--model", help="a model's id or name, or any diffusers folder on the disk")
    add_places(make, "put copies into this folder")
    make.set_defaults(do=_make)

    again = commands.add_parser("again", help="make an artwork again from the recipe inside it")
    again.add_argument("file", type=Path, metavar="FILE", help="a picture, film or tune from Easel")
    add_places(again, "put copies into this folder")
    again.set_defaults(do=_again)

    models = commands.add_parser("models", help="the models on this computer")
    models.set_defaults(do=_models)

    doctor = commands.add_parser("doctor", help="what is here, and what to do about what is not")
    doctor.set_defaults(do=_doctor)


def _make(options: argparse.Namespace) -> int:
    from studio.shelf import Shelf

    values = given(options, PictureRecipe)
    values.setdefault("seed", random.randrange(MAX_SEED))
    shelf = Shelf.default()
    if "model" in values:
        values["model"] = model_of(shelf, values["model"]).id
    recipe = check(PictureRecipe, values)
    _ = shelf.model(recipe.model).picture  # says so where it is not here, or does not draw
    return run(Asked(recipe, copy=options.out), options)


def _again(options: argparse.Namespace) -> int:
    from studio.library import read_artwork_id, read_recipe

    recipe = parse_recipe(read_recipe(options.file))
    parent = read_artwork_id(options.file)
    parents = (parent,) if parent else ()
    if getattr(recipe, "format", "") == "frames":
        if options.out is None:
            raise StudioError(
                f"“{options.file.name}” is one of many single pictures.",
                "Say with --out which folder is to take them.",
            )
        return run(Asked(recipe, target=options.out), options)
    return run(Asked(recipe, parents, copy=options.out), options)


def _models(_options: argparse.Namespace) -> int:
    from studio.shelf import Shelf

    shelf = Shelf.default()
    lines = [
        (model.id, f"{model.name} {model.version}".strip(), KINDS[kind], model.licence)
        for kind in KINDS
        for model in shelf.models(kind)
    ]
    if not lines:
        raise StudioError("There are no models on this computer.", "Install Easel again.")
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for line in lines:
        print("  ".join(f"{part:{width}}" for part, width in zip(line, (*widths, 0), strict=True)))
    return OK


def _doctor(_options: argparse.Namespace) -> int:
    from studio.doctor import report

    return OK if report(print) else CANNOT
