"""Where the artist is among a model's pictures, where they have been, and what they hold fast.

Plain state without a widget: everything that can be undone, remembered or exported is in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from studio.recipes import Place, WalkRecipe
from studio.recipes.base import check
from studio.recipes.latent import MAX_STOPS, SLIDER_REACH

DEPTH = 200  # steps that can be undone
ADVENTUROUS = 0.8  # where a model begins
HEAVIEST = 400_000  # characters of a path that is still worth remembering from start to start

_PLACES: TypeAdapter[list[Place]] = TypeAdapter(list[Place])


@dataclass
class Path:
    """Places to lead a film along. seconds: of the whole; motion: a word of `WalkRecipe`."""

    stops: list[Place] = field(default_factory=list)
    seconds: float = 8.0
    loop: bool = True
    motion: str = "flowing"

    def add(self, place: Place, at: int | None = None) -> bool:
        """Put a stop in, at the end where it is not said where; False where there is no room."""
        if len(self.stops) >= MAX_STOPS:
            return False
        self.stops.insert(len(self.stops) if at is None else at, place)
        return True

    def move(self, stop: int, to: int) -> None:
        """Put a stop before what stands at `to` now."""
        place = self.stops.pop(stop)
        self.stops.insert(to - 1 if to > stop else to, place)

    def recipe(self, model: str, **values: object) -> WalkRecipe:
        """The film along it. StudioError where it does not fit (a path of one stop, say)."""
        own = {
            "model": model,
            "stops": tuple(self.stops),
            "seconds": self.seconds,
            "loop": self.loop,
            "motion": self.motion,
        }
        return check(WalkRecipe, {**own, **values})

    @property
    def stretches(self) -> int:
        """From one stop to the next: one less than stops, or as many in a loop."""
        return max(0, len(self.stops) - (0 if self.loop and len(self.stops) > 1 else 1))


class Journey:
    """The way through one model.

    `place` is where we are, also in the midst of a drag; `settle` makes it a step to undo.
    found, readings: what the engine said of the place: its numbers, and where its sliders stand.
    """

    def __init__(self, model: str, place: Place | None = None) -> None:
        self.model = model
        self.place = place or Place(adventurous=ADVENTUROUS)
        self.adventurous = self.place.adventurous
        self.locked: set[str] = set()
        self.found = ""
        self.readings: dict[str, float] = {}
        self.path = Path()
        self._past: list[Place] = []
        self._future: list[Place] = []
        self._settled = self.place

    # Where we are

    def seen(self, found: str, readings: Mapping[str, float]) -> None:
        """Take what the engine says of the place."""
        self.found, self.readings = found, dict(readings)

    @property
    def numbers(self) -> Place:
        """The place in numbers, where they are known: what can be mixed as often as one likes."""
        return Place(found=self.found) if self.found else self.place

    def reading(self, slider: str) -> float:
        """Where a slider stands: as it is pinned, else as the picture says."""
        return self.place.sliders.get(slider, self.readings.get(slider, 0.0))

    # Moving

    def go(self, place: Place) -> None:
        """Be somewhere else at once; a step that can be undone."""
        self.drift(place)
        self.settle()

    def drift(self, place: Place) -> None:
        """Be somewhere else for the moment, in the midst of a drag."""
        self.place = place
        self.found = ""

    def settle(self) -> None:
        """The hand has let go: remember this as a step, where it is one."""
        if self.place == self._settled:
            return
        self._past.append(self._settled)
        del self._past[:-DEPTH]
        self._future.clear()
        self._settled = self.place
        self._drop_lost_locks()

    def throw(self, seed: int) -> None:
        """The dice: another picture; what is locked stays."""
        self.go(self.held(Place(seed=seed, adventurous=self.adventurous)))

    def held(self, place: Place) -> Place:
        """A place with the locked sliders as they are here."""
        locks = {name: at for name, at in self.place.sliders.items() if name in self.locked}
        return place.pin(**locks) if locks else place

    def reset(self) -> None:
        """Let go of everything that is not locked."""
        self.go(self.place.free(*(set(self.place.sliders) - self.locked)))

    def be_adventurous(self, how: float) -> None:
        """Nearer to the model's average picture, or farther from it; settles with the hand."""
        self.adventurous = how
        self.drift(with_adventure(self.place, how))

    # Sliders

    def pin(self, slider: str, at: float) -> None:
        """Move a slider; settles when the hand lets go."""
        at = min(SLIDER_REACH, max(-SLIDER_REACH, at))
        self.drift(self.place.pin(**{slider: at}))

    def let_go(self, slider: str) -> None:
        """Let a slider follow the picture again."""
        self.locked.discard(slider)
        self.go(self.place.free(slider))

    def lock(self, slider: str, on: bool) -> None:
        """Hold a slider where it is, also when the dice fall."""
        if not on:
            self.locked.discard(slider)
            return
        self.locked.add(slider)
        if slider not in self.place.sliders:
            self.pin(slider, self.reading(slider))
            self.settle()
            self.locked.add(slider)

    # Back and forth

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def undo(self) -> None:
        """One step back."""
        self._step(self._past, self._future)

    def redo(self) -> None:
        """The step that was taken back."""
        self._step(self._future, self._past)

    def _step(self, one: list[Place], other: list[Place]) -> None:
        self.settle()
        if one:
            other.append(self._settled)
            self._settled = one.pop()
            self.drift(self._settled)
            self.adventurous = self._settled.adventurous
            self._drop_lost_locks()

    def _drop_lost_locks(self) -> None:
        self.locked &= set(self.place.sliders)

    # From start to start

    def state(self) -> dict[str, Any]:
        """What to remember, as JSON takes it."""
        stops = [stop.model_dump() for stop in self.path.stops]
        if sum(len(stop.model_dump_json()) for stop in self.path.stops) > HEAVIEST:
            stops = []
        return {
            "place": self.place.model_dump(),
            "adventurous": self.adventurous,
            "locked": sorted(self.locked),
            "stops": stops,
            "seconds": self.path.seconds,
            "loop": self.path.loop,
            "motion": self.path.motion,
        }

    def restore(self, values: Mapping[str, Any]) -> None:
        """Take what was remembered; what does not fit is left out."""
        place = _places([values.get("place")])
        if place:
            self.place = self._settled = place[0]
            self.adventurous = self.place.adventurous
        how = values.get("adventurous")
        if isinstance(how, int | float) and 0 <= how <= 1.5:
            self.adventurous = float(how)
        locked = values.get("locked")
        if isinstance(locked, list):
            self.locked = {name for name in locked if isinstance(name, str)}
            self._drop_lost_locks()
        self.path.stops = _places(values.get("stops"))[:MAX_STOPS]
        seconds = values.get("seconds")
        if isinstance(seconds, int | float) and 0.2 <= seconds <= 600:
            self.path.seconds = float(seconds)
        if isinstance(values.get("loop"), bool):
            self.path.loop = values["loop"]
        if values.get("motion") in ("flowing", "resting", "steady"):
            self.path.motion = values["motion"]


def with_adventure(place: Place, how: float) -> Place:
    """The place with all that the dice threw in it this adventurous."""
    shares = tuple(
        share.model_copy(update={"place": with_adventure(share.place, how)})
        for share in place.mixed
    )
    return place.model_copy(update={"adventurous": how, "mixed": shares})


def between(one: Place, other: Place, part: float) -> Place:
    """The place at `part` in 0..1 of the way from one to another, for a look at a path."""
    from studio.recipes import Share

    part = min(1.0, max(0.0, part))
    return one.model_copy(update={"mixed": (Share(place=other, weight=part),)})


def _places(values: object) -> list[Place]:
    if not isinstance(values, Iterable):
        return []
    try:
        return _PLACES.validate_python(list(values))
    except ValidationError:
        return []
