"""Early looks at a picture: a linear map from latents to colours, cheap enough for every step."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import DiffusionPipeline
from PIL import Image

from studio.recipes import PictureRecipe

CALIBRATION_SIDE = 128  # pixels
CALIBRATION_PICTURES = 8


class LatentPreview:
    """Turns latents into a small RGBA picture.

    matrix: (3 or 4, channels + 1), the last column a bias; from scaled latents to 0..1.
    """

    def __init__(self, matrix: torch.Tensor) -> None:
        self._matrix = matrix.float()

    @classmethod
    def for_pipeline(
        cls, pipeline: DiffusionPipeline, matrix: list[list[float]] | None
    ) -> LatentPreview | None:
        """The manifest's matrix, or one fitted to the pipeline's own VAE; None if neither."""
        if matrix is not None:
            return cls(torch.tensor(matrix))
        try:
            return cls(_fit(pipeline.vae))
        except (AttributeError, RuntimeError, TypeError, ValueError):
            return None  # an unusual latent space: the picture is then seen when it is done

    def image(self, latents: torch.Tensor) -> Image.Image | None:
        """latents: (1, channels, height, width), scaled as the denoiser sees them."""
        if latents.ndim != 4 or latents.shape[1] != self._matrix.shape[1] - 1:
            return None
        flat = latents[0].float().cpu().permute(1, 2, 0)
        colours = flat @ self._matrix[:, :-1].T + self._matrix[:, -1]
        pixels = colours.clamp(0, 1).mul(255).round().byte().numpy()
        return Image.fromarray(pixels).convert("RGBA")


class CleanEstimate:
    """Guesses the finished latents from those on the way, so that a preview is not just noise."""

    def __init__(self) -> None:
        self._before: tuple[float, torch.Tensor] | None = None

    def __call__(self, scheduler: Any, latents: torch.Tensor) -> torch.Tensor:
        """Multistep solvers keep their own estimate of the clean latents. In a rectified flow
        the path is straight: two points on it and their noise levels give its end."""
        outputs = getattr(scheduler, "model_outputs", None)
        if outputs and outputs[-1] is not None and outputs[-1].shape == latents.shape:
            return outputs[-1]
        sigmas = getattr(scheduler, "sigmas", None)
        index = getattr(scheduler, "step_index", None)
        if sigmas is None or index is None or index >= len(sigmas):
            return latents
        sigma = float(sigmas[index])
        before, self._before = self._before, (sigma, latents)
        if before is None or before[0] <= sigma or not _is_flow(scheduler):
            return latents
        velocity = (before[1] - latents) / (before[0] - sigma)
        return latents - sigma * velocity


def unpacked(
    pipeline: DiffusionPipeline, latents: torch.Tensor, recipe: PictureRecipe
) -> torch.Tensor:
    """(1, channels, height, width) of latents that a pipeline (FLUX) packs into a sequence."""
    unpack = getattr(pipeline, "_unpack_latents", None)
    if latents.ndim != 3 or unpack is None:
        return latents
    try:
        return unpack(latents, recipe.height, recipe.width, pipeline.vae_scale_factor)
    except (TypeError, ValueError, RuntimeError, AttributeError):
        return latents  # packed in a way of its own; then there is no early look


def _is_flow(scheduler: Any) -> bool:
    return type(scheduler).__name__.startswith("FlowMatch")


@torch.inference_mode()
def _fit(vae: Any) -> torch.Tensor:
    """Least squares from latents to colours over smooth random pictures of the VAE itself."""
    channels = vae.config.get("in_channels", 3)
    made = torch.rand(
        CALIBRATION_PICTURES, channels, 4, 4, generator=torch.Generator("cpu").manual_seed(0)
    )
    side = (CALIBRATION_SIDE, CALIBRATION_SIDE)
    pictures = torch.nn.functional.interpolate(made, side, mode="bicubic").clamp(0, 1)
    weight = next(vae.parameters())
    encoded = vae.encode((pictures * 2 - 1).to(weight.device, weight.dtype))
    latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    latents = ((latents.float() - shift) * vae.config.scaling_factor).cpu()
    colours = torch.nn.functional.interpolate(pictures, latents.shape[-2:], mode="area")
    inputs = latents.permute(0, 2, 3, 1).flatten(0, 2)
    inputs = torch.cat([inputs, torch.ones(len(inputs), 1)], 1)
    return torch.linalg.lstsq(inputs, colours.permute(0, 2, 3, 1).flatten(0, 2)).solution.T
