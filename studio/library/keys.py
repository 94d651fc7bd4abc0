"""Keys: which one notes are in, and which notes a key has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from studio.recipes.score import Mode, Note

#: pitch classes above the tonic that belong to the key. Minor has both its sevenths.
SCALES: dict[Mode, frozenset[int]] = {
    "major": frozenset({0, 2, 4, 5, 7, 9, 11}),
    "minor": frozenset({0, 2, 3, 5, 7, 8, 10, 11}),
}

# How much each degree is heard, in 46 passages of Kostka and Payne (D. Temperley, "Music and
# Probability", 2007)
_PROFILES: dict[Mode, tuple[float, ...]] = {
    "major": (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    "minor": (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
}
_PRIOR = 0.12  # how much a signature's word adds to a correlation


class Key(NamedTuple):
    """tonic: pitch class, 0 is C."""

    tonic: int = 0
    mode: Mode = "major"

    @property
    def relative(self) -> Key:
        """The key of the same signature in the other mode."""
        if self.mode == "major":
            return Key((self.tonic + 9) % 12, "minor")
        return Key((self.tonic + 3) % 12, "major")

    def has(self, pitch: int) -> bool:
        """Whether a pitch belongs to it."""
        return (pitch - self.tonic) % 12 in SCALES[self.mode]


def weights_of(notes: Iterable[Note]) -> npt.NDArray[np.float64]:
    """How long each pitch class sounds, in ticks [12]."""
    weights = np.zeros(12)
    for note in notes:
        weights[note.pitch % 12] += note.length
    return weights


def key_of(notes: Iterable[Note], prior: Key | None = None) -> Key:
    """The key of some notes; `prior` or C major where there are none.

    Correlation of how long each pitch class sounds with Temperley's profiles, after C. Krumhansl
    and M. Schmuckler. prior: what a signature says; its relative key is believed a little less.
    """
    weights = weights_of(notes)
    if np.ptp(weights) == 0:
        return prior or Key()
    scores = {
        Key(tonic, mode): float(np.corrcoef(weights, np.roll(profile, tonic))[0, 1])
        for mode, profile in _PROFILES.items()
        for tonic in range(12)
    }
    if prior is not None:
        scores[prior] += _PRIOR
        scores[prior.relative] += 0.75 * _PRIOR
    return max(scores, key=lambda key: scores[key])
