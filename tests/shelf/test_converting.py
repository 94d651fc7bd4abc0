"""Checkpoints of other programs become models that draw what they drew."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.engines.latent.style_generator import StyleConfig, StyleGenerator
from studio.errors import StudioError
from studio.shelf import Shelf
from studio.shelf.conversion import convert, slug_of
from tests.shelf import network_pickles
from tests.shelf.style_gans import (
    ada_map,
    ada_picture,
    ada_state,
    random,
    rosinality_map,
    rosinality_picture,
    rosinality_state,
)

SMALL = [8, 6, 4]  # channels at 4, 8, 16 pixels
WIDE = [24, 20, 16, 12]
WIDER = [16, 16, 12, 8, 6]
NEAR = 1e-3


@pytest.fixture(autouse=True)
def one_thread():
    """Networks as small as these only lose time between threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def opened(folder: Path) -> StyleGenerator:
    """The converted generator, every tensor accounted for."""
    manifest = json.loads((folder / "easel.json").read_text("utf-8"))
    network = StyleGenerator(StyleConfig(**manifest["latent"]["generator"]))
    network.load_state_dict(load_file(folder / "generator.safetensors"))
    assert manifest["latent"]["size"] == network.size
    assert (manifest["latent"]["layers"], manifest["latent"]["dim"]) == (
        network.layers,
        network.dim,
    )
    return network.eval()


def furthest(a: torch.Tensor, b: torch.Tensor) -> float:
    assert a.shape == b.shape
    assert b.std() > 0.5  # pictures of nothing would be alike
    return float((a - b).abs().max())


def saved_ada(path: Path, state: dict, how: str) -> Path:
    match how:
        case "zip":
            torch.save({"G": {}, "G_ema": state}, path)
        case "stream":
            torch.save({"G_ema": state}, path, _use_new_zipfile_serialization=False)
        case "alone":
            torch.save({f"module.{name}": one for name, one in state.items()}, path)
        case "safetensors":
            save_file(state, path)
        case "network" | "old network":
            protocol = 3 if how == "old network" else 4
            network_pickles.save(path, state, protocol=protocol, img_resolution=32)
        case "tensorflow":
            network_pickles.save_tensorflow(path, state, mapping_lrmul=0.01)
    return path


@pytest.mark.parametrize(
    "how", ["zip", "stream", "alone", "safetensors", "network", "old network", "tensorflow"]
)
@torch.no_grad()
def test_a_generator_of_stylegan2_ada_draws_the_same(tmp_path, how):
    state = ada_state(WIDE, 16, 3, z_dim=12)
    convert(saved_ada(tmp_path / "net", state, how), tmp_path / "model")
    network = opened(tmp_path / "model")
    z = random(1)(3, 12)
    code = network.map(z)
    assert furthest(code[:, 0], ada_map(state, z)) < NEAR
    code = code + 0.5 * random(2)(*code.shape)  # each row another: their order matters
    assert furthest(network.synthesize(code), ada_picture(state, code)) < NEAR
    assert torch.equal(network.mapping.w_avg, state["mapping.w_avg"])


@pytest.mark.parametrize("zipped", [True, False])
@torch.no_grad()
def test_a_generator_of_rosinality_draws_the_same(tmp_path, zipped):
    state = rosinality_state(WIDER, 16, 4)
    mean = random(5)(1, 16)
    optimiser = {
        "state": {0: {"step": 3, "exp_avg": torch.ones(3)}},
        "param_groups": [{"lr": 2e-3, "betas": (0.0, 0.99), "params": [0]}],
    }
    checkpoint = {
        "g": {},
        "g_ema": state,
        "g_optim": optimiser,
        "args": argparse.Namespace(size=64, path="flowers", mixing=0.9),
        "ada_aug_p": 0.3,
        "latent_avg": mean,
    }
    file = tmp_path / "550000.pt"
    torch.save(checkpoint, file, _use_new_zipfile_serialization=zipped)
    convert(file, tmp_path / "model")
    network = opened(tmp_path / "model")
    z = random(1)(2, 16)
    code = network.map(z)
    assert furthest(code[:, 0], rosinality_map(state, z)) < NEAR
    code = code + 0.5 * random(2)(*code.shape)
    assert furthest(network.synthesize(code), rosinality_picture(state, code)) < NEAR
    assert torch.equal(network.mapping.w_avg, mean[0])


@torch.no_grad()
def test_a_mean_that_the_file_does_not_bring_is_taken(tmp_path):
    state = rosinality_state(SMALL, 16, 3)
    torch.save({"g_ema": state}, tmp_path / "net.pt")
    convert(tmp_path / "net.pt", tmp_path / "model")
    codes = rosinality_map(state, random(9)(20_000, 16))
    found = opened(tmp_path / "model").mapping.w_avg
    assert float((found - codes.mean(0)).abs().max()) < 5 * float(codes.std()) / 4096**0.5
    assert found.abs().max() > 0.1


@torch.no_grad()
def test_noise_that_the_file_does_not_bring_is_the_same_each_time(tmp_path):
    state = rosinality_state(SMALL, 16, 3)
    early = {name: one for name, one in state.items() if not name.startswith("noises.")}
    torch.save({"g_ema": early}, tmp_path / "net.pt")
    for target in "ab":
        convert(tmp_path / "net.pt", tmp_path / target)
    noise = opened(tmp_path / "a").synthesis.b16.conv1.noise_const
    assert torch.equal(noise, opened(tmp_path / "b").synthesis.b16.conv1.noise_const)
    assert 0.8 < noise.std() < 1.2


@pytest.mark.parametrize("kind", [0, 2])
@torch.no_grad()
def test_one_kind_of_pictures_of_several_is_fixed(tmp_path, kind):
    state = ada_state(SMALL, 16, 3, z_dim=12, kinds=3)
    file = network_pickles.save(tmp_path / "kinds.pkl", state)
    manifest = convert(file, tmp_path / "model", kind=kind)
    assert f"kind {kind} of 3" in manifest.summary
    network = opened(tmp_path / "model")
    z = random(1)(3, 12)
    assert furthest(network.map(z)[:, 0], ada_map(state, z, kind)) < NEAR
    codes = ada_map(state, random(3)(20_000, 12), kind)
    assert float((network.mapping.w_avg - codes.mean(0)).abs().max()) < 0.1 * float(codes.std())


@pytest.mark.parametrize("kind", [None, 3, -1])
def test_which_kind_of_pictures_has_to_be_said(tmp_path, kind):
    file = network_pickles.save(tmp_path / "kinds.pkl", ada_state(SMALL, 16, 2, kinds=3))
    with pytest.raises(StudioError, match=r"3 kinds of pictures.* 0 to 2"):
        convert(file, tmp_path / "model", kind=kind)


@torch.no_grad()
def test_settings_of_the_network_are_kept(tmp_path):
    state = ada_state(SMALL, 16, 2)
    settings = {
        "mapping_kwargs": network_pickles.EasyDict(num_layers=2, lr_multiplier=0.02),
        "synthesis_kwargs": {"conv_clamp": 2, "num_fp16_res": 4},
    }
    file = network_pickles.save(tmp_path / "net.pkl", state, **settings)
    traits = convert(file, tmp_path / "model").latent
    assert traits.generator["mapping_lr"] == 0.02
    network = opened(tmp_path / "model")
    code = random(2)(2, 6, 16)
    drawn = ada_picture(state, code, clamp=2)
    assert furthest(network.synthesize(code), drawn) < NEAR
    assert furthest(drawn, ada_picture(state, code)) > 0.1


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
@torch.no_grad()
def test_other_precisions_become_float32(tmp_path, dtype):
    state = {name: one.to(dtype) for name, one in ada_state(SMALL, 16, 2).items()}
    torch.save(state, tmp_path / "net.pt")
    save_file(state, tmp_path / "net.safetensors")
    for suffix in ("pt", "safetensors"):
        convert(tmp_path / f"net.{suffix}", tmp_path / suffix)
        for name, one in opened(tmp_path / suffix).state_dict().items():
            assert torch.equal(one, state[name].float())


def test_tensors_that_are_views_are_read_as_they_look(tmp_path):
    state = ada_state(SMALL, 16, 2)
    names = ["mapping.fc0.weight", "mapping.fc1.weight"]
    both = torch.stack([state[name] for name in names])
    viewed = state | {name: both.transpose(1, 2)[at] for at, name in enumerate(names)}
    torch.save(viewed, tmp_path / "net.pt")
    convert(tmp_path / "net.pt", tmp_path / "model")
    for name in names:
        assert torch.equal(opened(tmp_path / "model").state_dict()[name], state[name].T)


# What is refused, in words


def spoilt(how: str) -> dict:
    state = ada_state(SMALL, 16, 2)
    match how:
        case "a part missing":
            del state["synthesis.b8.conv0.affine.weight"]
        case "a part too many":
            state["synthesis.b8.skip.weight"] = torch.zeros(6, 8, 1, 1)
        case "another shape":
            state["synthesis.b8.conv0.weight"] = torch.zeros(6, 8, 5, 5)
        case "transparent pictures":
            state["synthesis.b16.torgb.weight"] = torch.zeros(4, 4, 1, 1)
        case "whole numbers":
            state["synthesis.b8.conv0.bias"] = torch.zeros(6, dtype=torch.int32)
        case "another filter":
            state["synthesis.b8.resample_filter"] = torch.ones(4, 4) / 16
        case "a side missing":
            state = {name: one for name, one in state.items() if ".b8." not in name}
        case "too small":
            state = ada_state([8, 8], 16, 2)
        case "a side of another spelling":
            state["synthesis.b032.conv1.weight"] = torch.zeros(4, 4, 3, 3)
    return state


@pytest.mark.parametrize(
    "how",
    [
        "a part missing",
        "a part too many",
        "another shape",
        "transparent pictures",
        "whole numbers",
        "another filter",
        "a side missing",
        "too small",
        "a side of another spelling",
    ],
)
def test_a_network_that_is_another_is_refused(tmp_path, how):
    torch.save({"G_ema": spoilt(how)}, tmp_path / "net.pt")
    with pytest.raises(StudioError, match=r"network .* does not know"):
        convert(tmp_path / "net.pt", tmp_path / "model")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.pt"]


def test_another_activation_is_refused(tmp_path):
    state = ada_state(SMALL, 16, 2)
    file = network_pickles.save(
        tmp_path / "net.pkl", state, synthesis_kwargs={"activation": "relu"}
    )
    with pytest.raises(StudioError, match="does not know"):
        convert(file, tmp_path / "model")


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(tmp_path, wrong):
    state = ada_state(SMALL, 16, 2)
    state["synthesis.b16.conv1.weight"][1, 2] = wrong
    torch.save(state, tmp_path / "net.pt")
    with pytest.raises(StudioError, match="no numbers"):
        convert(tmp_path / "net.pt", tmp_path / "model")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.pt"]


@pytest.mark.parametrize(
    "settings", [{"nonlinearity": "relu"}, {"resample_kernel": [1, 2, 1]}, {"conv_clamp": -1}]
)
def test_another_network_of_tensorflow_is_refused(tmp_path, settings):
    state = ada_state(SMALL, 16, 2)
    file = network_pickles.save_tensorflow(tmp_path / "net.pkl", state, **settings)
    with pytest.raises(StudioError, match="does not know"):
        convert(file, tmp_path / "model")


def test_stylegan3_is_named(tmp_path):
    state = {"mapping.fc0.weight": torch.zeros(4, 4), "synthesis.input.freqs": torch.zeros(4, 2)}
    file = network_pickles.save(tmp_path / "net.pkl", state)
    with pytest.raises(StudioError, match="StyleGAN3"):
        convert(file, tmp_path / "model")


@pytest.mark.parametrize("content", [{}, {"G_ema": 3}, [1, 2], {"unet.weight": torch.zeros(2)}])
def test_what_is_no_generator_is_said_so(tmp_path, content):
    torch.save(content, tmp_path / "net.pt")
    with pytest.raises(StudioError, match=r"“net\.pt” holds no generator"):
        convert(tmp_path / "net.pt", tmp_path / "model")


# The shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "builtin", tmp_path / "own" / "models.json")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    (tmp_path / "downloads").mkdir()
    return network_pickles.save(
        tmp_path / "downloads" / "wild_flowers.pkl", ada_state(SMALL, 16, 2)
    )


def test_a_checkpoint_is_put_on_the_shelf(shelf, checkpoint, tmp_path):
    before = checkpoint.read_bytes()
    notes = []
    model = shelf.add_checkpoint(
        checkpoint, "Wilde Blumen ♥", "CC BY 4.0", progress=lambda done, note: notes.append(done)
    )
    assert (model.name, model.licence) == ("Wilde Blumen ♥", "CC BY 4.0")
    assert model.folder == tmp_path / "own" / "models" / "wilde-blumen"
    assert [one.id for one in shelf.models("latent")] == [model.id]
    assert shelf.model(model.id).latent.size == 16
    assert notes == sorted(notes)
    assert (notes[0], notes[-1]) == (0.0, 1.0)
    assert checkpoint.read_bytes() == before
    for written in ("easel.json", "README.md"):
        text = (model.folder / written).read_text("utf-8")
        assert "wild_flowers.pkl" in text
        assert str(tmp_path) not in text
    again = shelf.add_checkpoint(checkpoint)
    assert (again.name, again.licence) == ("wild flowers", "unknown")
    assert len(shelf.models("latent")) == 2


def test_two_of_one_name_lie_side_by_side(shelf, checkpoint):
    models = [shelf.add_checkpoint(checkpoint, "Flowers") for _ in range(3)]
    assert [model.folder.name for model in models] == ["flowers", "flowers-2", "flowers-3"]
    assert {shelf.model(model.id).folder for model in models} == {one.folder for one in models}


def test_a_model_may_be_written_elsewhere(shelf, checkpoint, tmp_path):
    model = shelf.add_checkpoint(checkpoint, "Flowers", folder=tmp_path / "Meine Modelle" / "F")
    assert model.folder == tmp_path / "Meine Modelle" / "F"
    assert shelf.model(model.id).name == "Flowers"
    with pytest.raises(StudioError, match="already something"):
        shelf.add_checkpoint(checkpoint, "Flowers", folder=model.folder)
    assert (model.folder / "generator.safetensors").is_file()


class Stopped(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 5, 30])
def test_a_cancelled_conversion_leaves_nothing(shelf, checkpoint, tmp_path, after):
    calls = iter(range(1000))

    def progress(done: float, note: str) -> None:
        if next(calls) == after:
            raise Stopped

    with pytest.raises(Stopped):
        shelf.add_checkpoint(checkpoint, "Flowers", progress=progress)
    assert shelf.models("latent") == []
    assert not list(tmp_path.glob("own/models/*"))


def test_a_full_disk_leaves_nothing(shelf, checkpoint, tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StudioError, match="cannot be written"):
        shelf.add_checkpoint(checkpoint, "Flowers")
    assert not list(tmp_path.glob("own/models/*"))


def test_a_list_that_cannot_be_written_leaves_nothing(shelf, checkpoint, tmp_path):
    (tmp_path / "own" / "models.json").mkdir(parents=True)
    with pytest.raises(StudioError, match="list of models"):
        shelf.add_checkpoint(checkpoint, "Flowers")
    assert not list(tmp_path.glob("own/models/*"))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Wild Flowers", "wild-flowers"),
        ("../../etc/passwd", "etc-passwd"),
        ("猫の絵", "猫の絵"),
        ("...", "model"),
        ("CON\\x00:?", "con-x00"),
        ("a" * 100, "a" * 40),
    ],
)
def test_a_folder_s_name_is_harmless(name, slug):
    assert slug_of(name) == slug
