"""What each artwork becomes alone: a picture, a page, a drawing, icons, wallpapers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PIL import Image

from studio.errors import StudioError
from studio.export import colours, drawings, icons, pages, printing, walls, words
from studio.export.encode import Coding, encoded
from studio.export.pixels import Picture, flattened, is_transparent, open_picture, resized
from studio.export.plan import SUFFIXES, ExportPlan
from studio.export.run import Run
from studio.export.screens import SCREENS
from studio.library import Artwork, copies
from studio.library.contents import NotAPicture
from studio.library.problems import in_words
from studio.library.reading import read_picture


@dataclass(frozen=True)
class Made:
    """A file that is finished but not written yet. size: in pixels."""

    data: bytes
    size: tuple[int, int]
    said: words.Said


def picture_made(artwork: Artwork, plan: ExportPlan, said: words.Said) -> Made:
    """The picture that an artwork becomes, not signed. StudioError where it cannot be."""
    image, profile = pixels_of(open_picture(artwork), plan)
    data = encoded(image, plan.format, said, profile, coding_of(plan))
    return Made(data, image.size, said)


def pixels_of(picture: Picture, plan: ExportPlan) -> tuple[Image.Image, bytes | None]:
    """The pixels as the plan wants them, and the profile of their colours."""
    image = picture.image
    if plan.background is not None and is_transparent(image):
        image = flattened(image, plan.background)
    image = resized(image, plan.size, background=plan.background)
    return colours.converted(image, picture.profile, plan.profile)


def coding_of(plan: ExportPlan) -> Coding:
    """How pixels become bytes by a plan."""
    return Coding(plan.quality, plan.lossless, plan.print.dpi, plan.background or "#ffffff")


def _picture(run: Run, artwork: Artwork, number: int) -> None:
    if artwork.seconds > 0:
        _as_it_is(run, artwork, number)
        return

    def make() -> Made:
        said = run.said(artwork)
        done = picture_made(artwork, run.plan, said)
        return replace(done, data=run.signed(done.data, run.plan.format, said))

    made = run.attempt(artwork, make)
    if made is not None:
        name = run.name(artwork, number, made.said, made.size)
        run.put(name, SUFFIXES[run.plan.format], made.data)


def _as_it_is(run: Run, artwork: Artwork, number: int) -> None:
    """Films and sounds are copied to the last bit, with or without their recipe."""

    def readable() -> bool:
        try:
            read_picture(artwork.path)
        except NotAPicture as error:
            raise StudioError(
                f"The file of “{artwork.title}” is damaged: {error}.", "Make it again."
            ) from error
        except FileNotFoundError as error:
            raise StudioError(
                f"The file of “{artwork.title}” is not there any more.",
                "If you moved it, put it back.",
            ) from error
        except OSError as error:
            raise in_words(error, artwork.path.parent, "read this artwork") from error
        return True

    def write(path: Path) -> None:
        copies.prepared(
            artwork.path,
            path,
            sort="film" if artwork.is_film else "sound",
            wanted=None,
            keep_recipe=run.plan.keep_recipe,
            background="#ffffff",
        )()

    if run.attempt(artwork, readable):
        name = run.name(artwork, number, run.said(artwork))
        run.files.append(run.folder.put_by(name, artwork.path.suffix.lower(), write))


def _page(run: Run, artwork: Artwork, number: int) -> None:
    def make() -> Made:
        picture = open_picture(artwork)
        said = run.said(artwork)
        note_of_dots(run, artwork, picture)
        page = printing.page_of(picture.image, picture.profile, run.plan, said.words.alt)
        return Made(pages.document([page], lambda: said), page.image.size, said)

    made = run.attempt(artwork, make)
    if made is not None:
        run.put(run.name(artwork, number, made.said, made.size), ".pdf", made.data)


def note_of_dots(run: Run, artwork: Artwork, picture: Picture) -> None:
    """Say so where a picture is too coarse for its size on paper."""
    dots = printing.dots_per_inch(picture.image.size, run.plan.print)
    if dots < printing.SHARP:
        run.notes.append(
            f"“{artwork.title}” has {dots:.0f} dots per inch at this size; it will look soft."
        )


def _drawing(run: Run, artwork: Artwork, number: int) -> None:
    def make() -> Made:
        picture = open_picture(artwork)
        said = run.said(artwork)
        image, _ = colours.converted(picture.image, picture.profile, "srgb")
        image = resized(image, run.plan.size, background=run.plan.background)
        if run.plan.background is not None:
            image = flattened(image, run.plan.background)
        data = drawings.drawing(image, said, size=image.size, check=run.check)
        return Made(run.signed(data, "svg", said), image.size, said)

    made = run.attempt(artwork, make)
    if made is not None:
        run.put(run.name(artwork, number, made.said, made.size), ".svg", made.data)


def _icons(run: Run, artwork: Artwork, number: int) -> None:
    said = run.attempt(artwork, lambda: run.said(artwork))
    if said is None:
        return
    made = run.attempt(
        artwork, lambda: icons.files(open_picture(artwork), said, run.plan.background)
    )
    if made is None:
        return
    folder = run.folder.inner(run.name(artwork, number, said))
    try:
        for name, data in made.items():
            run.check()
            stem, dot, suffix = name.rpartition(".")
            folder.put(stem, dot + suffix, data)
    except BaseException:
        folder.take_back()
        raise
    run.files += folder.files


def _wallpapers(run: Run, artwork: Artwork, number: int) -> None:
    plan = run.plan
    kind = plan.wallpapers.saved_as

    def make(image: Image.Image, screen: str) -> Made:
        wall = walls.wallpaper(image, SCREENS[screen], plan)
        said = run.said(artwork)
        wanted = "srgb" if plan.profile == "keep" else plan.profile
        wall, profile = colours.converted(wall, None, wanted)
        data = encoded(wall, kind, said, profile, Coding(plan.quality, plan.lossless))
        return Made(run.signed(data, kind, said), wall.size, said)

    def opened() -> Image.Image:
        picture = open_picture(artwork)
        return colours.converted(picture.image, picture.profile, "srgb")[0]

    image = run.attempt(artwork, opened)
    if image is None:
        return
    for screen in plan.wallpapers.screens:
        run.check()
        made = run.attempt(artwork, partial(make, image, screen))
        if made is None:
            return
        name = run.name(artwork, number, made.said, made.size, screen)
        run.put(name, SUFFIXES[kind], made.data)


ALONE: dict[str, Callable[[Run, Artwork, int], None]] = {
    "png": _picture,
    "jpeg": _picture,
    "webp": _picture,
    "tiff": _picture,
    "avif": _picture,
    "pdf": _page,
    "svg": _drawing,
    "icons": _icons,
    "wallpapers": _wallpapers,
}
