"""Putting the painter together as a folder of the style room."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from studio.engines.style.grain import grain
from studio.engines.style.network import Painter
from studio.training.picture.credits import CREDITS as DRAWINGS
from studio.training.picture.loop import load_weights
from studio.training.style.config import StyleConfig
from studio.training.style.paintings import PAINTINGS, SHOWN
from studio.training.style.still_life import still_life
from studio.training.style.train import Pupil

MODEL_ID = "easel/brushes"
THUMBNAIL = 256

#: what it was taught with, beside the paintings
CREDITS: tuple[dict[str, str], ...] = (
    {"name": "267 paintings of the Art Institute of Chicago", "licence": "CC0-1.0",
     "url": "https://www.artic.edu/open-access"},
    {"name": "Flower photographs (TensorFlow flowers, by photo id)", "licence": "CC-BY-2.0",
     "url": "https://www.tensorflow.org/datasets/catalog/tf_flowers"},
    {"name": "500 photographs of clothes", "licence": "CC0-1.0", "url": ""},
)  # fmt: skip


def manifest(config: StyleConfig) -> dict[str, Any]:
    """What easel.json says."""
    painters = sorted({p.after.split(",")[0] for p in PAINTINGS if p.after})
    owed = [{"name": f"Paintings by {', '.join(painters)}", "licence": "public domain"}]
    drawn = [one for one in DRAWINGS if "text encoder" not in one["name"]]
    return {
        "id": MODEL_ID,
        "name": "Easel Brushes",
        "version": f"2-{config.name}",
        "kind": "style",
        "format": "easel-style",
        "summary": f"Paints a picture in {len(SHOWN)} learned manners, or like any other "
        "picture.",
        "licence": "Apache-2.0",
        "may": "You may use and sell what it paints.",
        "credits": [*owed, *CREDITS, *drawn],
        "style": {
            "painter": json.loads(config.painter.model_dump_json()),
            "styles": [
                {"id": p.id, "name": p.name, "after": p.after,
                 "thumbnail": f"thumbnails/{p.id}.webp"}
                for p in PAINTINGS
                if p.shown
            ],
            "any_picture": True,
        },
    }  # fmt: skip


def pack(config: StyleConfig, work: Path, out: Path) -> None:
    """Write the folder from the averaged weights of the last checkpoint; README.md stays."""
    pupil = Pupil(config, len(PAINTINGS))
    load_weights(work / "painter", pupil)
    (out / "thumbnails").mkdir(parents=True, exist_ok=True)
    state = pupil.painter.state_dict()
    save_file({k: v.half().contiguous() for k, v in state.items()}, out / "painter.safetensors")
    codes = pupil.learned.detach()[list(SHOWN)].half().contiguous()
    save_file({"codes": codes}, out / "styles.safetensors")
    text = json.dumps(manifest(config), indent=1, ensure_ascii=False)
    (out / "easel.json").write_text(text + "\n", "utf-8")
    thumbnails(pupil.painter.half().float(), codes.float(), out / "thumbnails")


@torch.no_grad()
def thumbnails(painter: Painter, codes: Tensor, folder: Path) -> None:
    """The still life in every style, painted at twice the size."""
    painter.prepare(torch.bfloat16)
    content = still_life(2 * THUMBNAIL)
    content = (content + grain(2 * THUMBNAIL, 2 * THUMBNAIL, painter.config.grain, 1)).clamp(0, 1)
    for painting, code in zip((PAINTINGS[n] for n in SHOWN), codes, strict=True):
        painted = painter.paint(content, code[None], painter.measure(content, code[None]))
        image(painted).resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS).save(
            folder / f"{painting.id}.webp", quality=82, method=6
        )


def image(picture: Tensor) -> Image.Image:
    """[1, 3, H, W] in 0..1 as a picture."""
    pixels = (picture[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0)
    return Image.fromarray(pixels.numpy())
