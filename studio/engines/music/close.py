"""How a tune comes to rest: its last bar stands on the tonic's chord, struck early and held."""

from __future__ import annotations

from collections.abc import Iterable

from studio.engines.music.cells import CHORDS, DRUMS, HARMONY, HOLD, PITCHED, Cell, ending, pulses
from studio.engines.music.harmony import chord_tones, tonic_chord
from studio.engines.music.tokens import Pen


class Close:
    """Says what may stand in the last bar of what a pen writes. closes: whether it is an end."""

    def __init__(self, pen: Pen, closes: bool) -> None:
        self._pen, self._closes = pen, closes
        self.chord = tonic_chord(pen.sheet.mode)
        self._triad = chord_tones(self.chord)
        steps = pen.sheet.bar_steps
        #: the place by which the sound is struck that is held to the end
        self.latest = max(pulse for pulse in pulses(pen.sheet.metre) if 2 * pulse <= steps)

    @property
    def here(self) -> bool:
        """Whether what is written now is the end."""
        return self._closes and self._pen.bar == self._pen.sheet.bars - 1

    @property
    def pitched(self) -> bool:
        """Whether it is the end of a part with pitches."""
        return self.here and self._pen.part in PITCHED

    def has(self, pitch: int) -> bool:
        """Whether a tune may end on this pitch of the part that is written."""
        return pitch % 12 in (self._triad if self._pen.part == CHORDS else {0})

    def at_rest(self, symbols: Iterable[int]) -> bool:
        """Whether a tune may end on all of these."""
        held = tuple(symbols)
        if held == (HOLD,):
            held = ending(self._pen.sheet, self._pen.bar - 1, self._pen.part)
        return bool(held) and all(map(self.has, held))

    def fits(self, cell: Cell) -> bool:
        """Whether a cell that is already there may stand here."""
        pen = self._pen
        if not self.here:
            return True
        if pen.part == HARMONY:
            return cell == (((self.chord,), pen.sheet.bar_steps),)
        symbols, length = cell[-1]
        if pen.sheet.bar_steps - length > self.latest:
            return False
        return pen.part == DRUMS or self.at_rest(symbols)

    def may_last(self, until: int) -> bool:
        """Whether what is written now may last until that step of the bar."""
        pen = self._pen
        if not self.here:
            return True
        whole = until == pen.sheet.bar_steps
        if pen.part == HARMONY:
            return whole
        if whole and pen.part in PITCHED:
            return self.at_rest(pen.symbols)
        return whole or until <= self.latest

    @property
    def must_rest(self) -> bool:
        """Whether what is written now is what is held to the end."""
        return self.pitched and self._pen.place >= self.latest
