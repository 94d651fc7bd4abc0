"""Style models, opened from their folder and ready to paint."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image, ImageOps
from torch import Tensor

from studio.engines.devices import Device
from studio.engines.opened import Opener
from studio.engines.style.flow import Flow
from studio.engines.style.network import Painter, PainterConfig, Statistics
from studio.engines.style.pixels import tensor
from studio.engines.weights import Misfit, check_shape, configure, damaged, fill, read
from studio.errors import StudioError
from studio.shelf import Model
from studio.shelf.inspect import CODES, PAINTER, STYLES

LEAST_STYLE = 32  # pixels; a style picture's shorter side, which is enlarged where it has fewer
LONGEST_STYLE = 4  # times the shorter side; of a longer picture the middle is looked at
TRIAL_SIDE = 64  # pixels; the picture with which a network is tried when it is opened


class StyleModel:
    """A style model in memory. Used from one thread.

    Codes are float32 tensors [D] on the CPU, so that mixing is calculated alike everywhere; only
    painting uses the device and its precision.

    StudioError on opening where manifest and files do not agree, or weights are damaged.
    """

    def __init__(self, model: Model, device: Device) -> None:
        self.model = model
        self.device = device
        self.traits = model.style
        try:
            self._painter = self._open_painter()
            self._codes = self._open_codes()
        except Misfit as error:
            raise damaged(model.folder) from error
        self._painter.prepare(device.dtype).to(device.name)

    @property
    def multiple(self) -> int:
        """The sides of what is painted are multiples of so many pixels."""
        return int(self._painter.multiple)

    @property
    def reach(self) -> int:
        """Pixels beyond which nothing changes what is painted."""
        return int(self._painter.reach)

    @property
    def grain(self) -> float:
        """How much grain pictures are given before they are painted: a standard deviation."""
        return float(self._painter.config.grain)

    @property
    def identity(self) -> Tensor:
        """The code [D] that leaves a picture nearly as it is."""
        return self._painter.identity.detach().float().cpu()

    def learned(self, style_id: str) -> Tensor:
        """The code [D] of a style that the model has learned. StudioError where it has not."""
        for number, style in enumerate(self.traits.styles):
            if style.id == style_id:
                return self._codes[number]
        raise StudioError(
            f"“{self.model.name}” does not know the style “{style_id}”.", "Choose another style."
        )

    def read(self, picture: Image.Image) -> Tensor:
        """The code [D] of the style of any RGB picture. StudioError where the model cannot."""
        if not self.traits.any_picture:
            raise StudioError(
                f"“{self.model.name}” paints only in the styles that it has learned.",
                "Choose one of those, or another model.",
            )
        with torch.inference_mode():
            seen = tensor(_as_read(picture, self._painter.style_side))
            code: Tensor = self._painter.read(seen.to(self.device.name))[0].float().cpu().clone()
        if not torch.isfinite(code).all():
            raise self.nonsense()
        return code

    def mixed(self, codes: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
        """Several codes as one; shares are parts of 1."""
        parts = [share * code for code, share in zip(codes, shares, strict=True)]
        return torch.stack(parts).sum(0)

    def keeping_colours(self, code: Tensor) -> Tensor:
        """The code of the same manner in the colours that the picture has: its first number."""
        own = code.clone()
        own[0] = 1.0
        return own

    def measure(self, picture: Tensor) -> Statistics:
        """What painting has to know of the whole picture [1, 3, H, W] in 0..1."""
        with torch.inference_mode():
            return self._painter.measure(picture, self.identity[None])

    def flow(self, picture: Tensor, statistics: Statistics) -> Flow | None:
        """Where strokes run in the whole picture [1, 3, H, W]; None: the painter does not ask."""
        if not self._painter.config.flow:
            return None
        with torch.inference_mode():
            return self._painter.flow(picture, statistics)

    def paint(
        self, picture: Tensor, code: Tensor, statistics: Statistics, given: Tensor | None = None
    ) -> Tensor:
        """The picture [1, 3, H, W] in 0..1, or a part of it, painted; the same shape and range.

        H and W are multiples of `multiple`. given: that part's currents, as in `Painter.paint`.
        On the CPU, float32. StudioError where the network calculates nonsense.
        """
        with torch.inference_mode():
            there = self.device.name
            numbers = Statistics.of([one.to(there) for one in statistics.tensors])
            currents = None if given is None else given.to(there)
            painted = self._painter.paint(
                picture.to(there), code[None].to(there), numbers, currents
            )
            painted = painted.float().cpu()
            if not torch.isfinite(painted.sum()):  # one number that is none makes the sum none
                raise self.nonsense()
            return painted

    def nonsense(self) -> StudioError:
        """The error of a result that is not a number."""
        return StudioError(
            f"“{self.model.name}” calculated nonsense and was stopped.",
            "Its files may be damaged; copy it again, or choose other settings.",
        )

    def _open_painter(self) -> Painter:
        config = configure(PainterConfig, dict(self.traits.painter))

        def check(painter: Painter) -> None:
            picture = torch.full((1, 3, TRIAL_SIDE, TRIAL_SIDE), 0.5)
            code = painter.identity[None]
            check_shape(code, (1, painter.code_dim))
            check_shape(painter.read(picture), (1, painter.code_dim))
            made = painter.paint(picture, code, painter.measure(picture, code))
            check_shape(made, tuple(picture.shape))

        painter: Painter = fill(lambda: Painter(config), check, self.model.folder / PAINTER)
        return painter

    def _open_codes(self) -> Tensor:
        wanted = (len(self.traits.styles), self._painter.code_dim)
        codes: Tensor = read(self.model.folder / STYLES, {CODES: wanted})[CODES]
        return codes.float()


class OpenStyles(Opener[StyleModel]):
    """Opens style models and keeps the last two that were used. For one thread."""

    def __init__(self) -> None:
        super().__init__(StyleModel, (PAINTER, STYLES))


def _as_read(picture: Image.Image, side: int) -> Image.Image:
    """A style picture as the network reads it best: its shorter side `side` pixels."""
    width, height = picture.size
    most = LONGEST_STYLE * min(width, height)
    if max(width, height) > most:
        picture = ImageOps.fit(picture, (min(width, most), min(height, most)))
        width, height = picture.size
    scale = max(side, LEAST_STYLE) / min(width, height)
    size = (max(LEAST_STYLE, round(width * scale)), max(LEAST_STYLE, round(height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)
