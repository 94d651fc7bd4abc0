"""A folder that holds a composer, and folders that do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from studio.engines.music.network import Writer
from studio.engines.music.opened import open_composer
from studio.engines.music.wishes import Measures, Wish, measures_as_plain, measures_from_plain
from studio.errors import StudioError
from tests.engines.music.conftest import ALL
from tests.tiny_tunes import TINY

EXAMPLE = ["major", [3, 4], 96, [1, 2, 3, 2]]


@pytest.fixture
def folder(tmp_path: Path, writer: Writer) -> Path:
    save_file(
        {k: v.half() for k, v in writer.state_dict().items()}, tmp_path / "writer.safetensors"
    )
    network = {**TINY.__dict__, "wishes": list(TINY.wishes)}
    (tmp_path / "easel.json").write_text(json.dumps({"tune": {"writer": network}}))
    told = measures_as_plain(Measures(examples={"calm": [EXAMPLE]}))
    (tmp_path / "measures.json").write_text(json.dumps(told))
    return tmp_path


def test_a_composer_opens_and_knows_what_is_usual(folder: Path) -> None:
    composer = open_composer(folder)
    made = composer.new(Wish("calm"), ALL, 2)
    assert (made.beats, made.unit, made.tempo, made.mode) == (3, 4, 96.0, "major")


@pytest.mark.parametrize("file", ["writer.safetensors", "measures.json", "easel.json"])
def test_damage_is_said_in_a_sentence(folder: Path, file: str) -> None:
    data = (folder / file).read_bytes()
    (folder / file).write_bytes(data[: len(data) // 2])
    with pytest.raises(StudioError, match="fit together"):
        open_composer(folder)


@pytest.mark.parametrize("change", [{"width": 64}, {"layers": 10**6}, {"tokens": 5}, {"heads": 0}])
def test_a_manifest_that_lies_is_found_out(folder: Path, change: dict[str, int]) -> None:
    told = json.loads((folder / "easel.json").read_text())
    told["tune"]["writer"] |= change
    (folder / "easel.json").write_text(json.dumps(told))
    with pytest.raises(StudioError, match="fit together"):
        open_composer(folder)


def test_weights_that_are_no_numbers_are_found_out(folder: Path) -> None:
    weights = load_file(folder / "writer.safetensors")
    weights["table"][0, 0] = float("nan")
    save_file(weights, folder / "writer.safetensors")
    with pytest.raises(StudioError, match="fit together"):
        open_composer(folder)


def test_measures_come_back_as_they_were() -> None:
    ranks = {"activity": [1.0, 2.0, 3.0]}
    told = measures_as_plain(Measures(ranks, {1: [0.5, 1.0]}, {1: [0.2, 0.7, 2.0]}))
    assert measures_from_plain(json.loads(json.dumps(told))).rank("activity", 2.5) > 0.5
    with pytest.raises(ValueError, match="two bounds"):
        measures_from_plain({**told, "bounds": {"melody": [1]}})
