"""`easel slide`, `walk`, `find` and `variations`."""

from __future__ import annotations

import argparse
import random
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.arguments import add_places, add_recipe, given, model_of
from studio.cli.running import OK, Asked, into_folder, run
from studio.errors import StudioError
from studio.recipes import FindRecipe, Place, SlideRecipe, VariationsRecipe, WalkRecipe
from studio.recipes import parse_recipe as parse
from studio.recipes.base import check
from studio.recipes.latent import BUILTIN_LATENT_MODEL
from studio.recipes.picture import MAX_SEED

if TYPE_CHECKING:
    from studio.shelf import Model, Shelf

MODEL_HELP = "a model's id or name, or its folder on the disk"
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
FILM_SUFFIXES: dict[str, tuple[str, ...]] = {
    "mp4": (".mp4",),
    "webm": (".webm",),
    "gif": (".gif",),
    "apng": (".png", ".apng"),
    "webp": (".webp",),
    "sheet": PICTURE_SUFFIXES,
}


def add_to(commands: Any) -> None:
    """Add these commands to the parser's."""
    slide = commands.add_parser("slide", help="make a picture by setting a model's sliders")
    slide.add_argument("model", nargs="?", metavar="MODEL", help=MODEL_HELP)
    slide.add_argument("--list", action="store_true", help="say which sliders the model has")
    slide.add_argument("--seed", help="the dice: another number, another picture")
    _add_start(slide)
    add_recipe(slide, SlideRecipe)
    add_places(slide, "put a copy there", "DIR|FILE")
    slide.set_defaults(do=_slide)

    walk = commands.add_parser("walk", help="make a film that leads from picture to picture")
    walk.add_argument(
        "stops", nargs="+", metavar="PICTURE", help="made with the sliders; or seed:12"
    )
    walk.add_argument("--model", help=MODEL_HELP)
    walk.add_argument("--adventurous", help="how unusual a seed's picture may be, 0 to 1.5")
    add_recipe(walk, WalkRecipe)
    add_places(walk, "put a copy there; the name's end says what kind of film", "DIR|FILE")
    walk.set_defaults(do=_walk)

    find = commands.add_parser("find", help="find the place whose picture is most like yours")
    find.add_argument("source", type=Path, metavar="PICTURE", help="any picture")
    find.add_argument("--model", help=MODEL_HELP)
    add_recipe(find, FindRecipe)
    add_places(find, "put a copy there", "DIR|FILE")
    find.set_defaults(do=_find)

    variations = commands.add_parser(
        "variations", help="put many pictures around one into a folder, with a table of sliders"
    )
    variations.add_argument("model", nargs="?", metavar="MODEL", help=MODEL_HELP)
    _add_start(variations)
    variations.add_argument(
        "--vary", action="append", metavar="SLIDER", help="spread this slider over its whole range"
    )
    add_recipe(variations, VariationsRecipe)
    variations.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="the folder for them"
    )
    variations.set_defaults(do=_variations)


def _add_start(parser: argparse.ArgumentParser) -> None:
    """The flags that say where to be, beside the seed."""
    parser.add_argument("--adventurous", help="how unusual the picture may be, 0 to 1.5")
    parser.add_argument(
        "--set", action="append", metavar="SLIDER=WHERE", help="-1 is one end, 1 the other"
    )
    parser.add_argument(
        "--from", dest="start", metavar="PICTURE", help="begin at a picture made with the sliders"
    )


def _slide(options: argparse.Namespace) -> int:
    shelf = _shelf()
    place, model, parents = _start(options, shelf)
    if options.list:
        return _list(model)
    recipe = check(SlideRecipe, {**given(options, SlideRecipe), "model": model.id, "place": place})
    return run(_asked(recipe, parents, options.out, PICTURE_SUFFIXES), options)


def _walk(options: argparse.Namespace) -> int:
    shelf = _shelf()
    places, model, parents = _stops(options.stops, options, shelf)
    values = {**given(options, WalkRecipe), "model": model.id, "stops": places}
    if options.format == "frames" or options.out is None or options.out.is_dir():
        suffixes: tuple[str, ...] = ()
    elif options.format:
        suffixes = FILM_SUFFIXES[options.format]
    else:
        suffixes = tuple(end for ends in FILM_SUFFIXES.values() for end in ends)
        ending = options.out.suffix.lower()
        kinds = (kind for kind, ends in FILM_SUFFIXES.items() if ending in ends)
        if ending:
            values["format"] = next(kinds, "mp4")
    recipe = check(WalkRecipe, values)
    if recipe.format != "frames":
        return run(_asked(recipe, parents, options.out, suffixes), options)
    if options.out is None:
        raise StudioError("Single pictures need a folder.", "Say with --out which one.")
    return run(Asked(recipe, parents, target=options.out), options)


def _find(options: argparse.Namespace) -> int:
    from studio.library.incoming import pack_picture

    shelf = _shelf()
    model = _model(shelf, options.model)
    values = {**given(options, FindRecipe), "model": model.id}
    values["picture"] = pack_picture(options.source, model.latent.size)
    return run(_asked(check(FindRecipe, values), (), options.out, PICTURE_SUFFIXES), options)


def _variations(options: argparse.Namespace) -> int:
    shelf = _shelf()
    place, model, parents = _start(options, shelf)
    values = {
        **given(options, VariationsRecipe),
        "model": model.id,
        "place": place,
        "vary": tuple(_slider(model, name) for name in options.vary or ()),
    }
    values.setdefault("seed", place["seed"])
    recipe = check(VariationsRecipe, values)
    options.library = None
    return run(Asked(recipe, parents, target=options.out), options)


def _asked(
    recipe: Any, parents: tuple[str, ...], out: Path | None, suffixes: tuple[str, ...]
) -> Asked:
    """The job with its copy: `out` is a file where it is named like one, else a folder."""
    return Asked(recipe, parents, copy=out, into_folder=into_folder(out, suffixes))


def _start(
    options: argparse.Namespace, shelf: Shelf
) -> tuple[dict[str, Any], Model, tuple[str, ...]]:
    """Where the flags say to be, not yet checked; the model; and the pictures it comes from."""
    if options.start is None:
        model = _model(shelf, options.model)
        place: dict[str, Any] = {"seed": random.randrange(MAX_SEED)}
        parents: tuple[str, ...] = ()
    else:
        found, model, parents = _stops([options.start], options, shelf)
        place = found[0].model_dump()
    for name in ("seed", "adventurous"):
        if getattr(options, name) is not None:
            place[name] = getattr(options, name)
    if options.seed is not None:
        place["found"] = ""
    asked = dict(_setting(model, text) for text in options.set or ())
    place["sliders"] = {**place.get("sliders", {}), **asked}
    return place, model, parents


def _stops(
    texts: Iterable[str], options: argparse.Namespace, shelf: Shelf
) -> tuple[list[Place], Model, tuple[str, ...]]:
    """The places of pictures and seeds, the one model of all of them, and the pictures' ids."""
    places, parents, models = [], [], {}
    for text in texts:
        if text.startswith("seed:"):
            values = {"seed": text.removeprefix("seed:"), "adventurous": options.adventurous}
            told = {name: value for name, value in values.items() if value is not None}
            places.append(check(SlideRecipe, {"place": told}).place)
            continue
        recipe, parent = _read(Path(text))
        places.append(recipe.place)
        models[recipe.model] = text
        parents += [parent] if parent else []
    if options.model is not None:
        models[_model(shelf, options.model).id] = "--model"
    if len(models) > 1:
        first, second = list(models.values())[:2]
        raise StudioError(
            f"“{first}” and “{second}” are of different models, and no path leads from one to "
            "the other.",
            "Take pictures of the same model.",
        )
    model = shelf.model(next(iter(models), BUILTIN_LATENT_MODEL))
    return places, model, tuple(dict.fromkeys(parents))


def _read(file: Path) -> tuple[SlideRecipe, str]:
    """The slider recipe inside a picture, and the artwork's id. StudioError where it has none."""
    from studio.library import read_artwork_id, read_recipe

    parent = read_artwork_id(file)  # says what is wrong with files that are no pictures at all
    try:
        recipe = parse(read_recipe(file))
    except StudioError:
        recipe = None
    if isinstance(recipe, SlideRecipe):
        return recipe, parent
    if isinstance(recipe, WalkRecipe):
        raise StudioError(
            f"“{file.name}” is a film and leads through many places.",
            "Name pictures that were made with the sliders.",
        )
    raise StudioError(
        f"“{file.name}” was not made with the sliders and has no place among their pictures.",
        f"Look for the nearest one first: easel find {shlex.quote(str(file))}",
    )


def _setting(model: Model, text: str) -> tuple[str, str]:
    name, sign, where = text.rpartition("=")
    if not sign:
        raise StudioError(
            f"“{text}” does not say how far.", f'Write it like --set "{text.strip()}=0.8".'
        )
    return _slider(model, name), where.strip()


def _slider(model: Model, name: str) -> str:
    """The id of a slider that the artist calls by its id or name."""
    wanted = name.strip().casefold()
    sliders = model.latent.sliders
    for slider in sliders:
        if wanted in (slider.id.casefold(), slider.name.casefold()):
            return slider.id
    if not sliders:
        return wanted  # the engine finds this model's own when it opens it, and checks
    raise StudioError(
        f"“{model.name}” has no slider “{name.strip()}”.",
        f"It has: {', '.join(slider.id for slider in sliders)}.",
    )


def _list(model: Model) -> int:
    sliders = model.latent.sliders
    title = f"{model.name} {model.version}".strip()
    if not sliders:
        print(f"{title} brings no sliders; Easel finds some when it opens it:")
        print("  direction 1, direction 2 and so on")
        return OK
    print(f"{title}, {len(sliders)} sliders")
    wide = max(len(slider.id) for slider in sliders)
    for slider in sliders:
        ends = f"{slider.low} … {slider.high}" if slider.low or slider.high else slider.name
        print(f"  {slider.id:{wide}}  {ends}{'' if slider.named else '  (found, not named)'}")
    print(f'Set one with --set "{sliders[0].id}=0.8"; -1 is its left end, 1 its right one.')
    return OK


def _model(shelf: Shelf, named: str | None) -> Model:
    """A model that has sliders. StudioError where it has none or is not here."""
    model = model_of(shelf, named, "latent") if named else shelf.model(BUILTIN_LATENT_MODEL)
    _ = model.latent  # says in words where it has none
    return model


def _shelf() -> Shelf:
    from studio.shelf import Shelf

    return Shelf.default()
