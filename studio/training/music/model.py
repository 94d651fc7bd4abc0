"""Training the writer: next token, with some cells given.

Every window is shown in another way each time: some of its bars, some of its parts, and of those
some cells given before the others. So one model learns to begin, to go on, to add a part to
others and to fill a hole.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from studio.engines.music.cells import DRUMS, HARMONY, MELODY, Place
from studio.engines.music.network import Writer
from studio.engines.music.tokens import START, Pen, spell
from studio.engines.music.wishes import ABSENT, PLAYED, SIZES, Measures, Wish, rows
from studio.engines.music.writing import bits
from studio.training.characters.muon import Muon
from studio.training.music import data
from studio.training.music.config import MusicConfig, TrainConfig
from studio.training.music.data import Window
from studio.training.picture import team
from studio.training.picture.loop import (
    Average,
    Budget,
    Log,
    autocast,
    device,
    load_checkpoint,
    load_weights,
    save_checkpoint,
)
from studio.training.picture.team import Team

IGNORED = -100
# Batches are padded to a multiple of so many steps: matrix libraries keep memory for every shape
# that they have met, ten gigabytes after an hour of lengths as they come.
_LENGTHS = 64
STEPS = 1 << 30  # more than any run has


class Example:
    """One way of showing a window: rows [T, F], sounding masks [T], targets [T], weights, wishes.

    asked: how many of the steps belong to cells that were to be written.
    """

    def __init__(self, window: Window, wish: Wish, places: list[Place], given: set[Place]) -> None:
        self.rows: list[list[int]] = []
        self.sounding: list[int] = []
        self.targets: list[int] = []
        self.asked: list[bool] = []
        self.wishes = rows(wish.numbers())
        sheet = window.sheet
        pen = Pen(
            sheet.metre, sheet.mode, sheet.bars, window.since, window.until
        )  # fmt: skip
        pen.sheet.loud = list(sheet.loud)
        last = START
        ordered = [p for p in places if p in given] + [p for p in places if p not in given]
        for bar, part in ordered:
            asked = (bar, part) not in given
            pen.open(bar, part, asked)
            link = next(
                link
                for link in window.links(bar, part)
                if not link.lag or (bar - link.lag, part) in pen.sheet.cells
            )
            for token in spell(sheet, bar, part, link):
                self.rows.append(pen.features(last))
                self.sounding.append(pen.sounding())
                self.targets.append(token)
                self.asked.append(asked)
                pen.push(token)
                last = token


def plain(window: Window, wish: Wish, bars: range | None = None) -> Example:
    """A window shown whole, nothing given."""
    bars = bars or range(window.sheet.bars)
    places = sorted(place for place in window.sheet.cells if place[0] in bars)
    return Example(window, wish, places, set())


def shown(window: Window, measures: Measures, config: TrainConfig, dice: random.Random) -> Example:
    """A window shown in one of many ways."""
    sheet = window.sheet
    bars = range(sheet.bars)
    if sheet.bars > 8 and dice.random() < 0.3:
        length = dice.randint(6, sheet.bars)
        first = dice.randint(0, sheet.bars - length)
        bars = range(first, first + length)
    parts = data.parts_of(sheet)
    for part in list(parts):
        if len(parts) > 1 and dice.random() < (0.25 if part == DRUMS else 0.1):
            parts.remove(part)
    wish = measures.wish_of(sheet, window.tempo, data.shift_of(window.tonic))
    levels = [
        level if part in parts else ABSENT for part, level in zip(PLAYED, wish.density, strict=True)
    ]
    wish = _forgetful(wish, levels, config.forget, dice)
    places = sorted((bar, part) for bar in bars for part in (HARMONY, *parts))
    return Example(window, wish, places, _given(places, bars, parts, dice))


def _forgetful(wish: Wish, levels: list[int], chance: float, dice: random.Random) -> Wish:
    """The wish with some of it left open."""

    def kept() -> bool:
        return dice.random() >= chance

    levels = [level if kept() else SIZES[4] - 1 for level in levels]
    return Wish(
        wish.mood if kept() else "",
        wish.mode if kept() else None,
        wish.metre if kept() else None,
        wish.tempo if kept() else None,
        (levels[0], levels[1], levels[2], levels[3]),
    )


def _given(places: list[Place], bars: range, parts: list[int], dice: random.Random) -> set[Place]:
    """Which cells are given: none, whole parts, all but some bars, or both at once, or any."""
    kind = dice.random()
    if kind < 0.35:
        return set()
    others = [part for part in (HARMONY, *parts) if dice.random() < 0.5]
    if HARMONY in others and not set(others) - {HARMONY, MELODY, DRUMS}:
        others.remove(HARMONY)  # nobody knows the chords of a melody alone
    whole = {place for place in places if place[1] in others}
    if kind < 0.6:
        return whole
    length = dice.randint(1, max(1, len(bars) * 3 // 4))
    first = dice.randint(bars.start, bars.stop - length)
    around = {place for place in places if not first <= place[0] < first + length}
    if kind < 0.75:
        return around
    if kind < 0.9:
        return around | whole
    return {place for place in places if dice.random() < 0.5}


def batch(examples: list[Example], most: int) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """(rows [B, T, F], sounding [B, T, 12], wishes [B, W], targets [B, T], asked [B, T])."""
    longest = max(len(example.targets) for example in examples)
    longest = min(most, -(-longest // _LENGTHS) * _LENGTHS)
    shape = len(examples), longest
    features = np.zeros((*shape, len(examples[0].rows[0])), np.int64)
    targets = np.full(shape, IGNORED, np.int64)
    asked = np.zeros(shape, bool)
    masks = np.zeros(shape, np.int64)
    for at, example in enumerate(examples):
        count = min(longest, len(example.targets))
        features[at, :count] = example.rows[:count]
        targets[at, :count] = example.targets[:count]
        asked[at, :count] = example.asked[:count]
        masks[at, :count] = example.sounding[:count]
    heard = bits(masks.reshape(-1).tolist()).view(*shape, 12)
    wishes = torch.tensor([example.wishes for example in examples])
    return torch.from_numpy(features), heard, wishes, torch.from_numpy(targets), (
        torch.from_numpy(asked))  # fmt: skip


Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor]  # as `batch` makes it


def losses(writer: nn.Module, shown_: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Nats of each step (0 where padded), which steps were asked, which are there: each [B, T]."""
    on = device()
    features, heard, wishes, targets, asked = (x.to(on, non_blocking=True) for x in shown_)
    with autocast(on):
        scores = writer(features, heard, wishes)
    nats = F.cross_entropy(
        scores.float().flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="none"
    )
    return nats.view_as(targets), asked, targets != IGNORED


class Batches(Dataset[Batch]):
    """The batch of each step, or a team member's share of it; the same whenever it is asked for."""

    def __init__(
        self, config: MusicConfig, seen: list[Window], measures: Measures, team: Team
    ) -> None:
        self._config, self._seen, self._measures = config, seen, measures
        self._rank, self._part = team.rank, team.rows(config.train.batch)

    def __len__(self) -> int:
        return STEPS

    def __getitem__(self, step: int) -> Batch:
        train = self._config.train
        dice = random.Random(f"{self._config.seed}|{step}")
        chosen = [dice.choice(self._seen) for _ in range(train.batch)][self._part]
        ways = random.Random(f"{self._config.seed}|{step}|{self._rank}")
        examples = [shown(window, self._measures, train, ways) for window in chosen]
        return batch(examples, train.most_tokens)


def train(config: MusicConfig, work: Path) -> None:
    """Train for the budget's minutes, all runs together; goes on from the last checkpoint."""
    count = sum(p.numel() for p in Writer(config.writer).parameters())
    team.run(_train, config.train.workers, count, config, work)


def _optimizers(writer: Writer, config: TrainConfig) -> list[torch.optim.Optimizer]:
    matrices = [p for p in writer.blocks.parameters() if p.ndim == 2]
    others = [p for n, p in writer.named_parameters() if p.ndim != 2 or not n.startswith("blocks")]
    return [
        torch.optim.AdamW(others, config.learning_rate, (0.9, 0.98), weight_decay=0.01),
        Muon(matrices, config.muon_rate, decay=config.decay),
    ]


def _pace(share: float, step: int, config: TrainConfig) -> float:
    """What the learning rates are multiplied with."""
    rise = min(1.0, (step + 1) / max(1, config.warmup))
    over = max(0.0, (share - config.fall) / max(1e-6, 1 - config.fall))
    return rise * (1 - 0.97 * over)


def _train(config: MusicConfig, work: Path, team: Team) -> None:
    train, on = config.train, device()
    every, measures = data.load(work)
    seen = [window for window in every if not window.held]
    held = held_examples(every, measures, train.held_windows)
    torch.manual_seed(config.seed)
    writer = Writer(config.writer).to(on)
    average = Average(writer, train.ema)
    optimizers = _optimizers(writer, train)
    progress = load_checkpoint(work / "writer", writer, average, optimizers)
    step, tokens = int(progress.get("step", 0)), int(progress.get("tokens", 0))
    budget = Budget(train.minutes, float(progress.get("seconds", 0.0)))
    log = Log(work / "writer" / "log.jsonl")
    parameters = list(writer.parameters())
    bases = [train.learning_rate, train.muon_rate]
    # the windows are put into tokens beside the training where that is the slower of the two
    loader = DataLoader(
        Batches(config, seen, measures, team), batch_size=None, sampler=range(step, STEPS),
        num_workers=train.loaders,
    )  # fmt: skip
    share, mean = budget.share(step), 0.0
    for shown_ in loader if share < 1 else ():
        nats, asked, there = losses(writer, shown_)
        weight = torch.where(asked, 1.0, train.given) * there
        loss = (nats * weight).sum() / weight.sum()
        for optimizer, base in zip(optimizers, bases, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = base * _pace(share, step, train)
        step += 1
        value, share = team.descend(loss, parameters, optimizers, budget, step)
        average.update(writer, step)
        tokens += int(there.sum()) * max(1, train.workers)
        mean = value if not mean else 0.95 * mean + 0.05 * value
        if team.leads:
            if step % train.log_every == 0:
                log.write(step=step, tokens=tokens, loss=mean, seconds=round(budget.spent))
            if step % train.held_every == 0 or share >= 1:
                log.write(step=step, held=held_loss(writer, average, held, train))
            if budget.checkpoint_due(step):
                now = {"step": step, "tokens": tokens, "seconds": budget.spent}
                save_checkpoint(work / "writer", writer, average, optimizers, now)
        if share >= 1:
            break


def held_examples(every: list[Window], measures: Measures, count: int) -> list[Example]:
    """Windows of composers that are not trained on, whole, in even steps through all of them."""
    held = [window for window in every if window.held]
    held = held[:: max(1, len(held) // count)][:count]
    return [plain(w, measures.wish_of(w.sheet, w.tempo, data.shift_of(w.tonic))) for w in held]


@torch.no_grad()
def held_loss(writer: Writer, average: Average, held: list[Example], train: TrainConfig) -> float:
    """Nats a token of the averaged weights."""
    mine = {k: v.clone() for k, v in writer.state_dict().items()}
    writer.load_state_dict({k: v.to(mine[k].dtype) for k, v in average.state.items()})
    total, count = 0.0, 0
    for at in range(0, len(held), 16):
        nats, _, there = losses(writer, batch(held[at : at + 16], train.most_tokens))
        total += float(nats.sum())
        count += int(there.sum())
    writer.load_state_dict(mine)
    return total / max(1, count)


def load(config: MusicConfig, work: Path) -> Writer:
    """The averaged writer of the last checkpoint."""
    writer = Writer(config.writer)
    load_weights(work / "writer", writer)
    return writer.eval().requires_grad_(False)
