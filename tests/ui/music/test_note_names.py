"""Notes, beats and keys in words."""

from __future__ import annotations

import pytest

from studio.recipes.score import TICKS, Note, Score
from studio.ui.music import note_names as names
from tests.ui.music.tune import DRUMS, HAT, MELODY, small_tune

SIX = Score(bars=2, beats=6, unit=8, tempo=90.0)


def test_a_note_is_described_as_one_would_say_it():
    note = Note(2 * 4 * TICKS + TICKS, TICKS, 60)
    assert names.describe(small_tune(), MELODY, note) == "C 4, bar 3 beat 2, one beat, melody"
    assert names.describe(small_tune(), DRUMS, HAT) == "Hat, bar 1 beat 2, drums"


def test_places_off_the_beat_and_nearly_on_it():
    tune = small_tune()
    assert names.place_name(tune, 240) == "bar 1 beat 1 and a half"
    assert names.place_name(tune, 4 * TICKS - 5) == "bar 2 beat 1"
    assert names.place_name(tune, 4 * TICKS + 7) == "bar 2 beat 1"


def test_two_of_a_role_are_told_apart():
    tune = small_tune()
    two = tune.model_copy(update={"parts": (tune.parts[0], *tune.parts)})
    assert [names.part_name(two, part) for part in range(3)] == ["Melody 1", "Melody 2", "Bass"]


@pytest.mark.parametrize(
    ("ticks", "words"),
    [
        (TICKS, "one beat"),
        (TICKS // 2, "half a beat"),
        (TICKS // 4, "a quarter of a beat"),
        (TICKS * 3, "three beats"),
        (TICKS * 5 // 2, "two and a half beats"),
        (TICKS * 4 // 3, "one and a third beats"),
        (TICKS * 12, "12 beats"),
        (TICKS - 12, "one beat"),
        (TICKS * 7 // 8 - 2, "about three quarters of a beat"),
        (10, "a very short moment"),
    ],
)
def test_lengths(ticks, words):
    assert names.length_name(small_tune(), ticks) == words


def test_six_eighths_are_two_beats_of_three():
    assert names.pulse(SIX) == 720
    assert names.place_name(SIX, SIX.bar + 720) == "bar 2 beat 2"
    assert names.length_name(SIX, 240) == "a third of a beat"
    assert names.usual_grid(SIX) == 240
    assert names.beats_a_minute(SIX) == pytest.approx(60)
    assert names.tempo_of(SIX, 60) == pytest.approx(90)


def test_the_tempo_stays_within_what_a_score_can_hold():
    assert names.tempo_of(SIX, 400) == 400
    assert names.tempo_of(small_tune(unit=8, beats=5), 30) == 20


@pytest.mark.parametrize("beats", [2, 3, 4, 6, 7, 12])
@pytest.mark.parametrize("unit", [2, 4, 8, 16])
def test_every_grid_divides_the_beat_and_has_words(beats, unit):
    score = Score(bars=1, beats=beats, unit=unit)
    steps = names.grids(score)
    assert all(names.pulse(score) % ticks == 0 for ticks, _ in steps)
    assert len({words for _, words in steps}) == len(steps)
    assert names.usual_grid(score) in [ticks for ticks, _ in steps]


def test_facts_and_clock():
    assert names.facts(small_tune(tempo=96.0, tonic=2, mode="minor")) == (
        "96 beats a minute · D minor"
    )
    assert [names.clock(s) for s in (0, 9.99, 12, 75, 600)] == [
        "0:00",
        "0:09",
        "0:12",
        "1:15",
        "10:00",
    ]


def test_the_scale_of_a_key():
    assert names.scale(0, "major") == {0, 2, 4, 5, 7, 9, 11}
    assert names.scale(9, "minor") == names.scale(0, "major")


def test_loudness_in_words():
    said = [names.loudness_name(velocity) for velocity in (1, 40, 64, 90, 127)]
    assert said == ["very soft", "soft", "medium", "loud", "very loud"]
