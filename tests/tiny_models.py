"""Diffusers folders with small random weights, saved by the tests themselves."""

from __future__ import annotations

import json
from pathlib import Path

import torch

WORDS = ["red", "fox", "blue", "cat", "a", "smiling", "3", "##d", "emoji"]


def save_tiny_stable_diffusion(folder: Path) -> Path:
    """A Stable Diffusion pipeline of a few thousand weights; draws 32 x 32 noise."""
    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=32,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=4,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 8),
        norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
    )
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=300,
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=77,
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=2,
        )
    )
    pipeline = StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=_clip_tokenizer(folder),
        unet=unet,
        scheduler=DDIMScheduler(clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    return folder


def save_tiny_stickers(folder: Path, model_id: str = "test/stickers") -> Path:
    """The built-in model's own layout, tiny: RGBA, a draft denoiser, an upscaler, a manifest."""
    from diffusers import (
        AutoencoderTiny,
        DPMSolverMultistepScheduler,
        PixArtSigmaPipeline,
        PixArtTransformer2DModel,
    )
    from transformers import BertConfig, BertModel, BertTokenizer

    from studio.engines.imaging.upscaler import Upscaler

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "words.txt"
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary.write_text("\n".join([*special, *WORDS]), "utf-8")
    tokenizer = BertTokenizer(str(vocabulary))
    vocabulary.unlink()
    text = BertModel(
        BertConfig(
            vocab_size=len(special) + len(WORDS),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=64,
        )
    )

    def denoiser() -> PixArtTransformer2DModel:
        return PixArtTransformer2DModel(
            num_attention_heads=2,
            attention_head_dim=8,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            cross_attention_dim=16,
            sample_size=8,
            patch_size=2,
            caption_channels=16,
        )

    vae = AutoencoderTiny(
        in_channels=4,
        out_channels=4,
        encoder_block_out_channels=(8,) * 4,
        decoder_block_out_channels=(8,) * 4,
        num_encoder_blocks=(0, 0, 0, 1),
        num_decoder_blocks=(1, 0, 0, 0),
        latent_channels=4,
    )
    scheduler = DPMSolverMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=1.0
    )
    PixArtSigmaPipeline(tokenizer, text, vae, denoiser(), scheduler).save_pretrained(folder)
    denoiser().save_pretrained(folder / "draft")
    Upscaler(scale=2).save_pretrained(folder / "upscaler")
    manifest = {
        "id": model_id,
        "name": "Tiny Stickers",
        "version": "0",
        "kind": "picture",
        "summary": "Draws noise, quickly.",
        "licence": "Apache-2.0",
        "may": "You may use and sell what it draws.",
        "picture": {
            "native_size": [64, 64],
            "alpha": True,
            "call": {
                "use_resolution_binning": False,
                "clean_caption": False,
                "max_sequence_length": 16,
            },
            "full": {"steps": 4, "guidance": 3.0},
            "draft": {"folder": "draft", "steps": 2, "guidance": 1.0},
            "upscaler": {"folder": "upscaler", "scale": 2},
            "styles": [{"id": "3d", "name": "3D", "words": "3d emoji"}],
        },
    }
    (folder / "easel.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def _clip_tokenizer(folder: Path):
    """A CLIP tokenizer that knows single letters."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    names = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{one}</w>" for one in letters)]
    vocabulary = {name: place + 1 for place, name in enumerate(names)}
    try:
        return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77)
    except TypeError:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
        (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
        made = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
        (folder / "vocab.json").unlink()
        (folder / "merges.txt").unlink()
        return made
