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
from studio.export.focus import focus_of
from studio.export.pixels import Picture, flattened, is_transparent, open_picture, resized
from studio.export.plan import SUFFIXES, ExportPlan
from studio.export.run import Run
from studio.export.screens import SCREENS
from studio.library import Artwork, film_credits
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
    focus = focus_of(image, plan.cut) if plan.size.how == "crop" else None
    image = resized(image, plan.size, background=plan.background, focus=focus)
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
        done = picture_made(artwork, run.plan_of(artwork), said)
        return replace(done, data=run.signed(done.data, run.plan.format, said))

    made = run.attempt(artwork, make)
    if made is not None:
        name = run.name(artwork, number, made.said, made.size)
        run.put(name, SUFFIXES[run.plan.format], made.data)


def _as_it_is(run: Run, artwork: Artwork, number: int) -> None:
    """Films are copied to the last bit, sounds in the form asked for; with or without recipe."""

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
        keep, credit = run.plan.keep_recipe, run.said(artwork).credit
        found = read_picture(artwork.path)
        if artwork.is_film:
            film_credits.copy_film(
                artwork.path, path, found, keep_recipe=keep, credit=credit, check=run.check
            )
            return
        from studio.library import sounds

        form = sounds.form_of(path)
        sounds.copy_sound(
            artwork.path, path, found, form, keep_recipe=keep, credit=credit, check=run.check
        )

    if run.attempt(artwork, readable):
        suffix = artwork.path.suffix.lower()
        if artwork.is_sound and run.plan.sounds != "as-is":
            suffix = SUFFIXES[run.plan.sounds]
        name = run.name(artwork, number, run.said(artwork))
        run.files.append(run.folder.put_by(name, suffix, write))


def _page(run: Run, artwork: Artwork, number: int) -> None:
    def make() -> Made:
        picture = open_picture(artwork)
        said = run.said(artwork)
        note_of_dots(run, artwork, picture)
        page = printing.page_of(
            picture.image, picture.profile, run.plan_of(artwork), said.words.alt
        )
        return Made(pages.document([page], lambda: said), page.image.size, said)

    made = run.attempt(artwork, make)
    if made is not None:
        run.put(run.name(artwork, number, made.said, made.size), ".pdf", made.data)


def note_of_dots(run: Run, artwork: Artwork, picture: Picture) -> None:
    """Say so where a picture is too coarse for its size on paper."""
    paper = run.plan.print
    whole = not printing.fills(picture.image, paper)
    dots = printing.dots_per_inch(picture.image.size, paper, whole)
    if dots < printing.SHARP:
        run.notes.append(
            f"“{artwork.title}” has {dots:.0f} dots per inch at this size; it will look soft."
        )


def drawing_of(
    picture: Picture, plan: ExportPlan, said: words.Said, check: Callable[[], None]
) -> tuple[bytes, tuple[int, int]]:
    """The picture traced, and the size in pixels that it is shown at."""
    image, _ = colours.converted(picture.image, picture.profile, "srgb")
    focus = focus_of(image, plan.cut) if plan.size.how == "crop" else None
    image = resized(image, plan.size, background=plan.background, focus=focus)
    if plan.background is not None:
        image = flattened(image, plan.background)
    return drawings.drawing(image, said, size=image.size, check=check), image.size


def _drawing(run: Run, artwork: Artwork, number: int) -> None:
    def make() -> Made:
        picture = open_picture(artwork)
        said = run.said(artwork)
        data, size = drawing_of(picture, run.plan_of(artwork), said, run.check)
        return Made(run.signed(data, "svg", said), size, said)

    made = run.attempt(artwork, make)
    if made is not None:
        run.put(run.name(artwork, number, made.said, made.size), ".svg", made.data)


def _icons(run: Run, artwork: Artwork, number: int) -> None:
    said = run.attempt(artwork, lambda: run.said(artwork))
    if said is None:
        return
    made = run.attempt(artwork, lambda: _icon_files(run, artwork, said))
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


def _icon_files(run: Run, artwork: Artwork, said: words.Said) -> dict[str, bytes]:
    plan = run.plan_of(artwork)
    return icons.files(open_picture(artwork), said, plan.background, plan.cut, run.check)


def _wallpapers(run: Run, artwork: Artwork, number: int) -> None:
    plan = run.plan_of(artwork)
    kind = plan.wallpapers.saved_as

    def make(image: Image.Image, screen: str) -> Made:
        said = run.said(artwork)
        wall = walls.wallpaper(image, SCREENS[screen], plan)
        data = wall_file(wall, plan, said)
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


def wall_file(wall: Image.Image, plan: ExportPlan, said: words.Said) -> bytes:
    """A wallpaper as a file. wall: RGB, in sRGB."""
    wanted = "srgb" if plan.profile == "keep" else plan.profile
    wall, profile = colours.converted(wall, None, wanted)
    coding = Coding(plan.quality, plan.lossless)
    return encoded(wall, plan.wallpapers.saved_as, said, profile, coding)


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
