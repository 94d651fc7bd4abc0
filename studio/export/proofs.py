"""What will come out, to be looked at before it is written: made by the very code that writes.

Two ways: a draft, small and at once, while something changes; and the finished thing, with how
many bytes it takes.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from PIL import Image

from studio.errors import StudioError
from studio.export import colours, contact, icons, pages, printing, stickers, walls, words
from studio.export.focus import focus_of
from studio.export.pixels import (
    Picture,
    flattened,
    is_transparent,
    open_picture,
    resized,
    rgb,
    window,
)
from studio.export.pixels import target_size as size_of
from studio.export.plan import PICTURES, Cut, ExportPlan, Size, Words
from studio.export.screens import SCREENS, Screen
from studio.export.sets import caption_of
from studio.export.singles import coding_of, drawing_of, picture_made, pixels_of, wall_file
from studio.library import Artwork

SIDE = 1200  # pixels a side that a finished one is shown with at most
DRAFT = 640
_KEPT = 24  # drafts are made of small copies of this many pictures
_SMALL = 800  # pixels a side of those
_LIGHT = 3 * 200  # of red, green and blue together

Box = tuple[float, float, float, float]
Check = Callable[[], None]


@dataclass(frozen=True)
class Proof:
    """One thing that comes out.

    images: each with its words; one without words, but of icons, which come in many sizes.
    drawing: SVG, which is shown instead; "" for none.
    pixels: width and height in the file; None where there are none or several.
    paper: width and height in millimetres once it is cut; None where it is not for paper.
    bleed: mm. trim: where paper is cut, as parts of the image: left, top, right, bottom.
    window: the part of the picture that is seen, left, top, width, height, each 0..1; None where
    nothing is cut away. artwork: what it is of; None of a sheet.
    dots: per inch, on paper. screen: of a wallpaper.
    size: bytes; 0 for not known. about: that is only near.
    files: how many it becomes. light: its edge is light, and seen on something darker only.
    """

    artwork: Artwork | None
    images: tuple[tuple[Image.Image, str], ...] = ()
    drawing: bytes = b""
    pixels: tuple[int, int] | None = None
    paper: tuple[float, float] | None = None
    bleed: float = 0.0
    trim: Box | None = None
    window: Box | None = None
    dots: float = 0.0
    screen: str = ""
    size: int = 0
    about: bool = False
    files: int = 1
    light: bool = False


class Proofs:
    """Makes proofs of some artworks, each asked for by its number. Any thread may use it.

    said, cuts: of single artworks, as with `export_many`.
    """

    def __init__(self, artworks: Sequence[Artwork]) -> None:
        self._artworks = tuple(artworks)
        self._still = tuple(each for each in artworks if not each.seconds)
        self._small: OrderedDict[str, Picture] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, plan: ExportPlan) -> int:
        """How many there are to look at: works, pages of a sheet, wallpapers for each screen."""
        if plan.format == "contact-sheet":
            on_page = plan.sheet.columns * plan.sheet.rows
            return max(1, -(-len(self._still) // on_page))
        if plan.format == "wallpapers":
            return max(1, len(self._artworks) * len(plan.wallpapers.screens))
        return max(1, len(self._artworks))

    def artwork(self, plan: ExportPlan, number: int) -> Artwork | None:
        """What a proof is of; None of a sheet."""
        if plan.format == "contact-sheet":
            return None
        number = min(max(number, 0), self.count(plan) - 1)
        if plan.format == "wallpapers":
            number //= len(plan.wallpapers.screens)
        return self._artworks[number] if self._artworks else None

    def make(
        self,
        plan: ExportPlan,
        number: int,
        *,
        draft: bool,
        said: Mapping[str, Words] | None = None,
        cuts: Mapping[str, Cut] | None = None,
        check: Check = lambda: None,
    ) -> Proof:
        """One proof. draft: a small one, at once. StudioError where that cannot be made.

        number: from 0. check: called between steps; what it raises to stop comes through.
        """
        number = min(max(number, 0), self.count(plan) - 1)
        if plan.format == "contact-sheet":
            return self._sheet(plan, number, draft, check)
        artwork = self.artwork(plan, number)
        if artwork is None:
            raise StudioError("There is nothing to look at.", "Choose some works first.")
        if artwork.seconds:
            return Proof(artwork)
        if cuts and artwork.id in cuts:
            plan = plan.model_copy(update={"cut": cuts[artwork.id]})
        own = (said or {}).get(artwork.id, Words()).over(plan.words)
        how = _One(self, artwork, plan, own, draft, check)
        if plan.format == "wallpapers":
            screens = plan.wallpapers.screens
            return _wall(how, screens[number % len(screens)])
        return _MAKERS[plan.format](how)

    def small(self, artwork: Artwork) -> Picture:
        """A small copy of an artwork's picture, from memory where it is there."""
        with self._lock:
            if artwork.id in self._small:
                self._small.move_to_end(artwork.id)
                return self._small[artwork.id]
        found = open_picture(artwork)
        image = found.image
        if max(image.size) > _SMALL:
            image = image.copy() if image.mode != "CMYK" else image
            image.thumbnail((_SMALL, _SMALL), Image.Resampling.LANCZOS, reducing_gap=2.0)
        kept = Picture(image, found.profile)
        with self._lock:
            self._small[artwork.id] = kept
            while len(self._small) > _KEPT:
                self._small.popitem(last=False)
        return kept

    def _sheet(self, plan: ExportPlan, number: int, draft: bool, check: Check) -> Proof:
        sheet = plan.sheet
        on_page = sheet.columns * sheet.rows
        begin = number * on_page
        if not self._still:
            raise StudioError("None of these is a picture that stands still.", "Choose pictures.")
        dots = SIDE / max(sheet.width, sheet.height) * 25.4
        shown = sheet if not draft else sheet.model_copy(update={"dpi": min(sheet.dpi, int(dots))})

        def pictures() -> list[tuple[Image.Image, str]]:
            made = []
            for place, artwork in enumerate(self._still[begin : begin + on_page], begin + 1):
                check()
                try:
                    found = self.small(artwork)
                except StudioError:
                    continue  # named once it is written
                image, _ = colours.converted(found.image, found.profile, "srgb")
                made.append((image, caption_of(plan, artwork, place, len(self._still))))
            return made

        # What stands at the foot of a page says which of how many it is.
        before = ((Image.new("L", (1, 1)), "") for _ in range(begin))
        made = contact.pages([*before, *pictures()], shown, len(self._still))
        page = next(islice(made, number, None), None)
        if page is None:
            raise StudioError("None of these pictures can be read.", "Look at their files.")
        size = 0
        if not draft:
            kind = "jpeg" if sheet.pages == "pdf" else sheet.pages
            buffer = io.BytesIO()
            page.save(buffer, kind.upper(), **({"quality": plan.quality} if kind == "jpeg" else {}))
            size = buffer.tell()
        layout = contact.Layout.of(sheet)
        return Proof(
            None,
            ((_shown(page), ""),),
            pixels=layout.page if sheet.pages != "pdf" else None,
            paper=(sheet.width, sheet.height),
            trim=(0.0, 0.0, 1.0, 1.0),
            dots=sheet.dpi,
            size=size * (self.count(plan) if sheet.pages == "pdf" else 1),
            about=True,
        )


@dataclass(frozen=True)
class _One:
    """What one artwork's proof is made by."""

    proofs: Proofs
    artwork: Artwork
    plan: ExportPlan
    own: Words
    draft: bool
    check: Check

    @property
    def said(self) -> words.Said:
        return words.said_of(self.artwork, self.own, self.plan)

    def picture(self) -> Picture:
        """Small for a draft, else whole."""
        found = self.proofs.small(self.artwork) if self.draft else open_picture(self.artwork)
        self.check()
        return found

    @property
    def size(self) -> tuple[int, int]:
        """Of the whole picture, in pixels; the library's own word, or what the file has."""
        width, height = self.artwork.width, self.artwork.height
        small = self.proofs.small(self.artwork).image.size
        turned = (width < height) != (small[0] < small[1]) and width != height
        return (height, width) if turned else (width, height)


def _picture(one: _One) -> Proof:
    plan, size = one.plan, one.size
    wanted = size_of(size, plan.size)
    cut = None
    if plan.size.how == "crop":
        small = one.proofs.small(one.artwork).image
        cut = window(size, wanted, focus_of(small, plan.cut))
    if not one.draft:
        made = picture_made(one.artwork, plan, one.said)
        one.check()
        with Image.open(io.BytesIO(made.data)) as opened:
            image = _in_srgb(opened)
        return Proof(one.artwork, ((image, ""),), pixels=made.size, window=cut, size=len(made.data))
    # As if the picture and all that is asked for were smaller by the same part.
    part = min(1.0, DRAFT / max(wanted))
    found = one.picture()
    image = _lesser(found.image, size, part)
    smaller = plan.model_copy(update={"size": _scaled_down(plan, part)})
    image, profile = pixels_of(Picture(image, found.profile), smaller)
    if plan.format == "jpeg":
        image = flattened(image, coding_of(plan).background)
    image, _ = colours.converted(image, profile, "srgb")
    return Proof(one.artwork, ((image, ""),), pixels=wanted, window=cut)


def _lesser(image: Image.Image, size: tuple[int, int], part: float) -> Image.Image:
    """A small copy of a picture, at this part of its whole size."""
    lesser = max(1, round(size[0] * part)), max(1, round(size[1] * part))
    return image if lesser == image.size else image.resize(lesser)


def _scaled_down(plan: ExportPlan, part: float) -> Size:
    """The size that is asked for, at this part of it."""
    scaled = {
        name: max(1, round(getattr(plan.size, name) * part))
        for name in ("longest", "width", "height")
    }
    return plan.size.model_copy(update=scaled)


def _page(one: _One) -> Proof:
    plan, found, size = one.plan, one.picture(), one.size
    alt = one.own.alt
    page = printing.page_of(found.image, found.profile, plan, alt, size)
    made = 0
    if not one.draft:
        said = one.said
        made = len(pages.document([page], lambda: said))
    one.check()
    cut = None
    fills = printing.fills(found.image, plan.print)
    if fills:
        room = printing.room_of((page.width, page.height), plan.print)
        cut = window(size, room, focus_of(found.image, plan.cut))
    image, trim = pages.drawn(page, DRAFT if one.draft else SIDE)
    return Proof(
        one.artwork,
        ((image, ""),),
        pixels=None if one.draft else page.image.size,
        paper=(page.width, page.height),
        bleed=page.bleed,
        trim=trim,
        window=cut,
        dots=printing.dots_per_inch(size, plan.print, whole=not fills),
        size=made,
    )


def _drawing(one: _One) -> Proof:
    plan, found = one.plan, one.picture()
    image, _ = colours.converted(found.image, found.profile, "srgb")
    size = size_of(one.size, plan.size)
    cut = None
    if plan.size.how == "crop":
        cut = window(one.size, size, focus_of(image, plan.cut))
    if one.draft:  # tracing takes long: the picture that it is made of
        part = min(1.0, DRAFT / max(size))
        small = _scaled_down(plan, part)
        focus = focus_of(image, plan.cut) if cut else None
        image = resized(_lesser(image, one.size, part), small, background=None, focus=focus)
        return Proof(one.artwork, ((image, ""),), pixels=size, window=cut)
    data, size = drawing_of(found, plan, one.said, one.check)
    return Proof(one.artwork, drawing=data, pixels=size, window=cut, size=len(data))


def _sticker(one: _One) -> Proof:
    plan = one.plan.stickers
    image = stickers.sticker(one.picture(), plan.outline, plan.colour)
    one.check()
    data = b"" if one.draft else stickers.as_webp(image, one.said)
    if data:
        with Image.open(io.BytesIO(data)) as opened:
            image = opened.convert("RGBA")
    light = bool(plan.outline) and sum(rgb(plan.colour)) > _LIGHT
    return Proof(one.artwork, ((image, ""),), pixels=image.size, size=len(data), light=light)


def _icon_set(one: _One) -> Proof:
    plan, found = one.plan, one.picture()
    square = icons.square_of(found, plan.cut)
    base = icons.grounded(square, plan.background)
    made = [(icons.scaled(base, side), str(side)) for side in icons.SHOWN]
    mask = icons.maskable(square, plan.background or "#ffffff").resize(
        (96, 96), Image.Resampling.LANCZOS
    )
    made.append((mask, "For phones"))
    cut = None
    if not is_transparent(found.image):
        cut = window(found.image.size, (1, 1), focus_of(found.image, plan.cut))
    files: dict[str, bytes] = {}
    if not one.draft:
        one.check()
        files = icons.files(found, one.said, plan.background, plan.cut, one.check)
    size = sum(map(len, files.values()))
    return Proof(one.artwork, tuple(made), window=cut, size=size, files=max(1, len(files)))


def _wall(one: _One, name: str) -> Proof:
    plan, found, screen = one.plan, one.picture(), SCREENS[name]
    image, _ = colours.converted(found.image, found.profile, "srgb")
    shown = screen
    if one.draft:
        part = min(1.0, DRAFT / max(screen.width, screen.height))
        shown = Screen(screen.name, round(screen.width * part), round(screen.height * part))
    cut = None
    if walls.cuts(image, screen):
        focus = focus_of(image, plan.cut)
        cut = window(one.size, (screen.width, screen.height), focus)
    wall = walls.wallpaper(image, shown, plan)
    one.check()
    size = 0
    if not one.draft:
        data = wall_file(wall, plan, one.said)
        size = len(data)
        with Image.open(io.BytesIO(data)) as opened:
            wall = _in_srgb(opened)
    return Proof(
        one.artwork,
        ((_shown(wall), ""),),
        pixels=(screen.width, screen.height),
        window=cut,
        screen=screen.name,
        size=size,
    )


def _in_srgb(opened: Image.Image) -> Image.Image:
    """What a screen shows of a file that was written, no larger than it is looked at."""
    profile = opened.info.get("icc_profile")
    image: Image.Image = opened.copy()
    return _shown(colours.converted(_shown(image), profile, "srgb")[0])


def _shown(image: Image.Image) -> Image.Image:
    """At most as large as it is looked at."""
    if max(image.size) > SIDE:
        image = image.copy()
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


_MAKERS: dict[str, Callable[[_One], Proof]] = {
    **dict.fromkeys(PICTURES, _picture),
    "pdf": _page,
    "svg": _drawing,
    "stickers": _sticker,
    "icons": _icon_set,
}
