"""Contact sheets: many pictures on one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image

from studio.errors import StudioError
from studio.library.export import flattened

LONGEST = 16_384  # pixels a side; more opens in few programs


def sheet(
    images: Sequence[Image.Image],
    columns: int = 0,
    *,
    gap: int = 8,
    background: str = "#ffffff",
    cell: int = 0,
) -> Image.Image:
    """An RGB picture of pictures in rows, in reading order.

    columns: how many stand side by side; 0 makes the sheet about as wide as it is high.
    gap: pixels between them and around. background: a colour, also behind what is transparent.
    cell: longest side of a picture in pixels; 0 takes them as they are. They are made smaller,
    never larger, and smaller still where the sheet would pass 16,384 pixels a side.
    ValueError without pictures; StudioError where they are too many to be seen.
    """
    if not images or columns < 0 or gap < 0 or cell < 0:
        raise ValueError("nothing to put on a sheet")
    widest = max(image.width for image in images)
    highest = max(image.height for image in images)
    across = min(columns or max(1, round(math.sqrt(len(images) * highest / widest))), len(images))
    down = math.ceil(len(images) / across)
    room = min(
        (LONGEST - gap) / across / (widest + gap), (LONGEST - gap) / down / (highest + gap), 1.0
    )
    scale = min(room, cell / max(widest, highest)) if cell else room
    width, height = int(widest * scale), int(highest * scale)
    gap = int(gap * min(1.0, room))
    if min(width, height) < 1:
        raise StudioError(
            "These are too many pictures for one sheet.", "Choose fewer, or fewer side by side."
        )
    made = Image.new("RGB", (gap + across * (width + gap), gap + down * (height + gap)), background)
    for number, image in enumerate(images):
        small = flattened(image, background)
        if scale < 1:
            size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
            small = small.resize(size, Image.Resampling.LANCZOS)
        row, column = divmod(number, across)
        left = gap + column * (width + gap) + (width - small.width) // 2
        top = gap + row * (height + gap) + (height - small.height) // 2
        made.paste(small, (left, top))
    return made
