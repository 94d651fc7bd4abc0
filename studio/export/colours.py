"""Colour profiles: pictures in sRGB or Display P3, tagged as such.

Display P3 is made here from its primaries, by ICC.1:2022 (a matrix profile of version 4): P3's
primaries (SMPTE RP 431-2), white D65, and the tone curve of sRGB (IEC 61966-2-1).
"""

from __future__ import annotations

import io
import struct
from functools import cache
from typing import Literal

import numpy as np
from PIL import Image, ImageCms

Profile = Literal["srgb", "keep", "display-p3"]

_P3_PRIMARIES = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
_D65 = (0.3127, 0.3290)
_D50 = (0.9642, 1.0, 0.8249)  # of the space that profiles are connected in
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb() -> bytes:
    """The profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def display_p3() -> bytes:
    """The profile of Display P3."""
    adapt = _adaptation()
    columns = _to_xyz() @ np.diag(np.linalg.solve(_to_xyz(), _xyz(_D65)))
    adapted = adapt @ columns
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + b"".join(map(_fixed, _CURVE))
    tags = [
        (b"desc", _text("Display P3")),
        (b"cprt", _text("CC0 1.0")),
        (b"wtpt", _point(_D50)),
        *((name, _point(adapted[:, i])) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))),
        (b"chad", b"sf32" + bytes(4) + b"".join(_fixed(value) for value in adapt.ravel())),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    return _profile(tags)


def converted(
    image: Image.Image, profile: bytes | None, wanted: Profile
) -> tuple[Image.Image, bytes | None]:
    """The picture in the colours wanted, and the profile to put into its file.

    image: any mode that Pillow knows; becomes L, LA, RGB or RGBA. profile: its own; None is taken
    for sRGB, as is one that is damaged. Transparency stays as it is.
    """
    own = _opened(profile)
    kept = own is not None and _fits(own, image.mode)
    if wanted == "keep" and image.mode in ("L", "LA", "RGB", "RGBA"):
        return image, profile if kept else None
    target = display_p3() if wanted == "display-p3" else srgb()
    alpha = image.getchannel("A") if "A" in image.getbands() else None
    base = _without_alpha(image)
    if not kept or own is None or not _fits(own, base.mode):
        base, own = base.convert("RGB"), _opened(srgb())
    assert own is not None
    if own.tobytes() != target:
        there = ImageCms.ImageCmsProfile(io.BytesIO(target))
        try:
            done = ImageCms.profileToProfile(base, own, there, outputMode="RGB")
        except ImageCms.PyCMSError:
            done = None
        base = done if done is not None else base.convert("RGB")
    if alpha is not None:
        base.putalpha(alpha)
    base.info = {}
    return base, target


def _without_alpha(image: Image.Image) -> Image.Image:
    modes = {"RGBA": "RGB", "LA": "L"}
    return image.convert(modes[image.mode]) if image.mode in modes else image


def _opened(profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if not profile:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ImageCms.PyCMSError):
        return None


def _fits(profile: ImageCms.ImageCmsProfile, mode: str) -> bool:
    """Whether a profile is one for pictures of this mode."""
    spaces = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}
    return profile.profile.xcolor_space.strip() == spaces.get(mode)


def _xyz(point: tuple[float, float]) -> np.ndarray:
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _to_xyz() -> np.ndarray:
    return np.stack([_xyz(point) for point in _P3_PRIMARIES], axis=1)


def _adaptation() -> np.ndarray:
    """From colours under D65 to those under D50, 3x3 (Bradford)."""
    ratio = (_BRADFORD @ np.array(_D50)) / (_BRADFORD @ _xyz(_D65))
    adapt: np.ndarray = np.linalg.inv(_BRADFORD) @ np.diag(ratio) @ _BRADFORD
    return adapt


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(float(value) * 65536))


def _point(values: tuple[float, ...] | np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_fixed(value) for value in values)


def _text(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data


def _profile(tags: list[tuple[bytes, bytes]]) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for name, data in tags:
        if data not in places:  # equal curves are written once
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, places[data], len(data))
    size = start + len(body)
    head = struct.pack(">I4sI", size, bytes(4), 0x04300000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += b"".join(_fixed(value) for value in _D50)
    return head.ljust(128, b"\0") + table + body
