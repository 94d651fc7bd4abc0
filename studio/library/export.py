"""Pictures as files: the library's own PNG, and copies in other formats for the world."""

from __future__ import annotations

import io
import uuid
import warnings
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageColor, ImageOps

from studio.errors import StudioError
from studio.library import containers, exif
from studio.library.credits import NOTHING_SAID, Credits
from studio.library.files import write_atomically
from studio.library.metadata import Facts, describe, packet, png_info
from studio.library.problems import in_words
from studio.recipes import Recipe

FORMATS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
_LONGEST_SIDE = {"jpeg": 65_535, "webp": 16_383}  # pixels, as the formats have it
_MOST_METADATA = 65_000  # bytes in one JPEG segment


def format_of(target: Path, asked: str | None = None) -> str:
    """The format asked for, or the one that the file's name asks for. StudioError if unknown."""
    wanted = asked.lower() if asked else FORMATS.get(target.suffix.lower(), "")
    if wanted == "jpg":
        wanted = "jpeg"
    if wanted not in FORMATS.values():
        name = asked or target.suffix or target.name
        raise StudioError(
            f"Easel cannot save pictures as “{name}”.",
            "End the name in .png, .jpg or .webp.",
        )
    return wanted


def colour(text: str) -> tuple[int, int, int]:
    """Red, green and blue, 0-255, of a colour such as "#ffffff" or "white"."""
    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except (ValueError, TypeError) as error:
        raise StudioError(f"“{text}” is not a colour.", "Write it like #ff8800.") from error
    return red, green, blue


def as_png(
    image: Image.Image,
    facts: Facts,
    *,
    keep_recipe: bool = True,
    credit: Credits = NOTHING_SAID,
) -> bytes:
    """PNG bytes with pixels exactly as they are: L, LA, RGB or RGBA, others made one of these.

    Nothing that came along in `image.info` goes into the file.
    """
    buffer = io.BytesIO()
    # Level 4 takes half the time of the usual 6 and a few percent more room.
    info = png_info(facts, keep_recipe=keep_recipe, credit=credit)
    _bare(image).save(buffer, "PNG", pnginfo=info, compress_level=4)
    return buffer.getvalue()


def as_copy(
    image: Image.Image,
    facts: Facts,
    wanted: str,
    *,
    keep_recipe: bool,
    background: str,
    credit: Credits = NOTHING_SAID,
) -> bytes:
    """The bytes of a copy: PNG and WebP keep transparency, JPEG gets `background` behind it.

    The mark that a machine made it stays in any case. A recipe too long for JPEG is left out.
    credit: what the artist says of it.
    """
    if wanted == "png":
        return as_png(image, facts, keep_recipe=keep_recipe, credit=credit)
    if max(image.size) > _LONGEST_SIDE[wanted]:
        raise StudioError(
            f"This picture is too large for a {wanted.upper()} file.", "Save it as PNG instead."
        )
    text = packet(facts, keep_recipe=keep_recipe, credit=credit)
    block = exif.write(facts.software, facts.parameters if keep_recipe else "")
    if wanted == "jpeg" and len(text.encode()) > _MOST_METADATA:
        text = packet(facts, keep_recipe=False, title=True, credit=credit)
    if wanted == "jpeg" and len(block) > _MOST_METADATA:
        block = exif.write(facts.software)
    buffer = io.BytesIO()
    if wanted == "jpeg":
        flat = flattened(image, background)
        flat.save(
            buffer, "JPEG", quality=92, subsampling=0, optimize=True, xmp=text.encode(), exif=block
        )
    else:
        _bare(image).save(buffer, "WEBP", quality=92, method=4, xmp=text.encode(), exif=block)
    return buffer.getvalue()


def write_single(
    image: Image.Image,
    recipe: Recipe,
    path: Path,
    *,
    made_by: str,
    licence: str = "",
    background: str = "#ffffff",
) -> Path:
    """Write a picture with its recipe and mark into any folder, as a whole or not at all.

    For pictures that are no artworks of the library: frames, variations. PNG, JPEG or WebP, by
    the end of the name; a file there is replaced. Its folder must be there.
    made_by: name of the model. licence: a line on what the model's maker permits. background: a
    colour, put behind what is transparent, for JPEG. StudioError in plain words.
    """
    wanted = format_of(path)
    facts = describe(
        recipe,
        artwork_id=uuid.uuid4().hex,
        created=datetime.now(UTC),
        size=image.size,
        made_by=made_by,
        licence=licence,
        parents=(),
    )
    data = as_copy(image, facts, wanted, keep_recipe=True, background=background)
    try:
        write_atomically(path, data)
    except OSError as error:
        raise in_words(error, path.parent, "save this picture") from error
    return path


def flattened(image: Image.Image, background: str) -> Image.Image:
    """An RGB picture over a background colour."""
    picture = _bare(image).convert("RGBA")
    ground = Image.new("RGBA", picture.size, (*colour(background), 255))
    return Image.alpha_composite(ground, picture).convert("RGB")


def load(path: Path) -> Image.Image:
    """Decode one of the library's pictures, upright. OSError or NotAPicture when it cannot be."""
    containers.read(path)  # refuses what is too large or broken before anything is decoded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata
            with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
                image.load()
                return ImageOps.exif_transpose(image)
    except OSError as error:
        if error.errno is not None:  # the disk's fault
            raise
        raise containers.NotAPicture("it is damaged") from error
    except Exception as error:  # Pillow's readers raise whatever a damaged file makes them do
        raise containers.NotAPicture("it is damaged") from error


def _bare(image: Image.Image) -> Image.Image:
    transparent = image.mode in ("PA", "RGBa", "La") or "transparency" in image.info
    if transparent:
        picture = image.convert("RGBA")
    else:
        picture = image.copy() if image.mode in ("L", "LA", "RGB", "RGBA") else image.convert("RGB")
    picture.info = {}
    return picture
