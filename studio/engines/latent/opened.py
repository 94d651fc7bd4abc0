"""The latent models that an engine has in memory."""

from __future__ import annotations

from studio.engines.latent.model import DIRECTIONS, ENCODER, GENERATOR, LatentModel
from studio.engines.opened import Opener


class OpenModels(Opener[LatentModel]):
    """Opens latent models and keeps the last two that were used. For one thread."""

    def __init__(self) -> None:
        super().__init__(LatentModel, (GENERATOR, ENCODER, DIRECTIONS))
