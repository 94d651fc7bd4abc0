"""The training: paint crops in the manner of crops, let VGG16 judge, and go on.

Learned styles have codes of their own, which begin where the reader puts them. The reader is kept
close to them, so both kinds live in one space and mix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from studio.engines.style.grain import grain
from studio.engines.style.network import COLOURS, FAINT, Painter, Statistics
from studio.training.characters.muon import Muon
from studio.training.picture import loop
from studio.training.picture import team as teams
from studio.training.style.batches import Batch, currents_of, draw, moved, tensor, with_grain
from studio.training.style.config import StyleConfig, TrainConfig
from studio.training.style.data import Material, open_material
from studio.training.style.paintings import PAINTINGS
from studio.training.style.references import OlderPainter
from studio.training.style.teacher import (
    Moments,
    Teacher,
    across_terms,
    colour_terms,
    content_terms,
    grid_terms,
    moments,
    style_terms,
)

#: how strongly currents begin in a painter that knew none, in deviations of the picture
BEGIN = 0.3
#: how much the strokes of a picture that is not a learned style are to follow forms
UNKNOWN = 0.4


class Pupil(nn.Module):
    """The painter and the learned styles' codes: palettes [n, 10], fixed, and manners."""

    def __init__(self, config: StyleConfig, styles: int) -> None:
        super().__init__()
        older = config.make != "painter"
        plain = config.painter.model_copy(update={"flow": False})
        self.painter = OlderPainter(plain) if older else Painter(config.painter)
        self.make = config.make
        self.register_buffer("palettes", torch.zeros(styles, COLOURS))
        self.codes = nn.Parameter(torch.zeros(styles, config.painter.code - COLOURS))

    @property
    def learned(self) -> Tensor:
        """The learned codes [n, code]."""
        return torch.cat([self.get_buffer("palettes"), self.codes], 1)

    def codes_for(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Codes [B, code], learned where there are, and how far the reader is from these."""
        learned = self.learned[[max(owner, 0) for owner in batch.owner]]
        if self.make == "one-style":
            return learned, torch.zeros(())
        codes = self.painter.read(batch.styles)
        if self.make == "any-style":
            return codes, torch.zeros(())
        own = torch.tensor([[owner >= 0] for owner in batch.owner], device=codes.device)
        gap = (codes - learned.detach())[:, COLOURS:]
        apart = (gap.square() * own).mean()
        return torch.where(own, learned, codes), apart


def optimizers(pupil: Pupil, config: TrainConfig) -> list[torch.optim.Optimizer]:
    """Muon for the painter's convolutions, AdamW for the rest: slowly for what adds up
    hundreds of numbers, fast for codes."""
    by_adam = ("reader", "stem", "guided", "paint_out")
    convs = [p for name, p in pupil.painter.named_parameters()
             if p.ndim == 4 and not name.startswith(by_adam)]  # fmt: skip
    known = {id(p) for p in convs} | {id(pupil.codes)}
    wide = [p for name, p in pupil.painter.named_parameters()
            if name.startswith(("reader", "around")) and p.ndim > 1]  # fmt: skip
    known |= {id(p) for p in wide} | {id(pupil.painter.manner.weight)}
    rest = [p for p in pupil.parameters() if id(p) not in known]
    groups = [
        {"params": rest, "lr": config.learning_rate},
        {"params": wide, "lr": config.wide_rate},
        {"params": [pupil.painter.manner.weight], "lr": config.manner_rate},
        {"params": [pupil.codes], "lr": config.code_rate},
    ]
    adam = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=1e-4)
    return [Muon(convs, config.muon_rate, decay=0.01), adam]


def losses(
    pupil: Pupil, teacher: Teacher, batch: Batch, config: TrainConfig, side: int, seed: int
) -> dict[str, Tensor]:  # fmt: skip
    """Every term of the loss, weighted; their sum is the loss."""
    painter = pupil.painter
    ours = pupil.make == "painter"
    # the older networks need it too: gradients of instance normalisation explode on a plain ground
    grained = with_grain(batch.whole, painter.config.grain, seed)
    whole = Batch(grained, batch.corner, batch.styles, batch.wanted, batch.owner)
    content = whole.crops(side)
    codes, apart = pupil.codes_for(batch)
    statistics = painter.measure(grained, codes)
    given = currents_of(batch, side, seed) if ours and painter.config.flow else None
    painted = painter.run(content, codes, statistics, given).float()
    found = teacher(painted)
    with torch.no_grad():
        wanted = teacher(batch.crops(side))
    style = style_terms(moments(painted, found), batch.wanted, robust=True)
    kept = content_terms(found, wanted)
    plain = painter.level(content, statistics)
    strokes = painter.level(painted, painter.wanted(codes)) if ours else plain
    # the colours count without the style's own spread: else the weak axes would count nothing
    weights = torch.tensor([*config.layers, 1.0] if ours else [1.0] * 5, device=style.device)
    style = torch.cat([style[:, 1:], colour_terms(strokes)[:, None]], 1) if ours else style
    style = (style + 1e-4).sqrt() * weights[None, :, None]
    tint = (F.avg_pool2d(strokes, 16) - F.avg_pool2d(plain, 16)).square().mean()
    smooth = (painted.diff(dim=2).abs().mean() + painted.diff(dim=3).abs().mean()) / 2
    beyond = F.relu((painted - 0.5).abs() - 0.5).square().mean()
    terms = {
        # the root: a style far away pulls no harder than one nearby
        "style": style.sum((1, 2)).mean(),
        "content": config.content * kept.sum(1).mean(),
        "tint": config.tint * tint,
        "smooth": config.smooth * smooth,
        "grid": config.grid * F.relu(grid_terms(painted) - grid_terms(batch.styles)).mean(),
        "beyond": 10 * beyond,
        "apart": config.apart * apart,
    }
    if given is not None:
        flowing = [PAINTINGS[n].flowing if n >= 0 else UNKNOWN for n in batch.owner]
        share = torch.tensor(flowing, device=painted.device)
        terms["across"] = config.across * (share * across_terms(painted, given[:, 6:8])).mean()
    if ours and np.random.default_rng((seed, 9)).random() < config.still * len(content):
        one = content[:1]
        first = Statistics.of([part[:1] for part in statistics.tensors])
        own = None if given is None else given[:1]
        still = painter.run(one, painter.identity[None], first, own)
        terms["still"] = 4 * (still - one).abs().mean()
    return terms


def rate(share: float, step: int, config: TrainConfig) -> float:
    """Share of the learning rate: warm up, stay, fall."""
    warm = min(1.0, (step + 1) / max(1, config.warmup))
    if share <= config.fall:
        return warm
    past = (share - config.fall) / (1 - config.fall)
    return warm * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * min(1.0, past)))))


def palette_of(row: Tensor) -> Tensor:
    """The palette of a whole painting from its moments [T], as `Painter.palette` has it."""
    found = Moments.unflat(row[None])
    covariance = found.covariances[0][0] + FAINT**2 * torch.eye(3)
    values, vectors = torch.linalg.eigh(covariance)
    root = (vectors * values.clamp(min=1e-8).sqrt()) @ vectors.T
    upper = torch.triu_indices(3, 3)
    return torch.cat([torch.zeros(1), found.means[0][0], root[upper[0], upper[1]]])


@torch.no_grad()
def place_codes(pupil: Pupil, material: Material) -> None:
    """The reader learns what is usual; learned codes begin as the mean it finds in a painting."""
    painter, on = pupil.painter, pupil.codes.device
    rows = list(range(0, len(material.styles), max(1, len(material.styles) // 64)))
    painter.reader.follow(painter.reader.look(tensor([material.styles[i] for i in rows]).to(on)), 1)
    for number in range(len(pupil.codes)):
        rows = np.flatnonzero(material.owner == number).tolist()
        crops = tensor([material.styles[row] for row in rows]).to(on)
        pupil.codes[number] = painter.read(crops)[:, COLOURS:].mean(0)
        pupil.get_buffer("palettes")[number] = palette_of(material.learned[number])


@torch.no_grad()
def go_on_from(pupil: Pupil, folder: Path, material: Material) -> None:
    """Take the averaged weights of another run, which may not have known where strokes run.

    Currents then begin as what such a painter knew: grain along which strokes were hung. Colours
    are those of this material.
    """
    saved = load_file(folder / "weights.safetensors")
    weights = {name[4:]: value for name, value in saved.items() if name.startswith("ema.")}
    missing, surplus = pupil.load_state_dict(weights, strict=False)
    if surplus or any("guided" not in name and "gains" not in name for name in missing):
        raise ValueError(f"The weights in {folder} are of another network.")
    if missing:
        painter = pupil.painter
        painter.guided.weight.zero_()
        for long in (0, 2):
            painter.guided.weight[:, long] = BEGIN * painter.stem.weight.sum(1)
    for number in range(len(pupil.codes)):
        pupil.get_buffer("palettes")[number] = palette_of(material.learned[number])


def first_weights(pupil: Pupil, material: Material, begin: Path | None) -> None:
    """Those of another run, or by chance with codes from the reader."""
    if begin is None:
        place_codes(pupil, material)
    else:
        go_on_from(pupil, begin, material)


def train(config: StyleConfig, work: Path, begin: Path | None = None) -> None:
    """Go on from the last checkpoint until the minutes are spent; one process for each worker.

    begin: the folder of another run, whose weights are taken where there is no checkpoint yet.
    """
    count = sum(weights.numel() for weights in Pupil(config, len(PAINTINGS)).parameters())
    teams.run(_member, config.train.workers, count, config, work, begin)


def _member(config: StyleConfig, work: Path, begin: Path | None, team: teams.Team) -> None:
    material = open_material(work)
    on = loop.device()
    torch.manual_seed(config.seed)
    pupil = Pupil(config, len(PAINTINGS)).to(on)
    pupil.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pupil.painter.train_in(torch.bfloat16)
    teacher = Teacher(work, on)
    average = loop.Average(pupil, config.train.ema)
    parameters = list(pupil.parameters())
    optims = optimizers(pupil, config.train)
    rates = [[group["lr"] for group in o.param_groups] for o in optims]
    folder = work / config.make
    progress = loop.load_checkpoint(folder, pupil, average, optims)
    if not progress:
        first_weights(pupil, material, begin)
        average = loop.Average(pupil, config.train.ema)
    budget = loop.Budget(config.train.minutes, progress.get("spent", 0.0))
    step = progress.get("step", 0)
    log = loop.Log(folder / "log.jsonl")
    sums: dict[str, float] = {}
    while not 0 < config.train.stop <= step:
        _, share = team.meet([], 0.0, budget.share(step))
        if share >= 1:
            break
        late = share >= config.train.late
        turn = step * team.size + team.rank
        now = replace(config.train, learned=config.train.learned_at(share))
        drawn = draw(material, now, turn, late, config.seed, config.make == "one-style")
        batch = moved(drawn, on)
        side = config.train.late_crop if late else config.train.crop
        terms = losses(pupil, teacher, batch, config.train, side, config.seed + turn)
        for o in optims:
            o.zero_grad(set_to_none=True)
        loss = torch.stack(list(terms.values())).sum()
        loss.backward()
        for weights in parameters:
            if weights.grad is None:  # the members of a team have to agree on which move
                weights.grad = torch.zeros_like(weights)
        team.meet(parameters, float(loss.detach()), share)
        _step(optims, rates, rate(share, step, config.train), parameters)
        average.update(pupil, step)
        step += 1
        budget.tick()
        for name, value in terms.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if not team.leads:
            continue
        if step % config.train.log_every == 0:
            shown = {name: value / config.train.log_every for name, value in sums.items()}
            log.write(step=step, minutes=budget.spent / 60, **shown)
            sums = {}
        state = {"step": step, "spent": budget.spent}
        if budget.checkpoint_due(step) or step == config.train.stop:
            loop.save_checkpoint(folder, pupil, average, optims, state)
        if step % config.train.sheet_every == 0:
            sheet(averaged(config, average), material, folder / f"sheet-{step:06}.jpg")
            budget.tick()


def _step(
    optims: list[torch.optim.Optimizer], rates: list[list[float]], share: float,
    weights: list[nn.Parameter],
) -> None:  # fmt: skip
    """One step down at a share of the rates; a batch whose gradient is not finite is left out."""
    if not torch.isfinite(nn.utils.clip_grad_norm_(weights, 5.0)):
        return
    for o, firsts in zip(optims, rates, strict=True):
        for group, first in zip(o.param_groups, firsts, strict=True):
            group["lr"] = first * share
        o.step()


def averaged(config: StyleConfig, average: loop.Average) -> Pupil:
    """The pupil with averaged weights, ready to paint."""
    pupil = Pupil(config, len(PAINTINGS))
    pupil.load_state_dict(average.state)
    pupil.painter.prepare(torch.bfloat16)
    return pupil


def contents_to_watch(material: Material) -> Iterator[Tensor]:
    """Six contents [1, 3, S, S], one of each kind."""
    total = len(material.contents)
    for share in (0.1, 0.35, 0.51, 0.62, 0.78, 0.97):
        yield tensor([material.contents[int(share * total)]])


@torch.no_grad()
def sheet(pupil: Pupil, material: Material, path: Path) -> None:
    """Six contents in eight learned styles and four read ones, enlarged to 384 pixels."""
    painter = pupil.painter
    watched = [0, 7, 8, 11, 12, 13, 17, 20]
    styles = [int(np.flatnonzero(material.owner == n % len(PAINTINGS))[0]) for n in watched]
    others = np.flatnonzero(material.owner < 0)
    styles += [int(others[int(share * len(others))]) for share in (0.1, 0.4, 0.85, 0.97)]
    pictures = tensor([material.styles[row] for row in styles])
    codes = painter.read(pictures)
    if pupil.codes.abs().sum() > 0:
        codes[: len(watched)] = pupil.learned[[n % len(PAINTINGS) for n in watched]]
    codes = torch.cat([codes, painter.identity[None]])
    side = 384 if material.contents.shape[1] > 100 else 64
    small = F.interpolate(pictures, (side // 2, side // 2), mode="area")
    rows = [torch.ones(1, 3, side // 2, side // 2), *small.split(1), torch.ones_like(small[:1])]
    cells = []
    for content in contents_to_watch(material):
        large = F.interpolate(content, (side, side), mode="bicubic").clamp(0, 1)
        large = (large + grain(side, side, painter.config.grain, 1)).clamp(0, 1)
        statistics = painter.measure(large, codes[:1])
        cells.append([large, *(painter.paint(large, code[None], statistics) for code in codes)])
    table = [F.interpolate(row, (side, side)) for row in rows]
    table += [cell for line in cells for cell in line]
    opaque = F.pad(torch.cat(table), (0, 0, 0, 0, 0, 1), value=1.0)
    loop.sheet(opaque, len(codes) + 1, path, plain=1.0)
