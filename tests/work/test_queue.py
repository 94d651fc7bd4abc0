"""The job queue by itself, with a link that only writes down what it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.recipes import PictureRecipe
from studio.work.messages import (
    Cancel,
    Cancelled,
    Died,
    Enough,
    Failed,
    Finished,
    Made,
    Notes,
    Progress,
    Ready,
    Run,
    Started,
)
from studio.work.queue import (
    ArtworkMade,
    EngineChanged,
    JobChanged,
    JobQueue,
    JobState,
    NotesShown,
)


class Link:
    def __init__(self) -> None:
        self.sent: list[object] = []

    def send(self, command: object) -> None:
        self.sent.append(command)

    @property
    def runs(self) -> list[str]:
        return [command.job for command in self.sent if isinstance(command, Run)]


@pytest.fixture
def link() -> Link:
    return Link()


@pytest.fixture
def jobs(link: Link, tmp_path: Path) -> JobQueue:
    return JobQueue(link, lambda: tmp_path)


def recipe(words: str = "a fox") -> PictureRecipe:
    return PictureRecipe(prompt=words)


def test_jobs_run_one_at_a_time_in_the_order_asked_for(jobs, link):
    first, second = jobs.submit(recipe()), jobs.submit(recipe())
    assert link.runs == [first.id]
    jobs.receive(Finished(first.id))
    assert link.runs == [first.id, second.id]
    assert first.state is JobState.FINISHED


def test_waiting_jobs_can_be_moved_and_removed(jobs, link):
    running, a, b, c = (jobs.submit(recipe(name)) for name in ("run", "a", "b", "c"))
    jobs.move(c.id, 0)
    jobs.remove(a.id)
    jobs.move(running.id, 2)  # a running job has no place among those that wait
    assert [job.recipe.prompt for job in jobs.jobs] == ["run", "c", "b"]
    jobs.receive(Finished(running.id))
    assert link.runs[-1] == c.id
    assert b in jobs.waiting


def test_a_running_job_cannot_be_removed(jobs):
    job = jobs.submit(recipe())
    jobs.remove(job.id)
    assert jobs.jobs == [job]


def test_cancelling_a_waiting_job_needs_no_engine(jobs, link):
    jobs.submit(recipe())
    waiting = jobs.submit(recipe())
    jobs.cancel(waiting.id)
    assert waiting.state is JobState.CANCELLED
    assert not any(isinstance(command, Cancel) for command in link.sent)


def test_cancelling_the_running_job_asks_once_and_then_goes_on(jobs, link):
    job, after = jobs.submit(recipe()), jobs.submit(recipe())
    jobs.cancel(job.id)
    jobs.cancel(job.id)
    assert link.sent.count(Cancel(job.id)) == 1
    assert job.cancelling
    jobs.receive(Progress(job.id, 0.5, "Drawing"))
    assert job.done == 0.0  # what still comes of it is not shown
    jobs.receive(Cancelled(job.id))
    assert job.state is JobState.CANCELLED
    assert after.state is JobState.RUNNING


def test_enough_is_said_once_to_the_job_that_runs(jobs, link):
    job, after = jobs.submit(recipe()), jobs.submit(recipe())
    jobs.enough(after.id)  # waits, and has nothing yet
    jobs.enough(job.id)
    jobs.enough(job.id)
    said = [command for command in link.sent if isinstance(command, Enough)]
    assert said == [Enough(job.id)]
    assert job.note == "Finishing"
    jobs.receive(Progress(job.id, 0.5, "Painting", 20.0))
    assert (job.done, job.note, job.seconds_left) == (0.5, "Finishing", None)
    jobs.receive(Finished(job.id))
    assert job.state is JobState.FINISHED
    assert not after.finishing


def test_enough_can_still_be_cancelled_but_not_the_other_way_round(jobs, link):
    job = jobs.submit(recipe())
    jobs.enough(job.id)
    jobs.cancel(job.id)
    assert link.sent[-1] == Cancel(job.id)
    jobs.enough(job.id)
    assert link.sent[-1] == Cancel(job.id)


def test_enough_is_not_forgotten_by_an_engine_that_is_replaced(jobs, link):
    job = jobs.submit(recipe())
    jobs.enough(job.id)
    jobs.receive(Died(-9))
    assert link.runs == [job.id, job.id]
    assert link.sent[-1] == Enough(job.id)


def test_a_cancel_that_comes_too_late_keeps_the_picture(jobs):
    job = jobs.submit(recipe())
    jobs.cancel(job.id)
    jobs.receive(Made(job.id, 0, "id", "/somewhere.png"))
    jobs.receive(Finished(job.id))
    assert job.state is JobState.FINISHED
    assert len(job.made) == 1


def test_late_answers_about_ended_jobs_are_dropped(jobs):
    seen = []
    job = jobs.submit(recipe())
    jobs.receive(Finished(job.id))
    jobs.listen(seen.append)
    jobs.receive(Progress(job.id, 0.3, "Drawing"))
    jobs.receive(Failed(job.id, "No."))
    jobs.receive(Finished("a job of long ago"))
    assert seen == []
    assert job.state is JobState.FINISHED


def test_what_was_made_stays_when_a_later_job_fails(jobs):
    good, bad = jobs.submit(recipe()), jobs.submit(recipe())
    jobs.receive(Made(good.id, 0, "id", "/a.png"))
    jobs.receive(Finished(good.id))
    jobs.receive(Failed(bad.id, "It does not want to.", "Ask nicely."))
    assert (good.state, bad.state) == (JobState.FINISHED, JobState.FAILED)
    assert str(bad.error) == "It does not want to. Ask nicely."
    assert good.made


def test_when_the_engine_dies_the_job_under_way_fails_and_the_next_runs(jobs, link):
    events = []
    job, after = jobs.submit(recipe()), jobs.submit(recipe())
    jobs.listen(events.append)
    jobs.receive(Started(job.id))
    jobs.receive(Died(-9))
    assert job.state is JobState.FAILED
    assert "stopped unexpectedly" in job.error.what
    assert after.state is JobState.RUNNING
    assert jobs.engine.phase == "restarting"
    jobs.receive(Ready("a processor", "float32", 1))
    assert jobs.engine.phase == "ready"
    assert [type(event) for event in events].count(EngineChanged) == 2


def test_a_job_that_had_not_begun_when_the_engine_died_is_sent_again(jobs, link):
    job = jobs.submit(recipe())
    jobs.receive(Died(1))
    assert link.runs == [job.id, job.id]
    assert job.state is JobState.RUNNING


def test_an_engine_that_cannot_start_fails_every_job_in_plain_words(jobs, link):
    before = [jobs.submit(recipe()), jobs.submit(recipe())]
    jobs.receive(Died(1, restarted=False))
    after = jobs.submit(recipe())
    for job in [*before, after]:
        assert job.state is JobState.FAILED
        assert "cannot be started" in job.error.what
    assert len(link.runs) == 1


def test_listeners_hear_of_progress_and_pictures_until_they_stop_listening(jobs):
    events = []
    stop = jobs.listen(events.append)
    job = jobs.submit(recipe())
    events.clear()
    jobs.receive(Progress(job.id, 0.25, "Drawing", 3.0))
    jobs.receive(Made(job.id, 0, "id", "/a.png"))
    assert [type(event) for event in events] == [JobChanged, ArtworkMade]
    assert (job.done, job.note, job.seconds_left) == (0.25, "Drawing", 3.0)
    stop()
    jobs.receive(Finished(job.id))
    assert len(events) == 2


def test_notes_are_told_unless_the_job_is_to_stop(jobs, link):
    events = []
    jobs.listen(events.append)
    job = jobs.submit(recipe())
    jobs.receive(Notes(job.id, 0, "{}", False))
    jobs.cancel(job.id)
    jobs.receive(Notes(job.id, 0, "{}", True))
    assert [event.notes.whole for event in events if isinstance(event, NotesShown)] == [False]
