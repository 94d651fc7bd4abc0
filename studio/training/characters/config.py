"""Every number of the characters' VAE, in one place.

Three configurations share the same code:

* ``tiny``   seconds, for tests;
* ``small``  made on two CPU cores in an hour and a half;
* ``full``   for an accelerator.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from studio.engines.latent.vae import DecoderConfig, EncoderConfig


@dataclass(frozen=True)
class DataConfig:
    """How many pairs are drawn, and how many of the last are held out."""

    pairs: int = 20_000
    held: int = 1_000
    pixels: int = 256
    seed: int = 7


@dataclass(frozen=True)
class TrainConfig:
    """One run of the VAE."""

    minutes: float = 90.0
    pairs: int = 8  #: in a batch
    learning_rate: float = 1.2e-3
    muon_rate: float = 0.012  #: of the convolutions
    warmup: int = 80
    #: share of the time after which the learning rate falls, with a cosine, to a hundredth
    fall: float = 0.42
    perceptual: float = 0.5
    perceptual_net: str = "alexnet"  #: or vgg16, or "" for none
    #: side of the crops of the full picture that the perceptual teacher sees
    crop: int = 128
    #: how much more the middle of the picture counts
    middle: float = 2.5
    #: weight of the error of 8 x 8 averages: large areas get the right colour early
    tint: float = 1.0
    #: weight of the divergence of the free part from a normal distribution
    beta: float = 3e-4
    #: share of the time over which beta grows to its weight
    beta_warmup: float = 0.15
    named: float = 2.5  #: weight of the encoder's error in the named numbers
    still: float = 0.02  #: weight of the movement of the free part between the two of a pair
    ema: float = 0.999
    workers: int = 1
    log_every: int = 50


@dataclass(frozen=True)
class JudgeConfig:
    """The independent judge of the sliders."""

    width: int = 24
    steps: int = 1_200
    batch: int = 48
    learning_rate: float = 2e-3


@dataclass(frozen=True)
class CharactersConfig:
    """Everything."""

    name: str
    data: DataConfig = field(default_factory=DataConfig)
    decoder: DecoderConfig = field(default_factory=DecoderConfig)
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    judge: JudgeConfig = field(default_factory=JudgeConfig)
    #: random codes that the sliders are judged on
    seeds: int = 208
    #: a slider ships under its name where its ends are right so often, and leaks no more
    bar: float = 0.9
    most_leak: float = 1 / 3
    seed: int = 0


SMALL = CharactersConfig("small")

CONFIGS = {
    "small": SMALL,
    "tiny": CharactersConfig(
        "tiny",
        DataConfig(pairs=32, held=8, pixels=64),
        DecoderConfig(size=64, widths=(16, 12, 8), start=4, hidden=16, free=4),
        EncoderConfig(size=64, widths=(8, 12, 16), free=4, hidden=16),
        TrainConfig(minutes=-2, pairs=4, perceptual_net=""),
        JudgeConfig(width=4, steps=3, batch=8),
        seeds=8,
        bar=0.0,
        most_leak=1e9,
    ),
    "full": CharactersConfig(
        "full",
        DataConfig(pairs=120_000, held=2_000),
        DecoderConfig(widths=(384, 256, 192, 128)),
        EncoderConfig(widths=(64, 128, 192, 256, 320), blocks=(1, 1, 1, 1, 1)),
        TrainConfig(minutes=25, pairs=64, perceptual_net="vgg16", workers=1),
    ),
}


def with_train(config: CharactersConfig, **changes: object) -> CharactersConfig:
    """The same with other numbers for the training."""
    return replace(config, train=replace(config.train, **changes))  # type: ignore[arg-type]
