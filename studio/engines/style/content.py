"""The picture that is painted over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from studio.engines.base import Frame
from studio.library.incoming import open_with_alpha

_FILLS = (96, 12, 1)  # sides in pixels of the small pictures that colour what is transparent
_SEEN = 384  # pixels; of the picture that they are made from, a multiple of all of them
_EAGER = 8.0  # how much more than its share an opaque place counts in them


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
    whole = Image.new("RGB", image.size, "white")
    weighted = image.convert("RGBa").resize((_SEEN, _SEEN), Image.Resampling.BOX)
    values = np.asarray(weighted, np.float64) / 255.0
    for side in sorted(_FILLS):
        cell = _SEEN // side
        small = values.reshape(side, cell, side, cell, 4).mean((1, 3))
        cover = small[..., 3:]
        colours = small[..., :3] / np.maximum(cover, 1e-9)
        # a little in a cell is enough to colour it; the smallest picture goes everywhere
        cover = (cover > 0.0) if side == 1 else np.minimum(1.0, _EAGER * cover)
        cells = np.concatenate([colours.clip(0.0, 1.0), cover], -1) * 255.0
        spread = Image.fromarray(cells.round().astype(np.uint8), "RGBA")
        spread = spread.resize(image.size, Image.Resampling.BICUBIC)
        whole.paste(spread, mask=spread.getchannel("A"))
    whole.paste(image, mask=image.getchannel("A"))
    return whole
