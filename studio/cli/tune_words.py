"""What is said of tunes on the command line: keys, who plays, bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from studio.errors import StudioError
from studio.recipes.score import Mode, Role
from studio.recipes.tune import Bars, Player
from studio.sound.instruments import INSTRUMENTS, KITS, Instrument

ROLES: tuple[Role, ...] = get_args(Role)
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_KEY = re.compile(r"([a-g])\s*(#|♯|sharp|b|♭|flat)?\s*(major|minor|m)?", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?")


def key(text: str) -> tuple[int, Mode | None]:
    """Tonic (0 is C) and mode of "D minor", "Bb", "F# m"; no mode where none is said."""
    found = _KEY.fullmatch(text.strip())
    if found is None:
        raise StudioError(f"“{text}” is no key.", "Write it like “D minor”, “Bb major” or “F#”.")
    letter, sign, mode = found.groups(default="")
    bent = 0 if not sign else 1 if sign.lower() in ("#", "♯", "sharp") else -1
    tonic = (_STEPS[letter.lower()] + bent) % 12
    if not mode:
        return tonic, None
    return tonic, "major" if mode.lower() == "major" else "minor"


def bars(text: str) -> Bars:
    """Bars counted from 1, the last included: "5-8", or "5" alone."""
    found = _RANGE.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2] or found[1]) if found else 0
    if not 1 <= first <= last:
        raise StudioError(f"“{text}” names no bars.", "Write them like 5-8; the first bar is 1.")
    return Bars(since=first - 1, until=last)


def roles(texts: Sequence[str]) -> tuple[Role, ...]:
    """The parts named, several with commas between."""
    found: list[Role] = []
    for name in _listed(texts):
        role = next((role for role in ROLES if role == name.casefold()), None)
        if role is None:
            raise StudioError(f"“{name}” is no part of a tune.", f"Choose of {', '.join(ROLES)}.")
        found.append(role)
    return tuple(dict.fromkeys(found))


def players(texts: Sequence[str]) -> tuple[Player, ...]:
    """Who plays: "flute, piano, drums", or "melody=flute, chords=piano".

    A part by its own name ("bass") has the instrument that the mood usually has. Who is to play
    what is found so that each instrument has a part of its own. StudioError where there is none.
    """
    wanted = [_wanted(entry) for entry in _listed(texts)]
    seated = _seated(wanted)
    if seated is None:
        names = ", ".join(entry for entry in _listed(texts))
        raise StudioError(
            f"Not everyone of “{names}” has a part of their own: a tune has one melody, one of "
            "chords, one bass and drums.",
            "Leave one out, or say who plays what: melody=violin,chords=piano.",
        )
    return seated


_Wanted = tuple[tuple[Role, int | None], ...]  # the parts that one could play, and on what


def _wanted(entry: str) -> _Wanted:
    named, sign, instrument = (one.strip() for one in entry.partition("="))
    role = next((role for role in ROLES if role == named.casefold()), None)
    if sign and role is None:
        raise StudioError(f"“{named}” is no part of a tune.", f"Choose of {', '.join(ROLES)}.")
    if role is not None and not sign:
        return ((role, None),)
    if role is None:
        found = _instrument(named, (*INSTRUMENTS, *KITS))
        return tuple((one, found.program) for one in found.roles)
    return ((role, _instrument(instrument, KITS if role == "drums" else INSTRUMENTS).program),)


def _instrument(name: str, among: Sequence[Instrument]) -> Instrument:
    """By its whole name, or a part of it that only one has."""
    sought = name.casefold()
    exact = [one for one in among if one.name.casefold() == sought]
    close = exact or [one for one in among if sought and sought in one.name.casefold()]
    if len(close) == 1:
        return close[0]
    if close:
        raise StudioError(
            f"“{name}” may be several instruments.",
            "Say which: " + ", ".join(one.name.lower() for one in close) + ".",
        )
    raise StudioError(
        f"There is no instrument “{name}”.",
        "Choose of " + ", ".join(one.name.lower() for one in among) + ".",
    )


def _seated(
    wanted: Sequence[_Wanted], taken: frozenset[Role] = frozenset()
) -> tuple[Player, ...] | None:
    """Each with a part of their own, in the order in which they were named; the first that fits."""
    if not wanted:
        return ()
    for role, program in wanted[0]:
        if role not in taken:
            rest = _seated(wanted[1:], taken | {role})
            if rest is not None:
                return (Player(role=role, program=program), *rest)
    return None


def _listed(texts: Sequence[str]) -> Iterator[str]:
    return (entry for text in texts for one in text.split(",") if (entry := one.strip()))
