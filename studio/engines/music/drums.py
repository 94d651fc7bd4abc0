"""The drums that the model knows, and General MIDI's percussion numbers."""

from __future__ import annotations

#: name, the General MIDI number it is written as, velocity of a hit beside the bar's loudness
HITS: tuple[tuple[str, int, int], ...] = (
    ("kick", 36, 12),
    ("snare", 38, 14),
    ("soft snare", 38, -42),
    ("side stick", 37, 0),
    ("hi-hat", 42, 2),
    ("soft hi-hat", 42, -24),
    ("open hi-hat", 46, 4),
    ("pedal hi-hat", 44, -10),
    ("ride", 51, 0),
    ("bell", 53, 6),
    ("crash", 49, 14),
    ("high tom", 48, 8),
    ("middle tom", 45, 8),
    ("low tom", 43, 8),
)
#: those that lead over to a new phrase, and the one that begins it
FILLS, CRASH = (1, 11, 12, 13), 10
_SNARE, _SOFT_SNARE, _HAT, _SOFT_HAT = 1, 2, 4, 5
_SOFT = 52  # a velocity below it is a ghost note

# All of General MIDI's and of the Groove set's electronic kit; what is no drum of a kit is left out
_BY_PITCH = {
    35: 0, 36: 0, 38: 1, 40: 1, 39: 1, 37: 3, 42: 4, 22: 4, 54: 4, 69: 4, 70: 4, 46: 6, 26: 6,
    44: 7, 51: 8, 59: 8, 53: 9, 56: 9, 49: 10, 52: 10, 55: 10, 57: 10,
    48: 11, 50: 11, 45: 12, 47: 12, 41: 13, 43: 13, 58: 13, 60: 11, 61: 12, 62: 11, 63: 11, 64: 13,
    65: 11, 66: 12,
}  # fmt: skip


def hit_of(pitch: int, velocity: int) -> int | None:
    """The index in `HITS` of a percussion note, or None for what the model does not know."""
    hit = _BY_PITCH.get(pitch)
    if hit == _SNARE and velocity < _SOFT:
        return _SOFT_SNARE
    if hit == _HAT and velocity < _SOFT:
        return _SOFT_HAT
    return hit


def note_of(hit: int, level: int, accent: int) -> tuple[int, int]:
    """(General MIDI pitch, velocity 1..127) of a hit in a bar of that loudness.

    A soft hit stays below the velocity from which it would be read as a normal one, and a normal
    one above.
    """
    _, pitch, louder = HITS[hit]
    velocity = round(0.55 * level + 38) + louder + accent // 2
    if hit in (_SOFT_SNARE, _SOFT_HAT):
        velocity = min(velocity, _SOFT - 2)
    elif hit in (_SNARE, _HAT):
        velocity = max(velocity, _SOFT + 2)
    return pitch, max(1, min(127, velocity))
