"""The tune that the benchmarks of sound play: sixteen bars, four tracks, made by a fixed rule."""

from __future__ import annotations

from studio.recipes.score import TICKS, Note, Part, Score

_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))


def tune(bars: int = 16, tempo: float = 100.0) -> Score:
    bar = 4 * TICKS
    melody, chords, bass, drums = [], [], [], []
    for number in range(bars):
        at, chord = number * bar, _CHORDS[number % 4]
        for eighth in range(8):
            if (number + eighth * 3) % 4:
                pitch = 60 + chord[(eighth + number) % 3] + 12 * (eighth % 2)
                melody.append(Note(at + eighth * TICKS // 2, TICKS // 2, pitch, 80 + 4 * eighth))
            drums.append(Note(at + eighth * TICKS // 2, 60, 42, 70))
        chords += [Note(at, bar - 20, 48 + pitch, 70) for pitch in chord]
        for half in (0, 1):
            bass.append(Note(at + half * 2 * TICKS, 2 * TICKS - 30, 36 + chord[0], 90))
            drums.append(Note(at + half * 2 * TICKS, 60, 36, 100))
            drums.append(Note(at + (half * 2 + 1) * TICKS, 60, 38, 90))
    notes = {"melody": (73, melody), "chords": (0, chords), "bass": (32, bass), "drums": (0, drums)}
    parts = tuple(
        Part(role=role, program=program, notes=tuple(own)) for role, (program, own) in notes.items()
    )
    return Score(bars=bars, tempo=tempo, parts=parts)
