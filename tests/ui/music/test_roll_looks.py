"""The piano roll to look at: brightness, scrolling, following, zooming."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.ui.music.roll import PianoRoll
from studio.ui.music.roll_colours import part_colour, role_colour
from studio.ui.theme import Look, contrast
from tests.ui.music.hand import Mods, drag, middle, open_roll
from tests.ui.music.tune import G4, Q, small_tune


@pytest.fixture
def look(qapp) -> Look:
    return Look("dark")


@pytest.fixture
def roll(qtbot, look) -> PianoRoll:
    return open_roll(qtbot, look)


def test_what_was_played_is_brighter_than_what_is_to_come(roll):
    at = middle(roll, G4)
    roll.set_playing(True)
    roll.set_position(10.0)
    coming = roll.grab().toImage().pixelColor(at)
    roll.set_position(4.0 * Q)
    played = roll.grab().toImage().pixelColor(at)
    assert played.lightness() > coming.lightness() + 20


class Painted(QObject):
    """How wide what is painted is, each time."""

    def __init__(self) -> None:
        super().__init__()
        self.widths: list[int] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.widths.append(event.rect().width())
        return False


def test_while_it_plays_only_a_strip_is_painted(qtbot, roll):
    roll.set_playing(True)
    roll.set_position(1.0)
    qtbot.wait(50)
    painted = Painted()
    roll.installEventFilter(painted)
    for step in range(1, 30):
        roll.set_position(step * 16.0)
        QApplication.processEvents()
    assert len(painted.widths) > 10
    assert max(painted.widths) < 40


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(420, 240), (900, 560)])
def test_moving_by_steps_shows_the_same_as_all_drawn_anew(qtbot, roll, look, theme, size):
    """The pixmaps are only patched; a fresh roll knows nothing of patches."""
    look.choose(theme)
    roll.resize(*size)
    for _ in range(5):
        roll.zoom_in()
    roll.set_playing(True)
    roll.grab()
    for step in range(40):
        roll._across.setValue(step * 7 % 200)
        roll.set_position(step * 37.0)
        roll.grab()
    fresh = PianoRoll(look)
    qtbot.addWidget(fresh)
    fresh.resize(*size)
    fresh.show()
    qtbot.waitExposed(fresh)
    fresh.set_score(roll.score())
    fresh.set_playing(True)
    fresh.set_position(39 * 37.0)
    fresh.view.__dict__.update(roll.view.__dict__)
    roll.clearFocus()
    fresh.clearFocus()
    shown, anew = roll.grab().toImage(), fresh.grab().toImage()
    inside = roll.view.field.adjusted(0, -20, 0, 0)  # the scroll bars lie outside
    assert shown.copy(inside) == anew.copy(inside)


def test_it_follows_while_it_plays_unless_one_looks_elsewhere(roll):
    for _ in range(10):
        roll.zoom_in()
    assert roll.view.most_x > 1000
    roll.set_playing(True)
    field = roll.view.field
    for ticks in range(0, 6 * Q, 60):
        roll.set_position(float(ticks))
        assert field.left() <= roll.view.x_of(ticks) <= field.right()
    roll._across.setValue(roll.view.most_x)
    away = roll.view.scroll_x
    roll.set_position(6.0 * Q)
    assert roll.view.scroll_x == away
    roll.set_playing(False)
    roll.set_playing(True)
    roll.set_position(6.1 * Q)
    assert field.left() <= roll.view.x_of(6.1 * Q) <= field.right()


def test_the_wheel_zooms_around_the_mouse(roll):
    at = QPointF(500, 200)
    ticks = roll.view.tick_at(at.x())
    before = roll.view.per_tick
    for _ in range(4):
        turn(roll, at, 120, Mods.ControlModifier)
    assert roll.view.per_tick > 2 * before
    assert roll.view.tick_at(at.x()) == pytest.approx(ticks, abs=2 / roll.view.per_tick)
    roll.zoom_fit()
    assert roll.view.per_tick == pytest.approx(before)


def test_the_wheel_scrolls(roll):
    for _ in range(6):
        roll.zoom_in()
    up, across = roll.view.scroll_y, roll.view.scroll_x
    turn(roll, QPointF(500, 200), -120)
    assert roll.view.scroll_y > up
    turn(roll, QPointF(500, 200), -120, Mods.ShiftModifier)
    assert roll.view.scroll_x > across


def turn(roll: PianoRoll, at: QPointF, by: int, held=Mods.NoModifier) -> None:
    event = QWheelEvent(
        at,
        QPointF(roll.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(roll, event)


def test_without_a_tune_nothing_can_go_wrong(qtbot, roll):
    roll.set_score(None)
    drag(qtbot, roll, QPoint(200, 100), QPoint(300, 120))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Delete, Qt.Key.Key_Tab):
        qtbot.keyClick(roll, key)
    roll.zoom_in()
    roll.set_position(100.0)
    roll.paste()
    roll.grab()
    assert roll.score() is None
    assert not roll.told


@pytest.mark.parametrize("size", [(330, 210), (1600, 1000)])
def test_a_tune_of_no_parts_or_many_bars_is_shown(roll, size):
    roll.resize(*size)
    for tune in (small_tune(parts=()), small_tune(bars=256), small_tune(bars=1)):
        roll.set_score(tune)
        roll.set_loudness_shown(True)
        roll.grab()
        roll.set_loudness_shown(False)
        assert roll.view.pitched.height() > 20


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("role", ["melody", "chords", "bass", "drums"])
def test_every_part_s_colour_stands_out(qapp, theme, role):
    look = Look(theme)
    for which in range(4):
        colour = role_colour(look, role, which).name()
        for ground in ("canvas", "ground", "surface", "raised"):
            assert contrast(colour, getattr(look.tokens, ground)) >= 3


def test_two_of_a_role_differ(qapp, look):
    tune = small_tune()
    two = tune.model_copy(update={"parts": (tune.parts[0], tune.parts[0], tune.parts[1])})
    colours = [part_colour(look, two, part).name() for part in range(3)]
    assert len(set(colours)) == 3
    assert colours[0] == role_colour(look, "melody").name()


def test_what_stretches_are_called_stands_above_them(roll):
    plain = roll.grab().toImage()
    roll.set_score(small_tune(sections=(("A", 0), ("B", 2), ("End", 90))))
    named = roll.grab().toImage()
    ruler = range(4, 22)

    def differs(bar: int) -> bool:
        left = round(roll.view.x_of(bar * 4 * Q)) + 3
        return any(
            plain.pixel(x, y) != named.pixel(x, y) for x in range(left, left + 16) for y in ruler
        )

    assert differs(0)
    assert differs(2)
    assert not differs(1)
    assert not differs(3)
