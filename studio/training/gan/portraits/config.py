"""The numbers of Easel Portraits: `small` for a CPU core, `full` for an accelerator."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from studio.engines.latent.flat_generator import FlatConfig
from studio.engines.latent.style_encoder import StyleEncoderConfig
from studio.training.gan.config import CriticConfig
from studio.training.gan.portraits import factors


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TeachConfig(_Part):
    """The warm start: the generator draws the very drawings whose factors it is given.

    fall: share of the minutes after which the rates fall, with a cosine, to a hundredth.
    mixed: how often form rows and detail rows are given another face's other half to ignore.
    blend: up to this part of every part's code may be another's.
    flat: weight of the likelihood of pixels under their palette, at the beginning and at the end;
        sigma: the deviation of a colour in it, 2 is from black to white; window: of how many cells.
    middle: how much more the middle of the picture counts. crop: what LPIPS sees at once.
    """

    minutes: float = 62.0
    batch: int = 8
    rate: float = 2e-3
    muon_rate: float = 0.015
    warmup: int = 60
    fall: float = 0.4
    mixed: float = 0.5
    blend: float = 0.25
    flat: tuple[float, float] = (0.15, 0.02)
    sigma: float = 0.12
    window: int = 36
    middle: float = 2.5
    lpips: float = 0.5
    crop: int = 128
    average: float = 0.998


class PolishConfig(_Part):
    """The duel. A step shows the critics `batch` drawings and random + between fakes.

    crossing: how often random pictures have form and detail of two. again: drawings made again,
    with up to `blend` of each part another's: where two meet, the nearer is to be drawn.
    critic, eyes: weights of what the critics say; held: of the lesson; codes: of the mapping.
    crop: what the heads behind AlexNet see at once. head_start: steps for the critics alone.
    """

    minutes: float = 14.0
    batch: int = 8
    random: int = 3
    between: int = 5
    crossing: float = 0.3
    again: int = 6
    blend: float = 0.45
    rate: float = 3e-4
    critic_rate: float = 2e-3
    critic: float = 0.1
    eyes: float = 0.2
    held: float = 1.0
    codes: float = 1.0
    r1: float = 1.0
    r1_every: int = 8
    crop: int = 160
    head_start: int = 100
    average: float = 0.99


class PortraitsConfig(_Part):
    """Everything about one training.

    mapping_steps: of 384 random codes. lessons, sight: how often a judge sees each drawing, and at
    how many pixels; a drawing mirrored is none. tries: pictures that sliders are examined on.
    """

    generator: FlatConfig
    critic: CriticConfig = CriticConfig(patch=4, channels=[32, 64, 128, 192, 192])
    encoder: StyleEncoderConfig
    teach: TeachConfig = TeachConfig()
    mapping_steps: int = 250
    polish: PolishConfig = PolishConfig()
    encoder_minutes: float = 15.0
    held_out: int = 1000
    lessons: float = 6.0
    sight: int = 128
    mirror: bool = False
    tries: int = 32
    samples: int = 1000
    seed: int = 0


OPTIONS = [len(group.vectors) for group in factors.groups()]
VARIANTS = sum(len(group.options) for group in factors.groups())
CHOICES = OPTIONS + [48] * len(factors.COLOURS)

CONFIGS = {
    "small": PortraitsConfig(
        generator=FlatConfig(
            z_dim=sum(CHOICES),
            w_dim=len(factors.names()),
            choices=CHOICES,
            options=OPTIONS,
            variants=VARIANTS,
        ),
        encoder=StyleEncoderConfig(
            size=256,
            patch=4,
            channels=[48, 96, 128, 192, 192],
            layers=7,
            dim=len(factors.names()),
        ),
    ),
    # For tests: the whole way in seconds.
    "tiny": PortraitsConfig(
        generator=FlatConfig(
            size=64,
            widths=[8, 8],
            blocks=[1, 1],
            seeds=[4, 2],
            z_dim=24,
            w_dim=len(factors.names()),
            choices=OPTIONS + [4] * len(factors.COLOURS),
            options=OPTIONS,
            variants=VARIANTS,
            plain=4,
        ),
        critic=CriticConfig(patch=4, channels=[8, 8, 8]),
        encoder=StyleEncoderConfig(
            size=64, patch=4, channels=[8, 8, 8], layers=4, dim=len(factors.names())
        ),
        teach=TeachConfig(minutes=-2.0, batch=4, crop=64, window=8),
        mapping_steps=2,
        polish=PolishConfig(
            minutes=-3.0, batch=4, random=2, between=2, again=2, crop=64, head_start=1, r1_every=2
        ),
        encoder_minutes=-2.0,
        held_out=10,
        lessons=0.2,
        sight=64,
        tries=2,
        samples=12,
    ),
}
