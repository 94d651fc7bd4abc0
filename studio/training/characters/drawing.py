"""Drawing characters: a style and its options become pixels.

The styles are DiceBear's npm packages (https://www.dicebear.com), drawn by `draw.mjs` in Node and
rasterised by resvg. Neither is part of what ships.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

_SCRIPT = Path(__file__).with_name("draw.mjs")

#: A character: {"style": a DiceBear style, "options": its options, every one of them decided,
#: "ground": colour behind it, "insert": [[mark, SVG], ...] our own lines, put before that mark,
#: "instead": [[text, text], ...] what is changed in the drawing}
Sheet = dict[str, Any]


class NodeMissing(RuntimeError):
    """There is no Node, or it failed: npm packages missing, or options that no style knows."""


def options(**parts: str | None) -> dict[str, Any]:
    """DiceBear's options for exactly these parts and colours ("aabbcc"); None: without it."""
    made: dict[str, Any] = {}
    for name, value in parts.items():
        made[name] = [value] if value is not None else []
        if not name.endswith("Color"):
            made[f"{name}Probability"] = 0 if value is None else 100
    return made


def vectors(sheets: Iterable[Sheet], packages: Path) -> Iterator[str]:
    """The SVG source of each character; ``packages``: where npm installed DiceBear.

    Raises:
        NodeMissing: when Node is not there or stops.
    """
    node = shutil.which("node")
    if node is None:
        raise NodeMissing("Node (https://nodejs.org) is needed to draw the training characters.")
    process = subprocess.Popen(
        [node, str(_SCRIPT), str(packages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin
    assert process.stdout
    sink = process.stdin

    def feed() -> None:
        try:
            for sheet in sheets:
                line = {"style": sheet["style"], "options": sheet["options"]}
                sink.write(json.dumps(line) + "\n")
        except (BrokenPipeError, ValueError):
            pass  # Node has gone; its exit status says so below
        finally:
            with suppress(BrokenPipeError):
                sink.close()

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    try:
        for line in process.stdout:
            yield json.loads(line)["svg"]
        status = process.wait()
    finally:
        process.kill()  # where nobody wants the rest
        feeder.join()
        process.stdout.close()
        process.wait()
    if status:
        raise NodeMissing(f"Node stopped with {status}; are DiceBear's packages there?")


def raster(svg: str, size: int, background: str) -> np.ndarray:
    """RGB uint8 (size, size, 3) of a square drawing on a plain ground ("#aabbcc")."""
    import resvg_py

    data = resvg_py.svg_to_bytes(
        svg_string=svg, width=size, height=size, background=background, skip_system_fonts=True
    )
    return np.asarray(Image.open(io.BytesIO(bytes(data))).convert("RGB"))


def draw(sheets: Iterable[Sheet], size: int, packages: Path) -> Iterator[np.ndarray]:
    """Pixels of each character, in order. A sheet's "ground" ("aabbcc") is its background."""
    kept: list[Sheet] = []

    def remember() -> Iterator[Sheet]:
        for sheet in sheets:
            kept.append(sheet)
            yield sheet

    for number, svg in enumerate(vectors(remember(), packages)):
        for mark, own in kept[number].get("insert", ()):
            if mark not in svg:
                raise ValueError(f"{kept[number]['style']} has no {mark}")
            svg = svg.replace(mark, own + mark, 1)
        for old, new in kept[number].get("instead", ()):
            svg = svg.replace(old, new)
        yield raster(svg, size, "#" + kept[number].get("ground", "ffffff"))
