"""Places: repeatable in any process, pins that hold, mixes that meet their ends."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.engines.devices import Device
from studio.engines.latent.model import LatentModel
from studio.engines.latent.places import found_text, read_found, resolve
from studio.errors import StudioError
from studio.recipes import Place, Share, breed, wander
from tests.tiny_latent import FACES, FLOWERS

AT_WILL = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(model, place: Place) -> dict[str, float]:
    return model.sliders.readings(resolve(place, model))


def apart(model, a: Place, b: Place) -> float:
    return float((resolve(a, model) - resolve(b, model)).norm())


PROGRAM = """
import sys, torch
from pathlib import Path
from studio.shelf import Shelf
from tests.engines.latent.test_places import fingerprints
torch.set_num_threads(2)
folder = Path(sys.argv[1])
print(*fingerprints(Shelf(folder, folder / "models.json")))
assert "torch._dynamo" not in sys.modules, "opening a model loads torch's compiler"
"""


def fingerprints(shelf) -> list[str]:
    """What both models make of a seed and a pin, code and pixels."""
    found = []
    for model_id in (FACES, FLOWERS):
        model = LatentModel(shelf.model(model_id), Device("cpu", torch.bfloat16, ""))
        code = resolve(Place(seed=5).pin(**{model.sliders.ids[0]: 0.7}), model)
        digest = hashlib.sha256(code.numpy().tobytes() + model.frame(code).tobytes())
        found.append(digest.hexdigest())
    return found


@pytest.mark.timeout(300)  # a process of its own; slow on a busy computer
def test_a_seed_means_the_same_in_another_process_with_another_number_of_threads(shelf):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(shelf._builtin)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == fingerprints(shelf)


def test_seeds_differ_and_adventure_leads_away_from_the_average(model):
    assert apart(model, Place(seed=1), Place(seed=2)) > 0.1
    tame = resolve(Place(seed=1, adventurous=0.0), model)
    assert torch.allclose(tame, model.center)
    full = resolve(Place(seed=1, adventurous=1.0), model)
    half = resolve(Place(seed=1, adventurous=0.5), model)
    assert torch.allclose(half, (full + tame) / 2, atol=1e-5)


@AT_WILL
@given(seed=st.integers(0, 2**32 - 1), one=st.floats(-1.5, 1.5), two=st.floats(-1.5, 1.5))
def test_pins_reach_their_readings(model, seed, one, two):
    first, second = model.sliders.ids[0], model.sliders.ids[2]
    there = read(model, Place(seed=seed).pin(**{first: one, second: two}))
    assert there[first] == pytest.approx(one, abs=1e-4)
    assert there[second] == pytest.approx(two, abs=1e-4)


@AT_WILL
@given(seed=st.integers(0, 2**32 - 1), at=st.floats(-1.5, 1.5))
def test_a_named_slider_leaves_the_other_named_ones_alone(faces, seed, at):
    before = read(faces, Place(seed=seed))
    after = read(faces, Place(seed=seed).pin(glasses=at))
    assert after["smile"] == pytest.approx(before["smile"], abs=1e-5)


def test_a_slider_that_leans_on_a_pinned_one_does_not_move_it(faces):
    free = read(faces, Place(seed=3).pin(drift=1.0))
    held = read(faces, Place(seed=3).pin(drift=1.0, glasses=0.2))
    assert abs(free["glasses"] - read(faces, Place(seed=3))["glasses"]) > 0.05
    assert held["glasses"] == pytest.approx(0.2, abs=1e-5)
    assert held["drift"] == pytest.approx(1.0, abs=1e-5)


def test_dice_keep_locks(faces):
    locked = Place().pin(glasses=0.9)
    for seed in range(5):
        thrown = locked.model_copy(update={"seed": seed})
        assert read(faces, thrown)["glasses"] == pytest.approx(0.9, abs=1e-5)
    assert apart(faces, locked, locked.model_copy(update={"seed": 1})) > 0.1


def test_an_unknown_slider_is_told_plainly(model):
    with pytest.raises(StudioError, match="no slider “wings”"):
        resolve(Place().pin(wings=1.0), model)


def test_found_text_and_back(model):
    code = resolve(Place(seed=9), model)
    back = read_found(found_text(code), model.layers, model.dim)
    assert torch.allclose(back, code, atol=2e-3, rtol=2e-3)
    assert found_text(back) == found_text(code)
    assert torch.equal(resolve(Place(found=found_text(code)), model), back)


def test_a_place_of_another_model_is_refused(faces, flowers):
    with pytest.raises(StudioError, match="another model"):
        resolve(Place(found=found_text(resolve(Place(), flowers))), faces)
    nan = torch.full((1, 8), float("nan"))
    with pytest.raises(StudioError, match="damaged"):
        resolve(Place(found=found_text(nan)), faces)


def test_a_mix_meets_its_ends(model):
    a, b = Place(seed=1), Place(seed=2).pin(**{model.sliders.ids[0]: 1.0})
    at = [a.model_copy(update={"mixed": (Share(place=b, weight=w),)}) for w in (0.0, 0.5, 1.0)]
    assert apart(model, at[0], a) < 1e-5
    assert apart(model, at[2], b) < 1e-4
    assert apart(model, at[1], a) < apart(model, a, b)
    assert apart(model, at[1], b) < apart(model, a, b)


def test_what_two_have_in_common_a_mix_has_too(faces):
    """The named numbers are mixed straight; only the random ones keep their length."""
    a, b = Place(seed=1).pin(glasses=1.0, smile=1.0), Place(seed=2).pin(glasses=1.0, smile=1.0)
    mixed = read(faces, a.model_copy(update={"mixed": (Share(place=b, weight=0.5),)}))
    assert mixed["glasses"] == pytest.approx(1.0, abs=1e-5)
    code = resolve(a.model_copy(update={"mixed": (Share(place=b, weight=0.5),)}), faces)
    lengths = [float(resolve(one, faces)[:, 2:].norm()) for one in (a, b)]
    assert float(code[:, 2:].norm()) == pytest.approx(sum(lengths) / 2, rel=1e-4)


def test_form_of_one_and_detail_of_another(flowers):
    a, b = Place(seed=1), Place(seed=2)
    form = a.model_copy(update={"mixed": (Share(place=b, weight=1.0, layers="coarse"),)})
    code = resolve(form, flowers)
    assert torch.allclose(code[:4], resolve(b, flowers)[:4], atol=1e-6)
    assert torch.allclose(code[4:], resolve(a, flowers)[4:], atol=1e-6)


def test_form_and_detail_of_a_model_with_one_row(faces):
    a, b, c = Place(seed=1), Place(seed=2), Place(seed=3)
    only = a.model_copy(update={"mixed": (Share(place=b, weight=1.0, layers="coarse"),)})
    assert apart(faces, only, b) < 1e-5
    shares = (
        Share(place=b, weight=0.9, layers="coarse"),
        Share(place=c, weight=0.9, layers="fine"),
    )
    both = a.model_copy(update={"mixed": shares})
    even = (Share(place=b, weight=0.45), Share(place=c, weight=0.45))
    assert apart(faces, both, a.model_copy(update={"mixed": even})) < 1e-5


@pytest.mark.parametrize("x", [0.0, 0.5, 0.999, 1.0, -2.0])
def test_the_map_has_no_cracks(model, x):
    here = wander(7, x, 0.3)
    step = 1e-4
    for beside in (wander(7, x + step, 0.3), wander(7, x - step, 0.3), wander(7, x, 0.3 + step)):
        assert apart(model, here, beside) < 0.01
    assert apart(model, here, wander(7, x + 0.5, 0.8)) > 0.01


def test_breeding_again_gives_the_same_child(model):
    parents = (Place(seed=1), Place(seed=2), Place(seed=3))
    child = breed(parents, 4, 0.1)
    assert torch.equal(resolve(child, model), resolve(breed(parents, 4, 0.1), model))
    assert apart(model, child, breed(parents, 5, 0.1)) > 0.01
