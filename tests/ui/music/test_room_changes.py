"""Changes to tunes are steps, takes of their own, and never lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.library import Library
from studio.recipes import parse_recipe
from tests.ui.music.conftest import engine, enter_music, kept
from tests.ui.music.orchestra import OrchestraEngine


def kept_tunes(room):
    """What the library holds, as recipes, newest first."""
    with Library.open(room.collection.folder) as library:
        return [parse_recipe(one.recipe) for one in library.recent(100) if one.kind == "tune"]


def roles(room) -> list[str]:
    return [part.role for part in room.bench.score.parts]


# Changes


def test_a_change_makes_a_take_of_its_own_and_can_be_undone(qtbot, tuned):
    first = tuned.bench.now
    was = first.score
    tuned.panel.parts.rows[0].mute.click()
    assert tuned.bench.now is not first
    assert first.score == was
    assert tuned.bench.now.score.parts[0].muted
    assert "not kept yet" in tuned.bar.facts.text()
    assert "take of their own" in tuned.toast.words.text()
    QTest.keyClick(tuned, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert tuned.bench.score == was
    tuned.bar.on.click()
    assert tuned.bench.score.parts[0].muted


def test_a_hand_that_moves_makes_one_step(qtbot, tuned, silence):
    tuned.hearing.toggle()
    row = tuned.panel.parts.rows[1]
    row.mix.click()
    row.fold.volume.setSliderDown(True)
    for at in (70, 50, 30):
        row.fold.volume.setValue(at)
    row.fold.volume.setSliderDown(False)
    assert tuned.bench.score.parts[1].volume == pytest.approx(0.3)
    assert silence.made[0].last("update").parts[1].volume == pytest.approx(0.3)
    assert silence.made[0].playing
    tuned.bench.undo()
    assert tuned.bench.score.parts[1].volume == pytest.approx(0.8)
    assert tuned.bench.steps == (False, True)


def test_an_instrument_is_heard_at_once_and_remembered(qtbot, tuned, silence):
    tuned.hearing.toggle()
    menu = tuned.panel.parts.rows[0].player.open_menu()
    strings = next(one.menu() for one in menu.actions() if one.text() == "Strings")
    next(one for one in strings.actions() if one.text() == "Violin").trigger()
    menu.close()
    assert tuned.bench.score.parts[0].program == 40
    assert silence.made[0].last("update").parts[0].program == 40
    tuned.doings.create()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 3)
    new = [one for one in engine(tuned).recipes if one.score is None][-1]
    assert new.players[0].program == 40
    assert new.players[1].program is None


def test_changes_are_kept_when_another_take_is_chosen(qtbot, tuned):
    first = tuned.bench.now
    tuned.roll.edited.emit(tuned.bench.score.model_copy(update={"tempo": 90.0}))
    tuned.bench.take(first)
    qtbot.waitUntil(lambda: all(one.safe and one.artwork for one in tuned.bench.tunes))
    assert sorted(one.score.tempo for one in kept_tunes(tuned)) == [90.0, 120.0]
    changed = next(one for one in tuned.bench.tunes if one.score.tempo == 90.0)
    assert changed.artwork.parents == (first.made,)


def test_changes_are_kept_when_the_room_is_left(qtbot, tuned):
    tuned.transport.tempo_chosen.emit(90.0)
    tuned.window().go_to("picture")
    qtbot.waitUntil(lambda: kept(tuned))
    assert kept_tunes(tuned)[0].score.tempo == 90.0


def test_keep_by_key(qtbot, tuned):
    tuned.transport.tempo_chosen.emit(90.0)
    QTest.keyClick(tuned, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: kept(tuned))
    assert "not kept yet" not in tuned.bar.facts.text()
    assert tuned.toast.words.text() == "Kept"
    assert len(tuned.bench.tunes) == 2


def test_what_is_made_of_changes_has_them_as_its_parent(qtbot, tuned):
    tuned.transport.tempo_chosen.emit(90.0)
    tuned.doings.vary(0.3, 1)
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 3 and kept(tuned))
    assert engine(tuned).recipe_.given.tempo == 90.0
    parent = tuned.bench.of_artwork(engine(tuned).run.parents[0])
    assert parent.score.tempo == 90.0
    assert parent.safe


def test_a_part_can_be_taken_out_but_not_the_last(tuned):
    for _ in range(3):
        tuned.panel.parts.rows[0].fold.away.click()
    assert roles(tuned) == ["drums"]
    tuned.panel.parts.rows[0].fold.away.click()
    assert roles(tuned) == ["drums"]
    assert "at least one part" in tuned.toast.words.text()


def test_a_name(qtbot, tuned):
    dialog = tuned.keeping.ask_name()
    dialog.name.setText("Harbour")
    dialog.go.click()
    assert tuned.bar.title.text() == "Harbour"
    tuned.keeping.keep()
    qtbot.waitUntil(lambda: kept(tuned))
    assert tuned.bench.now.artwork.title == "Harbour"


# From start to start


def test_nothing_is_lost_when_the_window_closes(qtbot, tuned, open_studio, pipes, tmp_path):
    tuned.transport.tempo_chosen.emit(90.0)
    studio = tuned.window()
    studio.close()
    again = open_studio(make_engine=OrchestraEngine)
    assert again.window.room is again.window.music  # it is where the artist was
    room = again.window.music
    assert room.bench.now.score.tempo == 90.0
    assert "not kept yet" in room.bar.facts.text()
    qtbot.waitUntil(lambda: len(room.bench.tunes) == 2)


def test_a_tune_whose_sound_was_not_made_yet_is_kept_next_time(qtbot, music, open_studio):
    engine(music).hold = True
    music.doings.create()
    score = engine(music).compose(keep=False)
    qtbot.waitUntil(lambda: music.bench.now is not None)
    music.window().close()
    room = enter_music(open_studio(make_engine=OrchestraEngine))
    assert room.bench.score == score
    room.keeping.keep()
    qtbot.waitUntil(lambda: kept(room))


def test_the_tune_in_hand_and_the_wishes_come_back(qtbot, tuned, open_studio):
    tuned.panel.length.slider.setValue(3)
    tuned.panel.moods.tile("dark").click()
    name = tuned.bench.now.name
    tuned.window().close()
    room = enter_music(open_studio(make_engine=OrchestraEngine))
    qtbot.waitUntil(lambda: room.bench.now is not None)
    assert room.bench.now.name == name
    assert room.panel.wish.bars == 32
    assert not room.panel.plays_at_once


def test_tunes_of_the_library_lie_ready(qtbot, tuned, open_studio):
    made = tuned.bench.now.made
    tuned.window().close()
    studio = open_studio(make_engine=OrchestraEngine)
    studio.memory.forget("music")
    room = studio.window.music
    qtbot.waitUntil(lambda: room.bench.of_artwork(made) is not None)


@pytest.mark.parametrize(
    "values",
    [
        {"wish": {"bars": 10**9}, "drafts": [{"recipe": "{}", "parents": 3}], "export": 5},
        {"wish": 5, "drafts": {"a": 1}, "now": 7, "loop": "yes"},
        {"drafts": [None, 4, {"recipe": "nonsense", "parents": []}]},
        {"wish": {"roles": ["melody", "cook"], "own": [["melody", 400]]}},
    ],
)
def test_damaged_memory_does_no_harm(music, values):
    music.restore(values)
    music.doings.create()
    assert engine(music).recipe_.task == "new"


# Trash


def test_to_the_trash_and_back(qtbot, tuned):
    tuned.keeping.trash()
    qtbot.waitUntil(lambda: tuned.bench.now is None)
    assert tuned.stage.currentWidget() is tuned.welcome
    tuned.toast.action.click()
    qtbot.waitUntil(lambda: tuned.bench.now is not None)
    assert kept(tuned)


def test_changes_can_be_put_away_and_taken_back(qtbot, tuned):
    tuned.transport.tempo_chosen.emit(90.0)
    tuned.keeping.trash()
    assert tuned.bench.score.tempo == 120.0
    tuned.toast.action.click()
    assert tuned.bench.score.tempo == 90.0


def test_a_second_voice_can_be_added_once(qtbot, tuned):
    menu = tuned.panel.parts._add()
    assert [action.text() for action in menu.actions()] == ["A second voice", "Held chords"]
    menu.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: engine(tuned).recipe_.task == "second")
    assert engine(tuned).recipe_.only == ("melody",)
    given = tuned.bench.score
    two = given.model_copy(update={"parts": (*given.parts, given.parts[0])})
    tuned.bench.edit(two)
    assert tuned.panel.parts.missing() == ["chords"]
    add = tuned.verbs.add_button.menu()
    add.aboutToShow.emit()
    found = {action.text(): action.isEnabled() for action in add.actions()}
    assert found == {"A second voice": False, "Held chords": True, "A bass": False, "Drums": False}


def test_a_tune_can_be_wished_for_looping(qtbot, music):
    music.panel.loops.click()
    assert music.panel.wish.loops
    music.panel.at_once.setChecked(False)
    music.doings.create()
    qtbot.waitUntil(lambda: kept(music))
    assert engine(music).recipe_.loops
    assert music.panel.wish.restored(music.panel.wish.state()).loops
