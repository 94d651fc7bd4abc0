"""The instruments by name."""

from __future__ import annotations

import pytest

from studio.recipes.score import Part
from studio.sound.instruments import (
    INSTRUMENTS,
    KITS,
    USUAL,
    families,
    instrument_of,
    nearest_kit,
    offered,
)


def test_no_name_and_no_program_is_there_twice() -> None:
    for table in (INSTRUMENTS, KITS):
        assert len({each.name for each in table}) == len(table)
        assert len({each.program for each in table}) == len(table)
    assert 20 <= len(INSTRUMENTS) <= 40


@pytest.mark.parametrize("role", ["melody", "chords", "bass", "drums"])
def test_every_role_has_a_choice_and_its_usual_one_is_among_them(role) -> None:
    choice = offered(role)
    assert len(choice) >= 4
    assert USUAL[role] in {each.program for each in choice}


def test_families_are_words_and_come_together() -> None:
    order = [each.family for each in INSTRUMENTS]
    assert [family for family in families() for _ in range(order.count(family))] == order


def test_everything_of_general_midi_has_a_name() -> None:
    for program in range(128):
        assert instrument_of(Part(role="melody", program=program)).name
        assert instrument_of(Part(role="drums", program=program)) in KITS
    assert instrument_of(Part(role="melody", program=73)).name == "Flute"
    assert instrument_of(Part(role="melody", program=1)).family == "Keys"
    assert instrument_of(Part(role="drums", program=73)).program == nearest_kit(73) == 0
    assert nearest_kit(41) == 40
