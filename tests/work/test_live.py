"""Live views by themselves, with a link that only writes down what it is sent."""

from __future__ import annotations

import pytest

from studio.recipes.latent import Place, SlideRecipe
from studio.work.live import LiveViews
from studio.work.messages import CANVAS, Died, Look, LookFailed, Progress, Ready, Seen

READY = Ready("a processor", "float32", 1)


class Link:
    def __init__(self) -> None:
        self.sent: list[Look] = []

    def send(self, command: Look) -> None:
        self.sent.append(command)

    @property
    def stamps(self) -> list[int]:
        return [look.stamp for look in self.sent]


class Room:
    """A view that writes down what it is shown."""

    def __init__(self, live: LiveViews, view: str) -> None:
        self.seen: list[tuple[int, int]] = []
        self.failed: list[LookFailed] = []
        self.leave = live.listen(
            view, lambda seen: self.seen.append((seen.stamp, seen.index)), self.failed.append
        )


@pytest.fixture
def link() -> Link:
    return Link()


@pytest.fixture
def clock() -> list[float]:
    return [100.0]


@pytest.fixture
def live(link, clock) -> LiveViews:
    return LiveViews(link, lambda: clock[0])


def at(seed: int) -> SlideRecipe:
    return SlideRecipe(place=Place(seed=seed))


def picture(view: str, stamp: int, index: int = 0) -> Seen:
    return Seen(view, stamp, index, 1, 1, b"rgb")


def test_a_look_says_where_the_pictures_are_at_that_moment(link, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    live = LiveViews(link, library=lambda: folders[len(link.sent)])
    live.ask("ends", [at(1)])
    live.ask("ends", [at(1)])
    assert [look.library for look in link.sent] == [str(folder) for folder in folders]


def test_of_a_burst_the_first_and_the_newest_are_sent(live, link):
    room = Room(live, CANVAS)
    stamps = [live.ask(CANVAS, [at(seed)], side=256) for seed in range(5)]
    assert link.stamps == stamps[:1]
    live.receive(picture(CANVAS, stamps[0]))
    assert link.stamps == [stamps[0], stamps[4]]
    assert (link.sent[-1].recipes, link.sent[-1].side) == ((at(4).to_json(),), 256)
    live.receive(picture(CANVAS, stamps[4]))
    assert room.seen == [(stamps[0], 0), (stamps[4], 0)]
    assert len(link.sent) == 2
    assert not live.is_waiting(CANVAS)


def test_other_views_replace_what_is_left_of_them(live, link):
    room = Room(live, "ends")
    first = live.ask("ends", [at(1), at(2)])
    live.receive(picture("ends", first, 0))
    second = live.ask("ends", [at(3), at(4)])
    assert link.stamps == [first, second]
    live.receive(picture("ends", first, 1))  # stale
    for index in (1, 0, 0):  # the second 0 comes twice, as after a restart
        live.receive(picture("ends", second, index))
    assert room.seen == [(first, 0), (second, 1), (second, 0)]


def test_views_do_not_hear_of_each_other(live, link):
    canvas, ends = Room(live, CANVAS), Room(live, "ends")
    asked = live.ask(CANVAS, [at(1)])
    live.ask("ends", [at(2)])
    live.receive(picture("ends", asked))
    assert (canvas.seen, ends.seen) == ([], [])
    live.receive(picture(CANVAS, asked))
    assert (len(canvas.seen), len(ends.seen)) == (1, 0)
    assert live.is_waiting("ends")


def test_what_is_forgotten_is_not_shown_and_the_engine_is_told(live, link):
    room = Room(live, CANVAS)
    stamp = live.ask(CANVAS, [at(1)])
    live.forget(CANVAS)
    assert link.sent[-1].recipes == ()
    live.receive(picture(CANVAS, stamp))
    assert room.seen == []
    again = live.ask(CANVAS, [at(2)])  # at once: nothing is under way any more
    assert link.stamps[-1] == again
    live.ask(CANVAS, [])
    assert not live.is_waiting(CANVAS)
    sent = len(link.sent)
    live.forget(CANVAS)
    live.forget("never seen")
    assert len(link.sent) == sent


def test_a_failure_is_told_once_and_the_newest_goes_on(live, link):
    room = Room(live, CANVAS)
    first = live.ask(CANVAS, [at(1)])
    second = live.ask(CANVAS, [at(2)])
    live.receive(LookFailed(CANVAS, first, "No."))
    live.receive(LookFailed(CANVAS, first, "No."))
    assert [failed.what for failed in room.failed] == ["No."]
    assert link.stamps == [first, second]
    live.receive(picture(CANVAS, second))
    assert room.seen == [(second, 0)]


def test_who_leaves_hears_nothing_more(live):
    room, other = Room(live, CANVAS), Room(live, CANVAS)
    room.leave()
    room.leave()
    live.receive(picture(CANVAS, live.ask(CANVAS, [at(1)])))
    assert (len(room.seen), len(other.seen)) == (0, 1)


def test_a_view_may_ask_again_while_it_is_shown_a_picture(live, link):
    live.listen(CANVAS, lambda seen: live.ask(CANVAS, [at(9)]) if seen.stamp == 1 else None)
    live.receive(picture(CANVAS, live.ask(CANVAS, [at(1)])))
    assert link.stamps == [1, 2]


def test_a_new_engine_is_asked_for_the_newest_of_each_view(live, link):
    canvas, ends = Room(live, CANVAS), Room(live, "ends")
    live.ask(CANVAS, [at(1)])
    newest = live.ask(CANVAS, [at(2)])
    both = live.ask("ends", [at(3), at(4)])
    live.receive(picture("ends", both, 0))
    done = live.ask("map", [at(5)])
    live.receive(picture("map", done))
    live.receive(Died(-9))
    link.sent.clear()
    live.receive(READY)
    assert sorted(link.stamps) == sorted([newest, both])
    live.receive(picture(CANVAS, newest))
    for index in (0, 1):
        live.receive(picture("ends", both, index))
    assert canvas.seen == [(newest, 0)]
    assert ends.seen[-1] == (both, 1)
    assert not live.is_waiting(CANVAS)
    assert not live.is_waiting("ends")


def test_a_picture_that_kills_the_engine_is_not_tried_for_ever(live, link):
    room = Room(live, CANVAS)
    stamp = live.ask(CANVAS, [at(1)])
    for _ in range(3):
        live.receive(Died(-11))
        live.receive(READY)
    assert link.stamps == [stamp, stamp]
    assert [failed.stamp for failed in room.failed] == [stamp]
    assert "stopped twice" in room.failed[0].what
    after = live.ask(CANVAS, [at(2)])
    live.receive(picture(CANVAS, after))
    assert room.seen == [(after, 0)]


def test_an_engine_that_is_given_up_is_said_so(live, link):
    room = Room(live, CANVAS)
    live.ask(CANVAS, [at(1)])
    newest = live.ask(CANVAS, [at(2)])
    live.receive(Died(1, restarted=False))
    later = live.ask(CANVAS, [at(3)])
    assert [failed.stamp for failed in room.failed] == [newest, later]
    assert "cannot be started" in room.failed[0].what
    assert len(link.sent) == 1
    assert not live.is_waiting(CANVAS)


def test_answers_about_jobs_are_none_of_ours(live, link):
    live.ask(CANVAS, [at(1)])
    live.receive(Progress("a job", 0.5))
    assert live.is_waiting(CANVAS)
    assert len(link.sent) == 1


def test_the_pace_is_that_of_the_engine_and_not_of_the_hand(live, clock):
    assert live.pace is None
    for seed in range(8):
        stamp = live.ask(CANVAS, [at(seed)])
        clock[0] += 0.025
        live.receive(picture(CANVAS, stamp))
        clock[0] += 3.0  # the hand rests
    assert live.pace == pytest.approx(40.0)
