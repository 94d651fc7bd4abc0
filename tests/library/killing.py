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

from studio.library import Artwork, Library, Scan, read_recipe
from studio.library.files import TEMPORARY
from studio.library.gallery import Query
from studio.library.hearing import open_sound
from studio.library.playing import open_film
from studio.library.schema import MIGRATIONS
from tests.library.film_frames import EXTENSIONS
from tests.library.older import make_older

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

    trashed: whether an artwork was last announced as moved to the trash. removed: whether it was
    announced as removed for good. tags: by artwork and name, whether that was announced as given.
    Each is None where a kill came while it was done. copies: announced ones, by name.
    hits: what was being done when a kill came.
    """

    trashed: dict[str, bool | None] = field(default_factory=dict)
    removed: dict[str, bool | None] = field(default_factory=dict)
    tags: dict[tuple[str, str], bool | None] = field(default_factory=dict)
    copies: set[str] = field(default_factory=set)
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
                continue
            verb, each, *names = rest
            doing = verb if state == "trying" else "between"
            done = state == "done"
            if verb in ("tag", "untag"):
                self.tags[each, names[0]] = (verb == "tag") if done else None
            elif verb == "copy" and done:
                self.copies.add(names[0])
            elif verb == "remove":
                self.removed[each] = True if done else None
            elif done and each != "-":
                self.trashed[each] = verb == "trash"
            elif each in self.trashed:
                self.trashed[each] = None
        self.hits[doing] += 1


def check(folder: Path, record: Record) -> None:
    """Nothing announced is lost, no file is half, index and files agree."""
    record.left_temporary += len(list(folder.rglob(f"{TEMPORARY}*")))
    with Library.open(folder) as library:
        assert not list(folder.rglob(f"{TEMPORARY}*")), "a temporary file was left"
        artworks = library.recent(10**6) + library.trashed(10**6)
        known = {artwork.id: artwork for artwork in artworks}
        assert len(known) == len(artworks), "an artwork is there twice"
        _check_removed(known, record)
        for each, trashed in record.trashed.items():
            assert each in known, f"{each} was announced and is lost"
            if trashed is not None:
                assert known[each].trashed == trashed, f"{each} is not where it was announced"
            record.trashed[each] = known[each].trashed
        _check_gallery(library, artworks)
        _check_tags(library, record)
        _check_copies(folder.parent / "copies", record)
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
            if known_by_path[path].origin:  # every byte is as it came
                assert path.read_bytes() == (folder.parent / "theirs" / path.name).read_bytes()
            else:
                assert read_recipe(path)
        record.unannounced += len(known.keys() - record.trashed.keys())
        record.trashed.update({each: known[each].trashed for each in known})
        assert library.rescan() == Scan(0, 0, []), "a rescan found more than the opening"


def _check_removed(known: dict[str, Artwork], record: Record) -> None:
    for each, removed in record.removed.items():
        assert not (removed and each in known), f"{each} was removed and is back"
        if each not in known:
            record.trashed.pop(each, None)
            record.removed[each] = True


def _check_gallery(library: Library, artworks: list[Artwork]) -> None:
    """What the gallery shows is what there is."""
    cards = {
        card.id: card
        for trashed in (False, True)
        for found in [library.gallery.find(Query(trashed=trashed))]
        for card in library.gallery.cards(found, 0, len(found))
    }
    assert {each: card.path for each, card in cards.items()} == {
        artwork.id: artwork.path for artwork in artworks
    }
    words = Query(words=artworks[0].title, trashed=artworks[0].trashed) if artworks else Query()
    assert len(library.gallery.find(words)) > 0 or not artworks


def _check_tags(library: Library, record: Record) -> None:
    held = library.marking.of({each for each, _ in record.tags if each not in record.removed})
    for (each, name), given in record.tags.items():
        if given is not None and each in held:
            assert (name in held[each].tags) == given, f"{name} of {each} is not as announced"
    record.tags = {(each, name): True for each in held for name in held[each].tags}


def _check_copies(folder: Path, record: Record) -> None:
    there = {path for path in folder.glob("*") if not path.name.startswith(TEMPORARY)}
    assert record.copies <= {path.name for path in there}, "a copy was announced and is lost"
    for path in there:
        with Image.open(path) as image:
            image.load()


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
            if "migrate" in group and (folder / ".easel" / "index.sqlite3").exists():
                make_older(folder, moments.randrange(1, len(MIGRATIONS)))
            for killer, task in killers:
                killer.start(folder, task)
            for killer, _task in killers:
                time.sleep(moments.uniform(0, longest))
                record.note(killer.kill())
            check(folder, record)
    return record
