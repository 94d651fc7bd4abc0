"""From what was painted to the result: strength, colours, mask, transparency."""

from __future__ import annotations

import numpy as np
from PIL import Image

from studio.engines.base import Frame
from studio.engines.style.colours import Colours
from studio.engines.style.content import Content
from studio.engines.style.masks import Mask
from studio.recipes.style import FinestRecipe, StyleFilmRecipe, StyleRecipe

Wishes = StyleRecipe | FinestRecipe | StyleFilmRecipe

_SMALL = 256  # pixels; the longer side of the pictures that colours are compared in
# "A little of both": a style in few colours is not stretched to all of the picture's, which would
# show as coloured grain; each place gets a part of its own hue instead. Chosen by looking.
_MOST, _HUE = 1.6, 0.5
_BAND = 2**20  # pixels that are finished at once


class Finish:
    """The last step of one picture, the same in pieces and at every size.

    Strength and mask say how much of the painted picture is laid over the artist's own; where
    they are 0 that one stays as it is to the last bit.

    painted: the painted picture at any size, from which the change of colours is found.
    StudioError where the mask is damaged.
    """

    def __init__(self, wishes: Wishes, content: Content, painted: Frame) -> None:
        self._colours = _colours(wishes, content, painted)
        self._mask = Mask(wishes.mask, wishes.feather)
        self._strength = np.float32(wishes.strength)
        self._plain = wishes.colours == "style" and not wishes.mask and wishes.strength == 1.0

    def apply(self, content: Frame, painted: Frame, coloured: Frame | None = None) -> Frame:
        """The finished picture; all are uint8 [H, W, 3] of the same size, as is the result.

        coloured: whose colours are taken where the artist's own are wished for, if not `content`:
        in a film, a picture without noise.
        """
        if self._plain:
            return painted
        height, width = painted.shape[:2]
        weights = self._mask.weights((width, height))
        result = np.empty_like(painted)
        rows = max(1, _BAND // width)
        for top in range(0, height, rows):
            band = slice(top, top + rows)
            own = content[band].astype(np.float32)
            made = painted[band].astype(np.float32)
            if self._colours is not None:
                colours = own if coloured is None else coloured[band].astype(np.float32)
                made = self._colours.apply(colours, made).clip(0.0, 255.0)
            share = self._strength if weights is None else self._strength * weights[band, :, None]
            result[band] = (own + share * (made - own)).round()
        return result


def _colours(wishes: Wishes, content: Content, painted: Frame) -> Colours | None:
    """The change of colour; None where the style's colours are wished for."""
    if wishes.colours == "style":
        return None
    small = Image.fromarray(painted)
    small.thumbnail((_SMALL, _SMALL), Image.Resampling.BOX)
    own = content.pixels(small.size)
    return Colours(wishes.colours, own, np.asarray(small), most=_MOST, hue=_HUE)
