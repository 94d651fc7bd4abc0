"""The window with the real engine host and the real engine process."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt

from studio.shelf import Shelf
from studio.ui.studio import Studio
from studio.work.engine_process import EngineProcess
from studio.work.host import InProcessEngine
from studio.work.queue import JobState
from tests.fakes import fake_engine_main, fake_engines
from tests.ui.test_creating import ask


def settled(studio: Studio) -> bool:
    return all(job.state.ended for job in studio.queue.jobs) and not studio.collection.busy


def in_process(shelf: Shelf, post) -> InProcessEngine:
    return InProcessEngine(post, fake_engines, shelf)


def test_on_threads_of_this_process(qtbot, open_studio, shelf_folder: Path, tmp_path: Path):
    pytest.importorskip("torch")
    shelf = Shelf(shelf_folder, tmp_path / "added.json")
    studio = open_studio(make_engine=partial(in_process, shelf))
    room = studio.window.room
    qtbot.waitUntil(lambda: studio.queue.engine.phase == "ready", timeout=30_000)
    room.panel.form.set_values({"count": 2})
    ask(qtbot, studio)
    ask(qtbot, studio, "refuse")
    ask(qtbot, studio, "break")
    qtbot.waitUntil(lambda: settled(studio), timeout=20_000)
    assert [job.state for job in studio.queue.jobs] == [
        JobState.FINISHED,
        JobState.FAILED,
        JobState.FAILED,
    ]
    assert room.strip.model().rowCount() == 2
    assert studio.queue.jobs[1].error.what == "It does not want to."
    assert room.banner.action.text().strip() == "Copy report"
    ask(qtbot, studio, "slow")
    qtbot.waitUntil(lambda: studio.queue.running.started)
    qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: settled(studio), timeout=20_000)
    assert studio.queue.jobs[-1].state is JobState.CANCELLED


@pytest.mark.slow
def test_closing_mid_job_leaves_no_process(qtbot, open_studio):
    studio = open_studio(make_engine=partial(EngineProcess, main=fake_engine_main))
    qtbot.waitUntil(lambda: studio.queue.engine.phase == "ready", timeout=60_000)
    ask(qtbot, studio, "slow")
    qtbot.waitUntil(lambda: studio.queue.running.started, timeout=20_000)
    engine = psutil.Process(studio.engine.inner.pid)
    studio.window.close()
    assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE


@pytest.mark.slow
def test_the_engine_is_killed_mid_job(qtbot, open_studio):
    studio = open_studio(make_engine=partial(EngineProcess, main=fake_engine_main))
    qtbot.waitUntil(lambda: studio.queue.engine.phase == "ready", timeout=60_000)
    ask(qtbot, studio, "die")
    ask(qtbot, studio, "an owl")
    qtbot.waitUntil(lambda: settled(studio), timeout=60_000)
    assert sorted(job.state.value for job in studio.queue.jobs) == ["failed", "finished"]
    assert "stopped unexpectedly" in studio.window.room.banner.what.text()
    assert studio.window.room.strip.model().rowCount() == 1
