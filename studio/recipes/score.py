"""A tune in notes: what is composed, edited, played and written out.

Times are in ticks, `TICKS` to the quarter note. All bars of a score are alike: one metre, one
tempo, one key. A frozen description like a recipe, so that a recipe can hold one.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

TICKS = 480
MAX_BARS = 256
MAX_NOTES = 50_000  # of all parts together
MAX_PARTS = 16

Role = Literal["melody", "chords", "bass", "drums"]
Mode = Literal["major", "minor"]


class Note(NamedTuple):
    """start, length: ticks. pitch: MIDI number, 60 is the middle C; of drums, which one it is.

    velocity: how hard it is struck, 1..127.
    """

    start: Annotated[int, Field(ge=0)]
    length: Annotated[int, Field(ge=1)]
    pitch: Annotated[int, Field(ge=0, le=127)]
    velocity: Annotated[int, Field(ge=1, le=127)] = 80

    @property
    def end(self) -> int:
        """The tick at which it is over."""
        return self.start + self.length


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Part):
    """One player of a tune.

    role: what it does in the tune. program: instrument, General MIDI from 0; of drums, which kit.
    volume: 0..1. pan: -1 left .. 1 right. muted: is not heard.
    notes: by start, then pitch; sorted when they are handed in otherwise.
    """

    role: Role
    program: Annotated[int, Field(ge=0, le=127)] = 0
    volume: Annotated[float, Field(ge=0.0, le=1.0)] = 0.8
    pan: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    muted: bool = False
    notes: tuple[Note, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, values: object) -> object:
        if isinstance(values, dict) and values.get("notes"):
            notes = sorted((tuple(note) for note in values["notes"]), key=lambda n: (n[0], n[2]))
            return {**values, "notes": tuple(notes)}
        return values

    @property
    def end(self) -> int:
        """The tick at which its last note is over."""
        return max((note.end for note in self.notes), default=0)


class Section(NamedTuple):
    """A stretch of a tune. name: what it is called; what is called alike is alike. since: bar."""

    name: Annotated[str, Field(max_length=20)]
    since: Annotated[int, Field(ge=0, lt=MAX_BARS)]


class Score(_Part):
    """A whole tune.

    bars: how many. beats, unit: of a bar: 4, 4 is four quarters; 6, 8 six eighths.
    tempo: quarter notes a minute. tonic: 0 is C, 11 is B.
    sections: its form, by bar; none where nobody planned one. One that begins after the last bar
        (of a tune that was cut) means nothing.
    """

    bars: Annotated[int, Field(ge=1, le=MAX_BARS)]
    beats: Annotated[int, Field(ge=1, le=16)] = 4
    unit: Literal[2, 4, 8, 16] = 4
    tempo: Annotated[float, Field(ge=20.0, le=400.0)] = 100.0
    tonic: Annotated[int, Field(ge=0, le=11)] = 0
    mode: Mode = "major"
    parts: Annotated[tuple[Part, ...], Field(max_length=MAX_PARTS)] = ()
    sections: Annotated[tuple[Section, ...], Field(max_length=MAX_BARS)] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(len(part.notes) for part in self.parts) > MAX_NOTES:
            raise ValueError("This tune has more notes than Easel can hold.")
        if any(part.end > self.ticks for part in self.parts):
            raise ValueError("A note goes on after the last bar.")
        return self

    @property
    def bar(self) -> int:
        """Ticks of a bar."""
        return self.beats * TICKS * 4 // self.unit

    @property
    def ticks(self) -> int:
        """Ticks of the whole tune."""
        return self.bars * self.bar

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.ticks / TICKS * 60.0 / self.tempo

    def part(self, role: Role) -> Part | None:
        """The first part with that role."""
        return next((part for part in self.parts if part.role == role), None)
