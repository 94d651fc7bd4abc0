"""Tunes as MusicXML 4.0 (W3C, 2021), which programs for written music read."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element, SubElement

from studio.errors import StudioError
from studio.library.notation import Sign, bars_of, beat_of, fifths_of, spelled
from studio.library.xmp import NOT_IN_XML
from studio.recipes.score import TICKS, Part, Score
from studio.sound.instruments import instrument_of

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_FORTE = 90.0  # the velocity that MusicXML counts as 100 %
_LOW = 57  # a part whose middle note is below this is written in the bass clef
# Where percussion is written, by General MIDI: name, step, octave, notehead (N. Weinberg, "Guide
# to Standardized Drumset Notation", 1998)
_DRUMS = {
    35: ("Kick drum", "F", 4, ""),
    36: ("Kick drum", "F", 4, ""),
    37: ("Side stick", "C", 5, "x"),
    38: ("Snare", "C", 5, ""),
    39: ("Hand clap", "C", 5, "x"),
    40: ("Snare", "C", 5, ""),
    41: ("Floor tom", "G", 4, ""),
    42: ("Closed hi-hat", "G", 5, "x"),
    43: ("Floor tom", "A", 4, ""),
    44: ("Pedal hi-hat", "D", 4, "x"),
    45: ("Low tom", "B", 4, ""),
    46: ("Open hi-hat", "G", 5, "circle-x"),
    47: ("Middle tom", "D", 5, ""),
    48: ("Middle tom", "D", 5, ""),
    49: ("Crash cymbal", "A", 5, "x"),
    50: ("High tom", "E", 5, ""),
    51: ("Ride cymbal", "F", 5, "x"),
    52: ("China cymbal", "A", 5, "x"),
    53: ("Ride bell", "F", 5, "diamond"),
    54: ("Tambourine", "B", 5, "x"),
    55: ("Splash cymbal", "B", 5, "x"),
    56: ("Cowbell", "E", 5, "triangle"),
    57: ("Crash cymbal", "A", 5, "x"),
    59: ("Ride cymbal", "F", 5, "x"),
    69: ("Cabasa", "D", 5, "x"),
    70: ("Maracas", "D", 5, "x"),
}
_OTHER_DRUM = ("Percussion", "C", 5, "diamond")


def write_musicxml(
    score: Score,
    title: str = "",
    *,
    software: str = "",
    rights: str = "",
    author: str = "",
    date: str = "",
    said: Mapping[str, str] | None = None,
    check: Callable[[float], None] = lambda _done: None,
) -> bytes:
    """The tune as a MusicXML file of parts (score-partwise), UTF-8.

    Muted parts are left out. Notes are written as `notation` says.
    rights: a line on the licence. author: who composed it. date: as "2026-11-20".
    said: more about the file, by name.
    check: called now and then with how much is done (0..1); may raise to stop it.
    StudioError when no part is to be written.
    """
    parts = [part for part in score.parts if not part.muted]
    if not parts:
        raise StudioError("There is nothing to write in this tune.", "Add notes, or unmute a part.")
    root = Element("score-partwise", version="4.0")
    _header(root, title, software, rights, author, date, said or {})
    names = SubElement(root, "part-list")
    free = (channel for channel in range(1, 17) if channel != 10)
    channels = [10 if part.role == "drums" else next(free, 16) for part in parts]
    for number, (part, channel) in enumerate(zip(parts, channels, strict=True), 1):
        _player(names, f"P{number}", part, channel)
    for number, part in enumerate(parts, 1):
        check((number - 1) / len(parts))
        _written(SubElement(root, "part", id=f"P{number}"), score, part, number == 1)
    check(1.0)
    ElementTree.indent(root, " ")
    text: str = ElementTree.tostring(root, "unicode")
    return (_HEAD + text + "\n").encode()


def _text(parent: Element, tag: str, text: object, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = NOT_IN_XML.sub("", str(text))
    return element


def _header(
    root: Element,
    title: str,
    software: str,
    rights: str,
    author: str,
    date: str,
    said: Mapping[str, str],
) -> None:
    if title:
        _text(SubElement(root, "work"), "work-title", title)
    identification = SubElement(root, "identification")
    if author:
        _text(identification, "creator", author, type="composer")
    if rights:
        _text(identification, "rights", rights)
    encoding = SubElement(identification, "encoding")
    if software:
        _text(encoding, "software", software)
    if date:
        _text(encoding, "encoding-date", date)
    if said:
        more = SubElement(identification, "miscellaneous")
        for name, value in said.items():
            _text(more, "miscellaneous-field", value, name=name)


def _player(names: Element, number: str, part: Part, channel: int) -> None:
    """What a part plays on."""
    player = SubElement(names, "score-part", id=number)
    instrument = instrument_of(part).name
    _text(player, "part-name", instrument)
    sounds = _drums_of(part) if part.role == "drums" else [None]
    for sound in sounds:
        own = SubElement(player, "score-instrument", id=_instrument_id(number, sound))
        name = instrument if sound is None else _DRUMS.get(sound, _OTHER_DRUM)[0]
        _text(own, "instrument-name", name)
    for sound in sounds:
        own = SubElement(player, "midi-instrument", id=_instrument_id(number, sound))
        _text(own, "midi-channel", channel)
        _text(own, "midi-program", part.program + 1)
        if sound is not None:
            _text(own, "midi-unpitched", sound + 1)
        _text(own, "volume", f"{100 * part.volume:g}")
        _text(own, "pan", f"{90 * part.pan:g}")


def _drums_of(part: Part) -> list[int | None]:
    """Which drums it strikes; one at least."""
    return [*sorted({note.pitch for note in part.notes})] or [38]


def _instrument_id(number: str, sound: int | None) -> str:
    return f"{number}-I{1 if sound is None else sound + 1}"


def _written(written: Element, score: Score, part: Part, is_first: bool) -> None:
    fifths = fifths_of(score.tonic, score.mode)
    number = written.get("id", "")
    for bar, signs in enumerate(bars_of(score, part), 1):
        measure = SubElement(written, "measure", number=str(bar))
        if bar == 1:
            _attributes(measure, score, part, fifths)
            if is_first:
                _tempo(measure, score)
        for sign in signs:
            _sign(measure, sign, part, fifths, number)
        if bar == score.bars:
            _text(SubElement(measure, "barline", location="right"), "bar-style", "light-heavy")


def _attributes(measure: Element, score: Score, part: Part, fifths: int) -> None:
    attributes = SubElement(measure, "attributes")
    _text(attributes, "divisions", TICKS)
    key = SubElement(attributes, "key")
    _text(key, "fifths", 0 if part.role == "drums" else fifths)
    if part.role != "drums":
        _text(key, "mode", score.mode)
    time = SubElement(attributes, "time")
    _text(time, "beats", score.beats)
    _text(time, "beat-type", score.unit)
    clef = SubElement(attributes, "clef")
    if part.role == "drums":
        _text(clef, "sign", "percussion")
        return
    pitches = sorted(note.pitch for note in part.notes)
    is_low = pitches[len(pitches) // 2] < _LOW if pitches else part.role == "bass"
    _text(clef, "sign", "F" if is_low else "G")
    _text(clef, "line", 4 if is_low else 2)


def _tempo(measure: Element, score: Score) -> None:
    direction = SubElement(measure, "direction", placement="above")
    metronome = SubElement(SubElement(direction, "direction-type"), "metronome")
    in_threes = beat_of(score) == TICKS * 3 // 2
    _text(metronome, "beat-unit", "quarter")
    if in_threes:
        SubElement(metronome, "beat-unit-dot")
    _text(metronome, "per-minute", f"{score.tempo / 1.5 if in_threes else score.tempo:.6g}")
    SubElement(direction, "sound", tempo=f"{score.tempo:.6g}")


def _sign(measure: Element, sign: Sign, part: Part, fifths: int, number: str) -> None:
    """A rest, or the notes of a chord, in the order that the schema asks for."""
    for at, pitch in enumerate(sign.pitches or (None,)):
        note = SubElement(measure, "note")
        if at:
            SubElement(note, "chord")
        if pitch is None:
            rest = SubElement(note, "rest")
            if sign.value is None:
                rest.set("measure", "yes")
        else:
            note.set("dynamics", f"{100 * sign.velocity / _FORTE:.4g}")
            _pitch(note, pitch, part, fifths)
        _text(note, "duration", sign.length)
        _ties(note, "tie", sign, pitch)
        drum = pitch if part.role == "drums" else None
        if pitch is not None:
            SubElement(note, "instrument", id=_instrument_id(number, drum))
        _text(note, "voice", 1)
        _value(note, sign)
        if drum is not None and (head := _DRUMS.get(drum, _OTHER_DRUM)[3]):
            _text(note, "notehead", head)
        _notations(note, sign, pitch, at)


def _pitch(note: Element, pitch: int, part: Part, fifths: int) -> None:
    if part.role == "drums":
        _, step, octave, _ = _DRUMS.get(pitch, _OTHER_DRUM)
        unpitched = SubElement(note, "unpitched")
        _text(unpitched, "display-step", step)
        _text(unpitched, "display-octave", octave)
        return
    step, alter, octave = spelled(pitch, fifths)
    pitched = SubElement(note, "pitch")
    _text(pitched, "step", step)
    if alter:
        _text(pitched, "alter", alter)
    _text(pitched, "octave", octave)


def _ties(parent: Element, name: str, sign: Sign, pitch: int | None) -> None:
    if pitch in sign.held:
        SubElement(parent, name, type="stop")
    if pitch in sign.holding:
        SubElement(parent, name, type="start")


def _value(note: Element, sign: Sign) -> None:
    if sign.value is None:
        return
    _text(note, "type", sign.value.name)
    for _ in range(sign.value.dots):
        SubElement(note, "dot")
    if sign.value.triplet:
        modified = SubElement(note, "time-modification")
        _text(modified, "actual-notes", 3)
        _text(modified, "normal-notes", 2)


def _notations(note: Element, sign: Sign, pitch: int | None, at: int) -> None:
    notations = Element("notations")
    _ties(notations, "tied", sign, pitch)
    if at == 0 and sign.first:
        SubElement(notations, "tuplet", type="start", bracket="yes")
    if at == 0 and sign.last:
        SubElement(notations, "tuplet", type="stop")
    if len(notations):
        note.append(notations)
