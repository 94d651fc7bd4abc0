"""The live worker beside the other one: newest wins, the canvas first, and it always goes on."""

from __future__ import annotations

import queue
import threading
import time

import pytest
from PIL import Image

from studio.engines.base import no_library
from studio.library import Library
from studio.recipes import Manner, PictureRecipe, StyleRecipe
from studio.recipes.latent import Place, SlideRecipe, VariationsRecipe
from studio.shelf import Shelf
from studio.work.host import InProcessEngine
from studio.work.live import LiveViews
from studio.work.looking import LINGER, Mailbox
from studio.work.messages import CANVAS, Finished, Look, LookFailed, Run, Seen
from tests.fakes import FakePictures, FakeSlides, fake_engines

SECONDS = 30.0


def slide(seed: int, words: str = "") -> str:
    return SlideRecipe(place=Place(seed=seed), words=words).to_json()


class Gate(FakeSlides):
    """A looker that writes down what it makes and waits for leave to finish each."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.begun = threading.Semaphore(0)
        self.leave = threading.Semaphore(0)

    def looker(self) -> Gate:
        return self

    def look(self, recipe, shelf, side, find=no_library):
        self.made.append(recipe.place.seed)
        self.begun.release()
        assert self.leave.acquire(timeout=SECONDS)
        return super().look(recipe, shelf, side, find)


class Desk:
    def __init__(self, folder, engines=fake_engines) -> None:
        self.answers: queue.SimpleQueue = queue.SimpleQueue()
        shelf = Shelf(folder / "none", folder / "models.json")
        self.engine = InProcessEngine(self.answers.put, engines, shelf)
        self.engine.start()

    def ask(self, view: str, stamp: int, *recipes: str, side: int = 8) -> None:
        self.engine.send(Look(view, stamp, recipes, side))

    def hear(self, kind=(Seen, LookFailed)):
        while not isinstance(answer := self.answers.get(timeout=SECONDS), kind):
            pass
        return answer


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    assert made.engine.stop()


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def gated(tmp_path, gate):
    made = Desk(tmp_path, lambda: {**fake_engines(), "slide": gate})
    yield made
    gate.leave.release(100)
    assert made.engine.stop()


def test_a_look_is_answered_with_the_picture_and_where_it_lies(desk):
    desk.ask(CANVAS, 7, slide(200), side=16)
    seen = desk.hear()
    assert (seen.view, seen.stamp, seen.index) == (CANVAS, 7, 0)
    assert (seen.width, seen.height) == (16, 16)
    assert seen.rgb == bytes((200, 10, 20)) * 256
    assert (seen.found, seen.readings) == ("AAA=", {"smile": 0.5})


def test_a_slow_looker_sees_only_the_first_and_the_last_of_a_burst(gated, gate):
    gated.ask(CANVAS, 1, slide(1))
    assert gate.begun.acquire(timeout=SECONDS)
    for stamp in range(2, 30):
        gated.ask(CANVAS, stamp, slide(stamp))
    gate.leave.release(2)
    assert [gated.hear().stamp for _ in range(2)] == [1, 29]
    assert gate.made == [1, 29]


def test_the_canvas_goes_between_two_pictures_of_another_view(gated, gate):
    gated.ask("ends", 1, *(slide(seed) for seed in (1, 2, 3)))
    assert gate.begun.acquire(timeout=SECONDS)
    gated.ask("map", 2, slide(50))
    gated.ask(CANVAS, 3, slide(100))
    gate.leave.release(10)
    assert [gated.hear().view for _ in range(5)][:2] == ["ends", CANVAS]
    assert gate.made[:2] == [1, 100]
    assert sorted(gate.made[2:]) == [2, 3, 50]


def test_a_newer_look_drops_what_is_left_of_the_older(gated, gate):
    gated.ask("ends", 1, *(slide(seed) for seed in range(1, 9)))
    assert gate.begun.acquire(timeout=SECONDS)
    gated.ask("ends", 2, slide(20), slide(21))
    gate.leave.release(10)
    answers = [gated.hear() for _ in range(3)]
    assert [(one.stamp, one.index) for one in answers] == [(1, 0), (2, 0), (2, 1)]
    assert gate.made == [1, 20, 21]


def test_a_look_without_recipes_drops_the_older(gated, gate):
    gated.ask("ends", 1, slide(1), slide(2))
    assert gate.begun.acquire(timeout=SECONDS)
    gated.ask("ends", 2)
    gated.ask("map", 3, slide(30))
    gate.leave.release(10)
    assert [gated.hear().stamp for _ in range(2)] == [1, 3]
    assert gate.made == [1, 30]


def test_other_views_wait_a_moment_for_a_hand_that_moves():
    mailbox = Mailbox()
    first, other, second = (Look(view, 1, ("",)) for view in (CANVAS, "ends", CANVAS))
    mailbox.put(first)
    assert mailbox.take() == (first, 0)
    mailbox.put(other)
    mailbox.made(first)
    threading.Timer(LINGER / 5, mailbox.put, [second]).start()
    began = time.monotonic()
    assert mailbox.take() == (second, 0)
    mailbox.made(second)
    assert mailbox.take() == (other, 0)
    assert time.monotonic() - began >= LINGER


def test_what_is_dropped_is_not_the_newer_one():
    mailbox = Mailbox()
    old, new = Look("ends", 1, ("a", "b")), Look("ends", 2, ("c",))
    mailbox.put(old)
    assert mailbox.take() == (old, 0)
    mailbox.put(new)
    mailbox.drop(old)
    assert mailbox.take() == (new, 0)
    mailbox.close()
    assert mailbox.take() is None


def waited(mailbox: Mailbox, most: float) -> float:
    began = time.monotonic()
    mailbox.wait_for_rest(most)
    return time.monotonic() - began


def test_a_job_gives_way_to_the_canvas_but_not_for_ever():
    mailbox = Mailbox()
    canvas = Look(CANVAS, 1, ("",))
    mailbox.put(Look("ends", 1, ("",)))
    assert waited(mailbox, SECONDS) < 1.0  # other views are not in a hurry
    mailbox.put(canvas)
    assert waited(mailbox, 0.1) >= 0.1
    assert mailbox.take() == (canvas, 0)
    assert waited(mailbox, 0.1) >= 0.1
    mailbox.made(canvas)
    assert LINGER * 0.9 < waited(mailbox, SECONDS) < 5.0
    assert waited(mailbox, SECONDS) < 1.0
    mailbox.put(canvas)
    threading.Timer(0.1, mailbox.close).start()
    assert waited(mailbox, SECONDS) < 5.0


def test_a_job_comes_to_its_end_while_a_hand_moves(gated, gate, tmp_path):
    gated.ask(CANVAS, 1, slide(1))
    assert gate.begun.acquire(timeout=SECONDS)  # and is not finished before the job is
    gated.engine.send(Run("job", VariationsRecipe(count=20).to_json(), "", (), str(tmp_path / "x")))
    assert gated.hear(Finished).job == "job"


@pytest.mark.parametrize(
    ("recipe", "sentence", "report"),
    [
        (slide(1, "refuse"), "There is no such place.", ""),
        (slide(1, "break"), "Something went wrong inside Easel", "ZeroDivisionError"),
        (slide(1, "hungry"), "memory is too small", ""),
        (PictureRecipe(prompt="a fox").to_json(), "cannot be shown while it changes", ""),
        ('{"kind": "find", "picture": ""}', "Nothing installed here", ""),
        ("{", "cannot be read", ""),
    ],
)
def test_a_look_that_fails_says_why_and_the_next_is_made(desk, recipe, sentence, report):
    desk.ask("ends", 1, recipe, slide(2))
    failed = desk.hear()
    assert isinstance(failed, LookFailed)
    assert (failed.view, failed.stamp) == ("ends", 1)
    assert sentence in failed.what
    assert report in failed.report
    assert bool(failed.report) == bool(report)
    desk.ask("ends", 2, slide(3))
    assert desk.hear().stamp == 2  # what was left of the first is dropped


def test_a_look_finds_the_pictures_it_is_made_of(desk, tmp_path):
    with Library.open(tmp_path / "pictures") as library:
        made = library.add(
            Image.new("RGB", (8, 4), (250, 10, 20)), PictureRecipe(prompt="a fox"), made_by="a test"
        )
    recipe = StyleRecipe(content=f"work:{made.id}", manners=(Manner(style="swirls"),)).to_json()
    desk.engine.send(Look(CANVAS, 1, (recipe,), 8, str(tmp_path / "pictures")))
    seen = desk.hear()
    assert (seen.width, seen.height) == (8, 4)
    assert seen.rgb == bytes((5, 245, 235)) * 32
    gone = recipe.replace(made.id, "0" * 32)
    desk.engine.send(Look(CANVAS, 2, (gone,), 8, str(tmp_path / "pictures")))
    failed = desk.hear()
    assert "not in the library any more" in failed.what
    assert not failed.report
    desk.engine.send(Look(CANVAS, 3, (recipe,), 8))
    assert "Without a library" in desk.hear().what


def test_live_pictures_go_on_while_a_job_runs(tmp_path):
    leave = threading.Event()

    class Blocked(FakePictures):
        def run(self, recipe, context):
            context.report(0.1, "Busy")
            assert leave.wait(SECONDS)

    desk = Desk(tmp_path, lambda: {"picture": Blocked(), "slide": FakeSlides()})
    desk.engine.send(Run("job", PictureRecipe(prompt="a fox").to_json(), str(tmp_path / "kept")))
    live = LiveViews(desk.engine)
    seen: list[int] = []
    live.listen(CANVAS, lambda one: seen.append(one.stamp))
    stamps = []
    for seed in range(5):
        stamps.append(live.ask(CANVAS, [SlideRecipe(place=Place(seed=seed))], side=8))
        live.receive(desk.hear())
    assert seen == stamps
    leave.set()
    desk.hear(Finished)
    assert desk.engine.stop()


def test_looks_asked_for_before_the_engines_are_made_are_answered(tmp_path):
    made = threading.Event()

    def late():
        assert made.wait(SECONDS)
        return fake_engines()

    desk = Desk(tmp_path, late)
    desk.ask(CANVAS, 1, slide(1))
    made.set()
    assert desk.hear().stamp == 1
    assert desk.engine.stop()


def test_stopping_leaves_no_thread(tmp_path):
    desk = Desk(tmp_path)
    desk.ask("ends", 1, *(slide(seed, "slow") for seed in range(50)))
    desk.hear()
    began = time.monotonic()
    assert desk.engine.stop(timeout=5.0)
    assert time.monotonic() - began < 5.0
    assert "live worker" not in {thread.name for thread in threading.enumerate()}
