"""`easel sound` with tiny models. The engine is on threads of this process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.library import Library, read_recipe
from studio.paths import library_folder
from studio.recipes import SoundRecipe, parse_recipe
from studio.sound import RATE
from tests.commands import engine_on_threads, refuser, runner
from tests.tiny_sounds import save_tiny_ace_step, save_tiny_stable_audio

SHORT = ("--seconds", "2", "--steps", "2", "--seed", "5")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    save_tiny_ace_step(folder / "my singer")
    save_tiny_stable_audio(folder / "noises")
    (folder / "my singer" / "README.md").write_text("---\nlicense: mit\n---\n", "utf-8")
    return folder


@pytest.fixture(autouse=True)
def near(monkeypatch):
    engine_on_threads(monkeypatch, ("sound",))


@pytest.fixture
def easel(capsys):
    return runner(capsys)


@pytest.fixture
def refused(capsys):
    return refuser(capsys)


def recipe_of(file: Path | str) -> SoundRecipe:
    recipe = parse_recipe(read_recipe(Path(file)))
    assert isinstance(recipe, SoundRecipe)
    return recipe


def test_a_song_is_kept_and_copied_and_can_be_made_again(easel, models, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("\ufeff[verse]\nla la\n", "utf-8")
    out = tmp_path / "waltz.wav"
    asked = ("--prompt", "a quiet waltz", "--lyrics-file", words, *SHORT)
    said = easel("sound", "--model", models / "my singer", *asked, "--out", out)
    assert said == [str(out)]
    sound, rate = soundfile.read(out)
    assert (rate, sound.shape) == (RATE, (2 * RATE, 2))
    assert np.abs(sound).max() < 0.9
    with Library.open(library_folder()) as library:
        (kept,) = library.recent()
    assert kept.is_sound
    assert kept.licence == "You may use and sell what it makes."
    recipe = recipe_of(kept.path)
    assert recipe.lyrics == "[verse]\nla la"
    assert (recipe.seed, recipe.steps, recipe.seconds) == (5, 2, 2.0)
    (again,) = easel("again", kept.path, "--out", tmp_path / "again")
    assert np.array_equal(soundfile.read(again)[0], soundfile.read(kept.path)[0])


def test_a_model_is_found_by_its_name_afterwards_and_listed(easel, models):
    easel("sound", "--model", models / "my singer", "--prompt", "rain", *SHORT)
    (kept,) = easel("sound", "--model", "My Singer", "--prompt", "rain", *SHORT)
    assert kept.endswith(".flac")
    (other,) = easel("sound", "--prompt", "rain", *SHORT)  # it is the only one
    assert recipe_of(other).model == recipe_of(kept).model
    assert any("my singer" in line and "sound from words" in line for line in easel("models"))


def test_what_cannot_be_done_is_said(refused, models, tmp_path):
    noises, rain = models / "noises", ("--prompt", "rain")
    assert "No model on this computer" in refused("sound", *rain)
    assert "no words yet" in refused("sound", "--model", noises)
    assert "does not sing" in refused("sound", "--model", noises, *rain, "--lyrics", "la")
    assert "at most 600" in refused("sound", "--model", noises, *rain, "--seconds", "10000")
    assert "at most 4 seconds" in refused("sound", "--model", noises, *rain, "--seconds", "9")
    assert "cannot save this" in refused("sound", "--model", noises, *rain, "--out", "x.mid")
    assert "does not draw" in refused("make", "fox", "--model", noises)
    missing = tmp_path / "none.txt"
    said = refused("sound", "--model", noises, *rain, "--lyrics-file", missing)
    assert "cannot be read as words" in said
    with Library.open(library_folder()) as library:
        assert library.count() == 0
