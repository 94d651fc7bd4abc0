"""Where one is among pictures: plain state, without a window."""

from __future__ import annotations

import json

import pytest

from studio.recipes import Place, Share
from studio.ui.sliders.blend import Blend
from studio.ui.sliders.journey import DEPTH, Journey, Path, between, with_adventure
from studio.ui.sliders.names import Names
from studio.ui.sliders.player import along

FOUND = "ADwAPA=="


def test_a_drag_is_one_step():
    journey = Journey("m")
    for at in (0.1, 0.2, 0.3):
        journey.pin("size", at)
    assert not journey.can_undo
    journey.settle()
    journey.settle()
    assert journey.place.sliders == {"size": 0.3}
    journey.undo()
    assert journey.place == Place()
    assert not journey.can_undo
    journey.redo()
    assert journey.place.sliders == {"size": 0.3}


def test_a_new_step_forgets_what_was_taken_back():
    journey = Journey("m")
    journey.throw(1)
    journey.throw(2)
    journey.undo()
    assert journey.can_redo
    journey.throw(3)
    assert not journey.can_redo
    journey.undo()
    assert journey.place.seed == 1


def test_undo_in_the_midst_of_a_drag_takes_back_the_drag():
    journey = Journey("m")
    journey.throw(1)
    journey.pin("size", 0.5)
    journey.undo()
    assert journey.place == Place(seed=1)


def test_steps_do_not_pile_up_for_ever():
    journey = Journey("m")
    for seed in range(DEPTH + 50):
        journey.throw(seed + 1)
    steps = 0
    while journey.can_undo:
        journey.undo()
        steps += 1
    assert steps == DEPTH


def test_a_lock_holds_a_slider_where_it_is():
    journey = Journey("m")
    journey.seen(FOUND, {"size": 0.4, "hue": -0.2})
    journey.lock("size", True)
    assert journey.place.sliders == {"size": 0.4}
    journey.pin("hue", 0.9)
    journey.settle()
    journey.throw(7)
    assert journey.place == Place(seed=7, sliders={"size": 0.4})
    journey.lock("size", False)
    assert journey.place.sliders == {"size": 0.4}  # where it is, but no longer held
    journey.throw(8)
    assert journey.place.sliders == {}


def test_reset_leaves_the_locked():
    journey = Journey("m")
    journey.pin("size", 0.5)
    journey.pin("hue", 0.5)
    journey.lock("size", True)
    journey.reset()
    assert journey.place.sliders == {"size": 0.5}
    journey.let_go("size")
    assert journey.place.sliders == {}
    assert not journey.locked


def test_a_lock_does_not_outlive_its_slider():
    journey = Journey("m")
    journey.pin("size", 0.5)
    journey.lock("size", True)
    journey.go(Place(seed=3))
    assert not journey.locked
    assert journey.held(Place(seed=4)) == Place(seed=4)


def test_readings_end_where_a_recipe_does():
    journey = Journey("m")
    journey.pin("size", 7.0)
    assert journey.place.sliders == {"size": 1.5}


def test_numbers_are_of_the_place_that_was_seen():
    journey = Journey("m")
    journey.seen(FOUND, {})
    assert journey.numbers == Place(found=FOUND)
    journey.pin("size", 0.1)
    assert journey.numbers == journey.place  # not those of the picture before


def test_adventure_reaches_all_that_was_thrown():
    mixed = Place(seed=1, mixed=(Share(place=Place(seed=2), weight=0.5),))
    bold = with_adventure(mixed, 1.1)
    assert (bold.adventurous, bold.mixed[0].place.adventurous) == (1.1, 1.1)


def test_a_journey_survives_a_restart():
    journey = Journey("m")
    journey.throw(5)
    journey.pin("size", 0.25)
    journey.lock("size", True)
    journey.path.add(Place(seed=1))
    journey.path.add(Place(found=FOUND))
    journey.path.seconds, journey.path.loop, journey.path.motion = 12.0, False, "steady"
    again = Journey("m")
    again.restore(json.loads(json.dumps(journey.state())))
    assert again.place == journey.place
    assert again.locked == {"size"}
    assert again.path == journey.path
    assert not again.can_undo


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"place": 3, "locked": "x", "stops": [1], "seconds": "x", "loop": 1, "motion": "jumping"},
        {"place": {"seed": -1}, "locked": [1, "gone"], "stops": {}, "adventurous": 99},
    ],
)
def test_what_does_not_fit_is_left_out(values):
    journey = Journey("m")
    journey.restore(values)
    assert journey.place == Journey("m").place
    assert journey.path == Path()
    assert not journey.locked
    assert journey.adventurous == 0.8


def test_a_path_too_long_for_the_memory_is_left_out_of_it():
    journey = Journey("m")
    long = "A" * 60_000
    journey.path.stops = [Place(found=long) for _ in range(10)]
    assert journey.state()["stops"] == []


def test_stops_change_places():
    path = Path([Place(seed=n) for n in range(4)])
    path.move(0, 3)
    assert [stop.seed for stop in path.stops] == [1, 2, 0, 3]
    path.move(3, 0)
    assert [stop.seed for stop in path.stops] == [3, 1, 2, 0]


def test_no_more_stops_than_a_recipe_takes():
    path = Path([Place(seed=n) for n in range(32)])
    assert not path.add(Place())
    assert len(path.stops) == 32


def test_the_corners_of_a_blend():
    blend = Blend([Place(seed=n) for n in range(4)])
    assert sum(blend.weights().values()) == pytest.approx(1)
    blend.across = blend.down = 0.0
    assert blend.weights() == {0: 1, 1: 0, 2: 0, 3: 0}
    assert blend.place() == Place(seed=0)
    blend.across, blend.down = 1.0, 1.0
    assert [share.place.seed for share in blend.place().mixed] == [3]
    assert blend.place().mixed[0].weight == 1


def test_two_are_mixed_along_a_line():
    blend = Blend([None, Place(seed=1), None, Place(seed=3)], across=0.25, down=0.9)
    assert blend.weights() == {1: 0.75, 3: 0.25}


def test_three_are_mixed_also_in_the_empty_corner():
    blend = Blend([Place(seed=0), Place(seed=1), Place(seed=2), None], across=1.0, down=1.0)
    assert sum(blend.weights().values()) == pytest.approx(1)
    blend.across = blend.down = 0.999
    assert sum(share.weight for share in blend.place().mixed) <= 1


def test_one_is_no_mix():
    assert Blend([Place(), None, None, None]).place() is None


def test_what_is_mixed_is_said():
    blend = Blend([Place(seed=0), Place(seed=1), None, None], layers="coarse")
    assert blend.place().mixed[0].layers == "coarse"


def test_a_loop_leads_back_to_its_start():
    stops = [Place(seed=n) for n in range(3)]
    assert along(stops, 0.0, True, "flowing") == between(stops[0], stops[1], 0)
    late = along(stops, 0.999, True, "steady")
    assert late.seed == 2
    assert late.mixed[0].place.seed == 0
    assert late.mixed[0].weight > 0.99


def test_one_way_ends_at_the_last_stop():
    stops = [Place(seed=n) for n in range(3)]
    end = along(stops, 1.0, False, "flowing")
    assert (end.seed, end.mixed[0].place.seed, end.mixed[0].weight) == (1, 2, 1.0)


def test_resting_is_slow_near_a_stop():
    stops = [Place(seed=1), Place(seed=2)]
    even = along(stops, 0.1, False, "steady").mixed[0].weight
    assert along(stops, 0.1, False, "resting").mixed[0].weight < even / 2


def test_names_survive_a_restart():
    names = Names()
    names.name("m", "direction 1", "wilder")
    names.star("m", "direction 1", True)
    names.star("m", "direction 2", True)
    names.star("m", "direction 2", False)
    again = Names()
    again.restore(json.loads(json.dumps(names.state())))
    assert again.of("m") == {"direction 1": "wilder"}
    assert again.starred("m") == ["direction 1"]
    again.restore({"names": {"m": 3, "n": {"x": 1}}, "starred": {"m": "x", "n": [1]}})
    assert again.of("n") == {}
