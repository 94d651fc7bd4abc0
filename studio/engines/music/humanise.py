"""A hand's own timing and touch for notes that stand exactly on the grid."""

from __future__ import annotations

from collections.abc import Collection

import torch

from studio.recipes.score import TICKS, Note, Role, Score

_TIMING = 0.022  # seconds, the spread of a free hand at amount 1
_DRIFT = 0.8  # how much of its earliness or lateness a hand carries to its next note
_TOUCH = 11.0  # velocity, likewise


def humanise(score: Score, amount: float, seed: int = 0, roles: Collection[Role] = ()) -> Score:
    """The tune as if played by hand. amount: 0 as it is .. 1 loosely.

    roles: only these parts, or all where there are none.
    Each part drifts a little ahead of and behind the beat, as a hand does (its errors follow each
    other), and no two notes are struck alike. Notes of one chord keep together; nothing begins
    before the tune or ends after it.
    """
    if amount <= 0:
        return score
    dice = torch.Generator().manual_seed(seed)
    spread = amount * _TIMING * score.tempo / 60 * TICKS
    parts = []
    for part in score.parts:
        if roles and part.role not in roles:
            parts.append(part)
            continue
        late, touch, at = 0.0, 0.0, -1
        notes = []
        for note in part.notes:
            own = torch.randn(3, generator=dice).tolist()
            if note.start != at:
                at = note.start
                late = _DRIFT * late + (1 - _DRIFT**2) ** 0.5 * own[0] * spread
                touch = _DRIFT * touch + (1 - _DRIFT**2) ** 0.5 * own[1]
            start = min(max(0, round(note.start + late)), score.ticks - 1)
            struck = round(note.velocity + amount * _TOUCH * (0.7 * touch + 0.3 * own[2]))
            length = min(note.length, score.ticks - start)
            notes.append(Note(start, length, note.pitch, min(127, max(1, struck))))
        parts.append(part.model_copy(update={"notes": tuple(sorted(notes))}))
    return score.model_copy(update={"parts": tuple(parts)})
