"""Write Easel Portraits as a folder that Easel opens (docs/latent-models.md)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from safetensors.torch import save_file

from studio.shelf.manifest import MANIFEST, Manifest
from studio.training.gan.portraits import encoder as encoders
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.gan.portraits.trained import trained
from studio.training.picture import loop

ABOUT = {
    "id": "easel/portraits",
    "name": "Easel Portraits",
    "version": "2-small",
    "summary": "Invents drawn faces, and turns one into another as you slide.",
    "licence": "Apache-2.0",
    "may": "You may use and sell what it draws.",
    "credits": [
        {
            "name": "Adventurer by Lisa Wischofsky, through DiceBear",
            "licence": "CC-BY-4.0",
            "url": "https://www.figma.com/community/file/1184595184137881796",
        }
    ],
    "kind": "latent",
    "format": "easel-latent",
}
#: what turns numbers into numbers stays exact, where a half-precision number would show
EXACT = ("mapping", "read")


def pack(config: PortraitsConfig, work: Path, out: Path) -> None:
    """Write manifest, weights in half precision and directions into `out`."""
    generator = trained(config, work)
    with_encoder = (work / "encoder" / "weights.safetensors").exists()
    parts = {"generator": generator.state_dict()}
    if with_encoder:
        parts["encoder"] = encoders.load(config, work).state_dict()
    out.mkdir(parents=True, exist_ok=True)
    for name, weights in parts.items():
        state = {
            key: (value.float() if key.startswith(EXACT) else value.half()).cpu().contiguous()
            for key, value in weights.items()
        }
        target = out / f"{name}.safetensors"
        loop.write_atomically(target, lambda path, state=state: save_file(state, path))
    shutil.copyfile(work / "directions.safetensors", out / "directions.safetensors")
    latent = {
        "family": "flat-gan",
        "generator": config.generator.model_dump(),
        "encoder": config.encoder.model_dump() if with_encoder else None,
        "size": generator.size,
        "layers": generator.layers,
        "dim": generator.dim,
        "subject": "face",
        "sliders": json.loads((work / "sliders.json").read_text())["sliders"],
    }
    manifest = Manifest.model_validate(ABOUT | {"latent": latent})
    text = manifest.model_dump_json(indent=1, exclude={"picture"}, exclude_none=True)
    loop.write_atomically(out / MANIFEST, lambda path: path.write_text(text + "\n"))
