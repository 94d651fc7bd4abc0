"""The same art at any size: vector sets as npm packages of Iconify carry them.

``--data`` folders may hold ``iconify-json-*.tgz`` as ``npm pack`` leaves them.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image


def read(folders: Sequence[Path]) -> dict[tuple[str, str], str]:
    """SVG source of every icon, by (set, name): ("noto", "fox")."""
    found: dict[tuple[str, str], str] = {}
    for folder in folders:
        for path in sorted(folder.glob("iconify-json-*.tgz")):
            with tarfile.open(path) as archive:
                file = archive.extractfile("package/icons.json")
                if file is None:
                    continue
                pack = json.load(file)
            for name, icon in pack["icons"].items():
                left, top = icon.get("left", 0), icon.get("top", 0)
                width = icon.get("width", pack.get("width", 16))
                height = icon.get("height", pack.get("height", 16))
                found[pack["prefix"], name] = (
                    '<svg xmlns="http://www.w3.org/2000/svg" '
                    'xmlns:xlink="http://www.w3.org/1999/xlink" color="#000" '
                    f'viewBox="{left} {top} {width} {height}">{icon["body"]}</svg>'
                )
    return found


def render(svg: str, size: int) -> np.ndarray:
    """Straight RGBA uint8 (4, size, size), the drawing fitted inside and centred.

    Raises:
        ValueError: when resvg cannot draw it.
    """
    import resvg_py

    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size))
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    page = Image.new("RGBA", (size, size))
    page.paste(image, ((size - image.width) // 2, (size - image.height) // 2))
    return np.asarray(page).transpose(2, 0, 1)


def read_3d(folders: Sequence[Path]) -> dict[str, bytes]:
    """Pictures of ``lobehub-fluent-emoji-3d-*.tgz`` (256 px WebP) by code point: "1f98a"."""
    found: dict[str, bytes] = {}
    for folder in folders:
        for path in sorted(folder.glob("lobehub-fluent-emoji-3d-*.tgz")):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.name.endswith(".webp") else None
                    if file is not None:
                        found[Path(member.name).stem] = file.read()
    return found


class Larger:
    """Finds a drawing at a larger size than the tar files have it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.icons, self.solid = read(folders), read_3d(folders)

    def find(self, src: str, key: str, size: int) -> Image.Image | None:
        """The drawing of a set by its key, or None when no package has it."""
        if src == "fluent-3d":
            data = self.solid.get(key) or self.solid.get(f"{key}-fe0f")
            return Image.open(io.BytesIO(data)).convert("RGBA") if data else None
        if (src, key) not in self.icons:
            return None
        try:
            pixels = render(self.icons[src, key], size)
        except ValueError:
            return None
        return Image.fromarray(pixels.transpose(1, 2, 0))
