"""Pictures from outside, brought into a shape that a recipe can hold. Nothing here needs torch.

Whatever is dropped into the window is looked at here first: what is no picture, is damaged or is
absurdly large is refused in plain words; everything else becomes 8-bit RGB, upright, and opaque
unless its transparency is asked for.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

from studio.errors import StudioError
from studio.library import containers, playing
from studio.library.contents import FILMS, NotAPicture
from studio.recipes.latent import MAX_PICTURE

# Formats whose readers are part of Pillow and start no other program, as that of EPS does.
FORMATS = (
    "PNG",
    "JPEG",
    "MPO",
    "WEBP",
    "GIF",
    "BMP",
    "TIFF",
    "AVIF",
    "PPM",
    "ICO",
    "TGA",
    "JPEG2000",
)
MAX_BYTES = 200 * 2**20
MAX_PIXELS = 80_000_000  # a picture that unpacks to more is refused before it is unpacked
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF = (b"avif", b"avis")
_QUALITIES = (95, 85, 70)  # of WebP, where a PNG would be too large for a recipe


def open_picture(source: Path | bytes, name: str = "") -> Image.Image:
    """The picture in a file or in bytes, as RGB: 8 bits, upright, over white, its first frame.

    name: what to call it where there is something wrong; the file's own name if empty.
    StudioError where it is no picture, is damaged, or is larger than MAX_BYTES or MAX_PIXELS.
    """
    return _opened(source, name, _plain)


def open_with_alpha(source: Path | bytes, name: str = "") -> Image.Image:
    """The same, but RGBA with its transparency (straight) where some of it is not opaque.

    The colours below what is wholly transparent are whatever the file has there. Of a film in a
    file it is the first frame. Arguments and errors as with `open_picture`.
    """
    if isinstance(source, Path):
        try:
            if containers.read(source).format in FILMS:
                return Image.fromarray(playing.first_frame(source))
        except (OSError, NotAPicture):
            pass  # what is wrong with it is said below
    return _opened(source, name, _with_alpha)


def _opened(
    source: Path | bytes, name: str, convert: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """What `convert` makes of a picture; errors as with `open_picture`."""
    name = name or (source.name if isinstance(source, Path) else "The picture")
    data = _read(source, name) if isinstance(source, Path) else source
    if len(data) > MAX_BYTES:
        raise _no_picture(name, data) or _too_large(name)
    Image.init()  # registers all readers; this build of Pillow may lack one or the other
    known = [one for one in FORMATS if one in Image.OPEN]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; size is judged below
            with Image.open(io.BytesIO(data), formats=known) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise _too_large(name)
                opened.seek(0)
                opened.load()
                return convert(opened)
    except StudioError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise _too_large(name) from error
    except Image.UnidentifiedImageError as error:
        unknown = StudioError(
            f"“{name}” is not a picture that Easel can read.",
            "Use a PNG, JPEG, WebP, GIF or TIFF picture.",
        )
        raise _no_picture(name, data) or unknown from error
    except (
        Exception
    ) as error:  # Pillow's readers raise whatever a damaged file makes them stumble on
        raise StudioError(
            f"The picture “{name}” is damaged.",
            "Open and save it in another program, or use another.",
        ) from error


def squared(image: Image.Image, side: int) -> Image.Image:
    """The middle of an RGB picture as a square of `side` pixels."""
    return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)


def pack_picture(source: Path | bytes, side: int, name: str = "") -> str:
    """A picture as `FindRecipe.picture` holds it: base64 of a square PNG of `side` pixels, or of a
    WebP where that would be too long. StudioError as in `open_picture`."""
    image = squared(open_picture(source, name), side)
    for quality in (None, *_QUALITIES):
        file = io.BytesIO()
        if quality is None:
            image.save(file, "PNG")
        else:
            image.save(file, "WEBP", quality=quality)
        text = base64.b64encode(file.getvalue()).decode("ascii")
        if len(text) <= MAX_PICTURE:
            return text
    return pack_picture(source, side // 2, name)


def unpack_picture(text: str, side: int) -> Image.Image:
    """What `pack_picture` made, or anything that claims to be it, as RGB of `side` x `side`.

    StudioError as in `open_picture`.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise StudioError("The picture is damaged.", "Drop it in again.") from error
    return squared(open_picture(data), side)


def _read(file: Path, name: str) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _too_large(name)
        return file.read_bytes()
    except OSError as error:
        raise StudioError(
            f"“{name}” cannot be read.", "Look whether it is still there and may be opened."
        ) from error


def _plain(image: Image.Image) -> Image.Image:
    """Any mode -> RGB: upright, 16 bits and more brought to 8, over white, colours as sRGB."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode == "F" or image.mode.startswith("I"):
        return _eight_bits(image)
    if image.has_transparency_data:
        straight = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(straight, mask=straight.getchannel("A"))
    return _as_srgb(image, profile)


def _with_alpha(image: Image.Image) -> Image.Image:
    """Any mode -> RGB or, where something shines through, RGBA; the rest as with `_plain`."""
    if image.mode == "F" or image.mode.startswith("I") or not image.has_transparency_data:
        return _plain(image)
    profile = image.info.get("icc_profile")
    straight = ImageOps.exif_transpose(image).convert("RGBA")
    alpha = straight.getchannel("A")
    coloured = _as_srgb(straight.convert("RGB"), profile)
    if np.asarray(alpha).min() < 255:
        coloured.putalpha(alpha)
    return coloured


def _as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture of any colours as RGB, its own profile honoured."""
    if profile and image.mode in ("RGB", "CMYK", "LAB"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a damaged profile; the colours are then taken as they are
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey with 16 or 32 bits or fractions -> RGB. 16 bits keep their scale, fractions 0..1 too;
    other ranges are stretched to what is there."""
    values = np.nan_to_num(np.asarray(image).astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if image.mode == "F" and low >= 0.0 and high <= 1.0:
        low, high = 0.0, 1.0
    elif image.mode != "F" and low >= 0.0 and high <= 65535.0:
        low, high = 0.0, 65535.0
    scaled = (values - low) * (255.0 / max(high - low, 1e-12))
    return Image.fromarray(scaled.round().astype(np.uint8)).convert("RGB")


def _no_picture(name: str, data: bytes) -> StudioError | None:
    """What to say of a file that is plainly something else, or of a kind many telephones take."""
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    if brand in _HEIC:
        return StudioError(
            f"“{name}” is a HEIC picture, which Easel cannot read.",
            "Save or send it as a JPEG in another program, and use that.",
        )
    if (brand and brand not in _AVIF) or data[:4] == b"\x1a\x45\xdf\xa3":
        return StudioError(
            f"The film “{name}” is damaged, or a part of it is missing.",
            "Copy it anew, or save it as an MP4 film (H.264) in another program.",
        )
    if data[:4] in (b"fLaC", b"OggS") or data[:3] == b"ID3" or data[8:12] == b"WAVE":
        return StudioError(f"“{name}” is a sound, not a picture.", "Use a picture or a film.")
    return None


def _too_large(name: str) -> StudioError:
    return StudioError(
        f"“{name}” is too large to be unpacked here.", "Save it smaller, and drop it in again."
    )
