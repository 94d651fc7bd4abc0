"""The GAN's whole way on flowers drawn here, in seconds, with teachers of random weights."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file

from studio.engines.devices import Device
from studio.engines.latent.model import LatentModel
from studio.shelf import Model
from studio.shelf.manifest import read_manifest
from studio.training.__main__ import main
from studio.training.gan import data, flowers, stages, watch
from studio.training.gan.config import CONFIGS

TINY = CONFIGS["tiny"]
COLOURS = {"daisy": "white", "dandelion": "gold", "roses": "crimson", "tulips": "violet"}


def teacher(path: Path, prefix: str, convolutions: int) -> None:
    """A teacher's file with few channels and random weights."""
    dice = torch.Generator().manual_seed(1)
    tensors, inputs = {}, 3
    for index in range(convolutions):
        kernel = 11 if index == 0 and convolutions == 5 else 3
        shape = (6, inputs, kernel, kernel)
        tensors[f"{prefix}.Conv_{index}.kernel"] = torch.randn(shape, generator=dice) / kernel
        tensors[f"{prefix}.Conv_{index}.bias"] = torch.zeros(6)
        inputs = 6
    for index in range(5):
        tensors[f"NetLinLayer_{index}.Conv_0.kernel"] = torch.full((1, 6, 1, 1), 0.1)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    teacher(folder / "teachers" / "alexnet.safetensors", "AlexNet_0", 5)
    teacher(folder / "teachers" / "vgg16.safetensors", "VGG16_0", 13)
    return folder


@pytest.fixture
def tar(tmp_path: Path) -> Path:
    """Forty photographs of a sort, one of them without colours."""
    path, dice = tmp_path / "flowers.tar", np.random.default_rng(0)
    with tarfile.open(path, "w") as archive:
        for index in range(40):
            species = list(COLOURS)[index % 4]
            image = Image.new("RGB", (90, 70), (30, int(dice.integers(80, 160)), 40))
            x, y, r = (int(v) for v in dice.integers((25, 20, 8), (65, 50, 20)))
            ImageDraw.Draw(image).ellipse((x - r, y - r, x + r, y + r), fill=COLOURS[species])
            if index == 39:
                image = image.convert("L").convert("RGB")
            buffer = io.BytesIO()
            image.save(buffer, "JPEG")
            member = tarfile.TarInfo(f"{species}/{1000 + index}_{index:x}.jpg")
            member.size = buffer.tell()
            buffer.seek(0)
            archive.addfile(member, buffer)
    return path


def run(*words: object) -> None:
    arguments = ["gan", "--config", "tiny", "--processes", "1", *map(str, words)]
    assert main(arguments) == 0


def test_the_whole_way_ends_in_a_model_that_opens(work: Path, tar: Path, tmp_path: Path) -> None:
    out = tmp_path / "flowers"
    run("--data", tar, "--work", work, "--out", out)
    model = LatentModel(
        Model(read_manifest(out), out, True), Device("cpu", torch.float32, "processor")
    )
    code = model.seeded(3)
    assert model.frame(code).shape == (64, 64, 3)
    assert model.encode(torch.zeros(3, 64, 64)).shape == code.shape
    assert len(model.sliders.ids) == len(read_manifest(out).latent.sliders) > 0
    figures = json.loads((work / "evaluate.json").read_text())
    assert {"vgg16 kid", "vgg16 recall", "pixels closest samples"} <= set(figures)
    assert (out / "samples.webp").exists()
    lines = (work / "figures.jsonl").read_text().splitlines()
    stages_seen = {json.loads(line)["stage"] for line in lines}
    assert {"warm", "mapping", "duel", "figures", "evaluate"} <= stages_seen


def test_one_picture_without_colours_is_left_out_and_labels_fit(tar: Path) -> None:
    album = flowers.prepare(tar, 64)
    assert len(album.pictures) == 39
    assert "1039" not in album.keys
    species = album.labels[:, [album.names.index(name) for name in flowers.SPECIES]]
    assert (species.sum(1) == 1).all()
    red = album.labels[:, album.names.index("red bloom")]
    roses = species[:, flowers.SPECIES.index("roses")] == 1
    assert np.nanmean(red[roses]) > 0.3 > np.nanmean(red[~roses])


def test_a_duel_goes_on_where_it_was_stopped(work: Path, tar: Path) -> None:
    run("--data", tar, "--work", work, "--stage", "data")
    run("--work", work, "--stage", "duel", "--minutes", -2)
    first = load_file(work / "duel" / "weights.safetensors")
    run("--work", work, "--stage", "duel", "--minutes", -3)
    second = load_file(work / "duel" / "weights.safetensors")
    assert json.loads((work / "duel" / "progress.json").read_text())["step"] == 3
    name = "model.critic.out.weight"
    assert not torch.equal(first[name], second[name])


def test_an_average_is_carried_home(work: Path, tar: Path, tmp_path: Path) -> None:
    run("--data", tar, "--work", work, "--stage", "data")
    run("--work", work, "--stage", "duel", "--minutes", -1)
    run("--work", work, "--stage", "export", "--out", tmp_path / "out")
    there = watch.trained(TINY, work, data.load(work))
    shutil.rmtree(work / "duel")
    run("--work", work, "--stage", "import", "--out", tmp_path / "out")
    here = watch.trained(TINY, work, data.load(work))
    z = torch.randn(2, 16)
    assert torch.allclose(here.generator(z), there.generator(z), atol=0.05)


def test_two_processes_train_one_model(work: Path, tar: Path) -> None:
    stages.prepare(TINY, tar, work)
    config = stages.with_minutes(TINY, "duel", -2)
    stages.together(stages.duel.train, config, work, 2)
    assert json.loads((work / "duel" / "progress.json").read_text())["step"] == 2


def test_samples_are_the_same_each_time(work: Path, tar: Path) -> None:
    album = stages.prepare(TINY, tar, work)
    run("--work", work, "--stage", "warm")
    run("--work", work, "--stage", "mapping")
    pair = watch.trained(TINY, work, album)
    first, again = (torch.cat(list(watch.samples(pair, 6, batch=3))) for _ in range(2))
    assert torch.equal(first, again)
    assert first.abs().max() <= 1
