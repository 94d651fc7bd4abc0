"""The command `easel library`: the artworks' folder looked after without the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.running import CANNOT, OK
from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.library import Library

_SIZES = ("bytes", "kB", "MB", "GB", "TB")


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `easel`."""
    library = commands.add_parser(
        "library",
        help="look after the folder of your artworks",
        description="Brings Easel's list of your artworks in line with the files, looks for "
        "damage, takes in pictures of other programs, and empties the trash. It may run while "
        "the window is open.",
    )
    verbs = library.add_subparsers(title="what to do", required=True, metavar="VERB")
    _add(
        verbs,
        "rescan",
        _rescan,
        "look at every file, and bring the list of artworks in line with them",
    )
    check = _add(verbs, "check", _check, "look whether every file is whole; changes none")
    check.add_argument(
        "--pixels", action="store_true", help="unpack every picture as well, which takes longer"
    )
    taking = _add(verbs, "import", _import, "take in files as they are, byte for byte")
    taking.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="pictures, films, sounds, or folders of them; what AUTOMATIC1111, ComfyUI and "
        "InvokeAI wrote into a picture is read",
    )
    taking.add_argument("--tag", action="append", default=[], help="a tag to give them all")
    trash = _add(verbs, "trash", _trash, "say what is in the trash, or empty it")
    which = trash.add_mutually_exclusive_group()
    which.add_argument(
        "--empty", action="store_true", help="remove all that is in it; nothing brings it back"
    )
    which.add_argument(
        "--older-than",
        type=_days,
        metavar="DAYS",
        help="remove what has been in it for so many days; nothing brings it back",
    )
    which.add_argument(
        "--restore", nargs="+", metavar="ID", help="bring these artworks back to where they were"
    )


def _add(
    verbs: Any, name: str, do: Callable[[argparse.Namespace], int], words: str
) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}."
    )
    verb.add_argument("--library", type=Path, metavar="DIR", help="the folder of the artworks")
    verb.set_defaults(do=do)
    return verb


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Library]:
    from studio.library import Library
    from studio.paths import library_folder

    with Library.open(options.library or library_folder()) as library:
        yield library


@contextmanager
def _bar(words: str) -> Iterator[Callable[[int, int], None]]:
    from tqdm import tqdm

    with tqdm(
        desc=words,
        bar_format="{desc}: {n_fmt} of {total_fmt} |{bar:24}| (left: {remaining})",
        disable=not sys.stderr.isatty(),
        leave=False,
        total=0,
    ) as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        yield progress


def _rescan(options: argparse.Namespace) -> int:
    with _opened(options) as library, _bar("Reading") as progress:
        found = library.rescan(progress)
        count = library.count()
    print(f"{_works(count)}; {found.added} new, {found.removed} no longer there.")
    for path in found.unreadable:
        print(f"cannot be read: {path}")
    return OK


def _check(options: argparse.Namespace) -> int:
    with _opened(options) as library, _bar("Looking") as progress:
        found = library.check(pixels=options.pixels, progress=progress)
    for path, why in found.damaged.items():
        print(f"damaged: {path}: {why}")
    for path in found.strange:
        print(f"not in the list as it is now: {path}")
    for path in found.missing:
        print(f"in the list, but not in the folder: {path}")
    if found.away:
        print(f"{_works(found.away)} with tags, notes or a star are not in the folder.")
    if found.is_whole:
        print(f"{_works(found.artworks)}; all is well.")
        return OK
    if found.strange or found.missing:
        print("“easel library rescan” brings the list in line with the files.")
    return CANNOT


def _import(options: argparse.Namespace) -> int:
    missing = [path for path in options.files if not path.exists()]
    if missing:
        raise StudioError(f"There is no file or folder “{missing[0]}”.", "Check its name.")
    with _opened(options) as library:
        with _bar("Taking in") as progress:
            taken = library.imports.bring_in(options.files, progress)
        here = [each.artwork for each in taken if each.artwork is not None]
        if options.tag and here:
            library.marking.tag([artwork.id for artwork in here], *options.tag)
    for each in taken:
        if each.artwork is not None:
            print(f"{each.artwork.path}{'  (was here already)' if each.already else ''}")
        for sentence in each.said:
            print(f"{each.file.name}: {sentence}", file=sys.stderr)
    return OK if len(here) == len(taken) else CANNOT


def _trash(options: argparse.Namespace) -> int:
    from studio.library.metadata import is_id

    with _opened(options) as library:
        bin_ = library.bin
        if options.restore:
            wrong = [each for each in options.restore if not is_id(each)]
            if wrong:
                raise StudioError(
                    f"“{wrong[0]}” is not the id of an artwork.",
                    "“easel library trash” says which there are.",
                )
            for each in bin_.back(options.restore):
                artwork = library.get(each)
                print(artwork.path if artwork else each)
            return OK
        if options.empty or options.older_than is not None:
            with _bar("Removing") as progress:
                if options.empty:
                    removed = bin_.empty(progress)
                else:
                    removed = bin_.remove(bin_.due(options.older_than), progress)
            print(f"{_works(removed.count)} removed for good, {_size(removed.size)}.")
            return OK
        for artwork in library.trashed(10**6):
            card = library.gallery.card(artwork.id)
            end = bin_.removal(card) if card else None
            until = f"  kept until {end.astimezone():%Y-%m-%d}" if end else ""
            print(f"{artwork.id}  {artwork.title}{until}")
        held = bin_.size()
        print(f"{_works(held.count)} in the trash, {_size(held.size)}.")
    return OK


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError
    return days


def _works(count: int) -> str:
    return "1 artwork" if count == 1 else f"{count:,} artworks"


def _size(size: float) -> str:
    for unit in _SIZES:
        if size < 1000 or unit == _SIZES[-1]:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError
