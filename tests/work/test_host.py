"""The engine host on a thread of this process: the same messages, without a process around it."""

from __future__ import annotations

import queue
import time
from pathlib import Path

import pytest
from PIL import Image

from studio.library import Library, read_recipe
from studio.recipes import FinestRecipe, Manner, PictureRecipe, StyleRecipe, parse_recipe
from studio.shelf import Shelf
from studio.work.host import InProcessEngine
from studio.work.messages import Made, Preview, Progress, Ready, Run, Started
from studio.work.queue import JobQueue, JobState
from tests.fakes import fake_engines

SECONDS = 30.0


class Desk:
    def __init__(self, folder: Path) -> None:
        self.answers: queue.SimpleQueue = queue.SimpleQueue()
        self.engine = InProcessEngine(
            self.answers.put, fake_engines, Shelf(folder / "none", folder / "models.json")
        )
        self.folder = folder / "pictures"
        self.jobs = JobQueue(self.engine, lambda: self.folder)
        self.heard: list[object] = []
        self.engine.start()

    def pump_until(self, true) -> None:
        end = time.monotonic() + SECONDS
        while not true():
            answer = self.answers.get(timeout=max(0.01, end - time.monotonic()))
            self.heard.append(answer)
            self.jobs.receive(answer)

    def do(self, words: str, count: int = 1):
        job = self.jobs.submit(PictureRecipe(prompt=words, count=count, seed=5))
        self.pump_until(lambda: job.state.ended)
        return job


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    assert made.engine.stop()


def test_a_job_tells_of_itself_and_keeps_its_pictures(desk):
    job = desk.do("a fox", count=2)
    assert job.state is JobState.FINISHED
    kinds = [type(one) for one in desk.heard]
    assert kinds[:2] == [Ready, Started]
    assert {Progress, Preview, Made} <= set(kinds)
    with Library.open(desk.folder) as library:
        assert [one.id for one in library.recent()] == [made.artwork for made in reversed(job.made)]
    recipes = [parse_recipe(read_recipe(Path(made.path))) for made in job.made]
    assert [one.seed for one in recipes] == [5, 6]
    assert all(one.count == 1 for one in recipes)


def test_an_early_look_fits_its_message(desk):
    desk.do("a fox")
    preview = next(one for one in desk.heard if isinstance(one, Preview))
    assert len(preview.rgba) == preview.width * preview.height * 4


def test_errors_the_artist_can_mend_carry_no_report(desk):
    job = desk.do("refuse")
    assert (str(job.error), job.report) == ("It does not want to. Ask it nicely.", "")


def test_a_defect_carries_a_report_and_the_next_job_runs(desk):
    bad = desk.do("break")
    assert "ZeroDivisionError" in bad.report
    assert desk.do("a fox").state is JobState.FINISHED


def test_a_recipe_nobody_can_make_is_said_so(desk):
    desk.pump_until(lambda: desk.heard)
    job = desk.jobs.submit(PictureRecipe(prompt="a fox"))
    desk.jobs.receive(desk.answers.get(timeout=SECONDS))  # Started
    desk.engine.send(Run(job.id, '{"kind": "sculpture"}', str(desk.folder)))
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.FINISHED  # its own run; the strange one follows
    strange = desk.answers.get(timeout=SECONDS)
    assert isinstance(strange, Started)
    assert "cannot be read" in desk.answers.get(timeout=SECONDS).what


def test_time_left_is_told_once_it_is_known(desk):
    desk.do("a fox", count=8)
    known = [one.seconds_left for one in desk.heard if isinstance(one, Progress)]
    assert known[0] is None
    assert any(seconds is not None and 0 <= seconds < 10 for seconds in known)


def test_a_library_that_cannot_be_written_fails_in_plain_words(desk, tmp_path):
    desk.folder = tmp_path / "a file"
    desk.folder.write_text("in the way")
    job = desk.do("a fox")
    assert job.state is JobState.FAILED
    assert job.report == ""
    assert job.error.todo


def test_stopping_cancels_what_runs(tmp_path):
    desk = Desk(tmp_path)
    job = desk.jobs.submit(PictureRecipe(prompt="a fox", count=8))
    desk.pump_until(lambda: job.done > 0)
    assert desk.engine.stop()
    with Library.open(desk.folder) as library:
        assert library.count() < 8


def test_preparing_answers_nothing_and_does_no_harm(desk):
    desk.jobs.prepare(PictureRecipe(prompt="a fox", model="nobody/knows"))
    assert desk.do("a fox").state is JobState.FINISHED


@pytest.fixture
def photo(desk, tmp_path) -> str:
    """A picture that was taken in from outside."""
    file = tmp_path / "photo.png"
    Image.new("RGB", (8, 4), (250, 10, 20)).save(file)
    with Library.open(desk.folder) as library:
        return library.keep_source(file)


def run(desk, recipe, parents=()):
    job = desk.jobs.submit(recipe, parents)
    desk.pump_until(lambda: job.state.ended)
    return job


def kept(desk, job):
    with Library.open(desk.folder) as library:
        return library.get(job.made[0].artwork)


def test_a_result_knows_the_artworks_it_is_made_of(desk, photo):
    fox = desk.do("a fox").made[0].artwork
    owl = desk.do("an owl").made[0].artwork
    manners = (Manner(picture=f"work:{owl}"), Manner(picture=photo), Manner(picture=f"work:{fox}"))
    recipe = StyleRecipe(content=f"work:{fox}", manners=manners)
    other = "ab" * 16
    assert kept(desk, run(desk, recipe, (other, owl))).parents == (other, owl, fox)


def test_a_job_whose_picture_is_gone_says_so(desk, photo):
    recipe = StyleRecipe(content=photo, manners=(Manner(style="swirls"),))
    with Library.open(desk.folder) as library:
        library.find(photo).unlink()
    job = run(desk, recipe)
    assert job.state is JobState.FAILED
    assert "not in the library any more" in job.error.what
    assert not job.report


def test_enough_keeps_what_there_is(desk, photo):
    recipe = FinestRecipe(content=photo, manners=(Manner(style="swirls"),), rounds=2000)
    job = desk.jobs.submit(recipe)
    desk.pump_until(lambda: job.done > 0)
    desk.jobs.enough(job.id)
    assert job.note == "Finishing"
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.FINISHED
    rounds = parse_recipe(kept(desk, job).recipe).rounds
    assert 0 < rounds < 2000
    later = run(desk, recipe.change(rounds=3))  # what was said to one is not said to the next
    assert parse_recipe(kept(desk, later).recipe).rounds == 3


def test_stopping_something_that_works_for_long_keeps_nothing(desk, photo):
    recipe = FinestRecipe(content=photo, manners=(Manner(style="swirls"),), rounds=2000)
    job = desk.jobs.submit(recipe)
    desk.pump_until(lambda: job.done > 0)
    desk.jobs.cancel(job.id)
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.CANCELLED
    with Library.open(desk.folder) as library:
        assert library.count() == 0
