"""The denoiser: a PixArt transformer (Chen et al. 2023) trained as a rectified flow.

With noise level s in [0, 1], ``x_s = (1 - s) x_0 + s e`` and the network predicts the velocity
``e - x_0`` (Liu et al. 2022; logit-normal s as in Esser et al. 2024). diffusers calls this
``flow_prediction``. Weight matrices are trained with Muon (K. Jordan 2024).
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import PixArtTransformer2DModel
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from studio.training.picture import autoencoder, colours, data, team
from studio.training.picture.config import DataConfig, DenoiserConfig, PictureConfig
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
from studio.training.picture.team import Team
from studio.training.picture.text import TextEncoder
from studio.training.picture.words import caption_of, plain_caption

#: looked at while training goes on; the first line of the held-out list is in evaluate.py
WATCHED = (
    "a smiling red fox, 3d emoji", "a blue strawberry, 3d emoji", "grinning face, 3d emoji",
    "a cat, flat emoji", "kitty, 3d emoji", "automobile, 3d emoji", "a red car, twemoji",
    "a robot, pixel art monster", "a cat in the twemoji style with sunglasses", "tulip, 3d emoji",
    "tulip, blob emoji", "tulip, outlined emoji", "a slice of pizza, glossy emoji",
    "hamburger, flat emoji", "green apple, noto emoji", "a yellow star, 3d emoji",
    "red heart, glossy emoji", "a dragon, black silhouette", "a sword, pixel art item",
    "house, flat emoji", "rocket, 3d emoji", "penguin, noto emoji", "a purple octopus, 3d emoji",
    "sun behind cloud, flat emoji", "birthday cake, outlined emoji", "a tree, twemoji",
    "crying face, blob emoji", "guitar, glossy emoji", "a ghost, 3d emoji", "mushroom, flat emoji",
    "a pink elephant, 3d emoji", "a green dog, flat emoji",
)  # fmt: skip


def build(config: PictureConfig) -> PixArtTransformer2DModel:
    """The network with fresh weights; the last layer starts at zero."""
    c = config.denoiser
    channels = config.autoencoder.latent_channels
    model = PixArtTransformer2DModel(
        num_attention_heads=c.heads,
        attention_head_dim=c.head_dim,
        in_channels=channels,
        out_channels=channels,
        num_layers=c.layers,
        cross_attention_dim=c.heads * c.head_dim,
        sample_size=config.latent_size,
        patch_size=c.patch,
        norm_type="ada_norm_single",
        caption_channels=384,
        use_additional_conditions=False,
    )
    nn.init.zeros_(model.proj_out.weight)
    nn.init.zeros_(model.proj_out.bias)
    # MiniLM's token states have a spread of 0.45.
    nn.init.xavier_uniform_(model.caption_projection.linear_1.weight, gain=2.0)
    return model


def weight_of(entry: data.Entry, config: DataConfig) -> float:
    """How often a drawing is drawn, relative to others."""
    if config.skip_captions and re.search(config.skip_captions, entry.caption):
        return 0.0
    default = config.group_weights.get(entry.group, 1.0 if entry.group else config.ungrouped)
    if entry.src in ("game-icons", "crawl-tiles"):
        default = 1.0
    return config.weights.get(entry.src, 0.0) * config.group_weights.get(entry.sub, default)


_ALL = slice(None)


class Shelf:
    """Everything a batch needs: latents, colours, words, weights."""

    def __init__(self, config: PictureConfig, work: Path) -> None:
        self.config = config
        self.art = data.load(work)
        self.text = TextEncoder(config.denoiser.max_tokens)
        used = [i for i, e in enumerate(self.art.entries) if weight_of(e, config.data)]
        self.latents = autoencoder.latents_of(work, used, config.denoiser.mirror)
        self.recoloured, self.colours, self.targets = colour_tables(config, work, self.art)
        weights = [weight_of(e, config.data) for e in self.art.entries]
        self.weights = torch.tensor(weights, dtype=torch.float64)
        for i, entry in enumerate(self.art.entries):
            if entry.split != data.TRAIN:
                self.weights[i] = 0

    def batch(self, step: int, size: int, part: slice = _ALL) -> tuple[Tensor, list[str]]:
        """Scaled latents (B, C, h, w) and captions of one step; empty captions are dropped ones.

        ``part`` is what one member of a team takes of it.
        """
        generator = step_generator(self.config.seed, step)
        indices = torch.multinomial(self.weights, size, True, generator=generator)
        dice = torch.rand(size, 4, generator=generator)
        chosen, captions = [], []
        for i, roll in zip(indices[part].tolist(), dice[part].tolist(), strict=True):
            painted = roll[0] < 0.12 and bool(self.targets[i])
            entry, variant = self.art.entries[i], int(roll[1] * self.config.denoiser.variants)
            pick = random.Random(f"{entry.file}|{variant}|{painted}")
            if painted:
                latents, names = self.recoloured[i], [self.targets[i]]
            else:
                latents, names = (
                    self.latents[i, int(roll[2] * self.latents.shape[1])],
                    self.colours[i],
                )
            chosen.append(latents)
            dropped = roll[3] < self.config.denoiser.drop_captions
            captions.append("" if dropped else caption_of(entry, names, pick, painted))
        return torch.stack(chosen).float().to(device()), captions


@torch.no_grad()
def colour_tables(
    config: PictureConfig, work: Path, art: data.Art
) -> tuple[Tensor, list[list[str]], list[str]]:
    """Latents of recoloured drawings (N, C, h, w), colour words, and the recoloured ones' words."""
    folder = work / "autoencoder"
    if not (folder / "recoloured.safetensors").exists():
        vae = autoencoder.load(work)
        names: list[list[str]] = []
        targets: list[str] = []
        rows = []
        for indices in torch.arange(len(art.entries)).split(64):
            rgba = art.picture(indices)
            names += colours.names(rgba)
            painted = []
            for place, i in enumerate(indices.tolist()):
                entry, made = art.entries[i], None
                if weight_of(entry, config.data) and entry.group not in ("people-body", "flags"):
                    pick = random.Random(f"{entry.file}|colour").choice(list(colours.TARGETS))
                    made = colours.recolour(rgba[place], pick)
                targets.append(pick if made is not None else "")
                if made is not None:
                    rgba[place] = made
                    painted.append(place)
            size = config.latent_size
            latents = torch.zeros(len(rgba), vae.config.latent_channels, size, size)
            if painted:
                with autocast(device()):
                    encoded = autoencoder.encode(vae, rgba[painted]).float().cpu()
                latents[painted] = encoded * vae.config.scaling_factor
            rows.append(latents.half())
        table = {"latents": torch.cat(rows).contiguous()}
        lines = ["\t".join([",".join(n), t]) for n, t in zip(names, targets, strict=True)]
        (folder / "colours.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        write_atomically(folder / "recoloured.safetensors", lambda p: save_file(table, p))
    pairs = [line.split("\t") for line in (folder / "colours.tsv").read_text("utf-8").splitlines()]
    latents = load_file(folder / "recoloured.safetensors")["latents"]
    return latents, [p[0].split(",") if p[0] else [] for p in pairs], [p[1] for p in pairs]


def velocity(model: nn.Module, x: Tensor, s: Tensor, states: Tensor, mask: Tensor) -> Tensor:
    """The network's answer, float32; s is the noise level in [0, 1], one for each picture."""
    answer = model(
        x, encoder_hidden_states=states, timestep=s * 1000, encoder_attention_mask=mask,
        return_dict=False,
    )[0]  # fmt: skip
    return answer.float()


def loss_of(
    model: nn.Module, x0: Tensor, states: Tensor, mask: Tensor, mean: float, g: torch.Generator
) -> Tensor:
    """Mean squared error of the velocity for each picture of the batch."""
    s = torch.sigmoid(torch.randn(len(x0), generator=g) + mean).to(x0.device)
    noise = torch.randn(x0.shape, generator=g).to(x0.device)
    level = s[:, None, None, None]
    answer = velocity(model, (1 - level) * x0 + level * noise, s, states, mask)
    return (answer - (noise - x0)).pow(2).flatten(1).mean(1)


def optimizers_of(model: nn.Module, c: DenoiserConfig) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for everything else."""
    if c.optimizer == "adamw":
        return [torch.optim.AdamW(model.parameters(), c.learning_rate, (0.9, 0.98), weight_decay=0)]
    inner, outer = [], []
    for name, weights in model.named_parameters():
        matrix = weights.ndim == 2 and "transformer_blocks" in name and "table" not in name
        (inner if matrix else outer).append(weights)
    return [
        torch.optim.Muon(inner, c.muon_rate, weight_decay=0.01, momentum=0.95, ns_steps=5),
        torch.optim.AdamW(outer, c.learning_rate, (0.9, 0.98), weight_decay=0),
    ]


@torch.no_grad()
def sample(
    model: nn.Module,
    text: TextEncoder,
    prompts: Sequence[str],
    noise: Tensor,
    steps: int,
    guidance: float,
    shift: float = 1.0,
) -> Tensor:
    """Euler integration from noise to scaled latents, with classifier-free guidance."""
    states, mask = text([*prompts, *([""] * len(prompts) if guidance != 1 else [])])
    x = noise.to(device())
    levels = torch.linspace(1, 0, steps + 1)
    levels = shift * levels / (1 + (shift - 1) * levels)
    for now, then in itertools.pairwise(levels):
        with autocast(device()):
            if guidance != 1:
                v = velocity(model, torch.cat([x, x]), now.repeat(2 * len(x)).to(x), states, mask)
                with_words, without = v.chunk(2)
                v = without + guidance * (with_words - without)
            else:
                v = velocity(model, x, now.repeat(len(x)).to(x), states, mask)
        x = x + (then - now) * v
    return x


@torch.no_grad()
def draw(
    model: nn.Module, vae: Any, text: TextEncoder, prompts: Sequence[str], **settings: Any
) -> Tensor:
    """Straight RGBA in [0, 1] for each prompt, seeds 0, 1, 2 …"""
    size, channels = model.config.sample_size, model.config.in_channels
    noise = torch.cat([
        torch.randn(1, channels, size, size, generator=torch.Generator().manual_seed(i))
        for i in range(len(prompts))
    ])  # fmt: skip
    latents = sample(model, text, prompts, noise, **settings)
    return autoencoder.decode(vae, latents / vae.config.scaling_factor).clamp(0, 1)


@torch.no_grad()
def probe(model: nn.Module, shelf: Shelf, split: str) -> float:
    """The loss on fixed drawings with fixed noise: comparable between runs."""
    indices = [
        i for i in shelf.art.where(split) if weight_of(shelf.art.entries[i], shelf.config.data)
    ]
    if not indices:
        return 0.0
    indices = indices[:: max(1, len(indices) // 192)][:192]
    losses = []
    for part in torch.tensor(indices).split(64):
        states, mask = shelf.text([plain_caption(shelf.art.entries[i]) for i in part.tolist()])
        x0 = shelf.latents[part, 0].float().to(device())
        with autocast(device()):
            losses.append(loss_of(model, x0, states, mask, 0.0, step_generator(9, len(losses))))
    return float(torch.cat(losses).mean())


def train(config: PictureConfig, work: Path) -> None:
    """Train until the budget is spent; goes on from the last checkpoint."""
    size = sum(weights.numel() for weights in build(config).parameters())
    team.run(_train, config.denoiser.workers, size, config, work)


def _train(config: PictureConfig, work: Path, team: Team) -> None:
    c, on, folder = config.denoiser, device(), work / "denoiser"
    shelf, vae = Shelf(config, work), autoencoder.load(work)
    torch.manual_seed(config.seed)
    model = build(config).to(on)
    if (folder / "weights.safetensors").exists():
        # Also without an optimizer's state: weights that came from a packed model.
        load_weights(folder, model, "model.")
    parameters = list(model.parameters())
    optimizers = optimizers_of(model, c)
    peaks = [group["lr"] for optimizer in optimizers for group in optimizer.param_groups]
    average = Average(model, c.ema)
    progress = load_checkpoint(folder, model, average, optimizers)
    # Only now: loading puts new dictionaries in the place of the old ones.
    groups = [group for optimizer in optimizers for group in optimizer.param_groups]
    step, budget = progress.get("step", 0), Budget(c.minutes, progress.get("seconds", 0.0))
    log, running = Log(folder / "log.jsonl"), progress.get("loss", 1.0)
    forward = torch.compile(model) if c.compile and on.type == "cuda" else model
    share = budget.share(step)
    while share < 1:
        x0, captions = shelf.batch(step, c.batch, team.rows(c.batch))
        states, mask = shelf.text(captions)
        for group, peak in zip(groups, peaks, strict=True):
            group["lr"] = autoencoder.rate(step, share, peak, c.warmup, c.cooldown)
        with autocast(on):
            generator = step_generator(config.seed + 1, step * team.size + team.rank)
            loss = loss_of(forward, x0, states, mask, c.time_mean, generator).mean()
        step += 1
        value, share = team.descend(loss, parameters, optimizers, budget, step)
        running += (value - running) * max(0.02, 1 / step)
        if not team.leads:
            continue
        average.update(model, step)
        if step % 50 == 0:
            known = len(shelf.text.known)
            log.write(
                step=step,
                seen=step * c.batch,
                seconds=round(budget.spent),
                loss=running,
                texts=known,
            )
        if budget.checkpoint_due(step) or share >= 1:
            progress = {"step": step, "seconds": budget.spent, "loss": running}
            save_checkpoint(folder, model, average, optimizers, progress)
            _show(config, work, shelf, vae, folder / f"sheet-{step:06d}.png", log)


@torch.no_grad()
def _show(config: PictureConfig, work: Path, shelf: Shelf, vae: Any, path: Path, log: Log) -> None:
    model = load(config, work)
    kinds = (
        ("held_caption", data.HELD_CAPTION),
        ("held_pair", data.HELD_PAIR),
        ("train", data.TRAIN),
    )
    log.write(sheet=path.name, **{k: probe(model, shelf, split) for k, split in kinds})
    steps = min(12, config.sample.steps)
    made = draw(model, vae, shelf.text, WATCHED, steps=steps, guidance=config.sample.guidance)
    sheet(made, 8, path)


def load(config: PictureConfig, work: Path, stage: str = "denoiser") -> PixArtTransformer2DModel:
    """The averaged weights of the last checkpoint of "denoiser" or "distil"."""
    model = build(config)
    load_weights(work / stage, model)
    return model.to(device()).eval()
