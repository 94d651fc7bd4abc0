"""A library with a few works to export, and readers that are not Easel's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from studio.export import (
    Cut,
    ExportPlan,
    Print,
    Sheet,
    Size,
    Stickers,
    Wallpapers,
    Words,
)
from studio.library import Artwork, Library
from studio.recipes import PictureRecipe

SECRET = "Zwölfkäsehoch"  # a word of the prompt that occurs nowhere else
RED, BLUE = (220, 40, 40), (30, 60, 200)
WORDS = Words(
    title="Fuchs 狐 <&>",
    author="Ада Лавлейс",
    alt='A fox "smiles" & 笑う 🦊',
    licence="CC BY 4.0, https://creativecommons.org/licenses/by/4.0/.",
    copyright="© 2026 Ада",
)
MAY = "You may use and sell what it draws."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "Easel") as opened:
        yield opened


def fox(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A red disc with a blue square in it, on nothing."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.ellipse((width // 6, 4, width - width // 6, height - 5), fill=(*RED, 255))
    box = (width // 2 - 6, height // 2 - 6, width // 2 + 5, height // 2 + 5)
    draw.rectangle(box, fill=(*BLUE, 255))
    return image


@pytest.fixture
def keep(library: Library) -> Callable[..., Artwork]:
    def add(image: Image.Image | None = None, prompt: str = f"a red fox {SECRET}") -> Artwork:
        recipe = PictureRecipe(prompt=prompt, seed=7)
        made_by = "Easel Stickers 1-small"
        return library.add(image or fox(), recipe, made_by=made_by, licence=MAY)

    return add


@pytest.fixture
def plan() -> Callable[..., ExportPlan]:
    def make(wanted: str, **values: Any) -> ExportPlan:
        return ExportPlan(format=wanted, **{"words": WORDS, **values})

    return make


def leaves(plan: ExportPlan) -> dict[str, Any]:
    """All values of a plan, by where they stand, such as "size.width"."""
    found: dict[str, Any] = {}
    for name, value in plan.model_dump().items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


# Nothing in it is as it is at first.
EVERYTHING = ExportPlan(
    format="pdf",
    size=Size(how="pad", longest=333, width=444, height=555, enlarge=False, filter="nearest"),
    cut=Cut(across=0.5, down=1),
    background="#123456",
    profile="display-p3",
    quality=71,
    lossless=True,
    name="{date} {title}",
    keep_recipe=False,
    keep_tags=False,
    tags=("fox", "winter 2026"),
    words=Words(title="T", author="A", alt="B", licence="L", copyright="C"),
    sign=True,
    sounds="mp3",
    print=Print(width=111, height=99, dpi=240, bleed=4, fill="fit", marks=True, together=True),
    sheet=Sheet(
        columns=3, rows=2, pages="png", width=300, height=250, dpi=99, caption="{number}",
        heading="Mine",
    ),
    stickers=Stickers(outline=3, colour="#abcdef", pack="Foxes"),
    wallpapers=Wallpapers(screens=("4k", "phone"), saved_as="webp"),
)  # fmt: skip


def exiftool(path: Path) -> dict[str, Any]:
    """What exiftool reads, by group and name. Skips the test where it is not installed."""
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed")
    done = subprocess.run(
        ["exiftool", "-j", "-G1", "-charset", "filename=utf8", str(path)],
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)[0]


def packet(path: Path) -> dict[str, str]:
    """The texts of the XMP packet in a file, by name without namespace; read as plain XML."""
    found = re.search(rb"<rdf:RDF.*?</rdf:RDF>", path.read_bytes(), re.DOTALL)
    assert found, f"no packet in {path.name}"
    root = ElementTree.fromstring(found[0].decode("utf-8"))
    return {
        element.tag.rpartition("}")[2]: "".join(element.itertext()).strip() for element in root[0]
    }
