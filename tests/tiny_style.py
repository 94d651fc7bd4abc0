"""A style model of a few thousand random weights, saved by the tests. Needs torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from studio.engines.style.network import Painter, PainterConfig

BRUSHES = "test/brushes"
PAINTER: dict[str, Any] = {
    "widths": [8, 8, 8],
    "blocks": [1, 1],
    "code": 16,
    "reader": [4, 4, 8, 8],
    "hidden": 8,
    "style_side": 32,
    "flow": True,
}
STYLES = ("dots", "waves", "squares")


def save_tiny_style(folder: Path, model_id: str = BRUSHES, any_picture: bool = True) -> Path:
    """Paints rough noise over a picture, another for each of the styles dots, waves, squares."""
    torch.manual_seed(3)
    painter = Painter(PainterConfig(**PAINTER))
    # Random weights larger than a training begins with, so that pictures and codes show.
    strokes = torch.randn(3, 8, 3, 3) * 0.05
    painter.paint_out.weight.data.copy_(strokes.repeat_interleave(4, 0))  # no grid of pixels
    torch.nn.init.normal_(painter.manner.weight, std=0.4)
    torch.nn.init.normal_(painter.reader.out.weight, std=1.0)
    pictures = torch.rand(len(STYLES), 3, 1, 1) + 0.3 * torch.rand(len(STYLES), 3, 32, 32)
    codes = painter.read(pictures.clamp(0.0, 1.0)).detach()
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: value.half().contiguous() for name, value in painter.state_dict().items()}
    save_file(halves, folder / "painter.safetensors")
    save_file({"codes": codes.half()}, folder / "styles.safetensors")
    styles = [
        {"id": one, "name": one.capitalize(), "after": "nobody" if one == "dots" else ""}
        for one in STYLES
    ]
    manifest = {
        "id": model_id,
        "name": model_id.split("/")[1].capitalize(),
        "version": "0",
        "kind": "style",
        "format": "easel-style",
        "licence": "Apache-2.0",
        "style": {"painter": PAINTER, "styles": styles, "any_picture": any_picture},
    }
    (folder / "easel.json").write_text(json.dumps(manifest), "utf-8")
    return folder
