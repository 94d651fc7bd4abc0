"""Notes, beats and keys in an artist's words."""

from __future__ import annotations

from studio.recipes.score import TICKS, Mode, Note, Part, Role, Score

NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
SHORT = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
ROLES: dict[Role, str] = {
    "melody": "Melody",
    "chords": "Chords",
    "bass": "Bass",
    "drums": "Drums",
}
SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
# General MIDI's percussion, as one would say it; from the lowest drum up to the cymbals
DRUMS: dict[int, str] = {
    36: "Kick",
    35: "Deep kick",
    38: "Snare",
    40: "Sharp snare",
    37: "Rim",
    39: "Clap",
    41: "Deep tom",
    43: "Low tom",
    45: "Mid tom",
    47: "Mid tom 2",
    48: "High tom",
    50: "High tom 2",
    44: "Foot hat",
    42: "Hat",
    46: "Open hat",
    51: "Ride",
    59: "Ride 2",
    53: "Bell",
    49: "Crash",
    57: "Crash 2",
    52: "China",
    55: "Splash",
    54: "Tambourine",
    56: "Cowbell",
    69: "Cabasa",
    70: "Maracas",
    75: "Claves",
    76: "Wood block",
    81: "Triangle",
}
USUAL_DRUMS = (36, 38, 45, 48, 42, 46, 49)  # have a row before there is a hit
_COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SHARES = (
    (0.0, ""),
    (1 / 8, "an eighth"),
    (1 / 6, "a sixth"),
    (1 / 4, "a quarter"),
    (1 / 3, "a third"),
    (1 / 2, "a half"),
    (2 / 3, "two thirds"),
    (3 / 4, "three quarters"),
    (1.0, ""),
)
_LOOSE = 0.06  # of a beat: notes that a hand played are seldom exactly on it


def pitch_name(pitch: int) -> str:
    """ "C 4" for 60, the middle C."""
    return f"{NAMES[pitch % 12]} {pitch // 12 - 1}"


def short_pitch(pitch: int) -> str:
    """ "C4" for 60."""
    return f"{SHORT[pitch % 12]}{pitch // 12 - 1}"


def drum_name(pitch: int) -> str:
    """Which drum a number of General MIDI's percussion is."""
    return DRUMS.get(pitch, f"Drum {pitch}")


def key_name(tonic: int, mode: Mode) -> str:
    """ "D minor"."""
    return f"{NAMES[tonic % 12]} {mode}"


def scale(tonic: int, mode: Mode) -> frozenset[int]:
    """The pitch classes, 0..11, of a key."""
    return frozenset((tonic + step) % 12 for step in SCALES[mode])


def part_name(score: Score, index: int) -> str:
    """ "Melody", or "Melody 2" where there are more of them."""
    role = score.parts[index].role
    same = [place for place, part in enumerate(score.parts) if part.role == role]
    return ROLES[role] if len(same) == 1 else f"{ROLES[role]} {same.index(index) + 1}"


#: what a second player of a role plays, and is called before there is one
SECONDS: dict[Role, str] = {"melody": "A second voice", "chords": "Held chords"}


def pulse(score: Score) -> int:
    """Ticks of what one counts as a beat: in 6/8 that is three eighths."""
    if score.unit == 8 and score.beats % 3 == 0 and score.beats > 3:
        return TICKS * 3 // 2
    return TICKS * 4 // score.unit


def beats_a_minute(score: Score) -> float:
    """The tempo as it is counted."""
    return score.tempo * TICKS / pulse(score)


def tempo_of(score: Score, beats: float) -> float:
    """The tempo of a score, quarters a minute, that counts so many beats a minute."""
    return min(400.0, max(20.0, beats * pulse(score) / TICKS))


def facts(score: Score) -> str:
    """ "96 beats a minute · D minor"."""
    key = key_name(score.tonic, score.mode)
    return f"{round(beats_a_minute(score))} beats a minute · {key}"


def clock(seconds: float) -> str:
    """ "0:12"."""
    whole = max(0, int(seconds + 1e-6))
    return f"{whole // 60}:{whole % 60:02d}"


def grids(score: Score) -> tuple[tuple[int, str], ...]:
    """What notes can be snapped to, in ticks, with words; 1 is no grid at all."""
    beat = pulse(score)
    steps: tuple[tuple[int, str], ...]
    if beat % 9 == 0:  # a beat of three
        steps = ((beat, "A beat"), (beat // 3, "A third"), (beat // 6, "A sixth"))
    else:
        steps = (
            (beat, "A beat"),
            (beat // 2, "Half a beat"),
            (beat // 3, "A third"),
            (beat // 4, "A quarter"),
            (beat // 8, "An eighth"),
        )
    return (*steps, (1, "Free"))


def usual_grid(score: Score) -> int:
    """A quarter of a beat; in 6/8 an eighth note."""
    beat = pulse(score)
    return beat // 3 if beat % 9 == 0 else beat // 4


def place_name(score: Score, ticks: int) -> str:
    """ "bar 3 beat 2", and how far after it where it is off the beat."""
    beats, share, near = _in_beats(score, ticks)
    bar, beat = divmod(beats * pulse(score), score.bar)
    words = f"bar {bar + 1} beat {beat // pulse(score) + 1}"
    about = "" if near else "about "
    return f"{words} and {about}{share}" if share else words


def length_name(score: Score, ticks: int) -> str:
    """ "one beat", "two and a half beats", "a third of a beat"."""
    beats, share, near = _in_beats(score, ticks)
    count = _COUNTED[beats] if beats < len(_COUNTED) else str(beats)
    if not beats and not share:
        return "a very short moment"
    if not beats:
        words = "half a beat" if share == "a half" else f"{share} of a beat"
    elif share:
        words = f"{count} and {share} beats"
    else:
        words = "one beat" if beats == 1 else f"{count} beats"
    return words if near else f"about {words}"


def loudness_name(velocity: int) -> str:
    """How hard a note is struck."""
    words = ("very soft", "soft", "medium", "loud", "very loud")
    return words[min(4, max(0, velocity - 16) * 5 // 112)]


def note_name(part: Part, pitch: int) -> str:
    """The pitch, or the drum."""
    return drum_name(pitch) if part.role == "drums" else pitch_name(pitch)


def describe(score: Score, index: int, note: Note) -> str:
    """ "C 4, bar 3 beat 2, one beat, melody"."""
    part = score.parts[index]
    words = [note_name(part, note.pitch), place_name(score, note.start)]
    if part.role != "drums":
        words.append(length_name(score, note.length))
    words.append(part_name(score, index).lower())
    return ", ".join(words)


def _in_beats(score: Score, ticks: int) -> tuple[int, str, bool]:
    """Whole beats, what is left of a beat in words, and whether that is as good as exact."""
    beats, rest = divmod(ticks, pulse(score))
    part = rest / pulse(score)
    share, words = min(_SHARES, key=lambda known: abs(known[0] - part))
    return beats + int(share), words, abs(share - part) <= _LOOSE
