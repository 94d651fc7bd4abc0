"""The command `easel export`: artworks for the world, in the format asked for."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.running import CANNOT, OK
from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.export import ExportPlan, Presets
    from studio.library import Artwork, Library

_YES_OR_NO = argparse.BooleanOptionalAction
_CUTS: dict[str, tuple[float | None, float | None]] = {
    "subject": (None, None),
    "middle": (0.5, 0.5),
    "top": (0.5, 0),
    "bottom": (0.5, 1),
    "left": (0, 0.5),
    "right": (1, 0.5),
}
_ID = re.compile(r"[0-9a-f]{8,32}\Z")
_PICTURES = ("png", "jpeg", "webp", "tiff", "avif", "pdf", "svg")
_FORMATS = (*_PICTURES, "contact-sheet", "stickers", "icons", "wallpapers")


def add_to(commands: Any) -> None:
    """Add the command to the subparsers of `easel`."""
    export = commands.add_parser(
        "export",
        help="pictures for print, the web, stickers, icons …",
        description="Writes artworks into a folder in the format asked for. Nothing there is "
        "replaced. Films are copied as they are, tunes too or in the form of --sounds.",
    )
    export.add_argument(
        "works", nargs="*", metavar="WORK", help="an artwork's id (8 letters or more) or a file"
    )
    export.add_argument("--search", metavar="WORDS", help="all artworks that are found by these")
    export.add_argument("--favourites", action="store_true", help="all favourites")
    export.add_argument("--all", action="store_true", help="the whole library")
    export.add_argument("--to", type=Path, metavar="DIR", help="the folder to write to")
    export.add_argument("--library", type=Path, metavar="DIR", help="where the artworks are")
    export.add_argument("--format", choices=_FORMATS, help="what to write")
    export.add_argument("--preset", metavar="NAME", help="start from a preset (see --presets)")
    export.add_argument("--presets", action="store_true", help="list the presets, write nothing")
    export.add_argument(
        "--last", action="store_true", help="start from what was done the last time"
    )
    export.add_argument("--remember", metavar="NAME", help="keep what these flags say as a preset")
    export.add_argument(
        "--rename",
        nargs=2,
        metavar=("NAME", "NEW"),
        help="call a preset of your own something else",
    )
    export.add_argument("--forget", metavar="NAME", help="remove a preset of your own")
    export.add_argument(
        "--size",
        metavar="WxH",
        help="pixels: 2048 for the longest side, or 1920x1080 (see --fit, --pad)",
    )
    shape = export.add_mutually_exclusive_group()
    shape.add_argument("--fit", action="store_true", help="stay within the size, cut nothing")
    shape.add_argument("--pad", action="store_true", help="add background up to the size")
    export.add_argument("--enlarge", action=_YES_OR_NO, help="make small pictures larger")
    export.add_argument("--filter", choices=("lanczos", "bicubic", "bilinear", "box", "nearest"))
    export.add_argument(
        "--cut",
        metavar="WHERE",
        help="what stays where pictures are cut: subject (what stands out), middle, top, bottom, "
        "left, right, or how far across and down in percent, such as 50,0",
    )
    export.add_argument("--background", metavar="COLOUR", help="behind what is transparent")
    export.add_argument("--profile", choices=("srgb", "keep", "display-p3"), help="of the colours")
    export.add_argument("--quality", type=int, metavar="1-100", help="of JPEG, WebP, AVIF, PDF")
    export.add_argument("--lossless", action=_YES_OR_NO, help="for WebP and PDF")
    export.add_argument(
        "--sounds", choices=("as-is", "flac", "wav", "ogg", "mp3"), help="what tunes become"
    )
    export.add_argument("--name", metavar="PATTERN", help="such as “{date} {title} {number}”")
    export.add_argument("--recipe", action=_YES_OR_NO, help="keep the recipe in the files")
    export.add_argument("--own-tags", action=_YES_OR_NO, help="keep the tags that works have")
    export.add_argument("--tags", metavar="WORDS", help="more tags, with commas between")
    export.add_argument("--sign", action=_YES_OR_NO, help="add Content Credentials")
    for word, what in (
        ("title", "of the work"),
        ("author", "who made it"),
        ("alt", "what is to be seen, for people who cannot see it"),
        ("licence", "what others may do with it"),
        ("copyright", "the notice"),
    ):
        export.add_argument(f"--{word}", metavar="TEXT", help=what)
    paper = export.add_argument_group("PDF for print")
    paper.add_argument("--paper", metavar="WxH", help="millimetres after cutting, such as 148x105")
    paper.add_argument("--dpi", type=int, help="dots per inch")
    paper.add_argument("--bleed", type=float, metavar="MM", help="beyond the edge of the paper")
    paper.add_argument("--marks", action=_YES_OR_NO, help="show where to cut")
    paper.add_argument("--together", action=_YES_OR_NO, help="one document of all pictures")
    paper.add_argument(
        "--page", choices=("crop", "fit"), help="fill the page, or show all of the picture"
    )
    sheet = export.add_argument_group("contact sheet, stickers, wallpapers")
    sheet.add_argument("--columns", type=int)
    sheet.add_argument("--rows", type=int)
    sheet.add_argument("--pages", choices=("pdf", "png", "jpeg"))
    sheet.add_argument("--sheet", metavar="WxH", help="millimetres of a page, such as 210x297")
    sheet.add_argument("--sheet-dpi", type=int, help="dots per inch of its pages")
    sheet.add_argument("--caption", metavar="PATTERN")
    sheet.add_argument("--heading", metavar="TEXT")
    sheet.add_argument("--outline", type=int, metavar="PIXELS", help="of stickers")
    sheet.add_argument("--outline-colour", metavar="COLOUR", help="of stickers")
    sheet.add_argument("--pack", metavar="NAME", help="of stickers")
    sheet.add_argument("--screens", metavar="NAMES", help="of wallpapers: full-hd,4k,phone …")
    sheet.add_argument(
        "--saved-as", choices=("png", "jpeg", "webp", "avif"), help="the format of wallpapers"
    )
    export.set_defaults(do=_export)


def _export(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from studio.export import Presets, export_many

    presets = Presets.default()
    if options.forget or options.rename:
        return _change(presets, options)
    if options.presets:
        for name, plan in presets.all().items():
            print(f"{name}  ({plan.format})")
        return OK
    if options.remember:
        presets.keep(options.remember, _plan(options))
        if options.to is None:
            return OK
    if options.to is None:
        raise StudioError("Say where the files shall go.", "Name a folder with --to.")
    plan = _plan(options)
    works = _works(options)
    options.to.expanduser().absolute().parent.mkdir(parents=True, exist_ok=True)
    with tqdm(
        total=len(works),
        bar_format="{desc}: {percentage:3.0f}% |{bar:24}| {n}/{total}, {remaining} left",
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:

        def report(done: int, of: int, title: str) -> None:
            bar.total, bar.n = of, done
            bar.set_description_str(title[:40])

        done = export_many(works, plan, options.to, report)
    try:
        presets.use(plan, options.to.expanduser().absolute())
    except StudioError as error:  # the files are there all the same
        print(error, file=sys.stderr)
    for file in done.files:
        print(file)
    for note in done.notes:
        print(note, file=sys.stderr)
    for left in done.left_out:
        print(f"“{left.artwork.title}” was left out. {left.why}", file=sys.stderr)
    return CANNOT if done.left_out else OK


def _change(presets: Presets, options: argparse.Namespace) -> int:
    """Rename or forget a preset of the artist's own."""
    if options.rename:
        presets.rename(*options.rename)
    if options.forget:
        if options.forget not in presets.own():
            raise StudioError(
                f"There is no preset “{options.forget}” of your own.",
                "easel export --presets lists them.",
            )
        presets.remove(options.forget)
    return OK


def _works(options: argparse.Namespace) -> list[Artwork]:
    """The artworks that are named or found, each once. StudioError where there are none."""
    from studio.export.outside import from_file
    from studio.library import Library
    from studio.library.gallery import Query
    from studio.paths import library_folder

    found: dict[str, Artwork] = {}
    folder = options.library or library_folder()
    files = [text for text in options.works if Path(text).exists()]
    asked = options.search or options.favourites or options.all
    if not asked and len(files) == len(options.works) and not folder.is_dir():
        works = [from_file(Path(text)) for text in files]
    else:
        with Library.open(folder) as library:
            works = [_work(library, text) for text in options.works]
            if asked:
                query = Query(
                    words=options.search or "", favourite=True if options.favourites else None
                )
                works += _found(library, query)
    for work in works:
        found.setdefault(str(work.path), work)
    if not found:
        raise StudioError(
            "There is nothing to export.", "Name artworks, or find some with --search or --all."
        )
    return list(found.values())


def _work(library: Library, text: str) -> Artwork:
    """An artwork by its file, its id, or how its id begins."""
    from studio.export.outside import from_file
    from studio.library.gallery import Query

    path = Path(text)
    if path.is_file():
        return library.at(path) or from_file(path)
    if not _ID.match(text.lower()):
        raise StudioError(
            f"There is no file “{text}”, and it is no artwork's id.", "Check how it is written."
        )
    if work := library.get(text.lower()):
        return work
    begun = _found(library, Query(), text.lower())
    if len(begun) != 1:
        raise StudioError(
            f"{'No' if not begun else 'More than one'} artwork's id begins with “{text}”.",
            "Write more of it." if begun else "Check how it is written.",
        )
    return begun[0]


def _found(library: Library, query: Any, begins: str = "") -> list[Artwork]:
    """What a query finds. begins: how the ids of those wanted begin."""
    found = library.gallery.find(query)
    cards = library.gallery.cards(found, 0, len(found))
    works = (library.get(card.id) for card in cards if card and card.id.startswith(begins))
    return [work for work in works if work is not None]


def _plan(options: argparse.Namespace) -> ExportPlan:
    """The preset, or the plain plan, with what the flags say. StudioError where that cannot be."""
    from pydantic import ValidationError

    from studio.export import ExportPlan

    values = _start(options).model_dump()
    for name in ("format", "background", "profile", "quality", "name", "sounds"):
        _set(values, name, getattr(options, name))
    _set(values, "lossless", options.lossless)
    _set(values, "sign", options.sign)
    _set(values, "keep_recipe", options.recipe)
    _set(values, "keep_tags", options.own_tags)
    if options.tags is not None:
        values["tags"] = tuple(tag for tag in options.tags.split(",") if tag.strip())
    if options.cut:
        values["cut"] = _cut(options.cut)
    for name in ("title", "author", "alt", "licence", "copyright"):
        _set(values["words"], name, getattr(options, name))
    if options.size:
        values["size"] |= _size(options)
    _set(values["size"], "filter", options.filter)
    _set(values["size"], "enlarge", options.enlarge)
    if options.paper:
        width, height = _pair(options.paper, "--paper", float)
        values["print"] |= {"width": width, "height": height}
    for name in ("dpi", "bleed", "marks", "together"):
        _set(values["print"], name, getattr(options, name))
    _set(values["print"], "fill", options.page)
    for name in ("columns", "rows", "pages", "caption", "heading"):
        _set(values["sheet"], name, getattr(options, name))
    if options.sheet:
        width, height = _pair(options.sheet, "--sheet", float)
        values["sheet"] |= {"width": width, "height": height}
    _set(values["sheet"], "dpi", options.sheet_dpi)
    _set(values["stickers"], "outline", options.outline)
    _set(values["stickers"], "colour", options.outline_colour)
    _set(values["stickers"], "pack", options.pack)
    _set(values["wallpapers"], "saved_as", options.saved_as)
    if options.screens:
        values["wallpapers"]["screens"] = tuple(
            name.strip() for name in options.screens.split(",") if name.strip()
        )
    try:
        return ExportPlan.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"]) or "name"
        raise StudioError(
            f"That cannot be exported so: {where}: {first['msg'].removeprefix('Value error, ')}.",
            "See easel export --help.",
        ) from error


def _start(options: argparse.Namespace) -> ExportPlan:
    from studio.export import ExportPlan, Presets

    if options.preset is None:
        return (Presets.default().last() if options.last else None) or ExportPlan()
    wanted = options.preset.casefold()
    presets = Presets.default().all()
    for match in (str.__eq__, str.startswith):
        for name, plan in presets.items():
            if match(name.casefold(), wanted):
                return plan
    raise StudioError(
        f"There is no preset “{options.preset}”.", "easel export --presets lists them."
    )


def _size(options: argparse.Namespace) -> dict[str, Any]:
    if options.size.strip().isdigit():
        return {"how": "longest", "longest": int(options.size)}
    width, height = _pair(options.size, "--size", int)
    how = "fit" if options.fit else "pad" if options.pad else "crop"
    return {"how": how, "width": width, "height": height}


def _cut(text: str) -> dict[str, float | None]:
    """What stays, across and down, 0..1; None looks for the subject."""
    named = text.strip().lower()
    if named in _CUTS:
        across, down = _CUTS[named]
        return {"across": across, "down": down}
    try:
        across, down = (float(part) / 100 for part in named.split(","))
    except ValueError as error:
        raise StudioError(
            f"“{text}” is no place in a picture.", f"Say {', '.join(_CUTS)}, or such as 50,0."
        ) from error
    return {"across": across, "down": down}


def _pair(text: str, flag: str, number: Any) -> tuple[Any, Any]:
    parts = text.lower().replace("×", "x").split("x")
    try:
        width, height = (number(part) for part in parts)
    except ValueError as error:
        raise StudioError(
            f"“{text}” is no width and height.", f"Write it like {flag} 148x105."
        ) from error
    return width, height


def _set(values: dict[str, Any], name: str, value: Any) -> None:
    if value is not None:
        values[name] = value
