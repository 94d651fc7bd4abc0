"""Sound from words, with a larger model that lies on this computer."""

from __future__ import annotations

import gc
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from studio.engines.audio.decoding import decoded
from studio.engines.audio.families import FAMILIES
from studio.engines.audio.finishing import at_our_rate, finished
from studio.engines.audio.memory import check_memory
from studio.engines.audio.solver import cosine_solver, is_cosine
from studio.engines.base import Context, Sound
from studio.engines.devices import Device, best_device
from studio.engines.pipeline_folders import cannot_open, hook_blocks, open_pipeline
from studio.errors import StudioError
from studio.recipes import Recipe, SoundRecipe
from studio.shelf import Model, check_diffusers_folder
from studio.sound import RATE

# A decoder of sound adds up thousands of numbers for each sample; what half precision rounds off
# of them is heard as noise.
EXACT = ("vae",)
THOUGHT = 0.85  # how much of the work is done when the latents are there; decoding is left
DECODED = 0.99
DEFAULT_STEPS = 50


class SoundEngine:
    """Makes `SoundRecipe`s. Keeps the model it used last in memory.

    There is no early listening: what a step leaves has to be decoded before it can be heard, which
    takes as long as some steps do, and until near the end it is noise.
    """

    kind = "sound"

    def __init__(self) -> None:
        self._device = best_device()
        self._open: _OpenModel | None = None

    def run(self, recipe: Recipe, context: Context) -> None:
        """Make each take by itself and keep it as soon as it is there."""
        assert isinstance(recipe, SoundRecipe)
        context.report(0.0, "Getting ready")
        model = context.shelf.model(recipe.model)
        recipe = complete(recipe, model)
        opened = self._model(model, context)
        takes = recipe.takes()
        for index, one in enumerate(takes):
            note = "Making the sound" if len(takes) == 1 else f"Take {index + 1} of {len(takes)}"

            def report(done: float, index: int = index, note: str = note) -> None:
                context.report((index + done) / len(takes), note)

            sound = opened.make(one, context, report)
            context.check()
            context.keep_sound(index, finished(sound), RATE, one)
        context.report(1.0, "Done")

    def prepare(self, recipe: Recipe, context: Context) -> None:
        """Open the recipe's model."""
        assert isinstance(recipe, SoundRecipe)
        self._model(context.shelf.model(recipe.model), context)

    def _model(self, model: Model, context: Context) -> _OpenModel:
        if self._open is None or self._open.model != model:
            self._open = None  # the old one leaves memory before the new one is measured
            gc.collect()
            context.check()
            self._open = _OpenModel(model, self._device)
            context.check()
        return self._open


def complete(recipe: SoundRecipe, model: Model) -> SoundRecipe:
    """The recipe with what it leaves to its model, so that it can be repeated later.

    What the model cannot be told is left out of it. StudioError where it asks for more than the
    model can do.
    """
    traits = model.sound
    if recipe.seconds > traits.longest:
        raise StudioError(
            f"“{model.name}” makes at most {math.floor(traits.longest)} seconds at a time.",
            "Ask for a shorter piece, or choose another model.",
        )
    usual = traits.full.guidance or 1.0
    guidance = usual if recipe.guidance is None or not traits.guided else recipe.guidance
    return recipe.model_copy(
        update={
            "lyrics": recipe.lyrics.strip() if traits.sings else "",
            "negative": recipe.negative.strip() if traits.leaves_out else "",
            "guidance": guidance,
            "steps": recipe.steps or traits.full.steps or DEFAULT_STEPS,
        }
    )


class _OpenModel:
    """A model in memory."""

    def __init__(self, model: Model, device: Device) -> None:
        family = FAMILIES.get(check_diffusers_folder(model.folder))
        if family is None:
            raise cannot_open(model.folder)
        check_memory(model.folder, model.name, device, EXACT)
        cosine = is_cosine(model.folder)
        with warnings.catch_warnings():
            # diffusers builds its decoder of sound with what torch calls the older weight_norm
            warnings.simplefilter("ignore", FutureWarning)
            without = ("scheduler",) if cosine else ()
            pipeline: Any = open_pipeline(model.folder, device, exact=EXACT, without=without)
        if cosine:
            try:
                pipeline.register_modules(scheduler=cosine_solver(model.folder))
            except (OSError, ValueError, TypeError, NotImplementedError) as error:
                raise cannot_open(model.folder) from error
        self.model = model
        self._pipeline = pipeline
        self._family = family
        self._context: Context | None = None
        hook_blocks(pipeline.transformer, self._check)
        hook_blocks(pipeline.vae, self._check)
        _keep_latents_exact(pipeline.transformer)

    def make(self, recipe: SoundRecipe, context: Context, report: Callable[[float], None]) -> Sound:
        """One take, as the model makes it: [n, 2] at `RATE`.

        `report` takes how much of it is done, in 0..1.
        """
        steps = 0

        def after_step(latents: torch.Tensor) -> None:
            nonlocal steps
            context.check()
            if not torch.isfinite(latents).all():
                raise self._nonsense()
            steps += 1
            of = len(self._pipeline.scheduler.timesteps)  # some take more than they are asked
            report(THOUGHT * min(1.0, steps / of))

        def between(done: float) -> None:
            context.check()
            report(THOUGHT + (DECODED - THOUGHT) * done)

        self._context = context
        try:
            with torch.inference_mode():
                latents = self._pipeline(**self._arguments(recipe, after_step)).audios
                vae = self._pipeline.vae
                rate = int(vae.config.sampling_rate)
                frames = math.ceil(recipe.seconds * rate)
                upright = self._family.upright(latents)
                pieces = list(at_our_rate(decoded(vae, upright, frames, between), rate))
                self._pipeline.maybe_free_model_hooks()
        except (RuntimeError, MemoryError) as error:
            if not _out_of_memory(error):
                raise
            raise StudioError(
                f"“{self.model.name}” ran out of memory.",
                "Ask for a shorter piece, or choose a smaller model.",
            ) from error
        finally:
            self._context = None
        return np.concatenate(pieces)[: round(recipe.seconds * RATE)]

    def _arguments(
        self, recipe: SoundRecipe, after_step: Callable[[torch.Tensor], None]
    ) -> dict[str, Any]:
        generator = torch.Generator("cpu").manual_seed(recipe.seed)
        shape = self._family.noise(self._pipeline, recipe.seconds)
        arguments = {
            "prompt": recipe.prompt.strip(),
            "num_inference_steps": recipe.steps,
            "guidance_scale": recipe.guidance,
            "generator": generator,
            # made here, in float32 on the CPU, so that a seed means the same on every device
            "latents": torch.randn(shape, generator=generator),
            "output_type": "latent",
            **self._family.arguments(recipe),
            **self.model.sound.call,
        }
        if "callback_on_step_end" in type(self._pipeline).__call__.__annotations__:

            def at_end(_pipe: Any, _step: int, _t: Any, values: dict[str, Any]) -> dict[str, Any]:
                after_step(values["latents"])
                return values

            arguments["callback_on_step_end"] = at_end
        else:
            arguments["callback"] = lambda _step, _t, latents: after_step(latents)
            arguments["callback_steps"] = 1
        return arguments

    def _check(self) -> None:
        if self._context is not None:
            self._context.check()

    def _nonsense(self) -> StudioError:
        return StudioError(
            f"“{self.model.name}” calculated nonsense and was stopped.",
            "Its files may be damaged; copy it again, or choose other settings.",
        )


def _out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """Whether that is what went wrong; on the processor torch says so in its words alone."""
    known = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return known or "not enough memory" in str(error) or "can't allocate memory" in str(error)


def _keep_latents_exact(denoiser: torch.nn.Module) -> None:
    """Let the latents stay in float32 between the steps of a denoiser in half precision.

    They are sums over all steps; rounded at each of them, a quiet passage drowns in noise.
    """

    def fit(value: Any) -> Any:
        exact = isinstance(value, torch.Tensor) and value.is_floating_point() and value.ndim > 1
        return value.to(denoiser.dtype) if exact else value

    def before(_module: Any, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any]:
        return tuple(fit(one) for one in given), {name: fit(one) for name, one in named.items()}

    def after(_module: Any, _given: Any, made: Any) -> Any:
        return (made[0].float(), *made[1:]) if isinstance(made, tuple) else made

    denoiser.register_forward_pre_hook(before, with_kwargs=True)
    denoiser.register_forward_hook(after)
