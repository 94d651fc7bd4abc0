"""Pictures from words, with any diffusers model on the disk."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import torch
from PIL import Image

from studio.engines.base import Context
from studio.engines.devices import Device, best_device
from studio.engines.imaging.noise import generator, seeded_noise
from studio.engines.imaging.pipelines import (
    denoiser_name,
    open_denoiser,
    open_upscaler,
    with_scheduler,
)
from studio.engines.imaging.preview import CleanEstimate, LatentPreview, unpacked
from studio.engines.imaging.upscaler import Upscaler
from studio.engines.pipeline_folders import hook_blocks, open_pipeline
from studio.errors import StudioError
from studio.recipes import PictureRecipe, Recipe
from studio.shelf import Effort, Model, completed, effort_of

PREVIEW_EVERY = 0.25  # seconds
DEFAULT_STEPS = 30
PREPARE_STEPS = 2
ALMOST = 0.99  # how much is done after the last step; enlarging and keeping are left


class PictureEngine:
    """Draws `PictureRecipe`s. Keeps the model it used last in memory."""

    kind = "picture"

    def __init__(self) -> None:
        self._device = best_device()
        self._open: _OpenModel | None = None

    def run(self, recipe: Recipe, context: Context) -> None:
        """Draw each variation by itself and keep it as soon as it is there."""
        assert isinstance(recipe, PictureRecipe)
        context.report(0.0, "Getting ready")
        model = context.shelf.model(recipe.model)
        opened = self._model(model, context)
        effort = effort_of(model.picture, recipe)
        recipe = opened.fill_in(completed(recipe, model.picture))
        variations = recipe.variations()
        for index, one in enumerate(variations):
            note = "Drawing" if len(variations) == 1 else f"Drawing {index + 1} of {recipe.count}"

            def report(done: float, index: int = index, note: str = note) -> None:
                context.report((index + done) / len(variations), note)

            image = opened.draw(one, effort, context, index, report)
            context.check()
            context.keep(index, image, one)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the recipe's model, and draw a few steps so that the first picture is not slow."""
        assert isinstance(recipe, PictureRecipe)
        model = context.shelf.model(recipe.model)
        opened = self._model(model, context)
        short = recipe.model_copy(update={"steps": PREPARE_STEPS})
        short = opened.fill_in(completed(short, model.picture))
        effort = effort_of(model.picture, recipe)
        opened.draw(short, effort, context, 0, lambda _done: None)

    def _model(self, model: Model, context: Context) -> _OpenModel:
        if self._open is None or self._open.model != model:
            self._open = None  # the old one leaves memory before the new one enters it
            context.check()
            self._open = _OpenModel(model, self._device)
            context.check()
        return self._open


class _OpenModel:
    """A model in memory: its pipeline, its other denoisers, its upscaler, its preview."""

    def __init__(self, model: Model, device: Device) -> None:
        pipeline = open_pipeline(model.folder, device)
        self.model = model
        self._pipeline = pipeline
        self._device = device
        self._name = denoiser_name(pipeline)
        self._denoisers = {"": getattr(pipeline, self._name)}
        self._scheduler = pipeline.scheduler
        self._method = ""
        self._call = inspect.signature(pipeline.__call__).parameters
        self._preview: LatentPreview | None = None
        self._preview_tried = False
        self._upscaler: Upscaler | None = None
        self._context: Context | None = None
        hook_blocks(self._denoisers[""], self._check)

    def fill_in(self, recipe: PictureRecipe) -> PictureRecipe:
        """Complete from the pipeline's own defaults what the model's manifest leaves open."""

        def default(name: str, otherwise: Any) -> Any:
            found = self._call[name].default if name in self._call else None
            return found if isinstance(found, int | float) else otherwise

        steps = recipe.steps or int(default("num_inference_steps", DEFAULT_STEPS))
        guidance = recipe.guidance
        if guidance is None:
            guidance = max(1.0, min(20.0, float(default("guidance_scale", 1.0))))
        return recipe.model_copy(update={"steps": steps, "guidance": guidance})

    def draw(
        self,
        recipe: PictureRecipe,
        effort: Effort,
        context: Context,
        index: int,
        report: Callable[[float], None],
    ) -> Image.Image:
        """One picture. `report` takes how much of it is done, in 0..1."""
        self._use(recipe, effort)
        shown = 0.0
        estimate = CleanEstimate()

        def after_step(step: int, latents: torch.Tensor) -> None:
            nonlocal shown
            context.check()
            if not torch.isfinite(latents).all():
                raise StudioError(
                    f"“{self.model.name}” calculated nonsense and was stopped.",
                    "Its files may be damaged; copy it again, or choose other settings.",
                )
            steps = len(self._pipeline.scheduler.timesteps)  # some take more than they are asked
            report(ALMOST * (step + 1) / steps)
            clean = estimate(self._pipeline.scheduler, latents)
            if time.monotonic() - shown >= PREVIEW_EVERY and step + 1 < steps:
                shown = time.monotonic()
                self._show(clean, context, index, recipe)

        self._context = context
        try:
            with torch.inference_mode(), seeded_noise(self._pipeline, recipe):
                result = self._pipeline(**self._arguments(recipe, after_step))
                return self._finish(result.images, recipe)
        finally:
            self._context = None

    def _use(self, recipe: PictureRecipe, effort: Effort) -> None:
        """Put the denoiser and the scheduler in place that this recipe asks for."""
        if effort.folder not in self._denoisers:
            folder = self.model.folder / effort.folder
            denoiser = open_denoiser(self._pipeline, folder, self._device)
            hook_blocks(denoiser, self._check)
            self._denoisers[effort.folder] = denoiser
        if recipe.scheduler != self._method:
            self._pipeline.scheduler = with_scheduler(self._scheduler, recipe.scheduler)
            self._method = recipe.scheduler
        setattr(self._pipeline, self._name, self._denoisers[effort.folder])

    def _arguments(
        self, recipe: PictureRecipe, after_step: Callable[[int, torch.Tensor], None]
    ) -> dict[str, Any]:
        scale = self.model.picture.scale
        arguments: dict[str, Any] = {
            "prompt": recipe.words,
            "negative_prompt": recipe.negative,
            "num_inference_steps": recipe.steps,
            "guidance_scale": recipe.guidance,
            "width": _native(recipe.width, scale),
            "height": _native(recipe.height, scale),
            "generator": generator(recipe.seed),
            "output_type": "pt" if self.model.picture.upscaler else "pil",
            **self.model.picture.call,
        }
        if "callback_on_step_end" in self._call:

            def at_end(_pipe: Any, step: int, _t: Any, values: dict[str, Any]) -> dict[str, Any]:
                after_step(step, values["latents"])
                return values

            arguments["callback_on_step_end"] = at_end
        elif "callback" in self._call:
            arguments["callback"] = lambda step, _t, latents: after_step(step, latents)
            arguments["callback_steps"] = 1
        return {name: value for name, value in arguments.items() if name in self._call}

    def _finish(self, images: Any, recipe: PictureRecipe) -> Image.Image:
        """Enlarge where the model has an upscaler, and bring to the size that was asked for."""
        part = self.model.picture.upscaler
        if part is None:
            image: Image.Image = images[0]
        else:
            if self._upscaler is None:
                folder = self.model.folder / part.folder
                self._upscaler = open_upscaler(folder, self._device)
            large = self._upscaler(images[:1].to(self._device.name, self._device.dtype))
            pixels = large[0].float().clamp(0, 1).mul(255).round().byte()
            image = Image.fromarray(pixels.permute(1, 2, 0).cpu().numpy())
        size = (recipe.width, recipe.height)
        return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)

    def _show(
        self, latents: torch.Tensor, context: Context, index: int, recipe: PictureRecipe
    ) -> None:
        if not self._preview_tried:
            self._preview_tried = True
            matrix = self.model.picture.latent_preview
            self._preview = LatentPreview.for_pipeline(self._pipeline, matrix)
        latents = unpacked(self._pipeline, latents, recipe)
        image = self._preview.image(latents) if self._preview else None
        if image is not None:
            context.show(index, image)

    def _check(self) -> None:
        if self._context is not None:
            self._context.check()


def _native(side: int, scale: int) -> int:
    """The side in pixels that the pipeline draws for an output of `side` pixels."""
    return side if scale == 1 else max(16, round(side / scale / 16) * 16)
