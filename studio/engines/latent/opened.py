"""The latent models that an engine has in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.engines.devices import best_device
from studio.engines.latent.model import DIRECTIONS, ENCODER, GENERATOR, LatentModel
from studio.engines.loading import one_at_a_time
from studio.shelf import Shelf
from studio.shelf.manifest import MANIFEST

KEPT = 2


@dataclass(frozen=True, eq=False)
class _Open:
    model: LatentModel
    shelf: Shelf
    stamps: tuple[tuple[int, int], ...]


class OpenModels:
    """Opens latent models and keeps the last two that were used. For one thread."""

    def __init__(self) -> None:
        self._device = best_device()
        self._open: list[_Open] = []  # the one used last comes last

    def get(self, model_id: str, shelf: Shelf) -> LatentModel:
        """The model of that id, opened. StudioError where it is not there or is damaged.

        One that is open is not looked for on the shelf again, which takes milliseconds, as long
        as its files are what they were.
        """
        for known in self._open:
            if known.shelf is shelf and known.model.model.id == model_id:
                self._open.remove(known)
                if known.stamps != _stamps(known.model.model.folder):
                    break
                self._open.append(known)
                return known.model
        model = shelf.model(model_id)
        del self._open[: len(self._open) - KEPT + 1]  # leaves memory before the new one enters it
        stamps = _stamps(model.folder)
        opened = one_at_a_time(LatentModel)(model, self._device)
        self._open.append(_Open(opened, shelf, stamps))
        return opened


def _stamps(folder: Path) -> tuple[tuple[int, int], ...]:
    """What is different when one of a model's files has been replaced."""

    def stamp(file: Path) -> tuple[int, int]:
        try:
            stat = file.stat()
        except OSError:
            return (0, 0)
        return stat.st_size, stat.st_mtime_ns

    return tuple(stamp(folder / name) for name in (MANIFEST, GENERATOR, ENCODER, DIRECTIONS))
