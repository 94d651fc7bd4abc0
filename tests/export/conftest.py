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

from studio.export import ExportPlan, Words
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
