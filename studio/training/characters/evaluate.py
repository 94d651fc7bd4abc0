"""Figures of the packed model: rebuilt drawings, and sliders as an independent judge sees them."""

from __future__ import annotations

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from studio.engines.latent.vae import VaeGenerator
from studio.training.characters import data
from studio.training.characters import judge as judges
from studio.training.characters.config import CharactersConfig
from studio.training.characters.people import NAMES
from studio.training.picture.perceptual import Lpips

POSITIONS = 7
#: of 16 drawings each, that VGG16 judges
VGG_BATCHES = 6
#: a step back by less than this (the range is 2) counts as standing still
STILL = 0.1
#: what a slider hides: its effect on these cannot be judged
HIDES = {"hair_length": ("hair_light", "hair_warm"), "beard": ("hair_light", "hair_warm")}


@dataclass(frozen=True)
class SliderFigures:
    """How one slider does over many random people, in the judge's eyes.

    accuracy: share of both ends at which the judge sees what the end promises.
    monotone: share of people for whom the judged value never falls over seven positions.
    curve: mean judged value at the seven positions.
    leaks: for every other named number, how far it moves as a share of this one's own movement.
    """

    people: int
    accuracy: float
    monotone: float
    curve: tuple[float, ...]
    leaks: dict[str, float]

    @property
    def leak(self) -> float:
        """The largest of the leaks."""
        return max(self.leaks.values())


@torch.no_grad()
def see(judge: judges.Judge, generator: nn.Module, codes: Tensor) -> Tensor:
    """What the judge says of each code's picture: [N, D] -> [N, names]."""
    told = []
    for part in codes.split(32):
        picture = generator.synthesize(part.unsqueeze(1)).float().clamp(-1, 1)
        # Rounded as a saved picture is, so that nothing finer than a pixel's value counts.
        told.append(judge(((picture + 1) * 127.5).round() / 127.5 - 1))
    return torch.cat(told)


@torch.no_grad()
def random_codes(generator: nn.Module, count: int, seed: int = 900_000) -> Tensor:
    """Codes [N, D] of random people, as the window's dice throw them."""
    rows = []
    for i in range(count):
        dice = torch.Generator().manual_seed(seed + i)
        rows.append(generator.map(torch.randn(1, generator.z_dim, generator=dice))[0, 0])
    return torch.stack(rows).float()


def end_is_right(name: str, judged: Tensor, end: int) -> Tensor:
    """Whether the judge sees the end's promise: its level, or the outer third of the range."""
    if name in judges.LEVELS:
        return judges.level_of(name, judged) == end
    return judged * end > 1 / 3


def slide(judge: judges.Judge, generator: nn.Module, codes: Tensor, name: str) -> SliderFigures:
    """Move one slider from end to end for every code, all else standing still."""
    index = NAMES.index(name)
    if name in ("hair_light", "hair_warm"):
        codes = codes[codes[:, NAMES.index("hair_length")] > -0.6]
    seen = []
    for value in torch.linspace(-1, 1, POSITIONS):
        moved = codes.clone()
        moved[:, index] = value
        seen.append(see(judge, generator, moved))
    every = torch.stack(seen, 1)  # [N, positions, names]
    own = every[:, :, index]
    low, high = end_is_right(name, own[:, 0], -1), end_is_right(name, own[:, -1], 1)
    rising = (own.diff(dim=1) > -STILL).all(1) & (own[:, -1] > own[:, 0])
    change = (every[:, -1] - every[:, 0]).abs().mean(0)
    leaks = {
        other: float(change[i] / change[index])
        for i, other in enumerate(NAMES)
        if i != index and other not in HIDES.get(name, ())
    }
    return SliderFigures(
        people=len(codes),
        accuracy=float(torch.cat([low, high]).float().mean()),
        monotone=float(rising.float().mean()),
        curve=tuple(round(float(v), 3) for v in own.mean(0)),
        leaks=leaks,
    )


@torch.no_grad()
def rebuild(
    generator: nn.Module,
    encoder: nn.Module,
    people: data.People,
    teachers: dict[str, Lpips],
    count: int,
) -> dict[str, float]:
    """Held-out drawings through the encoder and back; and with one thing changed as asked.

    psnr and the teachers' distances of the rebuilt drawing; `changed_psnr`: of the drawing with
    one named number exchanged, against how that person is really drawn so.
    """
    rows = torch.tensor(list(people.held_rows)[:count])
    labels = torch.from_numpy(people.labels)
    changed, tells = torch.from_numpy(people.changed), torch.from_numpy(people.tells)
    sums: dict[str, list[Tensor]] = {k: [] for k in ("psnr", "changed_psnr", *teachers)}
    for part in rows.split(16):
        pictures = people.picture(part)
        codes = encoder(pictures)[:, 0]
        drawn = generator.synthesize(codes.unsqueeze(1)).float().clamp(-1, 1)
        sums["psnr"].append(_psnr(drawn, pictures))
        for net, teacher in teachers.items():
            if net == "vgg16" and len(sums[net]) >= VGG_BATCHES:
                continue  # fifty times as slow as AlexNet
            sums[net].append(teacher(drawn * 0.5 + 0.5, pictures * 0.5 + 0.5))
        # Each first of a pair with the one number of the second: it must become the second.
        first = torch.arange(0, len(part), 2)
        first = first[tells[part[first] // 2, 0]]
        if len(first):
            index = changed[part[first] // 2]
            asked = codes[first].clone()
            asked[torch.arange(len(first)), index] = labels[part[first] + 1, index]
            drawn = generator.synthesize(asked.unsqueeze(1)).float().clamp(-1, 1)
            sums["changed_psnr"].append(_psnr(drawn, pictures[first + 1]))
    return {k: float(torch.cat(v).mean()) for k, v in sums.items() if v}


def _psnr(drawn: Tensor, wanted: Tensor) -> Tensor:
    error = (drawn - wanted).square().flatten(1).mean(1) / 4
    return -10 * error.clamp_min(1e-10).log10()


@torch.no_grad()
def read_out(encoder: nn.Module, people: data.People, count: int) -> dict[str, float]:
    """Share of held-out drawings whose named numbers the encoder tells right."""
    rows = torch.tensor(list(people.held_rows)[:count])
    told = torch.cat([encoder(people.picture(part))[:, 0] for part in rows.split(32)])
    labels, seen = torch.from_numpy(people.labels)[rows], torch.from_numpy(people.seen)[rows]
    return {
        name: float(judges.right(name, told[:, i], labels[:, i])[seen[:, i]].float().mean())
        for i, name in enumerate(NAMES)
    }


def run(
    config: CharactersConfig, work: Path, generator: VaeGenerator, encoder: nn.Module
) -> dict[str, Any]:
    """All figures, written to WORK/figures.json."""
    judges.train(config, work)
    judge, people = judges.load(config, work), data.load(work, config.data)
    count = min(600, 2 * people.held)
    nets = ("alexnet", "vgg16") if config.train.perceptual_net else ()
    teachers = {net: Lpips(net, work) for net in nets}
    codes = random_codes(generator, config.seeds)
    # As the window draws: in half precision.
    drawer = copy.deepcopy(generator).prepare(torch.bfloat16)
    drawer.to(memory_format=torch.channels_last)

    def judged(name: str) -> SliderFigures:
        told = slide(judge, drawer, codes, name)
        print(f"{name}: {told.accuracy:.3f} rising {told.monotone:.3f} leak {told.leak:.3f}")
        return told

    # Two at a time; torch leaves the interpreter alone while it calculates.
    with ThreadPoolExecutor(2) as pool:
        sliders = dict(zip(NAMES, pool.map(judged, NAMES), strict=True))
    figures = {
        "judge": judges.accuracy(judge, people, 2 * people.held),
        "rebuilt": rebuild(drawer, encoder, people, teachers, count),
        "encoder": read_out(encoder, people, count),
        "sliders": {
            name: {
                "people": f.people,
                "accuracy": f.accuracy,
                "monotone": f.monotone,
                "curve": f.curve,
                "leak": f.leak,
                "leaks": f.leaks,
            }
            for name, f in sliders.items()
        },
    }
    (work / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures
