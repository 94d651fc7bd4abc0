"""A second player of a part: another voice under a melody, or held chords beside those struck.

The model knows one player of each part. What a second one plays follows from what is there, by the
usual rules: thirds and sixths under a melody that are in the key and, where it counts, in the
chord; chords held as long as their names stay, each as near to the one before as it lies. Nothing
is drawn from dice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from studio.engines.music.cells import notes_in
from studio.engines.music.harmony import NO_CHORD, chord_tones, chords_of
from studio.errors import StudioError
from studio.library.keys import Key
from studio.recipes.score import TICKS, Note, Part, Role, Score
from studio.recipes.tune import Player

#: how far a voice lies below the melody, in semitones, and what that costs
_BELOW = {3: 0.0, 4: 0.0, 8: 0.5, 9: 0.5, 5: 1.2, 7: 1.4}
_FOREIGN, _HELD_FOREIGN = 0.5, 2.0  # the price of a note outside the chord; of one that is held
_LEAP = 0.12  # the price of a semitone from the note before
_LOWEST = 48
_HELD = (52, 72)  # where held chords lie
_SOFTER = 12  # than the part that it joins
SECONDS: tuple[Role, ...] = ("melody", "chords")


def check(roles: Sequence[Role]) -> None:
    """StudioError where one of several players of a role would have nothing of its own to play."""
    for role in roles:
        if role not in SECONDS and roles.count(role) > 1:
            name = "bass" if role == "bass" else "drummer"
            raise StudioError(
                f"A second {name} would have nothing to play but what the first one has.",
                "Choose another instrument for the one that is there.",
            )
        if roles.count(role) > 2:
            raise StudioError(
                f"There is nothing for a third player of the {role} to play.", "Choose two at most."
            )


def second(score: Score, role: Role, bars: Collection[int] | None = None) -> tuple[Note, ...]:
    """What a second player of a role (one of `SECONDS`) has to play, in these bars or in all."""
    notes = _voice(score) if role == "melody" else _held(score)
    return tuple(n for n in notes if bars is None or n.start // score.bar in bars)


def add(score: Score, player: Player) -> Score:
    """The tune with a second player of a role. StudioError as of `check`, and without a first."""
    first = score.part(player.role)
    if first is None:
        raise StudioError(
            f"Nobody plays the {player.role} yet.", f"Add {player.role} first, then a second one."
        )
    check([*(part.role for part in score.parts), player.role])
    part = Part(
        role=player.role,
        program=first.program if player.program is None else player.program,
        volume=player.volume,
        pan=player.pan,
        notes=second(score, player.role),
    )
    return score.model_copy(update={"parts": (*score.parts, part)})


def joined(score: Score, players: Sequence[Player]) -> Score:
    """The tune with those of the players added who are the second of their role."""
    for place, player in enumerate(players):
        if player.role in [before.role for before in players[:place]]:
            score = add(score, player)
    return score


def follow(score: Score, before: Score) -> Score:
    """The tune with second players following where the first have got other notes than before."""
    parts = list(score.parts)
    for place, part in enumerate(parts):
        first = score.part(part.role)
        if part.role not in SECONDS or first is None or first is part:
            continue
        had = _bars_of(before.parts[place], score.bar) if place < len(before.parts) else set()
        lost = (had | set(range(before.bars, score.bars))) - _bars_of(part, score.bar)
        if lost:
            notes = tuple(sorted((*part.notes, *second(score, part.role, lost))))
            parts[place] = part.model_copy(update={"notes": notes})
    return score.model_copy(update={"parts": tuple(parts)})


def _bars_of(part: Part, bar: int) -> set[int]:
    return {note.start // bar for note in part.notes}


def _pulse(score: Score) -> int:
    """Ticks of a felt beat."""
    return TICKS * 3 // 2 if score.unit == 8 and score.beats % 3 == 0 else TICKS * 4 // score.unit


def _chords(score: Score) -> list[int]:
    """The chord of each beat of the tune."""
    notes = notes_in(score, "melody", "chords", "bass")
    bars = chords_of(notes, score.bars, score.bar, _pulse(score))
    return [chord for bar in bars for chord in bar]


def _first(score: Score, role: Role) -> tuple[Note, ...]:
    part = score.part(role)
    return part.notes if part else ()


def _voice(score: Score) -> list[Note]:
    key, chords, pulse = Key(score.tonic, score.mode), _chords(score), _pulse(score)
    made: list[Note] = []
    for note in _first(score, "melody"):
        beat = min(note.start // pulse, len(chords) - 1)
        tones = chord_tones(chords[beat])
        strong = note.length >= pulse or note.start % pulse == 0
        price = _HELD_FOREIGN if strong else _FOREIGN
        before = made[-1].pitch if made else note.pitch - 4
        found = [
            (cost + price * (pitch % 12 not in tones) + _LEAP * abs(pitch - before), pitch)
            for below, cost in _BELOW.items()
            if (pitch := note.pitch - below) >= _LOWEST and (key.has(pitch) or pitch % 12 in tones)
        ]
        if found:
            velocity = max(1, note.velocity - _SOFTER)
            made.append(note._replace(pitch=min(found)[1], velocity=velocity))
    return made


def _held(score: Score) -> list[Note]:
    chords, pulse = _chords(score), _pulse(score)
    struck = [note.velocity for note in _first(score, "chords")]
    velocity = max(1, round(sum(struck) / len(struck)) - _SOFTER) if struck else 60
    made: list[Note] = []
    voiced: list[int] = [55, 60, 64]
    per_bar = max(1, score.bar // pulse)
    beat = 0
    while beat < len(chords):
        until = beat + 1
        while until < len(chords) and until % per_bar and chords[until] == chords[beat]:
            until += 1
        if chords[beat] != NO_CHORD:
            voiced = _near(sorted(chord_tones(chords[beat])), voiced)
            start, end = beat * pulse, min(until * pulse, score.ticks)
            made += [Note(start, end - start, pitch, velocity) for pitch in voiced]
        beat = until
    return made


def _near(tones: list[int], before: list[int]) -> list[int]:
    """The chord in the position whose middle lies nearest to that of the one before."""
    low, high = _HELD
    middle = sum(before) / len(before)
    positions = []
    for bottom in range(low, high - 8):
        if bottom % 12 in tones:
            stack = sorted(bottom + (tone - bottom) % 12 for tone in tones)
            positions.append((abs(sum(stack) / len(stack) - middle), stack))
    return min(positions)[1]
