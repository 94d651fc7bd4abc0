"""The music room: tunes from moods, takes, what is locked, changes that are never lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from studio.errors import StudioError
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
    assert music.panel.parts.missing() == ["drums"]
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
    dialog = tuned.doings.ask_name()
    dialog.name.setText("Harbour")
    dialog.go.click()
    assert tuned.bar.title.text() == "Harbour"
    tuned.doings.keep()
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
    room.doings.keep()
    qtbot.waitUntil(lambda: kept(room))


def test_the_tune_in_hand_and_the_wishes_come_back(qtbot, tuned, open_studio):
    tuned.panel.length.slider.setValue(3)
    tuned.panel.moods.tile("dark").click()
    name = tuned.bench.now.name
    tuned.window().close()
    room = enter_music(open_studio(make_engine=OrchestraEngine))
    qtbot.waitUntil(lambda: room.bench.now is not None)
    assert room.bench.now.name == name
    assert room.panel.wish.bars == 12
    assert not room.panel.plays_at_once


def test_tunes_of_the_library_lie_ready(qtbot, tuned, open_studio):
    made = tuned.bench.now.made
    tuned.window().close()
    studio = open_studio(make_engine=OrchestraEngine)
    studio.memory.forget("music")
    room = studio.window.music
    assert room.bench.of_artwork(made) is not None


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
    tuned.doings.trash()
    qtbot.waitUntil(lambda: tuned.bench.now is None)
    assert tuned.stage.currentWidget() is tuned.welcome
    tuned.toast.action.click()
    qtbot.waitUntil(lambda: tuned.bench.now is not None)
    assert kept(tuned)


def test_changes_can_be_put_away_and_taken_back(qtbot, tuned):
    tuned.transport.tempo_chosen.emit(90.0)
    tuned.doings.trash()
    assert tuned.bench.score.tempo == 120.0
    tuned.toast.action.click()
    assert tuned.bench.score.tempo == 90.0


# Heard


def test_space_plays_and_l_loops_the_chosen_bars(qtbot, tuned, silence):
    QTest.keyClick(tuned, Qt.Key.Key_Space)
    player = silence.made[0]
    assert player.playing
    assert tuned.transport.play_button.playing
    QTest.keyClick(tuned, Qt.Key.Key_L)
    assert player.last("loop") == (0, tuned.bench.score.ticks)
    choose_bars(tuned, 2, 4)
    bar = tuned.bench.score.bar
    assert player.last("loop") == (2 * bar, 4 * bar)
    assert player.position == 2 * bar  # it was outside
    QTest.keyClick(tuned, Qt.Key.Key_Space)
    assert not player.playing


def test_the_playhead_goes_along(qtbot, tuned, silence):
    tuned.hearing.toggle()
    silence.made[0].position = 960.0
    qtbot.waitUntil(lambda: tuned.roll.position() == 960.0)
    assert tuned.transport.time.text().startswith("0:01")
    tuned.roll.seek_wanted.emit(1920.0)
    assert silence.made[0].last("seek") == 1920.0
    tuned.transport.seek_wanted.emit(0.5)
    assert silence.made[0].last("seek") == pytest.approx(480.0)


def test_at_the_end_it_is_at_its_beginning_again(qtbot, tuned, silence):
    tuned.hearing.toggle()
    qtbot.waitUntil(lambda: tuned.hearing.playing._begun)
    silence.made[0].playing = False
    qtbot.waitUntil(lambda: not tuned.hearing.playing.on)
    assert tuned.roll.position() == 0.0
    assert not tuned.transport.play_button.playing


def test_no_device_costs_nothing_but_the_playing(qtbot, tuned, silence):
    tuned.hearing.toggle()
    silence.made[0].playing = False
    silence.made[0].trouble = StudioError("There is no loudspeaker.", "Plug one in.")
    qtbot.waitUntil(tuned.banner.isVisible)
    assert tuned.banner.what.text() == "There is no loudspeaker."
    assert not tuned.hearing.playing.on
    tuned.doings.create()
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)


def test_takes_are_compared_at_the_same_place(qtbot, tuned, silence):
    first = tuned.bench.now
    tuned.doings.vary(0.3, 1)
    qtbot.waitUntil(lambda: len(tuned.bench.tunes) == 2)
    tuned.hearing.toggle()
    silence.made[0].position = 3000.0
    qtbot.waitUntil(lambda: tuned.hearing.playing.position == 3000.0)
    tuned.bench.take(first)
    assert silence.made[0].last("load") == first.score
    assert silence.made[0].position == 3000.0
    assert silence.made[0].playing


def test_solo_is_heard_and_seen(tuned, silence):
    tuned.hearing.toggle()
    tuned.panel.parts.rows[0].alone.click()
    assert silence.made[0].last("solo") == frozenset({0})
    assert tuned.bench.now.safe  # it is no change to the tune


def test_it_is_silent_in_other_rooms(tuned, silence):
    tuned.hearing.toggle()
    tuned.window().go_to("picture")
    assert not silence.made[0].playing


def test_the_device_is_remembered(tuned, silence, open_studio):
    tuned.hearing._picked("Headphones")
    tuned.hearing.toggle()
    assert silence.made[0].device == "Headphones"
    assert tuned.window().settings.sound.devices.value() == "Headphones"
    shut_window = tuned.window()
    shut_window.close()
    room = enter_music(open_studio(make_engine=OrchestraEngine))
    assert room.hearing.device == "Headphones"


# From outside


def files(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget, data: QMimeData) -> None:
    widget.dropEvent(
        QDropEvent(
            QPointF(widget.rect().center()),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_drop_a_midi_file_and_go_on_with_it(qtbot, music, tmp_path):
    file = tmp_path / "hummed.mid"
    file.write_bytes(write_midi(small_tune()))
    drop(music, files(file))
    qtbot.waitUntil(lambda: music.bench.now is not None)
    assert music.bar.title.text() == "hummed"
    assert "not kept yet" in music.bar.facts.text()
    music.doings.go_on(4)
    qtbot.waitUntil(lambda: len(music.bench.tunes) == 2)
    assert music.bench.score.bars == 5
    assert {one.title for one in kept_tunes(music)} == {"hummed", "hummed, take 2"}


def test_a_damaged_midi_file_is_refused_in_words(qtbot, music, tmp_path):
    file = tmp_path / "hummed.mid"
    file.write_bytes(b"MThd, but no more")
    music.bringing.file(file)
    qtbot.waitUntil(music.banner.isVisible)
    assert "MIDI" in music.banner.what.text()
    assert music.bench.now is None


def test_a_tune_of_ours_carries_its_notes(qtbot, tuned, tmp_path):
    copy = tmp_path / "elsewhere.flac"
    copy.write_bytes(tuned.bench.now.artwork.path.read_bytes())
    tuned.bringing.file(copy)
    qtbot.wait(100)
    assert len(tuned.bench.tunes) == 1  # it is there already


def test_another_library_has_other_tunes(qtbot, tuned, tmp_path):
    tuned.collection.open(tmp_path / "other")
    qtbot.waitUntil(lambda: not tuned.collection.busy)
    assert tuned.bench.tunes == []
    assert tuned.stage.currentWidget() is tuned.welcome
