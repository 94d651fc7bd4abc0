"""The pixels of an artwork: opened, brought to size, put on a background."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageOps, UnidentifiedImageError

from studio.errors import StudioError
from studio.export.focus import Focus, focus_of
from studio.export.outside import KINDS
from studio.export.plan import FILTERS, MAX_SIDE, Size
from studio.library import Artwork
from studio.library.contents import MAX_PIXELS, NotAPicture
from studio.library.problems import in_words


@dataclass(frozen=True)
class Picture:
    """image: L, LA, RGB, RGBA or CMYK, without anything in its `info`. profile: its ICC profile."""

    image: Image.Image
    profile: bytes | None = None


def open_picture(artwork: Artwork) -> Picture:
    """Decode an artwork's picture, upright. StudioError where it cannot be read or is none."""
    if artwork.seconds > 0:
        raise StudioError(
            f"“{artwork.title}” is no picture that stands still.",
            "Choose pictures for this, or export it as it is.",
        )
    try:
        return _decoded(artwork.path)
    except FileNotFoundError as error:
        raise StudioError(
            f"The file of “{artwork.title}” is not there any more.",
            "If you moved it, put it back.",
        ) from error
    except (
        UnidentifiedImageError,
        NotAPicture,
        SyntaxError,
        ValueError,
        EOFError,
        Image.DecompressionBombError,
    ) as error:
        raise StudioError(
            f"The file of “{artwork.title}” is damaged or of a kind that Easel does not know.",
            "Leave it out, or make it again.",
        ) from error
    except OSError as error:
        if error.errno is None:  # Pillow's own word for files that are cut short
            raise StudioError(
                f"The file of “{artwork.title}” is damaged.", "Leave it out, or make it again."
            ) from error
        raise in_words(error, artwork.path.parent, "read this artwork") from error


def _decoded(path: Path) -> Picture:
    with Image.open(path, formats=KINDS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise NotAPicture("it is too large")
        profile = opened.info.get("icc_profile")
        image = ImageOps.exif_transpose(opened)
        if image is opened:
            image = opened.copy()
        transparent = "transparency" in image.info
        image.load()
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    elif transparent or image.mode in ("PA", "RGBa", "La"):
        image = image.convert("RGBA")
    elif image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGB")
    image.info = {}
    return Picture(image, profile)


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image, np.float64)
    full = 65535.0 if image.mode != "F" else max(float(values.max()), 1e-9)
    return Image.fromarray(np.clip(values / full * 255 + 0.5, 0, 255).astype(np.uint8), "L")


def target_size(size: tuple[int, int], wanted: Size) -> tuple[int, int]:
    """Pixels of the file that a picture of this size becomes."""
    width, height = size
    if wanted.how == "as-is":
        return size
    if wanted.how in ("pad", "crop"):
        smaller = not wanted.enlarge and (width < wanted.width or height < wanted.height)
        if wanted.how == "crop" and smaller:
            scale = min(width / wanted.width, height / wanted.height)
            return max(1, round(wanted.width * scale)), max(1, round(wanted.height * scale))
        return wanted.width, wanted.height
    if wanted.how == "longest":
        scale = wanted.longest / max(size)
    else:
        scale = min(wanted.width / width, wanted.height / height)
    if not wanted.enlarge:
        scale = min(scale, 1.0)
    return min(MAX_SIDE, max(1, round(width * scale))), min(MAX_SIDE, max(1, round(height * scale)))


def resized(
    image: Image.Image, wanted: Size, *, background: str | None = None, focus: Focus | None = None
) -> Image.Image:
    """The picture in the size wanted. background: around what is padded; None leaves it clear.

    focus: what stays in view where it is cut; looked for where None.
    """
    size = target_size(image.size, wanted)
    if size[0] * size[1] > MAX_PIXELS:
        raise StudioError(
            f"{size[0]:,} × {size[1]:,} pixels are more than Easel can handle.",
            "Export it smaller.",
        )
    resample = FILTERS[wanted.filter]
    if wanted.how == "crop":
        return cropped(image, size, focus or focus_of(image), wanted.filter)
    if wanted.how != "pad":
        return image if size == image.size else image.resize(size, resample)
    scale = min(size[0] / image.width, size[1] / image.height)
    if not wanted.enlarge:
        scale = min(scale, 1.0)
    inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return padded(image if inner == image.size else image.resize(inner, resample), size, background)


def cropped(
    image: Image.Image, size: tuple[int, int], focus: Focus, filter_name: str = "lanczos"
) -> Image.Image:
    """The largest part of `image` with the proportions of `size`, around the focus, at `size`."""
    across, down, wide, high = window(image.size, size, focus)
    left, top, width, height = (
        part * whole for part, whole in zip((across, down, wide, high), image.size * 2, strict=True)
    )
    box = (left, top, left + width, top + height)
    if filter_name == "nearest" or size == (round(width), round(height)):
        # Whole pixels stay whole.
        left, top = round(left), round(top)
        box = (left, top, left + round(width), top + round(height))
    return image.resize(size, FILTERS[filter_name], box=box)


def window(
    picture: tuple[int, int], size: tuple[float, float], focus: Focus
) -> tuple[float, float, float, float]:
    """The part of a picture that `cropped` keeps: left, top, width and height, each 0..1."""
    scale = min(picture[0] / size[0], picture[1] / size[1])
    width, height = min(size[0] * scale / picture[0], 1), min(size[1] * scale / picture[1], 1)
    across, down = focus.window(width, height)
    return min(max(across, 0), 1 - width), min(max(down, 0), 1 - height), width, height


def padded(image: Image.Image, size: tuple[int, int], background: str | None) -> Image.Image:
    """`image` in the middle of a picture of `size`; clear around it where background is None."""
    if background is None:
        ground = Image.new("RGBA", size, (0, 0, 0, 0))
    else:
        ground = Image.new("RGB", size, rgb(background))
    place = (size[0] - image.width) // 2, (size[1] - image.height) // 2
    if background is None:
        ground.paste(image.convert("RGBA"), place)
    else:
        ground.paste(flattened(image, background), place)
    return ground


def flattened(image: Image.Image, background: str) -> Image.Image:
    """The picture over a colour, without transparency: L stays L, all else becomes RGB."""
    if "A" not in image.getbands():
        return image if image.mode in ("L", "RGB") else image.convert("RGB")
    ground = Image.new("RGBA", image.size, (*rgb(background), 255))
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


def is_transparent(image: Image.Image) -> bool:
    """Whether any pixel is not opaque."""
    if "A" not in image.getbands():
        return False
    opaque = image.getchannel("A").histogram()[255]
    return opaque < image.width * image.height


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of a colour such as "#ffffff"."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue
