"""The sound engine on small random models: repeatable, cancellable, plain about bad models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.engines.audio import memory
from studio.engines.audio.decoding import AROUND, TILE, decoded
from studio.engines.audio.engine import SoundEngine
from studio.engines.audio.memory import memory_needed
from studio.engines.audio.solver import CosineSolver
from studio.engines.base import Context, JobCancelled
from studio.engines.devices import best_device
from studio.errors import StudioError
from studio.recipes import SoundRecipe
from studio.shelf import Shelf
from studio.sound import RATE
from studio.sound.mixing import CEILING
from tests.tiny_sounds import (
    CHANNELS,
    HOP,
    save_tiny_ace_step,
    save_tiny_stable_audio,
    save_tiny_stable_audio_3,
)

NAMES = ("ace", "stable", "stable 3")
SHORT = {"prompt": "a quiet waltz", "seconds": 2.0, "steps": 3}


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """One folder with all tiny models; tests that spoil a model work on a copy."""
    folder = tmp_path_factory.mktemp("models")
    save_tiny_ace_step(folder / "ace", channels=1)
    save_tiny_stable_audio(folder / "stable")
    save_tiny_stable_audio_3(folder / "stable 3")
    return folder


@pytest.fixture
def shelf(models: Path, tmp_path: Path) -> Shelf:
    return Shelf(models, tmp_path / "models.json")


@pytest.fixture(scope="module")
def engines() -> dict[str, SoundEngine]:
    """One engine a model, so that each is opened once."""
    return {name: SoundEngine() for name in NAMES}


class Seen:
    """A context that writes everything down; cancels after so many reports."""

    def __init__(self, shelf: Shelf, cancel_after: int | None = None) -> None:
        self.kept: list[tuple[np.ndarray, SoundRecipe]] = []
        self.done: list[float] = []
        self.notes: list[str] = []
        self.context = Context(
            shelf,
            report=self._report,
            keep_sound=self._keep,
            cancelled=lambda: cancel_after is not None and len(self.done) > cancel_after,
        )

    def _report(self, done: float, note: str) -> None:
        self.done.append(done)
        self.notes.append(note)

    def _keep(self, index, blocks, rate, recipe) -> None:
        assert rate == RATE
        self.kept.append((np.concatenate(list(blocks)), recipe))


def id_of(shelf: Shelf, name: str) -> str:
    return next(one.id for one in shelf.models("sound") if one.name == name)


def make(engines, shelf, name="ace", **values) -> Seen:
    seen = Seen(shelf)
    recipe = SoundRecipe(model=id_of(shelf, name), **{**SHORT, **values})
    engines[name].run(recipe, seen.context)
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_each_family_makes_stereo_of_the_length_asked_for(engines, shelf, name):
    seen = make(engines, shelf, name, lyrics="la la")
    sound, recipe = seen.kept[0]
    assert sound.dtype == np.float32
    assert sound.shape == (2 * RATE, 2)
    assert 0.05 < np.abs(sound).max() <= CEILING + 1e-6
    assert seen.done == sorted(seen.done)
    assert seen.done[-1] == 1.0
    assert len(seen.done) >= recipe.steps + 3  # the steps and more than one piece of decoding
    assert recipe.guidance is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_same_recipe_gives_identical_samples_and_another_seed_others(engines, shelf, name):
    first = make(engines, shelf, name, seed=7).kept[0]
    again, other = Seen(shelf), make(engines, shelf, name, seed=8).kept[0]
    SoundEngine().run(first[1], again.context)
    assert np.array_equal(first[0], again.kept[0][0])
    assert not np.array_equal(first[0], other[0])


def test_each_of_several_takes_can_be_made_again_alone(engines, shelf):
    several = make(engines, shelf, seed=3, count=2)
    assert [one.seed for _, one in several.kept] == [3, 4]
    assert several.notes[-2] == "Take 2 of 2"
    sound, recipe = several.kept[1]
    alone = Seen(shelf)
    engines["ace"].run(recipe, alone.context)
    assert np.array_equal(sound, alone.kept[0][0])


def test_one_channel_is_heard_on_both_sides(engines, shelf):
    sound, _ = make(engines, shelf, "ace").kept[0]
    assert np.array_equal(sound[:, 0], sound[:, 1])


def test_the_words_and_what_is_sung_are_heard(engines, shelf):
    plain = make(engines, shelf).kept[0][0]
    sung = make(engines, shelf, lyrics="[verse]\nla la la").kept[0][0]
    other = make(engines, shelf, prompt="a loud march").kept[0][0]
    assert not np.array_equal(plain, sung)
    assert not np.array_equal(plain, other)


def test_what_a_model_cannot_be_told_is_left_out_of_what_is_kept(engines, shelf):
    said = {"lyrics": " la ", "negative": "hiss", "guidance": 4.0}
    ace = make(engines, shelf, "ace", **said).kept[0][1]
    assert (ace.lyrics, ace.negative, ace.guidance) == ("la", "", 4.0)
    stable = make(engines, shelf, "stable", **said).kept[0][1]
    assert (stable.lyrics, stable.negative, stable.guidance) == ("", "hiss", 4.0)
    distilled = make(engines, shelf, "stable 3", **said).kept[0][1]
    assert (distilled.lyrics, distilled.negative, distilled.guidance) == ("", "", 1.0)


def test_leaving_something_out_changes_the_sound(engines, shelf):
    plain = make(engines, shelf, "stable").kept[0][0]
    without = make(engines, shelf, "stable", negative="drums").kept[0][0]
    assert not np.array_equal(plain, without)


def test_longer_than_the_model_can_is_said_before_anything_is_opened(shelf):
    engine = SoundEngine()
    recipe = SoundRecipe(model=id_of(shelf, "stable"), prompt="rain", seconds=5.0)
    with pytest.raises(StudioError, match="at most 4 seconds") as caught:
        engine.run(recipe, Seen(shelf).context)
    assert caught.value.todo
    assert engine._open is None


@pytest.mark.parametrize("after", [1, 3, 4])
def test_cancel_is_heard_at_each_step_and_nothing_is_kept(engines, shelf, after):
    seen = Seen(shelf, cancel_after=after)
    recipe = SoundRecipe(model=id_of(shelf, "ace"), **SHORT)
    with pytest.raises(JobCancelled):
        engines["ace"].run(recipe, seen.context)
    assert not seen.kept
    assert len(seen.done) == after + 1
    make(engines, shelf)  # and the next one works


def test_preparing_opens_the_model_and_makes_nothing(shelf):
    engine, seen = SoundEngine(), Seen(shelf)
    engine.prepare(SoundRecipe(model=id_of(shelf, "ace"), prompt="rain"), seen.context)
    assert engine._open is not None
    assert not seen.kept


def test_a_model_that_does_not_fit_into_memory_is_not_opened(shelf, monkeypatch):
    free = type("Free", (), {"available": 1000})
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: free)
    engine = SoundEngine()
    recipe = SoundRecipe(model=id_of(shelf, "ace"), **SHORT)
    with pytest.raises(StudioError, match=r"needs about 0\.\d GB of memory, and 0\.0 GB are free"):
        engine.run(recipe, Seen(shelf).context)
    assert engine._open is None


def test_memory_is_counted_from_the_files(models):
    folder, device = models / "ace", best_device()
    numbers = {
        file.parent.name: sum(one.numel() for one in load_file(file).values())
        for file in folder.glob("*/*.safetensors")
    }
    vae = 4 * numbers.pop("vae")
    rest = device.dtype.itemsize * sum(numbers.values())
    decoding = memory_needed(folder, device, ("vae",)) - vae - rest
    assert 0 < decoding < 2**24


@pytest.fixture
def spoilt(models, tmp_path):
    """A copy of the tiny ACE-Step and a shelf that has only it."""
    folder = tmp_path / "models" / "spoilt"
    shutil.copytree(models / "ace", folder)
    return folder, Shelf(tmp_path / "models", tmp_path / "models.json")


def spoil(folder: Path, how: str) -> None:
    weights = next((folder / "transformer").glob("*.safetensors"))
    match how:
        case "numbers of another size":
            config = json.loads((folder / "transformer" / "config.json").read_text("utf-8"))
            changed = config | {"hidden_size": 24}
            (folder / "transformer" / "config.json").write_text(json.dumps(changed), "utf-8")
        case "torn":
            weights.write_bytes(weights.read_bytes()[:-7])
        case "no numbers":
            tensors = load_file(weights)
            save_file(
                {name: torch.full_like(one, torch.nan) for name, one in tensors.items()}, weights
            )
        case "a pickle":
            weights.unlink()
            torch.save({"w": torch.zeros(2)}, weights.with_name("diffusion_pytorch_model.bin"))
        case "code of its own":
            index = json.loads((folder / "model_index.json").read_text("utf-8"))
            index["transformer"] = ["my_code", "Transformer"]
            (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
        case "no settings":
            (folder / "vae" / "config.json").write_text("{", "utf-8")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("numbers of another size", "do not fit together"),
        ("torn", "damaged or incomplete"),
        ("no numbers", "calculated nonsense"),
        ("a pickle", "hidden programs"),
        ("code of its own", "own program code"),
        ("no settings", "do not fit together"),
    ],
)
def test_a_spoilt_model_is_refused_in_plain_words(spoilt, how, says):
    folder, shelf = spoilt
    model = shelf.models("sound")[0].id
    spoil(folder, how)
    # the weights' sizes are part of the id of a folder: what is damaged is still asked for by it
    found = [one.id for one in shelf.models("sound")] or [model]
    with pytest.raises(StudioError) as caught:
        SoundEngine().run(SoundRecipe(model=found[0], **SHORT), Seen(shelf).context)
    assert caught.value.todo


def test_a_spoilt_solver_is_refused_in_plain_words(models, tmp_path):
    folder = tmp_path / "models" / "spoilt"
    shutil.copytree(models / "stable", folder)
    settings = folder / "scheduler" / "scheduler_config.json"
    told = json.loads(settings.read_text("utf-8"))
    settings.write_text(json.dumps(told | {"sigma_min": "low"}), "utf-8")
    shelf = Shelf(tmp_path / "models", tmp_path / "models.json")
    recipe = SoundRecipe(model=shelf.models("sound")[0].id, **SHORT)
    with pytest.raises(StudioError, match="do not fit together"):
        SoundEngine().run(recipe, Seen(shelf).context)


@pytest.mark.parametrize("name", ["ace", "stable 3"])
def test_decoding_piece_by_piece_has_no_seams(engines, shelf, name):
    make(engines, shelf, name)
    vae = engines[name]._open._pipeline.vae
    count = 2 * TILE + AROUND + 5
    latents = torch.randn((1, CHANNELS, count), generator=torch.Generator().manual_seed(1))
    told: list[float] = []
    with torch.inference_mode():
        pieces = list(decoded(vae, latents, count * HOP, told.append))
        whole = vae.decode(latents).sample[0].T.numpy()
    assert len(pieces) == len(told) >= 3
    assert told == sorted(told)
    assert np.abs(whole).max() > 1e-3
    assert np.abs(np.concatenate(pieces) - whole[: count * HOP]).max() < 1e-5


def test_decoding_stops_where_the_sound_is_long_enough(engines, shelf):
    make(engines, shelf)
    vae = engines["ace"]._open._pipeline.vae
    latents = torch.zeros((1, CHANNELS, 4 * TILE))
    with torch.inference_mode():
        pieces = list(decoded(vae, latents, TILE * HOP + 3, lambda done: None))
    assert [len(piece) for piece in pieces] == [TILE * HOP, 3]


def test_the_solver_brings_noise_to_what_the_denoiser_says():
    """A denoiser that knows the answer: v-prediction of a sample that is always the same."""
    clean = torch.linspace(-1.0, 1.0, 64).reshape(1, 4, 16)
    solver = CosineSolver(
        sigma_min=0.3,
        sigma_max=500.0,
        sigma_data=1.0,
        sigma_schedule="exponential",
        prediction_type="v_prediction",
        algorithm_type="sde-dpmsolver++",
    )
    solver.set_timesteps(12)
    generator = torch.Generator().manual_seed(2)
    sample = torch.randn(clean.shape, generator=generator) * solver.init_noise_sigma
    for index, step in enumerate(solver.timesteps):
        sigma = solver.sigmas[index]
        assert step == pytest.approx(torch.atan(sigma).item() / torch.pi * 2)
        velocity = -(clean * (1 + sigma**2) - sample) / (sigma * (1 + sigma**2).sqrt())
        solver.scale_model_input(sample, step)
        sample = solver.step(velocity, step, sample, generator=generator).prev_sample
    assert torch.allclose(sample, clean, atol=1e-3)


@pytest.mark.parametrize("how", [MemoryError(), RuntimeError("CPU: can't allocate memory: 9 TB")])
def test_running_out_of_memory_is_said_and_the_next_one_works(engines, shelf, monkeypatch, how):
    def full(*_given):
        raise how

    with monkeypatch.context() as patched:
        patched.setattr("studio.engines.audio.engine.decoded", full)
        with pytest.raises(StudioError, match="ran out of memory"):
            make(engines, shelf)
    assert make(engines, shelf).kept


def test_a_defect_is_not_called_anything_else(engines, shelf, monkeypatch):
    def broken(*_given):
        raise RuntimeError("a defect")

    monkeypatch.setattr("studio.engines.audio.engine.decoded", broken)
    with pytest.raises(RuntimeError, match="a defect"):
        make(engines, shelf)
