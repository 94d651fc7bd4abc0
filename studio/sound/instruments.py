"""The instruments that are offered, in an artist's words. Any other of General MIDI plays too."""

from __future__ import annotations

from typing import NamedTuple

from studio.recipes.score import Part, Role


class Instrument(NamedTuple):
    """program: General MIDI from 0; of drums, which kit. name, family: words for people.

    roles: what it is good for. trim: decibels that bring it to the loudness of the others,
    measured with a tune or a plain beat: -22 LUFS.
    """

    program: int
    name: str
    family: str
    roles: tuple[Role, ...]
    trim: float = 0.0


_SINGS: tuple[Role, ...] = ("melody",)
_BOTH: tuple[Role, ...] = ("melody", "chords")
_LOW: tuple[Role, ...] = ("bass",)

INSTRUMENTS = (
    Instrument(0, "Piano", "Keys", ("melody", "chords", "bass"), 9.5),
    Instrument(4, "Electric piano", "Keys", _BOTH, 4.0),
    Instrument(6, "Harpsichord", "Keys", _BOTH, 10.5),
    Instrument(16, "Organ", "Keys", _BOTH, 0.0),
    Instrument(19, "Church organ", "Keys", ("melody", "chords", "bass"), 3.5),
    Instrument(21, "Accordion", "Keys", _BOTH, 6.5),
    Instrument(8, "Celesta", "Bells", _BOTH, 9.5),
    Instrument(10, "Music box", "Bells", _BOTH, -3.0),
    Instrument(11, "Vibraphone", "Bells", _BOTH, 2.0),
    Instrument(12, "Marimba", "Bells", _BOTH, 8.0),
    Instrument(108, "Kalimba", "Bells", _BOTH, 1.0),
    Instrument(24, "Soft guitar", "Plucked", _BOTH, 7.5),
    Instrument(25, "Steel guitar", "Plucked", _BOTH, 12.0),
    Instrument(27, "Electric guitar", "Plucked", _BOTH, -4.5),
    Instrument(46, "Harp", "Plucked", _BOTH, 5.5),
    Instrument(45, "Plucked strings", "Plucked", ("melody", "chords", "bass"), 3.0),
    Instrument(40, "Violin", "Strings", _SINGS, 2.5),
    Instrument(42, "Cello", "Strings", ("melody", "bass"), 4.0),
    Instrument(48, "Strings", "Strings", _BOTH, -1.0),
    Instrument(52, "Choir", "Voices", _BOTH, 2.0),
    Instrument(73, "Flute", "Wind", _SINGS, 1.5),
    Instrument(74, "Recorder", "Wind", _SINGS, 1.5),
    Instrument(68, "Oboe", "Wind", _SINGS, 1.0),
    Instrument(71, "Clarinet", "Wind", _SINGS, 4.5),
    Instrument(65, "Saxophone", "Wind", _SINGS, -3.0),
    Instrument(56, "Trumpet", "Brass", _SINGS, -5.5),
    Instrument(60, "Horns", "Brass", _BOTH, -4.5),
    Instrument(58, "Tuba", "Brass", _LOW, -7.0),
    Instrument(32, "Upright bass", "Bass", _LOW, -5.0),
    Instrument(33, "Electric bass", "Bass", _LOW, -6.0),
    Instrument(38, "Synth bass", "Bass", _LOW, 8.5),
    Instrument(80, "Soft lead", "Synth", _SINGS, 2.5),
    Instrument(89, "Warm pad", "Synth", ("chords",), 12.0),
    Instrument(88, "Glass pad", "Synth", _BOTH, 11.0),
)

KITS = (
    Instrument(0, "Drum kit", "Drums", ("drums",), -1.0),
    Instrument(16, "Loud drums", "Drums", ("drums",), -1.5),
    Instrument(32, "Jazz drums", "Drums", ("drums",), 1.5),
    Instrument(40, "Brushes", "Drums", ("drums",), -0.5),
    Instrument(24, "Electronic drums", "Drums", ("drums",), -0.5),
    Instrument(25, "Drum machine", "Drums", ("drums",), -8.5),
    Instrument(48, "Orchestra drums", "Drums", ("drums",), -5.0),
)

USUAL: dict[Role, int] = {"melody": 73, "chords": 0, "bass": 32, "drums": 0}

_OF_ROLE: dict[Role, float] = {"chords": -6.0}  # three notes at once, behind the melody

_BY_PROGRAM = {each.program: each for each in INSTRUMENTS}
_KIT_BY_PROGRAM = {each.program: each for each in KITS}


def offered(role: Role) -> tuple[Instrument, ...]:
    """What an artist may choose for a part, in the order of families; kits for drums."""
    if role == "drums":
        return KITS
    return tuple(each for each in INSTRUMENTS if role in each.roles)


def families() -> tuple[str, ...]:
    """The families of instruments, in order."""
    return tuple(dict.fromkeys(each.family for each in INSTRUMENTS))


def instrument_of(part: Part) -> Instrument:
    """What a part plays on; the nearest of the same family of General MIDI where it has no name."""
    if part.role == "drums":
        return _KIT_BY_PROGRAM[nearest_kit(part.program)]
    if part.program in _BY_PROGRAM:
        return _BY_PROGRAM[part.program]
    group = part.program // 8  # General MIDI orders instruments in groups of eight
    return min(INSTRUMENTS, key=lambda each: (abs(each.program // 8 - group), each.program))


def nearest_kit(program: int) -> int:
    """The kit for a program: itself, the main one of its family, else the usual drums."""
    if program in _KIT_BY_PROGRAM:
        return program
    family = program // 8 * 8
    return family if family in _KIT_BY_PROGRAM else 0


def trim_of(part: Part) -> float:
    """The factor that brings a part's instrument to the loudness of the others."""
    table = _KIT_BY_PROGRAM if part.role == "drums" else _BY_PROGRAM
    program = nearest_kit(part.program) if part.role == "drums" else part.program
    found = table.get(program)
    decibels = (found.trim if found else 0.0) + _OF_ROLE.get(part.role, 0.0)
    return float(10.0 ** (decibels / 20.0))
