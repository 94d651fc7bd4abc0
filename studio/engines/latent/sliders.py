"""A model's sliders: where each stands at a code, and the code where they stand as asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from studio.engines.weights import Misfit, read
from studio.errors import StudioError


@dataclass(frozen=True)
class Sliders:
    """The sliders of a model, n of them, over codes [L, D]. All tensors float64 on the CPU.

    ids: what recipes call them.
    center: [L, D], the model's average code; truncation pulls towards it, readings start there.
    directions: [n, L, D], the change of code that moves slider i by 1.
    readers: [n, L, D]; the reading of slider i is sum(readers[i] * (code - center)).

    Calculated in float64, so that the float32 codes that come out do not depend on the order in
    which a processor's threads happen to add.
    """

    ids: tuple[str, ...]
    center: Tensor
    directions: Tensor
    readers: Tensor

    def readings(self, code: Tensor) -> dict[str, float]:
        """Where each slider stands at a code [L, D]; about -1..1."""
        return dict(zip(self.ids, self._read(code).tolist(), strict=True))

    def pin(self, code: Tensor, asked: Mapping[str, float]) -> Tensor:
        """Move a code [L, D] along the asked sliders' directions until they stand as asked.

        All are solved for at once, so that sliders whose directions lean on each other agree;
        where two pull the same way to different ends, they meet in the middle (least squares).
        StudioError where the model has no such slider.
        """
        if not asked:
            return code
        places = [self.index(name) for name in asked]
        readers, directions = self.readers[places].flatten(1), self.directions[places].flatten(1)
        missing = torch.tensor(list(asked.values()), dtype=torch.float64)
        missing -= self._read(code)[places]
        steps = torch.linalg.pinv(readers @ directions.T, rtol=1e-6) @ missing
        return (code.double() + (steps @ directions).view_as(code)).float()

    def index(self, name: str) -> int:
        """The row of a slider. StudioError where there is none of that name."""
        try:
            return self.ids.index(name)
        except ValueError:
            have = ", ".join(f"“{one}”" for one in self.ids[:8]) or "none"
            raise StudioError(
                f"This model has no slider “{name}”.", f"The first of those it has: {have}."
            ) from None

    def _read(self, code: Tensor) -> Tensor:
        return self.readers.flatten(1) @ (code.double() - self.center).flatten()


def read_sliders(file: Path, ids: tuple[str, ...], layers: int, dim: int) -> Sliders:
    """The sliders in a directions.safetensors. Misfit where it does not agree with the manifest."""
    if len(set(ids)) != len(ids):
        raise Misfit("two sliders have the same id")
    shape = (len(ids), layers, dim)
    tensors = read(file, {"center": (layers, dim), "directions": shape, "readers": shape})
    parts = {name: tensor.double() for name, tensor in tensors.items()}
    return Sliders(ids, parts["center"], parts["directions"], parts["readers"])
