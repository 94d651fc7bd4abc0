"""The recipe of a tune: what each task needs, and that it comes back from JSON."""

import pytest

from studio.errors import StudioError
from studio.recipes import Part, Score, TuneRecipe, parse_recipe
from studio.recipes.base import check

SCORE = Score(bars=4, parts=(Part(role="melody", notes=((0, 480, 60, 80),)),))


def test_a_recipe_with_notes_comes_back_as_it_was():
    recipe = TuneRecipe(mood="calm", task="vary", given=SCORE, score=SCORE)
    assert parse_recipe(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"task": "continue"}, "no tune to start from"),
        ({"task": "between", "given": SCORE}, "no second tune"),
        ({"task": "fill", "given": SCORE, "range": {"since": 2, "until": 5}}, "not that long"),
        ({"task": "fill", "given": SCORE, "range": {"since": 2, "until": 2}}, "No bars"),
        ({"bars": 0}, "“How long” must be at least 1"),
        ({"bars": 10_000}, "“How long” can be at most 64"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(values, says):
    with pytest.raises(StudioError) as caught:
        check(TuneRecipe, values)
    assert says in caught.value.what


def test_its_title_is_in_the_artists_words():
    assert TuneRecipe(mood="calm").title == "Calm tune"
    assert TuneRecipe(mood="calm", words="Rain").title == "Rain"
    assert TuneRecipe(task="vary", given=SCORE, mood="dark").title == "Dark tune, varied"


def test_takes_are_on_neighbouring_starting_points():
    takes = TuneRecipe(mood="calm", count=3, seed=2**32 - 1).variations()
    assert [(one.seed, one.count) for one in takes] == [(2**32 - 1, 1), (0, 1), (1, 1)]
    assert len(TuneRecipe(count=3, score=SCORE).variations()) == 1
