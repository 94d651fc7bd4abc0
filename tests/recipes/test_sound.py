"""The recipe of sound from words: its limits in words, its takes, and that it comes back."""

import pytest

from studio.errors import StudioError
from studio.recipes import SoundRecipe, parse_recipe
from studio.recipes.base import check
from studio.recipes.picture import MAX_SEED

ASKED = {"model": "local/singer", "prompt": "a quiet waltz"}


def test_it_comes_back_from_json_as_it_was():
    recipe = SoundRecipe(**ASKED, lyrics="[verse]\nLa la\n[chorus]\nLa", seconds=12.5, guidance=3.0)
    assert parse_recipe(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"prompt": "  \n"}, "There are no words yet"),
        ({"seconds": 0}, "“How long” must be at least 1"),
        ({"seconds": 10_000}, "“How long” can be at most 600"),
        ({"lyrics": "la " * 2000}, "“Words to be sung” is 6,000 characters long; 4,000"),
        ({"count": 5}, "“How many” can be at most 4"),
        ({"language": "English"}, "“Language of the words” does not fit"),
        ({"model": ""}, "“Made by” does not fit"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(values, says):
    with pytest.raises(StudioError) as caught:
        check(SoundRecipe, ASKED | values)
    assert says in caught.value.what


def test_takes_are_on_neighbouring_starting_points_and_each_is_one():
    takes = SoundRecipe(**ASKED, seed=MAX_SEED, count=3).takes()
    assert [one.seed for one in takes] == [MAX_SEED, 0, 1]
    assert {one.count for one in takes} == {1}


def test_its_title_is_in_the_artists_words():
    assert SoundRecipe(**ASKED).title == "a quiet waltz"
    long = SoundRecipe(**ASKED | {"prompt": "a very\nlong " * 20}).title
    assert 78 < len(long) <= 80
    assert long.startswith("a very long")
