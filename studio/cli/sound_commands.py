"""`easel sound`: finished sound from words, with a larger model that is on this computer."""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.arguments import add_places, add_recipe, given, model_of
from studio.cli.running import Asked, into_folder, run
from studio.cli.slider_commands import MODEL_HELP
from studio.errors import StudioError
from studio.recipes import SoundRecipe
from studio.recipes.base import check
from studio.recipes.picture import MAX_SEED
from studio.recipes.sound import MAX_LYRICS

if TYPE_CHECKING:
    from studio.shelf import Model, Shelf

SOUND_SUFFIXES = (".flac", ".wav", ".ogg", ".mp3")


def add_to(commands: Any) -> None:
    """Add this command to the parser's."""
    sound = commands.add_parser(
        "sound",
        help="make sung or full sound from words",
        description="Makes sound with ACE-Step or Stable Audio, where you have one of them "
        "(docs/sound-models.md), and keeps it in the library.",
    )
    add_recipe(sound, SoundRecipe)
    sound.add_argument(
        "--lyrics-file", type=Path, metavar="FILE", help="read the words to be sung from a file"
    )
    sound.add_argument("--model", help=MODEL_HELP)
    add_places(sound, "put a copy there (.flac, .wav, .ogg, .mp3)", "DIR|FILE")
    sound.set_defaults(do=_sound)


def _sound(options: argparse.Namespace) -> int:
    from studio.shelf import Shelf

    values = given(options, SoundRecipe)
    if "prompt" not in values:
        raise StudioError("There are no words yet to make sound from.", "Say them with --prompt.")
    if options.lyrics_file is not None:
        if "lyrics" in values:
            raise StudioError(
                "The words to be sung are there twice.", "Leave out --lyrics or --lyrics-file."
            )
        values["lyrics"] = _lyrics(options.lyrics_file)
    values.setdefault("seed", random.randrange(MAX_SEED))
    folder = into_folder(options.out, SOUND_SUFFIXES)
    model = _model(Shelf.default(), options.model)
    if values.get("lyrics") and not model.sound.sings:
        raise StudioError(
            f"“{model.name}” does not sing.", "Choose ACE-Step, or leave out the words to be sung."
        )
    values["model"] = model.id
    recipe = check(SoundRecipe, values)
    return run(Asked(recipe, copy=options.out, into_folder=folder), options)


def _model(shelf: Shelf, named: str | None) -> Model:
    """The model that is named, or the first that makes sound."""
    if named:
        model = model_of(shelf, named, "sound")
        _ = model.sound  # says so where it makes none
        return model
    models = shelf.models("sound")
    if not models:
        raise StudioError(
            "No model on this computer makes sound from words.",
            "Name the folder of one with --model; docs/sound-models.md says which there are.",
        )
    return models[0]


def _lyrics(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            return opened.read(MAX_LYRICS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise StudioError(
            f"“{file.name}” cannot be read as words.", "Save it as plain text (UTF-8)."
        ) from error
