"""`easel style`: a picture or film in the manner of others."""

from __future__ import annotations

import argparse
import base64
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.arguments import add_places, add_recipe, given, model_of, words
from studio.cli.running import OK, Asked, into_folder, run
from studio.cli.slider_commands import FILM_SUFFIXES, MODEL_HELP, PICTURE_SUFFIXES
from studio.errors import StudioError
from studio.recipes import FinestRecipe, StyleFilmRecipe, StyleRecipe, control_of
from studio.recipes.base import check
from studio.recipes.style import BUILTIN_STYLE_MODEL, MAX_MASK

if TYPE_CHECKING:
    from studio.library import Library
    from studio.shelf import Model, Shelf

FINEST_ONLY, FILM_ONLY = ("rounds", "seed"), ("fps", "steadiness", "format")
SOUNDING = ("mp4", "webm")  # formats of films that have sound
MASK_SIDE = 1024  # pixels of the longer side; an edge that is to be seen sharper is rare


def add_to(commands: Any) -> None:
    """Add this command to the parser's."""
    style = commands.add_parser("style", help="paint a picture or film in the manner of others")
    style.add_argument(
        "source", nargs="?", type=Path, metavar="PICTURE", help="your picture or film"
    )
    style.add_argument(
        "--like",
        action="append",
        metavar="STYLE[=SHARE]",
        help="a picture to paint like, or one of the styles of --list; up to four times, with "
        "shares like 0.7 where they are not to be equal",
    )
    style.add_argument("--list", action="store_true", help="say which styles the model knows")
    style.add_argument("--model", help=MODEL_HELP)
    style.add_argument(
        "--mask", type=Path, metavar="FILE", help="a picture that is white where to paint"
    )
    add_recipe(style, StyleRecipe)
    style.add_argument("--finest", action="store_true", help="the finest quality, which takes long")
    _add(style, FinestRecipe, FINEST_ONLY)
    style.add_argument(
        "--minutes",
        type=float,
        help="with --finest or a film: keep what there is after so long",
    )
    _add(style, StyleFilmRecipe, FILM_ONLY)
    add_places(style, "put a copy there", "DIR|FILE")
    style.set_defaults(do=_style)


def _add(parser: argparse.ArgumentParser, kind: Any, names: Sequence[str]) -> None:
    """Flags that only one of the kinds of recipe has."""
    what = "with --finest" if kind is FinestRecipe else "of a film"
    for name in names:
        field = kind.model_fields[name]
        choices = [value for value, _ in control_of(field).choices] or None
        parser.add_argument(f"--{name}", help=f"{what}: {words(field)}", choices=choices)


def _style(options: argparse.Namespace) -> int:
    from studio.library import Library
    from studio.paths import library_folder
    from studio.shelf import Shelf

    shelf = Shelf.default()
    model = _model(shelf, options.model)
    if options.list:
        return _list(model)
    if options.source is None:
        raise StudioError("There is nothing to paint.", "Name a picture, or say --list.")
    if not options.like:
        raise StudioError(
            "Nothing says what to paint like.",
            "Name a picture with --like, or one of the styles that --list shows.",
        )
    is_film = _is_film(options.source)
    kind = _kind(options, is_film)
    values = {**given(options, kind), "model": model.id}
    if options.mask is not None:
        values["mask"] = pack_mask(options.mask)
    suffixes = _film_suffixes(options, values) if is_film else PICTURE_SUFFIXES
    if is_film and values.get("format", "mp4") not in SOUNDING and _sounds(options.source):
        print("This kind of film has no sound: what comes out is silent.", file=sys.stderr)
    folder = into_folder(options.out, suffixes)
    with Library.open(options.library or library_folder()) as library:
        taking = _Taking(library)
        values["content"] = taking.picture(options.source)
        values["manners"] = [taking.manner(model, text) for text in options.like]
    values["words"] = _title(options, model)
    recipe = check(kind, values)
    asked = Asked(
        recipe, taking.parents, copy=options.out, into_folder=folder, minutes=options.minutes
    )
    return run(asked, options)


def _kind(options: argparse.Namespace, is_film: bool) -> type[Any]:
    """Which recipe the flags ask for. StudioError where some do not go together."""
    if options.finest and is_film:
        raise StudioError(
            "A film is not painted in the finest quality; it would take days.",
            "Leave out --finest.",
        )
    if not options.finest and _said(options, FINEST_ONLY):
        raise StudioError("Rounds and seed are for --finest.", "Add --finest.")
    if not options.finest and not is_film and options.minutes is not None:
        raise StudioError("Minutes are for --finest and for films.", "Add --finest.")
    if not is_film and _said(options, FILM_ONLY):
        raise StudioError(
            f"“{options.source.name}” is not a film.", "Leave out what is said about films."
        )
    if options.minutes is not None and not 0.0 <= options.minutes <= 10_000.0:
        raise StudioError("So many minutes cannot be waited.", "Say between 0 and 10,000.")
    return StyleFilmRecipe if is_film else FinestRecipe if options.finest else StyleRecipe


def _said(options: argparse.Namespace, names: Sequence[str]) -> bool:
    return any(getattr(options, name) is not None for name in names)


def _film_suffixes(options: argparse.Namespace, values: dict[str, Any]) -> tuple[str, ...]:
    """Which ends of a name a film may have; without --format, the name says the format."""
    kinds = [value for value, _ in control_of(StyleFilmRecipe.model_fields["format"]).choices]
    if options.format:
        return FILM_SUFFIXES[options.format]
    if options.out is not None and not options.out.is_dir() and options.out.suffix:
        ending = options.out.suffix.lower()
        values["format"] = next((one for one in kinds if ending in FILM_SUFFIXES[one]), "mp4")
    return tuple(end for one in kinds for end in FILM_SUFFIXES[one])


class _Taking:
    """Takes the pictures that are named into the library, or finds that they are its own.

    parents: ids of the artworks that files from elsewhere were once copied from.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._parents: dict[str, None] = {}

    @property
    def parents(self) -> tuple[str, ...]:
        return tuple(self._parents)

    def picture(self, file: Path) -> str:
        """The reference of a file. StudioError where it cannot be used."""
        from studio.library import read_artwork_id

        artwork = self._library.at(file)
        if artwork is not None:
            return f"work:{artwork.id}"
        reference = self._library.keep_source(file)
        try:
            parent = read_artwork_id(file)
        except StudioError:  # a kind of file that Easel reads but does not write
            parent = ""
        if parent and self._library.get(parent) is not None:
            self._parents[parent] = None
        return reference

    def manner(self, model: Model, text: str) -> dict[str, Any]:
        """What one --like says."""
        named, weight = _shared(text)
        for style in model.style.styles:
            if named.casefold() in (style.id.casefold(), style.name.casefold()):
                return {"style": style.id, "weight": weight}
        file = Path(named)
        if not file.exists():
            raise StudioError(
                f"“{named}” is neither a picture nor a style of “{model.name}”.",
                "See easel style --list.",
            )
        if not model.style.any_picture:
            raise StudioError(
                f"“{model.name}” paints only in the styles that it has learned.",
                "See easel style --list.",
            )
        return {"picture": self.picture(file), "weight": weight}


def _shared(text: str) -> tuple[str, float]:
    """A style and its share; all have the same where none is said."""
    named, sign, share = text.rpartition("=")
    if not sign or Path(text).exists():
        return text, 1.0
    try:
        return named, float(share)
    except ValueError:
        return text, 1.0


def _title(options: argparse.Namespace, model: Model) -> str:
    """What the artwork is called: “garden.jpg in the manner of Swirls”."""
    names = {style.id.casefold(): style.name for style in model.style.styles}
    manners = (_shared(text)[0] for text in options.like)
    manner = " and ".join(names.get(one.casefold(), Path(one).name) for one in manners)
    return f"{options.source.name} in the manner of {manner}"[:200]


def pack_mask(file: Path) -> str:
    """A picture as a recipe's mask holds it. StudioError where it is none."""
    from PIL import Image

    from studio.library.incoming import open_picture

    image = open_picture(file).convert("L")
    side = MASK_SIDE
    while True:
        image.thumbnail((side, side), Image.Resampling.BOX)
        packed = io.BytesIO()
        image.save(packed, "PNG", optimize=True)
        text = base64.b64encode(packed.getvalue()).decode("ascii")
        if len(text) <= MAX_MASK:
            return text
        side //= 2


def _is_film(file: Path) -> bool:
    from studio.library.containers import NotAPicture, read

    try:
        return read(file).sort == "film"
    except (OSError, NotAPicture):
        return False  # what is wrong with it is said when it is taken in


def _sounds(file: Path) -> bool:
    from studio.library.soundtracks import Soundtrack

    return Soundtrack.of(file) is not None


def _list(model: Model) -> int:
    styles = model.style.styles
    print(f"{model.name} {model.version}".strip() + f", {len(styles)} styles")
    wide = max((len(style.id) for style in styles), default=0)
    for style in styles:
        after = f", after {style.after}" if style.after else ""
        print(f"  {style.id:{wide}}  {style.name}{after}")
    if model.style.any_picture:
        print("Any picture can be a style as well: --like painting.jpg")
    return OK


def _model(shelf: Shelf, named: str | None) -> Model:
    """A model that paints. StudioError where it does not or is not here."""
    model = model_of(shelf, named, "style") if named else shelf.model(BUILTIN_STYLE_MODEL)
    _ = model.style  # says in words where it does not
    return model
