"""Whose colours a painted picture gets.

"mine" keeps the picture's own and takes only light and dark from what was painted; "matched"
moves the painted colours as a whole to the picture's mean and covariance (both after Gatys et al.
2016, "Preserving Color in Neural Artistic Style Transfer"; the way there that moves colours least
is that of Pitié and Kokaram 2007).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.engines.base import Frame

Values = npt.NDArray[np.float32]  # [..., 3], RGB, 0..255
Whose = Literal["mine", "matched"]

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
_LEAST = 4.0  # variance of 8-bit values; less is noise that must not be stretched
_MOST = 3.0  # times that "mine" makes light and dark differ more, or less, at most
_CLOSER = 0.6  # how much of the way to its own brightness and contrast "mine" goes


class Colours:
    """The change of colour for one picture, found from small versions of it.

    content, painted: uint8 [h, w, 3], as small as is convenient.
    most: how many times colours are spread further apart by "matched" at most.
    hue: how much of each place's own hue is mixed into "matched", 0..1.
    """

    def __init__(
        self,
        whose: Whose,
        content: Frame,
        painted: Frame,
        most: float = 3.0,
        hue: float = 0.0,
    ) -> None:
        self._whose = whose
        self._hue = np.float32(hue)
        before = painted.reshape(-1, 3).astype(np.float64)
        after = content.reshape(-1, 3).astype(np.float64)
        if whose == "matched":
            self._matrix, self._shift = _matched(before, after, most)
        else:
            self._gain, self._offset = _light(before @ LUMA, after @ LUMA)

    def apply(self, content: Values, painted: Values) -> Values:
        """What was painted, with the colours that it shall have; not cut to 0..255."""
        if self._whose == "matched":
            made = painted @ self._matrix + self._shift
            return made + self._hue * (_hues(content) - _hues(made)) if self._hue else made
        light = (painted @ LUMA) * self._gain + self._offset
        return content + (light - content @ LUMA)[..., None]


def _hues(values: Values) -> Values:
    """Colours without their light: what is left where their luma is taken away."""
    return values - (values @ LUMA)[..., None]


def _matched(
    before: npt.NDArray[np.float64], after: npt.NDArray[np.float64], most: float
) -> tuple[Values, Values]:
    """Matrix [3, 3] and shift [3] that give `before` the mean and covariance of `after`."""
    here, there = before.mean(0), after.mean(0)
    root = _power(np.cov(before.T) + _LEAST * np.eye(3), 0.5)
    back = np.linalg.inv(root)
    matrix = back @ _power(root @ (np.cov(after.T) + _LEAST * np.eye(3)) @ root, 0.5) @ back
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    matrix = (vectors * values.clip(0.0, most)) @ vectors.T
    return matrix.astype(np.float32), (there - here @ matrix).astype(np.float32)


def _power(matrix: npt.NDArray[np.float64], power: float) -> npt.NDArray[np.float64]:
    """A symmetric matrix to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values.clip(1e-9) ** power) @ vectors.T


def _light(
    before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]
) -> tuple[np.float32, np.float32]:
    """Gain and offset that bring the painted brightness closer to the picture's own."""
    gain = min(max((after.std() + 2.0) / (before.std() + 2.0), 1.0 / _MOST), _MOST)
    gain = gain**_CLOSER
    middle = before.mean() + (after.mean() - before.mean()) * _CLOSER
    return np.float32(gain), np.float32(middle - before.mean() * gain)
