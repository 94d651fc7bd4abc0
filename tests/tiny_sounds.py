"""Diffusers folders that make sound, with small random weights, saved by the tests themselves."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

RATE = 8000  # frames a second of all of them: less than what Easel keeps, as ACE-Step has more
HOP = 320  # frames of sound for one of latents: 25 a second, as ACE-Step has
CHANNELS = 4  # of the latents
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def save_tiny_ace_step(folder: Path, turbo: bool = False, channels: int = 2) -> Path:
    """An ACE-Step pipeline of a few thousand weights."""
    from diffusers import (
        AceStepPipeline,
        AceStepTransformer1DModel,
        FlowMatchEulerDiscreteScheduler,
    )
    from diffusers.pipelines.ace_step import AceStepConditionEncoder
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(0)
    heads = {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8}
    text = Qwen3Model(
        Qwen3Config(
            vocab_size=64,
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            max_position_embeddings=512,
            **heads,
        )
    )
    condition = AceStepConditionEncoder(
        hidden_size=16,
        intermediate_size=16,
        text_hidden_dim=16,
        timbre_hidden_dim=CHANNELS,
        num_lyric_encoder_hidden_layers=1,
        num_timbre_encoder_hidden_layers=1,
        **heads,
    )
    transformer = AceStepTransformer1DModel(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        in_channels=3 * CHANNELS,
        audio_acoustic_hidden_dim=CHANNELS,
        sliding_window=16,
        is_turbo=turbo,
        **heads,
    )
    AceStepPipeline(
        vae=_oobleck(channels),
        text_encoder=text,
        tokenizer=_tokenizer(),
        transformer=transformer,
        condition_encoder=condition,
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
    ).save_pretrained(folder)
    return folder


def save_tiny_stable_audio(folder: Path) -> Path:
    """A Stable Audio pipeline of a few thousand weights, its noise as Stable Audio Open's."""
    from diffusers import (
        EDMDPMSolverMultistepScheduler,
        StableAudioDiTModel,
        StableAudioPipeline,
        StableAudioProjectionModel,
    )
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(0)
    text = T5EncoderModel(
        T5Config(vocab_size=64, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    )
    transformer = StableAudioDiTModel(
        sample_size=100,  # 4 seconds
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        num_layers=1,
        attention_head_dim=8,
        num_attention_heads=2,
        num_key_value_attention_heads=1,
        cross_attention_dim=16,
        cross_attention_input_dim=16,
        global_states_input_dim=32,
        time_proj_dim=16,
    )
    StableAudioPipeline(
        vae=_oobleck(2),
        text_encoder=text,
        projection_model=StableAudioProjectionModel(16, 16, 0.0, 512.0),
        tokenizer=_tokenizer(),
        transformer=transformer,
        scheduler=EDMDPMSolverMultistepScheduler(),
    ).save_pretrained(folder)
    _name_the_cosine_scheduler(folder)
    return folder


def save_tiny_stable_audio_3(folder: Path) -> Path:
    """A Stable Audio 3 pipeline of a few thousand weights, distilled."""
    from diffusers import (
        AutoencoderSAME,
        FlowMatchEulerDiscreteScheduler,
        StableAudio3DiTModel,
        StableAudio3Pipeline,
    )
    from diffusers.pipelines.stable_audio_3 import StableAudio3DurationEmbedder
    from transformers import T5GemmaConfig, T5GemmaEncoderModel

    torch.manual_seed(0)
    text = {
        "vocab_size": 64,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
    }
    with _torch_quiet():
        vae = AutoencoderSAME(
            patch_size=HOP // 4,
            encoder_channels=8,
            encoder_c_mults=[2],
            encoder_strides=[4],
            encoder_transformer_depths=[1],
            latent_dim=CHANNELS,
            dim_heads=8,
            sampling_rate=RATE,
        )
    _wake(vae)
    transformer = StableAudio3DiTModel(
        io_channels=CHANNELS,
        embed_dim=16,
        depth=1,
        num_heads=2,
        cond_token_dim=16,
        global_cond_dim=16,
        local_add_cond_dim=CHANNELS + 1,
        timestep_features_dim=16,
        num_memory_tokens=2,
    )
    config = T5GemmaConfig(encoder=text, decoder=text, is_encoder_decoder=False)
    StableAudio3Pipeline(
        vae=vae,
        text_encoder=T5GemmaEncoderModel(config),
        tokenizer=_tokenizer(),
        duration_embedder=StableAudio3DurationEmbedder(output_dim=16, fourier_dim=16, max_val=8.0),
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(stochastic_sampling=True),
    ).save_pretrained(folder)
    return folder


def _wake(network: torch.nn.Module) -> None:
    """Give numbers to what begins training at zero, so that what goes in is heard."""
    with torch.no_grad():
        for weights in network.parameters():
            if weights.abs().max() < 1e-3:
                weights.normal_(0.0, 0.3)


@contextmanager
def _torch_quiet() -> Iterator[None]:
    """Without what torch says of the weight_norm that diffusers builds its decoders with."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _oobleck(channels: int):
    """A decoder of sound."""
    from diffusers import AutoencoderOobleck

    with _torch_quiet():
        return AutoencoderOobleck(
            encoder_hidden_size=4,
            downsampling_ratios=[4, 8, 10],
            channel_multiples=[1, 1, 1],
            decoder_channels=4,
            decoder_input_channels=CHANNELS,
            audio_channels=channels,
            sampling_rate=RATE,
        )


def _tokenizer():
    """A tokenizer that knows single letters."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from transformers import PreTrainedTokenizerFast

    names = ["<pad>", "<unk>", *LETTERS]
    split = Tokenizer(WordLevel({name: place for place, name in enumerate(names)}, "<unk>"))
    split.pre_tokenizer = Split("", "isolated")
    return PreTrainedTokenizerFast(
        tokenizer_object=split, pad_token="<pad>", unk_token="<unk>", model_max_length=32
    )


def _name_the_cosine_scheduler(folder: Path) -> None:
    """Say what Stable Audio Open says of its scheduler; diffusers opens it with torchsde only."""
    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    index["scheduler"] = ["diffusers", "CosineDPMSolverMultistepScheduler"]
    (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
    config = {
        "_class_name": "CosineDPMSolverMultistepScheduler",
        "_diffusers_version": "0.30.0",
        "euler_at_final": False,
        "final_sigmas_type": "zero",
        "lower_order_final": True,
        "num_train_timesteps": 1000,
        "prediction_type": "v_prediction",
        "rho": 7.0,
        "sigma_data": 1.0,
        "sigma_max": 500,
        "sigma_min": 0.3,
        "sigma_schedule": "exponential",
        "solver_order": 2,
        "solver_type": "midpoint",
    }
    file = folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps(config), "utf-8")
