"""Leads the journey: every step goes through here, and the canvas follows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.recipes import Place, SlideRecipe, wander
from studio.recipes.picture import MAX_SEED
from studio.ui.sights import Sight, View
from studio.ui.sliders.journey import Journey
from studio.work.messages import CANVAS

if TYPE_CHECKING:
    from collections.abc import Callable

    from studio.work.live import LiveViews

REMEMBERED = 6  # models in which one's place is remembered
DRAG_SIDE = 128  # pixels that suffice while a hand moves


class Guide(QObject):
    """Moves the journey of the model in use, and asks for its picture.

    shown: a Sight for the canvas. changed: handles and buttons are to be shown anew.
    rested: the picture of the place has come and nothing moves. left: the place is no longer
    where the map or the pad says. failed: a LookFailed.
    """

    shown = Signal(object)
    changed = Signal()
    rested = Signal()
    left = Signal(str)  # who moved: "map", "mix" or ""
    stepped = Signal()  # something worth remembering
    failed = Signal(object)

    def __init__(self, live: LiveViews, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.journeys: dict[str, Journey] = {}
        self.journey: Journey | None = None
        self.sight: Sight | None = None  # of the place itself, once it has come
        self._chance = random.SystemRandom()
        self._peeking = False
        self._drifting = False
        self.view = View(live, CANVAS, self.model, self._seen, self.failed.emit, self)

    def model(self) -> str:
        """The model in use, or ""."""
        return self.journey.model if self.journey else ""

    @property
    def here(self) -> Sight | None:
        """The picture of this very place; None where it has not come yet."""
        return self.sight if self.journey is not None and self.journey.found else None

    def numbers(self) -> Place:
        """The place in numbers, where they are known."""
        return self.journey.numbers if self.journey else Place()

    def recipe(self, size: int = 0) -> SlideRecipe | None:
        """The picture on the canvas, as it would be kept."""
        if self.journey is None:
            return None
        return SlideRecipe(model=self.journey.model, place=self.journey.place, size=size)

    def use(self, model: str) -> None:
        """Go on in this model's journey, or begin one; "" for none."""
        self.view.forget()
        self.sight = None
        if not model:
            self.journey = None
        else:
            if model not in self.journeys:
                self.journeys[model] = Journey(model, wander(0, 0, 0))
            self.journey = self.journeys[model]
            self.look()
        self.left.emit("")
        self.changed.emit()

    def look(self, side: int = 0) -> None:
        """Ask for the picture of the place."""
        if self.journey is not None:
            self._peeking = False
            self.view.ask([self.journey.place], side)

    def come_back(self) -> None:
        """Ask again for what another room's wishes have pushed aside."""
        if self.view.unanswered:
            self.look()

    def peek(self, place: Place) -> None:
        """Show another place for the moment, in motion; nothing of the journey changes."""
        self._peeking = True
        self.view.ask([place], DRAG_SIDE)

    # From start to start

    def state(self) -> dict[str, Any]:
        """The journeys to remember, as JSON takes them: those that were begun last."""
        return {name: self.journeys[name].state() for name in list(self.journeys)[-REMEMBERED:]}

    def restore(self, states: object) -> None:
        """Take what was remembered; what does not fit is left out."""
        for name, state in states.items() if isinstance(states, dict) else ():
            if isinstance(name, str) and isinstance(state, dict):
                self.journeys[name] = Journey(name)
                self.journeys[name].restore(state)

    # Steps

    def go(self, place: Place, who: str = "") -> None:
        """Be somewhere else."""
        if self.journey is not None:
            self.journey.go(place)
            self._arrive(who)

    def drift(self, place: Place, who: str = "") -> None:
        """Be somewhere else for the moment, while a hand moves."""
        if self.journey is not None:
            self.journey.drift(self.journey.held(place))
            self._move(who)

    def pin(self, slider: str, at: float) -> None:
        """Move a slider."""
        if self.journey is not None:
            self.journey.pin(slider, at)
            self._move("slider")

    def be_adventurous(self, how: float) -> None:
        """Nearer to the usual, or farther."""
        if self.journey is not None:
            self.journey.be_adventurous(how)
            self._move("adventurous")

    def settle(self) -> None:
        """The hand has let go: a step to undo, and the full picture."""
        if self.journey is not None and self._drifting:
            self._drifting = False
            self.journey.settle()
            self.look()
            self.changed.emit()
            self.stepped.emit()

    def throw(self) -> None:
        """The dice."""
        self.start_from(self._chance.randint(0, MAX_SEED))

    def start_from(self, seed: int) -> None:
        """Another starting point."""
        if self.journey is not None:
            self.journey.throw(seed)
            self._arrive("")

    def let_go(self, slider: str) -> None:
        """Let a slider follow the picture again."""
        if self.journey is not None:
            self.journey.let_go(slider)
            self._arrive("slider")

    def lock(self, slider: str, on: bool) -> None:
        """Hold a slider, or no longer."""
        if self.journey is not None:
            self.journey.lock(slider, on)
            self._arrive("slider")

    def reset(self) -> None:
        """Let go of all that is not locked."""
        if self.journey is not None:
            self.journey.reset()
            self._arrive("slider")

    def undo(self) -> None:
        """One step back."""
        self._step(Journey.undo)

    def redo(self) -> None:
        """One step on again."""
        self._step(Journey.redo)

    def _step(self, way: Callable[[Journey], None]) -> None:
        if self.journey is not None:
            way(self.journey)
            self._arrive("")

    def _arrive(self, who: str) -> None:
        self._drifting = False
        self.left.emit(who)
        self.look()
        self.changed.emit()
        self.stepped.emit()

    def _move(self, who: str) -> None:
        self._drifting = True
        self.left.emit(who)
        self.look(DRAG_SIDE)
        self.changed.emit()

    def _seen(self, sight: Sight) -> None:
        journey = self.journey
        if journey is None:
            return
        if self._peeking:
            self.shown.emit(sight)
            return
        last = not self.view.waiting
        if last:
            journey.seen(sight.found, sight.readings)
            self.sight = sight
        else:  # it is on its way still; the free handles follow
            journey.readings = sight.readings
        self.shown.emit(sight)
        self.changed.emit()
        if last and not self._drifting:
            self.rested.emit()
