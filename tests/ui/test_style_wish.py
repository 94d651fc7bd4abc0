"""What is wanted, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.recipes import Manner, Place, StyleRecipe, WalkRecipe
from studio.ui.style.wish import History, Pick, Wish

CONTENT = "work:" + "a" * 32
OTHER = "source:" + "b" * 64
SWIRLS, WAVE, MINE, FOURTH = Pick("swirls"), Pick("wave"), Pick(picture=OTHER), Pick("garden")
READY = Wish(content=CONTENT).pick(SWIRLS)


def shares(recipe) -> dict[str, float]:
    return {
        m.style or m.picture: round(share, 3)
        for m, share in zip(recipe.manners, recipe.shares, strict=True)
    }


def test_something_and_something_to_paint_it_like():
    assert not Wish().ready
    assert not Wish(content=CONTENT).ready
    assert not Wish().pick(SWIRLS).ready
    assert READY.ready
    recipe = READY.still("a title")
    assert recipe.content == CONTENT
    assert shares(recipe) == {"swirls": 1.0}
    assert recipe.title == "a title"


def test_mixing_by_the_point_of_the_pad():
    two = READY.toggle(MINE)
    assert shares(replace(two, across=0.25).still()) == {"swirls": 0.75, OTHER: 0.25}
    three = replace(two.toggle(WAVE), across=0.2, down=0.5)
    assert sum(shares(three.still()).values()) == pytest.approx(1, abs=0.01)
    four = three.toggle(FOURTH)
    assert shares(four.still()) == {"swirls": 0.4, OTHER: 0.1, "wave": 0.4, "garden": 0.1}
    assert four.toggle(Pick("fifth")) == four  # there are four corners
    assert four.toggle(MINE).taken == [0, 2, 3]


def test_what_has_no_share_is_not_in_the_recipe():
    assert shares(replace(READY.toggle(WAVE), across=0.0).still()) == {"swirls": 1.0}


@pytest.mark.parametrize("at", [(0.5, 0.5), (0.12, 0.8), (0.9, 0.3)])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_recipe_is_taken_up_as_it_was_made(count, at):
    wish = replace(Wish(content=CONTENT), across=at[0], down=at[1], strength=0.35, brush=-0.4)
    for pick in (SWIRLS, WAVE, MINE, FOURTH)[:count]:
        wish = wish.toggle(pick)
    recipe = replace(wish, colours="matched", feather=0.7, size=900).still()
    again = Wish.of(recipe).still()
    assert again.model_dump(exclude={"manners"}) == recipe.model_dump(exclude={"manners"})
    assert [m.style for m in again.manners] == [m.style for m in recipe.manners]
    for one, other in zip(again.shares, recipe.shares, strict=True):
        assert one == pytest.approx(other, abs=2e-3)


def test_four_that_fit_no_point_come_near():
    manners = tuple(
        Manner(style=style, weight=weight)
        for style, weight in (("a", 0.4), ("b", 0.1), ("c", 0.1), ("d", 0.4))
    )
    wish = Wish.of(StyleRecipe(content=CONTENT, manners=manners))
    assert sum(wish.weights().values()) == pytest.approx(1)
    assert all(weight > 0.05 for weight in wish.weights().values())


def test_a_path_is_a_film_without_a_content_of_its_own():
    walk = WalkRecipe(model="easel/flowers", stops=(Place(seed=1), Place(seed=2)))
    film = replace(READY, walk=walk).film()
    assert film.walk == walk
    assert not film.content
    assert Wish.of(film).walk == walk
    assert READY.film().content == CONTENT


def test_what_is_remembered_comes_back():
    walk = WalkRecipe(model="easel/flowers", stops=(Place(seed=1), Place(seed=2)))
    wish = replace(READY.toggle(MINE), across=0.3, colours="mine", walk=walk, mask="bWFzaw==")
    assert Wish.restored(wish.state()) == wish
    long = replace(wish, mask="A" * 100_000)
    assert Wish.restored(long.state()) == replace(wish, mask="")


@pytest.mark.parametrize(
    "change",
    [
        {"strength": 7},
        {"strength": "x"},
        {"across": float("nan")},
        {"down": -1},
        {"picks": [None]},
        {"picks": [{"picture": "file:///etc/passwd"}, None, None, None]},
        {"content": "../../x"},
        {"size": -3},
        {"size": 10**9},
        {"walk": "{}"},
        {"colours": "pink"},
        {"unknown": 1},
    ],
)
def test_what_does_not_fit_is_forgotten(change):
    assert Wish.restored({**READY.state(), **change}) == Wish()


@pytest.mark.parametrize("values", [None, 3, [], {}, "x"])
def test_what_is_no_wish_is_forgotten(values):
    assert Wish.restored(values) == Wish()


def test_what_a_hand_does_while_it_moves_is_one_step():
    history = History()
    history.begin(READY)
    for n in range(5):
        history.drift(replace(READY, strength=n / 10))
    assert not history.can_undo
    assert history.settle()
    assert not history.settle()
    history.drift(replace(history.wish, brush=1.0))
    assert history.undo()  # also of what has not been let go yet
    assert (history.wish.strength, history.wish.brush) == (0.4, 0.0)
    assert history.undo()
    assert history.wish == READY
    assert not history.undo()
    assert history.redo()
    assert history.redo()
    assert history.wish.brush == 1.0
    assert not history.redo()
    history.undo()
    history.drift(replace(history.wish, size=64))
    history.settle()
    assert not history.can_redo
