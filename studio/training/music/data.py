"""The data set: windows of pieces on the model's grid, as lines of JSON."""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.engines.music.cells import (
    DRUMS,
    HARMONY,
    MELODY,
    METRES,
    PITCHED,
    STEPS,
    Sheet,
    notes_in,
    sheet_of,
    shift_of,
)
from studio.engines.music.tokens import Link, links
from studio.engines.music.wishes import (
    MOODS,
    PLAYED,
    Measures,
    measures_as_plain,
    measures_from_plain,
    onsets,
    portrait,
)
from studio.errors import StudioError
from studio.library.keys import Key, key_of, weights_of
from studio.library.midi import read_midi
from studio.training.music import grooves, musicxml, songs
from studio.training.music.config import DataConfig

LIEDER, MUTOPIA = "music-openscore_lieder.tar", "music-mutopia_pd_midi.tar"
GROOVE = "music-groove_midi.tar"
_QUANTILES, _EXAMPLES = 40, 48


@dataclass
class Window:
    """Some bars of a piece. since, until: bars of it before and after. tonic: as it sounds."""

    piece: str
    composer: str
    sheet: Sheet
    tempo: float
    tonic: int
    since: int
    until: int
    held: bool
    drums: str = ""
    _links: dict[tuple[int, int], list[Link]] = field(default_factory=dict)

    def links(self, bar: int, part: int) -> list[Link]:
        """As `tokens.links`, found once."""
        if (bar, part) not in self._links:
            self._links[bar, part] = links(self.sheet, bar, part)
        return self._links[bar, part]


def pieces(folder: Path) -> Iterator[tuple[str, str, songs.Run]]:
    """(piece, composer, run) of all songs and scores that are read."""
    with tarfile.open(folder / LIEDER) as tar:
        for member in tar:
            if not member.name.endswith(".mxl"):
                continue
            composer, *title = member.name.removeprefix("scores/").split("/")
            file = tar.extractfile(member)
            assert file is not None
            try:
                song = musicxml.read(file.read())
            except ValueError:
                continue
            for run in songs.runs(song):
                yield "/".join(title[:-1]), composer, run
    if (folder / MUTOPIA).exists():
        yield from _mutopia(folder / MUTOPIA)


def _mutopia(archive: Path) -> Iterator[tuple[str, str, songs.Run]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.name.endswith(".mid"):
                continue
            file = tar.extractfile(member)
            assert file is not None
            try:
                score = read_midi(file.read())
            except StudioError:
                continue
            composer, piece, *_ = member.name.split("__")
            for run in songs.from_midi(score):
                yield piece, composer, run


def windows(
    config: DataConfig, piece: str, composer: str, run: songs.Run, held: bool
) -> Iterator[Window]:
    """Windows of a run, each in its own key; what cannot be learned from is left out."""
    bars = run.score.bars
    for first in range(0, max(1, bars - config.least + 1), config.stride):
        last = min(bars, first + config.bars)
        if last - first < config.least:
            break
        score = songs.cut(run.score, first, last)
        notes = notes_in(score, "melody", "chords", "bass")
        if len(notes) < 4 * score.bars or songs.off_grid(score) > config.off_grid:
            continue
        key = key_of(notes, Key(run.fifths * 7 % 12, "major"))
        weights = weights_of(notes)
        inside = sum(weights[pitch] for pitch in range(12) if key.has(pitch))
        if inside < config.in_key * weights.sum():
            continue
        sheet = sheet_of(score.model_copy(update={"tonic": key.tonic, "mode": key.mode}))
        if sum(bool(onsets(sheet, part)) for part in PITCHED) < 2:
            continue
        since, until = run.before + first, run.after + bars - last
        yield Window(piece, composer, sheet, score.tempo, key.tonic, since, until, held)


def held_composers(config: DataConfig, counts: Counter[str]) -> set[str]:
    """Composers that the model never sees, by a hash of the name; the greatest are all seen."""

    def number(name: str) -> float:
        return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF

    return {n for n, c in counts.items() if number(n) < config.held and c <= config.most_held}


def prepare(config: DataConfig, folder: Path, work: Path) -> dict[str, Any]:
    """Read everything, write `windows.jsonl`, `measures.json`; answers figures of the data set."""
    read = list(pieces(folder))
    counts: Counter[str] = Counter(composer for _, composer, _ in read)
    held = held_composers(config, counts)
    made = [
        window
        for piece, composer, run in read
        for window in windows(config, piece, composer, run, composer in held)
    ]
    measures = measure([window for window in made if not window.held])
    dice = random.Random(config.seed)
    drummers = grooves.read_all(folder / GROOVE)
    for window in made:
        if dice.random() < config.drummed:
            seen = portrait(window.sheet, window.tempo, shift_of(window.tonic))
            energy = (measures.rank("activity", seen.activity) + measures.rank(
                "loudness", seen.loudness)) / 2  # fmt: skip
            window.drums = grooves.put_under(window.sheet, energy, drummers, dice)
    measures = measure([window for window in made if not window.held])
    work.mkdir(parents=True, exist_ok=True)
    with (work / "windows.jsonl").open("w", encoding="utf-8") as out:
        for window in made:
            out.write(json.dumps(_plain(window), separators=(",", ":")) + "\n")
    (work / "measures.json").write_text(json.dumps(measures_as_plain(measures)), "utf-8")
    moods = Counter(mood(window, measures) for window in made)
    told = {
        "pieces": len({(composer, piece) for piece, composer, _ in read}),
        "windows": len(made), "held": sum(window.held for window in made),
        "bars": sum(window.sheet.bars for window in made), "grooves": len(drummers),
        "drummed": sum(bool(window.drums) for window in made), "moods": dict(moods),
        "metres": Counter(str(window.sheet.metre) for window in made),
        "modes": Counter(window.sheet.mode for window in made),
        "held composers": sorted(held),
    }  # fmt: skip
    (work / "data.json").write_text(json.dumps(told, indent=1, ensure_ascii=False), "utf-8")
    return told


def mood(window: Window, measures: Measures) -> str:
    """The mood of a window, by rule."""
    return measures.mood_of(portrait(window.sheet, window.tempo, shift_of(window.tonic)))


def measure(made: list[Window]) -> Measures:
    """What is usual in these windows."""
    portraits = [portrait(w.sheet, w.tempo, shift_of(w.tonic)) for w in made]
    ranks = {
        name: _quantiles([getattr(seen, name) for seen in portraits])
        for name in ("activity", "pulses", "loudness", "height")
    }
    bounds, targets = {}, {}
    for part in PLAYED:
        rates = sorted(
            rate
            for w in made
            if (rate := onsets(w.sheet, part) / (w.sheet.bars * w.sheet.bar_steps / STEPS))
        ) or [1.0]
        third = len(rates) / 3
        bounds[part] = [round(rates[int(third)], 3), round(rates[int(2 * third)], 3)]
        targets[part] = [
            round(rates[min(len(rates) - 1, int(at * third))], 3) for at in (0.5, 1.5, 2.5)
        ]
    measures = Measures(ranks, bounds, targets)
    found: dict[str, list[Any]] = {name: [] for name in MOODS}
    order = list(range(len(made)))
    random.Random(1).shuffle(order)
    for at in order:
        window = made[at]
        wish = measures.wish_of(window.sheet, window.tempo, shift_of(window.tonic))
        if len(found[wish.mood]) < _EXAMPLES:
            density = [level or 2 for level in wish.density]
            found[wish.mood].append([wish.mode, wish.metre, round(window.tempo), density])
    return Measures(ranks, bounds, targets, found)


def _quantiles(values: list[float]) -> list[float]:
    if len(values) < 2:
        return [round(value, 4) for value in values]
    return [round(value, 4) for value in statistics.quantiles(values, n=_QUANTILES)]


def _plain(window: Window) -> dict[str, Any]:
    sheet = window.sheet
    cells: dict[str, Any] = {}
    for (_, part), cell in sorted(sheet.cells.items()):
        cells.setdefault(str(part), []).append([[*symbols, length] for symbols, length in cell])
    return {
        "piece": window.piece, "composer": window.composer, "tempo": window.tempo,
        "tonic": window.tonic, "since": window.since, "until": window.until, "held": window.held,
        "drums": window.drums, "metre": METRES.index(sheet.metre), "mode": sheet.mode,
        "loud": sheet.loud, "cells": cells,
    }  # fmt: skip


def load(work: Path) -> tuple[list[Window], Measures]:
    """The windows and what is usual in those that are trained on."""
    made = []
    with (work / "windows.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            sheet = Sheet(METRES[told["metre"]], told["mode"], len(told["loud"]), told["loud"])
            for part, cells in told["cells"].items():
                for bar, cell in enumerate(cells):
                    sheet.cells[bar, int(part)] = tuple((tuple(s[:-1]), s[-1]) for s in cell)
            made.append(
                Window(
                    told["piece"], told["composer"], sheet, told["tempo"], told["tonic"],
                    told["since"], told["until"], told["held"], told["drums"],
                )
            )  # fmt: skip
    measures = measures_from_plain(json.loads((work / "measures.json").read_text("utf-8")))
    return made, measures


def whole(made: list[Window], least: int, most: int) -> list[Sheet]:
    """The melodies of pieces whose windows follow one another, of `least` to `most` bars.

    Of longer pieces the first `most` bars; each window as if in C.
    """
    found: dict[tuple[str, str], dict[int, Window]] = {}
    for window in made:
        found.setdefault((window.composer, window.piece), {})[window.since] = window
    sheets = []
    for windows_ in found.values():
        first = windows_[min(windows_)]
        cells: dict[int, Any] = {}
        for since in sorted(windows_):
            for (bar, part), cell in windows_[since].sheet.cells.items():
                if part == MELODY:
                    cells.setdefault(since + bar - first.since, cell)
        bars = next(bar for bar in range(len(cells) + 1) if bar not in cells)
        if bars >= least:
            bars = min(bars, most)
            sheet = Sheet(first.sheet.metre, first.sheet.mode, bars, [3] * bars)
            sheet.cells = {(bar, MELODY): cells[bar] for bar in range(bars)}
            sheets.append(sheet)
    return sheets


def parts_of(sheet: Sheet) -> list[int]:
    """The parts that play in a sheet, without the harmony."""
    present = {part for _, part in sheet.cells} - {HARMONY}
    return [part for part in (*PITCHED, DRUMS) if part in present]
