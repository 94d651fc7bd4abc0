"""The engine process, with fake engines: death, cancel, end, and the window gone."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from studio.recipes import PictureRecipe
from studio.recipes.latent import Place, SlideRecipe
from studio.work.engine_process import EngineProcess
from studio.work.live import LiveViews
from studio.work.messages import CANVAS, Cancelled, Died, LookFailed, Ready, Seen
from studio.work.queue import JobQueue, JobState
from tests.fakes import broken_engine_main, fake_engine_main, hopeless_engine_main

SECONDS = 60.0
pytestmark = pytest.mark.slow


class Desk:
    """A queue and an engine process, and a pump between them, as the command line has."""

    def __init__(self, folder: Path, main=fake_engine_main) -> None:
        self.answers: queue.SimpleQueue = queue.SimpleQueue()
        self.engine = EngineProcess(self.answers.put, main)
        self.jobs = JobQueue(self.engine, lambda: folder)
        self.live = LiveViews(self.engine)
        self.heard: list[object] = []
        self.engine.start()

    def pump_until(self, true) -> None:
        end = time.monotonic() + SECONDS
        while not true():
            answer = self.answers.get(timeout=max(0.01, end - time.monotonic()))
            self.heard.append(answer)
            self.jobs.receive(answer)
            self.live.receive(answer)

    def ask(self, words: str, count: int = 1):
        return self.jobs.submit(PictureRecipe(prompt=words, count=count))


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path / "pictures")
    yield made
    made.engine.stop()


def test_a_killed_engine_costs_one_job_and_comes_back(desk):
    kept = desk.ask("a fox", count=2)
    lost, after = desk.ask("slow fox"), desk.ask("a cat")
    desk.pump_until(lambda: lost.done > 0)
    first = desk.engine.pid
    os.kill(first, signal.SIGKILL)
    desk.pump_until(lambda: after.state.ended)
    assert (kept.state, lost.state, after.state) == (
        JobState.FINISHED,
        JobState.FAILED,
        JobState.FINISHED,
    )
    assert desk.engine.pid != first
    assert [type(one) for one in desk.heard].count(Died) == 1
    assert all(Path(made.path).exists() for made in [*kept.made, *after.made])
    assert len(kept.made) == 2


def test_an_engine_that_kills_itself_fails_that_job_only(desk):
    bad, good = desk.ask("die"), desk.ask("a fox")
    desk.pump_until(lambda: good.state.ended)
    assert (bad.state, good.state) == (JobState.FAILED, JobState.FINISHED)


def test_cancel_takes_effect_within_a_step(desk):
    desk.pump_until(lambda: any(isinstance(one, Ready) for one in desk.heard))
    job = desk.ask("slow fox")
    desk.pump_until(lambda: job.done > 0)
    desk.jobs.cancel(job.id)
    began = time.monotonic()
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.CANCELLED
    assert time.monotonic() - began < 5.0
    assert not any(isinstance(one, Died) for one in desk.heard)


def test_what_cannot_be_cancelled_gently_is_stopped_hard(desk):
    job, after = desk.ask("stuck"), desk.ask("a fox")
    desk.pump_until(lambda: job.done >= 0.8)
    desk.jobs.cancel(job.id)
    desk.pump_until(lambda: after.state.ended)
    assert (job.state, after.state) == (JobState.CANCELLED, JobState.FINISHED)
    assert not any(isinstance(one, Cancelled) for one in desk.heard)


def test_stopping_in_the_middle_of_a_job_leaves_nothing(tmp_path):
    desk = Desk(tmp_path / "pictures")
    job = desk.ask("slow fox")
    desk.pump_until(lambda: job.done > 0)
    pid = desk.engine.pid
    desk.engine.stop()
    assert not psutil.pid_exists(pid)
    assert list((tmp_path / "pictures").rglob("*.png")) == []


@pytest.mark.parametrize("main", [hopeless_engine_main, broken_engine_main])
def test_an_engine_that_never_starts_is_given_up(tmp_path, main):
    desk = Desk(tmp_path, main)
    job = desk.ask("a fox")
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.FAILED
    assert "cannot be started" in job.error.what
    desk.engine.stop()


def slide(seed: int, words: str = "") -> SlideRecipe:
    return SlideRecipe(place=Place(seed=seed), words=words)


def test_live_pictures_come_while_a_job_runs_and_again_from_a_new_engine(desk):
    seen: list[Seen] = []
    failed: list[LookFailed] = []
    for view in (CANVAS, "ends"):
        desk.live.listen(view, seen.append, failed.append)
    desk.live.ask(CANVAS, [slide(1)], side=32)  # before there is an engine at all
    desk.pump_until(lambda: seen)
    assert (seen[0].rgb, seen[0].found) == (bytes((1, 10, 20)) * 32 * 32, "AAA=")

    job = desk.ask("slow fox")
    desk.pump_until(lambda: job.done > 0)
    for seed in range(2, 12):
        desk.live.ask(CANVAS, [slide(seed)], side=32)
        desk.pump_until(lambda: not desk.live.is_waiting(CANVAS))
    assert [one.rgb[0] for one in seen] == list(range(1, 12))
    assert job.state is JobState.RUNNING

    desk.live.ask("ends", [slide(seed, "slow") for seed in range(40)])
    desk.pump_until(lambda: seen[-1].view == "ends")
    os.kill(desk.engine.pid, signal.SIGKILL)
    desk.live.ask(CANVAS, [slide(99)], side=32)
    desk.pump_until(lambda: seen[-1].rgb[0] == 99)
    assert any(isinstance(one, Died) for one in desk.heard)
    newest = desk.live.ask("ends", [slide(77)])
    desk.pump_until(lambda: seen[-1].stamp == newest)
    assert not failed


def test_a_live_picture_that_kills_the_engine_is_given_up(desk):
    failed: list[LookFailed] = []
    desk.live.listen(CANVAS, lambda seen: None, failed.append)
    desk.live.ask(CANVAS, [slide(1, "die")])
    desk.pump_until(lambda: failed)
    assert "stopped twice" in failed[0].what
    job = desk.ask("a fox")
    desk.pump_until(lambda: job.state.ended)
    assert job.state is JobState.FINISHED


PARENT = """
import sys, time
from tests.fakes import fake_engine_main
from studio.work.engine_process import EngineProcess
if __name__ == "__main__":
    engine = EngineProcess(lambda answer: print(answer, flush=True), fake_engine_main)
    engine.start()
    time.sleep(600)
"""


def test_the_engine_ends_when_the_window_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        line = parent.stdout.readline()
        assert line.startswith("Ready(")
        engine = psutil.Process(int(line.split("pid=")[1].rstrip(")\n")))
        parent.kill()
    engine.wait(timeout=SECONDS)
