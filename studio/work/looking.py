"""The live worker: pictures for sliders that move, made on a thread beside the one for jobs."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import StudioError
from studio.recipes import parse_recipe
from studio.shelf import Shelf
from studio.work.messages import CANVAS, Answer, Look, LookFailed, Seen
from studio.work.slices import short_slices

if TYPE_CHECKING:
    from studio.engines.base import Looker

# After a picture of the canvas the next request is on its way while the hand moves; a picture for
# another view begun in between would make it wait.
LINGER = 0.05  # seconds

# While a hand moves, a job beside it rests and works by turns. Measured with a 9M GAN beside the
# picture model: the slowest of 20 live pictures comes a third sooner than side by side.
REST, WORK = 0.06, 0.03  # seconds


class Mailbox:
    """The newest request of each view, and which of its pictures is next. For any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._looks: dict[str, tuple[Look, int]] = {}  # in the order of their turns
        self._others_from = 0.0
        self._on_canvas = False  # whether a picture for it is being made
        self._closed = False

    def put(self, look: Look) -> None:
        """Take a request; what is left of the older one of its view is dropped."""
        with self._changed:
            if look.recipes:
                self._looks[look.view] = (look, 0)
            else:
                self._looks.pop(look.view, None)
            self._changed.notify_all()

    def drop(self, look: Look) -> None:
        """Forget what is left of this request, unless a newer one has taken its place."""
        with self._changed:
            left = self._looks.get(look.view)
            if left is not None and left[0] is look:
                del self._looks[look.view]

    def take(self) -> tuple[Look, int] | None:
        """Wait for the next picture to make: its request and index. None once closed.

        The canvas goes first; the other views take turns, picture by picture.
        """
        with self._changed:
            while not self._closed:
                view = CANVAS if CANVAS in self._looks else next(iter(self._looks), None)
                pause = 0.0 if view == CANVAS else self._others_from - time.monotonic()
                if view is None or pause > 0.0:
                    self._changed.wait(None if view is None else pause)
                    continue
                look, index = self._looks.pop(view)
                self._on_canvas = view == CANVAS
                if index + 1 < len(look.recipes):
                    self._looks[view] = (look, index + 1)
                return look, index
        return None

    def made(self, look: Look) -> None:
        """Say that a picture of this request has gone out."""
        if look.view == CANVAS:
            with self._changed:
                self._on_canvas = False
                self._others_from = time.monotonic() + LINGER

    def wait_for_rest(self, most: float) -> None:
        """Wait until the canvas needs nothing and the hand has come to rest, `most` seconds."""
        end = time.monotonic() + most
        with self._changed:
            while not self._closed and (left := end - (now := time.monotonic())) > 0:
                if CANVAS not in self._looks and not self._on_canvas:
                    left = min(left, self._others_from - now)
                if left <= 0:
                    return
                self._changed.wait(left)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class LiveWorker:
    """Makes the pictures of `Look` requests on a thread of its own, whatever else is running.

    answer: called on that thread with each `Seen` or `LookFailed`.
    looker: called on that thread with a recipe's kind; the maker of its live pictures.
    find: called on that thread with a library's folder and a reference of `Recipe.pictures`.
    """

    def __init__(
        self,
        answer: Callable[[Answer], None],
        looker: Callable[[str], Looker],
        shelf: Shelf,
        find: Callable[[str, str], Path],
    ) -> None:
        self._answer = answer
        self._make_looker = looker
        self._lookers: dict[str, Looker] = {}
        self._shelf = shelf
        self._find = find
        self._mailbox = Mailbox()
        self._works_until = 0.0
        self._thread = threading.Thread(target=self._work, name="live worker", daemon=True)

    def start(self) -> None:
        """Begin with what has been asked for so far."""
        self._thread.start()

    def ask(self, look: Look) -> None:
        """Take a request, on any thread, also before `start`."""
        self._mailbox.put(look)

    def give_way(self) -> None:
        """Called by a job between its steps: lets the canvas have the processor for a moment."""
        if time.monotonic() >= self._works_until:
            self._mailbox.wait_for_rest(REST)
            self._works_until = time.monotonic() + WORK

    def stop(self) -> None:
        """Make nothing more. Returns at once; `join` waits for a picture that is under way."""
        self._mailbox.close()

    def join(self, timeout: float) -> bool:
        """Wait for the thread, `timeout` seconds at most. True if it has ended or never began."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        short_slices(inherited=True)  # so that torch's threads of this one do likewise
        while (taken := self._mailbox.take()) is not None:
            look, index = taken
            try:
                answer: Answer = self._look(look, index)
            except StudioError as error:
                answer = LookFailed(look.view, look.stamp, error.what, error.todo)
            except MemoryError:
                answer = LookFailed(
                    look.view,
                    look.stamp,
                    "This computer's memory is too small for that picture.",
                    "Choose a smaller size or a smaller model, or close other programs.",
                )
            except Exception:  # noqa: BLE001 - a defect; the artist gets a report to copy
                answer = LookFailed(
                    look.view,
                    look.stamp,
                    "Something went wrong inside Easel while it made this picture.",
                    "Try again. If it happens again, copy the report and send it to us.",
                    traceback.format_exc(),
                )
            if isinstance(answer, LookFailed):
                self._mailbox.drop(look)
            self._answer(answer)
            self._mailbox.made(look)

    def _look(self, look: Look, index: int) -> Seen:
        recipe = parse_recipe(look.recipes[index])
        if recipe.kind not in self._lookers:
            self._lookers[recipe.kind] = self._make_looker(recipe.kind)
        find = partial(self._find, look.library)
        sight = self._lookers[recipe.kind].look(recipe, self._shelf, look.side, find)
        height, width = sight.image.shape[:2]
        return Seen(
            look.view,
            look.stamp,
            index,
            width,
            height,
            sight.image.tobytes(),
            sight.found,
            sight.readings,
        )
