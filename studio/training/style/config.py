"""Every number of the painter's training, in one place.

* ``tiny``   seconds, for tests;
* ``small``  made on one CPU core in under two hours;
* ``full``   for an accelerator.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from studio.engines.style.network import PainterConfig


@dataclass(frozen=True)
class DataConfig:
    """What is cut out of the pictures, and how often."""

    content_side: int = 288
    flowers: int = 2_000
    drawings: int = 1_000
    gradients: int = 250
    flat: int = 900  #: drawings on white or one colour
    style_side: int = 256
    learned_crops: int = 16  #: of each painting with a code of its own
    paintings: int = 700  #: crops of museum paintings, colours often exchanged
    photographs: int = 90
    patterns: int = 60
    seed: int = 3


@dataclass(frozen=True)
class TrainConfig:
    """One run."""

    minutes: float = 90.0
    stop: int = 0  #: step after which to stop for now, or 0
    batch: int = 4
    crop: int = 128
    #: from this share of the time on, crops are `late_crop` wide and fewer
    late: float = 0.0
    late_crop: int = 192
    late_batch: int = 2
    #: share of samples in a learned style: at first, and from a share of the time on
    learned: float = 0.9
    learned_late: float = 0.6
    learned_until: float = 0.75
    still: float = 0.06  #: share of samples that stay as they are
    #: how much each of VGG16's four layers counts for the style; the deeper, the longer strokes
    layers: tuple[float, float, float, float] = (0.5, 0.8, 1.2, 1.5)
    content: float = 1.2
    tint: float = 0.2  #: light and hue of areas stay where they are
    across: float = 5.0  #: strokes run along the currents
    smooth: float = 0.02
    grid: float = 10.0  #: no more chequered than the style's own picture
    apart: float = 0.2  #: distance of the reader from the learned codes
    muon_rate: float = 0.014
    learning_rate: float = 1e-3
    wide_rate: float = 3e-4  #: of the reader's layers
    manner_rate: float = 1e-3  #: of the layer that codes enter by
    code_rate: float = 1.5e-2
    warmup: int = 60
    fall: float = 0.45  #: share of the time after which the rate falls
    ema: float = 0.998
    workers: int = 1  #: processes that train together, each with a batch
    log_every: int = 25
    sheet_every: int = 400

    def learned_at(self, share: float) -> float:
        """Share of samples in a learned style when so much of the time is spent."""
        return self.learned if share < self.learned_until else self.learned_late


PAINTER = PainterConfig(flow=True, grain=0.01)


@dataclass(frozen=True)
class StyleConfig:
    """Everything.

    make: our painter, or one of the older networks it is compared with (references.py).
    """

    name: str
    make: Literal["painter", "one-style", "any-style"] = "painter"
    painter: PainterConfig = PAINTER
    data: DataConfig = field(default_factory=DataConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    seed: int = 0


CONFIGS = {
    "small": StyleConfig("small"),
    "tiny": StyleConfig(
        "tiny",
        painter=PainterConfig(
            widths=(8, 8, 8), blocks=(1, 1), code=16, reader=(4, 4, 8, 8), hidden=8, style_side=32,
            flow=True,
        ),
        data=DataConfig(
            content_side=48, flowers=2, drawings=2, gradients=2, flat=2, style_side=48,
            learned_crops=2, paintings=2, photographs=2, patterns=2,
        ),
        train=TrainConfig(minutes=-3, batch=2, crop=32, late_crop=48, log_every=1, sheet_every=2),
    ),
    "full": StyleConfig(
        "full",
        painter=PAINTER.model_copy(update={"widths": (48, 128, 192), "blocks": (3, 4)}),
        data=DataConfig(
            content_side=512, flowers=3_400, drawings=2_000, gradients=400, learned_crops=32,
            paintings=3_000, photographs=300, patterns=200,
        ),
        train=TrainConfig(
            minutes=22, batch=24, crop=256, late=0.5, late_crop=384, late_batch=12, ema=0.9995
        ),
    ),
}  # fmt: skip


def with_train(config: StyleConfig, **changes: object) -> StyleConfig:
    """The same with other numbers for the training."""
    return replace(config, train=replace(config.train, **changes))  # type: ignore[arg-type]
