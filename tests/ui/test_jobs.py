"""The status line and the list of jobs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from studio.ui.jobs_panel import JOB_MIME
from studio.ui.tray import time_left
from studio.ui.widgets.basics import IconButton
from studio.work.queue import JobState
from tests.ui.test_creating import ask


@pytest.fixture
def busy(qtbot, studio):
    """One running job and three that wait, the list open."""
    for words in ("one", "two", "three", "four"):
        ask(qtbot, studio, words)
    assert studio.window.tray.waiting.text().strip() == "3 waiting"
    qtbot.mouseClick(studio.window.tray.waiting, Qt.MouseButton.LeftButton)
    assert studio.window.jobs.isVisible()
    return studio


def waiting(studio) -> list[str]:
    return [job.recipe.prompt for job in studio.queue.waiting]


def press(qtbot, studio, row: int, words: str) -> None:
    button = next(
        button
        for button in studio.window.jobs.rows[row].findChildren(object)
        if getattr(button, "accessibleName", str)() == words
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_order_can_be_changed(qtbot, busy):
    press(qtbot, busy, 3, "Draw this earlier")
    assert waiting(busy) == ["two", "four", "three"]
    press(qtbot, busy, 1, "Draw this later")
    assert waiting(busy) == ["four", "two", "three"]
    press(qtbot, busy, 2, "Take off the list")
    assert waiting(busy) == ["four", "three"]
    assert [row.job.recipe.prompt for row in busy.window.jobs.rows] == ["one", "four", "three"]


def test_a_job_is_dragged_to_another_place(qtbot, busy):
    panel = busy.window.jobs
    QApplication.processEvents()
    data = QMimeData()
    data.setData(JOB_MIME, panel.rows[3].job.id.encode())
    above = panel.rows[1].mapTo(panel, QPoint(20, 2))
    drop = QDropEvent(
        QPointF(above),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    panel.dropEvent(drop)
    assert waiting(busy) == ["four", "two", "three"]


def test_the_focus_stays_with_a_job_that_is_moved(qtbot, busy):
    busy.window.activateWindow()
    row = busy.window.jobs.rows[3]
    up = next(b for b in row.findChildren(IconButton) if b.accessibleName() == "Draw this earlier")
    up.setFocus()
    qtbot.keyClick(up, Qt.Key.Key_Space)
    assert waiting(busy) == ["two", "four", "three"]
    focus = QApplication.focusWidget()
    assert focus.accessibleName() == "Draw this earlier"
    assert busy.window.jobs.rows[2].isAncestorOf(focus)


def test_the_running_job_can_be_stopped_in_the_list(qtbot, busy):
    press(qtbot, busy, 0, "Stop drawing this")
    qtbot.waitUntil(lambda: busy.queue.running.recipe.prompt == "two")


def test_escape_closes_the_list_first(qtbot, busy):
    qtbot.keyClick(busy.window, Qt.Key.Key_Escape)
    assert not busy.window.jobs.isVisible()
    assert busy.queue.running.recipe.prompt == "one"


def test_a_failed_job_can_be_tried_again(qtbot, busy):
    busy.engine.inner.fail("No room.", "Make some.", report="Traceback …")
    qtbot.waitUntil(lambda: busy.queue.running.recipe.prompt == "two")
    row = next(row for row in busy.window.jobs.rows if row.job.error is not None)
    assert row.error.text() == "No room."
    assert row.todo.text() == "Make some."
    qtbot.mouseClick(row.report, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "Traceback …"
    qtbot.mouseClick(row.retry, Qt.MouseButton.LeftButton)
    assert waiting(busy) == ["three", "four", "one"]
    assert not [job for job in busy.queue.jobs if job.state is JobState.FAILED]


def test_time_in_words():
    assert time_left(None) == ""
    assert time_left(0.2) == "1 s left"
    assert time_left(75) == "75 s left"
    assert time_left(130) == "2 min left"
    assert time_left(2 * 3600) == "2.0 h left"
