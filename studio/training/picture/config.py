"""Every number of the picture recipe, in one place.

Three configurations share the same code:

* ``tiny``   seconds, for tests;
* ``small``  128 px, made to learn recognisable stickers on two CPU cores in an afternoon;
* ``full``   256 px, for an accelerator.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class DataConfig:
    """Which drawings are used, and how much each set weighs in the denoiser's batches."""

    pixels: int = 128
    #: source set -> weight of one drawing of it in the denoiser's batches (0: autoencoder only)
    weights: dict[str, float] = field(default_factory=dict)
    #: emoji group or sub-group -> factor on that weight; the sub-group wins
    group_weights: dict[str, float] = field(default_factory=dict)
    #: the denoiser never sees drawings whose caption matches this
    skip_captions: str = ""
    #: factor for drawings of emoji sets that no group is known for (odd names, symbols)
    ungrouped: float = 1.0
    #: styles left out altogether
    skip_styles: tuple[str, ...] = ("pixel art dungeon tile",)
    #: share of the captions whose drawings are never trained on
    holdout_captions: float = 0.03
    #: share of the (caption, style) pairs never trained on although caption and style are
    holdout_pairs: float = 0.02
    #: changes which ones are held out; never change it once something was trained
    salt: str = "easel-1"
    #: at most this many drawings, for tests (0: all)
    limit: int = 0


@dataclass(frozen=True)
class AutoencoderConfig:
    """An ``AutoencoderTiny`` (TAESD's layout) for RGBA, eight times smaller each way."""

    channels: int = 48
    encoder_blocks: tuple[int, ...] = (0, 1, 2, 4)
    decoder_blocks: tuple[int, ...] = (4, 3, 2, 0)
    latent_channels: int = 8
    batch: int = 16
    minutes: float = 22.0
    learning_rate: float = 1.5e-3
    warmup: int = 100
    perceptual: float = 0.4
    perceptual_net: str = "alexnet"
    #: weight of the error of 8 x 8 averages: large areas get the right colour early
    tint: float = 2.0
    latent_penalty: float = 1e-3
    latent_noise: float = 0.05
    ema: float = 0.998


@dataclass(frozen=True)
class DenoiserConfig:
    """A ``PixArtTransformer2DModel`` trained as a rectified flow (Liu et al. 2022)."""

    heads: int = 4
    head_dim: int = 64
    layers: int = 8
    patch: int = 2
    max_tokens: int = 24
    batch: int = 64
    #: processes that train together on a CPU, one for each core
    workers: int = 1
    minutes: float = 80.0
    optimizer: str = "muon"
    learning_rate: float = 1e-3
    muon_rate: float = 0.02
    warmup: int = 200
    #: last part of the time in which the rate falls linearly to nothing
    cooldown: float = 0.3
    ema: float = 0.9995
    drop_captions: float = 0.1
    #: learn mirrored drawings as well: for long trainings
    mirror: bool = False
    #: caption variants kept in memory for each drawing
    variants: int = 8
    #: time is drawn as sigmoid(normal(mean, 1)); above 0 leans to the noisy end
    time_mean: float = 0.0
    compile: bool = False


@dataclass(frozen=True)
class DistilConfig:
    """Piecewise rectified flow (Yan et al., PeRFlow, 2024)."""

    windows: int = 4
    substeps: int = 2
    guidance: float = 4.0
    batch: int = 48
    minutes: float = 7.0
    learning_rate: float = 2e-4
    muon_rate: float = 0.003
    ema: float = 0.98


@dataclass(frozen=True)
class UpscalerConfig:
    """A residual pixel-shuffle network after ESPCN (Shi et al. 2016)."""

    scale: int = 4
    channels: int = 40
    blocks: int = 6
    batch: int = 8
    crop: int = 48
    #: how many large drawings are rendered
    drawings: int = 1200
    minutes: float = 5.0
    learning_rate: float = 1.5e-3
    perceptual: float = 0.1
    ema: float = 0.998


@dataclass(frozen=True)
class SampleConfig:
    """Defaults the manifest hands to the engine."""

    steps: int = 20
    guidance: float = 4.0
    flow_shift: float = 1.0


@dataclass(frozen=True)
class RetrievalConfig:
    """The judge: a small picture tower beside MiniLM's sentence embedding."""

    width: int = 48
    batch: int = 128
    minutes: float = 4.0
    learning_rate: float = 1e-3


@dataclass(frozen=True)
class PictureConfig:
    """The whole recipe. ``name`` ends up in the version of the model."""

    name: str
    data: DataConfig
    autoencoder: AutoencoderConfig
    denoiser: DenoiserConfig
    distil: DistilConfig
    upscaler: UpscalerConfig
    sample: SampleConfig
    retrieval: RetrievalConfig
    seed: int = 20

    @property
    def latent_size(self) -> int:
        """Side of the latents: an eighth of the picture's."""
        return self.data.pixels // 8


_EMOJI = {
    "fluent-3d": 1.5,
    "fluent-emoji": 1.2,
    "fluent-emoji-flat": 1.1,
    "noto": 1.0,
    "noto-v1": 0.5,
    "twemoji": 1.0,
    "emojione": 0.15,
    "fxemoji": 0.1,
    "streamline-emojis": 0.6,
}
_ODD = (
    r"letter|ideograph|katakana|o.?clock|thirty|arrow|latin|button|urand|overlay|segment|"
    r"^misc|runed?\b|symbol|halo$|keycap|input|cjk|squared|[^\x00-\x7f]|cloud (?!with)[a-z]+ |"
    r"^$|^.$"
)
# What people ask a sticker for comes first: a short training must not spread itself thin.
_GROUPS = {
    "animals-nature": 2.5,
    "food-drink": 2.2,
    "smileys-emotion": 2.0,
    "travel-places": 0.6,
    "activities": 0.6,
    "objects": 0.6,
    "people-body": 0.12,
    "symbols": 0.06,
    "flags": 0.0,
    "component": 0.0,
    "sky-weather": 2.0,
    "plant-flower": 3.0,
    "plant-other": 2.5,
    "heart": 1.5,
    "emotion": 1.0,
    "transport-ground": 1.0,
    "transport-air": 1.0,
    "transport-water": 1.0,
    "place-building": 0.8,
    "musical-instrument": 1.2,
    "person-fantasy": 0.3,
    "zodiac": 0.05,
    "keycap": 0.0,
    "alphanum": 0.0,
    "time": 0.05,
    "arrow": 0.0,
    "person-role": 0.05,
    "family": 0.03,
    "person-activity": 0.05,
    "person-gesture": 0.05,
    "person-sport": 0.05,
}
_MORE = {
    "game-icons": 0.06,
    "crawl-tiles": 0.35,
    "openclipart": 0.0,
    "streamline-color": 0.0,
    "streamline-stickies-color": 0.0,
    "flat-color-icons": 0.0,
    "streamline-kameleon-color": 0.0,
}
_ALL = {
    **_EMOJI,
    "game-icons": 0.35,
    "crawl-tiles": 0.8,
    "openclipart": 0.4,
    "streamline-color": 0.4,
    "streamline-plump-color": 0.3,
    "streamline-freehand-color": 0.4,
    "flat-color-icons": 0.5,
    "streamline-ultimate-color": 0.4,
    "streamline-cyber-color": 0.4,
    "meteocons": 0.5,
    "streamline-kameleon-color": 0.4,
    "streamline-stickies-color": 0.5,
    "glyphs-poly": 0.2,
}

SMALL = PictureConfig(
    name="small",
    data=DataConfig(
        weights={**_EMOJI, **_MORE}, group_weights=_GROUPS, skip_captions=_ODD, ungrouped=0.25
    ),
    autoencoder=AutoencoderConfig(),
    denoiser=DenoiserConfig(batch=96, workers=2, time_mean=0.25),
    distil=DistilConfig(),
    upscaler=UpscalerConfig(),
    sample=SampleConfig(),
    retrieval=RetrievalConfig(),
)

FULL = PictureConfig(
    name="full",
    data=DataConfig(
        pixels=256,
        weights=_ALL,
        group_weights={**_GROUPS, "people-body": 0.7},
        skip_captions=_ODD,
        ungrouped=0.6,
    ),
    autoencoder=AutoencoderConfig(
        channels=64,
        encoder_blocks=(1, 3, 3, 3),
        decoder_blocks=(3, 3, 3, 1),
        batch=64,
        minutes=40.0,
        learning_rate=1e-3,
        perceptual_net="vgg16",
    ),
    denoiser=DenoiserConfig(
        heads=5,
        head_dim=64,
        layers=9,
        batch=512,
        minutes=240.0,
        max_tokens=32,
        ema=0.9999,
        compile=True,
        mirror=True,
        variants=24,
    ),
    distil=DistilConfig(windows=4, substeps=8, batch=256, minutes=30.0),
    upscaler=UpscalerConfig(
        scale=2, channels=48, blocks=8, batch=64, crop=96, drawings=6000, minutes=20.0
    ),
    sample=SampleConfig(steps=25, guidance=4.5),
    retrieval=RetrievalConfig(width=96, batch=512, minutes=10.0),
)

TINY = PictureConfig(
    name="tiny",
    data=DataConfig(
        pixels=32,
        weights={"fluent-3d": 1.0, "noto": 1.0},
        limit=64,
        holdout_captions=0.15,
        holdout_pairs=0.05,
    ),
    autoencoder=AutoencoderConfig(
        channels=8,
        encoder_blocks=(0, 1, 1, 1),
        decoder_blocks=(1, 1, 1, 0),
        batch=4,
        minutes=0.03,
        perceptual_net="none",
    ),
    denoiser=DenoiserConfig(
        heads=2, head_dim=16, layers=2, batch=4, minutes=0.03, max_tokens=16, variants=2, warmup=2
    ),
    distil=DistilConfig(batch=2, substeps=2, minutes=0.03),
    upscaler=UpscalerConfig(
        scale=4,
        channels=8,
        blocks=1,
        batch=2,
        crop=16,
        drawings=16,
        minutes=0.03,
        perceptual=0.0,
    ),
    sample=SampleConfig(steps=3, guidance=2.0),
    retrieval=RetrievalConfig(width=8, batch=8, minutes=0.02),
)

CONFIGS = {"small": SMALL, "full": FULL, "tiny": TINY}


def with_minutes(config: PictureConfig, stage: str, minutes: float) -> PictureConfig:
    """The same recipe with another time budget for one stage (a field name such as "denoiser")."""
    part = replace(getattr(config, stage), minutes=minutes)
    return replace(config, **{stage: part})
