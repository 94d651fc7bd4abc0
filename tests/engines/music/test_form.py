"""Forms: plans of any length, what comes again, how a tune ends and how it goes round."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    MELODY,
    METRES,
    Metre,
    Sheet,
    sheet_of,
)
from studio.engines.music.composing import Composer, Grown, Manner
from studio.engines.music.form import SHORTEST, Phrase, plan
from studio.engines.music.wishes import Wish
from studio.recipes.score import Note, Part, Role, Score
from tests.engines.music.conftest import ALL

EVERYONE = frozenset({MELODY, BASS, CHORDS, DRUMS})


def planned(bars: int, seed: int, parts: frozenset[int] = EVERYONE, loops: bool = False):
    return plan(bars, parts, torch.Generator().manual_seed(seed), loops)


def composed(composer: Composer, bars: int, seed: int, loops: bool = False, **wish) -> Score:
    return composer.new(Wish("calm", **wish), ALL, bars, manner=Manner(0.5, seed, loops=loops))


@pytest.mark.parametrize("loops", [False, True])
@pytest.mark.parametrize("bars", [1, 8, 12, 13, 16, 17, 24, 30, 31, 32, 33, 64, 100, 255, 256])
def test_phrases_fill_a_tune_of_any_length(bars: int, loops: bool) -> None:
    for seed in range(12):
        phrases = planned(bars, seed, loops=loops)
        assert phrases[0].since == 0
        assert phrases[-1].until == bars
        for before, after in pairwise(phrases):
            assert before.until == after.since
        for number, phrase in enumerate(phrases):
            assert phrase.bars > 0
            assert 0 <= phrase.fresh <= phrase.bars
            if phrase.source is not None:
                source = phrases[phrase.source]
                assert phrase.source < number
                assert source.source is None
                assert phrase.bars - phrase.fresh <= source.bars
        if bars < SHORTEST:
            assert [phrase.name for phrase in phrases] == [""]
        names = {phrase.name for phrase in phrases}
        assert not (loops and names & {"Intro", "End"})


def test_long_tunes_have_something_that_returns_and_something_else() -> None:
    for bars in (32, 48, 64):
        for seed in range(20):
            letters = [p.name for p in planned(bars, seed) if len(p.name) == 1]
            assert letters.count("A") > 1
            assert "B" in letters


def test_nobody_is_alone_in_an_intro_who_does_not_play() -> None:
    for parts in ({MELODY}, {MELODY, DRUMS}, {BASS, CHORDS}, {DRUMS}):
        for seed in range(10):
            phrases = planned(64, seed, frozenset(parts))
            assert all(phrase.parts and phrase.parts <= parts for phrase in phrases)
            if MELODY not in parts or parts == {MELODY}:
                assert all(phrase.parts == parts for phrase in phrases)


def test_the_same_dice_give_the_same_form() -> None:
    assert planned(64, 3) == planned(64, 3)
    assert len({tuple(p.name for p in planned(64, seed)) for seed in range(20)}) > 3


def melody_cells(sheet: Sheet, phrase: Phrase) -> list[object]:
    return [sheet.cells[bar, MELODY] for bar in range(phrase.since, phrase.until)]


def test_what_comes_again_is_the_same_and_leads_elsewhere(composer: Composer) -> None:
    for seed in range(3):
        score = composed(composer, 32, seed)
        sheet = sheet_of(score)
        names = [name for name, _ in score.sections]
        assert names.count("A") > 1
        first, again, *_ = (since for name, since in score.sections if name == "A")
        alike = [
            sheet.cells[first + at, MELODY] == sheet.cells[again + at, MELODY] for at in range(6)
        ]
        assert alike[0]
        assert sum(alike) >= 3  # a bar here and there is only alike
        other = next(since for name, since in score.sections if name == "B")
        assert [sheet.cells[first + at, MELODY] for at in range(6)] != [
            sheet.cells[other + at, MELODY] for at in range(6)
        ]


def test_companions_begin_and_the_melody_joins_them(composer: Composer) -> None:
    seed = next(seed for seed in range(40) if "Intro" in _names(composer, seed))
    score = composed(composer, 32, seed)
    melody, chords = score.part("melody"), score.part("chords")
    assert melody is not None
    assert chords is not None
    assert melody.notes[0].start >= 4 * score.bar
    assert chords.notes[0].start == 0
    sheet = sheet_of(score)
    assert [sheet.cells[at, CHORDS] for at in range(4)] == [
        sheet.cells[4 + at, CHORDS] for at in range(4)
    ]


def _names(composer: Composer, seed: int) -> list[str]:
    dice = torch.Generator().manual_seed(seed)
    composer.settled(Wish("calm"), EVERYONE, dice)
    torch.randint(12, (1,), generator=dice)
    return [phrase.name for phrase in plan(32, EVERYONE, dice)]


def last_sounds(score: Score, role: Role) -> list[Note]:
    """What of a part sounds on the last tick."""
    part = score.part(role)
    assert part is not None
    return [note for note in part.notes if note.end == score.ticks]


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("bars", [1, 3, 16])
def test_a_tune_comes_to_rest_on_its_tonic(composer: Composer, metre: Metre, bars: int) -> None:
    for seed, mode in enumerate(("major", "minor")):
        score = composed(composer, bars, seed, mode=mode, metre=metre)
        third = 4 if mode == "major" else 3
        for role, tones in (("melody", {0}), ("bass", {0}), ("chords", {0, third, 7})):
            held = last_sounds(score, role)
            assert held
            for note in held:
                assert (note.pitch - score.tonic) % 12 in tones
                assert score.ticks - note.start >= score.bar / 2
        drums = score.part("drums")
        assert drums is not None
        assert all(note.start <= score.ticks - score.bar / 2 for note in drums.notes)


def test_a_tune_that_goes_round_does_not_end(composer: Composer) -> None:
    for bars in (3, 8, 16):
        made = [composed(composer, bars, seed, loops=True) for seed in range(5)]
        assert {score.bars for score in made} == {bars}
        assert any(
            {(note.pitch - score.tonic) % 12 for note in last_sounds(score, "bass")} != {0}
            for score in made
        )
    grown: list[int] = []

    def report(now: Grown) -> None:
        grown.append(now.done)
        assert now.score().bars == 16

    composer.new(Wish("calm"), ALL, 16, manner=Manner(seed=1, loops=True, report=report))
    assert grown == sorted(set(grown))
    assert grown[-1] == 16


def test_what_goes_on_ends_as_well(composer: Composer, tune: Score) -> None:
    longer = composer.go_on(tune, 5, Wish())
    assert {(note.pitch - tune.tonic) % 12 for note in last_sounds(longer, "bass")} == {0}


def test_an_end_that_was_open_stays_open(composer: Composer) -> None:
    """A bass under a melody that hangs on the fifth is not made to close."""
    hanging = tuple(Note(at * 1920, 1920, 67 if at % 2 else 71, 80) for at in range(4))
    chords = tuple(Note(at * 1920, 1920, p, 80) for at in range(4) for p in (55, 59, 62))
    given = Score(
        bars=4, parts=(Part(role="melody", notes=hanging), Part(role="chords", notes=chords))
    )
    ends = [
        {note.pitch % 12 for note in last_sounds(made, "bass")}
        for made in (
            composer.fill(given, ["bass"], Wish(), manner=Manner(1.0, s)) for s in range(6)
        )
    ]
    assert any(end != {0} for end in ends)
