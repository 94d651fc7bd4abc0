"""Tunes as Standard MIDI Files (type 1), in and out, through mido."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import mido

from studio.errors import StudioError
from studio.library.keys import Key, key_of
from studio.recipes.score import MAX_BARS, MAX_NOTES, MAX_PARTS, TICKS, Note, Part, Role, Score

MAX_BYTES = 8_000_000
_DRUMS = 9  # the channel of percussion, counted from 0
_BASS_PROGRAMS = range(32, 40)
_TEMPOS = (20.0, 400.0)
_UNITS = (2, 4, 8, 16)
_Metre = tuple[int, Literal[2, 4, 8, 16]]
_MIDI_KEYS = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm"),
}


def _damaged() -> StudioError:
    return StudioError(
        "This is not a MIDI file that can be read.",
        "Export it again from the program that it was made with.",
    )


@dataclass
class _Voice:
    """One channel of one MIDI track."""

    channel: int
    program: int = 0
    notes: list[Note] = field(default_factory=list)
    sounding: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def on(self, at: int, pitch: int, velocity: int) -> None:
        self.sounding.setdefault(pitch, []).append((at, velocity))

    def off(self, at: int, pitch: int) -> None:
        began = self.sounding.get(pitch)
        if began:
            start, velocity = began.pop(0)
            self.notes.append(Note(start, max(1, at - start), pitch, velocity))


@dataclass
class _Heard:
    """What a file says, in its own ticks."""

    voices: list[_Voice] = field(default_factory=list)
    tempos: list[tuple[int, float]] = field(default_factory=list)
    metre: _Metre = (4, 4)
    metre_told: bool = False
    key: str = ""
    end: int = 0


def read_midi(data: bytes) -> Score:
    """The tune in a MIDI file.

    One metre and one tempo are kept: the first metre, and the tempo that holds longest. Tracks
    get roles by what they play (`find_roles`). The key is what the notes say, the file's own word
    weighs in. StudioError where the file is damaged, empty or too long.
    """
    if len(data) > MAX_BYTES:
        raise StudioError("This MIDI file is too large.", "Choose one below 8 MB.")
    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
        if not 1 <= file.ticks_per_beat <= 0x7FFF:
            raise _damaged()
        heard = _hear(file)
    except StudioError:
        raise
    # mido reports damage in whatever way the first impossible byte brings about
    except Exception as error:
        raise _damaged() from error
    return _score(heard, file.ticks_per_beat)


def _hear(file: mido.MidiFile) -> _Heard:
    heard = _Heard()
    for track in file.tracks:
        at = 0
        voices: dict[int, _Voice] = {}
        for message in track:
            at += message.time
            if message.type in ("note_on", "note_off"):
                voice = voices.setdefault(message.channel, _Voice(message.channel))
                if message.type == "note_on" and message.velocity:
                    voice.on(at, message.note, message.velocity)
                else:
                    voice.off(at, message.note)
            elif message.type == "program_change":
                voices.setdefault(
                    message.channel, _Voice(message.channel)
                ).program = message.program
            elif message.is_meta:
                _note_meta(heard, message, at)
        for voice in voices.values():
            for pitch in list(voice.sounding):
                while voice.sounding[pitch]:
                    voice.off(at, pitch)  # a note that never ends, ends with its track
        heard.end = max(heard.end, at)
        heard.voices += [voice for voice in voices.values() if voice.notes]
        if sum(len(voice.notes) for voice in heard.voices) > MAX_NOTES:
            raise StudioError("This MIDI file has too many notes.", "Choose a shorter one.")
    return heard


def _note_meta(heard: _Heard, message: mido.MetaMessage, at: int) -> None:
    """Keep what a meta message says of the whole."""
    if message.type == "set_tempo" and message.tempo > 0:
        heard.tempos.append((at, 60e6 / message.tempo))
    elif message.type == "time_signature" and not heard.metre_told:
        if 1 <= message.numerator <= 16 and message.denominator in _UNITS:
            heard.metre, heard.metre_told = (message.numerator, message.denominator), True
    elif message.type == "key_signature" and not heard.key:
        heard.key = message.key


def _score(heard: _Heard, ticks_per_beat: int) -> Score:
    beats, unit = heard.metre
    bar = beats * TICKS * 4 // unit
    scale = TICKS / ticks_per_beat
    end = round(max((n.end for v in heard.voices for n in v.notes), default=0) * scale)
    if not end:
        raise StudioError("There are no notes in this MIDI file.", "Choose another one.")
    bars = -(-end // bar)
    if bars > 1 and end - (bars - 1) * bar < TICKS // 8:
        bars -= 1  # a release that hangs over the last bar line is no bar
    if bars > MAX_BARS:
        raise StudioError(
            f"This MIDI file is {bars} bars long.", f"Choose one of at most {MAX_BARS} bars."
        )
    found: dict[tuple[Role, int], list[Note]] = {}
    for voice, role in zip(heard.voices, find_roles(heard.voices), strict=True):
        program = voice.program
        if (role, program) not in found and len(found) == MAX_PARTS:
            program = next((p for r, p in found if r == role), 0)
            if (role, program) not in found:
                continue  # sixteen other players, and none like this one
        held = found.setdefault((role, program), [])
        held += _fitted(voice.notes, scale, bars * bar)
    parts = tuple(Part(role=r, program=p, notes=tuple(n)) for (r, p), n in found.items())
    pitched = [note for part in parts if part.role != "drums" for note in part.notes]
    tonic, mode = key_of(pitched, _prior(heard.key))
    return Score(
        bars=bars, beats=beats, unit=unit, tempo=_tempo(heard), tonic=tonic, mode=mode, parts=parts
    )  # fmt: skip


def _fitted(notes: list[Note], scale: float, ticks: int) -> list[Note]:
    """Notes in ticks of a score that is `ticks` long."""
    fitted = []
    for note in notes:
        start = round(note.start * scale)
        if start < ticks:
            length = min(max(1, round(note.length * scale)), ticks - start)
            fitted.append(note._replace(start=start, length=length))
    return fitted


def _tempo(heard: _Heard) -> float:
    """The tempo that holds for most of the piece, within what a score may have."""
    lasting: Counter[float] = Counter()
    tempos = sorted(heard.tempos) or [(0, 120.0)]
    for (at, tempo), (until, _) in zip(tempos, [*tempos[1:], (heard.end, 0.0)], strict=True):
        lasting[round(tempo, 2)] += max(0, until - at) + 1
    low, high = _TEMPOS
    return min(high, max(low, lasting.most_common(1)[0][0]))


def _prior(name: str) -> Key | None:
    if name in _MIDI_KEYS["minor"]:
        return Key(_MIDI_KEYS["minor"].index(name), "minor")
    return Key(_MIDI_KEYS["major"].index(name)) if name in _MIDI_KEYS["major"] else None


def find_roles(voices: list[_Voice]) -> list[Role]:
    """What each voice of a file is: by channel, instrument, pitch, and how many sound at once.

    Percussion is told by its channel. Of the others the lowest, where it lies clearly below the
    rest or plays a bass, is the bass; of those that mostly play one note at a time the highest is
    the melody; the rest are chords. A single voice is a melody, or chords if it plays many notes
    at once.
    """
    roles: list[Role] = ["drums" if v.channel == _DRUMS else "chords" for v in voices]
    pitched = [at for at, voice in enumerate(voices) if voice.channel != _DRUMS]
    if not pitched:
        return roles

    def middle(at: int) -> float:
        pitches = sorted(note.pitch for note in voices[at].notes)
        return pitches[len(pitches) // 2]

    def thick(at: int) -> float:
        starts = {note.start for note in voices[at].notes}
        return len(voices[at].notes) / len(starts)

    low = min(pitched, key=middle)
    basses = [at for at in pitched if voices[at].program in _BASS_PROGRAMS]
    if basses:
        low = min(basses, key=middle)
    if len(pitched) > 1 and (basses or (middle(low) < 55 and thick(low) < 1.5)):
        roles[low] = "bass"
    singing = [at for at in pitched if roles[at] != "bass" and thick(at) < 1.3]
    if singing:
        roles[max(singing, key=middle)] = "melody"
    return roles


def write_midi(score: Score, title: str = "") -> bytes:
    """The tune as a MIDI file of type 1: a track of signatures, then one for each part.

    Muted parts are left out. Volume and pan are written as controllers 7 and 10; what its stretches
    are called, as markers.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
    head = mido.MidiTrack()
    head.append(mido.MetaMessage("track_name", name=title))
    head.append(mido.MetaMessage("set_tempo", tempo=round(60e6 / score.tempo)))
    head.append(mido.MetaMessage("time_signature", numerator=score.beats, denominator=score.unit))
    head.append(mido.MetaMessage("key_signature", key=_MIDI_KEYS[score.mode][score.tonic]))
    at = 0
    for name, since in sorted(score.sections, key=lambda section: section.since):
        if since < score.bars:
            head.append(mido.MetaMessage("marker", text=name, time=since * score.bar - at))
            at = since * score.bar
    head.append(mido.MetaMessage("end_of_track", time=score.ticks - at))
    file.tracks.append(head)
    free = [channel for channel in range(16) if channel != _DRUMS]
    pitched = 0
    for part in score.parts:
        if part.muted:
            continue
        channel = _DRUMS
        if part.role != "drums":
            channel = free[pitched % len(free)]
            pitched += 1
        file.tracks.append(_write_part(part, channel, score.ticks))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _write_part(part: Part, channel: int, ticks: int) -> mido.MidiTrack:
    written = mido.MidiTrack()
    written.append(mido.MetaMessage("track_name", name=part.role.capitalize()))
    written.append(mido.Message("program_change", channel=channel, program=part.program))
    for control, value in ((7, part.volume * 127), (10, (part.pan + 1) * 63.5)):
        written.append(
            mido.Message("control_change", channel=channel, control=control, value=round(value))
        )
    events = []
    for note in part.notes:  # ends sort before beginnings, so that repeated notes do not merge
        events.append((note.end, 0, note.pitch, 0))
        events.append((note.start, 1, note.pitch, note.velocity))
    now = 0
    for at, begins, pitch, velocity in sorted(events):
        kind = "note_on" if begins else "note_off"
        written.append(
            mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=at - now)
        )
        now = at
    written.append(mido.MetaMessage("end_of_track", time=ticks - now))
    return written
