"""Where results go: films into the library, frames and variations with their table into folders."""

from __future__ import annotations

import csv
import errno
import itertools
import queue
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import read_recipe
from studio.library.files import write_atomically
from studio.recipes import PictureRecipe, Score, TuneRecipe, parse_recipe
from studio.recipes.latent import Place, VariationsRecipe, WalkRecipe
from studio.shelf import Shelf
from studio.work.host import InProcessEngine
from studio.work.keeping import FolderKeeper
from studio.work.queue import ArtworkMade, FileMade, JobQueue, JobState, NotesShown
from tests.fakes import fake_engines

SECONDS = 30.0
STOPS = (Place(seed=1), Place(seed=2))


class Desk:
    """A queue, an engine on threads and a pump between them."""

    def __init__(self, folder: Path) -> None:
        self.answers: queue.SimpleQueue = queue.SimpleQueue()
        shelf = Shelf(folder / "none", folder / "models.json")
        self.engine = InProcessEngine(self.answers.put, fake_engines, shelf)
        self.library = folder / "pictures"
        self.jobs = JobQueue(self.engine, lambda: self.library)
        self.events: list[object] = []
        self.jobs.listen(self.events.append)
        self.engine.start()

    def pump_until(self, true) -> None:
        end = time.monotonic() + SECONDS
        while not true():
            self.jobs.receive(self.answers.get(timeout=max(0.01, end - time.monotonic())))

    def do(self, recipe, target: Path | None = None):
        job = self.jobs.submit(recipe, target=target)
        self.pump_until(lambda: job.state.ended)
        return job

    def told(self, kind) -> list[object]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    assert made.engine.stop()


def table(folder: Path) -> list[list[str]]:
    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_variations_lie_in_the_folder_with_a_table_that_names_them(desk, tmp_path):
    out = tmp_path / "für später 猫"
    job = desk.do(VariationsRecipe(count=3, seed=40), out)
    assert job.state is JobState.FINISHED
    assert names(out) == ["0001.png", "0002.png", "0003.png", "table.csv"]
    assert table(out) == [
        ["file", "seed", "größe"],
        ["0001.png", "40", "0.0"],
        ["0002.png", "41", "0.1"],
        ["0003.png", "42", "0.2"],
    ]
    with Image.open(out / "0002.png") as image:
        assert image.getpixel((0, 0)) == (41, 0, 0)
    recipe = parse_recipe(read_recipe(out / "0002.png"))
    assert (recipe.kind, recipe.place.seed) == ("slide", 41)
    assert b"trainedAlgorithmicMedia" in (out / "0002.png").read_bytes()
    assert [Path(made.path) for made in job.made] == [out / f"000{n}.png" for n in (1, 2, 3)]
    assert not desk.told(ArtworkMade)
    assert len(desk.told(FileMade)) == 3
    assert not desk.library.exists()


def test_a_cancelled_job_leaves_whole_pictures_and_a_table_of_those(desk, tmp_path):
    out = tmp_path / "out"
    job = desk.jobs.submit(VariationsRecipe(count=500), target=out)
    desk.pump_until(lambda: len(job.made) >= 3)
    desk.jobs.cancel(job.id)
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.CANCELLED
    pictures = [name for name in names(out) if name != "table.csv"]
    assert 3 <= len(pictures) < 500
    assert [row[0] for row in table(out)[1:]] == pictures
    for name in pictures:
        with Image.open(out / name) as image:
            image.load()


def test_the_frames_of_a_film_are_numbered_and_carry_its_recipe(desk, tmp_path):
    recipe = WalkRecipe(stops=STOPS, seconds=1.0, fps=10, format="frames")
    job = desk.do(recipe, tmp_path / "out")
    assert job.state is JobState.FINISHED
    assert names(tmp_path / "out") == [f"{n:04}.png" for n in range(1, 11)]
    with Image.open(tmp_path / "out" / "0010.png") as image:
        assert image.getpixel((0, 0)) == (180, 180, 180)
    assert parse_recipe(read_recipe(tmp_path / "out" / "0010.png")) == recipe
    assert [made.path for made in job.made] == [str(tmp_path / "out")]


def test_a_long_film_stops_when_asked_though_its_engine_never_looks(desk, tmp_path):
    out = tmp_path / "out"
    recipe = WalkRecipe(stops=STOPS, seconds=60.0, fps=60, format="frames")
    job = desk.jobs.submit(recipe, target=out)
    desk.pump_until(lambda: job.done > 0)
    desk.jobs.cancel(job.id)
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.CANCELLED
    assert len(names(out)) < 3600
    assert all(name.endswith(".png") for name in names(out))


def test_frames_without_a_folder_say_that_they_need_one(desk):
    job = desk.do(WalkRecipe(stops=STOPS, format="frames"))
    assert job.state is JobState.FAILED
    assert "Choose a folder" in job.error.todo


def test_what_lies_in_the_folder_already_is_not_touched(desk, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / ".DS_Store").write_bytes(b"litter")
    recipe = VariationsRecipe(count=1)
    first, second, third = (desk.do(recipe, out) for _ in range(3))
    assert [Path(job.made[0].path).parent for job in (first, second, third)] == [
        out,
        out / "Easel 2",
        out / "Easel 3",
    ]
    assert names(out) == [".DS_Store", "0001.png", "Easel 2", "Easel 3", "table.csv"]
    assert names(out / "Easel 3") == ["0001.png", "table.csv"]


def test_a_target_that_is_a_file_is_said_so_and_a_library_is_not_needed(desk, tmp_path):
    (tmp_path / "file").write_text("in the way")
    desk.library = tmp_path / "file"
    job = desk.do(VariationsRecipe(count=1), tmp_path / "file")
    assert job.state is JobState.FAILED
    assert (job.report, "is a file" in job.error.what) == ("", True)
    assert desk.do(VariationsRecipe(count=1), tmp_path / "good").state is JobState.FINISHED


def test_a_folder_that_cannot_be_made_is_said_so(desk):
    job = desk.do(VariationsRecipe(count=1), Path("/proc/nowhere"))
    assert (job.state, job.report) == (JobState.FAILED, "")
    assert "/proc/nowhere" in job.error.what


def test_a_disk_that_fills_up_leaves_what_fitted_and_says_so(desk, tmp_path, monkeypatch):
    written = itertools.count(1)

    def until_full(target, data):
        if next(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_atomically(target, data)

    monkeypatch.setattr("studio.library.export.write_atomically", until_full)
    job = desk.do(VariationsRecipe(count=9), tmp_path / "out")
    assert (job.state, job.report) == (JobState.FAILED, "")
    assert "is full" in job.error.what
    assert names(tmp_path / "out") == ["0001.png", "0002.png", "table.csv"]
    assert [row[0] for row in table(tmp_path / "out")[1:]] == ["0001.png", "0002.png"]


def test_many_results_have_names_that_sort(tmp_path):
    keeper = FolderKeeper(tmp_path / "out", lambda recipe: ("me", ""), count=100_000)
    image = Image.fromarray(np.zeros((2, 2, 3), np.uint8))
    kept = keeper.picture(10, image, PictureRecipe(prompt="a fox"))
    assert (kept.artwork, kept.path.name) == ("", "000011.png")


def test_a_table_may_be_written_again(tmp_path):
    keeper = FolderKeeper(tmp_path / "out", lambda recipe: ("me", ""))
    image = Image.fromarray(np.zeros((2, 2, 3), np.uint8))
    keeper.picture(1, image, PictureRecipe(prompt="a fox"))
    keeper.table(["a"], [[1], [2], [3]])
    keeper.table(["a, b"], [[1], ["say “hi”, you"]])
    assert table(tmp_path / "out") == [["file", "a, b"], ["0002.png", "say “hi”, you"]]


def test_an_error_in_a_film_passes_through(tmp_path):
    def frames():
        yield np.zeros((2, 2, 3), np.uint8)
        raise StudioError("No more.")

    keeper = FolderKeeper(tmp_path / "out", lambda recipe: ("me", ""))
    with pytest.raises(StudioError, match="No more"):
        keeper.film(frames(), 10, WalkRecipe(stops=STOPS, format="frames"))
    assert names(tmp_path / "out") == ["0001.png"]


def test_tunes_are_kept_with_their_notes_and_shown_before(desk):
    job = desk.do(TuneRecipe(mood="calm", bars=3, count=2, seed=7))
    assert job.state is JobState.FINISHED
    notes = [event.notes for event in desk.told(NotesShown)]
    assert [(one.index, one.whole) for one in notes] == [
        (0, False), (0, False), (0, True), (1, False), (1, False), (1, True)
    ]  # fmt: skip
    made = [event.made for event in desk.told(ArtworkMade)]
    assert [Path(one.path).suffix for one in made] == [".flac", ".flac"]
    for index, one in enumerate(made):
        kept = parse_recipe(read_recipe(Path(one.path)))
        assert (kept.seed, kept.count, kept.mood) == (7 + index, 1, "calm")
        whole = Score.model_validate_json(notes[3 * index + 2].score)
        assert kept.score == whole
        assert len(whole.parts[0].notes) == 12


def test_tunes_go_into_a_folder_as_numbered_files(desk, tmp_path):
    out = tmp_path / "tunes"
    job = desk.do(TuneRecipe(bars=1, count=2), out)
    assert job.state is JobState.FINISHED
    assert names(out) == ["0001.flac", "0002.flac"]
    assert [event.made.artwork for event in desk.told(FileMade)] == ["", ""]
    assert parse_recipe(read_recipe(out / "0002.flac")).seed == 1


def test_a_cancelled_tune_shows_nothing_more_and_keeps_nothing(desk):
    job = desk.jobs.submit(TuneRecipe(bars=60, words="slow"))
    desk.pump_until(lambda: desk.told(NotesShown))
    desk.jobs.cancel(job.id)
    shown = len(desk.told(NotesShown))
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.CANCELLED
    assert len(desk.told(NotesShown)) == shown
    assert not list(desk.library.rglob("*.flac"))
