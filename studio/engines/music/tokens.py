"""Cells as tokens, and what the model is told beside each token.

A cell is written as

    [loudness, harmony only]  link  (symbols length)*

- `link` says how the cell came about: NEW; SAME as the cell of this part some bars before, which
  ends it, so a repeated bar costs one token; or LIKE that one, which then is held before the
  writer's eyes (`Pen.features`: echo).
- symbols: REST, HOLD (what sounded at the end of the bar before), one pitch, several pitches or
  drums in rising order, or a chord's name in the harmony, which comes first in every bar and which
  nobody plays.
- length in steps. Lengths add up to the bar, so no token has to say where in the bar we are, and
  no bar can be too short or too long.

Tokens come in any order of cells: those given first, then those to write. "Add a bass", "change
only this" and "go on" differ only in which cells are given. Beside the token, each step carries
where the *next* one stands: part, place in the bar, bars from the beginning and to the end, the
chord, the echo, the pitch this part came from, and which pitch classes the other parts sound. All
of it follows from the tokens before; `Pen` works it out alike for training and for writing.

This is an own scheme: the usual ones (REMI and its kin, as in MidiTok) spend a token on every
position and velocity, about three times as many for the same music, and leave bar lengths to luck.
"""

from __future__ import annotations

from dataclasses import dataclass

from studio.engines.music.cells import (
    BASS,
    CHORDS,
    DRUMS,
    HARMONY,
    HOLD,
    LOUDNESSES,
    MELODY,
    PARTS,
    PITCHED,
    Cell,
    Metre,
    Place,
    Sheet,
    ending,
)
from studio.engines.music.drums import HITS
from studio.engines.music.harmony import NO_CHORD, chord_tones
from studio.recipes.score import Mode

LOWEST, HIGHEST = 26, 90  # pitches, as if in C
MAX_LAG = 16
MAX_STEPS = 48  # of a bar

PAD, START, NEW = 0, 1, 2
SAME = NEW  # + lag
LIKE = SAME + MAX_LAG  # + lag
LOUD = LIKE + MAX_LAG + 1
REST = LOUD + len(LOUDNESSES)
HELD = REST + 1
PITCH = HELD + 1
HIT = PITCH + HIGHEST - LOWEST + 1
CHORD = HIT + len(HITS)
LENGTH = CHORD + NO_CHORD + 1  # + steps - 1
TOKENS = LENGTH + MAX_STEPS

#: where a cell's writing stands
AT_LOUD, AT_LINK, AT_SYMBOL, AT_MORE, AT_LENGTH = range(5)
FAR = 16  # bars from the beginning and to the end are counted up to here
NO_CHORD_YET = NO_CHORD + 1

#: how many values each feature has; a feature's rows follow those of the one before
FEATURES = {
    "token": TOKENS,
    "echo": TOKENS,
    "before": TOKENS,
    "link": LOUD,
    "chord": NO_CHORD_YET + 1,
    "place": MAX_STEPS + 1,
    "since": FAR + 1,
    "until": FAR + 1,
    "part": len(PARTS),
    "state": 5,
    "asked": 2,
}
_OFFSETS = dict(
    zip(FEATURES, (sum(list(FEATURES.values())[:at]) for at in range(len(FEATURES))), strict=True)
)
ROWS = sum(FEATURES.values())
_ECHO, _BEFORE, _LINK, _CHORD, _PLACE, _SINCE, _UNTIL, _PART, _STATE, _ASKED = (
    _OFFSETS[name] for name in FEATURES if name != "token"
)

# likelier lags first, where two cells are as much alike
_LAGS = (1, 2, 4, 8, 16, 3, 6, 12, 5, 7, 9, 10, 11, 13, 14, 15)
_ALIKE = 0.6


@dataclass(frozen=True)
class Link:
    """How a cell follows from an earlier one of its part: `lag` bars before; 0 where it is new."""

    same: bool = False
    lag: int = 0

    @property
    def token(self) -> int:
        """Its token."""
        if not self.lag:
            return NEW
        return (SAME if self.same else LIKE) + self.lag


def likeness(one: Cell, other: Cell) -> float:
    """How much two cells are alike, 0..1: half for the rhythm, half for what is struck."""
    first, second = _onsets(one), _onsets(other)
    most = max(len(first), len(second))
    if not most:
        return 1.0
    shared = first.keys() & second.keys()
    return (len(shared) + sum(first[at] == second[at] for at in shared)) / (2 * most)


def _onsets(cell: Cell) -> dict[int, tuple[int, ...]]:
    onsets, at = {}, 0
    for symbols, length in cell:
        if symbols and symbols != (HOLD,):
            onsets[at] = symbols
        at += length
    return onsets


def links(sheet: Sheet, bar: int, part: int) -> list[Link]:
    """All links that a cell could be written with, best first; `NEW` is always the last."""
    cell = sheet.cells[bar, part]
    same, like = [], []
    for lag in _LAGS:
        source = sheet.cells.get((bar - lag, part))
        if source is None:
            continue
        if source == cell:
            same.append(Link(True, lag))
        elif len(cell) > 1 and (alike := likeness(source, cell)) >= _ALIKE:
            like.append((-alike, Link(False, lag)))
    like.sort(key=lambda found: found[0])
    return [*same, *(link for _, link in like), Link()]


def spell(sheet: Sheet, bar: int, part: int, link: Link) -> list[int]:
    """The tokens of a cell, written with that link."""
    tokens = [LOUD + sheet.loud[bar]] if part == HARMONY else []
    tokens.append(link.token)
    if link.same:
        return tokens
    for symbols, length in sheet.cells[bar, part]:
        tokens += [symbol_token(part, symbol) for symbol in symbols] or [REST]
        tokens.append(LENGTH + length - 1)
    return tokens


def symbol_token(part: int, symbol: int) -> int:
    """The token of one symbol of a segment."""
    if symbol == HOLD:
        return HELD
    if part == HARMONY:
        return CHORD + symbol
    if part == DRUMS:
        return HIT + symbol
    return PITCH + min(HIGHEST, max(LOWEST, symbol)) - LOWEST


def _symbol(token: int) -> int:
    if token == HELD:
        return HOLD
    if token >= CHORD:
        return token - CHORD
    if token >= HIT:
        return token - HIT
    return token - PITCH + LOWEST


class Pen:
    """Writes cells token by token, and knows what stands around the next token.

    metre, mode, bars: of the tune. bars_after: how many bars follow those that are written here;
    bars_before: how many came before.
    """

    def __init__(
        self, metre: Metre, mode: Mode, bars: int, bars_before: int = 0, bars_after: int = 0
    ) -> None:
        self.sheet = Sheet(metre, mode, bars, [3] * bars)
        self.bar = self.part = self.place = 0
        self.state = AT_LINK
        self.symbols: list[int] = []  # of the segment that is being written
        self.asked = False
        self.link = PAD
        self._around = bars_before, bars_after
        self.written: list[tuple[tuple[int, ...], int]] = []
        self._source: dict[int, tuple[tuple[int, ...], int]] = {}
        self._outside: Cell | None = None
        self._before = PAD
        self._ends: dict[Place, int] = {}  # the last pitch, as a token
        self._masks: dict[Place, list[int]] = {}  # pitch classes that sound, bit by bit, by step
        self._chords: dict[int, list[int]] = {}  # by step

    def open(self, bar: int, part: int, asked: bool = True, echo: Cell | None = None) -> None:
        """Begin a cell. asked: it is to be written, not given. echo: what LIKE shall mean."""
        self.bar, self.part, self.place = bar, part, 0
        self.asked, self.link = asked, PAD
        self.state = AT_LOUD if part == HARMONY else AT_LINK
        self.symbols, self.written, self._source = [], [], {}
        self._outside = echo
        self._before = self._ends.get((bar - 1, part), PAD)

    def push(self, token: int) -> bool:
        """Write a token; True where it was the cell's last. The token has to be one that fits."""
        if self.state == AT_LOUD:
            self.sheet.loud[self.bar] = token - LOUD
            self.state = AT_LINK
            return False
        if self.state == AT_LINK:
            return self._push_link(token)
        if token < LENGTH:
            if token != REST:
                self.symbols.append(_symbol(token))
            several = self.part in (CHORDS, DRUMS) and token not in (REST, HELD)
            self.state = AT_MORE if several else AT_LENGTH
            return False
        self.written.append((tuple(self.symbols), token - LENGTH + 1))
        if self.symbols and self.symbols != [HOLD] and self.part != DRUMS:
            self._before = symbol_token(self.part, self.symbols[-1])
        self.place += token - LENGTH + 1
        self.symbols, self.state = [], AT_SYMBOL
        if self.place < self.sheet.bar_steps:
            return False
        self.keep(tuple(self.written))
        return True

    def _push_link(self, token: int) -> bool:
        self.link, self.state = token, AT_SYMBOL
        if token > LIKE:
            source = self._outside or self.sheet.cells[self.bar - (token - LIKE), self.part]
            at = 0
            for segment in source:
                self._source[at] = segment
                at += segment[1]
        elif token > SAME:
            self.keep(self.sheet.cells[self.bar - (token - SAME), self.part])
            return True
        return False

    def keep(self, cell: Cell) -> None:
        """Take a cell as the one of this bar and part."""
        place = self.bar, self.part
        self.sheet.cells[place] = cell
        if self.part == HARMONY:
            self._chords[self.bar] = [s[0] for s, length in cell for _ in range(length)]
        elif self.part in PITCHED:
            held = _mask(ending(self.sheet, self.bar - 1, self.part))
            masks: list[int] = []
            for symbols, length in cell:
                masks += [held if symbols == (HOLD,) else _mask(symbols)] * length
            self._masks[place] = masks
        struck = [s[-1] for s, _ in cell if s and s != (HOLD,)]
        if struck and self.part != DRUMS:
            self._ends[place] = symbol_token(self.part, struck[-1])
        else:
            self._ends[place] = self._ends.get((self.bar - 1, self.part), PAD)

    def features(self, token: int) -> list[int]:
        """The rows for a step whose last token is `token`, of a table of `ROWS` rows [11]."""
        before, after = self._around
        bars = self.sheet.bars
        chord = NO_CHORD_YET
        if self.part != HARMONY and self.bar in self._chords:
            chord = self._chords[self.bar][min(self.place, self.sheet.bar_steps - 1)]
        return [
            token,
            _ECHO + self._echo(),
            _BEFORE + self._before,
            _LINK + self.link,
            _CHORD + chord,
            _PLACE + self.place,
            _SINCE + min(FAR, self.bar + before),
            _UNTIL + min(FAR, bars - 1 - self.bar + after),
            _PART + self.part,
            _STATE + self.state,
            _ASKED + self.asked,
        ]

    def _echo(self) -> int:
        """What the cell that this one is to be like has at this point, as a token."""
        segment = self._source.get(self.place)
        if segment is None or self.state < AT_SYMBOL:
            return PAD
        symbols, length = segment
        if self.state == AT_LENGTH or len(self.symbols) >= max(1, len(symbols)):
            return LENGTH + length - 1
        return symbol_token(self.part, symbols[len(self.symbols)]) if symbols else REST

    def sounding(self) -> int:
        """The pitch classes that other parts sound here, bit by bit; for a chord's name, those of
        the whole beat."""
        width = self.sheet.metre.pulse if self.part == HARMONY else 1
        heard = 0
        for part in (MELODY, BASS, CHORDS):
            masks = self._masks.get((self.bar, part))
            if part != self.part and masks:
                for mask in masks[self.place : self.place + width]:
                    heard |= mask
        return heard

    def chord_here(self) -> frozenset[int]:
        """The pitch classes of the chord at this place, as if in C; empty where none is known."""
        chords = self._chords.get(self.bar)
        if chords is None or self.place >= len(chords):
            return frozenset()
        return chord_tones(chords[self.place])


def _mask(symbols: tuple[int, ...]) -> int:
    mask = 0
    for symbol in symbols:
        mask |= 1 << symbol % 12
    return mask
