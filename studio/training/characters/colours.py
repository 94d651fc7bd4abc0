"""Colours of drawn characters: natural skin and hair, some fantasy, and what may be named of them.

Everything is in CIE Lab (D65): lightness 0 to 100, and two numbers for the colour, so that
"lighter" and "warmer" are properties of what one sees and can be drawn independently.
"""

from __future__ import annotations

import math

import numpy as np

#: natural skin, dark to light; between them is interpolated in Lab
SKIN = ("4a2c20", "6b4030", "8d5a3f", "b3754f", "d19a70", "e8b994", "f5d0b5", "fce4d3")
#: warm is towards this hue angle (orange), cool is the opposite (blue)
WARM_HUE = math.radians(55)
_WHITE = np.array([0.95047, 1.0, 1.08883])
_RGB_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
_XYZ_RGB = np.linalg.inv(_RGB_XYZ)


def to_lab(colour: str) -> np.ndarray:
    """ "aabbcc" (sRGB) -> (L, a, b)."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = _RGB_XYZ @ linear / _WHITE
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _rgb(lab: np.ndarray) -> np.ndarray:
    fy = (lab[0] + 16) / 116
    f = np.array([fy + lab[1] / 500, fy, fy - lab[2] / 200])
    t = np.where(f > 0.206893, f**3, (f - 16 / 116) / 7.787)
    linear = _XYZ_RGB @ (t * _WHITE)
    safe = np.maximum(linear, 0)
    return np.where(safe <= 0.0031308, safe * 12.92, 1.055 * safe ** (1 / 2.4) - 0.055)


def to_hex(lab: np.ndarray) -> str:
    """(L, a, b) -> "aabbcc". A colour no screen can show loses chroma, never lightness."""
    for share in np.linspace(1, 0, 21):
        rgb = _rgb(np.array([lab[0], lab[1] * share, lab[2] * share]))
        if rgb.min() >= -0.002 and rgb.max() <= 1.002:
            break
    return "".join(f"{round(float(v) * 255):02x}" for v in rgb.clip(0, 1))


def warmth(colour: str) -> float:
    """How far a colour leans to orange (above 0) or to blue (below 0), in units of chroma."""
    _, a, b = to_lab(colour)
    return float(a * math.cos(WARM_HUE) + b * math.sin(WARM_HUE))


def polar(lightness: float, chroma: float, hue: float) -> str:
    """Lightness 0 to 100, chroma about 0 to 80, hue in radians -> "aabbcc"."""
    return to_hex(np.array([lightness, chroma * math.cos(hue), chroma * math.sin(hue)]))


def skin(light: float, rng: np.random.Generator, fantasy: float = 0.06) -> str:
    """Skin of lightness 0 (dark) to 1 (light); now and then green, blue or lilac."""
    stops = np.array([to_lab(c) for c in SKIN])
    place = light * (len(stops) - 1)
    lab = np.array([np.interp(place, range(len(stops)), stops[:, i]) for i in range(3)])
    if rng.random() < fantasy:
        hue = rng.uniform(0, 2 * math.pi)
        return polar(float(lab[0]), float(rng.uniform(20, 32)), float(hue))
    lab[1:] += rng.normal(0, 1.5, 2)
    return to_hex(lab)


def hair(light: float, rng: np.random.Generator, fantasy: float = 0.2) -> str:
    """Hair of lightness 0 (black) to 1 (white blond): natural, or dyed in any hue."""
    lightness = 12 + 76 * light
    room = 1 - abs(2 * light - 1) ** 3  # little colour in black and in white
    if rng.random() < fantasy:
        return polar(lightness, rng.uniform(20, 55) * (0.4 + 0.6 * room), rng.uniform(0, 6.283))
    chroma = (4 + 46 * rng.beta(1.6, 1.6)) * (0.3 + 0.7 * room)
    return polar(lightness, chroma, math.radians(rng.uniform(38, 82)))


def cloth(light: float, rng: np.random.Generator) -> str:
    """Clothes of lightness 0 to 1 in any hue."""
    return polar(25 + 62 * light, rng.uniform(0, 60), rng.uniform(0, 2 * math.pi))


def ground(light: float, rng: np.random.Generator) -> str:
    """A soft plain background, lightness 0 to 1."""
    return polar(45 + 50 * light, rng.uniform(0, 26), rng.uniform(0, 2 * math.pi))
