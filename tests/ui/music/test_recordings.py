"""Recordings in the music room: takes that are heard, seen as an outline, copied and put away."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.library import Library
from studio.recipes import SoundRecipe
from studio.sound.files import Tags, write
from studio.ui.music.exporting import SOUND, ExportDialog
from studio.ui.music.recordings import outline_of
from studio.ui.music.showing import GROWING
from studio.work.messages import Finished, Made
from tests.ui.music.conftest import engine

RATE = 44_100


def swell(seconds: float = 4.0) -> np.ndarray:
    """A tone that is loud in its second half only."""
    at = np.arange(int(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 220 * at) * np.where(at < seconds / 2, 0.1, 0.8)
    return np.stack([tone, tone], 1).astype(np.float32)


def recorded(room, words: str = "waves on a shore") -> str:
    """Have a recording made; the id of what was kept."""
    engine(room).hold = True
    room.sung.open()
    room.sung._asked(SoundRecipe(prompt=words, model="test/voices"))
    run = engine(room).run
    engine(room).begin(run)
    with Library.open(Path(run.library)) as library:
        recipe = SoundRecipe(prompt=words, model="test/voices")
        artwork = library.add_sound([swell()], RATE, recipe, made_by="Fake")
    engine(room).post(Made(run.job, 0, artwork.id, str(artwork.path)))
    engine(room).post(Finished(run.job))
    return artwork.id


@pytest.fixture
def heard(qtbot, music, silence):
    """The room with a recording in hand that plays."""
    artwork_id = recorded(music)
    qtbot.waitUntil(lambda: music.recordings.now is not None)
    assert music.recordings.now.id == artwork_id
    qtbot.waitUntil(lambda: bool(len(music.recordings.page.wave._peaks)))
    return music


def test_what_is_being_recorded_stands_among_the_takes(music):
    engine(music).hold = True
    music.sung.open()
    music.sung._asked(SoundRecipe(prompt="rain", model="test/voices"))
    assert music.panel.foot.working
    (take,) = music.strip.takes()
    assert (take.id, take.doing) == (GROWING, "Recording…")
    assert music.escape()


def test_a_recording_that_was_waited_for_is_in_hand_and_plays(heard, silence):
    page = heard.recordings.page
    assert heard.stage.currentWidget() is page
    assert heard.title() == heard.recordings.now.title
    assert page.words.text() == "waves on a shore"
    assert page.time.text() == "0:00 / 0:04"
    assert page.play_button.playing
    assert silence.made[-1].told("file") == 1
    assert [take.id for take in heard.strip.takes()] == [heard.recordings.now.id]
    assert heard.strip.taken() == heard.recordings.now.id
    assert heard.bar.save_button.isEnabled()


def test_its_outline_is_that_of_the_sound(heard):
    peaks = heard.recordings.page.wave._peaks
    assert peaks.max() == 1.0
    half = len(peaks) // 2
    assert peaks[20 : half - 20].max() < 0.2
    assert peaks[half + 20 : -20].min() > 0.9
    tile = heard.strip.tiles()[0]
    assert tile.take.outline is not None
    tile.grab()


def test_a_press_on_the_outline_goes_there(qtbot, heard, silence):
    player = silence.made[-1]
    wave = heard.recordings.page.wave
    qtbot.mouseClick(
        wave, Qt.MouseButton.LeftButton, pos=QPoint(wave.width() // 2, wave.height() // 2)
    )
    assert player.last("seek") == pytest.approx(2.0, abs=0.05)
    heard.recordings.page.play_button.click()
    assert not player.playing
    qtbot.keyClick(heard, Qt.Key.Key_Space)
    assert player.playing
    player.position = 3.0
    qtbot.waitUntil(lambda: heard.recordings.page.time.text() == "0:03 / 0:04")
    player.playing = False  # it has come to its end
    qtbot.waitUntil(lambda: not heard.recordings.page.play_button.playing)


def test_from_standing_still_the_outline_begins_to_play(qtbot, heard, silence):
    heard.recordings.listening.stop()
    heard.recordings.page.seek_wanted.emit(1.0)
    assert silence.made[-1].last("seek") == 1.0
    assert silence.made[-1].playing


def test_tunes_and_recordings_take_turns(qtbot, heard, silence):
    recording = heard.recordings.now
    heard.sung.close_form()
    engine(heard).hold = False
    heard.doings.create()
    qtbot.waitUntil(lambda: heard.bench.now is not None)
    assert heard.recordings.now is None
    assert heard.stage.currentWidget() is heard.work
    assert not heard.recordings.listening.playing
    qtbot.waitUntil(lambda: heard.bench.now.artwork is not None)
    assert [take.id for take in heard.strip.takes()] == [heard.bench.now.id, recording.id]
    heard.strip.chosen.emit(recording.id)
    assert heard.recordings.now is recording
    assert heard.bench.now is None
    assert heard.stage.currentWidget() is heard.recordings.page
    assert not heard.recordings.listening.playing  # it was only chosen
    assert not heard.hearing.playing.on


def test_a_recording_made_meanwhile_is_only_told_of(qtbot, music):
    engine(music).hold = True
    music.doings.create()
    engine(music).compose()
    qtbot.waitUntil(lambda: music.bench.now is not None)
    music.sung.open()
    music.sung._asked(SoundRecipe(prompt="rain", model="test/voices"))
    run = engine(music).run
    music.sung.close_form()
    engine(music).begin(run)
    with Library.open(Path(run.library)) as library:
        artwork = library.add_sound(
            [swell(1.0)], RATE, SoundRecipe(prompt="rain", model="a/b"), made_by="Fake"
        )
    engine(music).post(Made(run.job, 0, artwork.id, str(artwork.path)))
    engine(music).post(Finished(run.job))
    qtbot.waitUntil(lambda: music.toast.words.text() == "Your recording is kept")
    assert music.recordings.now is None
    music.toast.action.click()
    assert music.recordings.now.id == artwork.id


def test_a_copy_is_sound_and_nothing_else(qtbot, heard, tmp_path):
    dialog = heard.keeping.exporting.ask()
    assert isinstance(dialog, ExportDialog)
    offered = [dialog.format.itemData(place) for place in range(dialog.format.count())]
    assert set(offered) == set(SOUND)
    assert not dialog.stems.isVisible()
    dialog.reject()
    for suffix in SOUND:
        target = tmp_path / f"copy{suffix}"
        heard.keeping.exporting.write_sound(heard.recordings.now, target)
        qtbot.waitUntil(lambda target=target: target.name in heard.toast.words.text())
        peaks = outline_of(target)
        assert peaks[: len(peaks) // 3].max() < 0.3


def test_it_is_put_away_and_comes_back(qtbot, heard):
    artwork = heard.recordings.now
    heard.keeping.trash()
    qtbot.waitUntil(lambda: heard.recordings.now is None)
    assert heard.strip.takes() == ()
    assert heard.stage.currentWidget() is heard.welcome
    qtbot.waitUntil(lambda: heard.toast.words.text() == "Moved to the trash")
    heard.toast.action.click()
    qtbot.waitUntil(lambda: [take.id for take in heard.strip.takes()] == [artwork.id])


def test_another_like_it_begins_with_its_words(heard):
    heard.sung.close_form()
    heard.recordings.page.again.click()
    assert heard.sung.shown
    assert heard.sung.form.state()["prompt"] == "waves on a shore"


def test_it_is_in_hand_again_at_the_next_start(heard):
    state = heard.state()
    assert state["now"] == heard.recordings.now.id
    recording = heard.recordings.now
    heard.recordings.leave()
    heard.showing.take()
    heard.restore({"now": state["now"]})
    assert heard.recordings.now is recording


def test_leaving_the_room_is_silence(heard):
    heard.window().go_to("gallery")
    assert not heard.recordings.listening.playing


def test_an_outline_of_a_short_or_a_damaged_file(tmp_path):
    short = tmp_path / "short.wav"
    with short.open("wb") as file:
        write(file, [np.full((50, 2), 0.5, np.float32)], Tags(), "wav")
    assert outline_of(short, 10).tolist() == [1.0] * 10
    from studio.errors import StudioError

    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"fLaC but no more")
    with pytest.raises(StudioError, match="cannot be read"):
        outline_of(broken)
