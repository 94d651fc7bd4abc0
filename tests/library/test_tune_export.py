"""Tunes for the world, read back by libsndfile, music21 and mido, which have no part in writing."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from pathlib import Path

import mido
import numpy as np
import pytest

from studio.errors import StudioError
from studio.library import read_recipe
from studio.library.credits import Credits
from studio.library.reading import read_picture
from studio.library.tune_export import KINDS, export_stems, export_tune
from studio.recipes import TuneRecipe, parse_recipe
from studio.recipes.score import Note, Part, Score
from studio.sound import RATE, render
from studio.sound.files import MARK
from tests.full_disk import full_disk
from tests.sound.scores import alone, tune

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("tinysoundfont")

RECIPE = TuneRecipe(mood="calm", bars=2, seed=5, words="Ruhiger Abend ♪", score=tune(2))
SOUNDS = (".wav", ".flac", ".ogg", ".mp3")
CREDIT = {"made_by": "Easel Tunes 1", "licence": "You may do anything."}
QUIET = 1e-3  # -60 dBFS


def export(path: Path, what=RECIPE, **more) -> Path:
    assert export_tune(what, path, **{**CREDIT, **more}) == path
    return path


@pytest.mark.parametrize("ending", SOUNDS)
def test_sound_is_whole_and_not_too_loud_nor_silent_at_its_ends(tmp_path, ending) -> None:
    late = alone(Note(960, 960, 60), Note(1920, 480, 64), bars=2, program=0)
    for number, score in enumerate((RECIPE.score, late)):
        path = export(tmp_path / f"{number}{ending}", score)
        sound, rate = soundfile.read(path, dtype="float32")
        frames = sum(len(block) for block in render.tune(score))
        assert len(sound) / rate == pytest.approx(frames / RATE, abs=0.05)
        assert np.abs(sound).max() < 1.0
        loud = np.flatnonzero(np.abs(sound).max(axis=1) > QUIET) / rate
        assert loud[0] <= 0.3
        assert len(sound) / rate - loud[-1] <= 0.3


@pytest.mark.parametrize("ending", SOUNDS)
def test_sound_says_what_it_is(tmp_path, ending) -> None:
    path = export(tmp_path / f"tune{ending}")
    with soundfile.SoundFile(path) as file:
        assert file.title == "Ruhiger Abend ♪"
        assert ending == ".mp3" or file.copyright == CREDIT["licence"]
    data = path.read_bytes()
    for words in (MARK, CREDIT["licence"], '"seed":5'):
        assert words.encode() in data


def test_the_recipe_inside_makes_it_again(tmp_path) -> None:
    for ending in (".flac", ".png"):
        path = export(tmp_path / f"tune{ending}")
        assert parse_recipe(read_recipe(path)) == RECIPE
        facts = read_picture(path).facts
        assert facts.machine_made
        assert (facts.title, facts.model) == ("Ruhiger Abend ♪", "Easel Tunes 1")


def test_notes_alone_make_a_recipe_too(tmp_path) -> None:
    path = export(tmp_path / "tune.flac", RECIPE.score, title="Mine")
    found = parse_recipe(read_recipe(path))
    assert found.score == RECIPE.score
    assert found.title == "Mine"


@pytest.mark.parametrize("ending", [".mid", ".midi", ".MID"])
def test_midi(tmp_path, ending) -> None:
    music21 = pytest.importorskip("music21")
    path = export(tmp_path / f"tune{ending}")
    found = music21.converter.parseData(path.read_bytes(), format="midi")
    assert len(found.parts) == 4
    assert [
        (Fraction(note.offset), note.pitch.midi, Fraction(note.duration.quarterLength))
        for note in found.parts[0].flatten().notes
    ] == [(Fraction(at), 72 + 2 * (at % 4), Fraction(1)) for at in range(8)]
    file = mido.MidiFile(path, charset="utf-8")
    head = file.tracks[0]
    assert file.length == pytest.approx(RECIPE.score.seconds)
    words = [message.text for message in head if message.type in ("text", "copyright")]
    assert words[0] == CREDIT["licence"]
    assert words[1].startswith(MARK)
    (own,) = [bytes(message.data) for message in head if message.type == "sequencer_specific"]
    assert own[:1] == b"\x7d"
    assert parse_recipe(own[1:].decode().removeprefix("easel:recipe ")) == RECIPE
    assert head.name == "Ruhiger Abend ♪"


@pytest.mark.parametrize("ending", [".musicxml", ".xml"])
def test_musicxml(tmp_path, ending) -> None:
    music21 = pytest.importorskip("music21")
    path = export(tmp_path / f"tune{ending}")
    found = music21.converter.parseData(path.read_bytes(), format="musicxml")
    assert len(found.parts) == 4
    assert len(found.parts[0].getElementsByClass("Measure")) == 2
    pitches = [note.pitch.midi for note in found.parts[0].flatten().notes]
    assert pitches == [72, 74, 76, 78] * 2
    root = ElementTree.parse(path).getroot()
    said = {each.get("name"): each.text for each in root.iter("miscellaneous-field")}
    assert said["comment"] == MARK
    assert said["DIGITALSOURCETYPE"].endswith("trainedAlgorithmicMedia")
    assert parse_recipe(said["easel:recipe"]) == RECIPE
    assert json.loads(said["easel:artwork"])["model"] == "Easel Tunes 1"
    assert root.findtext("work/work-title") == "Ruhiger Abend ♪"


def test_a_picture_of_the_notes(tmp_path) -> None:
    from PIL import Image

    grounds = set()
    for light in (False, True):
        with Image.open(export(tmp_path / f"{light}.png", light=light)) as image:
            assert image.width >= 1600
            grounds.add(image.getpixel((0, 0)))
    assert len(grounds) == 2


@pytest.mark.parametrize("ending", KINDS)
def test_progress_and_stopping(tmp_path, ending) -> None:
    heard = []
    export(tmp_path / f"tune{ending}", check=heard.append)
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)

    path = tmp_path / f"stopped{ending}"
    path.write_bytes(b"what was there before")
    before = set(tmp_path.iterdir())
    for at in {0, len(heard) // 2, max(0, len(heard) - 2)}:
        steps = iter(range(at))

        def stop(_done: float) -> None:
            if next(steps, None) is None:  # noqa: B023 - used before the next round
                raise RuntimeError("stopped")

        with pytest.raises(RuntimeError):
            export(path, check=stop)
        assert path.read_bytes() == b"what was there before"
        assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["tune.aac", "tune", "tune.mp4", ".flac"])
def test_other_kinds_are_refused_in_words(tmp_path, name) -> None:
    with pytest.raises(StudioError, match=r"Easel cannot save a tune as .* End the name in"):
        export(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", KINDS)
def test_silence_and_places_that_cannot_be_written(tmp_path, ending) -> None:
    muted = Part(role="melody", muted=True, notes=(Note(0, 480, 60),))
    for score in (Score(bars=1), Score(bars=1, parts=(muted,))):
        with pytest.raises(StudioError, match=r"(nothing to hear|no notes) in this tune"):
            export(tmp_path / f"tune{ending}", score)
    with pytest.raises(StudioError, match="not there any more"):
        export(tmp_path / "no such folder" / f"tune{ending}")
    in_the_way = tmp_path / f"folder{ending}"
    in_the_way.mkdir()
    with pytest.raises(StudioError, match="is a folder"):
        export(in_the_way)
    assert list(tmp_path.iterdir()) == [in_the_way]
    assert not list(in_the_way.iterdir())


@pytest.mark.parametrize("ending", KINDS)
def test_a_full_disk(tmp_path, ending) -> None:
    said = pytest.raises(StudioError, match="is full, so Easel could not save this tune")
    with said, full_disk(700):
        export(tmp_path / f"tune{ending}")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_stems(tmp_path) -> None:
    said = pytest.raises(StudioError, match="is full, so Easel could not save the parts")
    with said, full_disk(700):
        export_stems(RECIPE, tmp_path / "stems")
    assert not list(tmp_path.iterdir())


def test_stems_fit_together(tmp_path) -> None:
    heard = []
    written = export_stems(RECIPE, tmp_path / "stems", check=heard.append, **CREDIT)
    assert [path.name for path in written] == [
        "01 Melody - Flute.wav",
        "02 Chords - Piano.wav",
        "03 Bass - Upright bass.wav",
        "04 Drums - Drum kit.wav",
    ]
    assert set(written) == set((tmp_path / "stems").iterdir())
    assert heard == sorted(heard)
    stems = [soundfile.read(path, dtype="float32")[0] for path in written]
    assert len({len(stem) for stem in stems}) == 1
    whole = np.concatenate(list(render.tune(RECIPE.score, trimmed=False)))
    both = min(len(whole), len(stems[0]))
    together = np.sum(stems, axis=0)[:both, 0]
    assert np.corrcoef(together, whole[:both, 0])[0, 1] > 0.98
    with soundfile.SoundFile(written[0]) as first:
        assert first.title == "Ruhiger Abend ♪ - Melody - Flute"
    again = export_stems(RECIPE, tmp_path / "stems", form="flac")
    assert {path.suffix for path in again} == {".flac"}
    assert len(list((tmp_path / "stems").iterdir())) == 8


def test_stems_that_are_stopped_leave_what_was_there(tmp_path) -> None:
    folder = tmp_path / "stems"
    folder.mkdir()
    (folder / "01 Melody - Flute.wav").write_bytes(b"before")

    def stop(done: float) -> None:
        if done > 0.8:
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        export_stems(RECIPE, folder, check=stop)
    assert [path.read_bytes() for path in folder.iterdir()] == [b"before"]
    with pytest.raises(RuntimeError):
        export_stems(RECIPE, tmp_path / "new", check=stop)
    assert list(tmp_path.iterdir()) == [folder]
    with pytest.raises(StudioError, match="not there any more"):
        export_stems(RECIPE, tmp_path / "none" / "stems")


SAID = Credits(
    title="Abend",
    author="Ада",
    copyright="© 2026 Ада",
    terms="CC BY 4.0",
    alt="calm <piano>",
    tags=("Füchse", "winter; 2026"),
)


@pytest.mark.parametrize("ending", SOUNDS)
def test_what_the_artist_says_is_in_every_sound(tmp_path, ending) -> None:
    path = export(tmp_path / f"tune{ending}", credit=SAID)
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.artist) == ("Abend", "Ада")
    data = path.read_bytes()
    for words in (SAID.copyright, SAID.terms, "calm <piano>", "Füchse; winter; 2026", MARK):
        assert words.encode() in data


def test_what_the_artist_says_is_in_notes_and_pictures(tmp_path) -> None:
    head = mido.MidiFile(export(tmp_path / "t.mid", credit=SAID), charset="utf-8").tracks[0]
    assert head.name == "Abend"
    words = [message.text for message in head if message.type in ("text", "copyright")]
    assert words[0] == SAID.copyright
    assert words[2:] == [
        "Author: Ада", "Licence: CC BY 4.0", "About: calm <piano>", "Tags: Füchse; winter; 2026",
    ]  # fmt: skip
    root = ElementTree.parse(export(tmp_path / "t.musicxml", credit=SAID)).getroot()
    assert root.findtext("identification/creator[@type='composer']") == "Ада"
    assert root.findtext("identification/rights") == SAID.copyright
    said = {each.get("name"): each.text for each in root.iter("miscellaneous-field")}
    assert (said["licence"], said["keywords"]) == (SAID.terms, "Füchse; winter; 2026")
    picture = export(tmp_path / "t.png", credit=SAID).read_bytes()
    for words in ("<rdf:li>Ада</rdf:li>", "<rdf:li>winter; 2026</rdf:li>", "calm &lt;piano&gt;"):
        assert words.encode() in picture


def test_stems_say_whose_they_are(tmp_path) -> None:
    written = export_stems(RECIPE, tmp_path / "stems", form="flac", credit=SAID)
    for path in written:
        with soundfile.SoundFile(path) as file:
            assert file.artist == "Ада"
            assert file.title.startswith("Abend - ")
