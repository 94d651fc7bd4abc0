"""The models that an engine has in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from studio.engines.devices import Device, best_device
from studio.engines.loading import one_at_a_time
from studio.shelf import Model, Shelf
from studio.shelf.manifest import MANIFEST

KEPT = 2


class _Opened(Protocol):
    @property
    def model(self) -> Model: ...


M = TypeVar("M", bound=_Opened)


@dataclass(frozen=True, eq=False)
class _Open(Generic[M]):
    opened: M
    shelf: Shelf
    stamps: tuple[tuple[int, int], ...]


class Opener(Generic[M]):
    """Opens models of one kind and keeps the last two that were used. For one thread.

    open_model: makes one from what the shelf knows of it.
    files: the names of those in its folder that it reads.
    """

    def __init__(self, open_model: Callable[[Model, Device], M], files: tuple[str, ...]) -> None:
        self._open_model = one_at_a_time(open_model)
        self._files = (MANIFEST, *files)
        self._device = best_device()
        self._open: list[_Open[M]] = []  # the one used last comes last

    def get(self, model_id: str, shelf: Shelf) -> M:
        """The model of that id, opened. StudioError where it is not there or is damaged.

        One that is open is not looked for on the shelf again, which takes milliseconds, as long
        as its files are what they were.
        """
        for known in self._open:
            if known.shelf is shelf and known.opened.model.id == model_id:
                self._open.remove(known)
                if known.stamps != self._stamps(known.opened.model.folder):
                    break
                self._open.append(known)
                return known.opened
        model = shelf.model(model_id)
        del self._open[: len(self._open) - KEPT + 1]  # leaves memory before the new one enters it
        stamps = self._stamps(model.folder)
        opened = self._open_model(model, self._device)
        self._open.append(_Open(opened, shelf, stamps))
        return opened

    def _stamps(self, folder: Path) -> tuple[tuple[int, int], ...]:
        """What is different when one of a model's files has been replaced."""

        def stamp(file: Path) -> tuple[int, int]:
            try:
                stat = file.stat()
            except OSError:
                return (0, 0)
            return stat.st_size, stat.st_mtime_ns

        return tuple(stamp(folder / name) for name in self._files)
