"""The window's side of live pictures: who asks, which answers still count, how fast they come.

    live = LiveViews(engine)
    leave = live.listen("canvas", show, say)     # callbacks for `Seen` and `LookFailed`
    live.ask("canvas", [recipe], side=256)       # as often as the hand moves
    live.ask("canvas", [recipe])                 # on release: the full picture
    live.receive(answer)                         # each answer of the engine, whatever it is

Newest wins. "canvas" has one picture under way and at most one that waits, always the newest, so
that a slow engine or a slow window never piles them up. All other views are sent at once and
replace what was left of their older request. There is no Qt in here; all calls are made on one
thread, the one that owns the views (the window's main thread).
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.recipes import Recipe
from studio.work.messages import CANVAS, Answer, Died, Look, LookFailed, Ready, Seen
from studio.work.queue import EngineLink

MOST_DEATHS = 2  # of the engine while it had the same request; a third time is not tried
REMEMBERED = 20  # canvas pictures over which the pace is taken
FEWEST = 4  # of them before a pace is told

OnSeen = Callable[[Seen], None]
OnFailed = Callable[[LookFailed], None]


@dataclass
class _View:
    """What a view has asked for. under_way: sent, not fully answered. waiting: not yet sent."""

    under_way: Look | None = None
    waiting: Look | None = None
    answered: set[int] = field(default_factory=set)
    sent_at: float = 0.0
    deaths: int = 0
    listeners: list[tuple[OnSeen, OnFailed | None]] = field(default_factory=list)


class LiveViews:
    """Asks the engine for pictures to look at, view by view, and hands the answers on.

    engine: where requests are sent. clock: seconds, for the pace. library: the folder in which
    the pictures are that recipes refer to, asked anew for each request; None where there is none.
    """

    def __init__(
        self,
        engine: EngineLink,
        clock: Callable[[], float] = time.monotonic,
        library: Callable[[], Path] | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._library = library
        self._stamp = 0
        self._stopped = False
        self._views: dict[str, _View] = {}
        self._took: deque[float] = deque(maxlen=REMEMBERED)

    def ask(self, view: str, recipes: Sequence[Recipe], side: int = 0) -> int:
        """Ask for pictures of `recipes`, instead of whatever this view asked for before.

        side: pixels that suffice, 0 for the full picture. Returns the request's stamp, which its
        answers carry; `Seen.index` counts in `recipes`. Asking for nothing is `forget`.
        """
        if not recipes:
            self.forget(view)
            return self._stamp
        self._stamp += 1
        library = str(self._library()) if self._library is not None else ""
        texts = tuple(recipe.to_json() for recipe in recipes)
        look = Look(view, self._stamp, texts, side, library)
        state = self._views.setdefault(view, _View())
        state.waiting = look
        if self._stopped:
            self._give_up(state)
        elif view != CANVAS or state.under_way is None:
            self._send(state)
        return look.stamp

    def listen(
        self, view: str, on_seen: OnSeen, on_failed: OnFailed | None = None
    ) -> Callable[[], None]:
        """Call `on_seen` with each picture of this view, `on_failed` where one cannot be shown.

        Older answers than one already given never come. Returns a way to stop listening, which
        may be called twice.
        """
        state = self._views.setdefault(view, _View())
        entry = (on_seen, on_failed)
        state.listeners.append(entry)

        def leave() -> None:
            if entry in state.listeners:
                state.listeners.remove(entry)

        return leave

    def forget(self, view: str) -> None:
        """Want nothing of this view any more; what is still under way is not shown."""
        state = self._views.get(view)
        if state is None:
            return
        if state.under_way is not None:
            self._stamp += 1
            self._engine.send(Look(view, self._stamp, ()))
        state.under_way = state.waiting = None

    def is_waiting(self, view: str) -> bool:
        """Whether something this view asked for has not been answered yet."""
        state = self._views.get(view)
        return state is not None and (state.under_way or state.waiting) is not None

    @property
    def pace(self) -> float | None:
        """Canvas pictures a second that the engine and the way to it allow; None if not known.

        Taken from the time between asking and having, not from how often the hand moves.
        """
        if len(self._took) < FEWEST:
            return None
        return 1.0 / max(1e-3, statistics.median(self._took))

    def receive(self, answer: Answer) -> None:
        """Take one answer of the engine; those that are about jobs are none of ours."""
        match answer:
            case Seen():
                self._seen(answer)
            case LookFailed():
                self._failed(answer)
            case Ready():
                self._ask_again()
            case Died(restarted=restarted):
                self._died(restarted)

    def _seen(self, seen: Seen) -> None:
        state = self._awaiting(seen)
        if state is None or state.under_way is None or seen.index in state.answered:
            return
        state.answered.add(seen.index)
        if seen.view == CANVAS:
            self._took.append((self._clock() - state.sent_at) / len(state.answered))
        if len(state.answered) == len(state.under_way.recipes):
            state.under_way = None
            self._send(state)  # before it is shown: the engine works while the window paints
        for on_seen, _ in list(state.listeners):
            on_seen(seen)

    def _failed(self, failed: LookFailed) -> None:
        state = self._awaiting(failed)
        if state is None:
            return
        state.under_way = None
        self._send(state)
        for _, on_failed in list(state.listeners):
            if on_failed is not None:
                on_failed(failed)

    def _awaiting(self, answer: Seen | LookFailed) -> _View | None:
        """The view that waits for this very answer; None for stale ones."""
        state = self._views.get(answer.view)
        if state is None or state.under_way is None or state.under_way.stamp != answer.stamp:
            return None
        return state

    def _send(self, state: _View) -> None:
        look, state.waiting = state.waiting, None
        if look is None:
            return
        state.under_way = look
        state.answered, state.deaths, state.sent_at = set(), 0, self._clock()
        self._engine.send(look)

    def _ask_again(self) -> None:
        """A new engine knows nothing of what the last one was asked."""
        self._stopped = False
        for state in self._views.values():
            if state.waiting is not None:
                self._send(state)
            elif state.under_way is not None:
                state.answered, state.sent_at = set(), self._clock()
                self._engine.send(state.under_way)

    def _died(self, restarted: bool) -> None:
        self._stopped = not restarted
        for state in list(self._views.values()):
            if state.under_way is None and state.waiting is None:
                continue
            state.deaths += 1
            if self._stopped:
                self._give_up(state)
            elif state.deaths >= MOST_DEATHS and state.under_way is not None:
                # It may well be this picture that kills it: not a third time
                self._failed(
                    LookFailed(
                        state.under_way.view,
                        state.under_way.stamp,
                        "The drawing engine stopped twice while it made this picture.",
                        "Move on to another one, or choose another model.",
                    )
                )

    def _give_up(self, state: _View) -> None:
        look = state.waiting or state.under_way
        assert look is not None
        state.under_way, state.waiting = look, None
        self._failed(
            LookFailed(
                look.view,
                look.stamp,
                "The drawing engine cannot be started on this computer.",
                "Close and open Easel again. If that does not help, “easel doctor” says "
                "what is missing.",
            )
        )
