"""The picture that is painted over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from studio.engines.base import Frame
from studio.library.incoming import open_with_alpha

_FILLS = (96, 12, 1)  # sides in pixels of the small pictures that colour what is transparent


class Content:
    """A picture as the painter takes it: its colours everywhere, its transparency apart.

    size: (width, height) in pixels of the whole picture. alpha: its transparency (L), None where
    it is opaque.
    What is transparent is filled with the colours around it, so that no black or white edge is
    painted where nobody sees one.
    """

    def __init__(self, image: Image.Image) -> None:
        self.size = image.size
        self.alpha = image.getchannel("A") if image.mode == "RGBA" else None
        self._image = _filled(image) if image.mode == "RGBA" else image.convert("RGB")

    @classmethod
    def of(cls, file: Path) -> Content:
        """From a file of any kind that the library takes. StudioError where it cannot be read."""
        return cls(open_with_alpha(file))

    def pixels(self, size: tuple[int, int]) -> Frame:
        """Its colours at (width, height): uint8 [height, width, 3]."""
        if size == self._image.size:
            return np.asarray(self._image)
        return np.asarray(self._image.resize(size, Image.Resampling.LANCZOS))

    def shown(self, pixels: Frame) -> Image.Image:
        """Colours of any size as an image, as transparent as this is."""
        image = Image.fromarray(pixels)
        if self.alpha is not None:
            alpha = self.alpha
            if alpha.size != image.size:
                alpha = alpha.resize(image.size, Image.Resampling.LANCZOS)
            image.putalpha(alpha)
        return image

    def smaller(self, longest: int) -> Content:
        """The same in at most so many pixels on its longer side, to save memory and time.

        It keeps its `size`, by which it is painted.
        """
        if max(self.size) <= longest:
            return self
        scale = longest / max(self.size)
        size = max(1, round(self.size[0] * scale)), max(1, round(self.size[1] * scale))
        content = Content(self._image.resize(size, Image.Resampling.LANCZOS))
        content.size = self.size
        if self.alpha is not None:
            content.alpha = self.alpha.resize(size, Image.Resampling.LANCZOS)
        return content


def _filled(image: Image.Image) -> Image.Image:
    """RGBA -> RGB, what is transparent in the colours of what is near.

    Ever smaller pictures, in which colours count by their opacity, are laid under it.
    """
    whole = Image.new("RGBA", image.size, (255, 255, 255, 255))
    weighted = image.convert("RGBa")
    for side in sorted(_FILLS):
        small = weighted.resize((side, side), Image.Resampling.BOX)
        spread = small.convert("RGBA").resize(image.size, Image.Resampling.BICUBIC)
        whole.alpha_composite(spread)
    whole.alpha_composite(image)
    return whole.convert("RGB")
