"""Where the style goes: a mask that the artist has painted."""

from __future__ import annotations

import base64

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from studio.errors import StudioError
from studio.library.incoming import open_picture

MAX_SIDE = 1024  # pixels at which a mask's edge is softened
SOFTEST = 0.06  # of the longer side: the deviation of the softest edge

Weights = npt.NDArray[np.float32]


class Mask:
    """A mask that stretches over the whole picture, its edge softened.

    packed: base64 of a picture, white where the style goes; "" is white everywhere.
    feather: 0 is the edge as it was painted, 1 the softest.
    StudioError where it is damaged.
    """

    def __init__(self, packed: str, feather: float) -> None:
        self._image = _unpacked(packed) if packed else None
        if self._image is not None and feather > 0.0:
            radius = SOFTEST * feather * max(self._image.size)
            self._image = self._image.filter(ImageFilter.GaussianBlur(radius))

    def weights(self, size: tuple[int, int]) -> Weights | None:
        """How much of the style there is at (width, height): float32 [height, width] in 0..1.

        None where it is all of it everywhere.
        """
        if self._image is None:
            return None
        image = self._image
        if image.size != size:
            image = image.resize(size, Image.Resampling.BICUBIC)
        return np.asarray(image, np.float32) / np.float32(255.0)


def _unpacked(packed: str) -> Image.Image:
    try:
        data = base64.b64decode(packed, validate=True)
    except ValueError as error:
        raise StudioError(
            "What was painted on the picture is damaged.", "Paint it anew."
        ) from error
    image = open_picture(data, "The painted mask").convert("L")
    if max(image.size) > MAX_SIDE:
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    return image
