"""Painting where the style goes: the tools, the canvas and the mask belong together."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF

from studio.ui.style.canvas import StyleCanvas
from studio.ui.style.guide import Guide
from studio.ui.style.mask import Mask
from studio.ui.style.panel import StylePanel


class Masking(QObject):
    """Binds the mask tools to the guide. A stroke is one step of its history."""

    def __init__(self, panel: StylePanel, canvas: StyleCanvas, guide: Guide) -> None:
        super().__init__(panel)
        self._panel, self._canvas, self._guide = panel, canvas, guide
        self._mask: Mask | None = None
        self._packed = ""  # the mask as the wish has it
        tools = panel.mask_tools
        panel.mask_opened.connect(self._show_tool)
        tools.changed.connect(self._show_tool)
        tools.feather_moved.connect(self._soften)
        tools.inverted.connect(self._invert)
        tools.cleared.connect(self._clear)
        canvas.stroked.connect(self._stroke)
        canvas.stroke_ended.connect(self._end)
        guide.changed.connect(self._follow)

    def put_away(self) -> bool:
        """Put the brush away; False where none is taken up."""
        was = self._canvas.painting
        self._panel.mask_fold.set_open(False)
        return was

    def begin(self, width: int, height: int) -> None:
        """A picture of this size is on the canvas; its mask is the wish's."""
        self._packed = self._guide.wish.mask
        self._mask = Mask(width, height, self._packed)
        self._show_tool()

    def _follow(self) -> None:
        """Undo and a taken recipe bring another mask."""
        mask = self._guide.wish.mask
        if self._mask is not None and mask != self._packed:
            self._packed = mask
            self._mask.show(mask)

    def _show_tool(self) -> None:
        tools = self._panel.mask_tools
        on = self._panel.mask_fold.open and self._mask is not None
        self._canvas.take_up(tools.radius if on else 0.0)

    def _stroke(self, start: QPointF, end: QPointF) -> None:
        if self._mask is not None:
            tools = self._panel.mask_tools
            self._mask.stroke(start, end, tools.radius, on=not tools.erases)
            self._canvas.show_tint(self._mask.image)
            if not self._guide.view.waiting:  # the tint follows at once, the picture as it can
                self._want()

    def _end(self) -> None:
        self._canvas.show_tint(None)
        if self._mask is not None:
            self._want()
        self._guide.settle()

    def _invert(self) -> None:
        if self._mask is not None:
            self._mask.invert()
            self._want()
            self._guide.settle()

    def _clear(self) -> None:
        if self._mask is not None:
            self._mask.show("")
            self._want()
            self._guide.settle()

    def _soften(self, feather: float) -> None:
        self._guide.drift(replace(self._guide.wish, feather=feather))

    def _want(self) -> None:
        assert self._mask is not None
        self._packed = self._mask.pack()
        self._guide.drift(replace(self._guide.wish, mask=self._packed))
