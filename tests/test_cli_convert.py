"""`easel convert`, through its own door, and the model that comes out of it at work."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from studio.cli import CANNOT, OK, main
from studio.engines.devices import best_device
from studio.engines.latent.model import LatentModel
from studio.shelf import Model, Shelf
from tests.shelf import network_pickles
from tests.shelf.style_gans import ada_picture, ada_state


@pytest.fixture
def state() -> dict[str, torch.Tensor]:
    return ada_state([12, 10, 8], 16, 2)


@pytest.fixture
def checkpoint(tmp_path: Path, state) -> Path:
    return network_pickles.save(tmp_path / "blumen 猫.pkl", state)


def brought() -> list[Model]:
    """The models that are not built in."""
    return [model for model in Shelf.default().models("latent") if not model.builtin]


def test_a_checkpoint_becomes_a_model(checkpoint, capsys):
    asked = ["convert", str(checkpoint), "--name", "Wild flowers", "--licence", "CC0"]
    assert main(asked) == OK
    (model,) = brought()
    assert (model.name, model.licence) == ("Wild flowers", "CC0")
    printed = capsys.readouterr().out
    assert str(model.folder) in printed
    assert model.id in printed


def test_the_folder_can_be_chosen(checkpoint, tmp_path, capsys):
    out = tmp_path / "meine" / "blumen"
    assert main(["convert", str(checkpoint), "--out", str(out)]) == OK
    assert capsys.readouterr().out.splitlines()[0] == str(out)
    assert [model.name for model in brought()] == ["blumen 猫"]
    assert main(["convert", str(checkpoint), "--out", str(out)]) == CANNOT
    assert "already something" in capsys.readouterr().err


def test_one_of_several_kinds_is_asked_for(tmp_path, capsys):
    file = network_pickles.save(tmp_path / "kinds.pkl", ada_state([8, 6, 4], 16, 2, kinds=3))
    assert main(["convert", str(file)]) == CANNOT
    assert "--class" in capsys.readouterr().err
    assert main(["convert", str(file), "--class", "2"]) == OK


def test_what_cannot_be_converted_is_said_plainly(tmp_path, capsys):
    file = tmp_path / "notes.pt"
    for content in (None, "hello, this is no model"):
        if content:
            file.write_text(content)
        assert main(["convert", str(file)]) == CANNOT
        said = capsys.readouterr().err
        assert "“notes.pt”" in said
        assert "Error" not in said
    assert brought() == []


def test_a_converted_model_opens_and_draws(checkpoint, state):
    """Its sliders are found; its pictures are those of the program that it comes from."""
    model = LatentModel(Shelf.default().add_checkpoint(checkpoint), best_device())
    assert (model.layers, model.dim, model.size) == (6, 16, 16)
    code = model.seeded(3)
    with torch.no_grad():
        wanted = ada_picture(state, code[None])[0].permute(1, 2, 0).clamp(-1, 1)
    drawn = torch.from_numpy(model.frame(code)).float() / 127.5 - 1
    assert wanted.std() > 0.3
    assert float((drawn - wanted).abs().mean()) < 0.05  # in the device's own, half, precision
    assert model.sliders.ids
