"""Putting the VAE together as a folder of the sliders' room (docs/latent-models.md)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from studio.engines.latent.vae import VaeEncoder, VaeGenerator
from studio.training.characters import data, vae
from studio.training.characters.config import CharactersConfig
from studio.training.characters.people import NAMES

MODEL_ID = "easel/characters"

#: name -> what the window calls it: id, title, words for both ends, group
WORDS = {
    "style": ("outlines", "Outlines", "flat", "outlined", "Drawing"),
    "hair_length": ("hair length", "Hair length", "bald", "long", "Hair"),
    "hair_light": ("hair lightness", "Hair lightness", "dark", "light", "Hair"),
    "hair_warm": ("hair warmth", "Hair warmth", "cool", "warm", "Hair"),
    "skin_light": ("skin", "Skin", "dark", "light", "Face"),
    "glasses": ("glasses", "Glasses", "none", "glasses", "Face"),
    "beard": ("beard", "Beard", "none", "full beard", "Face"),
    "smile": ("smile", "Smile", "frown", "smile", "Face"),
    "mouth_open": ("mouth open", "Mouth", "closed", "open", "Face"),
    "eyes_closed": ("eyes closed", "Eyes", "open", "closed", "Face"),
    "blush": ("rosy cheeks", "Rosy cheeks", "none", "rosy", "Face"),
    "earrings": ("earrings", "Earrings", "none", "hoops", "Face"),
    "clothes_light": ("clothes lightness", "Clothes lightness", "dark", "light", "Clothes"),
    "clothes_warm": ("clothes warmth", "Clothes warmth", "cool", "warm", "Clothes"),
    "ground_light": (
        "background lightness", "Background lightness", "dark", "light", "Background",
    ),
    "ground_warm": ("background warmth", "Background warmth", "cool", "warm", "Background"),
}  # fmt: skip

#: whose drawings it learnt from
CREDITS: tuple[dict[str, str], ...] = (
    {"name": "Avatar Illustration System (Micah Lanier)", "licence": "CC-BY-4.0",
     "url": "https://www.figma.com/community/file/829741575478342595"},
    {"name": "Personas (Draftbit)", "licence": "CC-BY-4.0", "url": "https://personas.draftbit.com"},
    {"name": "DiceBear, which draws them (Florian Körner)", "licence": "MIT",
     "url": "https://www.dicebear.com"},
)  # fmt: skip

#: directions without a name that are offered
FOUND = 4


@torch.no_grad()
def fit_map(
    generator: VaeGenerator, encoder: VaeEncoder, people: data.People, count: int = 2048
) -> None:
    """Measure how codes of real drawings are spread, so that random numbers make likely ones.

    Named numbers: their quantiles. Free part: mean and covariance of what the encoder says of
    training drawings, its own uncertainty included (the aggregated posterior).
    """
    steps = generator.config.steps
    labels = np.sort(people.labels[: 2 * people.training_pairs], axis=0)
    places = np.linspace(0, len(labels) - 1, steps).round().astype(int)
    generator.named_table.copy_(torch.from_numpy(labels[places].T.copy()))
    rows = torch.arange(0, 2 * people.training_pairs, 2)[:count]
    means, spreads = [], []
    for part in rows.split(32):
        _, mean, spread = encoder.posterior(people.picture(part))
        means.append(mean)
        spreads.append(spread.exp())
    mean, spread = torch.cat(means).double(), torch.cat(spreads).double()
    spread_out = mean.T.cov() if len(mean) > 1 else torch.eye(mean.shape[1]).double()
    cov = spread_out + spread.mean(0).diag() + 1e-6 * torch.eye(mean.shape[1]).double()
    generator.free_mean.copy_(mean.mean(0).float())
    generator.free_mix.copy_(torch.linalg.cholesky(cov).float())


def _plain(config: Any) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(config).items()}


def shipped(config: CharactersConfig, figures: dict[str, Any]) -> tuple[str, ...]:
    """The sliders that keep their promise, or all of them where nothing was measured yet."""
    measured = figures.get("sliders", {})

    def keeps(name: str) -> bool:
        told = measured.get(name)
        return not told or (told["accuracy"] >= config.bar and told["leak"] <= config.most_leak)

    return tuple(name for name in NAMES if keeps(name))


def manifest(config: CharactersConfig, figures: dict[str, Any]) -> dict[str, Any]:
    """easel.json; with the measured figures where there are any."""
    sliders: list[dict[str, Any]] = []
    measured = figures.get("sliders", {})
    for name in shipped(config, figures):
        ident, title, low, high, group = WORDS[name]
        part = {"id": ident, "name": title, "low": low, "high": high, "group": group}
        if name in measured:
            part["accuracy"] = round(measured[name]["accuracy"], 3)
            part["purity"] = round(max(0.0, 1 - measured[name]["leak"]), 3)
        sliders.append(part)
    sliders.extend(
        {"id": f"found {number}", "name": f"Direction {number}", "named": False}
        for number in range(1, 1 + min(FOUND, config.decoder.free))
    )
    return {
        "id": MODEL_ID,
        "name": "Easel Characters",
        "version": f"1-{config.name}",
        "kind": "latent",
        "format": "easel-latent",
        "summary": "Draws people, flat or outlined, with sliders for hair, glasses, beard, smile "
        "and more.",
        "licence": "Apache-2.0",
        "may": "You may use and sell what it draws.",
        "credits": list(CREDITS),
        "latent": {
            "family": "vae",
            "generator": _plain(config.decoder),
            "encoder": _plain(config.encoder),
            "size": config.decoder.size,
            "layers": 1,
            "dim": config.decoder.named + config.decoder.free,
            "subject": "character",
            "sliders": sliders,
        },
    }


def directions(generator: VaeGenerator, names: tuple[str, ...]) -> dict[str, Tensor]:
    """Each slider moves its own number of the code, and reads it.

    After the named ones come those found without labels: the main axes of the free part, along
    which people differ most in what has no name (principal components of the aggregated
    posterior). From -1 to 1 each spans two standard deviations either way.
    """
    named, dim = generator.config.named, generator.dim
    axes = torch.eye(dim)[[NAMES.index(name) for name in names]]
    mix = generator.free_mix.detach().double().cpu()
    spread, ways = torch.linalg.eigh(mix @ mix.T)
    count = min(FOUND, len(spread))
    ways = ways.T.flip(0)[:count]
    ways = ways * ways.gather(1, ways.abs().argmax(1, keepdim=True)).sign()  # eigh leaves it open
    reach = 2 * spread.flip(0)[:count, None].clamp_min(1e-12).sqrt()
    found = torch.zeros(2, count, dim)
    found[0, :, named:], found[1, :, named:] = ways * reach, ways / reach
    center = torch.cat([torch.zeros(named), generator.free_mean.detach().cpu()]).unsqueeze(0)
    return {
        "center": center,
        "directions": torch.cat([axes, found[0]]).unsqueeze(1).contiguous(),
        "readers": torch.cat([axes, found[1]]).unsqueeze(1).contiguous(),
    }


def _half(network: nn.Module) -> dict[str, Tensor]:
    """In half precision, except where a number is too large for it (a running variance)."""
    kept = {}
    for name, value in network.state_dict().items():
        half = value.detach().half()
        kept[name] = (half if half.isfinite().all() else value.detach().float()).contiguous()
    return kept


def pack(config: CharactersConfig, work: Path, out: Path) -> None:
    """Write the networks as the last checkpoint has them, and what is known of them."""
    both = vae.load(config, work)
    generator, encoder = both["decoder"], both["encoder"]
    assert isinstance(generator, VaeGenerator)
    assert isinstance(encoder, VaeEncoder)
    fit_map(generator, encoder, data.load(work, config.data))
    out.mkdir(parents=True, exist_ok=True)
    for name, network in (("generator", generator), ("encoder", encoder)):
        save_file(_half(network), out / f"{name}.safetensors")
        (out / f"{name}.safetensors").chmod(0o644)
    (work / "figures.json").unlink(missing_ok=True)  # of other weights
    tell(config, work, out)


def tell(config: CharactersConfig, work: Path, out: Path) -> None:
    """Write manifest and sliders, with the figures that are there."""
    file = work / "figures.json"
    figures = json.loads(file.read_text("utf-8")) if file.exists() else {}
    text = json.dumps(manifest(config, figures), indent=1)
    (out / "easel.json").write_text(text + "\n", encoding="utf-8")
    generator, _ = open_folder(out)
    save_file(directions(generator, shipped(config, figures)), out / "directions.safetensors")
    (out / "directions.safetensors").chmod(0o644)


def open_folder(folder: Path) -> tuple[VaeGenerator, VaeEncoder]:
    """The packed networks in float32."""
    from studio.engines.latent.vae import DecoderConfig, EncoderConfig

    told = json.loads((folder / "easel.json").read_text("utf-8"))["latent"]
    generator = VaeGenerator(DecoderConfig(**told["generator"]))
    encoder = VaeEncoder(EncoderConfig(**told["encoder"]))
    for name, network in (("generator", generator), ("encoder", encoder)):
        state = load_file(folder / f"{name}.safetensors")
        network.load_state_dict({k: v.float() for k, v in state.items()})
        network.eval().requires_grad_(False)
    return generator, encoder
