"""Model folders that lie or are damaged are refused in plain words, before anything is believed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.engines.devices import best_device
from studio.engines.latent.engine import SlideEngine
from studio.engines.latent.model import LatentModel
from studio.errors import StudioError
from studio.recipes import Place, SlideRecipe
from studio.shelf import Shelf
from tests.engines.latent.conftest import Job, done
from tests.tiny_latent import FACES, FLOWERS

TRAITS = {
    "a wider code": {"dim": 9},
    "more rows": {"layers": 2},
    "a larger picture": {"size": 64},
    "a slider too many": {"sliders": [{"id": str(n), "name": "N"} for n in range(4)]},
    "two sliders of one name": {"sliders": [{"id": "x", "name": "X"}] * 3},
    "sliders of which no file tells": {"sliders": [{"id": "x", "name": "X"}]},
}
GENERATOR = {
    "wider layers": {"widths": [16, 8, 8]},
    "absurdly wide layers": {"widths": [60000, 60000, 60000]},
    "endless blocks": {"blocks": [60000, 60000, 60000]},
    "numbers beyond measure": {"hidden": 10**15},
    "a size that is no number": {"size": "large"},
    "an unknown setting": {"sparkle": 1},
    "nothing where something should be": {"widths": []},
    "a negative size": {"hidden": -8},
}
FILES = {
    "missing tensor": ("generator", "begin.weight", None),
    "wrong shape": ("generator", "begin.weight", torch.zeros(3, 3)),
    "no numbers": ("generator", "begin.weight", torch.full((128, 8), float("nan"))),
    "endless numbers": ("generator", "begin.weight", torch.full((128, 8), float("inf"))),
    "whole numbers": ("generator", "begin.weight", torch.zeros(128, 8, dtype=torch.int32)),
    "a stranger": ("generator", "stranger", torch.zeros(1)),
    "no numbers in the encoder": ("encoder", "read.bias", torch.full((8,), float("nan"))),
    "no numbers in the directions": ("directions", "readers", torch.full((3, 1, 8), float("nan"))),
    "directions of another model": ("directions", "directions", torch.zeros(3, 8, 8)),
    "directions without an average": ("directions", "center", None),
}


def spoilt(latent_folder: Path, where: Path, model_id: str, how: str) -> Shelf:
    name = model_id.split("/")[1]
    copy = where / "models" / name
    shutil.copytree(latent_folder / name, copy)
    manifest = json.loads((copy / "easel.json").read_text())
    manifest["latent"].update(TRAITS.get(how, {}))
    manifest["latent"]["generator"].update(GENERATOR.get(how, {}))
    (copy / "easel.json").write_text(json.dumps(manifest))
    if how in FILES:
        file, tensor, value = FILES[how]
        tensors = load_file(copy / f"{file}.safetensors")
        tensors.pop(tensor, None)
        if value is not None:
            tensors[tensor] = value
        save_file(tensors, copy / f"{file}.safetensors")
    return Shelf(where / "models", where / "models.json")


@pytest.mark.parametrize("how", [*(set(TRAITS) - {"sliders of which no file tells"}), *GENERATOR])
def test_a_manifest_that_lies(latent_folder, tmp_path, how):
    shelf = spoilt(latent_folder, tmp_path, FACES, how)
    with pytest.raises(StudioError, match="cannot be opened") as caught:
        done(SlideEngine(), shelf, SlideRecipe(model=FACES))
    assert caught.value.todo


@pytest.mark.parametrize("how", FILES)
def test_damaged_files(latent_folder, tmp_path, how):
    shelf = spoilt(latent_folder, tmp_path, FACES, how)
    with pytest.raises(StudioError, match="cannot be opened"):
        SlideEngine().looker().look(SlideRecipe(model=FACES), shelf, 0)


def test_sliders_without_directions(latent_folder, tmp_path):
    shelf = spoilt(latent_folder, tmp_path, FLOWERS, "sliders of which no file tells")
    with pytest.raises(StudioError, match="cannot be opened"):
        done(SlideEngine(), shelf, SlideRecipe(model=FLOWERS))


def test_a_torn_file(latent_folder, tmp_path):
    shelf = spoilt(latent_folder, tmp_path, FACES, "")
    weights = tmp_path / "models" / "faces" / "generator.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(StudioError):
        done(SlideEngine(), shelf, SlideRecipe(model=FACES))


def test_a_result_that_is_no_number(latent_folder, tmp_path):
    """Weights that are numbers, but so large that their products are none."""
    shelf = spoilt(latent_folder, tmp_path, FLOWERS, "")
    file = tmp_path / "models" / "flowers" / "generator.safetensors"
    tensors = {name: value.float() for name, value in load_file(file).items()}
    tensors["synthesis.b32.torgb.weight"].fill_(3e38)
    save_file(tensors, file)
    with pytest.raises(StudioError, match="nonsense"):
        done(SlideEngine(), shelf, SlideRecipe(model=FLOWERS))


def test_files_that_were_replaced_are_opened_anew(latent_folder, tmp_path):
    shelf = spoilt(latent_folder, tmp_path, FACES, "")
    looker = SlideEngine().looker()
    before = looker.look(SlideRecipe(model=FACES), shelf, 0).image
    file = tmp_path / "models" / "faces" / "generator.safetensors"
    tensors = load_file(file)
    tensors["colours.bias"] += 1.0
    save_file(tensors, file)
    assert (looker.look(SlideRecipe(model=FACES), shelf, 0).image != before).any()


def test_no_more_than_two_models_stay_in_memory(latent_folder, tmp_path):
    for number in range(3):
        copy = tmp_path / "models" / str(number)
        shutil.copytree(latent_folder / "faces", copy)
        manifest = json.loads((copy / "easel.json").read_text())
        (copy / "easel.json").write_text(json.dumps({**manifest, "id": f"test/{number}"}))
    shelf = Shelf(tmp_path / "models", tmp_path / "models.json")
    engine = SlideEngine()
    opened = [engine._models.get(f"test/{number}", shelf) for number in (0, 1, 2)]
    assert engine._models.get("test/2", shelf) is opened[2]
    assert engine._models.get("test/1", shelf) is opened[1]
    assert engine._models.get("test/0", shelf) is not opened[0]


def test_directions_found_without_labels_span_the_samples(flowers):
    """Each is a slider of its own, about -1..1 for the model's own pictures, the same each time."""
    sliders = flowers.sliders
    agree = sliders.readers.flatten(1) @ sliders.directions.flatten(1).T
    assert torch.allclose(agree, torch.eye(len(agree), dtype=torch.float64), atol=1e-6)
    readings = torch.stack([sliders._read(flowers.seeded(seed)) for seed in range(200)])
    inside = (readings.abs() <= 1.3).double().mean(0)
    assert (inside > 0.85).all()
    assert (readings.std(0) > 0.2).all()
    again = LatentModel(flowers.model, best_device()).sliders
    assert torch.equal(again.directions, sliders.directions)


def test_preparing_keeps_nothing(shelf, model_id):
    job = Job(shelf)
    SlideEngine().prepare(SlideRecipe(model=model_id, place=Place(seed=1)), job.context)
    assert not job.kept
    assert not job.previews
