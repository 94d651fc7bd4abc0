"""The recipe's numbers: `full` for photographs on an accelerator, `tiny` for tests."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from studio.engines.latent.style_encoder import StyleEncoderConfig
from studio.engines.latent.style_generator import StyleConfig


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WarmConfig(_Part):
    """The generator first learns to draw what an encoder saw, so that it need not begin blind.

    rate: of the generator; encoder_rate: of encoder and heads.
    spread: standard deviation of the noise on a code, about 1 wide, while learning.
    pull: of codes towards 0. plain, lpips: weights of the L1 and the LPIPS distance.
    labels: weight of linear heads that read the pictures' labels from the code.
    """

    minutes: float = 24.0
    batch: int = 16
    rate: float = 2e-3
    encoder_rate: float = 5e-4
    spread: float = 0.15
    pull: float = 1e-3
    plain: float = 2.0
    lpips: float = 1.0
    labels: float = 0.2
    mapping_minutes: float = 1.0
    mapping_batch: int = 512


class DuelConfig(_Part):
    """Generator against discriminator (Goodfellow et al. 2014, with Karras et al. 2020's terms).

    r1, r1_every: gradient penalty on real pictures (Mescheder et al. 2018), every so many steps.
    eyes: weight of critics that look through AlexNet (eyes.py); 0 is none.
    rebuilt: how many fakes of a batch are pictures of the data made again: they are held to what
        they were, and the critic sees them too.
    mapping_rate: how much faster the mapping learns than mapping_lr says.
    mixing: how often two codes share a picture. augment: DiffAugment's policy, "" is none.
    path_weight, path_every: path-length regularisation (Karras et al. 2020); 0 is off.
    average: of the weights: half-life in pictures shown.
    head_start: steps in which only the critic learns, for a generator that already can draw.
    """

    minutes: float = 60.0
    batch: int = 16
    rate: float = 2e-3
    critic_rate: float = 2e-3
    beta2: float = 0.99
    r1: float = 1.0
    r1_every: int = 16
    eyes: float = 0.0
    rebuilt: int = 0
    rebuilt_weight: float = 1.0
    mapping_rate: float = 1.0
    mixing: float = 0.5
    augment: str = "colour,shift,cutout"
    path_weight: float = 0.0
    path_every: int = 8
    average: float = 10_000.0
    head_start: int = 0
    figures_minutes: float = 5.0
    figures_count: int = 1000


class CriticConfig(_Part):
    """The discriminator: `patch` pixels are folded into channels at the door."""

    patch: int = 1
    channels: list[int] = [64, 128, 256, 512, 512, 512, 512]


class GanConfig(_Part):
    """Everything about one model's training.

    probes: samples that named sliders are learned from; tries: pictures they are tried on.
    eyesight: part of a label's variance that judge B must explain, to be asked about it.
    lessons, sight: how often a judge sees each of its pictures, and at how many pixels.
    mirror: whether a flipped picture is as good as the picture.
    """

    generator: StyleConfig
    critic: CriticConfig
    encoder: StyleEncoderConfig
    warm: WarmConfig = WarmConfig()
    duel: DuelConfig = DuelConfig()
    probes: int = 4000
    tries: int = 48
    eyesight: float = 0.5
    lessons: float = 6.0
    sight: int = 64
    mirror: bool = False
    seed: int = 0

    @property
    def size(self) -> int:
        return self.generator.size


CONFIGS = {
    # Flowers, 256 px. 160 px photographs enlarged; mirrored; strong augmentation: they are few.
    "full": GanConfig(
        generator=StyleConfig(
            size=256, z_dim=256, w_dim=256, mapping_layers=4, channel_base=8192, channel_max=384
        ),
        critic=CriticConfig(channels=[32, 64, 128, 256, 512, 512, 512]),
        encoder=StyleEncoderConfig(
            size=256, patch=4, channels=[64, 128, 192, 256, 256], layers=14, dim=256, rows=14
        ),
        warm=WarmConfig(minutes=0.0, mapping_minutes=0.0),
        duel=DuelConfig(
            minutes=22.0,
            batch=64,
            rate=2.5e-3,
            critic_rate=2.5e-3,
            r1=2.0,
            eyes=0.5,
            average=20_000.0,
            figures_minutes=2.0,
        ),
        lessons=40.0,
        mirror=True,
    ),
    # For tests, and to walk the whole way in a minute.
    "tiny": GanConfig(
        generator=StyleConfig(
            size=64, z_dim=16, w_dim=16, mapping_layers=2, channels=[16, 16, 8], shuffle=4
        ),
        critic=CriticConfig(patch=4, channels=[16, 16, 16]),
        encoder=StyleEncoderConfig(size=64, patch=4, channels=[16, 16, 16], layers=6, dim=16),
        warm=WarmConfig(minutes=-2.0, batch=4, mapping_minutes=-2.0, mapping_batch=8),
        duel=DuelConfig(minutes=-3.0, batch=4, r1_every=2, eyes=1.0, rebuilt=2, figures_count=12),
        probes=60,
        tries=3,
        eyesight=-1e9,
        mirror=True,
    ),
}
