"""Easel Portraits' whole way on forty made-up drawings, in seconds, and its codes of faces."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.engines.devices import Device
from studio.engines.latent.model import LatentModel
from studio.shelf import Model
from studio.shelf.manifest import read_manifest
from studio.training.__main__ import main
from studio.training.gan.portraits import data, factors, mapping, teach
from studio.training.gan.portraits.config import CONFIGS
from tests.training.test_gan import teacher

TINY = CONFIGS["tiny"]
COUNT = 44


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    teacher(folder / "teachers" / "alexnet.safetensors", "AlexNet_0", 5)
    teacher(folder / "teachers" / "vgg16.safetensors", "VGG16_0", 13)
    return folder


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """Squares of each drawing's ground and skin."""
    pages = np.zeros((COUNT, 128, 128, 3), np.uint8)
    for page, one in zip(pages, factors.asked(COUNT), strict=True):
        page[:] = tuple(bytes.fromhex(one["colours"]["ground"]))
        page[40:90, 40:90] = tuple(bytes.fromhex(one["colours"]["skin"]))
    path = tmp_path / "adventurer-128.npy"
    np.save(path, pages)
    return path


def run(*words: object) -> None:
    main(["portraits", "--config", "tiny", "--threads", "1", *map(str, words)])


def test_the_whole_way_leads_to_a_model_that_opens(
    work: Path, drawings: Path, tmp_path: Path
) -> None:
    out = tmp_path / "portraits"
    run("--data", drawings, "--work", work, "--out", out)
    model = LatentModel(Model(read_manifest(out), out, True), Device("cpu", torch.float32, "cpu"))
    assert model.has_encoder
    frame = model.frame(model.seeded(3))
    assert frame.shape == (64, 64, 3)
    assert np.array_equal(frame, model.frame(model.seeded(3)))
    figures = json.loads((work / "evaluate.json").read_text())
    assert {"vgg16 kid", "alexnet recall", "pixels closest samples"} <= set(figures)
    assert (out / "samples.webp").exists()


def test_training_goes_on_where_it_stopped(work: Path, drawings: Path) -> None:
    run("--data", drawings, "--work", work, "--stage", "data")
    run("--work", work, "--stage", "teach", "--minutes", "-1")
    run("--work", work, "--stage", "teach", "--minutes", "-2")
    lines = (work / "teach/log.jsonl").read_text().splitlines()
    steps = [json.loads(line)["step"] for line in lines]
    assert steps == [1, 2]


def test_every_drawing_has_one_option_of_each_part_and_reads_as_itself() -> None:
    asked = [one for one in factors.asked(60) if one["hair"] not in factors.WITHOUT]
    faces = factors.faces(asked)
    codes = faces.drawn(torch.arange(len(asked)), torch.Generator().manual_seed(0))
    read = teach.build(TINY).read(codes)
    row = 0
    for group in factors.groups():
        shares = read[:, row : row + len(group.options)]
        row += len(group.options)
        assert torch.allclose(shares.sum(1), torch.ones(len(asked)), atol=1e-5)
        if group.name == "earrings":
            continue  # under long hair any of them would do
        names = list(group.options)
        best = [names[i] for i in shares.argmax(1).tolist()]
        assert best == [one[group.name] for one in asked]


def test_moving_a_smile_leads_from_one_drawn_mouth_to_another() -> None:
    mouths = next(group for group in factors.groups() if group.name == "mouth")
    smile, opened = factors.index("smile"), factors.index("mouth open")
    places = {(float(v[smile]), float(v[opened])) for v in mouths.vectors}
    assert places == {(s, o) for s in (-1.0, 0.0, 1.0) for o in (-1.0, 1.0)}
    kinds = mouths.vectors[:, factors.index("mouth 0") :][:, : factors.KINDS["mouth"]]
    assert (kinds.sum(0) == 6).all()  # each mouth at every one of the six places


def test_detail_of_another_never_reaches_the_rows_of_form_and_the_reverse() -> None:
    generator = teach.build(TINY)
    own, other = torch.zeros(3, len(factors.names())), torch.ones(3, len(factors.names()))
    code = teach.coded(generator, own, other, 1.0, torch.Generator().manual_seed(0))
    form, half = factors.form(), generator.layers // 2
    assert (code[:, :half][..., form] == 0).all()
    assert (code[:, :half][..., ~form] == 1).all()
    assert (code[:, half:][..., ~form] == 0).all()
    assert (code[:, half:][..., form] == 1).all()


def test_likelihood_of_a_pixel_is_best_where_its_colour_has_the_share() -> None:
    colours = torch.tensor([[[-1.0, -1, -1], [1, 1, 1]]])
    pixels = torch.tensor([[[1.0, 1, 1], [-1, -1, -1]]])
    right = teach.flatness(torch.tensor([[[0.1, 0.9], [0.9, 0.1]]]), colours, pixels, 0.1)
    wrong = teach.flatness(torch.tensor([[[0.9, 0.1], [0.1, 0.9]]]), colours, pixels, 0.1)
    assert (right < wrong - 1).all()


def test_a_window_of_cells_shows_the_same_pixels_as_the_picture() -> None:
    generator = teach.build(TINY)
    picture = torch.arange(3 * 64 * 64).float().view(1, 3, 64, 64)
    cells = teach.by_cell(picture, generator)
    shown = teach.windowed(cells.unflatten(1, (-1, 16)), (slice(2, 5), slice(1, 3)))
    wanted = picture[:, :, 8:20, 4:12].flatten(2).sort(2).values
    assert torch.equal(shown.transpose(1, 2).sort(2).values, wanted)


def test_the_mapping_learns_to_throw_as_the_drawings_were_thrown() -> None:
    asked = [one for one in factors.asked(300) if one["hair"] not in factors.WITHOUT]
    faces = factors.faces(asked)
    chooser = teach.build(TINY).mapping
    mapping.begin(chooser, faces, 0)
    z = torch.randn(1500, chooser.ask.in_features, generator=torch.Generator().manual_seed(3))
    rows = torch.randint(len(asked), (1500,), generator=torch.Generator().manual_seed(4))
    real = faces.drawn(rows, torch.Generator().manual_seed(5))
    before = mapping.energy(real, chooser(z).detach())
    mapping.train(chooser, faces, len(asked), 40, 0)
    assert mapping.energy(real, chooser(z).detach()) < 0.7 * before


def test_labels_say_what_is_drawn_and_not_what_lies_under_the_hair() -> None:
    asked = factors.asked(400)
    names, values = data.labels([one for one in asked if one["hair"] not in factors.WITHOUT])
    shown = [one for one in asked if one["hair"] not in factors.WITHOUT]
    worn = values[:, names.index("earrings")]
    assert all(
        value == (1 if one["earrings"] else -1) for value, one in zip(worn, shown, strict=True)
    )


def test_in_use_a_mixture_of_two_has_more_whole_parts_than_in_the_lesson() -> None:
    asked = [one for one in factors.asked(300) if one["hair"] not in factors.WITHOUT]
    codes = factors.faces(asked).drawn(torch.arange(len(asked)), torch.Generator().manual_seed(0))
    half = (codes + codes.roll(1, 0)) / 2
    read = teach.build(TINY).read
    row, width = 0, len(factors.groups()[0].options)  # haircuts
    plain = read(half)[:, row : row + width].max(1).values
    teach.settled(read)
    assert (read(half)[:, row : row + width].max(1).values > 0.9).float().mean() > 0.4
    assert (plain > 0.9).float().mean() < 0.2
    own = read(codes)[:, row : row + width].max(1).values
    assert own.min() > 0.99  # a face's own haircut is never in doubt
