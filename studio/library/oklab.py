"""OKLab, a space of colours in which equal steps look equal (Ottosson 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# https://bottosson.github.io/posts/oklab/
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OPPONENTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Lightness 0..1, green to red, blue to yellow [..., 3], of sRGB [..., 3] in 0..255."""
    plain = pixels / 255.0
    linear = np.where(plain <= 0.04045, plain / 12.92, ((plain + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _CONES.T) @ _OPPONENTS.T
    return lab
