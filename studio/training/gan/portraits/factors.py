"""What a drawn face is made of, as the numbers that a row of the generator's code adds up from.

Variants of a part are laid out on a grid: mouths by smile, by open or shut, and by which of nine it
is. So every mouth has a smiling and a sad version, every haircut a short, a middle and a long one,
and moving along one axis leads from a drawing to a drawing. A part that is off (no glasses) still
says which it would be.

A group of options (all mouths) is a matrix V [options, F]; a face's row of code is the sum of one
row of each group, and of its three colours in CIE Lab.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.training.characters import adventurers
from studio.training.characters.colours import to_lab

#: left out: flowers have colours of their own, the braid and the mane reach over everything
WITHOUT = ("long03", "long08", "long18", "long16", "long22")
#: short, middle, long: haircuts that are alike, by eye
HAIRCUTS = (
    ("short01", "long25", "long20"), ("short02", "long02", "long01"),
    ("short03", "long13", "long06"), ("short04", "long19", "long05"),
    ("short05", "long12", "long09"), ("short06", "long26", "long04"),
    ("short07", "long02", "long24"), ("short08", "long21", "long17"),
    ("short09", "long26", "long07"), ("short10", "long19", "long05"),
    ("short11", "long25", "long20"), ("short12", "long11", "long09"),
    ("short13", "long19", "long01"), ("short14", "long21", "long07"),
    ("short15", "long15", "long06"), ("short16", "long10", "long04"),
    ("short17", "long13", "long24"), ("short18", "long23", "long06"),
    ("short19", "long14", "long17"),
)  # fmt: skip
COLOURS = ("hair", "skin", "ground")
#: these groups are the form of a portrait, all others and the colours its detail
FORM = ("hair", "earrings")
#: how far along its own number a variant lies, where an axis goes from -1 to 1
APART = 1.0
KINDS = {"mouth": 9, "eyes": 11, "brows": 9, "glasses": 5, "earrings": 6}


@dataclass(frozen=True)
class Group:
    """One part: V [options, F], and for each variant the options that draw it."""

    name: str
    vectors: Tensor
    options: dict[str, tuple[int, ...]]


@cache
def names() -> tuple[str, ...]:
    """What each of the F numbers is. Axes are -1 to 1, "part n" is APART for one of its
    variants."""
    found = ["hair length", *(f"hair {i}" for i in range(len(HAIRCUTS)))]
    found += ["smile", "mouth open", *(f"mouth {i}" for i in range(KINDS["mouth"]))]
    found += ["eyes open", *(f"eyes {i}" for i in range(KINDS["eyes"]))]
    found += ["brows", *(f"brows {i}" for i in range(KINDS["brows"]))]
    for part in ("glasses", "earrings"):
        found += [part, *(f"{part} {i}" for i in range(KINDS[part]))]
    found += list(adventurers.FEATURES)
    found += [f"{part} {axis}" for part in COLOURS for axis in ("light", "red", "yellow")]
    return tuple(found)


def index(name: str) -> int:
    """Where a number stands."""
    return names().index(name)


def _cells() -> dict[str, dict[tuple[float, ...], list[str]]]:
    """The grids of mouths, eyes and brows: place on the axes -> variants."""
    found: dict[str, dict[tuple[float, ...], list[str]]] = {"mouth": {}, "eyes": {}, "brows": {}}

    def put(part: str, place: tuple[float, ...], number: int) -> None:
        found[part].setdefault(place, []).append(f"variant{number:02d}")

    for number, (smile, opened) in adventurers.MOUTH.items():
        level = 1.0 if smile >= 0.3 else (-1.0 if smile <= -0.2 else 0.0)
        put("mouth", (level, 2.0 * opened - 1), number)
    for number, wide in adventurers.EYES.items():
        put("eyes", (1.0 if wide >= 0.9 else (-1.0 if wide == 0 else 0.0),), number)
    for number, mood in adventurers.BROWS.items():
        put("brows", (-1.0 if mood < -0.5 else (1.0 if mood >= 0.5 else 0.0),), number)
    return found


_AXES = {"mouth": ("smile", "mouth open"), "eyes": ("eyes open",), "brows": ("brows",)}


@cache
def groups() -> tuple[Group, ...]:
    """All parts, colours aside."""
    found = []

    def group(name: str, rows: list[tuple[str, dict[str, float]]]) -> None:
        vectors = torch.zeros(len(rows), len(names()))
        options: dict[str, list[int]] = {}
        for i, (variant, numbers) in enumerate(rows):
            options.setdefault(variant, []).append(i)
            for key, value in numbers.items():
                vectors[i, index(key)] = value
        found.append(Group(name, vectors, {k: tuple(v) for k, v in options.items()}))

    group(
        "hair",
        [
            (cut, {"hair length": float(place - 1), f"hair {kind}": APART})
            for kind, cuts in enumerate(HAIRCUTS)
            for place, cut in enumerate(cuts)
        ],
    )
    for name, cells in _cells().items():
        rows = []
        for place, variants in cells.items():
            for kind in range(KINDS[name]):
                numbers = dict(zip(_AXES[name], place, strict=True)) | {f"{name} {kind}": APART}
                rows.append((variants[kind % len(variants)], numbers))
        group(name, rows)
    for name in ("glasses", "earrings"):
        worn = [
            (f"variant{kind + 1:02d}", {name: 1.0, f"{name} {kind}": APART})
            for kind in range(KINDS[name])
        ]
        group(name, worn + [("", numbers | {name: -1.0}) for _, numbers in worn])
    for name in adventurers.FEATURES:  # in the drawings at most one of them, but why not two
        group(name, [("", {name: -1.0}), (name, {name: 1.0})])
    return tuple(found)


def colours(options: dict[str, Any]) -> list[float]:
    """Hair, skin and ground as lightness and two colour numbers, about -1.5 to 1.5."""
    found: list[float] = []
    for part in COLOURS:
        lab = to_lab(options[part])
        found += [(lab[0] - 60) / 30, lab[1] / 25, lab[2] / 25]
    return found


@dataclass(frozen=True)
class Faces:
    """The factors of N drawings: for each group the options that would draw it, [N, most] and how
    many; the colours [N, 9]; how the drawings were asked for."""

    matches: dict[str, tuple[Tensor, Tensor]]
    colours: Tensor

    def drawn(self, rows: Tensor, chance: torch.Generator, blend: float = 0.0) -> Tensor:
        """Factors [B, F] of these drawings, by random ones of the options that fit. Up to `blend`
        of each part is another option's, or it lies as far beyond: what is nearly a part is to be
        drawn as that part."""
        total = torch.zeros(len(rows), len(names()))
        for group in groups():
            matches, counts = self.matches[group.name]
            pick = (torch.rand(len(rows), generator=chance) * counts[rows]).long()
            own = group.vectors[matches[rows, pick]]
            if blend:
                other = torch.randint(len(group.vectors), (len(rows),), generator=chance)
                share = blend * (1.8 * torch.rand(len(rows), 1, generator=chance) - 0.8)
                own = own + share * (group.vectors[other] - own)
            total += own
        total[:, -9:] = self.colours[rows]
        if blend:
            total[:, -9:] += 0.03 * torch.randn(len(rows), 9, generator=chance)
        return total


def faces(chosen: list[dict[str, Any]]) -> Faces:
    """From how each drawing was asked for (`asked`)."""
    matches = {}
    for group in groups():
        every = tuple(range(len(group.vectors)))
        found = []
        for one in chosen:
            hidden = group.name == "earrings" and one["hair"] in adventurers.HIDES_EARS
            found.append(every if hidden else group.options[one[group.name]])
        most = max(len(f) for f in found)
        table = torch.tensor([f + (0,) * (most - len(f)) for f in found])
        matches[group.name] = table, torch.tensor([len(f) for f in found])
    shades: NDArray[np.float32] = np.array([colours(one["colours"]) for one in chosen], np.float32)
    return Faces(matches, torch.from_numpy(shades))


def asked(count: int, seed: int = 11) -> list[dict[str, Any]]:
    """How the drawings of `adventurers.write` were asked for, in order."""

    def first(options: dict[str, Any], key: str) -> str:
        value = options[key]
        return str(value[0]) if value else ""

    found = []
    for sheet, _ in adventurers.draw_set(count, seed):
        options = sheet["options"]
        one: dict[str, Any] = {
            name: first(options, key)
            for name, key in (
                ("hair", "hair"), ("mouth", "mouth"), ("eyes", "eyes"), ("brows", "eyebrows"),
                ("glasses", "glasses"), ("earrings", "earrings"),
            )
        }  # fmt: skip
        one["colours"] = {
            "hair": first(options, "hairColor"),
            "skin": first(options, "skinColor"),
            "ground": sheet["ground"],
        }
        feature = first(options, "features")
        one |= {name: name * (name == feature) for name in adventurers.FEATURES}
        found.append(one)
    return found


def form() -> Tensor:
    """Which of the F numbers are form, boolean [F]."""
    of = torch.zeros(len(names()), dtype=torch.bool)
    for group in groups():
        if group.name in FORM:
            of |= (group.vectors != 0).any(0)
    return of
