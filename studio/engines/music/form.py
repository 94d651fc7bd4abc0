"""The form of a tune: phrases, which of them come again, who plays in them, and how they end.

A plan is drawn from dice and written down as `Phrase`s in the order of the bars; `building.py`
composes it. Phrases have eight bars, in short tunes four. Letters are the usual ones: what is
called A again is A again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch

from studio.engines.music.cells import DRUMS, MELODY, PITCHED

LONG, SHORT = 8, 4  # bars of a phrase
SHORTEST = 12  # bars from which on a tune has a form
_FRAMED = 32  # bars from which on it may have a beginning without the melody
#: what may follow what, by the number of phrases; drawn with equal chances
_FORMS: dict[int, tuple[str, ...]] = {
    1: ("A",),
    2: ("AA", "AB"),
    3: ("ABA",),
    4: ("AABA", "ABAC", "ABAB", "AABA"),
    5: ("AABAB", "ABACA", "AABCA"),
    6: ("AABABA", "ABABCB", "AABACA"),
    7: ("ABACABA", "AABACAB", "AABABCB"),
    8: ("AABACABA", "AABBACBA", "AABABCAB"),
}
_VARIED = 0.2  # share of the melody's bars that are only alike where a phrase comes again
_FRESH = 2  # bars at its end that are other when it leads somewhere else


@dataclass(frozen=True)
class Phrase:
    """Some bars of a tune that belong together.

    name: the letter, or "Intro" and "End". since, bars: where. parts: who plays.
    source: the phrase (by number) whose notes come again; fresh: so many bars at the end are
        written anew all the same; varied: share of the melody's bars that are written anew in
        the likeness of the source.
    contrast: it takes up nothing of what was before. lift: how much higher the melody lies, in
        scores an octave. fuller: how many times as many notes.
    away: it begins on another chord than the tonic's. turns: drums lead over to what comes next.
    """

    name: str
    since: int
    bars: int
    parts: frozenset[int]
    source: int | None = None
    fresh: int = 0
    varied: float = 0.0
    contrast: bool = False
    lift: float = 0.0
    fuller: float = 1.0
    away: bool = False
    turns: bool = False

    @property
    def until(self) -> int:
        """The first bar that is not in it."""
        return self.since + self.bars


def plan(
    bars: int, parts: Iterable[int], dice: torch.Generator, loops: bool = False
) -> list[Phrase]:
    """The phrases of a tune of `bars` bars for these parts. loops: no beginning and no end.

    A tune shorter than `SHORTEST` is one phrase without a name.
    """
    everyone = frozenset(parts)
    if bars < SHORTEST:
        return [Phrase("", 0, bars, everyone)]
    usual = SHORT if bars < 2 * LONG else LONG
    before = _companions(everyone)
    intro = SHORT if not loops and before and bars >= _FRAMED and _chance(dice, 0.5) else 0
    count, rest = divmod(bars - intro, usual)
    letters = _letters(count, dice)
    made = [Phrase("Intro", 0, intro, before)] if intro else []
    at = intro
    for place, letter in enumerate(letters):
        last = place == count - 1
        length = usual + rest if last and (rest < 2 or loops) else usual
        made.append(_phrase(made, letter, at, length, everyone, dice))
        at += length
    if at < bars:
        first = next(n for n, phrase in enumerate(made) if phrase.name == "A")
        made.append(Phrase("End", at, bars - at, everyone, first, min(_FRESH, bars - at)))
    if intro and DRUMS in everyone and letters.count("A") > 1 and _chance(dice, 0.5):
        made[1] = replace(made[1], parts=everyone - {DRUMS})  # they join in later
    return [_leading(made, number, loops) for number in range(len(made))]


def _phrase(
    before: list[Phrase],
    letter: str,
    since: int,
    bars: int,
    parts: frozenset[int],
    dice: torch.Generator,
) -> Phrase:
    source = next((n for n, phrase in enumerate(before) if phrase.name == letter), None)
    if source is not None:
        return Phrase(letter, since, bars, parts, source, varied=_VARIED)
    if letter == "A":
        return Phrase(letter, since, bars, parts)
    higher, denser = _chance(dice, 0.6), _chance(dice, 0.6)
    return Phrase(
        letter,
        since,
        bars,
        parts,
        contrast=True,
        lift=1.6 if higher else -1.2,
        fuller=1.4 if denser else 0.7,
        away=True,
    )


def _leading(made: list[Phrase], number: int, loops: bool) -> Phrase:
    """The phrase with its end such that it leads on to what follows it here."""
    phrase, following = made[number], _name(made, number + 1)
    turns = bool(following) or loops
    if phrase.source is None or phrase.name == "End":
        return replace(phrase, turns=turns)
    longer = phrase.bars - made[phrase.source].bars  # what the source has no notes for
    same = following and following == _name(made, phrase.source + 1) and longer <= 0
    return replace(phrase, turns=turns, fresh=0 if same else _FRESH + max(0, longer))


def _name(made: list[Phrase], number: int) -> str:
    return made[number].name if number < len(made) else ""


def _companions(parts: frozenset[int]) -> frozenset[int]:
    """Who plays before the melody comes in; none where it plays alone."""
    if MELODY not in parts:
        return frozenset()
    others = parts - {MELODY}
    return others & set(PITCHED) or others


def _letters(count: int, dice: torch.Generator) -> str:
    most = max(_FORMS)
    found = ""
    while len(found) < count:  # very long tunes are several forms in a row
        known = _FORMS[min(most, count - len(found))]
        found += known[int(torch.randint(len(known), (1,), generator=dice))]
    return found


def _chance(dice: torch.Generator, share: float) -> bool:
    return float(torch.rand(1, generator=dice)) < share
