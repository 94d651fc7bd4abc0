"""Models: found, described, completed; what is no model is refused in plain words."""

from __future__ import annotations

import json
import pickle
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.recipes import PictureRecipe
from studio.shelf import Manifest, Shelf, is_pickle
from studio.shelf.manifest import read_manifest


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "builtin").mkdir()
    return Shelf(tmp_path / "builtin", tmp_path / "own" / "models.json")


def weights(file: Path, numbers: int = 4, missing: int = 0) -> None:
    """A safetensors file of one row of float32, `missing` bytes short."""
    header = {"w": {"dtype": "F32", "shape": [numbers], "data_offsets": [0, numbers * 4]}}
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * (numbers * 4 - missing))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The outline of a diffusers folder; enough for the shelf, which never opens networks."""
    folder = tmp_path / "My Model 猫"
    for part in ("unet", "vae", "scheduler", "tokenizer"):
        (folder / part).mkdir(parents=True)
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "safety_checker": [None, None],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "unet" / "config.json").write_text('{"sample_size": 64}')
    (folder / "vae" / "config.json").write_text('{"block_out_channels": [1, 2, 4, 4]}')
    scheduler = {"_class_name": "DDIMScheduler"}
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler))
    for part in ("unet", "vae"):
        weights(folder / part / "diffusion_pytorch_model.safetensors")
    return folder


def test_an_added_folder_is_found_again_where_it_lies(shelf, folder, tmp_path):
    model = shelf.add_folder(folder)
    assert model.picture.native_size == (512, 512)
    again = Shelf(tmp_path / "builtin", tmp_path / "own" / "models.json")
    assert [one.id for one in again.models()] == [model.id]
    assert again.model(model.id).folder == folder
    assert str(tmp_path) not in model.id  # the id goes into pictures; nobody's folders do
    again.remove(model.id)
    assert again.models() == []
    assert folder.exists()


def test_drawing_methods_are_told_from_the_folder(shelf, folder):
    names = [name for name, _ in shelf.add_folder(folder).picture.schedulers]
    assert names[0] == ""
    assert "EulerDiscreteScheduler" in names
    assert "DDIMScheduler" not in names  # that one is its own


def test_a_recipe_is_completed_by_its_model(shelf, folder):
    model = shelf.add_folder(folder)
    recipe = shelf.complete(PictureRecipe(prompt="a fox", model=model.id, quality="draft"))
    assert (recipe.width, recipe.height, recipe.steps) == (512, 512, 10)
    asked = PictureRecipe(prompt="a fox", model=model.id, width=256, steps=3, guidance=2.0)
    kept = shelf.complete(asked)
    assert (kept.width, kept.height, kept.steps, kept.guidance) == (256, 512, 3, 2.0)


def test_a_model_that_is_not_here_is_named(shelf):
    with pytest.raises(StudioError, match="“dragon” is not on this computer"):
        shelf.model("local/dragon")


def test_a_vanished_model_is_left_out_of_the_list(shelf, folder):
    model = shelf.add_folder(folder)
    shutil.rmtree(folder)
    assert shelf.models() == []
    with pytest.raises(StudioError, match="not on this computer"):
        shelf.model(model.id)


class Evil:
    def __reduce__(self):
        return (print, ("this must never be printed",))


def spoil(folder: Path, how: str) -> None:
    unet = folder / "unet" / "diffusion_pytorch_model.safetensors"
    match how:
        case "no index":
            (folder / "model_index.json").unlink()
        case "torn index":
            (folder / "model_index.json").write_text("{")
        case "a list for an index":
            (folder / "model_index.json").write_text("[1]")
        case "not a pipeline":
            (folder / "model_index.json").write_text('{"_class_name": "Engine"}')
        case "part missing":
            shutil.rmtree(folder / "vae")
        case "weights missing":
            unet.unlink()
        case "truncated":
            weights(unet, missing=3)
        case "empty":
            unet.write_bytes(b"")
        case "enormous header":
            unet.write_bytes(struct.pack("<Q", 2**62) + b"{}")
        case "shard missing":
            index = {"weight_map": {"w": "a-00001-of-00002.safetensors"}}
            (folder / "unet" / "x.safetensors.index.json").write_text(json.dumps(index))


@pytest.mark.parametrize(
    "how",
    [
        "no index",
        "torn index",
        "a list for an index",
        "not a pipeline",
        "part missing",
        "weights missing",
        "truncated",
        "empty",
        "enormous header",
        "shard missing",
    ],
)
def test_a_spoilt_folder_is_refused_in_plain_words(shelf, folder, how):
    spoil(folder, how)
    with pytest.raises(StudioError) as caught:
        shelf.add_folder(folder)
    assert caught.value.todo
    assert "Error" not in caught.value.what
    assert shelf.models() == []


@pytest.mark.parametrize("name", ["unet/diffusion_pytorch_model.safetensors", "unet/model.bin"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_pickle_is_refused_by_its_content_whatever_its_name(shelf, folder, capsys, name, packed):
    (folder / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    data = pickle.dumps(Evil())
    if packed:
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("archive/data.pkl", data)
    else:
        (folder / name).write_bytes(data)
    assert is_pickle(folder / name)
    with pytest.raises(StudioError, match="hidden programs"):
        shelf.add_folder(folder)
    assert capsys.readouterr().out == ""


def test_a_single_checkpoint_file_is_refused_by_its_content(shelf, tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(StudioError, match="hidden programs"):
        shelf.add_folder(file)


@pytest.mark.parametrize("place", ["nowhere", "file", "empty folder"])
def test_what_is_no_model_is_said_so(shelf, tmp_path, place):
    target = tmp_path / "thing"
    if place == "file":
        target.write_text("hello")
    elif place == "empty folder":
        target.mkdir()
    with pytest.raises(StudioError, match="“thing”"):
        shelf.add_folder(target)


def test_a_damaged_manifest_is_not_fatal(shelf, folder, tmp_path):
    builtin = tmp_path / "builtin" / "broken"
    builtin.mkdir()
    (builtin / "easel.json").write_text('{"id": 3}')
    model = shelf.add_folder(folder)
    assert [one.id for one in shelf.models()] == [model.id]


def test_only_the_model_asked_for_is_read_as_a_whole(shelf, tmp_path, monkeypatch):
    for name in "abc":
        folder = tmp_path / "builtin" / name
        folder.mkdir()
        (folder / "easel.json").write_text(
            json.dumps({"id": f"easel/{name}", "name": name, "kind": "picture"})
        )
        (folder / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    read: list[str] = []

    def reading(folder: Path) -> Manifest:
        read.append(folder.name)
        return read_manifest(folder)

    monkeypatch.setattr("studio.shelf.shelf.read_manifest", reading)
    assert shelf.model("easel/c").name == "c"
    assert read == ["c"]


def test_a_model_of_tunes_is_found_and_says_what_it_knows(shelf, tmp_path):
    folder = tmp_path / "Pipes"
    folder.mkdir()
    weights(folder / "writer.safetensors")
    (folder / "measures.json").write_text("{}")
    mood = {"id": "calm", "name": "Calm", "words": "Even.", "instruments": [73, 32, 0, 0]}
    tune = {"writer": {"width": 8, "wishes": [9, 3]}, "moods": [mood]}
    told = {"id": "someone/pipes", "name": "Pipes", "kind": "tune", "format": "easel-tune"}
    (folder / "easel.json").write_text(json.dumps({**told, "tune": tune}))
    model = shelf.add_folder(folder)
    assert [one.id for one in shelf.models("tune")] == ["someone/pipes"]
    assert shelf.models() == []
    assert model.tune.moods[0].instruments == (73, 32, 0, 0)
    with pytest.raises(StudioError, match="does not paint in styles"):
        _ = model.style
    mood["instruments"] = [73, 32, 0, 200]
    (folder / "easel.json").write_text(json.dumps({**told, "tune": tune}))
    with pytest.raises(StudioError, match="damaged"):
        shelf.add_folder(folder)
    (folder / "easel.json").write_text(json.dumps({**told, "tune": {**tune, "moods": []}}))
    (folder / "measures.json").unlink()
    with pytest.raises(StudioError, match=r"“measures\.json” is missing"):
        shelf.add_folder(folder)


@pytest.fixture
def brushes(tmp_path) -> Path:
    """A model of styles as far as the shelf looks."""
    folder = tmp_path / "Brushes"
    (folder / "thumbnails").mkdir(parents=True)
    weights(folder / "painter.safetensors")
    codes(folder / "styles.safetensors", [2, 3])
    describe_styles(folder)
    return folder


def codes(file: Path, shape: list[int], name: str = "codes") -> None:
    size = 4
    for number in shape:
        size *= number
    header = {name: {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(size))


def describe_styles(folder: Path, **changes) -> None:
    styles = [
        {"id": "swirls", "name": "Swirls", "after": "Vincent van Gogh", "thumbnail": "a.webp"},
        {"id": "mosaic", "name": "Mosaic"},
    ]
    told = {
        "id": "someone/brushes",
        "name": "Brushes",
        "kind": "style",
        "format": "easel-style",
        "style": {"painter": {"width": 8}, "styles": styles},
    }
    (folder / "easel.json").write_text(json.dumps(told | changes))


def test_a_model_of_styles_is_found_and_says_what_it_knows(shelf, folder, brushes):
    shelf.add_folder(folder)
    model = shelf.add_folder(brushes)
    assert [one.id for one in shelf.models("style")] == ["someone/brushes"]
    assert "someone/brushes" not in [one.id for one in shelf.models()]
    assert [style.id for style in model.style.styles] == ["swirls", "mosaic"]
    assert model.style.any_picture
    with pytest.raises(StudioError, match="has no sliders"):
        _ = model.latent
    with pytest.raises(StudioError, match="does not paint in styles"):
        _ = shelf.models()[0].style


def spoil_styles(folder: Path, how: str) -> None:
    file = folder / "styles.safetensors"
    one = {"id": "swirls", "name": "Swirls"}
    match how:
        case "no painter":
            (folder / "painter.safetensors").unlink()
        case "no codes":
            file.unlink()
        case "torn codes":
            file.write_bytes(file.read_bytes()[:-1])
        case "pickled painter":
            (folder / "painter.safetensors").write_bytes(pickle.dumps([1]))
        case "a code too many":
            codes(file, [3, 3])
        case "codes in a row":
            codes(file, [2])
        case "other names":
            codes(file, [2, 3], "style")
        case "two of one id":
            describe_styles(folder, style={"styles": [one, one]})
        case "a thumbnail elsewhere":
            reaching = {**one, "thumbnail": "../../secret.png"}
            describe_styles(folder, style={"styles": [reaching, {**one, "id": "b"}]})
        case "a thumbnail by its whole path":
            reaching = {**one, "thumbnail": "/etc/secret.png"}
            describe_styles(folder, style={"styles": [reaching, {**one, "id": "b"}]})
        case "no traits":
            describe_styles(folder, style=None)


@pytest.mark.parametrize(
    "how",
    [
        "no painter",
        "no codes",
        "torn codes",
        "pickled painter",
        "a code too many",
        "codes in a row",
        "other names",
        "two of one id",
        "a thumbnail elsewhere",
        "a thumbnail by its whole path",
        "no traits",
    ],
)
def test_a_model_of_styles_that_lies_is_refused(shelf, brushes, how):
    spoil_styles(brushes, how)
    with pytest.raises(StudioError) as caught:
        shelf.add_folder(brushes)
    assert caught.value.todo
    assert shelf.models("style") == []
