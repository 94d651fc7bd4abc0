"""The latent models that an engine has in memory."""

from __future__ import annotations

from pathlib import Path

from studio.engines.devices import best_device
from studio.engines.latent.model import DIRECTIONS, ENCODER, GENERATOR, LatentModel
from studio.shelf import Model, Shelf

KEPT = 2


class OpenModels:
    """Opens latent models and keeps the last two that were used. For one thread."""

    def __init__(self) -> None:
        self._device = best_device()
        self._open: list[tuple[object, LatentModel]] = []  # the one used last comes last

    def get(self, model_id: str, shelf: Shelf) -> LatentModel:
        """The model of that id, opened. StudioError where it is not there or is damaged."""
        model = shelf.model(model_id)
        state = _state(model)
        for known in self._open:
            if known[0] == state:
                self._open.remove(known)
                self._open.append(known)
                return known[1]
        del self._open[: len(self._open) - KEPT + 1]  # leaves memory before the new one enters it
        opened = LatentModel(model, self._device)
        self._open.append((state, opened))
        return opened


def _state(model: Model) -> object:
    """What is different when a model's files have been replaced."""

    def stamp(file: Path) -> tuple[int, int]:
        try:
            stat = file.stat()
        except OSError:
            return (0, 0)
        return stat.st_size, stat.st_mtime_ns

    return model, tuple(stamp(model.folder / name) for name in (GENERATOR, ENCODER, DIRECTIONS))
