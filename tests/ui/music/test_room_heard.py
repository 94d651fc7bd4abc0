"""What is heard of the tune in hand, and tunes that come from outside."""

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
from studio.sound.player import Player
from studio.ui.music import playing
from tests.sound.fake_sounddevice import FakeSoundDevice
from tests.ui.music.conftest import engine, enter_music
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


@pytest.fixture
def growing(qtbot, music, silence):
    """The room with half of its first tune composed, which is heard already."""
    engine(music).hold = True
    music.doings.create()
    half = engine(music).grow()
    qtbot.waitUntil(lambda: music.growing)
    assert silence.made[0].last("load") == half
    assert silence.made[0].playing
    return music


def test_a_tune_is_heard_while_it_is_composed(qtbot, growing, silence):
    player = silence.made[0]
    player.position = 960.0
    qtbot.waitUntil(lambda: growing.roll.position() == 960.0)
    assert growing.transport.time.text().startswith("0:01")
    engine(growing).compose(keep=False)
    qtbot.waitUntil(lambda: not growing.growing)
    assert player.last("update") == growing.bench.score
    assert player.told("load") == 1
    assert player.playing
    assert player.position == 960.0
    assert growing.transport.play_button.playing


def test_who_pauses_a_tune_that_grows_is_left_in_peace(qtbot, growing, silence):
    QTest.keyClick(growing, Qt.Key.Key_Space)
    assert not silence.made[0].playing
    engine(growing).compose(keep=False)
    qtbot.waitUntil(lambda: not growing.growing)
    assert not growing.hearing.playing.on
    QTest.keyClick(growing, Qt.Key.Key_Space)
    assert silence.made[0].playing
    assert silence.made[0].last("update") == growing.bench.score


def test_what_is_cancelled_is_silent(qtbot, tuned, silence):
    tuned.panel.at_once.setChecked(True)
    engine(tuned).hold = True
    tuned.doings.create()
    engine(tuned).grow()
    qtbot.waitUntil(lambda: tuned.growing and silence.made and silence.made[0].playing)
    tuned.window().escape()
    qtbot.waitUntil(lambda: not tuned.growing)
    assert not tuned.hearing.playing.on
    assert not silence.made[0].playing
    tuned.hearing.toggle()
    assert silence.made[0].last("load") == tuned.bench.score


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


# With the real player


def test_a_real_player_plays_it_and_leaves_nothing_behind(qtbot, tuned, monkeypatch):
    pytest.importorskip("tinysoundfont")
    device = FakeSoundDevice("Speakers", paced=True)
    monkeypatch.setattr(playing, "make_player", lambda name: Player(module=device, device=name))
    tuned.hearing.loop(True)
    choose_bars(tuned, 0, 1)
    tuned.hearing.toggle()
    qtbot.waitUntil(lambda: tuned.roll.position() > 400, timeout=60_000)
    tuned.panel.parts.rows[0].mute.click()  # heard at once, and it goes on
    tuned.bench.undo()
    qtbot.waitUntil(lambda: tuned.roll.position() < 400, timeout=60_000)  # round again
    assert tuned.hearing.playing.on
    tuned.window().close()
    assert device.stream.closed
