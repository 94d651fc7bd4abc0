"""The command line: the same recipes, queue and engine as the window, without the window."""

from __future__ import annotations

import argparse
import queue
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import __version__
from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.recipes import Recipe
    from studio.shelf import Shelf

OK, CANNOT, USAGE, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `easel` with these arguments (the process's own when None); returns the exit code.

    0 done; 1 it cannot be done, and why is said; 2 the command was not understood; 3 a defect
    of Easel; 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        from studio.app import main as open_window

        return open_window()
    _any_script()
    options = _parser().parse_args(given)
    try:
        return int(options.do(options))
    except StudioError as error:
        return _cannot(error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="easel",
        description="Pictures from words, made on this computer. Without a command "
        "the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"Easel {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    make = commands.add_parser("make", help="make a picture from words")
    _recipe_arguments(make)
    _place_arguments(make)
    make.set_defaults(do=_make)

    again = commands.add_parser("again", help="make a picture again from the recipe inside it")
    again.add_argument("picture", type=Path, metavar="FILE", help="a picture that Easel made")
    _place_arguments(again)
    again.set_defaults(do=_again)

    doctor = commands.add_parser("doctor", help="what is here, and what to do about what is not")
    doctor.set_defaults(do=_doctor)
    return parser


def _recipe_arguments(parser: argparse.ArgumentParser) -> None:
    """One flag for each field of the recipe, from the field's own description."""
    from studio.recipes import PictureRecipe, control_of

    for name, field in PictureRecipe.model_fields.items():
        control = control_of(field)
        words = f"{field.title}: {field.description}".replace("%", "%%")
        if name == "prompt":
            parser.add_argument(name, help=field.description)
        elif name == "model":
            parser.add_argument("--model", help="a model's id, or any diffusers folder on the disk")
        elif control.kind != "hidden":
            choices = [value for value, _ in control.choices] or None
            parser.add_argument(f"--{name}", help=words, choices=choices)


def _place_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="put copies into this folder")
    parser.add_argument("--library", type=Path, metavar="DIR", help="keep pictures in this folder")


def _make(options: argparse.Namespace) -> int:
    from studio.recipes import PictureRecipe
    from studio.recipes.base import check
    from studio.recipes.picture import MAX_SEED
    from studio.shelf import Shelf

    values = {
        name: value
        for name in PictureRecipe.model_fields
        if (value := getattr(options, name, None)) is not None
    }
    values.setdefault("seed", random.randrange(MAX_SEED))
    shelf = Shelf.default()
    if "model" in values:
        values["model"] = _model_id(shelf, values["model"])
    recipe = check(PictureRecipe, values)
    shelf.model(recipe.model)
    return _run([(recipe, ())], options)


def _again(options: argparse.Namespace) -> int:
    from studio.library import read_artwork_id, read_recipe
    from studio.recipes import parse_recipe

    recipe = parse_recipe(read_recipe(options.picture))
    parent = read_artwork_id(options.picture)
    return _run([(recipe, (parent,) if parent else ())], options)


def _doctor(_options: argparse.Namespace) -> int:
    from studio.doctor import report

    return OK if report(print) else CANNOT


def _model_id(shelf: Shelf, named: str) -> str:
    """`named` is an id of the shelf, or a folder, which is put on the shelf where it lies."""
    if any(model.id == named for model in shelf.models()):
        return named
    return shelf.add_folder(Path(named)).id


def _run(asked: list[tuple[Recipe, tuple[str, ...]]], options: argparse.Namespace) -> int:
    """Run jobs in an engine process and say where the pictures are."""
    from studio.library import Library
    from studio.paths import library_folder
    from studio.work.engine_process import EngineProcess
    from studio.work.queue import JobQueue

    library = Library.open(options.library or library_folder())
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    engine = EngineProcess(answers.put)
    jobs = JobQueue(engine, lambda: library.folder)
    watcher = _Watcher(library, options.out)
    jobs.listen(watcher)
    engine.start()
    try:
        for recipe, parents in asked:
            jobs.submit(recipe, parents)
        while not all(job.state.ended for job in jobs.jobs):
            jobs.receive(answers.get())
    finally:
        watcher.close()
        engine.stop()
        library.close()
    failed = [job for job in jobs.jobs if job.error is not None]
    for job in failed:
        assert job.error is not None
        _cannot(job.error)
        if job.report:
            print(job.report, file=sys.stderr)
    if watcher.error is not None:
        return _cannot(watcher.error)
    if not failed:
        return OK
    return DEFECT if any(job.report for job in failed) else CANNOT


class _Watcher:
    """Draws the progress bar and prints where each picture is; puts copies where asked."""

    def __init__(self, library: Any, out: Path | None) -> None:
        from tqdm import tqdm

        self._library = library
        self._out = out
        self.error: StudioError | None = None
        self._bar = tqdm(
            total=100,
            bar_format="{desc}: {percentage:3.0f}% |{bar:24}| {elapsed} (left: {remaining})",
            desc="Getting ready",
            disable=not sys.stderr.isatty(),
            leave=False,
        )

    def __call__(self, event: Any) -> None:
        from studio.work.queue import ArtworkMade, JobChanged

        match event:
            case JobChanged(job=job) if job.note:
                self._bar.set_description_str(job.note, refresh=False)
                self._bar.n = round(job.done * 100)
                self._bar.refresh()
            case ArtworkMade(made=made):
                self._bar.clear()
                print(self._copy(made.artwork) or made.path, flush=True)

    def _copy(self, artwork_id: str) -> Path | None:
        artwork = self._library.get(artwork_id)
        if self._out is None or artwork is None:
            return None
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            return self._library.save_copy(artwork, self._out / artwork.path.name)
        except OSError:
            self.error = StudioError(
                f"Copies cannot be put into “{self._out}”.",
                f"The picture itself is kept: {artwork.path}",
            )
        except StudioError as error:
            self.error = error
        return None

    def close(self) -> None:
        self._bar.close()


def _cannot(error: StudioError) -> int:
    print(error, file=sys.stderr)
    return CANNOT


def _any_script() -> None:
    """Paths and prompts may hold any script; a terminal that cannot show it gets escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
