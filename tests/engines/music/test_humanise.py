"""A hand's timing and touch."""

from __future__ import annotations

from studio.engines.music.humanise import humanise
from studio.recipes.score import Note, Part, Score

EVEN = Score(
    bars=8,
    parts=(
        Part(
            role="chords",
            notes=tuple(Note(at * 480, 480, pitch) for at in range(32) for pitch in (60, 64)),
        ),
    ),
)


def test_nothing_is_left_on_the_grid_and_nothing_is_far_from_it() -> None:
    played = humanise(EVEN, 0.5, 3)
    late = [
        a.start - b.start for a, b in zip(played.parts[0].notes, EVEN.parts[0].notes, strict=True)
    ]
    assert len(set(late)) > 10
    assert max(map(abs, late)) < 60  # an eighth of a quarter
    assert len({note.velocity for note in played.parts[0].notes}) > 5
    Score.model_validate(played.model_dump())


def test_chords_keep_together() -> None:
    notes = humanise(EVEN, 1.0, 3).parts[0].notes
    assert len({note.start for note in notes}) == 32


def test_the_same_seed_plays_the_same() -> None:
    assert humanise(EVEN, 0.5, 3) == humanise(EVEN, 0.5, 3) != humanise(EVEN, 0.5, 4)
    assert humanise(EVEN, 0.0, 3) == EVEN


def test_parts_that_are_not_meant_stay_note_for_note() -> None:
    two = EVEN.model_copy(
        update={"parts": (*EVEN.parts, Part(role="bass", notes=(Note(0, 99, 40),)))}
    )
    played = humanise(two, 1.0, 3, ["bass"])
    assert played.parts[0] == two.parts[0]
    assert played.parts[1] != two.parts[1]
