"""Hundreds of gestures and keys by chance: whatever is done, a tune stays a tune."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.recipes.score import Score
from studio.ui.theme import Look
from tests.ui.music.hand import LEFT, Mods, middle, open_roll
from tests.ui.music.tune import small_tune

Key = Qt.Key
KEYS = (
    *(Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Return, Key.Key_Delete),
    *(Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Escape, Key.Key_Tab),
    *(Key.Key_A, Key.Key_C, Key.Key_X, Key.Key_V, Key.Key_1, Key.Key_2, Key.Key_3),
    *(Key.Key_Plus, Key.Key_Minus, Key.Key_0, Key.Key_Backtab),
)
HELD = (Mods.NoModifier, Mods.ShiftModifier, Mods.ControlModifier, Mods.AltModifier)


@pytest.mark.parametrize("seed", range(4))
def test_a_tune_stays_a_tune(qtbot, seed):
    chance = random.Random(seed)
    roll = open_roll(qtbot, Look("dark"))
    roll.resize(chance.choice([360, 900]), chance.choice([230, 560]))
    for step in range(300):
        told, before = len(roll.told), roll.score()
        held = chance.choice(HELD)
        if chance.random() < 0.5:
            points = [
                QPoint(chance.randrange(-20, roll.width() + 20), chance.randrange(roll.height()))
                for _ in range(chance.randrange(1, 4))
            ]
            active = roll.score().parts[roll.active()]
            if active.notes and chance.random() < 0.5:  # on a note
                note = chance.choice(active.notes)
                points[0] = middle(roll, note, active.role == "drums")
            qtbot.mousePress(roll, LEFT, held, points[0])
            for point in points[1:]:
                qtbot.mouseMove(roll, point)
            if chance.random() < 0.1:
                qtbot.keyClick(roll, Key.Key_Escape)
            qtbot.mouseRelease(roll, LEFT, held, points[-1])
        else:
            qtbot.keyClick(roll, chance.choice(KEYS), held)
        if step % 25 == 0:
            roll.set_loudness_shown(chance.random() < 0.5)
            roll.set_grid(chance.choice([1, 120, 160, 480]))
            roll.set_tool(chance.choice(["draw", "select"]))
            roll.set_locked(frozenset(chance.choice([(), (), (0,), (1, 2)])))
        if step % 60 == 59:
            roll.set_score(chance.choice([small_tune(), small_tune(bars=2), small_tune(beats=3)]))
        elif roll.score() != before:
            assert len(roll.told) == told + 1  # once for each gesture
            assert roll.told[-1] == roll.score()
        else:
            assert len(roll.told) == told
        score = roll.score()
        assert Score.model_validate(score.model_dump()) == score
        assert set(roll.selection()) <= set(score.parts[roll.active()].notes)
        assert not roll.desk.held
    roll.grab()
    assert len(roll.told) > 30  # much was done
