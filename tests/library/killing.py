"""Kill processes that work on a library, and see that all they announced is there.

Used by the tests, a few times, and by benchmarks/library_kill.py, many times.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from studio.library import Library, Scan, read_recipe
from studio.library.files import TEMPORARY
from studio.library.hearing import open_sound
from studio.library.playing import open_film
from tests.library.film_frames import EXTENSIONS

VICTIM = Path(__file__).with_name("victim.py")
ROOT = VICTIM.parents[2]


class Killer:
    """A process whose children work until they are killed. Use as a context manager."""

    def __enter__(self) -> Killer:
        search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self._mother = subprocess.Popen(
            [sys.executable, str(VICTIM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": search},
        )
        assert self._hear() == ["ready"]
        return self

    def __exit__(self, *_exception: object) -> None:
        self._mother.communicate()

    def start(self, folder: Path, task: str) -> None:
        """Have a child begin its work."""
        self._mother.stdin.write(json.dumps({"folder": str(folder), "task": task}) + "\n")
        self._mother.stdin.flush()
        word, pid = self._hear()
        assert word == "pid"
        self._child = int(pid)

    def kill(self) -> list[list[str]]:
        """Kill the child; returns all that it had said."""
        os.kill(self._child, signal.SIGKILL)
        said = []
        while (words := self._hear()) != ["end"]:
            said.append(words)
        return said

    def _hear(self) -> list[str]:
        return self._mother.stdout.readline().split()


@dataclass
class Record:
    """What was announced so far, and what was found after the kills.

    trashed: whether an artwork was last announced as moved to the trash; None where a kill came
    while it was moved. hits: what was being done when a kill came.
    """

    trashed: dict[str, bool | None] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    unannounced: int = 0
    left_temporary: int = 0

    def note(self, said: list[list[str]]) -> None:
        """Take in what a killed process had said."""
        self.kills += 1
        doing = "opening"
        for state, *rest in said:
            if state == "open":
                doing = "between"
            elif state == "trying":
                doing, each = rest
                if each in self.trashed:
                    self.trashed[each] = None
            elif state == "done":
                verb, each = rest
                if each != "-":
                    self.trashed[each] = verb == "trash"
                doing = "between"
        self.hits[doing] += 1


def check(folder: Path, record: Record) -> None:
    """Nothing announced is lost, no file is half, index and files agree."""
    record.left_temporary += len(list(folder.rglob(f"{TEMPORARY}*")))
    with Library.open(folder) as library:
        assert not list(folder.rglob(f"{TEMPORARY}*")), "a temporary file was left"
        artworks = library.recent(10**6) + library.trashed(10**6)
        known = {artwork.id: artwork for artwork in artworks}
        assert len(known) == len(artworks), "an artwork is there twice"
        for each, trashed in record.trashed.items():
            assert each in known, f"{each} was announced and is lost"
            if trashed is not None:
                assert known[each].trashed == trashed, f"{each} is not where it was announced"
            record.trashed[each] = known[each].trashed
        files = {
            path
            for path in folder.rglob("*")
            if path.suffix in (*EXTENSIONS, ".flac")
            and path.is_file()
            and ".easel" not in path.parts
        }
        assert files == {artwork.path for artwork in artworks}, "index and files differ"
        known_by_path = {artwork.path: artwork for artwork in artworks}
        for path in files:
            if known_by_path[path].is_film:
                assert len(list(open_film(path).frames())) == 40
            elif known_by_path[path].is_sound:
                assert sum(map(len, open_sound(path).blocks())) == 2 * 44_100
            else:
                with Image.open(path) as image:
                    image.load()
            assert read_recipe(path)
        record.unannounced += len(known.keys() - record.trashed.keys())
        record.trashed.update({each: known[each].trashed for each in known})
        assert library.rescan() == Scan(0, 0, []), "a rescan found more than the opening"


def kill_at_random(
    folder: Path, tasks: list[list[str]], moments: random.Random, longest: float
) -> Record:
    """For each group of tasks run its processes at once, and kill each at a random moment.

    longest: seconds that a process lives at most. Every process of a group is killed; in a group
    the first to be killed leaves its rubbish while the others still work.
    """
    record = Record()
    with Killer() as first, Killer() as second:
        for group in tasks:
            killers = list(zip([first, second], group, strict=False))
            for killer, task in killers:
                killer.start(folder, task)
            for killer, _task in killers:
                time.sleep(moments.uniform(0, longest))
                record.note(killer.kill())
            check(folder, record)
    return record
