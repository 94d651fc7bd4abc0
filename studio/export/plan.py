"""What to export as: one description for the dialog, the command line and the presets."""

from __future__ import annotations

from typing import Literal

from PIL import Image, ImageColor
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from studio.export.screens import SCREENS
from studio.library.marks import with_names

Format = Literal[
    "png",
    "jpeg",
    "webp",
    "tiff",
    "avif",
    "pdf",
    "svg",
    "contact-sheet",
    "stickers",
    "icons",
    "wallpapers",
]
PICTURES = ("png", "jpeg", "webp", "tiff", "avif")
SOUNDS = ("flac", "wav", "ogg", "mp3")
SUFFIXES = {name: f".{name}" for name in (*PICTURES, *SOUNDS, "pdf", "svg")} | {"jpeg": ".jpg"}
FORMAT_NAMES: dict[str, str] = {
    "png": "PNG picture",
    "jpeg": "JPEG picture",
    "webp": "WebP picture",
    "tiff": "TIFF picture",
    "avif": "AVIF picture",
    "pdf": "PDF for print",
    "svg": "SVG drawing",
    "contact-sheet": "Contact sheet",
    "stickers": "Sticker pack",
    "icons": "Icon set",
    "wallpapers": "Wallpapers",
}
TRANSPARENT = ("png", "webp", "tiff", "avif", "pdf", "svg", "stickers", "icons")
FILTERS = {
    "lanczos": Image.Resampling.LANCZOS,
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "box": Image.Resampling.BOX,
    "nearest": Image.Resampling.NEAREST,
}
MAX_SIDE = 32_768  # pixels
MM_PER_INCH = 25.4


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """What the artist says of a work, for its file. Empty ones are left out.

    title: the artwork's own where empty and the recipe is kept.
    alt: what is to be seen, for people who cannot see it.
    licence: what others may do with it, in words or as the address of a licence.
    copyright: the notice, such as "© 2026 Ada Lovelace".
    """

    title: str = Field(default="", max_length=400)
    author: str = Field(default="", max_length=200)
    alt: str = Field(default="", max_length=2000)
    licence: str = Field(default="", max_length=1000)
    copyright: str = Field(default="", max_length=400)

    @field_validator("*", mode="before")
    @classmethod
    def _whole_letters(cls, value: object) -> object:
        # What is pasted may hold halves of letters, which no file can.
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value

    def over(self, other: Words) -> Words:
        """These words, and the other's where these are empty."""
        return Words(**{name: getattr(self, name) or getattr(other, name) for name in WORDS})


WORDS = tuple(Words.model_fields)


class Size(_Part):
    """How large pictures become, in pixels.

    how: "as-is"; "longest" brings the longest side to `longest`; the others use `width` and
    `height`: "fit" stays within both, "pad" adds background up to exactly both, "crop" fills both
    and cuts away what is over, keeping the subject.
    enlarge: whether pictures that are smaller grow.
    filter: "lanczos" is sharpest, "nearest" keeps the pixels of pixel art.
    """

    how: Literal["as-is", "longest", "fit", "pad", "crop"] = "as-is"
    longest: int = Field(default=2048, ge=1, le=MAX_SIDE)
    width: int = Field(default=1920, ge=1, le=MAX_SIDE)
    height: int = Field(default=1080, ge=1, le=MAX_SIDE)
    enlarge: bool = True
    filter: Literal["lanczos", "bicubic", "bilinear", "box", "nearest"] = "lanczos"


class Cut(_Part):
    """Which part of a picture stays where it is cut, for each way on its own.

    across: 0 is its left edge, 0.5 the middle, 1 its right edge. down: 0 is its top, 1 its bottom.
    None looks for what stands out.
    """

    across: float | None = Field(default=None, ge=0, le=1)
    down: float | None = Field(default=None, ge=0, le=1)


ANYWHERE = Cut()


class Print(_Part):
    """A page for print, in millimetres, as it is after cutting.

    width, height: 0 and 0 take the picture's own size at `dpi`; one that is 0 follows from the
    picture's proportions.
    dpi: pictures with more are brought down to it; those with less are left as they are.
    bleed: how far the picture goes on past each edge of the page, to be cut off.
    fill: "crop" fills the page and cuts what is over; "fit" shows all of the picture on it, as is
    done with what has transparency around it in any case.
    marks: short lines outside of the corners that show where to cut.
    together: one document with a page for each picture, instead of a document each.
    """

    width: float = Field(default=0, ge=0, le=4900)
    height: float = Field(default=0, ge=0, le=4900)
    dpi: int = Field(default=300, ge=36, le=2400)
    bleed: float = Field(default=0, ge=0, le=50)
    fill: Literal["crop", "fit"] = "crop"
    marks: bool = False
    together: bool = False


class Sheet(_Part):
    """A contact sheet: pages with many pictures and a line below each.

    pages: "pdf", or pictures of pages. width, height: of a page in millimetres.
    caption: a pattern like that of file names, or "".
    """

    columns: int = Field(default=4, ge=1, le=20)
    rows: int = Field(default=5, ge=1, le=30)
    pages: Literal["pdf", "png", "jpeg"] = "pdf"
    width: float = Field(default=210, ge=50, le=2000)
    height: float = Field(default=297, ge=50, le=2000)
    dpi: int = Field(default=200, ge=36, le=600)
    caption: str = Field(default="{title}", max_length=200)
    heading: str = Field(default="", max_length=200)


class Stickers(_Part):
    """A pack of stickers. outline: of each sticker, in pixels of 512; 0 for none."""

    outline: int = Field(default=8, ge=0, le=40)
    colour: str = "#ffffff"
    pack: str = Field(default="", max_length=128)


class Wallpapers(_Part):
    """Wallpapers. screens: keys of `screens.SCREENS`. saved_as: the format of each."""

    screens: tuple[str, ...] = ("full-hd",)
    saved_as: Literal["png", "jpeg", "webp", "avif"] = "jpeg"

    @field_validator("screens")
    @classmethod
    def _known(cls, screens: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [each for each in screens if each not in SCREENS]
        if unknown or not screens:
            raise ValueError(f"no such screens: {', '.join(unknown) or 'none named'}")
        return tuple(dict.fromkeys(screens))


class ExportPlan(_Part):
    """All that decides what an export looks like, besides the artworks themselves.

    background: a colour such as "#ffffff" put behind what is transparent; None keeps transparency
    where the format has it, and is white elsewhere.
    profile: the colours' profile: "srgb", "display-p3", or "keep", which leaves pixels and
    profile as they are.
    quality: 1 to 100, for JPEG, WebP, AVIF and the pictures inside a PDF.
    lossless: for WebP and PDF. PNG and TIFF always are.
    name: pattern of the file names (`patterns.FIELDS`).
    cut: what stays where pictures are cut: by their size, on a page, as icons and wallpapers.
    keep_recipe: without it a file says only that a machine made it, which tool and licence, and
    the words given here.
    keep_tags: whether the tags that the artist gave a work go along. tags: more, for all of them.
    sounds: the form of tunes and other sounds; "as-is" is that of their file.
    sign: add Content Credentials, signed with this computer's own key.
    """

    format: Format = "png"
    size: Size = Size()
    cut: Cut = Cut()
    background: str | None = None
    profile: Literal["srgb", "keep", "display-p3"] = "srgb"
    quality: int = Field(default=90, ge=1, le=100)
    lossless: bool = False
    name: str = Field(default="{title}", min_length=1, max_length=200)
    keep_recipe: bool = True
    keep_tags: bool = True
    tags: tuple[str, ...] = ()
    words: Words = Words()
    sign: bool = False
    sounds: Literal["as-is", "flac", "wav", "ogg", "mp3"] = "as-is"
    print: Print = Print()
    sheet: Sheet = Sheet()
    stickers: Stickers = Stickers()
    wallpapers: Wallpapers = Wallpapers()

    @field_validator("background")
    @classmethod
    def _colour(cls, background: str | None) -> str | None:
        if background is not None:
            ImageColor.getrgb(background)
        return background

    @field_validator("tags")
    @classmethod
    def _tidy(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        return with_names((), tags)

    @model_validator(mode="after")
    def _names_can_be_made(self) -> ExportPlan:
        from studio.export import patterns

        patterns.check(self.name)
        patterns.check(self.sheet.caption)
        ImageColor.getrgb(self.stickers.colour)
        return self

    @property
    def is_picture(self) -> bool:
        """Whether each artwork becomes one file of the same kind of picture."""
        return self.format in PICTURES

    @property
    def is_set(self) -> bool:
        """Whether all artworks together become one document, folder or series of pages."""
        together = self.format == "pdf" and self.print.together
        return self.format in ("contact-sheet", "stickers") or together
