"""Small tunes for the tests of sound."""

from __future__ import annotations

from studio.recipes.score import TICKS, Note, Part, Score

BAR = 4 * TICKS


def tune(bars: int = 2, tempo: float = 120.0, **more) -> Score:
    """Melody, chords, bass and drums."""
    melody, chords, bass, drums = [], [], [], []
    for bar in range(bars):
        at = bar * BAR
        melody += [Note(at + k * TICKS, TICKS, 72 + 2 * k, 90) for k in range(4)]
        chords += [Note(at, BAR - 20, 48 + pitch, 70) for pitch in (0, 4, 7)]
        bass += [Note(at + k * TICKS * 2, TICKS * 2 - 30, 36 + k * 7, 90) for k in range(2)]
        drums += [Note(at + k * TICKS, 60, 36 if k % 2 == 0 else 38, 100) for k in range(4)]
    parts = (
        Part(role="melody", program=73, notes=tuple(melody)),
        Part(role="chords", program=0, notes=tuple(chords)),
        Part(role="bass", program=32, notes=tuple(bass)),
        Part(role="drums", program=0, notes=tuple(drums)),
    )
    return Score(bars=bars, tempo=tempo, parts=parts, **more)


def alone(*notes: Note, bars: int = 2, role="melody", program: int = 16, **part) -> Score:
    """One part, an organ unless told otherwise: it sounds as long as its keys are held."""
    return Score(
        bars=bars,
        tempo=120.0,
        parts=(Part(role=role, program=program, notes=notes, **part),),
    )
