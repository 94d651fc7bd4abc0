"""Drums for songs that have none: performances of the Groove set, chosen by energy and metre.

A drummer plays in four; other metres are made of it by stated rules (`fitted`). Of a few
performances of about the song's energy that one is taken whose strokes meet the song's own most.
"""

from __future__ import annotations

import csv
import random
import tarfile
from dataclasses import dataclass
from pathlib import Path

from studio.engines.music.cells import BASS, CHORDS, DRUMS, Cell, Metre, Sheet, sheet_of
from studio.errors import StudioError
from studio.library.midi import read_midi

_LEAST_BARS = 4
_TRIED = 6
_NEAR = 0.15  # of rank in energy
_FOUR = Metre(4, 4)


@dataclass(frozen=True)
class Groove:
    """A performance: bars of drum cells in 4/4. energy: strokes a second, louder ones more."""

    name: str
    style: str
    cells: list[Cell]
    energy: float


def read_all(archive: Path) -> list[Groove]:
    """All longer performances in 4/4 of the Groove archive, by energy."""
    grooves = []
    with tarfile.open(archive) as tar:
        table = tar.extractfile("groove/info.csv")
        assert table is not None
        for row in csv.DictReader(table.read().decode("utf-8").splitlines()):
            if row["beat_type"] != "beat" or row["time_signature"] != "4-4":
                continue
            file = tar.extractfile("groove/" + row["midi_filename"])
            assert file is not None
            groove = _read(file.read(), row)
            if groove is not None:
                grooves.append(groove)
    return sorted(grooves, key=lambda groove: groove.energy)


def _read(data: bytes, row: dict[str, str]) -> Groove | None:
    try:
        score = read_midi(data).model_copy(update={"beats": 4, "unit": 4})
        sheet = sheet_of(score)
    except StudioError:
        return None
    cells = [sheet.cells.get((bar, DRUMS), ()) for bar in range(sheet.bars)]
    while cells and not _struck(cells[-1]):
        cells.pop()
    cells = cells[:-1]  # the last bar is rarely played out
    if len(cells) < _LEAST_BARS:
        return None
    notes = [note for part in score.parts if part.role == "drums" for note in part.notes]
    loud = sum(note.velocity for note in notes) / 80
    return Groove(row["id"], row["style"], cells, loud / (len(cells) * 240 / float(row["bpm"])))


def _struck(cell: Cell) -> set[int]:
    struck, at = set(), 0
    for symbols, length in cell:
        if symbols:
            struck.add(at)
        at += length
    return struck


def fitted(cell: Cell, metre: Metre) -> list[Cell]:
    """A bar of 4/4 as bars of another metre.

    2/4: its halves. 3/4: without its fourth beat. 6/8: its halves, each beat in three: the second
    of its sixteenths falls on the second eighth, the third on the third and the fourth is late.
    """
    hits, at = {}, 0
    for symbols, length in cell:
        if symbols:
            hits[at] = symbols
        at += length
    if metre == _FOUR:
        return [cell]
    if metre == Metre(3, 4):
        return [_cell({at: symbols for at, symbols in hits.items() if at < 36}, 36)]
    halves = [{at - low: s for at, s in hits.items() if low <= at < low + 24} for low in (0, 24)]
    if metre == Metre(2, 4):
        return [_cell(half, 24) for half in halves]
    places = {0: 0, 3: 6, 4: 6, 6: 12, 8: 12, 9: 15}
    return [
        _cell({at // 12 * 18 + places[at % 12]: s for at, s in half.items()}, 36) for half in halves
    ]


def _cell(hits: dict[int, tuple[int, ...]], steps: int) -> Cell:
    segments: list[tuple[tuple[int, ...], int]] = []
    onsets = sorted(hits)
    if not onsets or onsets[0] > 0:
        segments.append(((), onsets[0] if onsets else steps))
    for at, following in zip(onsets, [*onsets, steps][1:], strict=True):
        segments.append((hits[at], following - at))
    return tuple(segments)


def put_under(sheet: Sheet, energy: float, grooves: list[Groove], dice: random.Random) -> str:
    """Put drums into a sheet. energy: the song's rank, 0..1. Answers the performance's name."""
    low = min(max(0.0, energy - _NEAR), 1 - 2 * _NEAR)
    near = grooves[int(low * len(grooves)) : int((low + 2 * _NEAR) * len(grooves)) + 1]
    best: tuple[float, str, list[Cell]] | None = None
    song = [
        {at for part in (BASS, CHORDS) for at in _struck(sheet.cells.get((bar, part), ()))}
        for bar in range(min(4, sheet.bars))
    ]
    for groove in dice.sample(near, min(_TRIED, len(near))):
        cells = groove.cells[4 * dice.randrange(max(1, len(groove.cells) // 8)) :]
        bars = [bar for cell in cells for bar in fitted(cell, sheet.metre)]
        bars = (bars * (sheet.bars // len(bars) + 1))[: sheet.bars]
        drums = [_struck(bar) for bar in bars[: len(song)]]
        met = sum(len(a & b) / max(1, len(b)) for a, b in zip(song, drums, strict=True))
        if best is None or met > best[0]:
            best = met, groove.name, bars
    assert best is not None
    for bar, cell in enumerate(best[2]):
        sheet.cells[bar, DRUMS] = cell
    return best[1]
