"""The autoencoder: RGBA pictures to latents an eighth of the side, and back.

A diffusers ``AutoencoderTiny`` (the layout of TAESD, O. Boer Bohan 2023). It is given colours
already laid over mid-grey, so that what hides under transparent pixels cannot matter; it answers
with straight RGBA. Colours are compared premultiplied and over random flat grounds.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.training.picture import data
from studio.training.picture.config import AutoencoderConfig, PictureConfig
from studio.training.picture.loop import (
    Average,
    Budget,
    Log,
    autocast,
    device,
    epoch_batch,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    sheet,
    step_generator,
    write_atomically,
)
from studio.training.picture.perceptual import Lpips


def build(config: AutoencoderConfig) -> AutoencoderTiny:
    """The network, with fresh weights."""
    stages = len(config.encoder_blocks)
    return AutoencoderTiny(
        in_channels=4,
        out_channels=4,
        encoder_block_out_channels=(config.channels,) * stages,
        decoder_block_out_channels=(config.channels,) * stages,
        num_encoder_blocks=config.encoder_blocks,
        num_decoder_blocks=config.decoder_blocks,
        latent_channels=config.latent_channels,
        upsampling_scaling_factor=2,
        scaling_factor=1.0,
    )


def to_input(rgba: Tensor) -> Tensor:
    """Straight RGBA in [0, 1] -> what the encoder takes: colour over mid-grey, alpha; [-1, 1]."""
    alpha = rgba[:, 3:]
    return torch.cat([(rgba[:, :3] * 2 - 1) * alpha, alpha * 2 - 1], 1)


def over(rgba: Tensor, ground: Tensor) -> Tensor:
    """Straight RGBA in [0, 1] laid over a ground (B, 3, 1, 1) or (B, 3, H, W)."""
    alpha = rgba[:, 3:]
    return rgba[:, :3] * alpha + ground * (1 - alpha)


def encode(model: AutoencoderTiny, rgba: Tensor) -> Tensor:
    """Unscaled latents (B, C, H/8, W/8) of straight RGBA in [0, 1]."""
    on = next(model.parameters()).device
    return model.encoder(to_input(rgba.to(on)).contiguous(memory_format=torch.channels_last))


def decode(model: AutoencoderTiny, latents: Tensor) -> Tensor:
    """Straight RGBA in [0, 1] (not clamped) of unscaled latents."""
    return model.decoder(latents).float() / 2 + 0.5


def loss_of(
    model: AutoencoderTiny,
    rgba: Tensor,
    config: AutoencoderConfig,
    lpips: Lpips | None,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """Losses of one batch of straight RGBA in [0, 1]; "total" is the one to descend."""
    on = rgba.device
    latents = encode(model, rgba)
    noise = torch.randn(latents.shape, generator=generator).to(on)
    # A little noise keeps neighbouring latents alike, which the denoiser needs.
    answer = decode(model, latents + config.latent_noise * noise)
    ground = torch.rand(len(rgba), 3, 1, 1, generator=generator).to(on)
    made, real = over(answer, ground), over(rgba, ground)
    parts = {
        "colour": (made - real).abs().mean(),
        "alpha": (answer[:, 3:] - rgba[:, 3:]).abs().mean(),
        "latent": latents.float().pow(2).mean(),
        # Without this the green-purple axis is left out of the latents for a long time.
        "tint": F.avg_pool2d(made - real, min(8, made.shape[-1])).abs().mean(),
    }
    total = (
        parts["colour"]
        + config.tint * parts["tint"]
        + 0.5 * parts["alpha"]
        + config.latent_penalty * parts["latent"]
    )
    if lpips is not None:
        parts["lpips"] = lpips(made.clamp(0, 1), real).mean()
        total = total + config.perceptual * parts["lpips"]
    return parts | {"total": total}


def batch_of(art: data.Art, indices: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures of a batch, half of them mirrored, a third with red, green and blue exchanged."""
    rgba = art.picture(indices)
    flip, exchange = torch.rand(2, len(rgba), 1, 1, 1, generator=generator)
    order = torch.randperm(3, generator=generator).tolist()
    rgba = torch.where(flip < 0.5, rgba.flip(3), rgba)
    # Yellow rules among emoji; all colours have to be worth a place in the latents.
    return torch.where(exchange < 0.33, rgba[:, [*order, 3]], rgba)


def rate(step: int, share: float, peak: float, warmup: int, cooldown: float) -> float:
    """Learning rate: linear warm-up, flat, then a straight line down to 2 % of the peak."""
    up = min(1.0, (step + 1) / warmup)
    down = min(1.0, max(0.02, (1 - share) / cooldown)) if cooldown else 1.0
    return peak * up * down


def train(config: PictureConfig, work: Path) -> AutoencoderTiny:
    """Train until the budget is spent; goes on from the last checkpoint."""
    c, on, folder = config.autoencoder, device(), work / "autoencoder"
    art = data.load(work)
    # What the denoiser draws most comes twice an epoch, the rest once.
    rows = art.where(data.TRAIN)
    seen = torch.tensor(
        rows + [i for i in rows if config.data.weights.get(art.entries[i].src, 0) >= 0.5]
    )
    torch.manual_seed(config.seed)
    model = build(c).to(on, memory_format=torch.channels_last)
    lpips = None if c.perceptual_net == "none" else Lpips(c.perceptual_net, work).to(on)
    optimizer = torch.optim.AdamW(model.parameters(), c.learning_rate, (0.9, 0.99), weight_decay=0)
    average = Average(model, c.ema)
    progress: dict[str, Any] = load_checkpoint(folder, model, average, [optimizer])
    step, budget = progress.get("step", 0), Budget(c.minutes, progress.get("seconds", 0.0))
    log = Log(folder / "log.jsonl")
    while budget.share(step) < 1:
        generator = step_generator(config.seed, step)
        rgba = batch_of(art, seen[epoch_batch(len(seen), c.batch, step, config.seed)], generator)
        for group in optimizer.param_groups:
            group["lr"] = rate(step, budget.share(step), c.learning_rate, c.warmup, 0.4)
        with autocast(on):
            parts = loss_of(model, rgba.to(on), c, lpips, generator)
        optimizer.zero_grad(set_to_none=True)
        parts["total"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model, step)
        step += 1
        budget.tick()
        if step % 50 == 0:
            shown = {k: v.item() for k, v in parts.items()}
            log.write(step=step, seen=step * c.batch, seconds=round(budget.spent), **shown)
        if budget.checkpoint_due(step):
            save_checkpoint(
                folder, model, average, [optimizer], {"step": step, "seconds": budget.spent}
            )
            _show(config, work, art, folder / f"sheet-{step:06d}.png")
    return finish(config, work)


@torch.no_grad()
def _show(config: PictureConfig, work: Path, art: data.Art, path: Path) -> None:
    model = build(config.autoencoder)
    load_weights(work / "autoencoder", model)
    held = [i for i in range(len(art.entries)) if art.entries[i].split != data.TRAIN] or [0]
    rgba = art.picture(held[:: max(1, len(held) // 32)][:32])
    sheet(torch.stack([rgba, decode(model, encode(model, rgba))], 1).flatten(0, 1), 16, path)


@torch.no_grad()
def finish(config: PictureConfig, work: Path) -> AutoencoderTiny:
    """The averaged weights with the scale that gives latents unit spread; saved for diffusers."""
    art, on = data.load(work), device()
    model = build(config.autoencoder)
    load_weights(work / "autoencoder", model)
    model.to(on).eval()
    some = torch.tensor(art.where(data.TRAIN))
    some = some[torch.randperm(len(some), generator=step_generator(config.seed, 0))[:512]]
    spread = torch.cat([encode(model, art.picture(i)) for i in some.split(32)]).std()
    model.register_to_config(scaling_factor=1 / float(spread))
    model.save_pretrained(work / "autoencoder" / "vae")
    return model


def load(work: Path) -> AutoencoderTiny:
    """The finished autoencoder."""
    folder = work / "autoencoder" / "vae"
    model: AutoencoderTiny = AutoencoderTiny.from_pretrained(folder, local_files_only=True)
    return model.to(device()).eval()


@torch.no_grad()
def latents_of(work: Path, rows: list[int], mirror: bool) -> Tensor:
    """Drawings as scaled latents, float16 (N, M, C, h, w); the second of M = 2 is mirrored.

    Only ``rows`` are sure to be there; what an earlier call made is kept.
    """
    path, art = work / "autoencoder" / "latents.safetensors", data.load(work)
    table: dict[str, Tensor] = load_file(path) if path.exists() else {}
    count = 1 + mirror
    if not table or table["latents"].shape[1] < count:
        table = {"known": torch.zeros(len(art.entries), dtype=torch.bool)}
    missing = torch.tensor([i for i in rows if not table["known"][i]], dtype=torch.long)
    if not len(missing):
        return table["latents"]
    model = load(work)
    for indices in missing.split(64):
        rgba = art.picture(indices)
        both = torch.cat([rgba, rgba.flip(3)]) if mirror else rgba
        with autocast(device()):
            made = encode(model, both).float() * model.config.scaling_factor
        made = torch.stack(made.cpu().half().chunk(count), 1)
        if "latents" not in table:
            shape = (len(art.entries), *made.shape[1:])
            table["latents"] = torch.zeros(shape, dtype=torch.half)
        table["latents"][indices] = made
        table["known"][indices] = True
    write_atomically(path, lambda p: save_file(table, p))
    return table["latents"]


def psnr(a: Tensor, b: Tensor) -> Tensor:
    """Peak signal to noise ratio in dB of each pair in [0, 1], (B, ...) -> (B,)."""
    return -10 * (a - b).pow(2).flatten(1).mean(1).clamp_min(1e-10).log() / math.log(10)


@torch.no_grad()
def evaluate(config: PictureConfig, work: Path) -> dict[str, float]:
    """PSNR and LPIPS over white and over the held-out drawings, and alpha's mean error."""
    art, model, on = data.load(work), load(work), device()
    held = torch.tensor(art.where(data.HELD_CAPTION)[:256])
    judges = (
        {} if config.name == "tiny" else {n: Lpips(n, work).to(on) for n in ("alexnet", "vgg16")}
    )
    sums: dict[str, list[Tensor]] = {}
    for indices in held.split(16):
        rgba = art.picture(indices).to(on)
        made = decode(model, encode(model, rgba)).clamp(0, 1)
        white = torch.ones(1, 3, 1, 1, device=on)
        a, b = over(made, white), over(rgba, white)
        sums.setdefault("psnr", []).append(psnr(a, b))
        sums.setdefault("alpha_error", []).append(
            F.l1_loss(made[:, 3], rgba[:, 3], reduction="none").mean((1, 2))
        )
        for name, judge in judges.items():
            sums.setdefault(f"lpips_{name}", []).append(judge(a, b))
    return {k: float(torch.cat(v).mean()) for k, v in sums.items()} | {"drawings": len(held)}
