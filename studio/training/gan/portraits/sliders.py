"""Sliders of Easel Portraits: known by construction, examined like any other.

An axis of the code says one thing, because that is what the generator was taught. Whether pictures
of random numbers follow is for judge B to say, which has only ever seen drawings; only sliders that
pass (gan/sliders.py) are sold under their names. Directions found without labels come beside them.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from studio.engines.latent.flat_generator import FlatGenerator
from studio.training.characters.colours import WARM_HUE
from studio.training.gan import judge as judges
from studio.training.gan import sliders
from studio.training.gan.portraits import data, factors
from studio.training.gan.portraits.config import PortraitsConfig
from studio.training.gan.portraits.trained import trained
from studio.training.gan.words import Words
from studio.training.picture import loop

WORDS = (
    Words("smile", "smile", "Smile", "sad", "smile", "Face"),
    Words("mouth open", "mouth open", "Mouth", "closed", "open", "Face"),
    Words("eyes open", "eyes open", "Eyes", "closed", "wide open", "Face"),
    Words("brows", "brows", "Brows", "cross", "worried", "Face"),
    Words("glasses", "glasses", "Glasses", "none", "glasses", "Face"),
    Words("earrings", "earrings", "Earrings", "none", "earrings", "Face"),
    Words("mustache", "moustache", "Moustache", "none", "moustache", "Face"),
    Words("freckles", "freckles", "Freckles", "none", "freckles", "Face"),
    Words("blush", "blush", "Rosy cheeks", "pale", "rosy", "Face"),
    Words("skin light", "skin", "Skin", "dark", "light", "Colours"),
    Words("skin warm", "skin warmth", "Skin warmth", "cool", "warm", "Colours"),
    Words("hair length", "hair length", "Hair length", "short", "long", "Hair"),
    Words("hair light", "hair lightness", "Hair lightness", "dark", "light", "Hair"),
    Words("hair warm", "hair warmth", "Hair warmth", "cool", "warm", "Hair"),
    Words("ground light", "background", "Background", "dark", "light", "Background"),
    Words("ground warm", "background warmth", "Background warmth", "cool", "warm", "Background"),
)
QUANTILE = 0.03
#: parts in whose kinds directions are looked for: the body on whose grid they lie, how many
PARTS = (("hair", 0, 2), ("eyes", 1, 2), ("mouth", 1, 1), ("brows", 1, 1))
#: how far such a direction goes, to both sides
FAR = 2.2


def axis(label: str) -> Tensor:
    """The axis [D] of the code that a label speaks of, float64."""
    found = torch.zeros(len(factors.names()), dtype=torch.float64)
    if label.endswith(" warm"):
        part = label.removesuffix(" warm")
        found[factors.index(f"{part} red")] = math.cos(WARM_HUE)
        found[factors.index(f"{part} yellow")] = math.sin(WARM_HUE)
    else:
        found[factors.index(label)] = 1.0
    return found


def known(center: Tensor, w: Tensor) -> sliders.Moves:
    """All moves: parts from one end of their axis to the other; colours as far as the codes w
    [N, D] reach but for the outermost."""
    axes = torch.stack([axis(one.label) for one in WORDS])
    read = (w - center) @ axes.T
    ends = read.quantile(torch.tensor([QUANTILE, 1 - QUANTILE], dtype=w.dtype), 0)
    reach = torch.ones(len(WORDS), dtype=torch.float64)
    for i, one in enumerate(WORDS):
        if one.label.endswith((" light", " warm")):
            reach[i] = (ends[1, i] - ends[0, i]) / 2
    return sliders.Moves(center, axes / reach[:, None], axes * reach[:, None])


def kinds(generator: FlatGenerator, center: Tensor) -> sliders.Moves:
    """Directions found without labels: how a part's variants differ most in shape.

    Closed-form factorisation of weights (Shen and Zhou 2021), part by part: of what each kind of
    hair lays out on the grid, averaged over its lengths, the strongest right singular vectors.
    """
    read, axes = generator.read, []
    variants = read.alike.weight.detach().double().split(read.groups, 1)
    for name, body, count in PARTS:
        at = [group.name for group in factors.groups()].index(name)
        group = factors.groups()[at]
        first, last = factors.index(f"{name} 0"), _last(name)
        belongs = (group.vectors[:, first : last + 1] > 0).double()  # [options, kinds]
        lay = generator.seeds[body].lay.weight.detach().double()[:, : read.alike.out_features]
        laid = lay @ variants[at] @ (belongs / belongs.sum(0))
        strongest = torch.linalg.svd(laid - laid.mean(1, keepdim=True), full_matrices=False)[2]
        for direction in strongest[:count]:
            found = torch.zeros(generator.dim, dtype=torch.float64)
            found[first : last + 1] = direction * direction[direction.abs().argmax()].sign()
            axes.append(found)
    every = torch.stack(axes)
    return sliders.Moves(center, every / FAR, every * FAR)


def _last(name: str) -> int:
    """Where the last of a part's kinds stands."""
    return max(
        i
        for i, one in enumerate(factors.names())
        if one.startswith(f"{name} ") and one.split()[-1].isdigit()
    )


def center(generator: FlatGenerator, faces: factors.Faces, count: int, seed: int) -> Tensor:
    """Where truncation leads, and where sliders stand at 0: one real face's variants, with all
    axes in the middle and the average colours. The mean of all variants is no face."""
    chance = torch.Generator().manual_seed(seed)
    found = faces.drawn(torch.arange(count), chance).double().mean(0)
    for group in factors.groups():
        found[(group.vectors != 0).any(0)] = 0.0
    for part in ("hair 9", "mouth 0", "eyes 0", "brows 2", "glasses 1", "earrings 0"):
        found[factors.index(part)] = factors.APART
    generator.mapping.w_avg.copy_(found.float())
    return found


def find(config: PortraitsConfig, work: Path) -> None:
    """Write WORK/directions.safetensors and WORK/sliders.json."""
    drawings = data.load(work)
    generator = trained(config, work)
    second = judges.train(config, work, "B")
    skill = judges.skill(second, drawings.album)
    generator.prepare(torch.bfloat16)
    w = sliders.mapped(generator, 4000)
    middle = generator.mapping.w_avg.double()
    moves = known(middle, w)
    tried = sliders.examined(generator, moves, second, drawings.album, WORDS, config.tries)
    shown = [one.passes for one in tried]
    found = kinds(generator, middle)
    sliders.write(work, generator, w, moves, WORDS, tried, shown, found)
    log = loop.Log(work / "figures.jsonl")
    for one in tried:
        log.write(stage="sliders", passes=one.passes, **asdict(one))
    log.write(stage="judge B", **skill)
