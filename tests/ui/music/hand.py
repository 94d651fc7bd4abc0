"""A hand on the piano roll, for tests."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from studio.recipes.score import Note
from studio.ui.music.roll import PianoRoll
from studio.ui.theme import Look
from tests.ui.music.tune import MELODY, Q, small_tune

LEFT = Qt.MouseButton.LeftButton
Mods = Qt.KeyboardModifier


def open_roll(qtbot, look: Look) -> PianoRoll:
    """A roll with the small tune; `told` is what it said was edited."""
    made = PianoRoll(look)
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show()
    qtbot.waitExposed(made)
    made.set_score(small_tune())
    made.told = []
    made.edited.connect(made.told.append)
    return made


def notes(roll: PianoRoll, part: int = MELODY) -> tuple[Note, ...]:
    return roll.score().parts[part].notes


def middle(roll: PianoRoll, note: Note, drum: bool = False) -> QPoint:
    return roll.view.box(note, drum).center().toPoint()


def ground(roll: PianoRoll, ticks: int, pitch: int, drum: bool = False) -> QPoint:
    """A little behind a moment, in the middle of a row."""
    cell = roll.view.cell(ticks, Q, pitch, drum)
    return QPoint(round(cell.left() + 3), round(cell.center().y()))


def drag(qtbot, roll: PianoRoll, *way: QPoint, held=Mods.NoModifier) -> None:
    qtbot.mousePress(roll, LEFT, held, way[0])
    for point in way[1:]:
        qtbot.mouseMove(roll, point)
    qtbot.mouseRelease(roll, LEFT, held, way[-1])


def beats(roll: PianoRoll, count: float) -> QPoint:
    return QPoint(round(count * Q * roll.view.per_tick), 0)


def rows(roll: PianoRoll, count: int) -> QPoint:
    return QPoint(0, -count * roll.view.row)
