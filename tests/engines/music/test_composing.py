"""The rules of writing hold with a network that knows nothing; the verbs touch what they should."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    MELODY,
    METRES,
    RANGES,
    ROLE_OF,
    Metre,
    places,
)
from studio.engines.music.composing import Composer, Grown, Manner
from studio.engines.music.network import MAX_TOKENS, Writer
from studio.engines.music.stepping import Steps
from studio.engines.music.tokens import FEATURES
from studio.engines.music.wishes import SIZES, Measures, Wish
from studio.engines.music.writing import bits
from studio.errors import StudioError
from studio.library.keys import Key
from studio.recipes.score import Note, Part, Role, Score
from tests.engines.music.conftest import ALL


def pitched(score: Score) -> list[Note]:
    return [note for part in score.parts if part.role != "drums" for note in part.notes]


def played(score: Score, role: Role) -> tuple[Note, ...]:
    part = score.part(role)
    assert part is not None
    return part.notes


@pytest.mark.parametrize("metre", METRES)
@pytest.mark.parametrize("bold", [0.0, 1.0])
def test_the_rules_hold_in_every_metre(composer: Composer, metre: Metre, bold: float) -> None:
    made = composer.new(Wish("calm", "minor", metre, 80.0), ALL, 6, tonic=9, manner=Manner(bold, 4))
    assert (made.bars, made.beats, made.unit, made.tempo) == (6, *metre, 80.0)
    assert [part.role for part in made.parts] == list(ALL)
    for part in made.parts:
        assert part.notes
        assert part.end <= made.ticks
        for note in part.notes:
            assert note.start % made.bar // 40 in places(metre)
            assert note.start % 40 == 0
    for part in (MELODY, BASS, CHORDS):
        low, high = RANGES[part]
        assert all(low <= n.pitch <= high for n in played(made, ROLE_OF[part]))
    key = Key(9, "minor")
    outside = [note for note in pitched(made) if not key.has(note.pitch)]
    assert len(outside) <= 0.05 * len(pitched(made))


def test_it_begins_at_once_and_sounds_to_the_end(composer: Composer) -> None:
    for seed in range(4):
        made = composer.new(Wish("tender"), ALL, 4, manner=Manner(0.8, seed))
        assert min(note.start for note in pitched(made)) == 0
        assert max(note.end for note in pitched(made)) > made.ticks - made.bar


def test_one_line_at_a_time_where_a_part_has_one(tune: Score) -> None:
    for role in ("melody", "bass"):
        part = tune.part(role)
        assert part is not None
        ends = [note.end for note in part.notes]
        assert all(end <= after.start for end, after in zip(ends, part.notes[1:], strict=False))


def test_the_same_seed_writes_the_same_tune(composer: Composer) -> None:
    wish = Wish("lively")
    one, again, other = (
        composer.new(wish, ("melody", "bass"), 4, manner=Manner(0.5, seed)) for seed in (5, 5, 6)
    )
    assert one == again
    assert one != other


def test_only_the_asked_bars_of_the_asked_part_change(composer: Composer, tune: Score) -> None:
    made = composer.fill(tune, ["melody"], Wish(), 2, 5, Manner(0.5, 8))
    before, after = tune.part("melody"), made.part("melody")
    assert before is not None
    assert after is not None
    low, high = 2 * tune.bar, 5 * tune.bar

    def starts_outside(part: Part) -> list[tuple[int, int]]:
        return [(n.start, n.pitch) for n in part.notes if not low <= n.start < high]

    assert starts_outside(after) == starts_outside(before)
    assert after != before
    for role in ("chords", "bass", "drums"):
        assert made.part(role) == tune.part(role)


def test_a_part_is_added_to_a_melody_played_off_the_grid(composer: Composer) -> None:
    sung = tuple(Note(at * 480 + 17, 431, 60 + at % 5, 71) for at in range(16))
    alone = Score(bars=4, parts=(Part(role="melody", program=52, notes=sung),))
    made = composer.fill(alone, ["bass", "drums"], Wish(), programs={"bass": 33})
    assert made.parts[0] == alone.parts[0]
    assert [(part.role, part.program) for part in made.parts[1:]] == [("bass", 33), ("drums", 0)]
    assert all(part.notes for part in made.parts)


def test_going_on_leaves_what_there_is(composer: Composer, tune: Score) -> None:
    longer = composer.go_on(tune, 12, Wish())
    assert longer.bars == tune.bars + 12
    for part in tune.parts:
        now = longer.part(part.role)
        assert now is not None
        assert [n for n in now.notes if n.start < tune.ticks][: len(part.notes)] == list(part.notes)
        assert any(note.start >= tune.ticks for note in now.notes)


def test_a_larger_amount_changes_more(composer: Composer, tune: Score) -> None:
    def kept(made: Score) -> float:
        was = {(p.role, n) for p in tune.parts for n in p.notes}
        now = {(p.role, n) for p in made.parts for n in p.notes}
        return len(was & now) / len(was)

    shares = [kept(composer.vary(tune, amount, Wish())) for amount in (0.0, 0.5, 1.0)]
    assert shares[0] > shares[1] > shares[2]
    assert shares[0] > 0.5
    only = composer.vary(tune, 1.0, Wish(), ["drums"], 0, 4)
    assert only.part("melody") == tune.part("melody")
    after = [[n for n in played(s, "drums") if n.start >= 4 * s.bar] for s in (only, tune)]
    assert after[0] == after[1]
    assert played(only, "drums") != played(tune, "drums")


def test_between_two_tunes_lies_another(composer: Composer, tune: Score) -> None:
    other = composer.new(Wish("cheerful", "major", Metre(*(tune.beats, tune.unit)), 140.0), ALL, 8)
    assert composer.between(tune, other, 0.0, Wish()) == tune
    assert composer.between(tune, other, 1.0, Wish()) == other
    middle = composer.between(tune, other, 0.25, Wish())
    assert (middle.tonic, middle.mode) == (tune.tonic, tune.mode)
    assert middle.tempo == pytest.approx(0.75 * tune.tempo + 0.25 * 140.0)
    assert middle not in (tune, other)


def test_what_cannot_be_written_is_said(composer: Composer, tune: Score) -> None:
    with pytest.raises(StudioError, match="0 bars"):
        composer.new(Wish(), ALL, 0)
    with pytest.raises(StudioError, match="10000 bars"):
        composer.new(Wish(), ALL, 10_000)
    with pytest.raises(StudioError, match="Nobody"):
        composer.new(Wish(), (), 4)
    with pytest.raises(StudioError, match="go on"):
        composer.go_on(tune, 1000, Wish())
    with pytest.raises(StudioError, match="not in the tune"):
        composer.fill(tune, ["bass"], Wish(), 4, 99)
    waltz = Score(bars=2, beats=3, parts=(Part(role="melody", notes=(Note(0, 480, 60),)),))
    fours = Score(bars=2, parts=(Part(role="melody", notes=(Note(0, 480, 60),)),))
    with pytest.raises(StudioError, match="counted"):
        composer.between(waltz, fours, 0.5, Wish())


def test_an_empty_tune_can_be_filled(composer: Composer) -> None:
    made = composer.fill(Score(bars=2), ["melody"], Wish("calm"))
    assert made.part("melody") is not None


def test_it_can_be_stopped(composer: Composer) -> None:
    seen: list[tuple[int, int]] = []

    def report(grown: Grown) -> None:
        seen.append((grown.done, grown.bars))
        if grown.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        composer.new(Wish(), ("melody",), 8, manner=Manner(report=report))
    assert seen == [(1, 8), (2, 8), (3, 8)]


def test_it_can_be_stopped_within_a_bar(composer: Composer) -> None:
    asked: list[int] = []

    def check() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise KeyboardInterrupt

    def report(grown: Grown) -> None:
        raise AssertionError("too late")

    with pytest.raises(KeyboardInterrupt):
        composer.new(Wish(), ALL, 1, manner=Manner(report=report, check=check))


def test_it_can_be_watched_as_it_grows(composer: Composer, tune: Score) -> None:
    grown: list[Score] = []
    manner = Manner(seed=4, report=lambda now: grown.append(now.score()))
    whole = composer.new(Wish("calm"), ALL, 4, manner=manner)
    assert grown[-1] == whole
    for bars, now in enumerate(grown, 1):
        assert (now.bars, now.tempo, now.tonic) == (4, whole.tempo, whole.tonic)
        for part, final in zip(now.parts, whole.parts, strict=True):
            until = bars * now.bar
            assert part.end <= until
            assert [n[:1] + n[2:] for n in part.notes] == [
                n[:1] + n[2:] for n in final.notes if n.start < until
            ]
    grown.clear()
    anew = composer.fill(tune, ("melody",), Wish(), 2, 6, manner)
    assert grown[-1] == anew
    for now in grown:  # what is still to come is what it was
        assert now.part("bass") == tune.part("bass")
        assert [n for n in now.parts[0].notes if n.start >= 6 * tune.bar] == [
            n for n in tune.parts[0].notes if n.start >= 6 * tune.bar
        ]


def test_more_density_more_notes(composer: Composer) -> None:
    measures = Measures(targets={MELODY: [0.3, 1.0, 3.0], DRUMS: [0.5, 1.5, 3.5]})
    steered = Composer(composer.writer, measures)

    def count(level: int, role: Role) -> int:
        wish = Wish("calm", "major", Metre(4, 4), 90.0, (level, level, level, level))
        made = (steered.new(wish, (role,), 10, 0, manner=Manner(0.5, seed)) for seed in range(5))
        return sum(len({note.start for note in played(score, role)}) for score in made)

    for role in ("melody", "drums"):
        assert count(3, role) > 1.1 * count(1, role)


def test_one_after_the_other_gives_the_scores_of_the_whole(writer: Writer) -> None:
    torch.manual_seed(1)
    rows = torch.randint(0, writer.config.rows, (1, 20, len(FEATURES)))
    heard = torch.randint(0, 1 << 12, (20,)).tolist()
    wishes = torch.randint(0, sum(SIZES), (1, len(SIZES)))
    whole = writer(rows, bits(heard).unsqueeze(0), wishes)[0].numpy()
    steps = Steps(writer, wishes[0].tolist())
    said = rows[0].tolist()
    first = steps.scores(said[:12], heard[:12])
    np.testing.assert_allclose(first, whole[11], atol=1e-4, rtol=1e-4)
    for at in range(12, 20):
        step = steps.scores(said[at : at + 1], heard[at : at + 1])
        np.testing.assert_allclose(step, whole[at], atol=1e-4, rtol=1e-4)


def test_a_stretch_may_be_longer_than_any_it_has_learned(writer: Writer) -> None:
    rows = [[0] * len(FEATURES)]
    steps = Steps(writer, [0] * len(SIZES))
    steps.scores(rows * (MAX_TOKENS - 1), [0] * (MAX_TOKENS - 1))
    for _ in range(3):
        assert np.isfinite(steps.scores(rows, [0])).all()
