"""Pictures that other programs made: what they say is read, and no byte of them is changed."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.errors import StudioError
from studio.library import Library, Scan, foreign
from studio.library.gallery import Query
from studio.library.imports import explain
from studio.recipes import PictureRecipe, parse_recipe

A1111 = """a castle on a hill, (masterpiece:1.2),
second line, <lora:rain:0.7>
Negative prompt: blurry, "bad" hands: many
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 3187452, Size: 512x768, \
Model hash: 6ce0161689, Model: dream/shaper_8, Denoising strength: 0.55, \
Lora hashes: "rain: 1a2b, sun: 3c4d", Version: v1.9.4"""

COMFY = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 8566257, "steps": 20, "cfg": 8, "sampler_name": "euler_ancestral",
            "scheduler": "normal", "denoise": 1, "model": ["10", 0], "positive": ["6", 0],
            "negative": ["7", 0], "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd\\v1-5.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 640}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": ["11", 0], "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "text, watermark", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}},
    "10": {"class_type": "LoraLoader", "inputs": {"lora_name": "x", "model": ["4", 0]}},
    "11": {"class_type": "StringLiteral", "inputs": {"string": "красный замок"}},
}  # fmt: skip

FLUX = {
    "13": {"class_type": "SamplerCustomAdvanced", "inputs": {
        "noise": ["25", 0], "guider": ["22", 0], "sampler": ["16", 0], "sigmas": ["17", 0],
        "latent_image": ["27", 0]}},
    "25": {"class_type": "RandomNoise", "inputs": {"noise_seed": 1043412345678901}},
    "22": {"class_type": "BasicGuider", "inputs": {"model": ["12", 0], "conditioning": ["26", 0]}},
    "26": {"class_type": "FluxGuidance", "inputs": {"guidance": 3.5, "conditioning": ["6", 0]}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a flux castle", "clip": ["11", 0]}},
    "16": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "17": {"class_type": "BasicScheduler", "inputs": {"steps": 20, "model": ["12", 0]}},
    "27": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 1024, "height": 1024}},
    "12": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
    "11": {"class_type": "DualCLIPLoader", "inputs": {"clip_name1": "t5xxl.safetensors"}},
}  # fmt: skip

INVOKE = {
    "generation_mode": "txt2img", "positive_prompt": "an invoked castle",
    "negative_prompt": "fog", "width": 512, "height": 512, "seed": 42, "cfg_scale": 6.5,
    "steps": 30, "scheduler": "unipc", "model": {"name": "Deliberate", "base": "sd-1"},
}  # fmt: skip
OLDER_INVOKE = {
    "model_weights": "stable-diffusion-1.4",
    "image": {"prompt": [{"prompt": "an old castle", "weight": 1.0}], "steps": 50,
              "cfg_scale": 7.5, "seed": 9, "width": 512, "height": 512, "sampler": "k_lms"},
}  # fmt: skip

SAID = {
    "a1111": (
        {"parameters": A1111},
        "AUTOMATIC1111",
        "shaper_8",
        {
            "prompt": "a castle on a hill, (masterpiece:1.2),\nsecond line, <lora:rain:0.7>",
            "negative": 'blurry, "bad" hands: many',
            "steps": 28,
            "guidance": 7.5,
            "seed": 3187452,
            "width": 512,
            "height": 768,
            "scheduler": "DPMSolverMultistepScheduler",
            "model": "shaper_8",
        },
        ["LoRA", "another picture"],
    ),
    "a1111, words alone": (
        {"parameters": "замок"},
        "AUTOMATIC1111",
        "",
        {"prompt": "замок"},
        [],
    ),
    "forge": (
        {"parameters": "x\nSteps: 4, Sampler: Euler, Seed: 1, Version: f2.0.1v1.10.1"},
        "Forge",
        "",
        {"prompt": "x", "steps": 4, "seed": 1, "scheduler": "EulerDiscreteScheduler"},
        [],
    ),
    "comfy": (
        {"prompt": json.dumps(COMFY), "workflow": "{}"},
        "ComfyUI",
        "v1-5",
        {
            "prompt": "красный замок",
            "negative": "text, watermark",
            "steps": 20,
            "guidance": 8.0,
            "seed": 8566257,
            "width": 512,
            "height": 640,
            "scheduler": "EulerAncestralDiscreteScheduler",
            "model": "v1-5",
        },
        ["LoRA"],
    ),
    "comfy, flux": (
        {"prompt": json.dumps(FLUX)},
        "ComfyUI",
        "flux1-dev",
        {
            "prompt": "a flux castle",
            "steps": 20,
            "guidance": 3.5,
            "width": 1024,
            "height": 1024,
            "scheduler": "EulerDiscreteScheduler",
            "model": "flux1-dev",
        },
        ["1043412345678901"],
    ),
    "invoke": (
        {"invokeai_metadata": json.dumps(INVOKE)},
        "InvokeAI",
        "Deliberate",
        {
            "prompt": "an invoked castle",
            "negative": "fog",
            "steps": 30,
            "guidance": 6.5,
            "seed": 42,
            "width": 512,
            "height": 512,
            "scheduler": "UniPCMultistepScheduler",
            "model": "Deliberate",
        },
        [],
    ),
    "older invoke": (
        {"sd-metadata": json.dumps(OLDER_INVOKE)},
        "InvokeAI",
        "stable-diffusion-1.4",
        {
            "prompt": "an old castle",
            "steps": 50,
            "guidance": 7.5,
            "seed": 9,
            "width": 512,
            "height": 512,
            "model": "stable-diffusion-1.4",
        },
        ["k_lms"],
    ),
}


def saved(path, image: Image.Image, texts: dict[str, str]):
    info = PngInfo()
    for keyword, text in texts.items():
        info.add_text(keyword, text)
    image.save(path, pnginfo=info)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    return path


@pytest.mark.parametrize("tool", SAID)
def test_what_other_programs_say_becomes_a_recipe(library, picture, tmp_path, tool) -> None:
    texts, origin, model, values, lost = SAID[tool]
    file = saved(tmp_path / "00012-7.png", picture, texts)
    before = file.read_bytes()
    (taken,) = library.imports.bring_in([file])
    made = taken.artwork
    assert file.read_bytes() == before == made.path.read_bytes()
    assert made.path.parent.name == "imported"
    assert made.path.name == file.name
    assert (made.origin, made.model, made.kind) == (origin, model, "picture")
    assert parse_recipe(made.recipe) == PictureRecipe(**values)
    assert made.title == PictureRecipe(**values).title
    assert made.created.timestamp() == 1_600_000_000
    assert len(taken.said) == len(lost)
    for sentence, word in zip(taken.said, lost, strict=True):
        assert word in sentence
    assert explain(file).lost == taken.said
    assert library.rescan() == Scan(0, 0, [])
    (card,) = library.gallery.cards(library.gallery.find(Query(elsewhere=True)), 0, 1)
    assert card.origin == origin


def test_the_index_is_made_anew_from_the_files(library, folder, picture, tmp_path) -> None:
    files = [
        saved(tmp_path / f"{number}.png", picture.resize((16 + number, 9)), SAID[tool][0])
        for number, tool in enumerate(SAID)
    ]
    made = [taken.artwork for taken in library.imports.bring_in(files)]
    library.marking.tag([each.id for each in made], "theirs")
    made = [library.get(each.id) for each in made]
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert [again.get(each.id) for each in made] == made


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
@pytest.mark.parametrize("order", ["utf-16-be", "utf-16-le", "ascii"])
def test_jpeg_and_webp_stay_what_they_are(library, picture, tmp_path, suffix, order) -> None:
    text = A1111 if order == "ascii" else A1111.replace("castle", "замок")
    code = b"ASCII\0\0\0" if order == "ascii" else b"UNICODE\0"
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = code + text.encode(order)
    exif[0x0112] = 6
    file = tmp_path / f"theirs{suffix}"
    picture.convert("RGB").save(file, exif=exif)
    (taken,) = library.imports.bring_in([file])
    made = taken.artwork
    assert made.path.read_bytes() == file.read_bytes()
    assert made.title.startswith("a castle" if order == "ascii" else "a замок")
    assert parse_recipe(made.recipe).seed == 3187452
    assert (made.width, made.height) == picture.size[::-1]
    copy = library.save_copy(made, tmp_path / "copy.png")
    with Image.open(copy) as image:
        assert image.size == picture.size[::-1]
    assert library.rescan() == Scan(0, 0, [])
    library.trash(made.id)
    library.restore(made.id)
    assert library.get(made.id).path == made.path


def test_comfy_in_webp(library, picture, tmp_path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Prompt:" + json.dumps(COMFY)
    exif[0x010E] = "Workflow:{}"
    picture.convert("RGB").save(tmp_path / "c.webp", exif=exif)
    (taken,) = library.imports.bring_in([tmp_path / "c.webp"])
    assert (taken.artwork.origin, taken.artwork.title) == ("ComfyUI", "красный замок")


def test_copies_of_artworks_are_left_in_peace(library, folder, keep, tmp_path) -> None:
    made = keep(library)
    for number, kept in enumerate((True, False)):
        for suffix in (".jpg", ".webp"):
            copy = library.save_copy(made, tmp_path / f"{number}{suffix}", keep_recipe=kept)
            shutil.copy2(copy, folder / copy.name)
            (taken,) = library.imports.bring_in([copy])
            assert taken.artwork is None
            assert "copy" in taken.said[0]
    assert library.rescan() == Scan(0, 0, [])
    assert library.count() == 1


def test_a_photograph_has_no_recipe(library, tmp_path) -> None:
    Image.linear_gradient("L").save(tmp_path / "DSC01.JPG")
    (taken,) = library.imports.bring_in([tmp_path / "DSC01.JPG"])
    made = taken.artwork
    assert (made.title, made.origin, made.recipe, taken.said) == ("DSC01", "", "", ())
    assert explain(tmp_path / "DSC01.JPG") is None


def test_folders_and_what_cannot_be_taken_in(library, folder, picture, tmp_path) -> None:
    place = tmp_path / "theirs"
    (place / "inner").mkdir(parents=True)
    (place / ".hidden").mkdir()
    saved(place / "inner" / "one.png", picture, SAID["invoke"][0])
    saved(place / ".hidden" / "two.png", picture, {})
    (place / "notes.txt").write_text("no picture")
    (place / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    (place / "gone.png").symlink_to(tmp_path / "nowhere")
    steps: list[tuple[int, int]] = []
    taken = library.imports.bring_in([place, place / "notes.txt"], lambda *step: steps.append(step))
    by_name = {each.file.name: each for each in taken}
    assert set(by_name) == {"one.png", "broken.png", "gone.png", "notes.txt"}
    assert by_name["one.png"].artwork.origin == "InvokeAI"
    for name in ("broken.png", "gone.png", "notes.txt"):
        assert by_name[name].artwork is None
        assert name in by_name[name].said[0]
    assert steps == [(number, 4) for number in range(5)]
    assert not list((folder / "imported").glob("broken*"))


def test_the_same_file_is_taken_in_once(library, picture, keep, tmp_path) -> None:
    file = saved(tmp_path / "one.png", picture, SAID["comfy"][0])
    (first,), (second,) = library.imports.bring_in([file]), library.imports.bring_in([file])
    assert second.already
    assert (second.artwork, second.said) == (first.artwork, ())
    library.trash(first.artwork.id)
    (again,) = library.imports.bring_in([file])
    assert again.already
    assert "trash" in again.said[0]
    library.restore(first.artwork.id)
    own = keep(library, "of our own", seed=3)
    (third,) = library.imports.bring_in([own.path])
    assert third.already
    # The same pixels with other words are another picture.
    other = saved(tmp_path / "other.png", picture, SAID["invoke"][0])
    (fourth,) = library.imports.bring_in([other])
    assert not fourth.already
    assert fourth.artwork.id != first.artwork.id
    assert library.count() == 3


def test_artworks_of_another_library_keep_what_they_are(library, keep, tmp_path) -> None:
    with Library.open(tmp_path / "Other") as other:
        theirs = keep(other, "from over there")
        (taken,) = library.imports.bring_in([theirs.path])
    assert taken.artwork.id == theirs.id
    assert taken.artwork.recipe == theirs.recipe
    assert taken.artwork.origin == ""


def test_a_stop_while_taking_in(library, picture, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("studio.library.imports._AT_ONCE", 1)
    for number in range(4):
        saved(tmp_path / f"{number}.png", picture.resize((number + 5, 5)), {})

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.imports.bring_in([tmp_path], stop)
    assert library.count() == 2
    assert library.rescan() == Scan(0, 0, [])


def test_a_full_disk_while_taking_in(library, folder, picture, tmp_path, monkeypatch) -> None:
    file = saved(tmp_path / "one.png", picture, {})

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr("studio.library.files.os.write", full)
        with pytest.raises(StudioError, match="is full"):
            library.imports.bring_in([file])
    assert not [path for path in (folder / "imported").iterdir() if path.is_file()]
    (taken,) = library.imports.bring_in([file])
    assert taken.artwork is not None


@pytest.mark.parametrize(
    "texts",
    [
        {"parameters": "x" * 5000 + "\nSteps: 20"},
        {"parameters": "x\nSteps: 9999, CFG scale: 0.1, Seed: -1, Size: 513x99999"},
        {"parameters": "Steps: 20, Seed: 1e400, CFG scale: nan, Size: x"},
        {"parameters": '{"prompt": ["a"], "seed": {}}'},
        {"prompt": '{"1": {"class_type": "KSampler", "inputs": {"positive": ["1", 0]}}}'},
        {"prompt": '{"1": {"class_type": 5, "inputs": {"a": [[], 0]}}, "2": 7}'},
        {"prompt": "[" * 100_000},
        {"prompt": "{}", "workflow": '{"nodes": []}'},
        {"invokeai_metadata": '{"positive_prompt": "\\ud800 x", "seed": 1e308, "model": 5}'},
        {"invokeai_metadata": "null"},
        {"sd-metadata": '{"image": {"prompt": [5, null]}}'},
        {"parameters": "a: " * 60_000},
        {"parameters": 'a:"' * 60_000},
    ],
)
def test_strange_words_of_others_are_taken_with_care(library, picture, tmp_path, texts) -> None:
    file = saved(tmp_path / "strange.png", picture, texts)
    (taken,) = library.imports.bring_in([file])
    assert taken.artwork is not None
    if taken.artwork.recipe:
        parse_recipe(taken.artwork.recipe)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["prompt", "positive_prompt", "seed", "steps", "cfg_scale", "width", "height", "model", "image"]
)
NODE = st.fixed_dictionaries(
    {
        "class_type": st.sampled_from(["KSampler", "CLIPTextEncode", "x"]),
        "inputs": st.dictionaries(
            st.sampled_from(["positive", "negative", "text", "seed", "guider", "model", "steps"]),
            VALUES | st.tuples(st.sampled_from("12345"), st.just(0)).map(list),
        ),
    }
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["invokeai_metadata", "sd-metadata", "parameters", "prompt"]),
    st.dictionaries(NAMES, VALUES) | st.dictionaries(st.sampled_from("12345"), NODE | VALUES),
)
def test_values_of_any_kind_are_read_without_an_error(keyword, values) -> None:
    said = foreign.read({keyword: json.dumps(values)})
    if said is not None and said.recipe:
        assert parse_recipe(said.recipe).title == said.title
