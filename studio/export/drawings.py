"""Flat art as a drawing: SVG, traced with vtracer (MIT)."""

from __future__ import annotations

import io
import re

from PIL import Image

from studio.errors import StudioError
from studio.export import words
from studio.export.pixels import is_transparent

_LONGEST = 1024  # pixels that are traced; more give more points and no better shapes
_MOST = 4_000_000  # characters; what needs more is no flat art
_OPAQUE = 128
_HEAD = re.compile(r"<svg\b[^>]*>")


def drawing(image: Image.Image, said: words.Said, *, size: tuple[int, int]) -> bytes:
    """The drawing, as it is shown at `size` pixels; it can be scaled to any size.

    image: L, LA, RGB or RGBA, in sRGB. What is not opaque is left out by halves: shapes have no
    soft edges. StudioError where vtracer is missing, or the picture is no flat art.
    """
    try:
        import vtracer
    except ImportError as error:
        raise StudioError(
            "The part that traces pictures into drawings (vtracer) is not installed.",
            "Install it with “pip install vtracer”, or export another format.",
        ) from error
    small = image.convert("RGBA")
    small.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    if is_transparent(small):
        small.putalpha(small.getchannel("A").point(lambda value: 255 if value >= _OPAQUE else 0))
    buffer = io.BytesIO()
    small.save(buffer, "PNG", compress_level=1)
    # Larger pictures have more of the grain that a speckle is.
    speckle = max(2, round(max(small.size) / 128))
    traced = vtracer.convert_raw_image_to_svg(
        buffer.getvalue(),
        img_format="png",
        filter_speckle=speckle,
        color_precision=8,
        layer_difference=12,
        path_precision=2,
    )
    if len(traced) > _MOST:
        raise StudioError(
            "This picture has too many small shapes to become a drawing.",
            "Drawings suit flat art, such as stickers; export this one as PNG.",
        )
    return _described(traced, said, small.size, size).encode()


def _described(svg: str, said: words.Said, traced: tuple[int, int], size: tuple[int, int]) -> str:
    """The drawing with a view box, its size, and words: title, what is to be seen, metadata."""
    found = _HEAD.search(svg)
    if found is None:
        raise ValueError("vtracer wrote no drawing")
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg version="1.1" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {traced[0]} {traced[1]}">'
    ]
    if said.title:
        parts.append(f"<title>{words.safe(said.title)}</title>")
    if said.words.alt:
        parts.append(f"<desc>{words.safe(said.words.alt)}</desc>")
    parts.append(f"<metadata>{words.description(said, own=said.keep_recipe)}</metadata>")
    return "\n".join(parts) + svg[found.end() :]
