"""Says which program left a file behind, by the names of the tensors in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from studio.errors import StudioError
from studio.shelf.conversion.ada import is_ada, plan_ada
from studio.shelf.conversion.containers import Stored
from studio.shelf.conversion.plan import Plan
from studio.shelf.conversion.rosinality import is_rosinality, plan_rosinality
from studio.shelf.conversion.tensorflow import is_tensorflow, plan_tensorflow
from studio.shelf.conversion.torch_files import TorchFile

# The averaged weights first: they draw the better pictures.
_GENERATORS = (
    "G_ema", "g_ema", "Gs", "params_ema", "ema", "generator_ema", "state_dict", "model",
    "G", "g", "generator", "params",
)  # fmt: skip
_WRAPPED = re.compile(
    r"^(?:module|_orig_mod|model|state_dict|G_ema|g_ema|Gs|G|g|generator|decoder)\."
)
_THIRD = re.compile(r"synthesis\.(?:input\.freqs|L\d+_\d+_\d+\.)")


def plan_for(file: TorchFile, kind: int | None = None) -> Plan:
    """How to make a generator of ours from an opened file.

    kind: which of its kinds of pictures, where the model was trained to tell several apart.

    StudioError, in plain words, where the file holds none that we know.
    """
    for tensors, settings in _networks(file):
        if any(_THIRD.match(name) for name in tensors):
            raise StudioError(
                "This is a StyleGAN3 model, which Easel cannot move in.",
                "Easel takes StyleGAN2, as StyleGAN2-ADA and rosinality’s program train it.",
            )
        found = None
        if is_ada(tensors):
            found = plan_ada(file, tensors, settings, kind)
        elif is_rosinality(tensors):
            beside = file.mapping(file.content) or {}
            found = plan_rosinality(file, tensors, file.tensor(beside.get("latent_avg")))
        elif is_tensorflow(tensors):
            found = plan_tensorflow(file, tensors, settings)
        if found is not None:
            return found
    raise StudioError(
        f"“{file.name}” holds no generator that Easel knows.",
        "Easel takes StyleGAN2, as StyleGAN2-ADA and rosinality’s program train it.",
    )


def _networks(file: TorchFile) -> Iterator[tuple[dict[str, Stored], Mapping[object, object]]]:
    """All that may be a generator: its tensors by name, and what it was made with."""
    content = file.mapping(file.content) or {}
    named = [content[key] for key in _GENERATORS if key in content]
    listed = file.content if isinstance(file.content, tuple | list) else ()  # (G, D, averaged G)
    for one in (*named, *reversed(listed[:3]), file.content):
        network = file.network(one)
        if network is not None:
            yield network.tensors, network.settings
        elif tensors := file.tensors(one):
            yield _unwrapped(tensors), {}


def _unwrapped(tensors: dict[str, Stored]) -> dict[str, Stored]:
    """Names without what a program put before all of the generator's ("module.", "g_ema.")."""
    for _ in range(3):
        if is_ada(tensors) or is_rosinality(tensors):
            break
        starts = dict.fromkeys(match[0] for name in tensors if (match := _WRAPPED.match(name)))
        for start in starts:
            inner = {
                name[len(start) :]: one for name, one in tensors.items() if name.startswith(start)
            }
            if any(name.endswith(("synthesis.b4.const", "input.input")) for name in inner):
                tensors = inner
                break
    return tensors
