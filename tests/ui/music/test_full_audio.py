"""The form for sung or full audio: what it asks, what it offers, what it hides."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from studio.recipes import SoundRecipe
from studio.shelf import Effort, Manifest, Model, SoundTraits
from studio.ui.music.full_audio import FullAudio, in_words
from studio.ui.pictures import Pictures
from studio.ui.theme import Look


def model(name: str, **traits) -> Model:
    manifest = Manifest(
        id=f"local/{name}",
        name=name.capitalize(),
        kind="sound",
        summary="A model of yours.",
        may="You may use and sell what it makes.",
        sound=SoundTraits(**traits),
    )
    return Model(manifest, Path(name), builtin=False)


SINGER = model(
    "singer",
    sings=True,
    longest=600.0,
    guided=False,
    leaves_out=False,
    full=Effort(steps=8, guidance=1.0),
)
PLAYER = model("player", longest=47.55, full=Effort(steps=100, guidance=7.0))


@pytest.fixture
def full(qtbot) -> FullAudio:
    pictures = Pictures()
    made = FullAudio(Look("dark"), pictures)
    qtbot.addWidget(made)
    made.resize(308, 900)
    made.show()
    qtbot.waitExposed(made)
    made.told = []
    made.asked.connect(made.told.append)
    yield made
    pictures.close()


def shown(full: FullAudio) -> set[str]:
    names = ("lyrics", "language", "negative", "guidance")
    return {name for name in names if not full.form.field(name).isHidden()}


def lengths(full: FullAudio) -> list[str]:
    combo = full.form.field("seconds").combo
    return [combo.itemText(place) for place in range(combo.count())]


def test_without_a_model_it_says_what_is_needed_and_asks_for_nothing(qtbot, full):
    assert full.nothing.isVisible()
    assert not full.form.isVisible()
    with qtbot.waitSignal(full.add_model, timeout=1000):
        qtbot.mouseClick(full.add_button, Qt.MouseButton.LeftButton)
    full.ask()
    assert full.told == []


def test_it_asks_only_what_the_model_can_be_told(full):
    full.set_models([SINGER, PLAYER])
    assert full.form.isVisible()
    assert shown(full) == {"lyrics", "language"}
    full.choose_model(PLAYER.id)
    assert shown(full) == {"negative", "guidance"}
    assert "sell what it makes" in full.model_says.text()


def test_lengths_are_those_that_the_model_fills(full):
    full.set_models([SINGER, PLAYER])
    assert lengths(full)[-1] == "10 minutes"
    full.form.set_values({"seconds": 240.0})
    full.choose_model(PLAYER.id)
    assert lengths(full) == ["10 seconds", "20 seconds", "30 seconds", "45 seconds", "47 seconds"]
    assert full.form.values()["seconds"] == 47.0


def test_what_was_typed_becomes_the_recipe(full):
    full.set_models([SINGER])
    full.prompt.set_value("a quiet waltz")
    full.lyrics.set_value("[verse]\nla la")
    full.form.set_values({"seconds": 60.0, "language": "fr"})
    full.ask()
    (recipe,) = full.told
    assert recipe == SoundRecipe(
        model=SINGER.id,
        prompt="a quiet waltz",
        lyrics="[verse]\nla la",
        language="fr",
        seconds=60.0,
        seed=recipe.seed,
    )
    full.ask()
    assert full.told[1].seed != recipe.seed  # a fresh starting point each time


def test_words_for_a_singer_do_not_reach_a_model_that_does_not_sing(full):
    full.set_models([SINGER, PLAYER])
    full.prompt.set_value("rain")
    full.lyrics.set_value("la la")
    full.choose_model(PLAYER.id)
    assert full.recipe().lyrics == ""
    full.choose_model(SINGER.id)
    assert full.recipe().lyrics == "la la"  # they were only hidden


def test_what_does_not_fit_is_said_under_the_words_until_it_does(full):
    full.set_models([PLAYER])
    full.ask()
    assert full.told == []
    assert "no words yet" in full.hint.text()
    assert full.hint.isVisible()
    full.prompt.set_value("rain on a roof")
    assert not full.hint.isVisible()


def test_ctrl_enter_asks(qtbot, full):
    full.set_models([SINGER])
    full.prompt.set_value("rain")
    full.lyrics.set_value("la")
    qtbot.keyClick(full.lyrics, Qt.Key.Key_Return)
    assert full.told == []
    assert full.lyrics.value() == "\nla" or full.lyrics.value() == "la\n"
    qtbot.keyClick(full.lyrics, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(full.told) == 1


def test_a_sound_can_be_made_again_and_what_was_there_is_remembered(full):
    full.set_models([SINGER, PLAYER])
    recipe = SoundRecipe(
        model=PLAYER.id, prompt="rain", negative="wind", seconds=33.0, seed=5, steps=20, guidance=3
    )
    full.use(recipe)
    assert full.recipe() == recipe
    assert "33 seconds" in lengths(full)
    full.ask()
    assert full.told == [recipe]  # its starting point is locked
    kept = full.state()
    full.restore({**kept, "prompt": "hail", "steps": "many"})
    assert full.recipe().prompt == "hail"
    assert full.recipe().steps == 20


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (45, "45 seconds"),
        (60, "1 minute"),
        (90, "1:30 minutes"),
        (12.5, "12.5 seconds"),
        (600, "10 minutes"),
    ],
)
def test_lengths_are_said_in_words(seconds, words):
    assert in_words(seconds) == words
