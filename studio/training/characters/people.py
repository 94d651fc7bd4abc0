"""People in two manners of drawing, described by named numbers: what the VAE is trained on.

Every person is a `Person`: a few numbers with names, which become sliders, and a few choices
without (which nose, which family of hair), which the VAE has to find for itself. The same person
can be drawn with one thing changed, which is what makes a slider exact: the network is shown what
may change and what may not.

Manners of drawing: Micah by Micah Lanier (outlined) and Personas by Draftbit (flat), both CC BY
4.0, through DiceBear. Neutral and open unhappy mouths, rosy cheeks, and in Personas glasses,
beards and earrings are our own additions, so that both manners can show the same things.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from studio.training.characters import colours
from studio.training.characters.drawing import Sheet, options

#: the named numbers, in the order of the latent code; each about -1 to 1
NAMES = (
    "style", "hair_length", "hair_light", "hair_warm", "skin_light", "glasses", "beard", "smile",
    "mouth_open", "eyes_closed", "blush", "earrings", "clothes_light", "clothes_warm",
    "ground_light", "ground_warm",
)  # fmt: skip

#: hair by family, bald to long
_MICAH_HAIR = (
    ("mrClean", "fonze", "pixie", "full"),
    ("dougFunny", "fonze", "dannyPhantom", "full"),
    ("mrClean", "mrT", "dannyPhantom", "full"),
    ("mrClean", "mrT", "pixie", "full"),
)
_PERSONAS_HAIR = (
    ("bald", "fade", "bobCut", "long"),
    ("balding", "shortCombover", "bobBangs", "extraLong"),
    ("buzzcut", "curlyHighTop", "curly", "sideShave"),
    ("bald", "mohawk", "pigtails", "long"),
)
#: a colour's place: warm (towards orange) and other (at a right angle), in units of chroma
_HUE = colours.WARM_HUE
#: chroma that counts as a full step of a "warm" slider
WARM_SCALE = {"hair": 42.0, "clothes": 45.0, "ground": 22.0}
_GOLD = "e8b83a"


@dataclass(frozen=True)
class Person:
    """One person. Colours are (lightness 0 to 1, warm, other), the last two in chroma."""

    style: int  #: 0 flat, 1 outlined
    family: int
    length: int  #: 0 bald, 1 short, 2 medium, 3 long
    hair: tuple[float, float, float]
    skin: float
    tint: float  #: hue of a fantasy skin in radians, or -1
    glasses: int
    frame: int  #: 0 round, 1 square
    beard: int  #: 0 none, 1 stubble, 2 full
    smile: int  #: 0 frown, 1 straight, 2 smile
    open: int
    closed: int
    blush: float
    earrings: int
    clothes: tuple[float, float, float]
    shirt: int
    ground: tuple[float, float, float]
    nose: int
    brows: int


def _with(person: Person, **changes: Any) -> Person:
    """The same person with other numbers."""
    return dataclasses.replace(person, **changes)


#: choices without a name, and how many there are of each
KINDS = {"family": 4, "frame": 2, "shirt": 3, "nose": 2, "brows": 3}


@lru_cache(maxsize=256)
def _plane(colour: tuple[float, float, float], low: float, high: float) -> str:
    light, warm, other = colour
    a = warm * math.cos(_HUE) - other * math.sin(_HUE)
    b = warm * math.sin(_HUE) + other * math.cos(_HUE)
    return colours.to_hex(np.array([low + (high - low) * light, a, b]))


def _hair_colour(person: Person) -> str:
    return _plane(person.hair, 14, 88)


@lru_cache(maxsize=256)
def _skin(light: float, tint: float) -> str:
    if tint >= 0:
        return colours.polar(35 + 52 * light, 28, tint)
    return colours.skin(light, np.random.default_rng(0), fantasy=0)


def _skin_colour(person: Person) -> str:
    return _skin(person.skin, person.tint)


def random_person(rng: np.random.Generator) -> Person:
    """Everything is drawn independently of everything else."""
    if rng.random() < 0.35:
        chroma, hue = rng.uniform(15, 50), rng.uniform(0, 2 * math.pi)
    else:
        chroma, hue = 4 + 44 * rng.beta(1.6, 1.6), rng.normal(0.08, 0.22)
    hair = (rng.random(), chroma * math.cos(hue), chroma * math.sin(hue))

    def cloth(most: float) -> tuple[float, float, float]:
        chroma, hue = most * rng.random() ** 0.7, rng.uniform(0, 2 * math.pi)
        return rng.random(), chroma * math.cos(hue), chroma * math.sin(hue)

    return Person(
        style=int(rng.integers(2)),
        family=int(rng.integers(4)),
        length=int(rng.choice(4, p=(0.16, 0.28, 0.28, 0.28))),
        hair=hair,
        skin=rng.random(),
        tint=float(rng.uniform(0, 2 * math.pi)) if rng.random() < 0.06 else -1.0,
        glasses=int(rng.random() < 0.4),
        frame=int(rng.integers(2)),
        beard=int(rng.choice(3, p=(0.55, 0.13, 0.32))),
        smile=int(rng.integers(3)),
        open=int(rng.random() < 0.45),
        closed=int(rng.random() < 0.35),
        blush=float(rng.uniform(0.25, 1)) if rng.random() < 0.55 else 0.0,
        earrings=int(rng.random() < 0.4),
        clothes=cloth(62),
        shirt=int(rng.integers(3)),
        ground=cloth(30),
        nose=int(rng.integers(2)),
        brows=int(rng.integers(3)),
    )


def changed(person: Person, name: str, rng: np.random.Generator) -> Person:
    """The same person with one named thing changed, and changed visibly."""
    other = random_person(rng)
    if name in ("style", "glasses", "earrings"):
        return _with(person, **{name: 1 - getattr(person, name)})
    if name == "mouth_open":
        return _with(person, open=1 - person.open)
    if name == "eyes_closed":
        return _with(person, closed=1 - person.closed)
    if name == "hair_length":
        return _with(person, length=(person.length + int(rng.integers(1, 4))) % 4)
    if name in ("beard", "smile"):
        return _with(person, **{name: (getattr(person, name) + int(rng.integers(1, 3))) % 3})
    if name == "blush":
        new = float(rng.uniform(0.5, 1)) if person.blush < 0.5 else 0.0
        return _with(person, blush=new)
    if name == "skin_light":
        return _with(person, skin=_far(person.skin, rng))
    part, what = name.split("_")
    light, warm, rest = getattr(person, part)
    if what == "light":
        return _with(person, **{part: (_far(light, rng), warm, rest)})
    new = getattr(other, part)[1]
    while abs(new - warm) < 0.3 * WARM_SCALE[part]:
        new = getattr(random_person(rng), part)[1]
    return _with(person, **{part: (light, new, rest)})


def _far(value: float, rng: np.random.Generator) -> float:
    """A number of 0 to 1 at least 0.25 away."""
    while True:
        new = float(rng.random())
        if abs(new - value) >= 0.25:
            return new


def sheet_of(person: Person) -> Sheet:
    """How to draw the person."""
    make = _micah if person.style else _personas
    return make(person) | {"ground": _plane(person.ground, 40, 95)}


def labels_of(person: Person) -> tuple[list[float], list[bool]]:
    """The named numbers, measured on the colours really used, and which can be seen at all."""
    hair, cloth = colours.to_lab(_hair_colour(person)), _plane(person.clothes, 25, 88)
    ground = _plane(person.ground, 40, 95)

    def span(value: float, low: float, high: float) -> float:
        return float(2 * (value - low) / (high - low) - 1)

    values = {
        "style": 2.0 * person.style - 1,
        "hair_length": 2 * person.length / 3 - 1,
        "hair_light": span(float(hair[0]), 14, 88),
        "hair_warm": colours.warmth(_hair_colour(person)) / WARM_SCALE["hair"],
        "skin_light": 2 * person.skin - 1,
        "glasses": 2.0 * person.glasses - 1,
        "beard": person.beard - 1.0,
        "smile": person.smile - 1.0,
        "mouth_open": 2.0 * person.open - 1,
        "eyes_closed": 2.0 * person.closed - 1,
        "blush": 2 * person.blush - 1,
        "earrings": 2.0 * person.earrings - 1,
        "clothes_light": span(float(colours.to_lab(cloth)[0]), 25, 88),
        "clothes_warm": colours.warmth(cloth) / WARM_SCALE["clothes"],
        "ground_light": span(float(colours.to_lab(ground)[0]), 40, 95),
        "ground_warm": colours.warmth(ground) / WARM_SCALE["ground"],
    }
    seen = dict.fromkeys(NAMES, True)
    if person.length == 0:
        seen["hair_light"] = seen["hair_warm"] = person.beard == 2
    return [values[n] for n in NAMES], [seen[n] for n in NAMES]


def reveals(person: Person, target: Person) -> bool:
    """True where a picture of `person` shows all that is needed to draw `target`.

    A shaved head does not tell how the hair would grow; such pairs teach nothing but blur.
    """
    mine, wanted = sheet_of(person), sheet_of(target)
    for kind, count in KINDS.items():
        for value in range(count):
            if value == getattr(person, kind):
                continue
            same = sheet_of(_with(person, **{kind: value})) == mine
            if same and sheet_of(_with(target, **{kind: value})) != wanted:
                return False
    return not (person.tint >= 0 and target.tint < 0)


def _ellipse(place: tuple[float, ...], style: str) -> str:
    x, y, rx, ry = place
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" {style}/>'


def _blush(person: Person, cheeks: tuple[tuple[float, ...], ...]) -> str:
    if not person.blush:
        return ""
    paint = f'fill="#f0386b" fill-opacity="{0.5 * person.blush:.3f}"'
    return "".join(_ellipse(cheek, paint) for cheek in cheeks)


def _beard_colour(person: Person) -> str:
    """Hair colour, but never so dark that the mouth is lost in it."""
    light, warm, other = person.hair
    return _plane((max(light, 0.38), warm, other), 14, 88)


def _micah(p: Person) -> Sheet:
    mouth = (("frown", None, "smile"), (None, "surprised", "laughing"))[p.open][p.smile]
    line = 'stroke="#000" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"'
    own = _blush(p, ((143, 184, 19, 13), (236, 170, 15, 12)))
    if mouth is None and not p.open:
        own += f'<path d="M180 206L216 201" {line}/>'
    elif mouth is None:
        own += (
            '<path d="M179 218C180 186 214 180 219 212C206 209 192 211 179 218Z" '
            f'fill="#000" {line}/>'
            '<path d="M190 211C194 201 208 199 212 208C205 208 197 209 190 211Z" fill="#fc909f"/>'
        )
    beard = (None, "scruff", "beard")[p.beard]
    made = options(
        base="standard",
        hair=_MICAH_HAIR[p.family][p.length],
        mouth=mouth,
        eyes="smiling" if p.closed else "eyes",
        eyebrows=("up", "down", "eyelashesUp")[p.brows],
        glasses=("round", "square")[p.frame] if p.glasses else None,
        earrings="hoop" if p.earrings else None,
        facialHair=beard,
        nose=("curve", "pointed")[p.nose],
        ears="attached",
        shirt=("crew", "collared", "open")[p.shirt],
        baseColor=_skin_colour(p),
        hairColor=_hair_colour(p),
        shirtColor=_plane(p.clothes, 25, 88),
        facialHairColor=_beard_colour(p) if p.beard == 2 else "000000",
        earringColor=_GOLD,
        glassesColor="000000",
        eyebrowsColor="000000",
        eyesColor="000000",
        mouthColor="000000",
        noseColor="000000",
        earsColor=_skin_colour(p),
    )
    return {
        "style": "micah",
        "options": made,
        "insert": [['<g transform="translate(170 183)">', own]],
    }


def _personas(p: Person) -> Sheet:
    ink = "#1B0640"
    mouth = (("frown", None, "smile"), (None, "surprise", "bigSmile"))[p.open][p.smile]
    face = _blush(p, ((22.8, 37.2, 3, 2.2), (41.2, 37.2, 3, 2.2)))
    if p.beard == 2:
        face += (
            '<path d="M18 28.5V33a14 14 0 1 0 28 0V28.5C44.6 33.4 40 36.4 36 36C34 35.8 33 36.4 '
            f'32 37C31 36.4 30 35.8 28 36C24 36.4 19.4 33.4 18 28.5Z" fill="#{_beard_colour(p)}"/>'
        )
    if mouth is None and not p.open:
        face += (
            f'<path d="M28.5 40.2H35.5" stroke="{ink}" stroke-width="2" stroke-linecap="round"/>'
        )
    elif mouth is None:
        paint = f'fill="{ink}" stroke="{ink}" stroke-linejoin="round"'
        face += f'<path d="M27.5 42.6A4.5 4.6 0 0 1 36.5 42.6Z" {paint}/>'
    over = ""
    if p.glasses:
        lens = f'stroke="{ink}" stroke-width="1.5" fill="#fff" fill-opacity=".25"'
        for x in (26.0, 38.0):
            over += (
                f'<rect x="{x - 4.6}" y="24.6" width="9.2" height="8" rx="1.2" {lens}/>'
                if p.frame
                else f'<circle cx="{x}" cy="28.5" r="4.6" {lens}/>'
            )
        over += (
            f'<path d="M30.6 28h2.8M21.4 28H18.4M42.6 28H45.6" stroke="{ink}" stroke-width="1.5"/>'
        )
    if p.earrings:
        for x in (16.6, 47.4):
            over += f'<circle cx="{x}" cy="39.6" r="2.5" stroke="#{_GOLD}" stroke-width="1.3"/>'
    made = options(
        body=("rounded", "squared", "checkered")[p.shirt],
        eyes="happy" if p.closed else "open",
        facialHair="shadow" if p.beard == 1 else None,
        hair=_PERSONAS_HAIR[p.family][p.length],
        mouth=mouth,
        nose=("mediumRound", "smallRound")[p.nose],
        skinColor=_skin_colour(p),
        hairColor=_hair_colour(p),
        clothingColor=_plane(p.clothes, 25, 88),
    )
    insert = [
        ['<g transform="translate(23 36)">', face],
        ['<g transform="translate(14 26)">', over],
    ]
    # The light on the face is white paint here, which turns dark skin grey: less of it.
    instead = [['opacity=".36"', 'opacity=".12"']]
    return {"style": "personas", "options": made, "insert": insert, "instead": instead}


def pair(number: int, seed: int) -> dict[str, Any]:
    """A person, drawn a second time with one named thing changed; the same for the same numbers.

    Answers "people" (both), "changed" (index into NAMES), "tells" (whether the first's picture
    shows all that the second's needs, and the other way round).
    """
    rng = np.random.default_rng([seed, number])
    person = random_person(rng)
    index = number % len(NAMES)
    other = changed(person, NAMES[index], rng)
    tells = (reveals(person, other), reveals(other, person))
    return {"people": (person, other), "changed": index, "tells": tells}
