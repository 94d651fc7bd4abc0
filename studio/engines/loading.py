"""Models are opened one at a time in a process, though on two threads."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# While diffusers and transformers open a model they change, for all threads, how modules take
# their parameters (accelerate puts them on the meta device) and which dtype torch takes by itself.
# A network that another thread builds meanwhile is left without its weights.
LOADING = threading.RLock()


def one_at_a_time(open_model: Callable[P, R]) -> Callable[P, R]:
    """Make a function that opens a model wait until no other one is being opened."""

    @functools.wraps(open_model)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with LOADING:
            return open_model(*args, **kwargs)

    return alone
