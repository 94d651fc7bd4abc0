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
