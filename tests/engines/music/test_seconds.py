"""A second player of a role: what it plays, and that it follows the first."""

from __future__ import annotations

import pytest

from studio.engines.music import seconds
from studio.engines.music.composing import Composer, Manner
from studio.engines.music.engine import compose
from studio.errors import StudioError
from studio.library.keys import Key
from studio.recipes import TuneRecipe
from studio.recipes.score import Note, Part, Score
from studio.recipes.tune import Player

Q = 480
LINE = (72, 74, 76, 77, 79, 77, 76, 72)
TUNE = Score(
    bars=2,
    parts=(
        Part(
            role="melody",
            program=73,
            notes=tuple(Note(n * Q, Q, p, 90) for n, p in enumerate(LINE)),
        ),
        Part(role="chords", notes=tuple(Note(b * 4 * Q, 4 * Q, p, 70) for b, c in
                                        enumerate(((60, 64, 67), (55, 59, 62))) for p in c)),
        Part(role="bass", program=32, notes=(Note(0, 4 * Q, 36), Note(4 * Q, 4 * Q, 43))),
    ),
)  # fmt: skip


def test_a_second_voice_goes_in_thirds_and_sixths_in_the_key() -> None:
    made = seconds.add(TUNE, Player(role="melody", program=71))
    assert made.parts[:3] == TUNE.parts
    first, voice = made.parts[0], made.parts[3]
    assert (voice.role, voice.program) == ("melody", 71)
    assert [note.start for note in voice.notes] == [note.start for note in first.notes]
    below = [one.pitch - two.pitch for one, two in zip(first.notes, voice.notes, strict=True)]
    assert set(below) <= {3, 4, 5, 7, 8, 9}
    assert sum(step in (3, 4, 8, 9) for step in below) > 4
    assert all(Key(0, "major").has(note.pitch) for note in voice.notes)
    assert voice.notes[0].pitch % 12 in {0, 4, 7}  # it counts there


def test_held_chords_last_as_long_as_their_names() -> None:
    part = seconds.add(TUNE, Player(role="chords", program=89)).parts[3]
    assert {(note.start, note.length) for note in part.notes} == {(0, 4 * Q), (4 * Q, 4 * Q)}
    assert {n.pitch % 12 for n in part.notes if not n.start} == {0, 4, 7}
    assert {n.pitch % 12 for n in part.notes if n.start} >= {7, 11, 2}
    tops = [max(n.pitch for n in part.notes if n.start == at) for at in (0, 4 * Q)]
    assert abs(tops[0] - tops[1]) <= 5  # it goes to what lies near


def test_who_would_have_nothing_of_his_own_is_told() -> None:
    for role, words in (("bass", "second bass"), ("drums", "second drummer")):
        with pytest.raises(StudioError, match=words):
            seconds.check(["melody", role, role])
    with pytest.raises(StudioError, match="third player"):
        seconds.check(["melody"] * 3)
    with pytest.raises(StudioError, match="Nobody plays the chords"):
        seconds.add(TUNE.model_copy(update={"parts": TUNE.parts[:1]}), Player(role="chords"))
    seconds.check(["melody", "melody", "chords", "chords", "bass", "drums"])


def test_a_recipe_with_two_melodies_gives_both_something_to_play(composer: Composer) -> None:
    players = tuple(Player(role=r, program=p) for r, p in (("melody", 40), ("melody", 71)))
    made = compose(TuneRecipe(bars=4, players=players), composer, Manner(seed=3))
    assert [(part.role, part.program) for part in made.parts] == [("melody", 40), ("melody", 71)]
    assert made.parts[1].notes
    assert made.parts[0].notes != made.parts[1].notes
    two = tuple(Player(role="drums") for _ in range(2))
    with pytest.raises(StudioError, match="drummer"):
        compose(TuneRecipe(bars=4, players=two), composer, Manner())


def test_a_second_voice_follows_where_the_first_is_made_anew(composer: Composer) -> None:
    given = seconds.add(TUNE, Player(role="melody"))
    recipe = TuneRecipe(task="fill", given=given, only=("melody",))
    made = compose(recipe, composer, Manner(seed=5))
    first, voice = made.parts[0], made.parts[3]
    assert first.notes != TUNE.parts[0].notes
    assert voice.notes == seconds.second(made, "melody")
    longer = compose(TuneRecipe(task="continue", given=given, bars=3), composer, Manner(seed=6))
    assert any(note.start >= given.ticks for note in longer.parts[3].notes)


def test_the_same_notes_give_the_same_second() -> None:
    assert seconds.second(TUNE, "melody") == seconds.second(TUNE, "melody")
    bare = Score(bars=1, parts=(Part(role="melody"),))
    assert seconds.second(bare, "melody") == ()
    assert seconds.second(bare, "chords") == ()
