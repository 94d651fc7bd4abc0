"""Models that make sound: known by their class, described from their own files, honest on licences.

The shelf never opens networks: an outline of a folder is enough here.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.recipes import PictureRecipe
from studio.shelf import Shelf

PARTS = {
    "AceStepPipeline": ("transformer", "vae", "condition_encoder", "text_encoder"),
    "StableAudioPipeline": ("transformer", "vae", "projection_model", "text_encoder"),
    "StableAudio3Pipeline": ("transformer", "vae", "duration_embedder", "text_encoder"),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "builtin").mkdir()
    return Shelf(tmp_path / "builtin", tmp_path / "own" / "models.json")


@pytest.fixture
def outline(tmp_path: Path):
    """Makes the outline of a folder of a class; `configs` are those of its parts."""

    def make(pipeline: str, **configs: dict) -> Path:
        folder = tmp_path / "my-singer"
        index: dict = {"_class_name": pipeline, "scheduler": ["diffusers", "SomeScheduler"]}
        (folder / "scheduler").mkdir(parents=True)
        told = configs.pop("scheduler", {})
        (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(told))
        for part in PARTS.get(pipeline, ("transformer",)):
            (folder / part).mkdir()
            (folder / part / "config.json").write_text(json.dumps(configs.get(part, {})))
            weights(folder / part / "model.safetensors")
            index[part] = ["diffusers", "SomeModel"]
        (folder / "model_index.json").write_text(json.dumps(index))
        return folder

    return make


def weights(file: Path, missing: int = 0) -> None:
    header = {"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(16 - missing))


def test_a_model_that_sings_is_found_among_sounds_and_only_there(shelf, outline):
    model = shelf.add_folder(outline("AceStepPipeline"))
    assert [one.id for one in shelf.models("sound")] == [model.id]
    assert shelf.models() == []
    assert model.name == "my singer"
    assert model.id.startswith("local/my-singer-")
    assert model.sound.sings
    assert model.sound.longest == 600.0
    with pytest.raises(StudioError, match="does not draw from words"):
        shelf.complete(PictureRecipe(prompt="a fox", model=model.id))


@pytest.mark.parametrize("how", [{"is_turbo": True}, {"model_version": "turbo"}])
def test_a_distilled_one_takes_few_steps_and_no_guidance(shelf, outline, how):
    traits = shelf.add_folder(outline("AceStepPipeline", transformer=how)).sound
    assert (traits.full.steps, traits.full.guidance, traits.guided) == (8, 1.0, False)


def test_an_undistilled_one_takes_more_steps(shelf, outline):
    traits = shelf.add_folder(outline("AceStepPipeline", transformer={"is_turbo": False})).sound
    assert (traits.full.steps, traits.full.guidance, traits.guided) == (50, 7.0, True)


def test_stable_audio_fills_what_its_latents_last(shelf, outline):
    folder = outline(
        "StableAudioPipeline",
        transformer={"sample_size": 1024},
        vae={"downsampling_ratios": [2, 4, 4, 8, 8], "sampling_rate": 44_100},
        projection_model={"max_value": 512},
    )
    traits = shelf.add_folder(folder).sound
    assert traits.longest == pytest.approx(47.55, abs=0.01)
    assert not traits.sings
    assert traits.leaves_out


def test_stable_audio_3_says_itself_how_long_and_whether_it_is_distilled(shelf, outline):
    folder = outline(
        "StableAudio3Pipeline",
        duration_embedder={"max_val": 120.0},
        scheduler={"stochastic_sampling": True},
    )
    traits = shelf.add_folder(folder).sound
    assert (traits.longest, traits.full.steps, traits.leaves_out) == (120.0, 8, False)


@pytest.mark.parametrize("broken", [{"sample_size": "long"}, {"sample_size": -3}, []])
def test_settings_that_make_no_sense_give_the_usual_ones(shelf, outline, broken):
    folder = outline("StableAudioPipeline", transformer=broken, vae={"downsampling_ratios": "2"})
    assert shelf.add_folder(folder).sound.longest == pytest.approx(47.55, abs=0.01)


def test_sound_of_an_unknown_kind_is_not_taken_for_pictures(shelf, outline):
    with pytest.raises(StudioError, match="does not know") as caught:
        shelf.add_folder(outline("AudioLDM2Pipeline"))
    assert "ACE-Step" in caught.value.todo
    assert shelf.models() == []


def test_torn_weights_are_refused(shelf, outline):
    folder = outline("AceStepPipeline")
    weights(folder / "vae" / "model.safetensors", missing=5)
    with pytest.raises(StudioError, match="damaged or incomplete"):
        shelf.add_folder(folder)


@pytest.mark.parametrize(
    ("card", "licence", "says"),
    [
        ("---\nlicense: mit\ntags:\n- music\n---\n# Singer", "MIT", "may use and sell"),
        ("---\r\nlicense: apache-2.0\r\n---\r\n", "Apache-2.0", "may use and sell"),
        (
            "---\nlicense: other\nlicense_name: stable-audio-community\n---\n",
            "Stability AI Community License",
            "1,000,000 US dollars",
        ),
        ('---\nlicense: "cc-by-nc-4.0"\n---\n', "CC BY-NC 4.0", "must not be sold"),
        ("---\nlicense: other\nlicense_name: my-own\n---\n", "my-own", "See the licence"),
        ("---\nlicense: openrail\n---\n", "openrail", "See the licence"),
        ("# No card\nlicense: mit\n", "unknown", "See the licence"),
        ("---\nlicense: other\n---\n", "unknown", "See the licence"),
        (None, "unknown", "See the licence"),
    ],
)
def test_the_licence_is_what_the_card_says_and_nothing_is_promised_beyond(
    shelf, outline, card, licence, says
):
    folder = outline("AceStepPipeline")
    if card is not None:
        (folder / "README.md").write_bytes(card.encode())
    model = shelf.add_folder(folder)
    assert model.licence == licence
    assert says in model.may


def test_a_manifest_of_its_own_goes_first(shelf, outline):
    folder = outline("AceStepPipeline")
    told = {"id": "me/singer", "name": "Singer", "kind": "sound", "sound": {"longest": 60.0}}
    (folder / "easel.json").write_text(json.dumps(told))
    model = shelf.add_folder(folder)
    assert (model.id, model.sound.longest) == ("me/singer", 60.0)
    (folder / "vae" / "model.safetensors").unlink()
    with pytest.raises(StudioError, match="incomplete"):
        shelf.add_folder(folder)
