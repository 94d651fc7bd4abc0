"""The characters' VAE from drawings to a packed folder, in seconds, on drawings made here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.engines.devices import Device
from studio.engines.latent.model import LatentModel
from studio.shelf import Model
from studio.shelf.manifest import read_manifest
from studio.training.__main__ import main
from studio.training.characters import data, evaluate, figures, judge, pack, vae
from studio.training.characters.config import CONFIGS, with_train
from studio.training.characters.drawing import Sheet
from studio.training.characters.people import NAMES
from studio.training.picture import loop

TINY = CONFIGS["tiny"]


def _painted(sheets: Iterable[Sheet], size: int, packages: Path) -> Iterator[np.ndarray]:
    """In place of Node and resvg: ground, a head of skin, glasses as a bar."""
    for sheet in sheets:
        colours = sheet["options"]
        ground = sheet["ground"]
        skin = (colours.get("skinColor") or colours["baseColor"])[0]
        page = np.zeros((size, size, 3), np.uint8)
        page[:] = [int(ground[i : i + 2], 16) for i in (0, 2, 4)]
        page[size // 4 : -size // 8, size // 4 : -size // 4] = [
            int(skin[i : i + 2], 16) for i in (0, 2, 4)
        ]
        if colours.get("glasses") or "circle" in json.dumps(sheet.get("insert", "")):
            page[size // 3 : size // 2, size // 4 : -size // 4] = 0
        yield page


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with a set of tiny drawings and a VAE of two steps."""
    folder = tmp_path_factory.mktemp("characters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "draw", _painted)
        patch.setattr(data, "get_context", lambda kind: _Here)
        data.prepare(Path(), folder, TINY.data)
    vae.train(TINY, folder)
    return folder


class _Here:
    """Processes that run at once, in this one, where the drawer can be replaced."""

    class Process:
        exitcode = 0

        def __init__(self, target: object, args: tuple) -> None:
            self.target, self.args = target, args

        def start(self) -> None:
            self.target(*self.args)  # type: ignore[operator]

        def join(self) -> None:
            pass


def test_the_set_holds_pairs_and_keeps_some_back(work: Path) -> None:
    people = data.load(work, TINY.data)
    assert people.pictures.shape == (64, 64, 64, 3)
    assert people.labels.shape == people.seen.shape == (64, len(NAMES))
    assert people.training_pairs == 24
    assert list(people.held_rows) == list(range(48, 64))
    assert all(people.pictures[i].any() for i in range(64))
    picture = people.picture(torch.tensor([3, 0]))
    assert picture.shape == (2, 3, 64, 64)
    assert -1 <= picture.min() < picture.max() <= 1
    assert torch.equal(picture[0].permute(1, 2, 0).add(1).mul(127.5).round().byte(),
                       torch.from_numpy(people.pictures[3].copy()))  # fmt: skip


def test_training_goes_on_where_it_stopped(work: Path, tmp_path: Path) -> None:
    shutil.copytree(work / "people", tmp_path / "people")
    config = with_train(TINY, minutes=-1.0)
    vae.train(config, tmp_path)
    vae.train(with_train(config, minutes=-2.0), tmp_path)
    apart = vae.load(TINY, tmp_path).state_dict()
    once = vae.load(TINY, work).state_dict()
    for name, weights in once.items():
        assert torch.allclose(weights, apart[name], atol=2e-3), name


def test_all_losses_reach_both_networks(work: Path) -> None:
    people = data.load(work, TINY.data)
    both = vae.build(TINY)
    losses = vae.Losses(TINY, work)
    rows = torch.arange(8)
    loss, told = losses(
        both,
        people.picture(rows),
        torch.from_numpy(people.labels)[rows],
        torch.from_numpy(people.seen)[rows],
        torch.from_numpy(people.tells)[:4],
        0.5,
        torch.Generator().manual_seed(0),
    )
    loss.backward()
    assert told["l1"] > 0
    assert told["kl"] > 0
    silent = [n for n, p in both.named_parameters() if p.grad is None]
    assert not silent


def test_a_pair_that_does_not_tell_is_not_exchanged(work: Path) -> None:
    """With nothing told, every picture must be drawn from its own free part."""
    people = data.load(work, TINY.data)
    both, losses = vae.build(TINY), vae.Losses(TINY, work)
    rows = torch.arange(4)
    kept: list[torch.Tensor] = []
    decoder = both["decoder"]
    decoder.register_forward_pre_hook(lambda module, args: kept.append(args[0].detach()))
    for tells in (torch.zeros(2, 2, dtype=torch.bool), torch.ones(2, 2, dtype=torch.bool)):
        for seed in range(4):
            losses(
                both,
                people.picture(rows),
                torch.from_numpy(people.labels)[rows],
                torch.from_numpy(people.seen)[rows],
                tells,
                0.5,
                torch.Generator().manual_seed(seed),
            )
    named = len(NAMES)

    def repeated(codes: torch.Tensor) -> int:
        free = codes[:, 0, named:]
        return len(free) - len(torch.unique(free, dim=0))

    assert sum(repeated(c) for c in kept[:4]) == 0
    assert sum(repeated(c) for c in kept[4:]) > 0


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [vae.share_of_rate(CONFIGS["small"], s, 500) for s in (0.1, 0.3, 0.6, 0.9, 1.0)]
    assert rates[0] == rates[1] == 1
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0.01)
    assert vae.share_of_rate(CONFIGS["small"], 0.0, 0) < 0.05


def test_ends_are_judged_by_their_promise() -> None:
    judged = torch.tensor([-0.9, -0.4, 0.1, 0.4, 0.9])
    assert evaluate.end_is_right("glasses", judged, 1).tolist() == [False, False, True, True, True]
    assert evaluate.end_is_right("beard", judged, -1).tolist() == [True, False, False, False, False]
    assert evaluate.end_is_right("skin_light", judged, 1).tolist() == [False] * 3 + [True] * 2


class _Honest(torch.nn.Module):
    """Draws nothing but its named numbers; the judge below reads them."""

    z_dim = dim = len(NAMES) + 2

    def synthesize(self, code: torch.Tensor) -> torch.Tensor:
        page = torch.zeros(len(code), 3, 8, 8)
        page[:, 0, :2].view(len(code), -1)[:] = code[:, 0, :16] / 2
        return page


class _Reader(torch.nn.Module):
    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return picture[:, 0, :2].reshape(len(picture), -1) * 2


def test_a_pure_slider_is_found_pure_and_a_leaking_one_is_not() -> None:
    codes = torch.rand(12, len(NAMES) + 2) * 2 - 1
    codes[:, NAMES.index("hair_length")] = 1
    pure = evaluate.slide(_Reader(), _Honest(), codes, "glasses")
    assert pure.accuracy == pure.monotone == 1
    assert pure.leak < 0.02
    assert pure.curve[0] == pytest.approx(-1, abs=0.02)
    assert pure.curve[-1] == pytest.approx(1, abs=0.02)

    class Leaking(_Reader):
        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            told = super().forward(picture)
            told[:, NAMES.index("beard")] += 0.5 * told[:, NAMES.index("glasses")]
            return told

    leaking = evaluate.slide(Leaking(), _Honest(), codes, "glasses")
    assert leaking.leaks["beard"] == pytest.approx(0.5, abs=0.03)
    assert leaking.leak == leaking.leaks["beard"]


def test_packed_judged_and_opened_by_the_engine(work: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    for stage in ("judge", "pack", "evaluate", "figures"):
        main(["characters", "--work", str(work), "--config", "tiny", "--stage", stage,
              "--out", str(out)])  # fmt: skip
    told = read_manifest(out)
    assert told.id == pack.MODEL_ID
    assert told.latent is not None
    named = [s for s in told.latent.sliders if s.named]
    assert [s.id for s in named] == [pack.WORDS[n][0] for n in NAMES]
    assert all(s.accuracy is not None and s.purity is not None for s in named)
    assert len(told.latent.sliders) == len(named) + pack.FOUND
    assert (out / "people.webp").stat().st_size > 0

    model = LatentModel(Model(told, out, True), Device("cpu", torch.float32, ""))
    code = model.seeded(3)
    assert model.frame(code).shape == (64, 64, 3)
    turned = model.sliders.pin(code, {"glasses": 1.0, "smile": -1.0})
    readings = model.sliders.readings(turned)
    assert readings["glasses"] == pytest.approx(1.0, abs=1e-5)
    assert readings["smile"] == pytest.approx(-1.0, abs=1e-5)
    turned = model.sliders.pin(code, {"found 2": 0.5})
    assert model.sliders.readings(turned) == pytest.approx(
        model.sliders.readings(code) | {"found 2": 0.5}, abs=1e-4
    )
    before = model.sliders.readings(code)
    assert readings["skin"] == pytest.approx(before["skin"], abs=1e-5)
    assert model.encode(torch.zeros(3, 64, 64)).shape == (1, model.dim)


def test_a_slider_that_breaks_its_promise_is_not_shipped() -> None:
    good, weak = {"accuracy": 0.95, "leak": 0.1}, {"accuracy": 0.8, "leak": 0.1}
    measured = dict.fromkeys(NAMES, good) | {"blush": weak, "smile": good | {"leak": 0.5}}
    config = CONFIGS["small"]
    kept = pack.shipped(config, {"sliders": measured})
    assert set(NAMES) - set(kept) == {"blush", "smile"}
    assert pack.shipped(config, {}) == NAMES
    told = pack.manifest(config, {"sliders": measured})["latent"]["sliders"]
    named = [part["id"] for part in told if part.get("named", True)]
    assert named == [pack.WORDS[name][0] for name in kept]
    generator = vae.build(TINY)["decoder"]
    axes = pack.directions(generator, ("glasses", "beard"))["directions"]
    assert axes.shape == (2 + pack.FOUND, 1, generator.dim)
    assert axes[1, 0].argmax() == NAMES.index("beard")


def test_numbers_too_large_for_half_precision_are_kept_whole() -> None:
    from studio.training.characters.pack import _half

    network = torch.nn.Linear(2, 1)
    torch.nn.init.constant_(network.weight, 1e6)
    kept = _half(network)
    assert kept["weight"].dtype == torch.float32
    assert kept["bias"].dtype == torch.float16


@pytest.mark.parametrize("name", ["small", "full", "tiny"])
def test_every_configuration_can_be_built(name: str) -> None:
    with torch.device("meta"):
        both = torch.nn.ModuleDict({
            "decoder": vae.VaeGenerator(CONFIGS[name].decoder),
            "encoder": vae.VaeEncoder(CONFIGS[name].encoder),
        })  # fmt: skip
    assert both["decoder"].config.named == both["encoder"].config.named == len(NAMES)


def test_random_people_are_spread_like_the_drawings(work: Path) -> None:
    both = vae.load(TINY, work)
    people = data.load(work, TINY.data)
    pack.fit_map(both["decoder"], both["encoder"], people)
    codes = evaluate.random_codes(both["decoder"], 400)
    labels = people.labels[: 2 * people.training_pairs]
    assert np.abs(codes[:, :16].mean(0).numpy() - labels.mean(0)).max() < 0.3
    assert np.isin(codes[:, NAMES.index("glasses")].round(decimals=1).abs(), [1.0]).mean() > 0.9


def test_the_judge_is_right_about_what_is_plain() -> None:
    assert judge.right("beard", torch.tensor([0.4, 0.6]), torch.tensor([0.0, 0.0])).tolist() == [
        True, False,
    ]  # fmt: skip
    assert judge.right("skin_light", torch.tensor([0.2]), torch.tensor([0.4])).all()


def test_a_sheet_is_written_while_training(work: Path) -> None:
    assert list((work / "vae" / "sheets").glob("*.png"))
    assert (work / "vae" / "log.jsonl").read_text().count("\n") >= 1
    both = vae.build(TINY)
    vae.look(TINY, loop.Average(both, 0.9), data.load(work, TINY.data), work / "s.png")
    assert (work / "s.png").exists()


def test_without_packages_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="packages"):
        main(["characters", "--work", str(tmp_path), "--stage", "data", "--config", "tiny"])


def test_the_card_s_figures_hold_what_they_promise(work: Path) -> None:
    generator = vae.load(TINY, work)["decoder"]
    rows = figures.sliders(generator)
    assert rows.shape == (7 * len(NAMES), generator.dim)
    first = rows[:7]
    assert first[:, 0].tolist() == pytest.approx(np.linspace(-1, 1, 7).tolist(), abs=1e-6)
    assert torch.equal(first[0, 1:], first[-1, 1:])
    assert figures.page(generator, rows[:4], 2).size == (2 * 64, 2 * 64)
