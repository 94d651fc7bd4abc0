"""From a place in words to a code in numbers, and back."""

from __future__ import annotations

import base64

import numpy as np
import torch
from torch import Tensor

from studio.engines.latent.model import LatentModel
from studio.errors import StudioError
from studio.recipes import Place, Share

HALF_MAX = 65504.0  # the largest float16


def resolve(place: Place, model: LatentModel) -> Tensor:
    """The code [L, D], float32, of a place: base, then what is mixed in, then pinned sliders.

    StudioError where the place was found with another kind of model, or pins a slider that this
    one does not have.
    """
    return model.sliders.pin(unpinned(place, model), place.sliders)


def unpinned(place: Place, model: LatentModel) -> Tensor:
    """The code of a place before its own sliders are pinned."""
    if place.found:
        own = read_found(place.found, model.layers, model.dim)
    else:
        own = model.seeded(place.seed)
        own = model.center + place.adventurous * (own - model.center)
    if not place.mixed:
        return own
    shares = [(resolve(share.place, model), share) for share in place.mixed]
    return mix(own, shares, model.center, model.round_from)


def mix(own: Tensor, shares: list[tuple[Tensor, Share]], center: Tensor, round_from: int) -> Tensor:
    """The weighted mean of codes [L, D], row by row; `own` has what the shares leave of 1.

    Numbers from `round_from` on get the weighted mean of the parts' distances from the center:
    normal random numbers all lie about as far from it, and a plain mean nearer than any picture
    the model knows.
    """
    layers = len(own)
    weights = torch.zeros(len(shares), layers, dtype=torch.float64)
    for row, (_, share) in zip(weights, shares, strict=True):
        if share.layers == "all" or layers == 1:
            row[:] = share.weight
        elif share.layers == "coarse":
            row[: layers // 2] = share.weight
        else:
            row[layers // 2 :] = share.weight
    if layers == 1:
        weights *= _fitting([share for _, share in shares])
    codes = torch.stack([own, *(code for code, _ in shares)]).double() - center.double()
    weights = torch.cat([(1 - weights.sum(0, keepdim=True)).clamp_min(0), weights])[:, :, None]
    mixed = (weights * codes).sum(0)
    if round_from < mixed.shape[1]:
        far = (weights * codes[..., round_from:].norm(dim=2, keepdim=True)).sum(0)
        rounded = mixed[:, round_from:]
        rounded *= far / rounded.norm(dim=1, keepdim=True).clamp_min(1e-6)
    return (center.double() + mixed).float()


def _fitting(shares: list[Share]) -> float:
    """What to multiply the weights by where a code has one row, for form and detail alike.

    Half of the rows from one and half from another would both count as the whole; scaled so that
    what is left for the place itself is what it would have in rows of its own.
    """
    total = sum(share.weight for share in shares)
    most = max(
        sum(share.weight for share in shares if share.layers in ("all", layers))
        for layers in ("coarse", "fine")
    )
    return most / total if total > 0 else 1.0


def found_text(code: Tensor) -> str:
    """A code as `Place.found` holds it: base64 of little-endian float16."""
    numbers = code.detach().float().clamp(-HALF_MAX, HALF_MAX).numpy().astype("<f2")
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def read_found(text: str, layers: int, dim: int) -> Tensor:
    """The code in a `Place.found`, float32 [layers, dim]. StudioError where it does not fit."""
    try:
        numbers = np.frombuffer(base64.b64decode(text, validate=True), "<f2")
    except ValueError as error:
        raise _not_here() from error
    if numbers.size != layers * dim or not np.isfinite(numbers).all():
        raise _not_here()
    return torch.from_numpy(numbers.astype(np.float32)).view(layers, dim)


def _not_here() -> StudioError:
    return StudioError(
        "This place belongs to another model, or its numbers are damaged.",
        "Choose the model that it was found with.",
    )
