"""A short tune in C major that the tests of the widgets know by heart."""

from __future__ import annotations

from studio.recipes.score import TICKS, Note, Part, Score

Q = TICKS
C4 = Note(0, Q, 60, 80)
E4 = Note(Q, Q, 64, 80)
G4 = Note(2 * Q, 2 * Q, 67, 100)
LOW = Note(0, 4 * Q, 36, 90)
KICK = Note(0, 120, 36, 110)
HAT = Note(Q, 120, 42, 70)
MELODY, BASS, DRUMS = range(3)


def small_tune(**given: object) -> Score:
    """Four bars of 4/4: a melody C E G, one low note, a kick and a hat."""
    parts = (
        Part(role="melody", program=73, notes=(C4, E4, G4)),
        Part(role="bass", program=32, notes=(LOW,)),
        Part(role="drums", notes=(KICK, HAT)),
    )
    return Score(**{"bars": 4, "tempo": 120.0, "parts": parts, **given})
