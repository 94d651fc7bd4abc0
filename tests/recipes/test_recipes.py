"""Recipes: frozen, JSON both ways, and errors in the words of the form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.recipes import PictureRecipe, control_of, parse_recipe
from studio.recipes.base import check
from studio.recipes.picture import MAX_SEED, MAX_TURNS

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=200).filter(
    str.strip
)


@given(words, words, st.integers(0, MAX_SEED), st.integers(1, 8), st.floats(1, 20))
def test_any_script_survives_json(prompt, style, seed, count, guidance):
    recipe = PictureRecipe(prompt=prompt, style=style, seed=seed, count=count, guidance=guidance)
    assert parse_recipe(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"prompt": " \n"}, "There are no words yet"),
        ({"prompt": "a" * 10_000}, "10,000 characters long; 2,000 is the most"),
        ({"prompt": "a", "width": 100}, "divide by 8"),
        ({"prompt": "a", "count": 9}, "“How many” can be at most 8"),
        ({"prompt": "a", "seed": -1}, "“Starting point” must be at least 0"),
        ({"prompt": "a", "seed": "many"}, "“Starting point” does not fit"),
        ({"prompt": "a", "quality": "best"}, "“Speed” does not fit"),
        ({"prompt": "a", "wdith": 64}, "does not fit"),
    ],
)
def test_what_does_not_fit_is_said_in_the_words_of_the_form(values, sentence):
    with pytest.raises(StudioError) as caught:
        check(PictureRecipe, values)
    assert sentence in caught.value.what
    assert caught.value.todo


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"kind": "sculpture"}', '{"kind": []}'])
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(StudioError, match="cannot be read"):
        parse_recipe(text)


def test_variations_are_neighbouring_seeds_that_stand_alone():
    recipe = PictureRecipe(prompt="a fox", count=3, seed=MAX_SEED - 1)
    assert [one.seed for one in recipe.variations()] == [MAX_SEED - 1, MAX_SEED, 0]
    assert all(one.count == 1 for one in recipe.variations())


def test_a_variation_of_a_variation_goes_on_from_it():
    first = PictureRecipe(prompt="a fox", seed=5).vary(0.3, seed=9)
    second = first.vary(0.6, seed=20, count=2)
    made = [[(turn.seed, turn.amount) for turn in one.turns] for one in second.variations()]
    assert made == [[(9, 0.3), (20, 0.6)], [(9, 0.3), (21, 0.6)]]
    assert all(one.seed == 5 and one.count == 1 for one in second.variations())
    assert parse_recipe(second.to_json()) == second


def test_varying_without_end_stays_a_recipe():
    recipe = PictureRecipe(prompt="a fox")
    for seed in range(40):
        recipe = recipe.vary(0.25, seed)
    assert recipe.turns[-1].seed == 39
    assert len(recipe.turns) == MAX_TURNS


def test_every_field_that_is_asked_for_has_a_title_and_help():
    for name, field in PictureRecipe.model_fields.items():
        if name != "kind":
            assert field.title, name
            assert field.description, name
            assert control_of(field), name
