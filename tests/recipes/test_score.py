"""Scores: what they hold, what they refuse, and that they come back from JSON as they were."""

import pytest
from pydantic import ValidationError

from studio.recipes.score import TICKS, Note, Part, Score


def tune(**values):
    melody = Part(role="melody", notes=((TICKS, TICKS, 64, 90), (0, TICKS, 60)))
    return Score(**{"bars": 2, "parts": (melody,), **values})


def test_notes_are_in_order_of_time():
    assert [note.pitch for note in tune().parts[0].notes] == [60, 64]


def test_a_score_comes_back_as_it_was():
    score = tune(beats=6, unit=8, tempo=72.5, tonic=9, mode="minor")
    assert Score.model_validate_json(score.model_dump_json()) == score
    assert isinstance(Score.model_validate_json(score.model_dump_json()).parts[0].notes[0], Note)


@pytest.mark.parametrize(("beats", "unit", "bar"), [(4, 4, 1920), (3, 4, 1440), (6, 8, 1440)])
def test_bars_are_as_long_as_their_metre_says(beats, unit, bar):
    score = tune(beats=beats, unit=unit)
    assert (score.bar, score.ticks) == (bar, 2 * bar)


def test_seconds_follow_the_tempo():
    assert tune(tempo=120.0).seconds == pytest.approx(4.0)


@pytest.mark.parametrize(
    "notes",
    [
        ((0, 0, 60, 80),),  # no length
        ((-1, 10, 60, 80),),
        ((0, 10, 128, 80),),
        ((0, 10, 60, 0),),
        ((0, 3841, 60, 80),),  # goes on after the end
    ],
)
def test_what_no_tune_can_have_is_refused(notes):
    with pytest.raises(ValidationError):
        Score(bars=2, parts=(Part(role="melody", notes=notes),))


def test_a_part_is_found_by_its_role():
    score = tune()
    assert score.part("melody") is score.parts[0]
    assert score.part("drums") is None
