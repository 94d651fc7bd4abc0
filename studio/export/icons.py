"""A set of icons of one picture: for Windows, macOS and web pages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from html import escape

from PIL import Image

from studio.export import words
from studio.export.colours import converted
from studio.export.encode import Coding, encoded
from studio.export.focus import focus_of
from studio.export.pixels import Picture, cropped, flattened, is_transparent, padded
from studio.export.plan import Cut

SHOWN = (256, 128, 64, 48, 32, 16)  # sizes that say how it will look
_ICO = (16, 24, 32, 48, 64, 128, 256)
_FAVICON = (16, 32, 48)
_ICNS = (16, 32, 64, 128, 256, 512, 1024)
_WEB = (16, 32, 192, 512)
_APPLE = 180
_MASKABLE = 512
_SAFE = 0.8  # of a maskable icon's side stays in view, whatever shape it is cut to


def square_of(picture: Picture, cut: Cut) -> Image.Image:
    """The picture as a square, RGBA in sRGB: its subject alone where it stands on nothing."""
    image, _ = converted(picture.image, picture.profile, "srgb")
    return _square(image, cut)


def grounded(square: Image.Image, background: str | None) -> Image.Image:
    """The square on its background, RGBA; as it is where that is None."""
    return square if background is None else flattened(square, background).convert("RGBA")


def files(
    picture: Picture,
    said: words.Said,
    background: str | None,
    cut: Cut | None = None,
    check: Callable[[], None] = lambda: None,
) -> dict[str, bytes]:
    """The files of the set by name. background: of icons that must not be transparent.

    check: called before each; what it raises to cancel comes through.
    """
    square = square_of(picture, cut or Cut())
    ground = background or "#ffffff"
    base = grounded(square, background)
    made: dict[str, bytes] = {}
    for icon, write in (
        ("icon.ico", partial(_ico, base, _ICO)),
        ("icon.icns", partial(_icns, base)),
        ("favicon.ico", partial(_ico, base, _FAVICON)),
    ):
        check()
        made[icon] = write()
    for side in _WEB:
        check()
        name = f"favicon-{side}x{side}.png" if side < 100 else f"icon-{side}.png"
        made[name] = _png(scaled(base, side), said)
    made["apple-touch-icon.png"] = _png(flattened(scaled(base, _APPLE), ground), said)
    made[f"icon-maskable-{_MASKABLE}.png"] = _png(maskable(square, ground), said)
    made["site.webmanifest"] = _manifest(said.title, ground)
    made["head.html"] = _head(said.title)
    return made


def _square(image: Image.Image, cut: Cut) -> Image.Image:
    """RGBA: what is transparent around the subject cut off and made square; else cut square."""
    image = image.convert("RGBA")
    side = min(image.size)
    if not is_transparent(image):
        return cropped(image, (side, side), focus_of(image, cut))
    image = image.crop(image.getchannel("A").getbbox() or (0, 0, *image.size))
    side = max(image.size)
    return padded(image, (side, side), None)


def scaled(image: Image.Image, side: int) -> Image.Image:
    """An icon of this many pixels a side."""
    return image.resize((side, side), Image.Resampling.LANCZOS)


def maskable(image: Image.Image, background: str) -> Image.Image:
    """The icon that systems cut to a shape of theirs, with room around it for that."""
    inner = scaled(image, round(_MASKABLE * _SAFE * 0.9))
    return padded(inner, (_MASKABLE, _MASKABLE), background)


def _ico(image: Image.Image, sides: tuple[int, ...]) -> bytes:
    """Each size is scaled from the whole picture, not from the next larger one."""
    *smaller, largest = (scaled(image, side) for side in sides)
    buffer = io.BytesIO()
    largest.save(buffer, "ICO", sizes=[(side, side) for side in sides], append_images=smaller)
    return buffer.getvalue()


def _icns(image: Image.Image) -> bytes:
    *smaller, largest = (scaled(image, side) for side in _ICNS)
    buffer = io.BytesIO()
    largest.save(buffer, "ICNS", append_images=smaller)
    return buffer.getvalue()


def _png(image: Image.Image, said: words.Said) -> bytes:
    return encoded(image, "png", said.bare, None, Coding())


def _manifest(title: str, background: str) -> bytes:
    values = {
        "name": title,
        "icons": [
            {"src": f"/icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"}
            for side in _WEB
            if side > 100
        ]
        + [
            {
                "src": f"/icon-maskable-{_MASKABLE}.png",
                "sizes": f"{_MASKABLE}x{_MASKABLE}",
                "type": "image/png",
                "purpose": "maskable",
            }
        ],
        "theme_color": background,
        "background_color": background,
        "display": "standalone",
    }
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def _head(title: str) -> bytes:
    return (
        f"<!-- Put these lines into your page's head; {escape(title) or 'the icons'} -->\n"
        '<link rel="icon" href="/favicon.ico" sizes="48x48">\n'
        '<link rel="icon" type="image/png" sizes="32x32" href="/favicon-32x32.png">\n'
        '<link rel="icon" type="image/png" sizes="16x16" href="/favicon-16x16.png">\n'
        '<link rel="apple-touch-icon" href="/apple-touch-icon.png">\n'
        '<link rel="manifest" href="/site.webmanifest">\n'
    ).encode()
