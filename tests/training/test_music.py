"""The composer's whole way on songs and drums made here, in seconds."""

from __future__ import annotations

import io
import json
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
import torch

from studio.engines.music.cells import BASS, CHORDS, DRUMS, HARMONY, MELODY, Metre, Sheet
from studio.engines.music.opened import open_composer
from studio.engines.music.wishes import Wish
from studio.library.midi import read_midi, write_midi
from studio.recipes.score import Note, Part, Score
from studio.training.__main__ import main
from studio.training.music import data, likeness, model, musicxml, songs
from studio.training.music.config import CONFIGS
from studio.training.music.grooves import fitted
from studio.training.music.ngram import NGram

TINY = CONFIGS["tiny"]
_SCALE = (("C", 0), ("D", 2), ("E", 4), ("F", 5), ("G", 7), ("A", 9), ("B", 11))


def note(step: int, octave: int, length: int, voice: int, staff: int = 0, more: str = "") -> str:
    name, _ = _SCALE[step % 7]
    where = f"<staff>{staff}</staff>" if staff else ""
    return (
        f"<note>{more}<pitch><step>{name}</step><octave>{octave + step // 7}</octave></pitch>"
        f"<duration>{length}</duration><voice>{voice}</voice>{where}</note>"
    )


def song(seed: int, bars: int = 20) -> bytes:
    """A song in C in 4/4, quarters of two divisions, after an upbeat of one quarter."""
    dice = random.Random(seed)
    head = (
        "<attributes><divisions>2</divisions><key><fifths>0</fifths></key>"
        "<time><beats>4</beats><beat-type>4</beat-type></time>{}</attributes>"
        "<direction><direction-type><dynamics><{}/></dynamics></direction-type>"
        '<sound tempo="{}"/></direction>'
    )
    voice = [f'<measure number="0">{head.format("", "p", 60 + 10 * (seed % 8))}'
             + note(4, 4, 2, 1) + "</measure>"]  # fmt: skip
    piano = [f'<measure number="0">{head.format("<staves>2</staves>", "f", 90)}'
             "<note><rest/><duration>2</duration></note></measure>"]  # fmt: skip
    for bar in range(1, bars + 1):
        root = dice.choice((0, 3, 4, 5, 0))
        sung = [note(root + dice.choice((0, 2, 4, 1)), 5, length, 1) for length in (2, 2, 1, 1, 2)]
        voice.append(f'<measure number="{bar}">{"".join(sung)}</measure>')
        chord = note(root, 4, 4, 1, 1) + "".join(
            note(root + up, 4, 4, 1, 1, "<chord/>") for up in (2, 4)
        )
        low = note(root, 2, 4, 2, 2) + note(root + 4, 2, 4, 2, 2)
        piano.append(
            f'<measure number="{bar}">{chord}{chord}<backup><duration>8</duration></backup>{low}'
            "</measure>"
        )
    xml = (
        '<?xml version="1.0"?><score-partwise version="4.0"><part-list>'
        '<score-part id="P1"><part-name>Voice</part-name></score-part>'
        '<score-part id="P2"><part-name>Piano</part-name></score-part></part-list>'
        f'<part id="P1">{"".join(voice)}</part><part id="P2">{"".join(piano)}</part>'
        "</score-partwise>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("META-INF/container.xml", "<container/>")
        packed.writestr("score.xml", xml)
    return out.getvalue()


def groove() -> bytes:
    hits = [Note(at * 240, 60, 42, 90 - 50 * (at % 2)) for at in range(64)]
    hits += [Note(at * 960, 60, 36, 110) for at in range(16)]
    hits += [Note(at * 960 + 480, 60, 38, 110 if at % 3 else 30) for at in range(16)]
    return write_midi(Score(bars=8, parts=(Part(role="drums", notes=tuple(hits)),)))


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archives")
    with tarfile.open(folder / data.LIEDER, "w") as tar:
        for seed in range(14):
            _add(tar, f"scores/Nobody_{seed}/_/Song/{seed}.mxl", song(seed))
        _add(tar, "scores/Nobody_0/_/Broken/x.mxl", b"no zip")
    table = "drummer,id,style,bpm,beat_type,time_signature,midi_filename\n"
    with tarfile.open(folder / data.GROOVE, "w") as tar:
        for at in range(8):
            table += f"d,one/{at},rock,{90 + 10 * at},beat,4-4,one/{at}.mid\n"
            _add(tar, f"groove/one/{at}.mid", groove())
        _add(tar, "groove/info.csv", table.encode())
    return folder


def test_a_song_is_read() -> None:
    read = musicxml.read(song(1, 4))
    assert [player.staves for player in read.players] == [1, 2]
    assert [(bar.length, bar.regular) for bar in read.bars] == [(480, False)] + [(1920, True)] * 4
    assert read.players[0].notes[0].pitch == 67
    assert read.tempo_at(0) == 90  # said twice, the later word counts
    assert read.level_at(0) == 4
    (run,) = songs.runs(read)
    assert (run.score.bars, run.before, run.after) == (4, 1, 0)
    assert {part.role: len(part.notes) for part in run.score.parts} == {
        "melody": 20, "chords": 24, "bass": 8,
    }  # fmt: skip
    with pytest.raises(ValueError, match="MusicXML"):
        musicxml.read(b"nothing")


def test_tied_notes_become_one() -> None:
    told = ((0, 480, False), (480, 480, True), (960, 240, True), (1200, 240, False))
    tied = [musicxml.Written(start, length, 60, 1, on) for start, length, on in told]
    assert [(n.start, n.length) for n in musicxml._tied(tied)] == [(0, 1200), (1200, 240)]


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(2, 4), Metre(3, 4), Metre(6, 8)])
def test_drums_fit_every_metre(metre: Metre) -> None:
    four = (((0, 4), 6), ((4,), 6), ((1, 4), 12), ((0,), 9), ((0, 4), 3), ((1,), 12))
    for bar in fitted(four, metre):
        assert sum(length for _, length in bar) == metre.steps
        assert bar[0][0] == (0, 4) or metre != Metre(4, 4)


def test_the_whole_way(archives: Path, tmp_path: Path) -> None:
    told = ["music", "--work", str(tmp_path / "work"), "--config", "tiny"]
    out = tmp_path / "out"
    assert main([*told, "--data", str(archives), "--stage", "data"]) == 0
    figures = json.loads((tmp_path / "work" / "data.json").read_text())
    assert figures["pieces"] == 14
    assert 0 < figures["held"] < figures["windows"]
    windows, measures = data.load(tmp_path / "work")
    composers = {w.composer: w.held for w in windows}
    assert all(composers[w.composer] == w.held for w in windows)  # no composer on both sides
    assert any(w.drums for w in windows)
    assert measures.rank("pulses", 200) == 1.0
    assert main([*told, "--stage", "model"]) == 0
    assert main([*told, "--stage", "model", "--minutes", "-5"]) == 0  # goes on
    log = [json.loads(line) for line in
           (tmp_path / "work" / "writer" / "log.jsonl").read_text().splitlines()]  # fmt: skip
    assert [row["step"] for row in log if "loss" in row] == [1, 2, 3, 4, 5]
    assert main([*told, "--stage", "pack", "--out", str(out)]) == 0
    assert main([*told, "--stage", "evaluate", "--out", str(out)]) == 0
    figures = json.loads((tmp_path / "work" / "figures.json").read_text())
    assert figures["tunes"]["in key"] >= 0.95
    assert figures["loss"]["writer"] > 0
    midis = sorted((out / "tunes").glob("*.mid"))
    assert len(midis) == TINY.tunes
    assert read_midi(midis[0].read_bytes()).bars == 16
    assert open_composer(out).new(Wish("calm"), ("melody",), 2).bars == 2


def test_examples_say_each_cell_once_and_given_ones_first(archives: Path, tmp_path: Path) -> None:
    data.prepare(TINY.data, archives, tmp_path)
    windows, measures = data.load(tmp_path)
    dice = random.Random(1)
    some_given = 0
    for window in windows[:20]:
        example = model.shown(window, measures, TINY.train, dice)
        assert len(example.rows) == len(example.targets) == len(example.sounding)
        assert example.asked == sorted(example.asked)
        some_given += not all(example.asked)
        assert any(example.asked)
    assert some_given > 5
    features, heard, wishes, targets, asked = model.batch([example, example], 50)
    assert features.shape[:2] == heard.shape[:2] == targets.shape == asked.shape == (2, 50)
    assert wishes.shape == (2, 8)


def test_the_loss_falls(archives: Path, tmp_path: Path) -> None:
    data.prepare(TINY.data, archives, tmp_path)
    windows, measures = data.load(tmp_path)
    torch.manual_seed(1)
    writer = model.Writer(TINY.writer)
    examples = model.held_examples(windows, measures, 4)
    optimizers = model._optimizers(writer, TINY.train)
    found = []
    for _ in range(40):
        nats, _, there = model.losses(writer, model.batch(examples, 200))
        loss = nats.sum() / there.sum()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        found.append(float(loss.detach()))
    assert found[0] == pytest.approx(5.6, abs=0.4)  # all tokens alike: ln 267
    assert found[-1] < 0.8 * found[0]


def test_an_ngram_model_is_surer_of_what_it_has_counted() -> None:
    rival = NGram(3)
    rival.learn([5, 6, 7, 8] * 10, [0] * 40)
    known = rival.nats([([5, 6, 7, 8] * 3, [0] * 12)])
    assert known < 1.0 < rival.nats([([9, 5, 8, 6], [0] * 4)])
    assert sum(rival.chance((5, 6), 0, token) for token in range(267)) == pytest.approx(1.0)


def tune(*cells: tuple[int, ...]) -> Sheet:
    sheet = Sheet(Metre(4, 4), "major", len(cells), [3] * len(cells))
    for bar, pitches in enumerate(cells):
        segments = tuple(((pitch,), 48 // len(pitches)) for pitch in pitches)
        sheet.cells[bar, MELODY] = segments
        for part in (BASS, CHORDS, DRUMS):
            sheet.cells[bar, part] = (((), 48),)
        sheet.cells[bar, HARMONY] = (((0,), 48),)
    return sheet


def test_copies_are_found() -> None:
    known = tune((60, 62), (64, 65), (67, 69), (71, 72), (60, 60))
    copies = likeness.Copies([known], (MELODY,))
    assert copies.longest(tune((50, 50), (64, 65), (67, 69), (71, 72), (50, 51))) == 3
    assert copies.longest(tune((50, 51), (52, 53))) == 0
    again = likeness.Copies([tune(*[(60, 62)] * 8)], (MELODY,))
    assert again.longest(tune(*[(60, 62)] * 8)) == 1  # one bar, eight times


def test_measures_tell_alike_from_unlike() -> None:
    rising, leaping = tune((60, 62, 64, 65)), tune((60, 72, 61, 73))
    assert likeness.compare([rising], [rising]) == dict.fromkeys(
        likeness.compare([rising], [rising]), 0.0
    )
    told = likeness.compare([rising], [leaping])
    assert told["intervals"] == 1.0
    assert told["pitch classes"] > 0.3
    assert likeness.in_key([rising]) == 1.0
    assert likeness.in_key([leaping]) == 0.5


def _line(cells: str) -> Sheet:
    """A bar of melody a letter: quarter notes on a pitch of its own."""
    sheet = Sheet(Metre(4, 4), "major", len(cells), [3] * len(cells))
    for bar, letter in enumerate(cells):
        pitch = 60 + ord(letter) - ord("a")
        sheet.cells[bar, MELODY] = tuple(((pitch + step,), 12) for step in range(4))
    return sheet


def test_what_comes_again_is_counted() -> None:
    assert likeness.returns([_line("acegikmobdfhjlnp")]) == 0.0  # too short to tell
    straight = "acegikmoqsuwybdfhjlnprtvxz"
    assert likeness.returns([_line(straight)]) == 0.0
    assert likeness.returns([_line(straight[:12] + straight[:12])]) == pytest.approx(12 / 16)
    short = straight[:20] + straight[:3]  # three bars are no passage
    assert likeness.returns([_line(short)]) == 0.0


def test_a_tune_at_rest_is_told_from_one_that_breaks_off() -> None:
    def ending(melody: int, length: int) -> Score:
        last = (Note(1920, length, melody, 80),)
        chords = tuple(Note(1920, 1920, pitch, 80) for pitch in (60, 64, 67))
        bass = (Note(1920, 1920, 36, 80),)
        notes = {"melody": last, "chords": chords, "bass": bass}
        parts = tuple(Part(role=role, notes=own) for role, own in notes.items())
        return Score(bars=2, parts=parts)

    assert likeness.at_rest(ending(72, 1920))
    assert not likeness.at_rest(ending(74, 1920))  # not at home
    assert not likeness.at_rest(ending(72, 960))  # it stops before the end


def test_windows_are_put_together_to_pieces_again() -> None:
    def window(since: int, until: int, letters: str) -> data.Window:
        return data.Window("Song", "Somebody", _line(letters), 100.0, 0, since, until, False)

    letters = "abcdefghijklmnopqrstuvwx"
    cut = [window(at, 8 - at, letters[at : at + 16]) for at in (0, 8)]
    (piece,) = data.whole(cut, 20, 64)
    assert piece.bars == 24
    assert [piece.cells[bar, MELODY][0][0][0] - 60 for bar in range(24)] == list(range(24))
    assert data.whole(cut[:1], 20, 64) == []
    assert data.whole(cut, 20, 22)[0].bars == 22
