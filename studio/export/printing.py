"""Pictures as pages for print: which part is seen, at how many dots per inch."""

from __future__ import annotations

import math

from PIL import Image

from studio.errors import StudioError
from studio.export import colours
from studio.export.focus import focus_of
from studio.export.pages import Page
from studio.export.pixels import cropped, flattened, is_transparent
from studio.export.plan import MM_PER_INCH, ExportPlan, Print

LONGEST = 5000  # mm; readers of PDF draw no page that is longer than 5080
SHARP = 150  # dots per inch below which a print in the hand looks soft


def page_size(size: tuple[int, int], wanted: Print) -> tuple[float, float]:
    """Width and height of the cut page in mm, for a picture of `size` pixels."""
    width, height = wanted.width, wanted.height
    if not width and not height:
        return size[0] / wanted.dpi * MM_PER_INCH, size[1] / wanted.dpi * MM_PER_INCH
    if not height:
        return width, width * size[1] / size[0]
    if not width:
        return height * size[0] / size[1], height
    return width, height


def dots_per_inch(size: tuple[int, int], wanted: Print, whole: bool = False) -> float:
    """How finely a picture of `size` pixels is printed, before it is brought down to `dpi`.

    whole: all of it is shown on the page, which pictures are that do not fill it (`fills`).
    """
    width, height = page_size(size, wanted)
    if wanted.fill == "crop" and not whole:
        shown = min(size[0] / (width + 2 * wanted.bleed), size[1] / (height + 2 * wanted.bleed))
    else:
        shown = max(size[0] / width, size[1] / height)
    return shown * MM_PER_INCH


def page_of(
    image: Image.Image,
    profile: bytes | None,
    plan: ExportPlan,
    alt: str,
    size: tuple[int, int] | None = None,
) -> Page:
    """The page with this picture. profile: its own ICC profile, or None for sRGB.

    size: of the picture in pixels, where `image` is a smaller copy of it.
    """
    wanted = plan.print
    width, height = page_size(size or image.size, wanted)
    if max(width, height) + 2 * wanted.bleed > LONGEST:
        raise StudioError(
            f"A page of {width:.0f} × {height:.0f} mm is too large for a PDF.",
            "Ask for a smaller one, or for more dots per inch.",
        )
    if fills(image, wanted):
        box = None
        room = room_of((width, height), wanted)
        target = _dots(room, wanted.dpi)
        shown = min(image.width / room[0], image.height / room[1])
        seen = max(1, round(room[0] * shown)), max(1, round(room[1] * shown))
        smaller = min(target, seen)  # both have the same proportions
        image = cropped(image, smaller, focus_of(image, plan.cut), plan.size.filter)
    else:
        scale = min(width / image.width, height / image.height)
        room = image.width * scale, image.height * scale
        box = (width - room[0]) / 2, (height - room[1]) / 2, *room
        target = _dots(room, wanted.dpi)
        if target[0] < image.width:
            image = cropped(image, target, focus_of(image), plan.size.filter)
    if plan.background is not None and is_transparent(image):
        image = flattened(image, plan.background)
    # A document keeps colours of RGB only; greys and the colours of printing presses become those.
    keep = plan.profile == "keep" and profile is not None and image.mode in ("RGB", "RGBA")
    wanted_profile = plan.profile if keep or plan.profile != "keep" else "srgb"
    image, tagged = colours.converted(image, profile, wanted_profile)
    return Page(
        image,
        tagged or colours.srgb(),
        width,
        height,
        wanted.bleed,
        box,
        plan.background,
        wanted.marks,
        alt,
        None if plan.lossless else plan.quality,
    )


def room_of(page: tuple[float, float], wanted: Print) -> tuple[float, float]:
    """Width and height of the cut page with its bleed on all sides, in mm."""
    return page[0] + 2 * wanted.bleed, page[1] + 2 * wanted.bleed


def fills(image: Image.Image, wanted: Print) -> bool:
    """Whether a picture covers the page: a subject on nothing would only lose its ears by it."""
    by_itself = not wanted.width and not wanted.height
    return wanted.fill == "crop" and (by_itself or not is_transparent(image))


def _dots(millimetres: tuple[float, float], dpi: int) -> tuple[int, int]:
    width, height = (max(1, math.ceil(each / MM_PER_INCH * dpi - 1e-6)) for each in millimetres)
    return width, height
