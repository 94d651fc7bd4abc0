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
