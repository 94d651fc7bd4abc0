"""Transport, meter and waveform."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.recipes.score import Score
from studio.ui.music.meter import LOWEST, Meter, decibels
from studio.ui.music.transport import Transport
from studio.ui.music.waveform import Waveform
from studio.ui.theme import Look
from tests.ui.music.tune import small_tune

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def transport(qtbot) -> Transport:
    made = Transport(Look("dark"))
    qtbot.addWidget(made)
    made.resize(900, 50)
    made.show()
    qtbot.waitExposed(made)
    made.set_score(small_tune())  # 8 seconds
    return made


def test_play_and_pause_are_wanted(qtbot, transport):
    wanted = []
    transport.play_wanted.connect(wanted.append)
    qtbot.mouseClick(transport.play_button, LEFT)
    assert transport.play_button.accessibleName() == "Play"  # it plays when it is told so
    transport.set_playing(True)
    assert transport.play_button.accessibleName() == "Pause"
    qtbot.keyClick(transport.play_button, Qt.Key.Key_Space)
    assert wanted == [True, False]


def test_loop_is_wanted(qtbot, transport):
    with qtbot.waitSignal(transport.loop_wanted) as wanted:
        qtbot.mouseClick(transport.loop_button, LEFT)
    assert wanted.args == [True]
    transport.set_loop(False)
    assert not transport.loop_button.isChecked()


def test_the_time_is_shown(transport):
    transport.set_position(3.2)
    assert transport.time.text() == "0:03 / 0:08"
    assert transport.line.seconds == pytest.approx(3.2)
    assert "0:03 of 0:08" in transport.line.accessibleDescription()


def test_going_along_the_line_is_said_on_letting_go(qtbot, transport):
    wanted = []
    transport.seek_wanted.connect(wanted.append)
    line = transport.line
    middle = line.rect().center()
    qtbot.mousePress(line, LEFT, pos=middle)
    qtbot.mouseMove(line, middle + QPoint(20, 0))
    transport.set_position(1.0)  # what plays meanwhile does not pull at the hand
    assert line.seconds > 3.5
    assert wanted == []
    qtbot.mouseRelease(line, LEFT, pos=middle + QPoint(20, 0))
    assert wanted == [pytest.approx(line.seconds)]
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert wanted[1] == pytest.approx(wanted[0] + 1)


def test_the_tempo_can_be_chosen(qtbot, transport):
    chosen = []
    transport.tempo_chosen.connect(chosen.append)
    assert transport.tempo.value() == 120
    transport.tempo.selectAll()
    qtbot.keyClicks(transport.tempo, "90")
    assert chosen == []
    qtbot.keyClick(transport.tempo, Qt.Key.Key_Return)
    assert chosen == [90.0]
    transport.set_score(Score(bars=2, beats=6, unit=8, tempo=90.0))
    assert transport.tempo.value() == 60
    qtbot.keyClick(transport.tempo, Qt.Key.Key_Up)
    assert chosen[1] == pytest.approx(91.5)
    assert transport.key.text() == "C major"


def test_where_nothing_can_be_played_it_says_why(transport):
    transport.set_able(False, "No sound device was found.")
    assert not transport.play_button.isEnabled()
    assert transport.play_button.toolTip() == "No sound device was found."
    assert transport.line.isEnabled()  # one can still look around
    transport.set_able(True)
    assert transport.play_button.isEnabled()


def test_without_a_tune_nothing_can_be_pressed(transport):
    transport.set_score(None)
    assert not transport.play_button.isEnabled()
    assert not transport.line.isEnabled()
    assert not transport.tempo.isVisible()
    transport.set_length(5.0)  # a sound without notes
    assert transport.play_button.isEnabled()
    assert transport.time.text() == "0:00 / 0:05"


@pytest.mark.parametrize("width", [440, 620, 900])
def test_it_fits(qtbot, transport, width):
    transport.resize(width, 50)
    qtbot.waitUntil(lambda: transport.key.geometry().right() <= width)
    assert transport.play_button.geometry().left() >= 0
    assert transport.line.width() >= 60
    assert transport.loop_button.accessibleName() == "Loop"


# Meter


def test_the_meter_rises_at_once_and_falls_to_rest(qtbot, monkeypatch):
    meter = Meter(Look("dark"))
    qtbot.addWidget(meter)
    meter.show()
    monkeypatch.setattr("studio.ui.music.meter.FALL", 3000.0)
    monkeypatch.setattr("studio.ui.music.meter.STAYS", 0.0)
    meter.set_levels((0.9, 0.5), (0.5, 0.1))
    qtbot.waitUntil(lambda: meter.shown()[0] == pytest.approx(-6, abs=0.1))
    assert meter.shown()[1] == pytest.approx(-20, abs=0.1)
    meter.grab()
    meter.set_levels((0.0, 0.0), (0.0, 0.0))
    qtbot.waitUntil(lambda: meter.shown() == (LOWEST, LOWEST))
    qtbot.waitUntil(lambda: not meter._timer.isActive())


def test_decibels():
    assert decibels(1.0) == 0
    assert decibels(0.0) == LOWEST
    assert decibels(1e-9) == LOWEST


# Waveform


@pytest.fixture
def wave(qtbot) -> Waveform:
    made = Waveform(Look("dark"))
    qtbot.addWidget(made)
    made.resize(300, 48)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_outline_is_as_high_as_the_sound_is_loud(wave):
    peaks = np.concatenate([np.full(500, 0.9), np.full(500, 0.1)]).astype(np.float32)
    wave.set_peaks(peaks)
    shown = wave.grab().toImage()
    ground = shown.pixelColor(2, 3)
    ink = [sum(shown.pixelColor(x, y) != ground for y in range(48)) for x in (60, 61, 240, 241)]
    assert max(ink[:2]) > 30
    assert 2 <= max(ink[2:]) < 12


def test_a_press_goes_there(qtbot, wave):
    wanted = []
    wave.seek_wanted.connect(wanted.append)
    qtbot.mouseClick(wave, LEFT, pos=QPoint(100, 10))
    assert wanted == []  # there is no sound yet
    wave.set_peaks(np.ones(10, np.float32))
    qtbot.mouseClick(wave, LEFT, pos=QPoint(150, 10))
    assert wanted == [pytest.approx(0.5)]
    qtbot.keyClick(wave, Qt.Key.Key_Home)
    assert wave.position() == 0
    qtbot.keyClick(wave, Qt.Key.Key_Right)
    assert wave.position() == pytest.approx(0.02)
    assert "2 percent" in wave.accessibleDescription()


def test_few_peaks_and_many_are_shown(wave):
    for count in (0, 1, 2, 299, 100_000):
        wave.set_peaks(np.linspace(0, 1, count, dtype=np.float32))
        wave.set_position(0.7)
        wave.grab()
    wave.set_peaks(None)
    assert wave.accessibleDescription() == "Nothing yet."
