"""What chord sounds under each beat."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from studio.recipes.score import Mode, Note

#: name, pitch classes above the root
QUALITIES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("", (0, 4, 7)),
    ("m", (0, 3, 7)),
    ("dim", (0, 3, 6)),
    ("aug", (0, 4, 8)),
    ("7", (0, 4, 7, 10)),
    ("m7", (0, 3, 7, 10)),
    ("maj7", (0, 4, 7, 11)),
    ("m7b5", (0, 3, 6, 10)),
)
CHORDS = 12 * len(QUALITIES)  # a chord's number is root * 8 + quality
NO_CHORD = CHORDS

_TELLS_OF = (1.15, 1.0, 0.9, 0.75)  # root, third, fifth, seventh
_RARER = (0.0, 0.0, 0.12, 0.2, 0.06, 0.08, 0.1, 0.14)  # triads are meant where little is heard
_CHANGE, _WEAK = 0.9, 0.7  # the price of a new chord, and of one off the bar's strong places
_BELOW, _HEAVIER = 52, 1.6  # what lies below says what a chord stands on


def chord_tones(chord: int) -> frozenset[int]:
    """The pitch classes of a chord; none of `NO_CHORD`."""
    if chord >= CHORDS:
        return frozenset()
    root, quality = divmod(chord, len(QUALITIES))
    return frozenset((root + step) % 12 for step in QUALITIES[quality][1])


def tonic_chord(mode: Mode) -> int:
    """The triad on the first note of the scale, as if in C."""
    return 0 if mode == "major" else 1


def _matrix() -> npt.NDArray[np.float64]:
    """[chord, pitch class]: what a sounding note says for a chord."""
    table = np.full((CHORDS, 12), -0.8)
    for chord in range(CHORDS):
        root, quality = divmod(chord, len(QUALITIES))
        for tells, step in zip(_TELLS_OF, QUALITIES[quality][1], strict=False):
            table[chord, (root + step) % 12] = tells
        table[chord] -= _RARER[quality]
    return table


_TELLS = _matrix()


def chords_of(notes: Iterable[Note], bars: int, bar: int, pulse: int) -> list[list[int]]:
    """The chord under each felt beat of each bar: [bar][beat].

    bar, pulse: ticks of a bar and of a felt beat. The cheapest path (Viterbi) through all chords:
    each beat pays for notes that its chord does not have, and a change costs, more on weak beats.
    `NO_CHORD` before the first note; beats without notes keep the chord before.
    """
    per_bar = max(1, bar // pulse)
    count = bars * per_bar
    heard = np.zeros((count, 12))
    for note in notes:
        weight = _HEAVIER if note.pitch < _BELOW else 1.0
        first, last = note.start // pulse, (note.end - 1) // pulse
        for beat in range(first, min(last, count - 1) + 1):
            shared = min(note.end, (beat + 1) * pulse) - max(note.start, beat * pulse)
            heard[beat, note.pitch % 12] += weight * shared / pulse
    heard = np.minimum(heard, 2.0)
    strong = {0, per_bar // 2} if per_bar % 2 == 0 else {0}
    prices = [_CHANGE + (0 if beat % per_bar in strong else _WEAK) for beat in range(count)]
    path = _cheapest(heard @ _TELLS.T, prices)
    sounding = heard.sum(1) > 0
    began = int(sounding.argmax()) if sounding.any() else count
    told = [chord if beat >= began else NO_CHORD for beat, chord in enumerate(path)]
    return [told[at : at + per_bar] for at in range(0, count, per_bar)]


def _cheapest(fits: npt.NDArray[np.float64], prices: list[float]) -> list[int]:
    best, back = fits[0].copy(), []
    for beat in range(1, len(fits)):
        top = int(best.argmax())
        stays = best >= best[top] - prices[beat]
        back.append(np.where(stays, np.arange(CHORDS), top))
        best = np.where(stays, best, best[top] - prices[beat]) + fits[beat]
    path = [int(best.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]
