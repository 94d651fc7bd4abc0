"""A light reader of compressed MusicXML: notes, bars, tempo, loudness; no layout, no words.

MusicXML 4.0 (W3C). Repeats are not played again; grace notes and cues are left out.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field

from studio.recipes.score import TICKS

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
#: levels of `cells.LOUDNESSES`
_LEVELS = {
    "pppp": 0, "ppp": 0, "pp": 0, "p": 1, "mp": 2, "mf": 3, "f": 4, "ff": 5, "fff": 5, "ffff": 5,
    "fp": 1, "sfp": 1, "pf": 3,
}  # fmt: skip
_UNMARKED = 2


@dataclass
class Written:
    """One note. start: ticks from the piece's beginning, once bars are put in a row."""

    start: int
    length: int
    pitch: int
    staff: int
    tied: bool = False  # goes on from the note before


@dataclass(frozen=True)
class Bar:
    """start, length: ticks. Its metre's own length is `beats * TICKS * 4 / unit`."""

    start: int
    length: int
    beats: int
    unit: int
    fifths: int

    @property
    def regular(self) -> bool:
        """Whether it has the length that its metre says."""
        return self.length == self.beats * TICKS * 4 // self.unit


@dataclass
class Player:
    """A part of the score. staves: 2 for a piano."""

    name: str
    staves: int = 1
    notes: list[Written] = field(default_factory=list)


@dataclass
class Song:
    """What is kept of a score. tempos: (tick, quarters a minute). louds: (tick, level 0..5)."""

    players: list[Player] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    tempos: list[tuple[int, float]] = field(default_factory=list)
    louds: list[tuple[int, int]] = field(default_factory=list)

    def tempo_at(self, tick: int) -> float:
        """Quarters a minute."""
        return max((t for t in self.tempos if t[0] <= tick), default=(0, 90.0))[1]

    def level_at(self, tick: int) -> int:
        """Loudness 0..5."""
        return max((t for t in self.louds if t[0] <= tick), default=(0, _UNMARKED))[1]


def read(data: bytes) -> Song:
    """The song in a compressed MusicXML file (.mxl). ValueError where there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            files = [n for n in packed.namelist() if n.endswith("xml") and "META-INF" not in n]
            root = ET.fromstring(packed.read(files[0]))
    except (zipfile.BadZipFile, IndexError, ET.ParseError) as error:
        raise ValueError("no compressed MusicXML") from error
    names = {p.get("id", ""): p.findtext("part-name", "") for p in root.iter("score-part")}
    readers = [
        _PartReader(part, names.get(part.get("id", ""), "")) for part in root.findall("part")
    ]
    for reader in readers:
        reader.read()
    return _put_in_a_row(readers)


def _put_in_a_row(readers: list[_PartReader]) -> Song:
    """Bars are as long as the part says that fills them most."""
    song, start = Song(), 0
    starts = []
    for number in range(max((len(r.lengths) for r in readers), default=0)):
        length = max(r.lengths[number] for r in readers if number < len(r.lengths))
        said = readers[0].signs[number] if number < len(readers[0].signs) else (4, 4, 0)
        starts.append(start)
        song.bars.append(Bar(start, length, *said))
        start += length
    for reader in readers:
        for bar, note in reader.notes:
            note.start += starts[bar]
        reader.player.notes = _tied([note for _, note in reader.notes])
        song.players.append(reader.player)
        song.tempos += [(starts[bar] + at, tempo) for bar, at, tempo in reader.tempos]
        song.louds += [(starts[bar] + at, level) for bar, at, level in reader.louds]
    song.tempos.sort()
    song.louds.sort()
    return song


def _tied(notes: list[Written]) -> list[Written]:
    """Notes that go on from one before become one with it."""
    whole: list[Written] = []
    ending: dict[tuple[int, int], Written] = {}
    for note in sorted(notes, key=lambda n: (n.start, n.pitch)):
        before = ending.get((note.pitch, note.start)) if note.tied else None
        if before is None:
            before = note
            whole.append(note)
        else:
            before.length += note.length
        ending[note.pitch, before.start + before.length] = before
    return whole


class _PartReader:
    """Reads one part, bar by bar; times are within the bar."""

    def __init__(self, part: ET.Element, name: str) -> None:
        self._part = part
        self.player = Player(name)
        self.notes: list[tuple[int, Written]] = []
        self.lengths: list[int] = []
        self.signs: list[tuple[int, int, int]] = []
        self.tempos: list[tuple[int, int, float]] = []
        self.louds: list[tuple[int, int, int]] = []
        self._divisions, self._transpose, self._sign = 1, 0, (4, 4, 0)
        self._level, self._wedge = _UNMARKED, 0
        self._bar = self._at = self._last = 0

    def read(self) -> None:
        for number, measure in enumerate(self._part.findall("measure")):
            self._bar = number
            self._at = self._last = furthest = 0
            for element in measure:
                if element.tag == "note":
                    self._note(element)
                elif element.tag == "backup":
                    self._at -= self._ticks(element)
                elif element.tag == "forward":
                    self._at += self._ticks(element)
                elif element.tag == "attributes":
                    self._attributes(element)
                elif element.tag in ("direction", "sound"):
                    self._direction(element)
                furthest = max(furthest, self._at)
            self.lengths.append(furthest)
            self.signs.append(self._sign)

    def _ticks(self, element: ET.Element) -> int:
        return round(float(element.findtext("duration", "0")) * TICKS / self._divisions)

    def _attributes(self, element: ET.Element) -> None:
        self._divisions = int(element.findtext("divisions", str(self._divisions)))
        self.player.staves = int(element.findtext("staves", str(self.player.staves)))
        self._transpose = int(element.findtext("transpose/chromatic", str(self._transpose)))
        beats, unit, fifths = self._sign
        said = element.findtext("time/beats", "")
        if said.isdigit():
            beats, unit = int(said), int(element.findtext("time/beat-type", "4"))
        self._sign = beats, unit, int(element.findtext("key/fifths", str(fifths)))

    def _note(self, element: ET.Element) -> None:
        if element.find("grace") is not None:
            return
        length = self._ticks(element)
        start = self._last if element.find("chord") is not None else self._at
        pitch = element.find("pitch")
        if pitch is not None and element.find("cue") is None and length:
            number = (
                12 * (int(pitch.findtext("octave", "4")) + 1)
                + _STEPS[pitch.findtext("step", "C")]
                + round(float(pitch.findtext("alter", "0")))
                + self._transpose
            )
            tied = any(tie.get("type") == "stop" for tie in element.findall("tie"))
            staff = int(element.findtext("staff", "1"))
            self.notes.append((self._bar, Written(start, length, number, staff, tied)))
        if element.find("chord") is None:
            self._last = self._at
            self._at += length

    def _direction(self, element: ET.Element) -> None:
        sound = element if element.tag == "sound" else element.find("sound")
        if sound is not None and sound.get("tempo"):
            tempo = float(sound.get("tempo", "90"))
            if 20 <= tempo <= 400:
                self.tempos.append((self._bar, self._at, tempo))
        for kind in element.findall("direction-type"):
            wedge = kind.find("wedge")
            if wedge is not None:
                self._turn(wedge.get("type", ""))
            dynamics = kind.find("dynamics")
            if dynamics is not None:
                for mark in dynamics:
                    if mark.tag in _LEVELS:
                        self._loud(_LEVELS[mark.tag])

    def _turn(self, wedge: str) -> None:
        """A wedge that has ended has brought the music one level up or down."""
        if wedge == "stop" and self._wedge:
            self._loud(min(5, max(0, self._level + self._wedge)))
        self._wedge = {"crescendo": 1, "diminuendo": -1}.get(wedge, 0)

    def _loud(self, level: int) -> None:
        self._level = level
        self.louds.append((self._bar, self._at, level))
