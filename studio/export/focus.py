"""Where the subject of a picture is, so that cutting keeps it.

Where there is transparency, it is what is not transparent. Elsewhere it is what differs from the
rest in colour and detail: colour contrast after Achanta and others (Frequency-tuned Salient Region
Detection, CVPR 2009), with edges, and a weak preference for the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from studio.export.plan import ANYWHERE, Cut

_SIDE = 160  # pixels that it is looked at with
_MIDDLE = 0.6  # how far the preference for the middle reaches, in half diagonals
_FULL = 250.0 / 255
_NEARLY = 0.97
_RIM = 0.04  # of the shorter side


@dataclass(frozen=True)
class Focus:
    """How much each part of a picture matters, and what the artist says of it.

    weight: float32, height x width, sum over 0. cut: where the artist wants it, comes first.
    """

    weight: np.ndarray
    cut: Cut = ANYWHERE

    def window(self, width: float, height: float) -> tuple[float, float]:
        """Where a window of this size keeps most of what matters: left and top, 0..1.

        width, height: of the window, as parts of the picture's, 0..1.
        """
        across, down = self.cut.across, self.cut.down
        return (
            _best(self.weight.sum(axis=0), width) if across is None else across * (1 - width),
            _best(self.weight.sum(axis=1), height) if down is None else down * (1 - height),
        )


def focus_of(image: Image.Image, cut: Cut | None = None) -> Focus:
    """What matters in a picture of any mode; all alike where nothing stands out.

    cut: what the artist says of it.
    """
    cut = cut or ANYWHERE
    if cut.across is not None and cut.down is not None:
        return Focus(np.ones((1, 1), np.float32), cut)
    small = image.convert("RGBA")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float32) / 255
    alpha = pixels[..., 3]
    weight = alpha if alpha.min() < _FULL else _salience(small.convert("RGB"))
    return Focus(weight if float(weight.sum()) > 1e-6 else np.ones_like(alpha), cut)


def _best(weight: np.ndarray, part: float) -> float:
    """Where the window begins along one axis.

    Of the places that keep nearly all that can be kept it is the one that has it in its middle.
    """
    count = len(weight)
    steps = np.linspace(0, max(1.0 - part, 0.0), 4 * count + 1)
    total = np.concatenate([[0.0], np.cumsum(weight, dtype=np.float64)])
    edges = np.arange(count + 1) / count
    kept = np.interp(steps + part, edges, total) - np.interp(steps, edges, total)
    most = steps[kept.argmax()]
    middles = (np.arange(count) + 0.5) / count
    inside = weight * ((middles >= most) & (middles <= most + part))
    middle = float((inside * middles).sum() / max(float(inside.sum()), 1e-9))
    good = np.flatnonzero(kept >= _NEARLY * kept.max())
    return float(steps[good[np.abs(steps[good] + part / 2 - middle).argmin()]])


def _salience(image: Image.Image) -> np.ndarray:
    """How much each pixel stands out, float32, height x width."""
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(2)), np.float32) / 255
    contrast = np.linalg.norm(blurred - blurred.reshape(-1, 3).mean(axis=0), axis=2)
    grey = blurred.mean(axis=2)
    edges = np.hypot(*np.gradient(grey)) if min(grey.shape) > 1 else np.zeros_like(grey)
    found = contrast / max(float(contrast.max()), 1e-3) + edges / max(float(edges.max()), 1e-3)
    # Frames and what a scanner left at the edges stand out most of all, and matter least.
    rim = round(_RIM * min(found.shape))
    if rim:
        inner = np.zeros_like(found)
        inner[rim:-rim, rim:-rim] = found[rim:-rim, rim:-rim]
        found = inner
    # What stands out little is background, however much of it there is.
    found = np.clip(found - np.quantile(found, 0.7), 0, None) ** 2
    height, width = found.shape
    rows, columns = np.mgrid[0:height, 0:width]
    away = np.hypot((rows + 0.5) / height - 0.5, (columns + 0.5) / width - 0.5)
    weighed: np.ndarray = found * np.exp(-((away / _MIDDLE) ** 2))
    return weighed
