"""Killed at any moment: what was announced is there, whole, and found."""

from __future__ import annotations

import random
import sys

import pytest

from tests.library.killing import kill_at_random

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="forks and kills as POSIX does"),
]


def test_killed_while_adding_trashing_and_restoring(folder) -> None:
    tasks = [["add"], ["trash"], ["add", "add"], ["add", "trash"], ["rebuild", "add"]] * 3
    record = kill_at_random(folder, tasks, random.Random(7), longest=0.12)
    assert record.kills == 24
    assert record.trashed  # how many is a matter of speed
    assert record.hits["add"] > 0


def test_killed_while_marking_removing_importing_and_copying(folder) -> None:
    tasks = [["add"], ["mark"], ["mark", "mark"], ["rebuild", "mark"], ["trash", "mark"]]
    tasks += [["remove"], ["remove", "add"], ["import"], ["import", "trash"], ["copy"]]
    record = kill_at_random(folder, tasks * 2, random.Random(11), longest=0.2)
    assert record.kills == 30
    assert sum(record.hits[doing] for doing in ("tag", "untag", "remove", "import", "copy")) > 0


def test_killed_while_an_older_index_is_brought_up_to_date(folder) -> None:
    """Sooner and sooner, until a kill comes while an index is opened: that is over quickly."""
    tasks = [["add"], *([["migrate"], ["migrate", "migrate"]] * 6)]
    for longest in (0.04, 0.02, 0.01, 0.005, 0.002):
        library = folder / str(longest)
        library.mkdir(parents=True)
        record = kill_at_random(library, tasks, random.Random(13), longest)
        assert record.kills == 19
        if record.hits["opening"]:
            return
    pytest.fail("no kill came while an index was opened")


def test_killed_while_writing_sounds(folder) -> None:
    record = kill_at_random(folder, [["sound"]] * 8 + [["sound", "add"]], random.Random(5), 0.8)
    assert record.kills == 10
    assert record.hits["sound"] > 0
    assert record.left_temporary > 0  # and gone after the next opening, as `check` has seen


def test_killed_while_writing_films(folder) -> None:
    record = kill_at_random(folder, [["film"]] * 8 + [["film", "add"]], random.Random(3), 0.8)
    assert record.kills == 10
    assert record.hits["film"] > 0
    assert record.left_temporary > 0  # and gone after the next opening, as `check` has seen
