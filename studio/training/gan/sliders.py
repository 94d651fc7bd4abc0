"""Sliders of a GAN: directions with names, learned from what samples show, and found ones.

Named: judge A says what some thousand samples show; ridge regressions read that from w; each
slider then is the move most like the samples' own variation that leaves the other readings alone.
What a move really does to pictures is measured, and moves are corrected by each other until each
does its own thing (a Newton step on measured effects, twice). Judge B, which had no say, examines
them at seven places. Only those that pass are named; the found ones (`find_directions`) are made
to leave the named readings alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from studio.engines.latent.directions import find_directions, found_slider
from studio.engines.latent.style_generator import StyleGenerator
from studio.training.gan import judge as judges
from studio.training.gan.config import GanConfig
from studio.training.gan.data import Album, load
from studio.training.gan.judge import Judge
from studio.training.gan.watch import trained
from studio.training.gan.words import Words, candidates
from studio.training.picture import loop

PLACES = 7
ADVENTUROUS = 0.8  # as the window begins
FOUND = 8
READABLE = 0.15  # part of a label's variance that w must explain
LEAK = 1 / 3
STRENGTH = 0.8  # deviations of the real pictures' label from end to end
ACCURATE = 0.75
QUANTILE = 0.02


@dataclass(frozen=True)
class Tried:
    """What judge B saw of one slider. strength: end to end, in real deviations; leak: the largest
    other effect over its own; accuracy: how often an end shows what it promises."""

    id: str
    strength: float
    monotone: bool
    leak: float
    leaks_to: str
    accuracy: float

    @property
    def passes(self) -> bool:
        good = self.monotone and self.strength >= STRENGTH
        return good and self.leak < LEAK and self.accuracy >= ACCURATE


@dataclass
class Moves:
    """Readers [T, D] and directions [T, D] over w; readers @ directions.T is the unit matrix."""

    center: Tensor
    readers: Tensor
    directions: Tensor

    def rescaled(self, w: Tensor) -> Moves:
        """So that -1..1 spans all samples but the outermost at both sides."""
        read = (w - self.center) @ self.readers.T
        ends = read.quantile(torch.tensor([QUANTILE, 1 - QUANTILE], dtype=w.dtype), 0)
        reach = ((ends[1] - ends[0]) / 2).clamp(min=1e-6)[:, None]
        return Moves(self.center, self.readers / reach, self.directions * reach)

    def corrected(self, effects: Tensor) -> Moves:
        """Mix the directions so that effects [T, T] (of slider on label) become diagonal."""
        wanted = torch.diag(effects.diagonal())
        mix = wanted @ torch.linalg.pinv(effects, rtol=0.02)
        directions = mix @ self.directions
        readers = torch.linalg.pinv(self.readers @ directions.T, rtol=1e-4) @ self.readers
        return Moves(self.center, readers, directions)


def find(config: GanConfig, work: Path) -> None:
    """Write WORK/directions.safetensors and WORK/sliders.json."""
    album = load(work)
    generator = trained(config, work, album).generator
    first, second = judges.train(config, work, "A"), judges.train(config, work, "B")
    skill = judges.skill(second, album)
    words = candidates(album.names)
    words = tuple(one for one in words if skill[one.label] >= config.eyesight)
    generator.prepare(torch.bfloat16)
    w, tries = mapped(generator, config.probes), config.tries
    moves, readable = probes(generator, w, first, album, words)
    words = tuple(one for one, good in zip(words, readable, strict=True) if good)
    tried: list[Tried] = []
    if words:
        for _ in range(2):
            effects = positions(generator, moves, first, album, words, 3, tries).mean(2)
            moves = moves.corrected(effects[:, -1] - effects[:, 0]).rescaled(w)
        tried = examined(generator, moves, second, album, words, tries)
    shown = [one.passes for one in tried]
    write(work, generator, w, moves, words, tried, shown)
    log = loop.Log(work / "figures.jsonl")
    for one in tried:
        log.write(stage="sliders", passes=one.passes, **asdict(one))
    log.write(stage="judge B", **skill)


@torch.no_grad()
def mapped(generator: StyleGenerator, count: int, seed: int = 4321) -> Tensor:
    """w of random numbers, float64 [count, D]."""
    z = torch.randn(count, generator.z_dim, generator=torch.Generator().manual_seed(seed))
    return generator.mapping(z.to(loop.device())).double().cpu()


@torch.no_grad()
def seen(generator: StyleGenerator, w: Tensor, judge: Judge, columns: list[int]) -> Tensor:
    """What a judge reads, in real deviations, from the pictures of w [N, D]: [N, T]."""
    parts = []
    for part in w.split(16):
        code = part.float().to(loop.device())[:, None].expand(-1, generator.layers, -1)
        picture = generator.synthesize(code).clamp(-1, 1)
        with loop.autocast(picture.device):
            parts.append(judge.standard(picture)[:, columns].double().cpu())
    return torch.cat(parts)


def columns_of(album: Album, words: tuple[Words, ...]) -> list[int]:
    """Where a judge's answers for these words stand."""
    asked = [album.names[index] for index in judges.read_labels(album)]
    return [asked.index(one.label) for one in words]


def probes(
    generator: StyleGenerator, w: Tensor, judge: Judge, album: Album, words: tuple[Words, ...]
) -> tuple[Moves, list[bool]]:
    """Linear readers of all words that can be read from w, and moves that do not disturb others."""
    center = w.mean(0)
    x = w - center
    y = seen(generator, w, judge, columns_of(album, words))
    y = y - y.mean(0)
    cut = max(1, len(w) * 4 // 5)
    gram = x[:cut].T @ x[:cut] / cut
    ridge = 0.01 * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    weights = torch.linalg.solve(gram + ridge, x[:cut].T @ y[:cut] / cut).T
    left = (y[cut:] - x[cut:] @ weights.T).square().mean(0) / y[cut:].square().mean(0)
    good = ((1 - left) >= READABLE).tolist()
    for one, share in zip(words, (1 - left).tolist(), strict=True):
        print(f"{one.id}: w explains {share:.2f}", flush=True)
    readers = weights[torch.tensor(good, dtype=torch.bool)]
    along = readers @ (gram + ridge)
    directions = torch.linalg.solve(along @ readers.T, along)
    return Moves(center, readers, directions).rescaled(w), good


def positions(
    generator: StyleGenerator,
    moves: Moves,
    judge: Judge,
    album: Album,
    words: tuple[Words, ...],
    places: int,
    bases: int,
) -> Tensor:
    """Labels [T sliders, places, bases, T labels] of the same pictures with one slider moved."""
    w = mapped(generator, bases, seed=99)
    w = moves.center + ADVENTUROUS * (w - moves.center)
    columns, found = columns_of(album, words), []
    for reader, direction in zip(moves.readers, moves.directions, strict=True):
        now = (w - moves.center) @ reader
        for at in torch.linspace(-1, 1, places).tolist():
            moved = w + (at - now)[:, None] * direction
            found.append(seen(generator, moved, judge, columns))
    return torch.stack(found).view(len(words), places, bases, len(words))


def examined(
    generator: StyleGenerator,
    moves: Moves,
    judge: Judge,
    album: Album,
    words: tuple[Words, ...],
    tries: int,
) -> list[Tried]:
    """Judge B's word on each slider."""
    found = positions(generator, moves, judge, album, words, PLACES, tries)
    means = found.mean(2)
    effect = means[:, -1] - means[:, 0]
    column = [album.names.index(one.label) for one in words]
    real = album.targets()[0][: album.train, column].double()
    middle = (real.quantile(0.05, 0) + real.quantile(0.95, 0)) / 2
    tried = []
    for index, one in enumerate(words):
        own = float(effect[index, index])
        steps = means[index, :, index].diff()
        others = effect[index].abs().clone()
        others[index] = 0.0
        low = (found[index, 0, :, index] < middle[index]).double().mean()
        high = (found[index, -1, :, index] > middle[index]).double().mean()
        tried.append(
            Tried(
                one.id,
                own,
                bool((steps > -0.01 * abs(own)).all()) and own > 0,
                float(others.max()) / max(abs(own), 1e-6),
                words[int(others.argmax())].id,
                float(low + high) / 2,
            )
        )
    return tried


def write(
    work: Path,
    generator: StyleGenerator,
    w: Tensor,
    moves: Moves,
    words: tuple[Words, ...],
    tried: list[Tried],
    shown: list[bool],
    found: Moves | None = None,
) -> None:
    """Keep the named sliders to be shown, and the found ones, as a model's folder holds them."""
    keep = torch.tensor(shown, dtype=torch.bool)
    named = Moves(moves.center, moves.readers[keep], moves.directions[keep])
    parts = [
        {
            "id": one.id,
            "name": one.name,
            "low": one.low,
            "high": one.high,
            "group": one.group,
            "named": True,
            "accuracy": round(t.accuracy, 3),
            "purity": round(1 - t.leak, 3),
        }
        for one, t, good in zip(words, tried, shown, strict=True)
        if good
    ]
    found = new_ones(generator, named, w) if found is None else found
    parts += [found_slider(index).model_dump() for index in range(len(found.readers))]
    layers = generator.layers
    readers = torch.cat([named.readers, found.readers])[:, None].expand(-1, layers, -1) / layers
    directions = torch.cat([named.directions, found.directions])[:, None].expand(-1, layers, -1)
    tensors = {
        "center": moves.center.expand(layers, -1).float().contiguous(),
        "readers": readers.float().contiguous(),
        "directions": directions.float().contiguous(),
    }
    loop.write_atomically(work / "directions.safetensors", lambda p: save_file(tensors, p))
    about = {
        "sliders": parts,
        "tried": [
            {**asdict(one), "passes": one.passes, "shown": good}
            for one, good in zip(tried, shown, strict=True)
        ],
    }
    text = json.dumps(about, indent=1)
    loop.write_atomically(work / "sliders.json", lambda p: p.write_text(text))


def new_ones(generator: StyleGenerator, named: Moves, w: Tensor) -> Moves:
    """Directions found without labels, made to leave the named readings alone, and the reverse."""
    found = find_directions(generator, FOUND)
    readers, directions = found.readers.sum(1), found.directions.mean(1)
    if len(named.readers):
        directions = directions - directions @ named.readers.T @ named.directions
        readers = readers - readers @ named.directions.T @ named.readers
    own = (readers * directions).sum(1)
    new = own > 0.3  # of the 1 that it was before: the rest said what the named ones say
    readers = readers[new] / own[new, None]
    moves = Moves(w.mean(0), readers, directions[new])
    return moves.rescaled(w) if len(readers) else moves
