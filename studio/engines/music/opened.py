"""Models that compose, opened from their folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from studio.engines.devices import Device
from studio.engines.music.composing import Composer
from studio.engines.music.network import Writer, WriterConfig
from studio.engines.music.tokens import ROWS, TOKENS
from studio.engines.music.wishes import SIZES, Measures, measures_from_plain
from studio.engines.opened import Opener
from studio.engines.weights import Misfit, check_shape, configure, damaged, fill
from studio.shelf import Model
from studio.shelf.inspect import MEASURES, WRITER
from studio.shelf.manifest import MANIFEST

_FEATURES = 11


@dataclass(frozen=True, eq=False)
class TuneModel:
    """A model that composes, in memory. Used from one thread."""

    model: Model
    composer: Composer


class OpenComposers(Opener[TuneModel]):
    """Opens models that compose and keeps the last two that were used. For one thread.

    They stay on the processor: one token at a time is no work for anything larger.
    """

    def __init__(self) -> None:
        super().__init__(_open, (WRITER, MEASURES))


def _open(model: Model, _device: Device) -> TuneModel:
    return TuneModel(model, open_composer(model.folder, dict(model.tune.writer)))


def open_composer(folder: Path, network: dict[str, Any] | None = None) -> Composer:
    """The composer in a folder. network: the manifest's numbers, read from it where None.

    StudioError where the files are damaged or do not fit together.
    """
    try:
        if network is None:
            told = json.loads((folder / MANIFEST).read_text("utf-8"))
            network = told["tune"]["writer"]
        configure(WriterConfig, {**network, "wishes": list(network["wishes"])})
        config = WriterConfig(**{**network, "wishes": tuple(network["wishes"])})
        if (config.rows, config.tokens, config.wishes) != (ROWS, TOKENS, SIZES):
            raise Misfit("the model was trained with other tokens")
        writer = fill(lambda: Writer(config), _check, folder / WRITER)
        return Composer(writer, read_measures(folder))
    except (Misfit, OSError, KeyError, TypeError, ValueError) as error:
        raise damaged(folder) from error


def read_measures(folder: Path) -> Measures:
    """What is usual in the training set, as the folder says."""
    return measures_from_plain(json.loads((folder / MEASURES).read_text("utf-8")))


def _check(writer: Writer) -> None:
    row = torch.zeros(1, 1, _FEATURES, dtype=torch.int64)
    wishes = torch.zeros(1, len(SIZES), dtype=torch.int64)
    scores = writer(row, torch.zeros(1, 1, 12), wishes)
    check_shape(scores, (1, 1, writer.config.tokens))
