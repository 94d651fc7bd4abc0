"""What the painter is compared with: optimisation, and networks of the same size of older make."""

from __future__ import annotations

import torch
from torch import Tensor

from studio.engines.style.network import Painter, Statistics
from studio.training.style.teacher import Teacher, content_terms, moments, style_terms


class OlderPainter(Painter):
    """The same layers with instance normalisation (Ulyanov et al. 2016), and nothing else of ours.

    With one fixed code it is a network for one style (Johnson et al. 2016); with codes from the
    reader it is one for any style (Ghiasi et al. 2017). The statistics of a picture are taken in
    every layer while it is painted, so it cannot paint in tiles.
    """

    keeps = False

    @staticmethod
    def normalise(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        """Each channel of a picture to mean 0 and deviation 1, then scaled and shifted."""
        # in float32: the mean over a large picture is lost in bfloat16
        mean = x.mean((2, 3), keepdim=True, dtype=torch.float32)
        square = (x.float() - mean).square().mean((2, 3), keepdim=True)
        factor = scale[..., None, None] * (square + 1e-4).rsqrt()
        offset = shift[..., None, None] - mean * factor
        return torch.addcmul(offset.to(x.dtype), x, factor.to(x.dtype))

    def level(self, content: Tensor, statistics: Statistics) -> Tensor:
        """The picture around 0."""
        del statistics
        return content.float() * 4 - 2

    def colour(self, x: Tensor, code: Tensor, statistics: Statistics) -> Tensor:
        """The picture around 0.5."""
        del code, statistics
        return x.float() * 0.25 + 0.5


def optimise(
    content: Tensor,
    style: Tensor,
    teacher: Teacher,
    weight: float,
    steps: int = 300,
    rate: float = 0.03,
) -> Tensor:
    """A picture changed step by step until it has the style (Gatys et al. 2016), by Adam.

    content, style: [1, 3, H, W] in 0..1. weight: of the content. Returns [1, 3, H, W] in 0..1.
    """
    with torch.no_grad():
        wanted = moments(style, teacher(style))
        shapes = teacher(content)
    x = content.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([x], lr=rate, betas=(0.9, 0.95))
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=True)
        found = teacher(x)
        style_loss = style_terms(moments(x, found), wanted).sum()
        (style_loss + weight * content_terms(found, shapes).sum()).backward()
        optimizer.step()
        with torch.no_grad():
            x.clamp_(0, 1)
    return x.detach()


def plain_losses(
    picture: Tensor, content: Tensor, style: Tensor, teacher: Teacher
) -> tuple[Tensor, Tensor]:
    """Style and content loss as in the papers, of [B, 3, H, W] in 0..1, each [B].

    Style: squared difference of Gram matrices (divided by places and channels), relu1_2 to
    relu4_1, relative to the style's own, mean over layers. Content: squared difference at
    relu3_3, relative to the content's own.
    """
    with torch.no_grad():
        found, shapes, manner = teacher(picture), teacher(content), teacher(style)
        terms = []
        for a, b in zip(found, manner, strict=True):
            first, second = gram(a), gram(b)
            size = second.square().sum((1, 2))
            terms.append((first - second).square().sum((1, 2)) / size)
        wanted = shapes[2].float()
        kept = (found[2].float() - wanted).square().sum((1, 2, 3)) / wanted.square().sum((1, 2, 3))
    return torch.stack(terms).mean(0), kept


def gram(x: Tensor) -> Tensor:
    """Gram matrix [B, C, C] of a map [B, C, H, W], divided by its places and channels."""
    rows = x.float().flatten(2)
    return rows @ rows.mT / (rows.shape[1] * rows.shape[2])
