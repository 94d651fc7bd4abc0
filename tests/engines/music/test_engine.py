"""Tunes as jobs: composed, shown as they grow, rendered and kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.engines.base import Context, JobCancelled, load_engines
from studio.engines.music.engine import TuneEngine
from studio.errors import StudioError
from studio.recipes import Note, Part, Score, TuneRecipe
from studio.recipes.tune import Bars, Player
from studio.shelf import Shelf
from studio.sound import RATE
from tests.tiny_tunes import PIPES, save_tiny_tunes

PLAIN = Score(
    bars=2,
    tempo=240,
    parts=(
        Part(
            role="melody",
            program=40,
            volume=0.3,
            pan=-0.5,
            notes=tuple(Note(at * 480, 480, 60 + at) for at in range(8)),
        ),
        Part(role="bass", program=33, muted=True, notes=(Note(0, 1920, 36), Note(1920, 1920, 43))),
    ),
)


class Job:
    """A context that keeps everything in lists."""

    def __init__(self, shelf: Shelf) -> None:
        self.notes: list[tuple[int, Score, bool]] = []
        self.kept: list[tuple[np.ndarray, TuneRecipe]] = []
        self.told: list[tuple[float, str]] = []
        self.stopped: Callable[[], bool] = lambda: False
        self.context = Context(
            shelf,
            report=lambda done, note: self.told.append((done, note)),
            cancelled=self._is_stopped,
            keep_sound=self._keep,
            show_score=lambda index, score, whole: self.notes.append((index, score, whole)),
        )

    def _is_stopped(self) -> bool:
        return self.stopped()

    def _keep(self, index, blocks, rate, recipe) -> None:
        assert rate == RATE
        assert index == len(self.kept)
        self.kept.append((np.concatenate(list(blocks)), recipe))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Shelf:
    folder = tmp_path_factory.mktemp("models")
    save_tiny_tunes(folder / "pipes")
    return Shelf(folder, folder / "models.json")


@pytest.fixture(scope="module")
def engine() -> TuneEngine:
    return TuneEngine()


@pytest.fixture
def made(engine, shelf):
    """What becomes of a recipe of the tiny model."""

    def make(**wishes) -> Job:
        job = Job(shelf)
        engine.run(TuneRecipe(model=PIPES, **wishes), job.context)
        return job

    return make


@pytest.fixture
def score(made):
    """The notes that become of a recipe."""

    def make(**wishes) -> Score:
        [(_, kept)] = made(**wishes).kept
        return kept.score

    return make


def test_the_engine_is_registered():
    assert isinstance(load_engines(["tune"])["tune"], TuneEngine)


def test_a_new_tune_grows_is_whole_and_then_sounds(made, monkeypatch):
    monkeypatch.setattr("studio.engines.music.engine.SHOWN_EVERY", 0.0)
    job = made(mood="calm", bars=3, tempo=240.0, metre="3/4", tonic=2, mode="minor", seed=4)
    assert [whole for _, _, whole in job.notes] == [False, False, True]
    [(sound, kept)] = job.kept
    assert kept.score == job.notes[-1][1]
    tune = kept.score
    assert (tune.bars, tune.beats, tune.unit, tune.tempo) == (3, 3, 4, 240.0)
    assert (tune.tonic, tune.mode) == (2, "minor")
    assert {part.role for part in tune.parts} == {"melody", "chords", "bass", "drums"}
    assert abs(len(sound) / RATE - tune.seconds) < 8.0
    assert 0.05 < np.abs(sound).max() < 1.0
    done = [done for done, _ in job.told]
    assert done == sorted(done)
    assert job.told[-1] == (1.0, "Done")
    assert "Composing: bar 2 of 3" in [note for _, note in job.told]


def test_the_same_recipe_gives_the_same_sound_and_what_is_kept_too(made, engine, shelf):
    wishes = {"mood": "dark", "bars": 1, "seed": 9, "players": (Player(role="melody"),)}
    (sound, kept), *_ = made(**wishes).kept
    (again, same), *_ = made(**wishes).kept
    assert kept == same
    assert np.array_equal(sound, again)
    job = Job(Shelf(Path("nowhere"), Path("nowhere")))  # its notes need no model
    engine.run(kept, job.context)
    assert np.array_equal(job.kept[0][0], sound)
    assert job.kept[0][1] == kept


def test_each_take_has_a_starting_point_of_its_own(made):
    wishes = {"bars": 2, "players": (Player(role="melody"),)}
    job = made(count=3, seed=2**32 - 2, **wishes)
    kept = [recipe for _, recipe in job.kept]
    assert [(one.seed, one.count) for one in kept] == [(2**32 - 2, 1), (2**32 - 1, 1), (0, 1)]
    assert len({one.score for one in kept}) == 3
    assert [index for index, _, whole in job.notes if whole] == [0, 1, 2]
    alone = made(seed=0, **wishes).kept[0][1]
    assert alone == kept[2]


def test_players_have_the_instrument_volume_and_place_they_are_given(score):
    players = (
        Player(role="bass", program=38, volume=0.5, pan=0.25),
        Player(role="melody"),
    )
    bass, melody = score(mood="tender", bars=1, players=players).parts
    assert (bass.role, bass.program, bass.volume, bass.pan) == ("bass", 38, 0.5, 0.25)
    assert (melody.role, melody.program) == ("melody", 40)  # the mood's own


def test_few_notes_and_many(score):
    def notes(density: float) -> int:
        wishes = {"bars": 8, "players": (Player(role="melody"),), "density": density}
        return sum(len(score(seed=seed, **wishes).parts[0].notes) for seed in range(3))

    assert notes(0.0) < notes(1.0)


def test_a_tune_goes_on_and_what_was_there_stays(score):
    tune = score(task="continue", given=PLAIN, bars=2)
    assert tune.bars == 4
    for old, new in zip(PLAIN.parts, tune.parts, strict=True):
        assert [note for note in new.notes if note.start < PLAIN.ticks] == list(old.notes)
        assert new.model_copy(update={"notes": ()}) == old.model_copy(update={"notes": ()})


@pytest.mark.parametrize("task", ["vary", "fill"])
def test_only_what_is_asked_for_changes(score, task):
    tune = score(task=task, given=PLAIN, only=("melody",), amount=1.0, range=Bars(since=1, until=2))
    melody, bass = tune.parts
    assert bass == PLAIN.parts[1]
    assert [note for note in melody.notes if note.start < 1920] == list(PLAIN.parts[0].notes[:4])
    assert melody.notes[4:] != PLAIN.parts[0].notes[4:]
    assert (melody.program, melody.volume, melody.pan) == (40, 0.3, -0.5)


def test_those_who_are_missing_can_be_added(score):
    players = (Player(role="drums", volume=0.4), Player(role="melody", program=5))
    tune = score(task="fill", given=PLAIN, only=("drums",), players=players)
    assert tune.parts[:2] == PLAIN.parts  # who is there already keeps his instrument
    assert (tune.parts[2].role, tune.parts[2].volume) == ("drums", 0.4)
    assert tune.parts[2].notes


def test_fill_without_parts_means_all(score):
    tune = score(task="fill", given=PLAIN, seed=3)
    assert [part.role for part in tune.parts] == ["melody", "bass"]
    assert all(new.notes != old.notes for new, old in zip(tune.parts, PLAIN.parts, strict=True))


def test_between_two(score):
    other = PLAIN.model_copy(update={"tempo": 120.0})
    assert score(task="between", given=PLAIN, other=other, amount=0.25).tempo == 210.0


def test_humanise_needs_no_model(engine):
    job = Job(Shelf(Path("nowhere"), Path("nowhere")))
    recipe = TuneRecipe(task="humanise", given=PLAIN, amount=1.0, seed=1, only=("melody",))
    engine.run(recipe, job.context)
    melody, bass = job.kept[0][1].score.parts
    assert bass == PLAIN.parts[1]
    assert {note.pitch for note in melody.notes} == set(range(60, 68))
    assert any(note.start % 480 for note in melody.notes)


def test_it_stops_while_it_composes_and_while_it_plays(engine, shelf):
    for stage in ("Composing: bar 2", "Recording"):
        job = Job(shelf)
        job.stopped = lambda job=job, stage=stage: any(n.startswith(stage) for _, n in job.told)
        with pytest.raises(JobCancelled):
            engine.run(TuneRecipe(model=PIPES, bars=40, seed=1), job.context)
        assert not job.kept
        assert sum(note.startswith(stage) for _, note in job.told) == 1


def test_getting_ready_keeps_and_shows_nothing(engine, shelf):
    job = Job(shelf)
    engine.prepare(TuneRecipe(model=PIPES), job.context)
    assert not job.kept
    assert not job.notes
    job.stopped = lambda: True
    with pytest.raises(JobCancelled):
        engine.prepare(TuneRecipe(model=PIPES), job.context)


def test_what_cannot_be_is_said_in_a_sentence(made, engine, shelf, tmp_path):
    with pytest.raises(StudioError, match="does not know the mood “sleepy”"):
        made(mood="sleepy")
    with pytest.raises(StudioError, match="counted in 5/4"):
        made(task="vary", given=Score(bars=2, beats=5))
    with pytest.raises(StudioError, match="cannot go on for 20 bars"):
        made(task="continue", given=PLAIN.model_copy(update={"bars": 250}), bars=20)
    with pytest.raises(StudioError, match="Nobody plays in this tune"):
        made(task="fill", given=Score(bars=2))
    with pytest.raises(StudioError, match="nothing to hear"):
        made(score=Score(bars=2))
    with pytest.raises(StudioError, match="not on this computer"):
        engine.run(TuneRecipe(model="test/harp"), Job(shelf).context)
    folder = save_tiny_tunes(tmp_path / "harp", "test/harp")
    (folder / "measures.json").write_text("{}")
    with pytest.raises(StudioError, match="fit together"):
        engine.run(TuneRecipe(model="test/harp"), Job(Shelf(tmp_path, tmp_path / "no")).context)
    (folder / "measures.json").unlink()
    assert Shelf(tmp_path, tmp_path / "no").models("tune") == []


def test_a_growing_tune_is_shown_no_more_often_than_an_eye_sees(made):
    began = time.monotonic()
    job = made(bars=12, seed=2)
    took = time.monotonic() - began
    assert 2 <= len(job.notes) <= took / 0.1 + 2
