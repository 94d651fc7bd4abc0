"""Questions before a tune is made of others: how different, between which two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.ui.music.wish import difference
from studio.ui.theme import Look
from studio.ui.widgets.basics import TextButton, button_row, label, tighten, wrapped
from studio.ui.widgets.combo import Combo
from studio.ui.widgets.segmented import Segmented
from studio.ui.widgets.slider import QuietSlider

STEP = 20  # of the slider for the whole way
COUNTS = (1, 2, 4, 8)


class _Question(QDialog):
    """A heading, words, what the subclass adds, and two buttons."""

    def __init__(self, look: Look, parent: QWidget, title: str, words: str, go: str) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle(title)
        self.setFixedWidth(440)
        self.go = TextButton(look, go, role="accent")
        self.go.setDefault(True)
        self.away = TextButton(look, "Cancel")
        self.column = QVBoxLayout()
        tighten(self.column, 0, 6)
        whole = QVBoxLayout(self)
        tighten(whole, 24, 8)
        whole.addWidget(label(title, "heading"))
        whole.addWidget(wrapped(words, "muted"))
        whole.addSpacing(6)
        whole.addLayout(self.column)
        whole.addSpacing(12)
        whole.addLayout(button_row(self.away, self.go))
        self.go.clicked.connect(self.accept)
        self.away.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)

    def slider(self, name: str, at: float, low: str, high: str) -> QuietSlider:
        """A slider from 0 to 1 with what its ends mean."""
        slider = QuietSlider(self._look)
        slider.setRange(0, STEP)
        slider.setPageStep(STEP // 5)
        slider.setValue(round(at * STEP))
        slider.setAccessibleName(name)
        slider.setAccessibleDescription(f"{low} – {high}")
        ends = QHBoxLayout()
        tighten(ends)
        ends.addWidget(label(low, "label"), 1)
        ends.addWidget(label(high, "label"))
        self.column.addWidget(slider)
        self.column.addLayout(ends)
        return slider


class VaryDialog(_Question):
    """How different, and how many. asked: how far 0..1, how many."""

    asked = Signal(float, int)

    def __init__(self, look: Look, parent: QWidget, name: str, keeps: str, amount: float) -> None:
        """keeps: what stays as it is, in words, or ""."""
        words = f"Other takes of “{name}”." + (f" {keeps}" if keeps else "")
        super().__init__(look, parent, "Variations", words, "Make them")
        self.says = label("", "label")
        head = QHBoxLayout()
        tighten(head)
        head.addWidget(label("How different", "label"), 1)
        head.addWidget(self.says)
        self.column.addLayout(head)
        self.amount = self.slider("How different", amount, "subtle", "wild")
        self.column.addSpacing(6)
        self.column.addWidget(label("How many", "label"))
        self.count = Segmented(look, "How many")
        self.count.set_options([(count, str(count)) for count in COUNTS])
        self.count.set_value(4)
        self.column.addWidget(self.count)
        self.amount.valueChanged.connect(self._say)
        self.accepted.connect(
            lambda: self.asked.emit(self.amount.value() / STEP, self.count.value())
        )
        self._say()

    def _say(self) -> None:
        self.says.setText(difference(self.amount.value() / STEP))


class BetweenDialog(_Question):
    """Which other tune, and how far towards it. asked: its id, how far 0..1."""

    asked = Signal(str, float)

    def __init__(
        self, look: Look, parent: QWidget, name: str, others: Sequence[tuple[str, str]]
    ) -> None:
        """others: (id, name) of the tunes to choose from; at least one."""
        super().__init__(
            look, parent, "Between two", "A tune that lies somewhere between these.", "Make it"
        )
        self.column.addWidget(label("From", "label"))
        self.column.addWidget(label(name, "group"))
        self.column.addSpacing(4)
        self.other = Combo(look, "To", "The other tune")
        self.other.set_options(others)
        self.column.addWidget(label("To", "label", self.other))
        self.column.addWidget(self.other)
        self.column.addSpacing(4)
        self.column.addWidget(label("How far", "label"))
        self.amount = self.slider("How far", 0.5, "this one", "the other")
        self.amount.setRange(1, STEP - 1)
        self.accepted.connect(
            lambda: self.asked.emit(self.other.value(), self.amount.value() / STEP)
        )


class NameDialog(_Question):
    """What a tune is called. asked: its name."""

    asked = Signal(str)

    def __init__(self, look: Look, parent: QWidget, name: str) -> None:
        super().__init__(look, parent, "Name it", "What is this tune called?", "Call it so")
        self.name = QLineEdit(name)
        self.name.setMaxLength(200)
        self.name.setAccessibleName("Name")
        self.name.selectAll()
        self.column.addWidget(self.name)
        self.name.textChanged.connect(lambda text: self.go.setEnabled(bool(text.strip())))
        self.accepted.connect(lambda: self.asked.emit(self.name.text().strip()))


def ask(dialog: QDialog, then: Callable[..., object]) -> QDialog:
    """Open a question; `then` takes its answer."""
    dialog.asked.connect(then)  # type: ignore[attr-defined]
    dialog.open()
    return dialog
