"""What can be done to the notes of a part. All of it makes a new score and changes none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from studio.recipes.score import MAX_NOTES, Note, Score
from studio.ui.music.note_names import DRUMS, USUAL_DRUMS

SOFTEST, LOUDEST = 8, 127  # velocities that a hand gives


def replace(score: Score, part: int, gone: Iterable[Note], new: Iterable[Note]) -> Score:
    """The score without some notes of a part and with others in their stead.

    The new ones have to lie within the tune.
    """
    left = Counter(gone)
    kept = []
    for note in score.parts[part].notes:
        if left[note] > 0:
            left[note] -= 1
        else:
            kept.append(note)
    notes = tuple(sorted([*kept, *new], key=lambda note: (note.start, note.pitch)))
    changed = score.parts[part].model_copy(update={"notes": notes})
    parts = (*score.parts[:part], changed, *score.parts[part + 1 :])
    return score.model_copy(update={"parts": parts})


def room_for(score: Score) -> int:
    """How many more notes it can hold."""
    return MAX_NOTES - sum(len(part.notes) for part in score.parts)


def moved(
    notes: Sequence[Note], ticks: int, rows: int, score: Score, drums: Sequence[int] = ()
) -> tuple[Note, ...]:
    """All of them elsewhere, together, as far as the tune goes. rows: semitones upwards.

    drums: the drums from below, where it is drums that are moved; then rows are theirs.
    """
    if not notes:
        return ()
    ticks = max(ticks, -min(note.start for note in notes))
    ticks = min(ticks, score.ticks - max(note.end for note in notes))
    places = [drums.index(n.pitch) if n.pitch in drums else 0 for n in notes] if drums else []
    places = places or [note.pitch for note in notes]
    highest = len(drums) - 1 if drums else 127
    rows = min(max(rows, -min(places)), highest - max(places))
    return tuple(
        note._replace(
            start=note.start + ticks,
            pitch=(drums[place + rows] if rows else note.pitch) if drums else place + rows,
        )
        for note, place in zip(notes, places, strict=True)
    )


def lengthened(notes: Sequence[Note], ticks: int, score: Score, least: int) -> tuple[Note, ...]:
    """Each longer or shorter; not shorter than `least`, where it was not already."""
    return tuple(
        note._replace(
            length=min(score.ticks - note.start, max(min(least, note.length), note.length + ticks))
        )
        for note in notes
    )


def struck(notes: Sequence[Note], by: int) -> tuple[Note, ...]:
    """Each louder or softer."""
    return tuple(
        note._replace(velocity=min(LOUDEST, max(SOFTEST, note.velocity + by))) for note in notes
    )


def snapped(ticks: float, grid: int) -> int:
    """The nearest line of the grid."""
    return round(ticks / grid) * grid


def floored(ticks: float, grid: int) -> int:
    """The last line of the grid before it."""
    return int(ticks // grid) * grid


def drum_rows(score: Score) -> tuple[int, ...]:
    """The drums that have a row, from below: the usual ones and whatever is struck."""
    parts = [part for part in score.parts if part.role == "drums"]
    if not parts:
        return ()
    there = {note.pitch for part in parts for note in part.notes} | set(USUAL_DRUMS)
    order = {pitch: place for place, pitch in enumerate(DRUMS)}
    return tuple(sorted(there, key=lambda pitch: (order.get(pitch, len(order)), pitch)))


def to_text(notes: Sequence[Note], drums: bool) -> str:
    """Notes as they are carried by the clipboard."""
    return json.dumps({"drums": drums, "notes": [list(note) for note in notes]})


def from_text(text: str) -> tuple[tuple[Note, ...], bool]:
    """What `to_text` wrote: the notes, and whether they are drums.

    Raises ValueError for anything else.
    """
    read = json.loads(text)
    if not isinstance(read, dict) or not isinstance(read.get("notes"), list):
        raise ValueError("no notes")
    notes = []
    for row in read["notes"]:
        if not isinstance(row, list) or len(row) != 4 or not all(type(n) is int for n in row):
            raise ValueError("no note")
        note = Note(*row)
        if note.start < 0 or note.length < 1:
            raise ValueError("no note")
        if not (0 <= note.pitch <= 127 and 1 <= note.velocity <= 127):
            raise ValueError("no note")
        notes.append(note)
    return tuple(notes), bool(read.get("drums"))
