"""The tools to paint where the style goes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.style.range_row import RangeRow, percent
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, label, tighten, wrapped
from studio.ui.widgets.segmented import Segmented
from studio.ui.widgets.slider import QuietSlider

SMALLEST, LARGEST, USUAL = 1, 30, 8  # hundredths of the picture's longer side
HELP = (
    "Paint on the picture with the mouse: the style goes where you paint. "
    "By the keyboard: arrows move the brush, Space paints."
)


class MaskTools(QWidget):
    """Brush and eraser with their size, the edge, and what is done to the whole."""

    changed = Signal()  # tool or size
    feather_moved = Signal(float)
    feather_settled = Signal()
    inverted = Signal()
    cleared = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.tool = Segmented(look, "Tool", "What the mouse does on the picture")
        self.tool.set_options((("brush", "Brush"), ("eraser", "Eraser")))
        self.breadth = QuietSlider(look)
        self.breadth.setRange(SMALLEST, LARGEST)
        self.breadth.setValue(USUAL)
        self.breadth.setAccessibleName("Size of the brush")
        self.breadth.setToolTip("How wide the brush paints")
        self.feather = RangeRow(look, "feather", percent, ends=False)
        self.invert = TextButton(look, "Invert", "contrast")
        self.invert.setToolTip("The style goes everywhere else instead")
        self.clear = TextButton(look, "Clear", "rotate-ccw")
        self.clear.setToolTip("Forget what was painted: the style goes everywhere")
        column = QVBoxLayout(self)
        tighten(column, 0, 10)
        column.addWidget(wrapped(HELP, "label"))
        column.addWidget(self.tool)
        sizes = QVBoxLayout()
        tighten(sizes)
        sizes.addWidget(label("Size", "label", self.breadth))
        sizes.addWidget(self.breadth)
        column.addLayout(sizes)
        column.addWidget(self.feather)
        row = QHBoxLayout()
        tighten(row, 0, 8)
        row.addWidget(self.invert, 1)
        row.addWidget(self.clear, 1)
        column.addLayout(row)
        self.tool.changed.connect(self.changed)
        self.breadth.valueChanged.connect(self.changed)
        self.feather.moved.connect(self.feather_moved)
        self.feather.settled.connect(self.feather_settled)
        self.invert.clicked.connect(self.inverted)
        self.clear.clicked.connect(self.cleared)

    @property
    def erases(self) -> bool:
        """Whether the eraser is taken."""
        return bool(self.tool.value() == "eraser")

    @property
    def radius(self) -> float:
        """Of the brush, in parts of the picture's longer side."""
        return self.breadth.value() / 200

    def show_mask(self, feather: float, masked: bool) -> None:
        """Show the edge, and what can be done."""
        self.feather.show_value(feather)
        self.clear.setEnabled(masked)
