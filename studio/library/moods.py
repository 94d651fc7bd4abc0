"""Which mood a picture's colours suggest for a tune. A suggestion, with its reason; no more.

Lightness, strength of colour and warmth are measured in Oklab (B. Ottosson, 2020), which goes by
the eye. That light, strong and warm colours are felt as happy and quick, dark and weak ones as sad
and slow: S. E. Palmer et al., "Music-color associations are mediated by emotion", PNAS 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from studio.library.oklab import oklab
from studio.recipes.score import Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 96  # pixels that are looked at
_WARM = np.radians(55.0)  # orange, in Oklab's plane of colours
# What is usual, and how far pictures differ from it: measured on 324 paintings and photographs.
_USUAL = {
    "light": (0.52, 0.12),
    "contrast": (0.16, 0.05),
    "strength": (0.055, 0.03),
    "warmth": (0.015, 0.03),
    "detail": (0.09, 0.04),
}
_MOST = 2.0  # what is further off than this says no more
_GREY = 0.012  # mean chroma below which a picture has no colours
# What pictures of a mood look like, by how far they are from what is usual, in the order of
# `_USUAL`; and slowest and quickest quarter notes a minute.
_MOODS: dict[str, tuple[tuple[float, float, float, float, float], Mode, tuple[int, int]]] = {
    "calm": ((0.4, -0.7, -0.3, -0.3, -0.8), "major", (62, 80)),
    "tender": ((0.8, -0.7, -0.2, 0.7, -0.7), "major", (64, 84)),
    "dreamy": ((0.2, -0.5, 0.3, -1.2, -0.6), "major", (66, 88)),
    "cheerful": ((0.9, 0.0, 1.2, 1.0, 0.0), "major", (104, 124)),
    "lively": ((0.4, 0.8, 0.9, 0.2, 1.1), "major", (118, 142)),
    "solemn": ((-0.9, -0.5, -0.6, 0.3, -0.6), "minor", (54, 72)),
    "dark": ((-1.5, 0.0, -0.4, -0.6, -0.3), "minor", (64, 90)),
    "driving": ((-0.8, 1.2, 0.3, -0.1, 1.2), "minor", (118, 148)),
}
_SAID = 0.4  # how far something has to be from what is usual to be spoken of


@dataclass(frozen=True)
class Suggestion:
    """mood: one of the composer's. tempo: quarter notes a minute. why: a sentence in words."""

    mood: str
    tempo: float
    mode: Mode
    why: str


@dataclass(frozen=True)
class Looks:
    """How a picture looks: 0 is usual, 1 and -1 are what one in six exceeds; -2..2.

    light, contrast (of lightness), strength (of colours), warmth, detail. grey: has no colours.
    """

    light: float
    contrast: float
    strength: float
    warmth: float
    detail: float
    grey: bool = False


def suggest(image: Image.Image) -> Suggestion:
    """The mood that a picture's colours suggest. What is transparent does not count.

    Any size and mode; the same picture gives the same answer.
    """
    looks = look_at(image)
    seen = np.array([looks.light, looks.contrast, looks.strength, looks.warmth, looks.detail])

    def apart(mood: str) -> float:
        return float(((seen - np.array(_MOODS[mood][0])) ** 2).sum())

    mood = min(_MOODS, key=apart)
    _, mode, (slow, quick) = _MOODS[mood]
    energy = 0.4 * looks.detail + 0.3 * looks.contrast + 0.3 * looks.strength
    share = min(1.0, max(0.0, (energy + 1.2) / 2.4))
    tempo = float(round(slow + (quick - slow) * share))
    return Suggestion(mood, tempo, mode, _why(looks, mood, tempo))


def look_at(image: Image.Image) -> Looks:
    """Measure a picture."""
    picture = image.convert("RGBA")
    # Transparent pixels have colours of their own, which nobody sees: they are not mixed in.
    picture = picture.convert("RGBa")
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(picture.convert("RGBA"))
    seen = pixels[..., 3] / 255.0
    if seen.sum() < 1.0:
        seen = np.ones_like(seen)
    light, green_red, blue_yellow = np.moveaxis(oklab(pixels[..., :3]), -1, 0)

    def mean(values: NDArray[np.float64], weights: NDArray[np.float64] = seen) -> float:
        return float((values * weights).sum() / max(1e-9, weights.sum()))

    level = mean(light)
    chroma = mean(np.hypot(green_red, blue_yellow))
    across = np.minimum(seen[:, 1:], seen[:, :-1])
    down = np.minimum(seen[1:], seen[:-1])
    measured = {
        "light": level,
        "contrast": mean((light - level) ** 2) ** 0.5,
        "strength": chroma,
        "warmth": mean(green_red * np.cos(_WARM) + blue_yellow * np.sin(_WARM)),
        "detail": mean(np.abs(np.diff(light, axis=1)), across)
        + mean(np.abs(np.diff(light, axis=0)), down),
    }
    far = {
        name: min(_MOST, max(-_MOST, (value - _USUAL[name][0]) / _USUAL[name][1]))
        for name, value in measured.items()
    }
    return Looks(**far, grey=chroma < _GREY)


def _why(looks: Looks, mood: str, tempo: float) -> str:
    """ "Dark, cold colours and soft contrasts: slow, in minor." Only what speaks for the mood."""
    like, mode, _ = _MOODS[mood]
    light, contrast, strength, warmth, detail = like
    words = [_word(looks.light, light, "dark", "light")]
    if not looks.grey:
        words += [
            _word(looks.strength, strength, "muted", "strong"),
            _word(looks.warmth, warmth, "cold", "warm"),
        ]
    said = ", ".join(word for word in words if word)
    noun = "greys" if looks.grey else "colours"
    soft = _word(looks.contrast, contrast, "soft contrasts", "strong contrasts")
    still = _word(looks.detail, detail, "few details", "much detail")
    more = soft if soft and abs(looks.contrast) > abs(looks.detail) else still or soft
    what = f"{said} {noun}" if said else noun if more else f"neither light nor dark {noun}"
    if more:
        what = f"{what} with {more}"
    pace = "slow" if tempo < 90 else "moderate" if tempo < 112 else "quick"
    return f"{what[0].upper()}{what[1:]}: {pace}, in {mode}."


def _word(far: float, like: float, low: str, high: str) -> str:
    """What to call something that lies off the usual, on the side where the mood lies too."""
    if abs(far) < _SAID or far * like <= 0:
        return ""
    return high if far > 0 else low
