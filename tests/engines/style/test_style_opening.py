"""Style models that lie or are damaged are refused in plain words before anything is believed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from studio.engines.devices import best_device
from studio.engines.style.opened import OpenStyles, StyleModel
from studio.errors import StudioError
from studio.shelf import Shelf
from tests.engines.style.conftest import scenery
from tests.tiny_style import BRUSHES, STYLES, save_tiny_style

PAINTER = {
    "wider layers": {"widths": [16, 8, 8]},
    "absurdly wide layers": {"widths": [60000, 8, 8]},
    "endless blocks": {"blocks": [60000, 60000]},
    "a longer code": {"code": 24},
    "numbers beyond measure": {"hidden": 10**15},
    "a size that is no number": {"style_side": "large"},
    "an unknown setting": {"sparkle": 1},
    "a size that is missing": {"widths": [8, 8]},
}
FILES = {
    "missing tensor": ("painter", "stem.weight", None),
    "wrong shape": ("painter", "stem.weight", torch.zeros(3, 3)),
    "no numbers": ("painter", "stem.bias", torch.full((8,), float("nan"))),
    "endless numbers": ("painter", "reader.out.bias", torch.full((6,), float("inf"))),
    "whole numbers": ("painter", "stem.bias", torch.zeros(8, dtype=torch.int32)),
    "a stranger": ("painter", "stranger", torch.zeros(1)),
    "codes of another length": ("styles", "codes", torch.zeros(3, 17)),
    "codes that are no numbers": ("styles", "codes", torch.full((3, 16), float("nan"))),
    "a stranger among the codes": ("styles", "stranger", torch.zeros(1)),
}


def spoilt(style_folder: Path, where: Path, how: str) -> Shelf:
    copy = where / "models" / "brushes"
    shutil.copytree(style_folder, copy)
    manifest = json.loads((copy / "easel.json").read_text())
    manifest["style"]["painter"].update(PAINTER.get(how, {}))
    (copy / "easel.json").write_text(json.dumps(manifest))
    if how in FILES:
        file, tensor, value = FILES[how]
        tensors = load_file(copy / f"{file}.safetensors")
        tensors.pop(tensor, None)
        if value is not None:
            tensors[tensor] = value
        save_file(tensors, copy / f"{file}.safetensors")
    return Shelf(where / "models", where / "models.json")


@pytest.mark.parametrize("how", [*PAINTER, *FILES])
def test_what_does_not_agree_is_refused(how, style_folder, tmp_path):
    shelf = spoilt(style_folder, tmp_path, how)
    with pytest.raises(StudioError, match="cannot be opened") as caught:
        OpenStyles().get(BRUSHES, shelf)
    assert caught.value.todo


def test_weights_whose_products_are_no_numbers_are_noticed(style_folder, tmp_path):
    shelf = spoilt(style_folder, tmp_path, "")
    file = tmp_path / "models" / "brushes" / "painter.safetensors"
    tensors = {name: value.float() for name, value in load_file(file).items()}
    tensors["down.0.weight"].fill_(3e38)
    save_file(tensors, file)
    model = OpenStyles().get(BRUSHES, shelf)
    picture = torch.rand(1, 3, 32, 32)
    with pytest.raises(StudioError, match="nonsense"):
        model.paint(picture, model.learned("dots"), model.measure(picture))


def test_a_style_that_it_does_not_know(model):
    assert [model.learned(one).shape for one in STYLES] == [(16,)] * 3
    with pytest.raises(StudioError, match="does not know the style “oil”"):
        model.learned("oil")


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2), (33, 47), (400, 300)])
def test_pictures_of_any_shape_can_be_read(size, model):
    code = model.read(scenery(*size))
    assert code.shape == (16,)
    assert torch.isfinite(code).all()


def test_pictures_that_look_different_have_different_codes(model):
    first, second = model.read(scenery(64, 64, 1)), model.read(Image.new("RGB", (64, 64), "red"))
    assert (first - second).abs().max() > 0.1


def test_a_model_that_knows_only_its_own_styles(tmp_path):
    save_tiny_style(tmp_path / "own", any_picture=False)
    model = StyleModel(Shelf(tmp_path, tmp_path / "m.json").model(BRUSHES), best_device())
    with pytest.raises(StudioError, match="only in the styles that it has learned"):
        model.read(scenery(64, 64))


def test_shares_mix_codes(model):
    dots, waves = model.learned("dots"), model.learned("waves")
    assert torch.allclose(model.mixed([dots, waves], [0.25, 0.75]), 0.25 * dots + 0.75 * waves)


def test_a_model_of_another_kind_paints_nothing(tmp_path):
    from tests.tiny_latent import FACES, save_tiny_vae

    save_tiny_vae(tmp_path / "faces")
    with pytest.raises(StudioError, match="does not paint"):
        OpenStyles().get(FACES, Shelf(tmp_path, tmp_path / "m.json"))
