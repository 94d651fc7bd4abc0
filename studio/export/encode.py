"""Pictures as bytes: PNG, JPEG, WebP, TIFF and AVIF, with profile, resolution and words."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from studio.errors import StudioError
from studio.export import iptc, words
from studio.export.pixels import flattened, is_transparent
from studio.library import exif
from studio.library.containers import XMP_KEYWORD
from studio.library.metadata import ARTWORK_KEY, PARAMETERS_KEY, RECIPE_KEY, SOFTWARE, card

_LONGEST_SIDE = {"jpeg": 65_500, "webp": 16_383, "avif": 65_536}  # pixels, as the formats have it
_MOST_METADATA = 65_000  # bytes in one JPEG segment
_TIFF_XMP, _TIFF_IPTC, _TIFF_SOFTWARE = 700, 33723, 305
_TIFF_DESCRIPTION, _TIFF_ARTIST, _TIFF_COPYRIGHT = 270, 315, 33432
_BYTE, _ASCII, _UNDEFINED = 1, 2, 7


@dataclass(frozen=True)
class Coding:
    """How pixels become bytes. quality: 1..100. lossless: for WebP. dpi: told to printers.

    background: behind what is transparent, for JPEG.
    """

    quality: int = 90
    lossless: bool = False
    dpi: int | None = None
    background: str = "#ffffff"


def encoded(
    image: Image.Image, kind: str, said: words.Said, profile: bytes | None, coding: Coding
) -> bytes:
    """The file of a picture of this kind. image: L, LA, RGB or RGBA.

    StudioError where the format cannot hold a picture of that size.
    """
    if max(image.size) > _LONGEST_SIDE.get(kind, max(image.size)):
        raise StudioError(
            f"A picture of {image.width} × {image.height} pixels is too large for {kind.upper()}.",
            "Export it as PNG or TIFF, or smaller.",
        )
    if "A" in image.getbands() and not is_transparent(image):
        image = image.convert("L" if image.mode == "LA" else "RGB")
    image.info = {}
    options: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if coding.dpi:
        options["dpi"] = (coding.dpi, coding.dpi)
    return _WRITERS[kind](image, said, coding, options)


def _png(image: Image.Image, said: words.Said, _coding: Coding, options: dict[str, Any]) -> bytes:
    info = PngInfo()
    # The recipe stands in chunks of its own, where other programs look for it.
    info.add_itxt(XMP_KEYWORD, words.packet(said, room=0))
    info.add_text("Software", SOFTWARE)
    if said.keep_recipe:
        info.add_itxt(ARTWORK_KEY, card(said.facts))
        for key, text in (
            (RECIPE_KEY, said.facts.recipe),
            (PARAMETERS_KEY, said.facts.parameters),
        ):
            if text:
                info.add_itxt(key, text) if key == RECIPE_KEY else info.add_text(key, text)
    return _saved(image, "PNG", {**options, "pnginfo": info, "compress_level": 6})


def _jpeg(image: Image.Image, said: words.Said, coding: Coding, options: dict[str, Any]) -> bytes:
    options |= {
        "quality": coding.quality,
        "subsampling": 0 if coding.quality >= 85 else 2,
        "optimize": True,
        "progressive": True,
        "xmp": words.packet(said, room=_MOST_METADATA).encode(),
        "exif": _exif(said, _MOST_METADATA),
    }
    data = _saved(flattened(image, coding.background), "JPEG", options)
    return iptc.into_jpeg(data, iptc.block(said))


def _webp(image: Image.Image, said: words.Said, coding: Coding, options: dict[str, Any]) -> bytes:
    options.pop("dpi", None)
    options |= {
        "lossless": coding.lossless,
        "quality": 80 if coding.lossless else coding.quality,
        "method": 4,
        "xmp": words.packet(said).encode(),
        "exif": _exif(said),
    }
    return _saved(_coloured(image), "WEBP", options)


def _avif(image: Image.Image, said: words.Said, coding: Coding, options: dict[str, Any]) -> bytes:
    options.pop("dpi", None)
    options |= {
        "quality": coding.quality,
        "subsampling": "4:4:4" if coding.quality >= 85 else "4:2:0",
        "speed": 6,
        "xmp": words.packet(said).encode(),
        "exif": _exif(said),
    }
    return _saved(_coloured(image), "AVIF", options)


def _tiff(image: Image.Image, said: words.Said, _coding: Coding, options: dict[str, Any]) -> bytes:
    tags = ImageFileDirectory_v2()
    for tag, text in (
        (_TIFF_SOFTWARE, SOFTWARE),
        (_TIFF_DESCRIPTION, said.title),
        (_TIFF_ARTIST, said.words.author),
        (_TIFF_COPYRIGHT, said.rights),
    ):
        if text and text.isascii():  # the older tags know no other letters; XMP does
            tags.tagtype[tag] = _ASCII
            tags[tag] = text
    tags.tagtype[_TIFF_XMP] = _BYTE
    tags[_TIFF_XMP] = words.packet(said).encode()
    if iim := iptc.block(said):
        tags.tagtype[_TIFF_IPTC] = _UNDEFINED
        tags[_TIFF_IPTC] = iim
    return _saved(image, "TIFF", {**options, "tiffinfo": tags, "compression": "tiff_adobe_deflate"})


def _exif(said: words.Said, room: int | None = None) -> bytes:
    parameters = said.facts.parameters if said.keep_recipe else ""
    block = exif.write(SOFTWARE, parameters)
    return exif.write(SOFTWARE) if room is not None and len(block) > room else block


def _coloured(image: Image.Image) -> Image.Image:
    """WebP and AVIF know no greys."""
    return image.convert({"L": "RGB", "LA": "RGBA"}.get(image.mode, image.mode))


def _saved(image: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


_WRITERS = {"png": _png, "jpeg": _jpeg, "webp": _webp, "tiff": _tiff, "avif": _avif}
