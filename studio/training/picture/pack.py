"""Putting the trained parts together: a diffusers folder with a manifest that the shelf reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoTokenizer, BertModel

from studio.engines.imaging.upscaler import Upscaler, premultiply
from studio.training.picture import autoencoder, data, denoiser, text, upscaler
from studio.training.picture.config import PictureConfig
from studio.training.picture.credits import CREDITS
from studio.training.picture.loop import write_atomically

#: chips of the window: id, name, words, and what the thumbnail shows
STYLES = (
    ("3d", "3D", "3d emoji"),
    ("glossy", "Glossy", "glossy emoji"),
    ("flat", "Flat", "flat emoji"),
    ("cartoon", "Cartoon", "noto emoji"),
    ("blob", "Blob", "blob emoji"),
    ("outlined", "Outlined", "outlined emoji"),
    ("pixel", "Pixel art", "pixel art monster"),
    ("silhouette", "Silhouette", "black silhouette"),
)


def scheduler(config: PictureConfig) -> DPMSolverMultistepScheduler:
    """DPM-Solver++ (Lu et al. 2022) on flow velocities, as Sana uses it."""
    return DPMSolverMultistepScheduler(
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        flow_shift=config.sample.flow_shift,
        final_sigmas_type="zero",
    )


def pipeline(config: PictureConfig, work: Path) -> PixArtSigmaPipeline:
    """The full-quality pipeline with the weights as they are now, in half precision."""
    tokenizer = AutoTokenizer.from_pretrained(text.folder(), local_files_only=True)
    encoder = BertModel.from_pretrained(text.folder(), local_files_only=True)
    return PixArtSigmaPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder.half(),
        vae=autoencoder.load(work).cpu().half(),
        transformer=denoiser.load(config, work).cpu().half(),
        scheduler=scheduler(config),
    )


@torch.no_grad()
def preview_matrix(config: PictureConfig, work: Path) -> list[list[float]]:
    """Least squares from scaled latents (8 channels and a one) to RGBA in [0, 1]: 4 rows of 9."""
    art = data.load(work)
    weights = torch.tensor([denoiser.weight_of(e, config.data) for e in art.entries])
    rows = torch.multinomial(weights, 512, True, generator=torch.Generator().manual_seed(0))
    latents = autoencoder.latents_of(work, rows.tolist(), False)[rows, 0].double()
    small = F.avg_pool2d(premultiply(art.picture(rows)), 8).double()
    x = latents.permute(0, 2, 3, 1).flatten(0, 2)
    x = torch.cat([x, torch.ones(len(x), 1, dtype=torch.double)], 1)
    y = small.permute(0, 2, 3, 1).flatten(0, 2)
    alpha = y[:, 3:]
    solution = []
    for channel in range(4):
        # Straight colour, wherever there is something to see.
        weight = torch.ones_like(alpha) if channel == 3 else alpha
        target = y[:, channel : channel + 1]
        target = target if channel == 3 else target / alpha.clamp_min(1e-3)
        ridge = 1e-3 * len(x) * torch.eye(x.shape[1], dtype=torch.double)
        solution.append(
            torch.linalg.solve((x * weight).T @ x + ridge, (x * weight).T @ target)[:, 0]
        )
    return [[round(float(v), 5) for v in row] for row in solution]


def manifest(config: PictureConfig, work: Path) -> dict[str, Any]:
    """What the shelf and the engine need to know."""
    pixels, c = config.data.pixels, config.denoiser
    return {
        "id": "easel/stickers",
        "name": "Easel Stickers",
        "version": f"1-{config.name}",
        "kind": "picture",
        "format": "diffusers",
        "summary": "Draws emoji, stickers, icons and little pixel-art creatures with a real "
        "transparent background.",
        "licence": "Apache-2.0",
        "may": "You may use and sell what it draws.",
        "credits": list(CREDITS),
        "picture": {
            "native_size": [pixels, pixels],
            "alpha": True,
            "call": {
                "use_resolution_binning": False,
                "clean_caption": False,
                "max_sequence_length": c.max_tokens,
            },
            "full": {"steps": config.sample.steps, "guidance": config.sample.guidance},
            "draft": {"folder": "draft", "steps": config.distil.windows, "guidance": 1.0},
            "upscaler": {"folder": "upscaler", "scale": config.upscaler.scale},
            "latent_preview": preview_matrix(config, work),
            "styles": [
                {"id": i, "name": n, "words": w, "thumbnail": f"styles/{i}.webp"}
                for i, n, w in STYLES
            ],
        },
    }


def pack(config: PictureConfig, work: Path, out: Path, subject: str = "cat face") -> None:
    """Write the whole folder; parts that are not trained yet are left as they were or stand in."""
    out.mkdir(parents=True, exist_ok=True)
    pipe = pipeline(config, work)
    pipe.save_pretrained(out)
    has_draft = (work / "distil" / "weights.safetensors").exists()
    draft = denoiser.load(config, work, "distil" if has_draft else "denoiser")
    draft.cpu().half().save_pretrained(out / "draft")
    if (work / "upscaler" / "weights.safetensors").exists():
        enlarge = upscaler.load(config, work)
    else:
        enlarge = upscaler.build(config)
    enlarge.cpu().half().save_pretrained(out / "upscaler")
    told = manifest(config, work)
    (out / "easel.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    for path in out.rglob("*config.json"):
        _tidy(path)
    thumbnails(out, subject)
    for file in out.rglob("*"):
        # safetensors writes files that only their owner may read; a wheel carries that along.
        file.chmod(0o755 if file.is_dir() else 0o644)


def _tidy(path: Path) -> None:
    """Drop this machine's paths, and what AutoencoderTiny writes but warns about when it reads."""
    told = json.loads(path.read_text("utf-8"))
    for name in ("_name_or_path", "name_or_path", "block_out_channels"):
        told.pop(name, None)
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def unpack(folder: Path, config: PictureConfig, work: Path) -> None:
    """Begin from a packed model: its autoencoder, and its denoiser as the first weights.

    The way to go on where the checkpoints are gone. What the work folder has already is kept.
    """
    if not (work / "autoencoder" / "vae").exists():
        shutil.copytree(folder / "vae", work / "autoencoder" / "vae")
    target = work / "denoiser" / "weights.safetensors"
    if not target.exists():
        packed = PixArtTransformer2DModel.from_pretrained(
            folder / "transformer", local_files_only=True
        ).state_dict()
        fresh = denoiser.build(config)
        fresh.load_state_dict({name: tensor.float() for name, tensor in packed.items()})
        state = {f"{kind}.{k}": v.clone() for kind in ("model", "ema")
                 for k, v in fresh.state_dict().items()}  # fmt: skip
        write_atomically(target, lambda p: save_file(state, p))


def open_folder(folder: Path) -> PixArtSigmaPipeline:
    """The packed model as anyone opens it, ready to draw in float32 on the CPU."""
    pipe = PixArtSigmaPipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def draw(
    pipe: PixArtSigmaPipeline, folder: Path, prompt: str, seed: int, draft: bool = False
) -> Image.Image:
    """One RGBA picture at native size through the library's own pipeline."""
    told = json.loads((folder / "easel.json").read_text("utf-8"))["picture"]
    mode = told["draft" if draft else "full"]
    full = pipe.transformer
    if draft:
        pipe.transformer = _draft(folder)
    try:
        return pipe(
            prompt,
            height=told["native_size"][1],
            width=told["native_size"][0],
            num_inference_steps=mode["steps"],
            guidance_scale=mode["guidance"],
            generator=torch.Generator().manual_seed(seed),
            **told["call"],
        ).images[0]
    finally:
        pipe.transformer = full


_DRAFTS: dict[Path, PixArtTransformer2DModel] = {}


def _draft(folder: Path) -> PixArtTransformer2DModel:
    if folder not in _DRAFTS:
        _DRAFTS[folder] = PixArtTransformer2DModel.from_pretrained(
            folder / "draft", dtype=torch.float32, local_files_only=True
        )
    return _DRAFTS[folder]


def to_tensor(image: Image.Image) -> Tensor:
    """RGBA picture -> (1, 4, H, W) in [0, 1]."""
    import numpy as np

    return torch.from_numpy(np.array(image.convert("RGBA"))).permute(2, 0, 1)[None].float() / 255


def to_image(rgba: Tensor) -> Image.Image:
    """(1, 4, H, W) in [0, 1] -> RGBA picture."""
    return Image.fromarray((rgba[0] * 255).round().byte().permute(1, 2, 0).numpy())


@torch.no_grad()
def thumbnails(folder: Path, subject: str) -> None:
    """One picture of the same thing in each style, by this very model: 192 px WebP."""
    pipe, enlarge = open_folder(folder), Upscaler.from_folder(folder / "upscaler").float()
    shutil.rmtree(folder / "styles", ignore_errors=True)
    (folder / "styles").mkdir()
    for name, _, words in STYLES:
        large = to_image(enlarge(to_tensor(draw(pipe, folder, f"{subject}, {words}", 7))))
        small = large.convert("RGBa").resize((192, 192), Image.Resampling.LANCZOS).convert("RGBA")
        small.save(folder / "styles" / f"{name}.webp", quality=90)
