"""The picture engine on small random models: repeatable, cancellable, plain about bad models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageChops
from safetensors.torch import load_file, save_file

from studio.engines.base import Context, JobCancelled
from studio.engines.imaging.engine import PictureEngine
from studio.engines.imaging.noise import slerp
from studio.errors import StudioError
from studio.recipes import PictureRecipe
from studio.shelf import Shelf
from tests.tiny_models import save_tiny_stable_diffusion, save_tiny_stickers


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """One folder with both tiny models; tests that spoil a model work on a copy."""
    folder = tmp_path_factory.mktemp("models")
    save_tiny_stickers(folder / "stickers")
    save_tiny_stable_diffusion(folder / "diffusion")
    return folder


@pytest.fixture
def shelf(models: Path, tmp_path: Path) -> Shelf:
    return Shelf(models, tmp_path / "models.json")


@pytest.fixture(scope="module")
def engine() -> PictureEngine:
    return PictureEngine()


class Seen:
    """A context that writes everything down; cancels after so many reports."""

    def __init__(self, shelf: Shelf, cancel_after: int | None = None) -> None:
        self.kept: list[tuple[Image.Image, PictureRecipe]] = []
        self.done: list[float] = []
        self.previews: list[Image.Image] = []
        self.context = Context(
            shelf,
            report=lambda done, note: self.done.append(done),
            show=lambda index, image: self.previews.append(image),
            keep=lambda index, image, recipe: self.kept.append((image, recipe)),
            cancelled=lambda: cancel_after is not None and len(self.done) > cancel_after,
        )


def draw(engine, shelf, **values) -> Seen:
    seen = Seen(shelf)
    engine.run(
        PictureRecipe(**{"model": "test/stickers", "prompt": "a red fox"} | values), seen.context
    )
    return seen


def same(a: Image.Image, b: Image.Image) -> bool:
    return a.mode == b.mode and a.size == b.size and a.tobytes() == b.tobytes()


def test_the_same_recipe_gives_identical_pixels(engine, shelf):
    first, other = draw(engine, shelf, seed=7), draw(engine, shelf, seed=8)
    again = PictureEngine()
    second = draw(again, shelf, seed=7)
    assert same(first.kept[0][0], second.kept[0][0])
    assert not same(first.kept[0][0], other.kept[0][0])


def test_each_of_several_can_be_made_again_alone(engine, shelf):
    several = draw(engine, shelf, seed=3, count=3)
    assert len(several.kept) == 3
    image, recipe = several.kept[2]
    assert recipe.count == 1
    alone = Seen(shelf)
    engine.run(recipe, alone.context)
    assert same(image, alone.kept[0][0])


def test_the_kept_recipe_is_complete(engine, shelf):
    _, recipe = draw(engine, shelf).kept[0]
    assert (recipe.width, recipe.height, recipe.steps, recipe.guidance) == (128, 128, 4, 3.0)
    _, recipe = draw(engine, shelf, quality="draft").kept[0]
    assert (recipe.steps, recipe.guidance) == (2, 1.0)


def test_the_draft_has_its_own_denoiser(engine, shelf):
    settings = {"steps": 3, "guidance": 1.0, "seed": 1}
    full = draw(engine, shelf, **settings).kept[0][0]
    draft = draw(engine, shelf, quality="draft", **settings).kept[0][0]
    assert not same(full, draft)


def test_pictures_have_an_alpha_channel_and_the_size_asked_for(engine, shelf):
    image, _ = draw(engine, shelf, width=96, height=160).kept[0]
    assert (image.mode, image.size) == ("RGBA", (96, 160))


def test_progress_rises_to_one_and_previews_come(engine, shelf):
    seen = draw(engine, shelf, count=2, steps=6)
    assert seen.done == sorted(seen.done)
    assert seen.done[-1] == 1.0
    assert seen.previews
    assert all(image.mode == "RGBA" for image in seen.previews)


def distance(a: Image.Image, b: Image.Image) -> float:
    changed = ImageChops.difference(a.convert("RGB"), b.convert("RGB"))
    return sum(changed.convert("L").tobytes())


def test_a_variation_moves_away_from_its_picture_step_by_step(engine, shelf):
    original = draw(engine, shelf, seed=1).kept[0][0]
    near, far = (
        draw(engine, shelf, seed=1, turns=[{"seed": 2, "amount": amount}]).kept[0][0]
        for amount in (0.2, 0.9)
    )
    assert 0 < distance(near, original) < distance(far, original)


def test_a_variation_of_a_variation_stays_near_it(engine, shelf):
    turns = [{"seed": 2, "amount": 0.9}]
    shown = draw(engine, shelf, seed=1, turns=turns).kept[0][0]
    again = draw(engine, shelf, seed=1, turns=[*turns, {"seed": 3, "amount": 0.2}]).kept[0][0]
    from_start = draw(engine, shelf, seed=1, turns=[{"seed": 3, "amount": 0.2}]).kept[0][0]
    assert distance(again, shown) < distance(from_start, shown)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_cancel_stops_within_a_step_and_the_engine_still_works(engine, shelf, after):
    seen = Seen(shelf, cancel_after=after)
    with pytest.raises(JobCancelled):
        engine.run(
            PictureRecipe(model="test/stickers", prompt="a fox", steps=20, count=4), seen.context
        )
    assert len(seen.done) <= after + 2
    assert not seen.kept
    assert draw(engine, shelf).kept


def test_cancel_within_a_step_of_a_large_model(engine, shelf):
    """Cancel is looked for before each block of the denoiser, not only between steps."""

    def looked(steps: int) -> int:
        looks = []
        context = Context(shelf, cancelled=lambda: bool(looks.append(1)))
        engine.run(PictureRecipe(model="test/stickers", prompt="a fox", steps=steps), context)
        return len(looks)

    looked(2)  # the model is open from here on
    between_steps, blocks = 1, 2
    assert looked(5) - looked(4) >= between_steps + blocks


def test_progress_never_goes_back_in_a_long_job(engine, shelf):
    seen = draw(engine, shelf, steps=150)
    assert seen.done == sorted(seen.done)


def test_any_diffusers_folder_draws(engine, shelf, models):
    model = shelf.model(next(one.id for one in shelf.models() if one.id.startswith("local/")))
    seen = draw(engine, shelf, model=model.id, steps=3, negative="a cat")
    image, recipe = seen.kept[0]
    assert image.size == model.picture.native_size
    assert recipe.guidance == 7.5  # the pipeline's own default
    assert seen.previews  # through a map fitted to its own VAE


@pytest.mark.parametrize("name", ["EulerAncestralDiscreteScheduler", "UniPCMultistepScheduler"])
def test_the_drawing_method_matters_and_is_repeatable(engine, shelf, name):
    model = next(one.id for one in shelf.models() if one.id.startswith("local/"))
    own = draw(engine, shelf, model=model, steps=3).kept[0][0]
    first = draw(engine, shelf, model=model, steps=3, scheduler=name).kept[0][0]
    second = draw(engine, shelf, model=model, steps=3, scheduler=name).kept[0][0]
    assert same(first, second)
    assert not same(own, first)


def test_an_unknown_drawing_method_is_said_so(engine, shelf):
    with pytest.raises(StudioError, match="no drawing method “Crayon”"):
        draw(engine, shelf, scheduler="Crayon")


def change(models: Path, where: Path, how: str) -> Shelf:
    """A shelf with a spoilt copy of the tiny sticker model."""
    copy = where / "models" / "stickers"
    shutil.copytree(models / "stickers", copy)
    weights = copy / "transformer" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    name = "proj_out.weight"
    match how:
        case "wrong shape":
            tensors[name] = torch.zeros(3, 3)
        case "missing tensor":
            del tensors[name]
        case "nan":
            tensors[name] = torch.full_like(tensors[name], float("nan"))
    save_file(tensors, weights)
    index = copy / "model_index.json"
    parts = json.loads(index.read_text())
    match how:
        case "upscaler missing":
            shutil.rmtree(copy / "upscaler")
        case "foreign code":
            parts["transformer"] = ["http.server", "HTTPServer"]
        case "unknown pipeline":
            parts["_class_name"] = "TelepathyPipeline"
        case "truncated":
            weights.write_bytes(weights.read_bytes()[:-7])
    index.write_text(json.dumps(parts))
    return Shelf(where / "models", where / "models.json")


@pytest.mark.parametrize(
    "how",
    [
        "wrong shape",
        "missing tensor",
        "nan",
        "foreign code",
        "unknown pipeline",
        "truncated",
        "upscaler missing",
    ],
)
def test_a_spoilt_model_is_refused_in_plain_words(models, tmp_path, how):
    shelf = change(models, tmp_path, how)
    with pytest.raises(StudioError) as caught:
        draw(PictureEngine(), shelf)
    assert caught.value.todo
    assert "Error" not in str(caught.value)


def test_slerp_keeps_the_norm_of_noise():
    a, b = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    middle = slerp(a, b, 0.5)
    assert middle.norm() == pytest.approx(float((a.norm() + b.norm()) / 2), rel=0.05)
    assert torch.allclose(slerp(a, b, 0.0), a, atol=1e-6)
    assert torch.allclose(slerp(a, b, 1.0), b, atol=1e-6)


def test_preparing_keeps_and_shows_nothing_and_gives_way_to_a_job(engine, shelf):
    seen = Seen(shelf)
    engine.prepare(PictureRecipe(model="test/stickers", prompt="a fox"), seen.context)
    assert not seen.kept
    with pytest.raises(JobCancelled):
        engine.prepare(
            PictureRecipe(model="test/stickers", prompt="a fox"),
            Context(shelf, cancelled=lambda: True),
        )
