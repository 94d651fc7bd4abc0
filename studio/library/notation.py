"""Notes as they are written on paper: in bars, as note values, tied where one value cannot say it.

What is played by hand is written as what is meant: on sixteenths, thirty-seconds or triplets,
whichever lies nearest in each beat. What stands on that grid is written to the tick.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from studio.recipes.score import TICKS, Mode, Note, Part, Score

_NAMES = ("breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th")
# Ticks from one place to the next that something may begin at, and what choosing it costs, in
# ticks that the notes lie off: the plainest that fits.
_BINARY = ((120, 0.0), (60, 28.0))
_TRIPLETS = ((160, 4.0), (80, 28.0))
_END_COUNTS = 0.25  # where a note ends matters less than where it begins
_RELEASE = 120  # a hand lets go so much early, or late, without meaning a rest or an overlap
#: of the line of fifths around a tonic, which spellings a key takes: in C from E flat to G sharp
_FLATWARDS = 3
_MAJOR_FIFTHS = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)


class Value(NamedTuple):
    """A note value. name: as MusicXML has it. triplet: three take the time of two."""

    name: str
    dots: int = 0
    triplet: bool = False


def _values() -> dict[int, Value]:
    found = {}
    for power, name in enumerate(_NAMES):
        ticks = TICKS * 8 >> power
        found[ticks] = Value(name)
        found[ticks * 3 // 2] = Value(name, 1)
    return found


def _triplet_values() -> dict[int, Value]:
    plain = {ticks * 2 // 3: value._replace(triplet=True) for ticks, value in _VALUES.items()}
    return {ticks: value for ticks, value in plain.items() if ticks < TICKS}


_VALUES = _values()
_TRIPLET_VALUES = _triplet_values()


@dataclass(frozen=True)
class Sign:
    """A chord, a single note or a rest, as one value.

    start: tick from the bar's beginning. length: ticks. value: None is a rest of a whole bar.
    pitches: from low to high; none is a rest. held, holding: which of them are tied to the sign
    before, to the next. velocity: of the loudest. first, last: of a group of triplets.
    """

    start: int
    length: int
    value: Value | None
    pitches: tuple[int, ...] = ()
    held: frozenset[int] = frozenset()
    holding: frozenset[int] = frozenset()
    velocity: int = 0
    first: bool = False
    last: bool = False


def beat_of(score: Score) -> int:
    """Ticks of what is felt as a beat: three eighths in 6/8, and no more than a quarter else."""
    if score.beats % 3 == 0 and score.unit >= 8:
        return 3 * TICKS * 4 // score.unit
    return min(TICKS, TICKS * 4 // score.unit)


def bars_of(score: Score, part: Part) -> list[list[Sign]]:
    """What is written in each bar of a part; every bar is full to the tick.

    Notes of one part that sound at once become chords, which are tied on where one of them ends
    before the others. In a melody or a bass a note that reaches into the next by less than a
    sixteenth is cut. Drums last until the next stroke, at most to the end of their beat.
    """
    grids = _grids(score, part)
    beat = beat_of(score)
    if part.role == "drums":
        notes = _strokes(_on_grid(score, part, grids), beat)
    else:
        notes = _apart(_on_grid(score, part, grids), part.role in ("melody", "bass"))
    bars: list[list[Sign]] = [[] for _ in range(score.bars)]
    for since, until, sounding in _slices(notes, score):
        _write(bars, since, until, sounding, score, grids)
    return [_grouped(signs, beat) for signs in bars]


def fifths_of(tonic: int, mode: Mode) -> int:
    """Sharps (above 0) or flats (below) of a key."""
    if (tonic, mode) == (3, "minor"):
        return -6  # E flat minor, as the MIDI files have it
    return _MAJOR_FIFTHS[(tonic + 3) % 12 if mode == "minor" else tonic]


def spelled(pitch: int, fifths: int) -> tuple[str, int, int]:
    """Step, alteration in semitones and octave of a MIDI pitch, in a key of so many sharps."""
    low = fifths - _FLATWARDS
    place = low + (pitch * 7 - low) % 12  # on the line of fifths; C is 0, G 1, F -1
    alter = (place + 1) // 7
    return "FCGDAEB"[(place + 1) % 7], alter, (pitch - alter) // 12 - 1


def _grids(score: Score, part: Part) -> list[int]:
    """For each beat of the tune, how far apart the places are that something may begin at."""
    beat = beat_of(score)
    kinds = [each for each in _BINARY if beat % each[0] == 0]
    kinds += [each for each in _TRIPLETS if beat in (TICKS, TICKS // 2) and beat % each[0] == 0]
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for note in part.notes:
        begins.setdefault(note.start // beat, []).append(note.start % beat)
        if part.role != "drums":
            ends.setdefault(note.end // beat, []).append(note.end % beat)

    def cost(number: int, grid: int, extra: float) -> float:
        late = max(_off(begins.get(number, []), grid))
        loose = _off(ends.get(number, []), grid)
        return late + _END_COUNTS * sum(loose) / len(loose) + extra

    return [
        min(kinds, key=lambda kind: cost(number, *kind))[0] if number in begins or number in ends
        else kinds[0][0]
        for number in range(score.ticks // beat + 1)
    ]  # fmt: skip


def _off(places: list[int], grid: int) -> list[int]:
    """How far each of them lies off a grid; 0 where there is none."""
    return [min(at % grid, grid - at % grid) for at in places] or [0]


def _on_grid(score: Score, part: Part, grids: list[int]) -> list[Note]:
    beat = beat_of(score)

    def snap(tick: int) -> int:
        grid = grids[tick // beat]
        return tick // beat * beat + (tick % beat + grid // 2) // grid * grid

    starts = [snap(note.start) for note in part.notes]
    latest = score.ticks - min(grids)
    places = sorted({min(start, latest) for start in starts})
    found = []
    for note, start in zip(part.notes, starts, strict=True):
        start = min(start, latest)
        end = min(max(snap(note.end), start + grids[start // beat]), score.ticks)
        at = bisect_right(places, start)
        following = places[at] if at < len(places) else score.ticks
        if note.end % 60 and note.end % 80 and 0 < following - end <= _RELEASE:
            end = following
        found.append(note._replace(start=start, length=end - start))
    return found


def _strokes(notes: list[Note], beat: int) -> list[Note]:
    """Drums: no matter how long, they last until the next, at most to the end of the beat."""
    places = sorted({note.start for note in notes})
    found = {}
    for note in notes:
        at = bisect_right(places, note.start)
        end = note.start // beat * beat + beat
        if at < len(places):
            end = min(end, places[at])
        found[note.start, note.pitch] = note._replace(length=end - note.start)
    return list(found.values())


def _apart(notes: list[Note], singing: bool) -> list[Note]:
    """Without a pitch that sounds twice at once; of a melody, without notes that hang over."""
    found: list[Note] = []
    last: dict[int, int] = {}  # where the last note of a pitch is
    before: list[int] = []  # the notes of the last start
    for note in sorted(notes):
        at = last.get(note.pitch)
        if at is not None and found[at].start == note.start:
            found[at] = max(found[at], note, key=lambda each: each.length)
            continue
        if at is not None and found[at].end > note.start:
            found[at] = found[at]._replace(length=note.start - found[at].start)
        if before and found[before[0]].start != note.start:
            for each in before:
                if singing and 0 < found[each].end - note.start <= _RELEASE:
                    found[each] = found[each]._replace(length=note.start - found[each].start)
            before = []
        before.append(len(found))
        last[note.pitch] = len(found)
        found.append(note)
    return found


def _slices(notes: list[Note], score: Score) -> Iterator[tuple[int, int, list[Note]]]:
    """The tune cut wherever something begins or ends, and at every bar line."""
    edges = {edge for note in notes for edge in (note.start, note.end)}
    edges.update(range(0, score.ticks + 1, score.bar))
    waiting = sorted(notes, reverse=True)
    sounding: list[Note] = []
    places = sorted(edges)
    for since, until in pairwise(places):
        sounding = [note for note in sounding if note.end > since]
        while waiting and waiting[-1].start <= since:
            sounding.append(waiting.pop())
        yield since, until, sounding


def _write(
    bars: list[list[Sign]],
    since: int,
    until: int,
    sounding: list[Note],
    score: Score,
    grids: list[int],
) -> None:
    """Add a slice to its bar, in as many values as it takes."""
    number, start = divmod(since, score.bar)
    if not sounding and until - since == score.bar:
        bars[number].append(Sign(0, score.bar, None))
        return
    beat = beat_of(score)
    first = number * score.bar // beat
    own = [grid in (120, 60) for grid in grids[first : first + score.bar // beat]]
    at = start
    for length, value in _cut(start, start + until - since, beat, own):
        begin, end = since - start + at, since - start + at + length
        bars[number].append(
            Sign(
                at,
                length,
                value,
                tuple(sorted(note.pitch for note in sounding)),
                frozenset(note.pitch for note in sounding if note.start < begin),
                frozenset(note.pitch for note in sounding if note.end > end),
                max((note.velocity for note in sounding), default=0),
            )
        )
        at += length


def _cut(since: int, until: int, beat: int, plain: list[bool]) -> Iterator[tuple[int, Value]]:
    """Values that last from one tick of a bar to another. plain: of each beat, no triplets."""
    at = since
    while at < until:
        rest = until - at
        if at % beat == 0 and rest >= beat:
            length = _over_beats(at, rest, beat, plain)
            yield length, _VALUES[length]
        elif plain[at // beat] and _syncopated(at, rest, beat, plain):
            length = beat
            yield length, _VALUES[length]
        else:
            within = min(rest, beat - at % beat)
            table = _VALUES if plain[at // beat] else _TRIPLET_VALUES
            # What begins off the sixteenths goes to the next one first.
            step = 120 if plain[at // beat] else 80
            if at % beat % step and within > step - at % beat % step:
                within = step - at % beat % step
            length = max(ticks for ticks in table if ticks <= within)
            yield length, table[length]
        at += length


def _over_beats(at: int, rest: int, beat: int, plain: list[bool]) -> int:
    """The longest value that may begin on this beat."""
    fitting = [ticks for ticks in _VALUES if beat <= ticks <= rest]
    whole = [ticks for ticks in fitting if ticks % beat == 0]
    # A dotted quarter ends half way through a beat, which then has to be one without triplets.
    half = [
        ticks
        for ticks in fitting
        if ticks % beat == beat // 2 and beat <= TICKS and plain[(at + ticks) // beat]
    ]
    return max(whole + half)


def _syncopated(at: int, rest: int, beat: int, plain: list[bool]) -> bool:
    """Whether this is a beat's length that begins half way through one: written as one value."""
    number = at // beat
    return (
        _VALUES[beat].dots == 0
        and at % beat == beat // 2
        and rest == beat
        and number % 2 == 0
        and plain[number + 1]
    )


def _grouped(signs: list[Sign], beat: int) -> list[Sign]:
    """With the first and the last of each group of triplets marked."""

    def group(at: int) -> int | None:
        if not 0 <= at < len(signs):
            return None
        value = signs[at].value
        return signs[at].start // beat if value is not None and value.triplet else None

    return [
        replace(sign, first=group(at - 1) != group(at), last=group(at + 1) != group(at))
        if group(at) is not None
        else sign
        for at, sign in enumerate(signs)
    ]
