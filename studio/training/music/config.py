"""Every number of the tune model's training, in one place.

* ``tiny``   seconds, for tests;
* ``small``  two CPU cores, three quarters of an hour;
* ``full``   an accelerator.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from studio.engines.music.network import WriterConfig
from studio.engines.music.wishes import SIZES


@dataclass(frozen=True)
class DataConfig:
    """What windows are cut from the pieces."""

    bars: int = 16
    stride: int = 8
    least: int = 8  #: bars of a window
    held: float = 0.08  #: share of composers that are held out
    most_held: int = 60  #: pieces of a composer, above which all are trained on
    in_key: float = 0.78  #: share of a window's time in its key; below, it is left out
    off_grid: float = 0.12  #: share of notes that the grid moves; above, it is left out
    drummed: float = 0.7  #: share of windows that drums are put under
    seed: int = 5


@dataclass(frozen=True)
class TrainConfig:
    """One run."""

    minutes: float = 45.0
    batch: int = 16  #: windows
    most_tokens: int = 1100  #: of a window; what is longer is cut
    learning_rate: float = 2e-3
    muon_rate: float = 0.012  #: of the matrices
    decay: float = 0.03  #: of the matrices
    warmup: int = 60
    fall: float = 0.5  #: share of the time after which the rates fall
    given: float = 0.4  #: weight of the loss on cells that are given
    forget: float = 0.15  #: how often a wish is left open
    ema: float = 0.997
    workers: int = 2  #: processes that train together, one a core
    loaders: int = 0  #: processes beside each that put windows into tokens
    log_every: int = 25
    held_every: int = 200
    held_windows: int = 96


@dataclass(frozen=True)
class MusicConfig:
    """Everything."""

    name: str
    data: DataConfig = field(default_factory=DataConfig)
    writer: WriterConfig = field(default_factory=lambda: WriterConfig(wishes=SIZES))
    train: TrainConfig = field(default_factory=TrainConfig)
    tunes: int = 64  #: that are written to be measured
    long_tunes: int = 20  #: of 32 bars, and half as many of 64
    seed: int = 0


SMALL = MusicConfig("small")

CONFIGS = {
    "small": SMALL,
    "tiny": MusicConfig(
        "tiny",
        DataConfig(held=0.3),
        WriterConfig(width=32, layers=2, heads=2, hidden=64, wishes=SIZES),
        TrainConfig(minutes=-3, batch=4, workers=1, held_every=2, held_windows=4, log_every=1),
        tunes=8,
        long_tunes=1,
    ),
    "full": MusicConfig(
        "full",
        writer=WriterConfig(width=448, layers=7, heads=7, hidden=1152, wishes=SIZES),
        train=TrainConfig(
            minutes=20, batch=96, learning_rate=1.5e-3, muon_rate=0.01, decay=0.1, ema=0.999,
            workers=1, loaders=14, warmup=150,
        ),
    ),
}  # fmt: skip


def with_train(config: MusicConfig, **changes: object) -> MusicConfig:
    """The same with other numbers for the training."""
    return replace(config, train=replace(config.train, **changes))  # type: ignore[arg-type]
