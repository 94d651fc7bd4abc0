"""Wallpapers: a picture cut to a screen so that its subject stays in view."""

from __future__ import annotations

import numpy as np
from PIL import Image

from studio.export.focus import focus_of
from studio.export.pixels import cropped, flattened, is_transparent, padded
from studio.export.plan import ExportPlan
from studio.export.screens import Screen

_ROOM = 0.7  # how much of the screen a subject without surroundings takes
_EVEN = 6.0  # levels of 255 that a picture's border may vary and still be of one colour
_NARROW = 0.55  # of a picture must be seen; where less were, it gets room around it instead


def wallpaper(image: Image.Image, screen: Screen, plan: ExportPlan) -> Image.Image:
    """The picture at the screen's size, RGB.

    It is cut around its subject. A subject on nothing, or on one even colour that would lose much
    of itself, stands whole in the middle, on the plan's background or that colour.
    """
    size = screen.width, screen.height
    if is_transparent(image):
        box = image.getchannel("A").getbbox() or (0, 0, *image.size)
        return _standing(image.crop(box), size, plan.background or _calm(image), _ROOM)
    border = _stands_on(image, size)
    if border is not None:
        return _standing(image, size, border, 1.0)
    return cropped(flattened(image, "#ffffff").convert("RGB"), size, focus_of(image, plan.cut))


def cuts(image: Image.Image, screen: Screen) -> bool:
    """Whether a part of the picture is lost on this screen, so that it matters which."""
    size = screen.width, screen.height
    return not is_transparent(image) and _stands_on(image, size) is None


def _stands_on(image: Image.Image, size: tuple[int, int]) -> str | None:
    """The one colour around an opaque picture that would lose much of itself; else None."""
    shown = min(image.width * size[1], image.height * size[0]) / max(
        image.width * size[1], image.height * size[0]
    )
    return _border_colour(image) if shown < _NARROW else None


def _standing(
    image: Image.Image, size: tuple[int, int], background: str, room: float
) -> Image.Image:
    scale = room * min(size[0] / image.width, size[1] / image.height)
    inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return padded(image.resize(inner, Image.Resampling.LANCZOS), size, background).convert("RGB")


def _calm(image: Image.Image) -> str:
    """A pale tint of the picture's own colours, to stand on."""
    pixels = np.asarray(image.convert("RGBA").resize((32, 32)), np.float64)
    weight = pixels[..., 3:]
    mean = (pixels[..., :3] * weight).sum(axis=(0, 1)) / max(float(weight.sum()), 1.0)
    return _hex(255 - (255 - mean) * 0.22)


def _border_colour(image: Image.Image) -> str | None:
    """The colour all around a picture's border, None where it has several."""
    pixels = np.asarray(image.convert("RGB"), np.float64)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if float(border.std(axis=0).max()) > _EVEN:
        return None
    return _hex(np.median(border, axis=0))


def _hex(values: np.ndarray) -> str:
    return "#{:02x}{:02x}{:02x}".format(*(round(float(value)) for value in values))
