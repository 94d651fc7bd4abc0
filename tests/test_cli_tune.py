"""`easel tune` with a tiny model. The engine is on threads of this process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from studio.cli import CANNOT, OK, main
from studio.cli.tune_words import bars, key, players, roles
from studio.errors import StudioError
from studio.library import Library, read_recipe
from studio.library.midi import read_midi, write_midi
from studio.recipes import Note, Part, Score, TuneRecipe, parse_recipe
from tests.commands import engine_on_threads, runner
from tests.tiny_tunes import save_tiny_tunes

PLAIN = Score(
    bars=2,
    tempo=240,
    parts=(
        Part(role="melody", program=40, notes=tuple(Note(at * 480, 480, 72) for at in range(8))),
        Part(role="bass", program=33, notes=(Note(0, 1920, 36), Note(1920, 1920, 43))),
    ),
)


@pytest.fixture(scope="module")
def pipes(tmp_path_factory) -> str:
    return str(save_tiny_tunes(tmp_path_factory.mktemp("models") / "pipes"))


@pytest.fixture(autouse=True)
def near(monkeypatch):
    engine_on_threads(monkeypatch, ["tune"])


@pytest.fixture
def easel(capsys):
    return runner(capsys)


@pytest.fixture
def refused(capsys):
    """What is said where a command cannot be done."""

    def command(*arguments: object) -> str:
        assert main([str(one) for one in arguments]) == CANNOT
        said = capsys.readouterr()
        assert said.out == ""
        assert "Traceback" not in said.err
        return said.err

    return command


@pytest.fixture
def midi(tmp_path) -> Path:
    file = tmp_path / "hummed 猫.mid"
    file.write_bytes(write_midi(PLAIN))
    return file


def recipe(file: str | Path) -> TuneRecipe:
    made = parse_recipe(read_recipe(Path(file)))
    assert isinstance(made, TuneRecipe)
    return made


def test_a_tune_is_kept_and_can_be_made_again(easel, pipes):
    wishes = ("--mood", "dark", "--bars", 2, "--key", "F# minor", "--metre", "3/4", "--tempo", 240)
    [file] = easel("tune", *wishes, "--seed", 5, "--instruments", "violin, bass", "--model", pipes)
    made = recipe(file)
    assert (made.mood, made.bars, made.seed) == ("dark", 2, 5)
    assert made.score is not None
    assert (made.score.tonic, made.score.mode, made.score.beats) == (6, "minor", 3)
    assert [(one.role, one.program) for one in made.score.parts] == [("melody", 40), ("bass", 38)]
    [again] = easel("again", file)
    assert again != file
    assert recipe(again) == made
    with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
        artwork = library.at(again)
        assert artwork is not None
        assert len(artwork.parents) == 1


def test_takes_are_numbered(easel, pipes, tmp_path):
    lines = easel(
        "tune", "--bars", 1, "--instruments", "melody", "--takes", 2, "--seed", 1,
        "--model", pipes, "--out", tmp_path / "new" / "song.flac",
    )  # fmt: skip
    assert [Path(line).name for line in lines] == ["song 1.flac", "song 2.flac"]
    assert [recipe(line).seed for line in lines] == [1, 2]


@pytest.mark.parametrize("ending", ["wav", "ogg", "mp3", "mid", "musicxml", "png"])
def test_every_kind_of_file(ending, easel, pipes, tmp_path):
    out = tmp_path / f"song.{ending}"
    wishes = ("--bars", 1, "--instruments", "melody,bass", "--seed", 3, "--model", pipes)
    assert easel("tune", *wishes, "--out", out) == [str(out)]
    assert out.stat().st_size > 500
    if ending == "mid":
        with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
            [kept] = library.recent()
            score = recipe(kept.path).score
        assert score is not None
        assert read_midi(out.read_bytes()).parts[0].notes == score.parts[0].notes


def test_each_part_by_itself(easel, pipes, midi, tmp_path):
    told = ("--model", pipes, "--only", "melody", "--takes", 2)
    lines = easel("tune", "--vary", midi, *told, "--stems", tmp_path / "parts")
    assert lines == [str(tmp_path / "parts" / "Take 1"), str(tmp_path / "parts" / "Take 2")]
    assert [len(list(Path(line).glob("*.wav"))) for line in lines] == [2, 2]


def test_what_cannot_be_written_is_said_and_the_tune_is_kept(pipes, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "song.mid"
    wishes = ["--bars", "1", "--instruments", "melody", "--seed", "3", "--model", pipes]
    assert main(["tune", *wishes, "--out", str(out)]) == CANNOT
    said = capsys.readouterr()
    assert "The tune itself is kept" in said.err
    assert recipe(said.out.strip()).score is not None


def test_a_tune_from_another_program_goes_on(easel, pipes, midi, tmp_path):
    told = ("--model", pipes, "--out", tmp_path / "longer.flac")
    [file] = easel("tune", "--continue", midi, "--bars", 1, *told)
    score = recipe(file).score
    assert score is not None
    assert score.bars == 3
    assert recipe(file).title == "hummed 猫, continued"
    melody = score.part("melody")
    assert melody is not None
    assert [note for note in melody.notes if note.start < PLAIN.ticks] == list(PLAIN.parts[0].notes)


def test_only_some_parts_and_bars_and_what_it_came_from(easel, pipes, midi):
    told = ("--model", pipes, "--seed", 2)
    [first] = easel("tune", "--fill", midi, "--only", "drums", *told)
    score = recipe(first).score
    assert score is not None
    assert [part.role for part in score.parts] == ["melody", "bass", "drums"]
    assert score.parts[:2] == read_midi(midi.read_bytes()).parts
    [second] = easel("tune", "--vary", first, "--only", "bass", "--range", 2, "--amount", 1, *told)
    varied = recipe(second).score
    assert varied is not None
    assert recipe(second).title == "hummed 猫, varied"  # not "partly anew, varied"
    assert (varied.parts[0], varied.parts[2]) == (score.parts[0], score.parts[2])
    assert varied.parts[1].notes[0] == score.parts[1].notes[0]
    assert varied.parts[1] != score.parts[1]
    with Library.open(Path(os.environ["EASEL_LIBRARY"])) as library:
        child, parent = library.at(second), library.at(first)
        assert child is not None
        assert parent is not None
        assert child.parents == (parent.id,)


def test_between_two_and_played_by_hand(easel, pipes, midi):
    [file] = easel("tune", "--between", midi, midi, "--amount", "0.5", "--model", pipes)
    assert recipe(file).task == "between"
    [loose] = easel("tune", "--humanise", midi, "--amount", 1)  # which needs no model
    score = recipe(loose).score
    assert score is not None
    assert any(note.start % 480 for note in score.parts[0].notes)


def test_a_picture_suggests_a_mood_and_it_is_said_why(pipes, tmp_path, capsys):
    Image.new("RGB", (64, 64), "#1a2030").save(tmp_path / "night.png")
    wishes = ["--bars", "1", "--instruments", "bass", "--model", pipes]
    told = ["tune", *wishes, "--from-picture", str(tmp_path / "night.png")]
    assert main(told) == OK
    said = capsys.readouterr()
    made = recipe(said.out.strip())
    assert made.mood
    assert made.tempo
    assert said.err.startswith(f"{made.mood.capitalize()}: ")
    assert main([*told, "--mood", "lively", "--tempo", "200"]) == OK  # what is said goes before
    made = recipe(capsys.readouterr().out.strip())
    assert (made.mood, made.tempo) == ("lively", 200)


def test_the_moods_are_listed(easel, pipes):
    lines = easel("tune", "--list", "--model", pipes)
    assert lines[0] == "Pipes 0, 8 moods"
    assert lines[1].split() == ["calm", "Calm"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--mood", "sleepy"], "does not know the mood “sleepy”"),
        (["--bars", "0"], "“How long” must be at least 1"),
        (["--bars", "10000"], "“How long” can be at most 64"),
        (["--takes", "9"], "“How many” can be at most 8"),
        (["--key", "H dur"], "“H dur” is no key"),
        (["--instruments", "theremin"], "no instrument “theremin”"),
        (["--only", "drums"], "no parts or bars yet"),
        (["--out", "song.docx"], "cannot save a tune as “.docx”"),
        (["--continue", "nowhere.mid"], "“nowhere.mid” cannot be read"),
        (["--continue", "MIDI", "--range", "5-2"], "“5-2” names no bars"),
        (["--vary", "MIDI", "--range", "2-3"], "The tune is not that long"),
        (["--vary", "DAMAGED"], "not a MIDI file that can be read"),
        (["--vary", "PICTURE"], "“plain.png” is no tune"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words(
    arguments, sentence, refused, pipes, midi, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "damaged.mid").write_bytes(midi.read_bytes()[:30])
    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    names = {"MIDI": midi, "DAMAGED": "damaged.mid", "PICTURE": "plain.png"}
    given = [names.get(one, one) for one in arguments]
    assert sentence in refused("tune", *given, "--model", pipes)


def test_without_a_model_it_is_said_what_is_missing(refused, monkeypatch, tmp_path):
    monkeypatch.setattr("studio.shelf.shelf.builtin_models", lambda: tmp_path)
    assert "“tunes” is not on this computer" in refused("tune", "--mood", "calm")


def test_keys():
    assert key("D minor") == (2, "minor")
    assert key("Bb") == (10, None)
    assert key("f# m") == (6, "minor")
    assert key("C♭ major") == (11, "major")


def test_bars_are_counted_from_one():
    assert (bars("5-8").since, bars("5-8").until) == (4, 8)
    assert (bars(" 3 ").since, bars(" 3 ").until) == (2, 3)
    for text in ("0", "-2", "a", "4-", ""):
        with pytest.raises(StudioError, match="names no bars"):
            bars(text)


def test_parts():
    assert roles(["drums,bass", " Drums "]) == ("drums", "bass")
    with pytest.raises(StudioError, match="“tuba” is no part"):
        roles(["tuba"])


def test_everyone_gets_a_part_of_their_own():
    def seats(*texts: str) -> dict[str, int | None]:
        return {player.role: player.program for player in players(texts)}

    assert seats("flute, piano, drums") == {"melody": 73, "chords": 0, "drums": None}
    assert seats("piano,violin") == {"chords": 0, "melody": 40}  # who can only sing comes first
    assert seats("bass, brushes", "melody=cello") == {"bass": None, "drums": 40, "melody": 42}
    with pytest.raises(StudioError, match="a part of their own"):
        seats("violin", "flute")
    with pytest.raises(StudioError, match="may be several"):
        seats("guitar")
    with pytest.raises(StudioError, match="no part of a tune"):
        seats("solo=flute")


def test_a_tune_ends_or_goes_round(easel, pipes, tmp_path):
    told = ("tune", "--model", pipes, "--library", tmp_path / "library", "--bars", 4, "--seed", 3)
    notes = []
    for flag in ("--ends", "--goes-round"):
        target = tmp_path / f"{flag[2:]}.mid"
        easel(*told, flag, "--out", target)
        notes.append(read_midi(target.read_bytes()).parts)
    assert notes[0] != notes[1]
