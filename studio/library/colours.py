"""The colours that a picture is made of, in the dozen words that people have for them.

Told apart in OKLab (B. Ottosson, https://bottosson.github.io/posts/oklab/), where equal steps look
alike: by lightness, by how colourful they are, and by hue.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.library.colourwords import NAMES
from studio.library.oklab import oklab

_SIDE = 48  # pixels that a picture is made smaller to
_SHARE = 0.10  # of what is seen, for a colour to count
_VISIBLE = 48  # of 255; what is more transparent is not seen
# Where a hue begins, in degrees of OKLab's colour wheel, and its place among the words.
_HUES = ((0, 10), (15, 3), (43, 4), (86, 5), (117, 6), (168, 7), (222, 8), (290, 9), (325, 10))


class Look(NamedTuple):
    """mask: bit n is set where the colour `colourwords.NAMES[n]` is seen.

    main: the colour that there is most of, as 0xRRGGBB.
    """

    mask: int
    main: int


def look_at(image: Image.Image) -> Look:
    """The colours of a picture. A picture where nothing is opaque has none, and is black."""
    small = image.convert("RGBA").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small).reshape(-1, 4)
    pixels = pixels[pixels[:, 3] >= _VISIBLE]
    if not len(pixels):
        return Look(0, 0)
    weights = pixels[:, 3].astype(np.float64)
    words = _words(pixels[:, :3])
    shares = np.bincount(words, weights, minlength=len(NAMES)) / weights.sum()
    mask = sum(1 << int(n) for n in np.flatnonzero(shares >= _SHARE)) or 1 << int(shares.argmax())
    ours = words == shares.argmax()
    mean = np.average(pixels[ours, :3], axis=0, weights=weights[ours]).round().astype(int)
    return Look(mask, int(mean[0]) << 16 | int(mean[1]) << 8 | int(mean[2]))


def _words(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Which word each colour has, of RGB [n, 3]."""
    light, a, b = oklab(pixels).T
    chroma = np.hypot(a, b)
    hue = np.degrees(np.arctan2(b, a)) % 360
    starts = np.array([start for start, _ in _HUES])
    found = np.array([word for _, word in _HUES])[np.searchsorted(starts, hue, "right") - 1]
    warm = np.isin(found, (3, 4, 5))
    found = np.where(warm & (light < 0.62) & (chroma < 0.15) & (hue > 30), 11, found)
    found = np.where((found == 3) & (light > 0.72), 10, found)  # a light red is pink
    plain = np.where(light < 0.32, 0, np.where(light > 0.88, 2, 1))
    dull = (chroma < 0.035) | (light < 0.2)
    return np.where(dull, plain, found)
