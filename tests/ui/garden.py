"""A model that exists in the imagination only: flowers drawn from eight numbers.

Stands in for the live engine: `look` resolves a place as the real one does, in miniature.
"""

from __future__ import annotations

import base64
import colorsys
import json
import random
from pathlib import Path

import numpy as np

from studio.recipes import Place, SlideRecipe, parse_recipe
from studio.work.messages import Look, Seen
from tests.ui.fakes import FakeEngine

SLIDERS = (
    ("bloom size", "Bloom size", "small", "large", "Flower"),
    ("colour", "Colour", "yellow", "violet", "Flower"),
    ("petals", "How many petals", "few", "many", "Flower"),
    ("background", "Background", "dark", "bright", "Around it"),
    ("openness", "Openness", "closed", "open", "Around it"),
)
DIRECTIONS = ("direction 1", "direction 2")
DIM = len(SLIDERS) + len(DIRECTIONS) + 1
IDS = tuple(slider[0] for slider in SLIDERS) + DIRECTIONS
SIDE = 96


def code_of(place: Place) -> np.ndarray:
    """The eight numbers of a place, in the order that the contract of `Place` gives."""
    if place.found:
        code = np.frombuffer(base64.b64decode(place.found), "<f2").astype(np.float64)
    else:
        chance = random.Random(place.seed)
        code = place.adventurous * np.array([chance.gauss(0, 0.6) for _ in range(DIM)])
    if place.mixed:
        others = [(share.weight, code_of(share.place)) for share in place.mixed]
        left = 1 - sum(weight for weight, _ in others)
        code = left * code + sum(weight * other for weight, other in others)
    for name, at in place.sliders.items():
        if name in IDS:
            code = code.copy()
            code[IDS.index(name)] = at
    return code


def found_of(code: np.ndarray) -> str:
    """The numbers as `Place.found` takes them."""
    return base64.b64encode(code.astype("<f2").tobytes()).decode()


def draw(code: np.ndarray, side: int) -> np.ndarray:
    """A flower, [side, side, 3]."""
    size, hue, petals, back, opened, turn, tall = code[:7]
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    y = y + 0.05 * np.clip(tall, -1, 1)
    angle, far = np.arctan2(y, x), np.hypot(x, y)
    count = 3 + round((np.clip(petals, -1.2, 1.2) + 1.2) * 4)
    radius = 0.25 + 0.1 * np.clip(size, -1.5, 1.5)
    edge = radius * (0.72 + (0.1 + 0.12 * (np.clip(opened, -1.5, 1.5) + 1)) * np.cos(
        count * (angle + turn)
    ))  # fmt: skip
    bright = 0.35 + 0.25 * np.clip(back, -1.2, 1.2)
    ground = np.stack([bright * 0.5 + 0.1 * y, bright * 0.9 - 0.1 * y, bright * 0.6 + 0 * x], -1)
    inside = np.clip((edge - far) * side / 2, 0, 1)[..., None]
    tint = np.array(colorsys.hsv_to_rgb((0.14 - 0.2 * np.clip(hue, -1.5, 1.5)) % 1, 0.65, 0.98))
    shade = (0.65 + 0.35 * np.clip(far / radius, 0, 1))[..., None]
    picture = ground * (1 - inside) + tint * shade * inside
    heart = np.clip((0.28 * radius - far) * side / 2, 0, 1)[..., None]
    picture = picture * (1 - heart) + np.array([0.45, 0.26, 0.1]) * heart
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def see(look: Look, index: int) -> Seen:
    """The answer to one picture of a look."""
    recipe = parse_recipe(look.recipes[index])
    assert isinstance(recipe, SlideRecipe)
    code = code_of(recipe.place)
    side = min(look.side or recipe.size or SIDE, 512)
    readings = {name: float(code[place]) for place, name in enumerate(IDS)}
    picture = draw(code, side)
    return Seen(
        look.view, look.stamp, index, side, side, picture.tobytes(), found_of(code), readings
    )


def describe_garden(
    folder: Path, model_id: str = "easel/flowers", name: str = "Flowers", layers: int = 2
) -> Path:
    """Write the model's description and empty weights."""
    folder.mkdir(parents=True)
    named = [
        {"id": i, "name": n, "low": low, "high": high, "group": group}
        for i, n, low, high, group in SLIDERS
    ]
    others = [{"id": i, "name": f"Direction {i[-1]}", "named": False} for i in DIRECTIONS]
    traits = {
        "family": "vae",
        "size": SIDE,
        "layers": layers,
        "dim": DIM,
        "subject": "flower",
        "sliders": named + others,
    }
    manifest = {
        "id": model_id,
        "name": name,
        "kind": "latent",
        "format": "easel-latent",
        "summary": "Flowers that nobody has seen.",
        "licence": "CC0-1.0",
        "may": "You may do with its pictures what you like.",
        "credits": [{"name": "The Gardener", "licence": "CC0-1.0"}],
        "latent": traits,
    }
    (folder / "easel.json").write_text(json.dumps(manifest), encoding="utf-8")
    header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    weights = len(header).to_bytes(8, "little") + header + bytes(4)
    (folder / "generator.safetensors").write_bytes(weights)
    return folder


class GardenEngine(FakeEngine):
    """Answers every look at once, until a test takes that into its own hands with `hold`."""

    def __init__(self, post) -> None:
        super().__init__(post)
        self.hold = False

    @property
    def looks(self) -> list[Look]:
        return [command for command in self.commands if isinstance(command, Look)]

    def look(self, view: str = "canvas") -> Look:
        """The newest of a view that asks for something."""
        return [look for look in self.looks if look.view == view and look.recipes][-1]

    def places(self, view: str = "canvas") -> list[Place]:
        return [parse_recipe(text).place for text in self.look(view).recipes]

    def send(self, command) -> None:
        super().send(command)
        if isinstance(command, Look) and not self.hold:
            self.answer(command)

    def answer(self, look: Look) -> None:
        for index in range(len(look.recipes)):
            self.post(see(look, index))
