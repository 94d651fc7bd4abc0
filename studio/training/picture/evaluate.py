"""The figures of the model card: held-out captions, the judge's verdict, nearest neighbours."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.engines.imaging.upscaler import Upscaler, premultiply
from studio.training.picture import autoencoder, data, denoiser, pack, retrieval
from studio.training.picture.config import PictureConfig
from studio.training.picture.loop import Log, sheet
from studio.training.picture.prompts import PROMPTS
from studio.training.picture.text import TextEncoder
from studio.training.picture.words import plain_caption

ASKED_FOR = ("animals-nature", "food-drink", "smileys-emotion")


def chosen(
    art: data.Art, config: PictureConfig, split: str, seed: int, count: int, groups: Any = ()
) -> list[int]:
    """``count`` drawings of a split, each with its own caption, drawn by chance."""
    rows = [i for i in art.where(split) if denoiser.weight_of(art.entries[i], config.data)]
    if groups:
        rows = [i for i in rows if art.entries[i].group in groups]
    random.Random(seed).shuffle(rows)
    seen: dict[str, int] = {}
    for i in rows:
        seen.setdefault(art.entries[i].caption, i)
    return list(seen.values())[:count]


def top(places: Tensor, within: int) -> float:
    """Share of places better than ``within``, in percent."""
    return 100 * float((places < within).float().mean())


@torch.no_grad()
def text_match(config: PictureConfig, work: Path, only: tuple[str, ...] = ()) -> dict[str, float]:
    """How often the right caption of (up to) 100 is in the top 5, for real and made pictures.

    For captions never trained on, for new (caption, style) pairs, for trained ones of all kinds,
    and for trained animals, food and faces.
    """
    art, text = data.load(work), TextEncoder(config.denoiser.max_tokens)
    judge, vae = retrieval.load(config, work), autoencoder.load(work)
    models = {"full": denoiser.load(config, work)}
    if (work / "distil" / "weights.safetensors").exists():
        models["draft"] = denoiser.load(config, work, "distil")
    result: dict[str, float] = {}
    kinds: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
        ("new_captions", data.HELD_CAPTION, 2, ()),
        ("new_pairs", data.HELD_PAIR, 1, ()),
        ("trained", data.TRAIN, 1, ()),
        ("asked_for", data.TRAIN, 1, ASKED_FOR),
    )
    kinds = tuple(kind for kind in kinds if not only or kind[0] in only)
    for name, split, rounds, groups in kinds:
        sums: dict[str, list[Tensor]] = {}
        count = 0
        for turn in range(rounds):
            rows = chosen(art, config, split, turn, 100, groups)
            if len(rows) < 2:
                continue
            count = len(rows)
            captions = [plain_caption(art.entries[i]) for i in rows]
            pictures = {"real": art.picture(rows)}
            for mode, model in models.items():
                settings = (
                    {"steps": config.sample.steps, "guidance": config.sample.guidance}
                    if mode == "full"
                    else {"steps": config.distil.windows, "guidance": 1.0}
                )
                pictures[mode] = denoiser.draw(model, vae, text, captions, **settings).cpu()
            for kind, rgba in pictures.items():
                sums.setdefault(kind, []).append(retrieval.ranks(judge, text, rgba, captions))
                entries = [art.entries[i] for i in rows]
                places = retrieval.subject_ranks(judge, text, rgba, entries)
                sums.setdefault(f"{kind}_subject", []).append(places)
            if turn == 0:
                page = torch.stack([p[:24] for p in pictures.values()], 1).flatten(0, 1)
                sheet(page, len(pictures) * 4, work / "evaluate" / f"{name}.png")
        result[f"{name}_of"] = count
        for kind, places in sums.items():
            result[f"{name}_{kind}_top1"] = top(torch.cat(places), 1)
            result[f"{name}_{kind}_top5"] = top(torch.cat(places), 5)
    return result


def small_view(rgba: Tensor) -> Tensor:
    """16 x 16 premultiplied colours, flat: what pictures are compared by."""
    return torch.nn.functional.adaptive_avg_pool2d(premultiply(rgba), 16).flatten(1)


@torch.no_grad()
def nearest(work: Path, made: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest training drawing of each made picture: root mean square distance, index."""
    art = data.load(work)
    rows = torch.tensor(art.where(data.TRAIN))
    views = torch.cat([small_view(art.picture(part)) for part in rows.split(256)])
    size = views.shape[1] ** 0.5
    distance, place = (torch.cdist(small_view(made), views) / size).min(1)
    return distance, rows[place]


@torch.no_grad()
def prompt_sheet(config: PictureConfig, work: Path, folder: Path) -> dict[str, float]:
    """The forty prompts through the packed pipeline, and their nearest training drawings."""
    pipe = pack.open_folder(folder)
    made = torch.cat([
        pack.to_tensor(pack.draw(pipe, folder, prompt, seed)) for seed, prompt in enumerate(PROMPTS)
    ])  # fmt: skip
    quick = torch.cat([
        pack.to_tensor(pack.draw(pipe, folder, prompt, seed, draft=True))
        for seed, prompt in enumerate(PROMPTS)
    ])  # fmt: skip
    target = work / "evaluate"
    sheet(made, 8, target / "prompts.png", 1.0)
    sheet(quick, 8, target / "prompts-draft.png", 1.0)
    distance, rows = nearest(work, made)
    sheet(
        torch.stack([made, data.load(work).picture(rows)], 1).flatten(0, 1),
        16,
        target / "nearest.png",
    )
    trained = data.load(work).picture(rows)
    between = nearest_of_held(config, work)
    enlarge = Upscaler.from_folder(folder / "upscaler").float()
    sheet(torch.cat([enlarge(x[None]) for x in made[:8]]), 4, target / "large.png", 1.0)
    return {
        "nearest_median": float(distance.median()),
        "nearest_below_0.03": int((distance < 0.03).sum()),
        "nearest_of_real_median": between,
        "drawings": len(trained),
    }


@torch.no_grad()
def nearest_of_held(config: PictureConfig, work: Path) -> float:
    """The same distance for real held-out drawings: what "not copied" looks like."""
    art = data.load(work)
    rows = chosen(art, config, data.HELD_CAPTION, 0, 60)
    return float(nearest(work, art.picture(rows))[0].median()) if rows else 0.0


def run(config: PictureConfig, work: Path, folder: Path) -> dict[str, Any]:
    """Train the judge when it is missing, measure everything, write ``figures.jsonl``."""
    retrieval.train(config, work)
    figures: dict[str, Any] = {"stage": "evaluate", **text_match(config, work)}
    if (folder / "easel.json").exists():
        figures |= prompt_sheet(config, work, folder)
    Log(work / "figures.jsonl").write(**figures)
    (work / "evaluate").mkdir(parents=True, exist_ok=True)
    (work / "evaluate" / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures
