"""Places, the map, breeding, and the recipes of the sliders' room."""

from __future__ import annotations

import base64
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from studio.errors import StudioError
from studio.recipes import (
    FindRecipe,
    Place,
    Recipe,
    Share,
    SlideRecipe,
    VariationsRecipe,
    WalkRecipe,
    breed,
    parse_recipe,
    wander,
)
from studio.recipes.base import check
from studio.recipes.latent import MAX_DEPTH

FOUND = base64.b64encode(b"\x00\x3c" * 8).decode()


def weights(place: Place, layers: str) -> list[float]:
    """The shares in one range of layers, the place's own last."""
    shares = [share.weight for share in place.mixed if share.layers in ("all", layers)]
    return [*shares, 1 - sum(shares)]


@pytest.mark.parametrize(
    "recipe",
    [
        SlideRecipe(place=Place(seed=3, sliders={"glasses": 1.0}), size=512, words="Ada"),
        SlideRecipe(place=wander(5, 0.25, -3.5)),
        WalkRecipe(stops=(Place(seed=1), Place(found=FOUND)), loop=False, motion="resting"),
        FindRecipe(picture="aGVsbG8="),
        VariationsRecipe(place=breed((Place(seed=1), Place(seed=2)), 9, 0.2), vary=("smile",)),
    ],
    ids=lambda recipe: recipe.kind,
)
def test_a_recipe_survives_being_written_down(recipe: Recipe) -> None:
    assert parse_recipe(recipe.to_json()) == recipe


def test_every_kind_of_recipe_has_a_name_of_its_own() -> None:
    assert {"picture", "slide", "walk", "find", "variations"} <= set(Recipe.kinds)
    assert all(isinstance(kind, str) for kind in Recipe.kinds)


def test_pinning_and_letting_go_leave_the_rest_alone() -> None:
    place = Place(seed=4).pin(smile=0.5, beard=-1.0)
    assert place.pin(smile=1.0).sliders == {"smile": 1.0, "beard": -1.0}
    assert place.free("beard") == Place(seed=4).pin(smile=0.5)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"place": {"sliders": {"smile": 2.0}}}, "“smile” can be at most 1.5"),
        ({"place": {"found": "not base64!"}}, "numbers of this place are damaged"),
        ({"place": {"found": "QQ=="}}, "numbers of this place are damaged"),
        ({"size": -1}, "“Size” must be at least 0"),
        ({"place": {"adventurous": float("nan")}}, "“adventurous” can be at most 1.5"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(values: dict, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        check(SlideRecipe, values)


def test_a_mix_has_no_more_than_the_whole_to_give() -> None:
    half = Share(place=Place(seed=1), weight=0.6)
    with pytest.raises(ValidationError, match="more than the whole"):
        Place(mixed=(half, half))
    form = Share(place=Place(seed=1), weight=1.0, layers="coarse")
    detail = Share(place=Place(seed=2), weight=1.0, layers="fine")
    assert Place(mixed=(form, detail)).depth == 1


def test_mixes_of_mixes_end_somewhere() -> None:
    place = Place(seed=1)
    for _ in range(MAX_DEPTH):
        place = Place(mixed=(Share(place=place, weight=0.5),))
    with pytest.raises(ValidationError, match="mixes of mixes"):
        Place(mixed=(Share(place=place, weight=0.5),))


@given(
    seed=st.integers(0, 2**32 - 1),
    x=st.floats(-1e6, 1e6),
    y=st.floats(-1e6, 1e6),
)
def test_the_map_has_a_place_everywhere(seed: int, x: float, y: float) -> None:
    place = wander(seed, x, y)
    assert all(-1e-9 <= weight <= 1 + 1e-9 for weight in weights(place, "coarse"))
    assert place == wander(seed, x, y)


def test_the_map_has_one_picture_at_each_crossing_and_they_differ() -> None:
    crossings = [wander(1, x, y) for x, y in itertools.product(range(-3, 4), repeat=2)]
    assert all(not place.mixed for place in crossings)
    assert len({place.seed for place in crossings}) == len(crossings)
    assert wander(2, 0, 0).seed != wander(1, 0, 0).seed


def test_the_map_is_continuous_where_its_squares_meet() -> None:
    def shares(place: Place) -> dict[int, float]:
        own = {place.seed: weights(place, "all")[-1]}
        return own | {share.place.seed: share.weight for share in place.mixed}

    before, after = shares(wander(7, 2 - 1e-4, 0.3)), shares(wander(7, 2 + 1e-4, 0.3))
    for seed in before.keys() | after.keys():
        assert before.get(seed, 0.0) == pytest.approx(after.get(seed, 0.0), abs=1e-6)


@pytest.mark.parametrize("parents", [1, 2, 4])
def test_a_child_takes_after_its_parents(parents: int) -> None:
    family = tuple(Place(seed=seed) for seed in range(parents))
    for seed in range(20):
        child = breed(family, seed, 0.2)
        assert child == breed(family, seed, 0.2)
        assert all(share.place in family for share in child.mixed)
        for layers in ("coarse", "fine"):
            assert weights(child, layers)[-1] == pytest.approx(0.2)
    assert breed(family, 1, 0.2) != breed(family, 2, 0.2)


def test_a_film_has_as_many_pictures_as_it_lasts() -> None:
    stops = (Place(seed=1), Place(seed=2))
    assert WalkRecipe(stops=stops, seconds=8, fps=30).count == 240
    with pytest.raises(StudioError, match="Stops"):
        check(WalkRecipe, {"stops": stops[:1]})
