"""Up to four places and a point between them. Plain state without a widget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from studio.recipes import Place, Share
from studio.recipes.latent import Layers
from studio.ui.widgets.pad import corner_weights


@dataclass
class Blend:
    """corners: A upper left, B upper right, C lower left, D lower right.

    across, down: the point, 0..1. layers: what is mixed; the rest stays as in the first corner.
    """

    corners: list[Place | None] = field(default_factory=lambda: [None] * 4)
    across: float = 0.5
    down: float = 0.5
    layers: str = "all"

    @property
    def taken(self) -> list[int]:
        """Which corners have a place."""
        return [corner for corner, place in enumerate(self.corners) if place is not None]

    @property
    def ready(self) -> bool:
        """Whether there is something to mix."""
        return len(self.taken) > 1

    def weights(self) -> dict[int, float]:
        """Each taken corner's share; together 1."""
        return corner_weights(self.taken, self.across, self.down)

    def place(self) -> Place | None:
        """The place at the point; None where there is nothing to mix."""
        if not self.ready:
            return None
        weights = self.weights()
        first, *others = weights
        base = self.corners[first]
        assert base is not None
        shares = tuple(
            Share(
                place=cast(Place, self.corners[corner]),
                weight=min(1.0, max(0.0, weights[corner])),
                layers=cast(Layers, self.layers),
            )
            for corner in others
            if weights[corner] > 0
        )
        return base.model_copy(update={"mixed": shares})
