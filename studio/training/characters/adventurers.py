"""A second set of characters, in one style: Adventurer by Lisa Wischofsky (CC BY 4.0).

The style-based GAN is trained on these. Its variants have numbers for names, so what they show
was labelled by looking at them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from studio.training.characters import colours
from studio.training.characters.drawing import Sheet, draw, options

#: hair -> length, 0 (bald) to 1 (below the shoulders)
HAIR = {
    "long01": 0.6, "long02": 0.4, "long03": 0.4, "long04": 0.8, "long05": 0.8, "long06": 1.0,
    "long07": 0.8, "long08": 0.8, "long09": 0.9, "long10": 0.4, "long11": 0.4, "long12": 0.55,
    "long13": 0.5, "long14": 0.6, "long15": 0.5, "long16": 0.85, "long17": 0.8, "long18": 0.8,
    "long19": 0.6, "long20": 0.7, "long21": 0.5, "long22": 0.9, "long23": 0.3, "long24": 0.7,
    "long25": 0.45, "long26": 0.6, "short01": 0.2, "short02": 0.25, "short03": 0.3,
    "short04": 0.12, "short05": 0.2, "short06": 0.35, "short07": 0.25, "short08": 0.2,
    "short09": 0.25, "short10": 0.2, "short11": 0.2, "short12": 0.05, "short13": 0.08,
    "short14": 0.15, "short15": 0.2, "short16": 0.35, "short17": 0.15, "short18": 0.2,
    "short19": 0.0,
}  # fmt: skip
FLOWERS = {"long03", "long08", "long18"}
#: under this hair no ear, so no earring, is seen
HIDES_EARS = {"long01", "long04", "long05", "long06", "long20", "long22", "long24", "long26"}
#: mouth variant -> (smile, -1 to 1; 1 where the mouth is open). Left out: 13, 24 (odd ones)
MOUTH = {
    1: (1, 1), 2: (0.5, 0), 3: (-0.5, 1), 4: (-0.4, 0), 5: (1, 1), 6: (0.2, 0), 7: (0, 1),
    8: (0, 0), 9: (0, 0), 10: (0, 0), 11: (-0.2, 0), 12: (-0.2, 0), 14: (-0.6, 1), 15: (0.2, 1),
    16: (0.3, 1), 17: (0, 0), 18: (0, 1), 19: (-0.7, 0), 20: (0.5, 1), 21: (0, 1), 22: (0.7, 0),
    23: (0.9, 0), 25: (0.9, 1), 26: (0.9, 1), 27: (0.9, 1), 28: (0.9, 1), 29: (0.6, 0),
    30: (0.7, 1),
}  # fmt: skip
#: eyes -> how open they are, 0 (closed) to 1. Left out: 8 (hypnotised) and the two winks 21, 22
EYES = {
    1: 1, 2: 1, 3: 1, 4: 0.5, 5: 0.6, 6: 0.6, 7: 0.6, 9: 0.9, 10: 0.9, 11: 0.6, 12: 0.7, 13: 0.6,
    14: 0.4, 15: 1, 16: 0.5, 17: 0.4, 18: 0.5, 19: 0, 20: 0, 23: 1, 24: 1, 25: 1, 26: 1,
}  # fmt: skip
#: eyebrows -> mood, -1 (angry) to 1 (worried); left out: 3, 14 (mere scratches)
BROWS = {
    1: -1, 2: -0.8, 4: 0, 5: 0.3, 6: 0.5, 7: 0.8, 8: 0, 9: 0, 10: 0.2, 11: 0.2, 12: 0.3, 13: 0,
    15: 0.2,
}  # fmt: skip
GLASSES = {1: "dark", 2: "round", 3: "small", 4: "round", 5: "round"}
FEATURES = ("mustache", "blush", "birthmark", "freckles")


def _variant(number: int) -> str:
    return f"variant{number:02d}"


def adventurer(rng: np.random.Generator) -> tuple[Sheet, dict[str, Any]]:
    """One character: how to draw it, and its labels."""
    long = rng.random() < 0.5
    hair = str(rng.choice([h for h in HAIR if h.startswith("long") == long]))
    mouth, eyes, brows = (int(rng.choice(list(t))) for t in (MOUTH, EYES, BROWS))
    closed = rng.random() < 0.12
    if closed != (EYES[eyes] == 0):
        eyes = int(rng.choice([e for e in EYES if (EYES[e] == 0) == closed]))
    glasses = int(rng.choice(list(GLASSES))) if rng.random() < 0.4 else None
    earrings = int(rng.integers(1, 7)) if rng.random() < 0.4 else None
    feature = str(rng.choice(FEATURES)) if rng.random() < 0.4 else None
    if hair in HIDES_EARS:
        earrings = None
    light = {"hair": rng.random(), "skin": rng.random(), "ground": rng.random()}
    hair_colour = colours.hair(light["hair"], rng)
    skin_colour = colours.skin(light["skin"], rng)
    ground = colours.ground(0.35 + 0.65 * light["ground"], rng)
    sheet = {
        "style": "adventurer",
        "ground": ground,
        "options": options(
            hair=hair,
            mouth=_variant(mouth),
            eyes=_variant(eyes),
            eyebrows=_variant(brows),
            glasses=_variant(glasses) if glasses else None,
            earrings=_variant(earrings) if earrings else None,
            features=feature,
            hairColor=hair_colour,
            skinColor=skin_colour,
        ),
    }
    labels = {
        "hair": hair,
        "hair_long": int(long),
        "hair_length": HAIR[hair],
        "flowers": int(hair in FLOWERS),
        "mouth": _variant(mouth),
        "smile": MOUTH[mouth][0],
        "mouth_open": MOUTH[mouth][1],
        "eyes": _variant(eyes),
        "eyes_open": EYES[eyes],
        "eyebrows": _variant(brows),
        "brows_worried": BROWS[brows],
        "glasses": int(glasses is not None),
        "glasses_kind": GLASSES[glasses] if glasses else "",
        "earrings": int(earrings is not None),
        "feature": feature or "",
        "hairColor": hair_colour,
        "skinColor": skin_colour,
        "background": ground,
        "hair_light": round(light["hair"], 4),
        "skin_light": round(light["skin"], 4),
        "hair_warm": round(colours.warmth(hair_colour), 2),
        "skin_warm": round(colours.warmth(skin_colour), 2),
        "background_light": round(float(colours.to_lab(ground)[0]) / 100, 4),
        "background_warm": round(colours.warmth(ground), 2),
    }
    return sheet, labels


def draw_set(count: int, seed: int) -> list[tuple[Sheet, dict[str, Any]]]:
    """Different characters, the same for the same seed."""
    rng = np.random.default_rng(seed)
    seen: set[str] = set()
    made = []
    while len(made) < count:
        sheet, labels = adventurer(rng)
        key = "/".join(str(v) for v in sheet["options"].values())
        if key not in seen:
            seen.add(key)
            made.append((sheet, labels))
    return made


def write(packages: Path, folder: Path, count: int = 12_000, size: int = 256) -> None:
    """adventurer-SIZE.npy, uint8 (count, size, size, 3), and adventurer.jsonl, a row for each."""
    folder.mkdir(parents=True, exist_ok=True)
    made = draw_set(count, seed=11)
    shape = (count, size, size, 3)
    file = folder / f"adventurer-{size}.npy"
    pictures = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
    for row, pixels in enumerate(draw((sheet for sheet, _ in made), size, packages)):
        pictures[row] = pixels
    pictures.flush()
    rows = "".join(json.dumps(labels) + "\n" for _, labels in made)
    (folder / "adventurer.jsonl").write_text(rows, encoding="utf-8")
