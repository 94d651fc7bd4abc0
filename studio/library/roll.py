"""A tune as a picture to keep or to print: its piano roll, in the colours of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate

from PIL import Image, ImageColor, ImageDraw, ImageFont

from studio.library.notation import beat_of
from studio.paths import resources
from studio.recipes.score import Note, Part, Role, Score
from studio.sound.instruments import instrument_of

LEAST_WIDTH = 1600  # pixels
_FINE = 2  # how much larger it is drawn, for smooth edges
_MOST_BARS = 16  # in a row
_KEYS = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
# All measures below are for a picture that is 1600 wide.
_MARGIN, _HEAD, _FOOT, _GAP = 72, 148, 96, 44
_INSET = 26  # between a panel and its notes
_NUMBERS = 26  # above a panel
_BETWEEN = 22  # pitches and drums
_LANE = 17.0  # of a drum
_ROW = (7.0, 24.0)  # of a pitch, at least and at most
_TALL = 640.0  # what the pitches of a single row may take

_Colour = tuple[int, int, int]


@dataclass(frozen=True)
class _Look:
    ground: str
    panel: str
    line: str
    faint: str
    text: str
    muted: str
    parts: dict[Role, str]


_DARK = _Look(
    ground="#121317",
    panel="#1e2025",
    line="#3d424d",
    faint="#2b2e36",
    text="#eceef2",
    muted="#a1a8b5",
    parts={"melody": "#ff7d5c", "chords": "#5ab0fb", "bass": "#bd93ff", "drums": "#76db96"},
)
_LIGHT = _Look(
    ground="#f4f1ec",
    panel="#fffdf9",
    line="#d9d0c2",
    faint="#f1ebe1",
    text="#26231f",
    muted="#645d54",
    parts={"melody": "#e0532f", "chords": "#2f86d2", "bass": "#8e5bd6", "drums": "#2f9a5c"},
)
#: the melody is drawn last, over what it crosses
_ORDER: tuple[Role, ...] = ("chords", "bass", "drums", "melody")


def draw(
    score: Score,
    title: str = "",
    *,
    width: int = 1920,
    light: bool = False,
    check: Callable[[float], None] = lambda _done: None,
) -> Image.Image:
    """The piano roll of a tune, RGB, `width` pixels wide and as high as it takes.

    Above it the title, key, tempo and metre; below which colour plays what. Sixteen bars at most
    are in a row. Muted parts are left out. Loud notes are brighter than soft ones.
    width: 1600 or more, ValueError otherwise. check: called now and then with how much is done
        (0..1); may raise to stop it.
    """
    if width < LEAST_WIDTH:
        raise ValueError(f"{width} pixels are too narrow")
    return _Drawing(score, title, width, _LIGHT if light else _DARK).drawn(check)


class _Drawing:
    def __init__(self, score: Score, title: str, width: int, look: _Look) -> None:
        self._score, self._title, self._look = score, title, look
        self._unit = width * _FINE / LEAST_WIDTH
        self._parts = [part for part in score.parts if not part.muted]
        rows = -(-score.bars // _MOST_BARS)
        each = -(-score.bars // rows)
        self._bars = each if rows == 1 else min(_MOST_BARS, -(-each // 4) * 4)
        self._rows = -(-score.bars // self._bars)
        pitches = [n.pitch for p in self._parts if p.role != "drums" for n in p.notes] or [60]
        self._high, self._low = max(pitches) + 1, min(pitches) - 1
        self._drums = sorted({n.pitch for p in self._parts if p.role == "drums" for n in p.notes})
        span = self._high - self._low + 1
        self._row = min(_ROW[1], max(_ROW[0], _TALL / min(self._rows, 2) / span))
        self._pitched = self._row * span
        self._panel = self._pitched + 2 * _INSET
        if self._drums:
            self._panel += _BETWEEN + _LANE * len(self._drums)
        self._ticks_wide = self._bars * score.bar
        self._width = width
        self._pen = ImageDraw.Draw(Image.new("RGB", (1, 1)))

    def drawn(self, check: Callable[[float], None]) -> Image.Image:
        """One strip after another, so that a long tune takes little more room than its picture."""
        head = _HEAD - (0 if self._title else 50)
        steps: list[tuple[float, Callable[[], None]]] = [(head, self._heading)]
        for row in range(self._rows):
            below = _GAP if row < self._rows - 1 else 0
            steps.append((_NUMBERS + self._panel + below, partial(self._draw_row, row)))
        steps.append((_FOOT, self._legend))
        edges = [round(at * self._width / LEAST_WIDTH) for at in accumulate(s[0] for s in steps)]
        image = Image.new("RGB", (self._width, edges[-1]))
        for number, (top, bottom, (_, draw_strip)) in enumerate(
            zip([0, *edges], edges, steps, strict=False)
        ):
            check(number / len(steps))
            size = self._width, bottom - top
            strip = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), self._look.ground)
            self._pen = ImageDraw.Draw(strip)
            draw_strip()
            image.paste(strip.resize(size, Image.Resampling.BOX), (0, top))
        check(1.0)
        return image

    def _px(self, measure: float) -> int:
        return round(measure * self._unit)

    def _font(self, face: str, size: float) -> ImageFont.FreeTypeFont:
        return _font(face, self._px(size))

    def _heading(self) -> None:
        score = self._score
        room = self._px(LEAST_WIDTH - 2 * _MARGIN)
        font = self._font("SemiBold", 46)
        title = _fitting(_writable(self._title, font), font, room)
        at = 62
        if title:
            self._pen.text(
                (self._px(_MARGIN), self._px(at)), title, self._look.text, font, anchor="lm"
            )
            at = 112
        facts = (
            f"{_KEYS[score.tonic]} {score.mode}",
            f"{score.tempo:.4g} beats a minute",
            f"{score.beats}/{score.unit}",
            "1 bar" if score.bars == 1 else f"{score.bars} bars",
        )
        self._pen.text(
            (self._px(_MARGIN), self._px(at)),
            "  ·  ".join(facts),
            self._look.muted,
            self._font("Regular", 23),
            anchor="lm",
        )

    def _draw_row(self, row: int) -> None:
        score = self._score
        top = float(_NUMBERS)
        first = row * self._bars
        bars = min(self._bars, score.bars - first)
        right = self._x(first, (first + bars) * score.bar) + _INSET
        self._box(_MARGIN, top, right, top + self._panel, 18, self._look.panel)
        self._lines(first, bars, top)
        since, until = first * score.bar, (first + bars) * score.bar
        for role in _ORDER:
            for part in self._parts:
                if part.role == role:
                    self._notes(part, first, since, until, top)

    def _x(self, first: int, tick: float) -> float:
        """Where a tick is, in a row that begins with bar `first`."""
        wide = LEAST_WIDTH - 2 * _MARGIN - 2 * _INSET
        return _MARGIN + _INSET + (tick - first * self._score.bar) / self._ticks_wide * wide

    def _lines(self, first: int, bars: int, top: float) -> None:
        """Bars, beats, and where the key's own tone lies."""
        score = self._score
        since, until = top + _INSET / 2, top + self._panel - _INSET / 2
        left, right = self._x(first, first * score.bar), self._x(first, (first + bars) * score.bar)
        for pitch in range(self._low, self._high + 1):
            if pitch % 12 == score.tonic:
                y = self._y(pitch, top) + self._row / 2
                self._line(left, y, right, y, 1.0, self._look.faint)
        beat = beat_of(score)
        for tick in range(first * score.bar, (first + bars) * score.bar + 1, beat):
            is_bar = tick % score.bar == 0
            if is_bar or self._bars <= 8:
                x = self._x(first, tick)
                colour = self._look.line if is_bar else self._look.faint
                self._line(x, since, x, until, 1.2 if is_bar else 1.0, colour)
        font = self._font("Medium", 15)
        for bar in range(first, first + bars):
            if (bar - first) % 4 == 0 or self._bars <= 8:
                at = (self._px(self._x(first, bar * score.bar)), self._px(top - 8))
                self._pen.text(at, str(bar + 1), self._look.muted, font, anchor="ls")

    def _y(self, pitch: int, top: float) -> float:
        return top + _INSET + (self._high - pitch) * self._row

    def _notes(self, part: Part, first: int, since: int, until: int, top: float) -> None:
        loud = _rgb(self._look.parts[part.role])
        panel = _rgb(self._look.panel)
        for note in part.notes:
            if note.start >= until or note.end <= since:
                continue
            strength = 0.5 + 0.5 * min(1.0, note.velocity / 104)
            colour = _mixed(panel, loud, strength)
            if part.role == "drums":
                self._stroke(note, first, top, colour)
                continue
            left = self._x(first, max(note.start, since)) + 0.8
            right = max(self._x(first, min(note.end, until)) - 0.8, left + 2.5)
            y = self._y(note.pitch, top)
            pad = self._row * 0.08
            self._box(left, y + pad, right, y + self._row - pad, self._row * 0.34, colour)

    def _stroke(self, note: Note, first: int, top: float, colour: _Colour) -> None:
        lane = len(self._drums) - 1 - self._drums.index(note.pitch)
        middle = top + _INSET + self._pitched + _BETWEEN + (lane + 0.5) * _LANE
        half = (_LANE * 0.22) + (_LANE * 0.2) * note.velocity / 127
        left = self._x(first, note.start) + 0.8
        self._box(left, middle - half, left + 1.5 * half, middle + half, half * 0.75, colour)

    def _legend(self) -> None:
        y, x = _FOOT / 2, float(_MARGIN)
        font = self._font("Medium", 20)
        for role, words in _players(self._parts):
            text = _writable(words, font)
            wide = 26 + font.getlength(text) / self._unit + 40
            if x + wide - 40 > LEAST_WIDTH - _MARGIN:
                break  # sixteen players do not fit; the colours have been told
            self._box(x, y - 7, x + 14, y + 7, 7, _rgb(self._look.parts[role]))
            at = (self._px(x + 26), self._px(y))
            self._pen.text(at, text, self._look.muted, font, anchor="lm")
            x += wide

    def _box(
        self, left: float, top: float, right: float, bottom: float, round_by: float, fill: object
    ) -> None:
        box = tuple(self._px(each) for each in (left, top, right, bottom))
        wide, high = box[2] - box[0], box[3] - box[1]
        radius = min(self._px(round_by), wide // 2, high // 2)
        self._pen.rounded_rectangle(box, radius, fill=fill)  # type: ignore[arg-type]

    def _line(self, x: float, y: float, to_x: float, to_y: float, wide: float, colour: str) -> None:
        points = tuple(self._px(each) for each in (x, y, to_x, to_y))
        self._pen.line(points, fill=colour, width=max(1, self._px(wide)))


def _players(parts: list[Part]) -> Iterator[tuple[Role, str]]:
    for role in ("melody", "chords", "bass", "drums"):
        names = dict.fromkeys(instrument_of(part).name for part in parts if part.role == role)
        if names:
            yield role, f"{role.capitalize()}: {', '.join(names)}"


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources() / "fonts" / f"Inter-{face}.otf"), size)


def _writable(text: str, font: ImageFont.FreeTypeFont) -> str:
    """Without what the typeface has no letters for."""
    missing = bytes(font.getmask("\U0010ffff"))
    plain = [each if each.isprintable() else " " for each in text]
    kept = [each for each in plain if each == " " or bytes(font.getmask(each)) != missing]
    return " ".join("".join(kept).split())


def _fitting(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _rgb(colour: str) -> _Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def _mixed(under: _Colour, over: _Colour, share: float) -> _Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(under, over, strict=True))
    return red, green, blue
