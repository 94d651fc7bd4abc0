"""Mixing: keeps the corners, and moves the journey to the point between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.recipes import Place, SlideRecipe
from studio.ui.sights import Sight, View
from studio.ui.sliders.blend import Blend
from studio.ui.sliders.guide import Guide
from studio.ui.sliders.mix_pad import SLOT, Mix

if TYPE_CHECKING:
    from studio.work.live import LiveViews


class Mixer(QObject):
    """Binds a `Blend` to its widget and to the guide. Corners hold places in numbers.

    refused: words on why something cannot be mixed.
    """

    refused = Signal(str)

    def __init__(self, mix: Mix, guide: Guide, live: LiveViews, parent: QObject) -> None:
        super().__init__(parent)
        self.blend = Blend()
        self._mix, self._guide = mix, guide
        self._asked: list[int] = []
        self.view = View(live, "mix", guide.model, self._seen, parent=self)
        mix.filled.connect(self._fill)
        mix.emptied.connect(self.empty)
        mix.dropped.connect(self._drop)
        mix.moved.connect(self._move)
        mix.settled.connect(guide.settle)
        mix.layers_chosen.connect(self._choose)

    def forget(self) -> None:
        """The corners are another model's."""
        self.blend = Blend()
        self.view.forget()
        self._mix.show_blend(self.blend)

    def put(self, corner: int, place: Place) -> None:
        """Put a place into a corner; its numbers follow with its picture."""
        self.blend.corners[corner] = place
        self._mix.slots_[corner].set_image(None, taken=True)
        self._mix.show_blend(self.blend)
        self._asked = [
            one for one in self.blend.taken if one == corner or self._mix.slots_[one].image is None
        ]
        corners = [self.blend.corners[one] for one in self._asked]
        self.view.ask([one for one in corners if one is not None], 2 * SLOT)

    def empty(self, corner: int) -> None:
        """Take a picture out."""
        self.blend.corners[corner] = None
        self._mix.show_blend(self.blend)

    def _fill(self, corner: int) -> None:
        """A press: keep the picture on the canvas here, or go to the one that is here."""
        place = self.blend.corners[corner]
        if place is not None:
            self._guide.go(place)
        elif self._guide.here is not None:
            self.blend.corners[corner] = self._guide.numbers()
            self._mix.slots_[corner].set_image(self._guide.here.image)
            self._mix.show_blend(self.blend)
        elif self._guide.sight is not None:  # the picture of this place is still on its way
            self.put(corner, self._guide.numbers())

    def _drop(self, corner: int, recipe: SlideRecipe) -> None:
        if recipe.model == self._guide.model():
            self.put(corner, recipe.place)
        else:
            self.refused.emit("Only pictures of one model can be mixed.")

    def _move(self, across: float, down: float) -> None:
        self.blend.across, self.blend.down = across, down
        self._show()

    def _choose(self, layers: str) -> None:
        self.blend.layers = layers
        self._show()
        self._guide.settle()

    def _show(self) -> None:
        place = self.blend.place()
        if place is not None:
            self._guide.drift(place, "mix")

    def _seen(self, sight: Sight) -> None:
        if sight.index >= len(self._asked):
            return
        corner = self._asked[sight.index]
        if self.blend.corners[corner] is not None:
            if sight.found:  # can be mixed however it was mixed itself
                self.blend.corners[corner] = Place(found=sight.found)
            self._mix.slots_[corner].set_image(sight.image)
