"""Makes latent models of random weights, 4M and 6M at 256 px: for speed, not for looks.

python benchmarks/latent_stand_in.py vae|style-gan FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

SLIDERS = 12
GAN = {
    "size": 256,
    "z_dim": 256,
    "w_dim": 256,
    "mapping_layers": 4,
    "channel_base": 8192,
    "channel_max": 256,
}


def save(family: str, folder: Path) -> None:
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    if family == "vae":
        from studio.engines.latent.vae import DecoderConfig, VaeGenerator

        generator, config = VaeGenerator(DecoderConfig()), {}
    else:
        from studio.engines.latent.style_generator import StyleConfig, StyleGenerator

        generator, config = StyleGenerator(StyleConfig(**GAN)), GAN
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.half().contiguous() for name, value in generator.state_dict().items()}
    save_file(weights, folder / "generator.safetensors")
    layers, dim = generator.layers, generator.dim
    chance = torch.Generator().manual_seed(0)
    axes = torch.linalg.qr(torch.randn(layers * dim, SLIDERS, generator=chance))[0].T
    axes = axes.reshape(SLIDERS, layers, dim).contiguous()
    directions = {"center": torch.zeros(layers, dim), "directions": axes * 3, "readers": axes / 3}
    save_file(directions, folder / "directions.safetensors")
    millions = sum(value.numel() for value in generator.parameters()) / 1e6
    manifest = {
        "id": f"bench/{family}",
        "name": f"{family} of {millions:.1f}M random weights",
        "kind": "latent",
        "format": "easel-latent",
        "latent": {
            "family": family,
            "generator": config,
            "size": generator.size,
            "layers": layers,
            "dim": dim,
            "sliders": [{"id": f"s{n}", "name": f"Slider {n}"} for n in range(SLIDERS)],
        },
    }
    (folder / "easel.json").write_text(json.dumps(manifest), "utf-8")


if __name__ == "__main__":
    save(sys.argv[1], Path(sys.argv[2]))
