"""`easel tune`: a tune from a mood, or from another tune."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from studio.cli import tune_words
from studio.cli.arguments import add_recipe, given, model_of
from studio.cli.running import OK, Asked, run
from studio.cli.slider_commands import MODEL_HELP
from studio.errors import StudioError
from studio.recipes import TuneRecipe, parse_recipe
from studio.recipes.base import check
from studio.recipes.picture import MAX_SEED
from studio.recipes.tune import BUILTIN_TUNE_MODEL, DONE, Metre, Task

if TYPE_CHECKING:
    from studio.library import Artwork, Library
    from studio.recipes import Score

SOUNDS = (".flac", ".wav", ".ogg", ".mp3")
MOST_BYTES = 64 * 2**20  # of a file that a tune is read from

#: option: what it does, and what it is to do
FROM: dict[str, tuple[Task, str]] = {
    "continue": ("continue", "go on from this tune for --bars more"),
    "vary": ("vary", "another take of this tune, --amount away from it"),
    "fill": ("fill", "make the parts of --only anew, or add them; all without --only"),
    "humanise": ("humanise", "play this tune less exactly, as a hand would, by --amount"),
}


def add_to(commands: Any) -> None:
    """Add this command to the parser's."""
    tune = commands.add_parser(
        "tune",
        help="make a tune",
        description="Composes a tune, keeps it in the library, and writes it as a file with --out.",
    )
    tune.add_argument("--mood", help="how it should feel; --list says which there are")
    tune.add_argument(
        "--from-picture",
        type=Path,
        metavar="FILE",
        help="choose the mood by this picture's colours",
    )
    tune.add_argument(
        "--instruments",
        action="append",
        metavar="NAMES",
        help="who plays, like “flute, piano, drums” or “melody=violin,bass”",
    )
    tune.add_argument("--key", metavar="KEY", help="like “D minor” or “Bb”")
    tune.add_argument("--metre", choices=get_args(Metre), help="how its beats are counted")
    add_recipe(tune, TuneRecipe)
    tune.add_argument("--takes", dest="count", metavar="COUNT", help="the same as --count")
    begin = tune.add_mutually_exclusive_group()
    for name, (_, does) in FROM.items():
        begin.add_argument(
            f"--{name}", dest=f"from_{name}", type=Path, metavar="FILE", help=f"{does} (MIDI, FLAC)"
        )
    begin.add_argument(
        "--between",
        nargs=2,
        type=Path,
        metavar="FILE",
        help="a tune that lies --amount of the way from one to another",
    )
    tune.add_argument(
        "--only", action="append", metavar="PARTS", help="only these, like “drums,bass”"
    )
    tune.add_argument("--range", dest="within", metavar="BARS", help="only these bars, like 5-8")
    tune.add_argument("--title", dest="words", help="a name for it")
    tune.add_argument("--model", help=MODEL_HELP)
    tune.add_argument("--list", action="store_true", help="say which moods the model knows")
    tune.add_argument(
        "--out",
        type=Path,
        metavar="DIR|FILE",
        help="write it there as well: .wav .flac .ogg .mp3 .mid .musicxml, or .png, a picture of "
        "the notes",
    )
    tune.add_argument(
        "--stems", type=Path, metavar="DIR", help="put each part there as a WAV file of its own"
    )
    tune.add_argument("--library", type=Path, metavar="DIR", help="keep artworks in this folder")
    tune.set_defaults(do=_tune)


def _tune(options: argparse.Namespace) -> int:
    from studio.library import Library
    from studio.paths import library_folder

    if options.list:
        return _list(options)
    _check_out(options.out)
    values = _wishes(options)
    values["model"] = _model_id(options.model, values["task"])
    with Library.open(options.library or library_folder()) as library:
        begun = _Begun(library)
        for name, file in _beginnings(options).items():
            values[name] = begun.score(file)
        if begun.title:
            values.setdefault("words", f"{begun.title[:160]}, {DONE[values['task']]}")
        if options.from_picture is not None:
            values = {**begun.suggested(options.from_picture), **values}
    recipe = check(TuneRecipe, values)
    export = _Export(options.out, options.stems, recipe.count)
    asked = Asked(recipe, begun.parents, export=export if options.out or options.stems else None)
    return run(asked, options)


def _wishes(options: argparse.Namespace) -> dict[str, Any]:
    """What the flags say, but for the files."""
    values = given(options, TuneRecipe)
    values.setdefault("seed", random.randrange(MAX_SEED))
    values["task"] = "new"
    if options.between:
        values["task"] = "between"
    for name, (task, _) in FROM.items():
        if getattr(options, f"from_{name}") is not None:
            values["task"] = task
    if options.key:
        values["tonic"], mode = tune_words.key(options.key)
        if mode is not None:
            values["mode"] = mode
    if options.instruments:
        values["players"] = tune_words.players(options.instruments)
    values["only"] = tune_words.roles(options.only or ())
    if options.within:
        values["range"] = tune_words.bars(options.within)
    if values["task"] == "new" and (values["only"] or options.within):
        raise StudioError(
            "A new tune has no parts or bars yet that could be kept.",
            "Say --vary or --fill and a tune, or leave out --only and --range.",
        )
    return values


def _beginnings(options: argparse.Namespace) -> dict[str, Path]:
    """The recipe's fields that come from files."""
    if options.between:
        return dict(zip(("given", "other"), options.between, strict=True))
    file = next((one for name in FROM if (one := getattr(options, f"from_{name}"))), None)
    return {} if file is None else {"given": file}


class _Begun:
    """Reads what a tune begins from.

    parents: ids of the artworks among these files. title: of the first tune among them.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._parents: dict[str, None] = {}
        self.title = ""

    @property
    def parents(self) -> tuple[str, ...]:
        return tuple(self._parents)

    def score(self, file: Path) -> Score:
        """The notes of a MIDI file or of a tune from Easel. StudioError where there are none."""
        from studio.library import read_recipe
        from studio.library.midi import read_midi

        try:
            with file.open("rb") as opened:
                data = opened.read(MOST_BYTES)
        except OSError as error:
            raise StudioError(
                f"“{file.name}” cannot be read: {error.strerror}.", "Choose another file."
            ) from error
        if data.startswith(b"MThd") or file.suffix.lower() in (".mid", ".midi"):
            self.title = self.title or file.stem
            return read_midi(data)
        try:
            recipe = parse_recipe(read_recipe(file))
        except StudioError as error:
            raise _no_tune(file) from error
        if not isinstance(recipe, TuneRecipe) or recipe.score is None:
            raise _no_tune(file)
        self.title = self.title or _plain_title(recipe)
        self._note(file)
        return recipe.score

    def suggested(self, picture: Path) -> dict[str, Any]:
        """What a picture's colours suggest, as fields of the recipe; it is said why."""
        from studio.library.incoming import open_picture
        from studio.library.moods import suggest

        found = suggest(open_picture(picture))
        print(f"{found.mood.capitalize()}: {found.why}", file=sys.stderr)
        self._note(picture)
        return {"mood": found.mood, "mode": found.mode, "tempo": found.tempo}

    def _note(self, file: Path) -> None:
        from studio.library import read_artwork_id

        try:
            artwork = read_artwork_id(file)
        except StudioError:  # a kind of file that Easel reads but does not write
            return
        if artwork and self._library.get(artwork) is not None:
            self._parents[artwork] = None


def _plain_title(recipe: TuneRecipe) -> str:
    """Without what had become of that one."""
    title = recipe.title
    for done in DONE.values():
        title = title.removesuffix(f", {done}")
    return title


def _no_tune(file: Path) -> StudioError:
    return StudioError(
        f"“{file.name}” is no tune that Easel can read.",
        "Choose a MIDI file, or a tune from Easel as FLAC.",
    )


class _Export:
    """Writes files of each take that is kept. The second and later ones get numbers."""

    def __init__(self, out: Path | None, stems: Path | None, count: int) -> None:
        self._out, self._stems, self._count = out, stems, count
        self._done = 0

    def __call__(self, library: Library, artwork: Artwork) -> list[Path]:
        self._done += 1
        written = []
        if self._out is not None:
            written.append(self._whole(library, artwork, self._out))
        if self._stems is not None:
            written.append(self._parts(artwork, self._stems))
        return written

    def _whole(self, library: Library, artwork: Artwork, out: Path) -> Path:
        if _is_folder(out):
            target = out / artwork.path.name
        else:
            target = out.with_name(f"{self._numbered(out.stem)}{out.suffix}")
        _make_folder(target.parent, artwork)
        if target.suffix.lower() in SOUNDS:
            return library.save_copy(artwork, target)
        from studio.library.tune_export import export_tune

        return export_tune(
            _recipe(artwork),
            target,
            title=artwork.title,
            made_by=artwork.model,
            licence=artwork.licence,
        )

    def _parts(self, artwork: Artwork, stems: Path) -> Path:
        from studio.library.tune_export import export_stems

        folder = stems if self._count == 1 else stems / self._numbered("Take")
        _make_folder(folder, artwork)
        export_stems(
            _recipe(artwork),
            folder,
            title=artwork.title,
            made_by=artwork.model,
            licence=artwork.licence,
        )
        return folder

    def _numbered(self, name: str) -> str:
        return name if self._count == 1 else f"{name} {self._done}"


def _recipe(artwork: Artwork) -> TuneRecipe:
    recipe = parse_recipe(artwork.recipe)
    assert isinstance(recipe, TuneRecipe)
    return recipe


def _make_folder(folder: Path, artwork: Artwork) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(
            f"Nothing can be put into “{folder}”.", f"The tune itself is kept: {artwork.path}"
        ) from error


def _is_folder(out: Path) -> bool:
    return out.is_dir() or not out.suffix


def _check_out(out: Path | None) -> None:
    """StudioError where nothing of that name can be written, before anything is composed."""
    if out is not None and not _is_folder(out):
        from studio.library.tune_export import kind_of

        kind_of(out)


def _model_id(named: str | None, task: Task) -> str:
    from studio.shelf import Shelf

    shelf = Shelf.default()
    if named:
        model = model_of(shelf, named, "tune")
        _ = model.tune  # says in words where it composes nothing
        return model.id
    if task != "humanise":
        shelf.model(BUILTIN_TUNE_MODEL)
    return BUILTIN_TUNE_MODEL


def _list(options: argparse.Namespace) -> int:
    from studio.shelf import Shelf

    model = Shelf.default().model(_model_id(options.model, "new"))
    moods = model.tune.moods
    print(f"{model.name} {model.version}".strip() + f", {len(moods)} moods")
    wide = max((len(mood.id) for mood in moods), default=0)
    for mood in moods:
        print(f"  {mood.id:{wide}}  {mood.words or mood.name}")
    return OK
