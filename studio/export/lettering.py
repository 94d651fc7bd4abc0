"""Captions in any script: the house's typeface, and one of the system's where it has no letter."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from studio.paths import resources

# Files that systems bring along and that hold many scripts; looked for in the folders below.
_WIDE = (
    "NotoSansCJK-Regular.ttc",
    "NotoSans-Regular.ttf",
    "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DejaVuSans.ttf",
    "FreeSans.ttf",
    "unifont.otf",
    "unifont.ttf",
    "Arial Unicode.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "AppleSDGothicNeo.ttc",
    "msyh.ttc",
    "msgothic.ttc",
    "malgun.ttf",
    "segoeui.ttf",
    "arial.ttf",
)
_MISSING = "\uffff"  # which no font has


def write(
    draw: ImageDraw.ImageDraw,
    text: str,
    place: tuple[float, float],
    *,
    size: int,
    fill: str,
    width: float,
    middle: bool = False,
) -> None:
    """One line of text with its top left corner, or top middle, at `place`, cut to `width`.

    size: of the letters in pixels. width: in pixels; what is longer ends in "…".
    """
    runs = _runs(_fitting(text, size, width), size)
    x = place[0] - (sum(font.getlength(part) for part, font in runs) / 2 if middle else 0)
    for part, font in runs:
        draw.text((x, place[1] + size), part, font=font, fill=fill, anchor="ls")
        x += font.getlength(part)


def _fitting(text: str, size: int, width: float) -> str:
    if _length(text, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        half = (low + high + 1) // 2
        if _length(text[:half].rstrip() + "…", size) <= width:
            low = half
        else:
            high = half - 1
    return text[:low].rstrip() + "…"


def _length(text: str, size: int) -> float:
    return sum(font.getlength(part) for part, font in _runs(text, size))


def _runs(text: str, size: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """Parts of a text, each with a font that has its letters."""
    runs: list[tuple[str, int]] = []
    for letter in text:
        number = _font_for(letter)
        if runs and (runs[-1][1] == number or letter == " "):
            runs[-1] = runs[-1][0] + letter, runs[-1][1]
        else:
            runs.append((letter, number))
    return [(part, _font(number, size)) for part, number in runs]


@cache
def _font_for(letter: str) -> int:
    """Which font has this letter; the house's own where none has."""
    if letter.isspace():
        return 0
    return next((number for number in range(len(_files())) if _has(number, letter)), 0)


def _has(number: int, letter: str) -> bool:
    font = _font(number, 24)
    return _drawn(font, letter) != _drawn(font, _MISSING)


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> tuple[object, bytes]:
    mask = Image.new("L", (48, 48))
    ImageDraw.Draw(mask).text((8, 8), letter, font=font, fill=255)
    return font.getlength(letter), mask.tobytes()


@cache
def _font(number: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_files()[number]), size)


@cache
def _files() -> tuple[Path, ...]:
    found: dict[str, Path] = {}
    for folder in _font_folders():
        for base, _, names in os.walk(folder):
            for name in names:
                if name in _WIDE:
                    found.setdefault(name, Path(base) / name)
    own = resources() / "fonts" / "Inter-Regular.otf"
    return (own, *(found[name] for name in _WIDE if name in found))


def _font_folders() -> list[Path]:
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:\\Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts")]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
