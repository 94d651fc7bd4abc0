"""Training the upscaler: large drawings, and what the autoencoder makes of the small ones.

Half of its inputs are drawings shrunk by averaging, half are those after the autoencoder, so that
it also cleans what the decoder leaves behind.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from studio.engines.imaging.upscaler import Upscaler, premultiply, straighten
from studio.training.picture import autoencoder, data, vectors
from studio.training.picture.config import PictureConfig
from studio.training.picture.loop import (
    Average,
    Budget,
    Log,
    autocast,
    device,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    sheet,
    step_generator,
    write_atomically,
)
from studio.training.picture.perceptual import Lpips

_DULL = re.compile(r"skin-tone|keycap|flag|\b(wo)?man\b|person|family|couple|kiss|people|button")


def build(config: PictureConfig) -> Upscaler:
    """The network with fresh weights."""
    c = config.upscaler
    return Upscaler(scale=c.scale, channels=c.channels, blocks=c.blocks)


def shrink(rgba: Tensor, scale: int) -> Tensor:
    """Straight RGBA made smaller by averaging premultiplied colour."""
    return straighten(F.avg_pool2d(premultiply(rgba), scale))


@torch.no_grad()
def prepare(folders: Sequence[Path], config: PictureConfig, work: Path) -> dict[str, Tensor]:
    """Large drawings, small ones and decoded small ones, uint8; rendered once.

    Without vector sets the drawings themselves are the large ones, and half their size is learnt:
    the network is the same for every size.
    """
    path = work / "upscaler" / "art.safetensors"
    if path.exists():
        return load_file(path)
    c, large = config.upscaler, config.data.pixels * config.upscaler.scale
    pictures, held = [], []
    icons = vectors.read(folders)
    pick = random.Random(config.seed)
    keys = sorted(k for k in icons if not _DULL.search(k[1]))
    pick.shuffle(keys)
    for key in keys:
        if len(pictures) >= c.drawings:
            break
        if key[0] == "game-icons" and pick.random() > 0.15:
            continue
        try:
            pictures.append(vectors.render(icons[key], large))
        except ValueError:
            continue
        caption = key[1].replace("-", " ")
        held.append(data.fraction(config.data.salt, caption) < config.data.holdout_captions)
    if pictures:
        big = torch.stack([torch.from_numpy(p) for p in pictures])
    else:
        art = data.load(work)
        size = config.data.pixels * c.scale
        chosen = art.pixels[: c.drawings].float() / 255
        enlarged = F.interpolate(premultiply(chosen), (size, size), mode="bicubic")
        big = (straighten(enlarged) * 255).round().byte()
        held = [entry.split != data.TRAIN for entry in art.entries[: c.drawings]]
    vae, small, decoded = autoencoder.load(work), [], []
    for part in big.split(32):
        low = shrink(part.float() / 255, c.scale)
        with autocast(device()):
            again = autoencoder.decode(vae, autoencoder.encode(vae, low)).clamp(0, 1).cpu()
        small.append((low * 255).round().byte())
        decoded.append((again * 255).round().byte())
    tensors = {
        "large": big, "small": torch.cat(small), "decoded": torch.cat(decoded),
        "held": torch.tensor(held),
    }  # fmt: skip
    tensors = {k: v.contiguous() for k, v in tensors.items()}
    write_atomically(path, lambda p: save_file(tensors, p))
    return tensors


def crops(
    art: dict[str, Tensor], rows: Tensor, size: int, scale: int, g: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Small and large crops in [0, 1]; turned and mirrored at random, never empty ones twice."""
    low, high = [], []
    room = art["small"].shape[-1] - size
    for i in rows.tolist():
        source = art["decoded" if torch.rand(1, generator=g) < 0.6 else "small"][i]
        for _ in range(4):
            y, x = torch.randint(0, room + 1, (2,), generator=g).tolist()
            a = source[:, y : y + size, x : x + size]
            if a[3].float().mean() > 25:
                break
        b = art["large"][i, :, y * scale : (y + size) * scale, x * scale : (x + size) * scale]
        turns, mirror = torch.randint(0, 4, (2,), generator=g).tolist()
        a, b = torch.rot90(a, turns, (1, 2)), torch.rot90(b, turns, (1, 2))
        low.append(a.flip(2) if mirror % 2 else a)
        high.append(b.flip(2) if mirror % 2 else b)
    return torch.stack(low).float() / 255, torch.stack(high).float() / 255


def train(folders: Sequence[Path], config: PictureConfig, work: Path) -> None:
    """Train until the budget is spent; goes on from the last checkpoint."""
    c, on, folder = config.upscaler, device(), work / "upscaler"
    art = prepare(folders, config, work)
    seen = (~art["held"]).nonzero()[:, 0]
    torch.manual_seed(config.seed)
    model = build(config).to(on, memory_format=torch.channels_last)
    lpips = Lpips("alexnet", work).to(on) if c.perceptual else None
    optimizer = torch.optim.AdamW(model.parameters(), c.learning_rate, (0.9, 0.99), weight_decay=0)
    average = Average(model, c.ema)
    progress: dict[str, Any] = load_checkpoint(folder, model, average, [optimizer])
    step, budget = progress.get("step", 0), Budget(c.minutes, progress.get("seconds", 0.0))
    log = Log(folder / "log.jsonl")
    while budget.share(step) < 1:
        g = step_generator(config.seed, step)
        rows = seen[torch.randint(0, len(seen), (c.batch,), generator=g)]
        low, high = crops(art, rows, c.crop, c.scale, g)
        ground = torch.rand(len(low), 3, 1, 1, generator=g).to(on)
        for group in optimizer.param_groups:
            group["lr"] = autoencoder.rate(step, budget.share(step), c.learning_rate, 50, 0.5)
        with autocast(on):
            made = model.premultiplied(premultiply(low.to(on)))
            real = premultiply(high.to(on))
            on_made = made[:, :3] + ground * (1 - made[:, 3:])
            on_real = real[:, :3] + ground * (1 - real[:, 3:])
            loss = (on_made - on_real).abs().mean() + (made - real).abs().mean()
            if lpips is not None:
                loss = loss + c.perceptual * lpips(on_made.clamp(0, 1), on_real).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        average.update(model, step)
        step += 1
        budget.tick()
        if step % 50 == 0:
            log.write(step=step, seconds=round(budget.spent), loss=loss.item())
        if budget.checkpoint_due(step):
            save_checkpoint(
                folder, model, average, [optimizer], {"step": step, "seconds": budget.spent}
            )
    _show(config, work, art)


def load(config: PictureConfig, work: Path) -> Upscaler:
    """The averaged upscaler of the last checkpoint."""
    model = build(config)
    load_weights(work / "upscaler", model)
    return model.to(device()).eval()


@torch.no_grad()
def _show(config: PictureConfig, work: Path, art: dict[str, Tensor]) -> None:
    model, rows = load(config, work), art["held"].nonzero()[:8, 0]
    low = art["decoded"][rows].float() / 255
    large = art["large"][rows].float() / 255
    plain = straighten(F.interpolate(premultiply(low), large.shape[-2:], mode="bicubic"))
    columns = torch.stack([plain, model(low.to(device())).cpu(), large], 1).flatten(0, 1)
    sheet(columns, 6, work / "upscaler" / "sheet.png")


@torch.no_grad()
def evaluate(config: PictureConfig, work: Path) -> dict[str, float]:
    """PSNR over white on held-out drawings, against plain bicubic enlargement."""
    art, model = prepare([], config, work), load(config, work)
    sums: dict[str, list[Tensor]] = {}
    for part in art["held"].nonzero()[:64, 0].split(8):
        real = art["large"][part].float() / 255
        white = torch.ones(1, 3, 1, 1)
        for kind in ("small", "decoded"):
            low = art[kind][part].float() / 255
            made = model(low.to(device())).cpu()
            bicubic = F.interpolate(premultiply(low), real.shape[-2:], mode="bicubic").clamp(0, 1)
            real_flat = autoencoder.over(real, white)
            for name, rgba in (("ours", made), ("bicubic", straighten(bicubic))):
                value = autoencoder.psnr(autoencoder.over(rgba, white), real_flat)
                sums.setdefault(f"psnr_{name}_{kind}", []).append(value)
    return {k: float(torch.cat(v).mean()) for k, v in sums.items()}
