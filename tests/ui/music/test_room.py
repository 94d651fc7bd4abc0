"""The music room: tunes from moods, takes, what is locked, changes that are never lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from studio.library import Library
from studio.library.midi import write_midi
from studio.recipes import parse_recipe
from studio.recipes.tune import Bars
from studio.ui.music.room import NO_MODEL
from tests.ui.music.conftest import engine, enter_music, kept
from tests.ui.music.orchestra import OrchestraEngine
from tests.ui.music.tune import small_tune


def kept_tunes(room):
    """What the library holds, as recipes, newest first."""
    with Library.open(room.collection.folder) as library:
        return [parse_recipe(one.recipe) for one in library.recent(100) if one.kind == "tune"]


def choose_bars(room, since: int, until: int) -> None:
    bars = Bars(since=since, until=until)
    room.roll.set_range(bars)
    room.roll.range_chosen.emit(bars)


def roles(room) -> list[str]:
    return [part.role for part in room.bench.score.parts]


# A tune from a mood


def test_it_begins_with_moods(music):
    assert music.stage.currentWidget() is music.welcome
    assert [tile.text() for tile in music.welcome.moods.tiles][:2] == ["Calm", "Tender"]
    assert music.welcome.moods.tiles[0].hasFocus()
    assert [row.name.text() for row in music.panel.parts.rows] == [
        "Melody", "Chords", "Bass", "Drums",
    ]  # fmt: skip
    assert music.panel.parts.rows[3].player.text() == "Brushes"
    assert not music.bar.save_button.isEnabled()
    assert music.strip.isHidden()


def test_one_press_on_a_mood_makes_a_tune_and_plays_it(qtbot, music, silence):
    qtbot.mouseClick(music.welcome.moods.tiles[5], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: kept(music))
    recipe = engine(music).recipe_
    assert (recipe.task, recipe.mood, recipe.bars, recipe.count) == ("new", "solemn", 16, 1)
    assert [player.role for player in recipe.players] == ["melody", "chords", "bass", "drums"]
    assert all(player.program is None for player in recipe.players)  # the mood's own
    assert music.stage.currentWidget() is music.work
    assert music.bar.title.text() == "Solemn tune"
    assert music.roll.score() == music.bench.score
    assert music.panel.moods.value() == "solemn"
    assert silence.made[0].playing
    assert silence.made[0].last("load") == music.bench.score
    assert [take.name for take in music.strip.takes()] == ["Solemn tune"]
    assert kept_tunes(music)[0].score == music.bench.score


def test_it_grows_before_the_eyes(qtbot, music):
    engine(music).hold = True
    music.panel.at_once.setChecked(False)
    music.doings.create()
    half = engine(music).grow()
    qtbot.waitUntil(lambda: music.growing)
    assert music.roll.score() == half
    assert music.stage.currentWidget() is music.work
    assert music.panel.foot.working
    assert "Composing" in music.panel.foot.note.text()
    assert music.strip.takes()[0].score is None
    engine(music).compose(keep=False)
    qtbot.waitUntil(lambda: not music.growing)
    assert music.bench.now.score != half
    assert not music.panel.foot.working  # it is heard; its file is made meanwhile
    engine(music).keep()
    qtbot.waitUntil(lambda: kept(music))


def test_cancel_brings_back_what_was_there(qtbot, tuned):
    before = tuned.bench.score
    engine(tuned).hold = True
    tuned.doings.create()
    engine(tuned).grow()
    qtbot.waitUntil(lambda: tuned.growing)
    tuned.window().escape()
    qtbot.waitUntil(lambda: not tuned.growing)
    assert tuned.roll.score() == before
    assert len(tuned.strip.takes()) == 1


def test_who_looks_elsewhere_is_not_torn_away(qtbot, tuned):
    first = tuned.bench.now
    engine(tuned).hold = True
    tuned.doings.create()
    engine(tuned).grow()
    qtbot.waitUntil(lambda: tuned.growing)
    tile = next(one for one in tuned.strip.tiles() if one.take.id == first.id)
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert tuned.roll.score() == first.score
    engine(tuned).compose()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)
    assert tuned.bench.now is first
    assert "is ready" in tuned.toast.words.text()
    tuned.toast.action.click()
    assert tuned.bench.now is tuned.bench.tunes[0]


def test_what_cannot_be_composed_is_said(qtbot, tuned):
    engine(tuned).hold = True
    tuned.doings.create()
    engine(tuned).fail("The model is damaged.", "Add it again.")
    qtbot.waitUntil(tuned.banner.isVisible)
    assert tuned.banner.what.text() == "The model is damaged."
    assert not tuned.panel.foot.working
    assert tuned.bench.now is not None


def test_without_a_model_it_says_so_and_still_opens_midi(qtbot, open_studio, tmp_path):
    room = enter_music(open_studio(make_engine=OrchestraEngine))
    assert room.welcome.words.text() == NO_MODEL
    assert not room.panel.foot.button.isEnabled()
    file = tmp_path / "song.mid"
    file.write_bytes(write_midi(small_tune()))
    room.bringing.file(file)
    qtbot.waitUntil(lambda: room.bench.now is not None)
    assert not room.verbs.vary_button.isEnabled()
    room.doings.vary(0.5, 1)
    assert room.banner.what.text() == "Nothing here composes tunes."


# What Create keeps


def test_create_makes_only_what_is_not_locked(qtbot, tuned):
    before = tuned.bench.score
    tuned.panel.parts.rows[3].lock.click()
    tuned.panel.parts.rows[2].lock.click()
    assert tuned.panel.foot.says.text() == "keeps what is locked"
    tuned.panel.foot.button.click()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2 and kept(tuned))
    recipe = engine(tuned).recipe_
    assert (recipe.task, recipe.only, recipe.range) == ("fill", ("melody", "chords"), None)
    assert recipe.given == before
    assert engine(tuned).run.parents == (tuned.bench.tunes[1].made,)
    after = tuned.bench.score
    assert after.parts[3] == before.parts[3]
    assert after.parts[0] != before.parts[0]
    assert tuned.panel.parts.rows[3].lock.isChecked()  # the next Create keeps it as well
    assert tuned.bench.now.name == "Calm tune, take 2"


def test_chosen_bars_alone_are_made_anew(qtbot, tuned):
    choose_bars(tuned, 4, 8)
    assert tuned.panel.foot.says.text() == "only bars 5 to 8"
    tuned.verbs.bars_button.click()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)
    assert engine(tuned).recipe_.range == Bars(since=4, until=8)
    assert engine(tuned).recipe_.only == ()
    assert tuned.roll.range() == Bars(since=4, until=8)  # to be done again at once


def test_when_everything_is_locked_it_says_so(tuned):
    for row in tuned.panel.parts.rows:
        row.lock.click()
    tuned.doings.create()
    assert "Unlock one" in tuned.toast.words.text()
    assert len(engine(tuned).runs) == 1


def test_locks_and_bars_are_for_tunes_of_the_same_shape(qtbot, tuned):
    tuned.panel.parts.rows[3].lock.click()
    choose_bars(tuned, 0, 2)
    tuned.doings.go_on(8)
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)
    assert tuned.bench.score.bars == 24
    assert not tuned.panel.parts.locks
    assert tuned.roll.range() is None
    assert tuned.panel.foot.says.text() == "Ctrl ↵"


# Verbs


def test_four_variations_lie_side_by_side(qtbot, tuned):
    given = tuned.bench.score
    dialog = tuned.doings.ask_vary()
    dialog.amount.setValue(14)
    assert dialog.says.text() == "very"
    dialog.go.click()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 5)
    recipes = engine(tuned).recipes[1:]
    assert {(one.task, one.amount) for one in recipes} == {("vary", 0.7)}
    assert all(one.given == given for one in recipes)
    assert len({one.seed for one in recipes}) == 4
    assert sorted(one.words for one in recipes) == [f"Calm tune, take {n}" for n in (2, 3, 4, 5)]
    assert tuned.bench.now.name == "Calm tune, take 2"  # the first that was there


def test_between_two_tunes(qtbot, tuned):
    first = tuned.bench.now
    tuned.doings.create()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2 and kept(tuned))
    dialog = tuned.doings.ask_between()
    assert dialog.other.value() == first.id
    dialog.go.click()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 3)
    recipe = engine(tuned).recipe_
    assert (recipe.task, recipe.amount) == ("between", 0.5)
    assert recipe.other == first.score
    assert set(engine(tuned).run.parents) == {one.made for one in tuned.bench.tunes[1:]}


def test_between_needs_another_tune(tuned):
    assert tuned.doings.ask_between() is None
    assert "Another tune" in tuned.toast.words.text()


def test_add_a_part_that_was_left_out(qtbot, music):
    music.panel.at_once.setChecked(False)
    music.panel.parts.rows[3].away.click()
    assert [row.name.text() for row in music.panel.parts.rows] == ["Melody", "Chords", "Bass"]
    music.doings.create()
    qtbot.waitUntil(lambda: kept(music))
    assert roles(music) == ["melody", "chords", "bass"]
    assert music.panel.parts.missing() == ["melody", "chords", "drums"]
    music.verbs.add.emit("drums")
    qtbot.waitUntil(lambda: len(music.bench.tunes) == 2 and kept(music))
    assert engine(music).recipe_.only == ("drums",)
    assert roles(music) == ["melody", "chords", "bass", "drums"]


@pytest.mark.parametrize(("verb", "task"), [("humanise", "humanise"), ("go_on", "continue")])
def test_less_stiff_and_longer(qtbot, tuned, verb, task):
    getattr(tuned.verbs, verb).emit(4 if verb == "go_on" else 0.6)
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)
    assert engine(tuned).recipe_.task == task


def test_create_by_keyboard(qtbot, tuned):
    tuned.window().create_picture()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)
    assert tuned.bench.now.name == "Calm tune 2"


def test_tab_goes_through_the_parts_in_their_order(tuned):
    parts = tuned.panel.parts
    order = []
    widget = parts.rows[0].player
    for _ in range(60):
        order.append(widget)
        widget = widget.nextInFocusChain()
    wanted = [row.mute for row in parts.rows] + [parts.add, tuned.panel.length.slider]
    places = [order.index(one) for one in wanted]
    assert places == sorted(places)
    names = [one.accessibleName() for row in parts.rows for one in row.controls()]
    assert all(names)
    assert len(set(names)) == len(names)
