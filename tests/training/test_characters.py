"""Characters as they are described: colours, people, pairs, and what is handed to the drawer."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.training.characters import adventurers, colours, drawing, people
from studio.training.characters.people import NAMES

#: a drawing as DiceBear might answer
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><g id="a"></g></svg>'


@pytest.mark.parametrize("colour", ["000000", "ffffff", "8d5a3f", "3366cc", "f0386b"])
def test_a_colour_comes_back_from_lab(colour: str) -> None:
    assert colours.to_hex(colours.to_lab(colour)) == colour


def test_a_colour_no_screen_shows_keeps_its_lightness() -> None:
    asked = colours.polar(80.0, 120.0, 4.6)
    assert colours.to_lab(asked)[0] == pytest.approx(80, abs=1)


def test_warm_and_cool_are_told_apart() -> None:
    assert colours.warmth("e07b28") > 40
    assert colours.warmth("2f62c0") < -30
    assert abs(colours.warmth("808080")) < 1


def test_lighter_skin_is_lighter() -> None:
    rng = np.random.default_rng(0)
    light = [colours.to_lab(colours.skin(v, rng, fantasy=0))[0] for v in (0, 0.25, 0.5, 0.75, 1)]
    assert light == sorted(light)
    assert light[-1] - light[0] > 50


def test_the_same_numbers_give_the_same_pair() -> None:
    first, again = people.pair(5, 7), people.pair(5, 7)
    assert first == again
    assert people.pair(6, 7)["people"] != first["people"]


@pytest.mark.parametrize("number", range(3 * len(NAMES)))
def test_a_pair_differs_in_one_named_thing_that_is_drawn(number: int) -> None:
    pair = people.pair(number, 3)
    one, other = (people.labels_of(p)[0] for p in pair["people"])
    name = NAMES[pair["changed"]]
    change = np.abs(np.array(one) - np.array(other))
    assert change[pair["changed"]] > 0.1
    # A colour may lose some of its chroma where it gets very dark or light.
    siblings = {name, name.replace("light", "warm"), name.replace("warm", "light")}
    assert all(change[i] < 1e-9 for i, n in enumerate(NAMES) if n not in siblings)
    hidden = name.startswith("hair_") and not people.labels_of(pair["people"][0])[1][2]
    if not hidden and name not in ("hair_light", "hair_warm"):
        first, second = (people.sheet_of(p) for p in pair["people"])
        assert first != second


def test_numbers_are_independent_of_each_other() -> None:
    rows = [people.labels_of(people.random_person(np.random.default_rng([1, i])))[0]
            for i in range(1500)]  # fmt: skip
    together = np.corrcoef(np.array(rows).T) - np.eye(len(NAMES))
    assert np.abs(together).max() < 0.12


def test_a_shaved_head_does_not_tell_how_hair_would_grow() -> None:
    person = replace(people.random_person(np.random.default_rng(0)), style=1, length=0, family=0)
    grown = replace(person, length=2)
    assert not people.reveals(person, grown)  # two families look alike when shaved
    assert people.reveals(grown, replace(grown, glasses=1 - grown.glasses)) == bool(grown.glasses)
    assert people.reveals(grown, replace(grown, smile=(grown.smile + 1) % 3))


def test_every_part_of_both_manners_is_drawn_or_left_out() -> None:
    for style in (0, 1):
        base = people.random_person(np.random.default_rng(3))
        bare = replace(base, style=style, glasses=0, beard=0, earrings=0, blush=0.0)
        full = replace(bare, glasses=1, beard=2, earrings=1, blush=1.0)
        assert len(json.dumps(people.sheet_of(full))) > len(json.dumps(people.sheet_of(bare)))


def test_portraits_are_different_and_labelled() -> None:
    made = adventurers.draw_set(200, seed=1)
    assert len({json.dumps(sheet) for sheet, _ in made}) == 200
    assert made == adventurers.draw_set(200, seed=1)
    for sheet, labels in made:
        assert bool(labels["glasses"]) == bool(sheet["options"]["glasses"])
        assert labels["hair"] in sheet["options"]["hair"]
        assert not (labels["earrings"] and labels["hair"] in adventurers.HIDES_EARS)
    assert 0.3 < np.mean([labels["glasses"] for _, labels in made]) < 0.5


def test_options_say_what_is_there_and_what_is_not() -> None:
    made = drawing.options(hair="long", glasses=None, hairColor="aabbcc")
    assert made == {
        "hair": ["long"], "hairProbability": 100, "glasses": [], "glassesProbability": 0,
        "hairColor": ["aabbcc"],
    }  # fmt: skip


def test_our_own_lines_go_where_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resvg_py")
    monkeypatch.setattr(drawing, "vectors", lambda sheets, packages: (SQUARE for _ in sheets))
    red = '<rect width="8" height="8" fill="#ff0000"/>'
    sheets = [
        {"style": "x", "options": {}, "ground": "0000ff"},
        {"style": "x", "options": {}, "insert": [['<g id="a">', red]]},
        {"style": "x", "options": {}, "insert": [['<g id="a">', red]],
         "instead": [["ff0000", "00ff00"]]},
    ]  # fmt: skip
    plain, painted, changed = drawing.draw(sheets, 8, Path())
    assert (plain == (0, 0, 255)).all()
    assert (painted == (255, 0, 0)).all()
    assert (changed == (0, 255, 0)).all()
    with pytest.raises(ValueError, match="has no"):
        list(drawing.draw([{"style": "x", "options": {}, "insert": [["<p>", red]]}], 8, Path()))


def test_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(drawing.NodeMissing, match="Node"):
        list(drawing.vectors([], Path()))


def test_a_drawer_that_fails_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "draw.py"
    script.write_text("import sys; sys.stdin.read(); sys.exit(3)")
    monkeypatch.setattr(shutil, "which", lambda name: sys.executable)
    monkeypatch.setattr(drawing, "_SCRIPT", script)
    with pytest.raises(drawing.NodeMissing, match="3"):
        list(drawing.vectors([{"style": "x", "options": {}}], tmp_path))
