"""The whole recipe on drawings made here, in seconds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from studio.engines.imaging.upscaler import Upscaler
from studio.training.__main__ import main
from studio.training.picture import autoencoder, data, denoiser, loop, pack, stages
from studio.training.picture.config import CONFIGS, TINY, PictureConfig, with_minutes
from studio.training.picture.text import TextEncoder


def in_steps(steps: int) -> PictureConfig:
    """The tiny configuration with an exact number of steps in each stage."""
    config = TINY
    for stage in ("autoencoder", "denoiser", "distil", "upscaler", "retrieval"):
        config = with_minutes(config, stage, -steps)
    return config


@pytest.fixture
def prepared(art_folder: Path, text_folder: Path, tmp_path: Path) -> Path:
    """A work folder with drawings and an autoencoder."""
    work = tmp_path / "work"
    data.prepare([art_folder], work, TINY.data)
    autoencoder.train(in_steps(4), work)
    return work


def test_data_are_read_from_tars(art_folder: Path, tmp_path: Path) -> None:
    art = data.prepare([art_folder], tmp_path / "work", TINY.data)
    assert art.pixels.shape == (60, 4, 32, 32)
    assert {e.src for e in art.entries} == {"fluent-3d", "noto"}
    again = data.load(tmp_path / "work")
    assert again.entries == art.entries
    assert torch.equal(again.pixels, art.pixels)
    # What one run prepared, another takes over, also in parts.
    copied = data.prepare([tmp_path / "work" / "data"], tmp_path / "other", TINY.data)
    assert torch.equal(copied.pixels, art.pixels)


def test_colour_under_transparent_pixels_does_not_matter(prepared: Path) -> None:
    model = autoencoder.load(prepared)
    picture = torch.rand(1, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    picture[:, 3, :, 16:] = 0
    other = picture.clone()
    other[:, :3, :, 16:] = 1
    with torch.no_grad():
        a, b = autoencoder.encode(model, picture), autoencoder.encode(model, other)
    assert torch.allclose(a, b)


def test_latents_have_unit_spread(prepared: Path) -> None:
    latents = autoencoder.latents_of(prepared, list(range(60)), mirror=True)
    assert latents.shape == (60, 2, 8, 4, 4)
    assert 0.6 < float(latents.float().std()) < 1.6


def test_a_resumed_run_equals_an_uninterrupted_one(prepared: Path, monkeypatch) -> None:
    config = replace(in_steps(6), sample=replace(TINY.sample, steps=2))
    denoiser.train(config, prepared)
    path = prepared / "denoiser" / "weights.safetensors"
    straight = load_file(path)
    for file in path.parent.iterdir():
        file.unlink()
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    original = denoiser.Shelf.batch

    def stops(self: denoiser.Shelf, step: int, *rest: object) -> object:
        if step == 3:
            raise KeyboardInterrupt
        return original(self, step, *rest)

    monkeypatch.setattr(denoiser.Shelf, "batch", stops)
    with pytest.raises(KeyboardInterrupt):
        denoiser.train(config, prepared)
    monkeypatch.setattr(denoiser.Shelf, "batch", original)
    assert json.loads((path.parent / "progress.json").read_text())["step"] == 3
    denoiser.train(config, prepared)
    resumed = load_file(path)
    assert resumed.keys() == straight.keys()
    assert all(torch.equal(resumed[k], straight[k]) for k in straight)


def test_the_library_samples_what_our_own_sampler_does(prepared: Path) -> None:
    """Sign and scale of time: DPM-Solver of order one on flow sigmas is Euler integration."""
    torch.manual_seed(3)
    model = denoiser.build(TINY)
    torch.nn.init.normal_(model.proj_out.weight, std=0.2)
    text = TextEncoder(TINY.denoiser.max_tokens)
    noise = torch.randn(1, 8, 4, 4)
    # 1000 levels: the library rounds the time it tells the network to whole thousandths.
    ours = denoiser.sample(model.eval(), text, ["a red fish"], noise, steps=40, guidance=2.0)
    scheduler = pack.scheduler(TINY)
    scheduler.register_to_config(solver_order=1)
    pipe = pack.PixArtSigmaPipeline(
        tokenizer=text.tokenizer,
        text_encoder=text.model,
        vae=autoencoder.load(prepared),
        transformer=model,
        scheduler=scheduler,
    )
    pipe.set_progress_bar_config(disable=True)
    theirs = pipe(
        "a red fish", height=32, width=32, num_inference_steps=40, guidance_scale=2.0,
        latents=noise, output_type="latent", use_resolution_binning=False, clean_caption=False,
        max_sequence_length=TINY.denoiser.max_tokens,
    ).images  # fmt: skip
    assert float((ours - noise).std()) > 0.1
    assert float((ours - theirs).abs().mean()) < 0.05 * float((ours - noise).abs().mean())


@pytest.mark.slow
def test_from_drawings_to_a_folder_anyone_can_open(
    art_folder: Path, text_folder: Path, tmp_path: Path, monkeypatch
) -> None:
    config = in_steps(3)
    monkeypatch.setitem(CONFIGS, "tiny", config)
    work, out = tmp_path / "work", tmp_path / "stickers"
    arguments = ["picture", "--data", str(art_folder), "--work", str(work), "--config", "tiny"]
    assert main([*arguments, "--out", str(out)]) == 0

    told = json.loads((out / "easel.json").read_text("utf-8"))
    picture = told["picture"]
    assert told["kind"] == "picture"
    assert picture["native_size"] == [32, 32]
    assert [len(row) for row in picture["latent_preview"]] == [9] * 4
    assert all((out / style["thumbnail"]).exists() for style in picture["styles"])
    assert not [p for p in out.rglob("*") if p.suffix in (".bin", ".pt", ".ckpt", ".pkl")]

    pipe = pack.open_folder(out)
    for draft in (False, True):
        image = pack.draw(pipe, out, "a red fish, 3d emoji", seed=4, draft=draft)
        again = pack.draw(pipe, out, "a red fish, 3d emoji", seed=4, draft=draft)
        assert image.mode == "RGBA"
        assert image.size == (32, 32)
        assert image.tobytes() == again.tobytes()

    enlarge = Upscaler.from_folder(out / "upscaler").float()
    with torch.no_grad():
        large = enlarge(pack.to_tensor(image))
    assert large.shape == (1, 4, 32 * enlarge.scale, 32 * enlarge.scale)
    assert float(large.min()) >= 0
    assert float(large.max()) <= 1
    figures = [json.loads(line) for line in (work / "figures.jsonl").read_text().splitlines()]
    assert {row["stage"] for row in figures} == {"autoencoder", "upscaler", "evaluate"}
    assert set(stages.ORDER) == {"data", "autoencoder", "upscaler", "denoiser", "distil", "pack",
                                 "evaluate"}  # fmt: skip


def test_training_goes_on_from_a_packed_model(prepared: Path, tmp_path: Path) -> None:
    denoiser.train(in_steps(2), prepared)
    pack.pack(TINY, prepared, tmp_path / "stickers")
    work = tmp_path / "next"
    data.prepare([prepared / "data"], work, TINY.data)
    pack.unpack(tmp_path / "stickers", TINY, work)
    before, after = denoiser.load(TINY, prepared), denoiser.load(TINY, work)
    for a, b in zip(before.parameters(), after.parameters(), strict=True):
        assert torch.allclose(a, b, atol=2e-3)
    denoiser.train(in_steps(2), work)
    assert json.loads((work / "denoiser" / "progress.json").read_text())["step"] == 2


def test_the_three_configurations_fit_together() -> None:
    for name, config in CONFIGS.items():
        assert config.name == name
        c = config.denoiser
        model = denoiser.build(config) if name != "full" else None
        if model is not None:
            assert model.config.sample_size * 8 == config.data.pixels
        assert c.layers
        assert config.upscaler.scale in (2, 4)
