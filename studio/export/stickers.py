"""Sticker packs as messengers take them.

512 x 512 pixels, WebP with transparency, under 100 KB, a white outline, some room around; 3 to 30
stickers in a pack, and a small picture for the pack: WhatsApp's terms, which are the strictest
(https://github.com/WhatsApp/stickers); Telegram and Signal take the same files.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from studio.errors import StudioError
from studio.export import words
from studio.export.colours import converted
from studio.export.pixels import Picture, is_transparent, rgb
from studio.library.metadata import SOFTWARE

SIDE = 512  # pixels
MOST_BYTES = 100_000
PACK = 30  # stickers
_MARGIN = 16
_TRAY = 96
_FINE = 2  # times as many pixels while the outline is drawn, so that its edge is smooth
_CORNER = 0.12  # of a sticker made of a picture without transparency
_FAINT = 8  # of 255; what is fainter does not count as part of the sticker


def sticker(picture: Picture, outline: int, colour: str) -> Image.Image:
    """A sticker, 512 x 512 RGBA in sRGB. outline: in pixels; 0 for none.

    What is transparent around the subject is cut away; a picture without transparency gets round
    corners. StudioError where nothing is to be seen.
    """
    image, _ = converted(picture.image, picture.profile, "srgb")
    image = image.convert("RGBA")
    whole = not is_transparent(image)
    box = image.getchannel("A").point(lambda value: 255 if value >= _FAINT else 0).getbbox()
    if box is None:
        raise StudioError("Nothing is to be seen in this picture.", "Leave it out.")
    image = image.crop(box)
    side = SIDE * _FINE
    room = side - 2 * _FINE * (_MARGIN + outline)
    scale = room / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image = image.resize(size, Image.Resampling.LANCZOS)
    if whole:
        image.putalpha(_rounded(size))
    ground = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    ground.paste(image, ((side - size[0]) // 2, (side - size[1]) // 2))
    if outline:
        wide = _widened(np.asarray(ground.getchannel("A")), outline * _FINE)
        behind = Image.new("RGBA", ground.size, (*rgb(colour), 0))
        behind.putalpha(Image.fromarray(wide, "L"))
        ground = Image.alpha_composite(behind, ground)
    return ground.resize((SIDE, SIDE), Image.Resampling.BOX)


def as_webp(image: Image.Image, said: words.Said, limit: int = MOST_BYTES) -> bytes:
    """WebP of at most `limit` bytes, as fine as that allows; its words without the recipe.

    StudioError where it cannot be made so small.
    """
    packet = words.packet(said.bare)
    for quality in (95, 90, 85, 80, 75, 70, 60, 50, 40, 30, 20, 10, 1):
        buffer = io.BytesIO()
        image.save(
            buffer,
            "WEBP",
            quality=quality,
            alpha_quality=max(quality, 50),
            method=6,
            xmp=packet.encode(),
        )
        if buffer.tell() <= limit:
            return buffer.getvalue()
    raise StudioError(
        f"This picture has too much detail for a sticker of {limit // 1000} KB.",
        "Leave it out of the pack.",
    )


def tray(image: Image.Image) -> Image.Image:
    """The small picture that stands for a pack, 96 x 96 RGBA."""
    return image.resize((_TRAY, _TRAY), Image.Resampling.LANCZOS)


def contents(name: str, author: str, stickers: Sequence[tuple[str, str]], tray_file: str) -> bytes:
    """The list of a pack as WhatsApp's own examples have it. stickers: (file, what is seen)."""
    values = {
        "identifier": name,
        "name": name[:128],
        "publisher": (author or SOFTWARE)[:128],
        "tray_image_file": tray_file,
        "image_data_version": "1",
        "avoid_cache": False,
        "stickers": [
            {"image_file": file, "emojis": ["🎨"], "accessibility_text": seen[:125]}
            for file, seen in stickers
        ],
    }
    return json.dumps({"sticker_packs": [values]}, ensure_ascii=False, indent=1).encode()


def packs(count: int) -> list[tuple[int, int]]:
    """How `count` stickers are shared out among packs: (first, past the last) of each."""
    number = max(1, -(-count // PACK))
    ends = [round(count * part / number) for part in range(number + 1)]
    return list(pairwise(ends))


def _rounded(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    radius = round(min(size) * _CORNER)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=255)
    return mask


def _widened(alpha: np.ndarray, radius: int) -> np.ndarray:
    """uint8 height x width: the largest value within `radius` pixels of each (a round brush)."""
    height, width = alpha.shape
    wide = alpha.copy()
    reach = {
        (round(part * radius * np.sin(turn)), round(part * radius * np.cos(turn)))
        for part, turns in ((1.0, 48), (0.6, 24), (0.3, 12))
        for turn in np.linspace(0, 2 * np.pi, turns, endpoint=False)
    }
    for down, across in sorted(reach):
        there = wide[max(down, 0) : height + min(down, 0), max(across, 0) : width + min(across, 0)]
        from_ = alpha[
            max(-down, 0) : height + min(-down, 0), max(-across, 0) : width + min(-across, 0)
        ]
        np.maximum(there, from_, out=there)
    return wide
