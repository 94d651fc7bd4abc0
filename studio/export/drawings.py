"""Flat art as a drawing: SVG, traced with vtracer (MIT)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from studio.errors import StudioError
from studio.export import words
from studio.export.pixels import is_transparent

_LONGEST = 1024  # pixels that are traced; more give more points and no better shapes
_MOST = 4_000_000  # characters; what needs more is no flat art
_LONGEST_TIME = 120.0  # seconds
_OPAQUE = 128
_HEAD = re.compile(r"<svg\b[^>]*>")


def drawing(
    image: Image.Image,
    said: words.Said,
    *,
    size: tuple[int, int],
    check: Callable[[], None] = lambda: None,
) -> bytes:
    """The drawing, as it is shown at `size` pixels; it can be scaled to any size.

    image: L, LA, RGB or RGBA, in sRGB. What is not opaque is left out by halves: shapes have no
    soft edges. check: called now and then; what it raises comes through.
    StudioError where vtracer is missing, or the picture is no flat art.
    """
    small = image.convert("RGBA")
    small.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    if is_transparent(small):
        small.putalpha(small.getchannel("A").point(lambda value: 255 if value >= _OPAQUE else 0))
    traced = _traced(small, check)
    if len(traced) > _MOST:
        raise _no_flat_art()
    return _described(traced, said, small.size, size).encode()


def _traced(image: Image.Image, check: Callable[[], None]) -> str:
    """The picture's shapes, as SVG, traced in a process of its own.

    The library keeps Python from doing anything else until it is done, which takes seconds: the
    window would stand still, and nothing could be cancelled.
    """
    try:
        from vtracer import convert_image_to_svg_py
    except ImportError as error:
        raise StudioError(
            "The part that traces pictures into drawings (vtracer) is not installed.",
            "Install it with “pip install vtracer”, or export another format.",
        ) from error
    with TemporaryDirectory(prefix="easel-") as folder:
        source, target = Path(folder) / "picture.png", Path(folder) / "drawing.svg"
        image.save(source, compress_level=1)
        settings = {
            # Larger pictures have more of the grain that a speckle is.
            "filter_speckle": max(2, round(max(image.size) / 128)),
            "color_precision": 8,
            "layer_difference": 12,
            "path_precision": 2,
        }
        process = get_context("spawn").Process(
            target=convert_image_to_svg_py,
            args=(str(source), str(target)),
            kwargs=settings,
            name="easel tracing",
            daemon=True,
        )
        process.start()
        try:
            until = time.monotonic() + _LONGEST_TIME
            while process.is_alive():
                check()
                process.join(0.1)
                if time.monotonic() > until:
                    raise _no_flat_art()
        finally:
            process.kill()
            process.join()
            failed = process.exitcode != 0
            process.close()
        if failed or not target.is_file():
            raise StudioError("This picture could not be traced.", "Export it as PNG.")
        return target.read_text("utf-8")


def _no_flat_art() -> StudioError:
    return StudioError(
        "This picture has too many small shapes to become a drawing.",
        "Drawings suit flat art, such as stickers; export this one as PNG.",
    )


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
