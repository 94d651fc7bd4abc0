"""What comes into the music room and goes out of it: pictures' moods, copies, films, recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QFileDialog

from studio.errors import StudioError
from studio.library import Library
from studio.library.midi import read_midi
from studio.recipes import PictureRecipe, StyleFilmRecipe, parse_recipe
from studio.sound import devices as sound_devices
from studio.ui.music.film_dialog import NONE, FilmDialog
from tests.sound.fake_sounddevice import FakeSoundDevice
from tests.ui.music.conftest import engine, enter_music, kept
from tests.ui.music.orchestra import OrchestraEngine


def paint(file: Path, colour: tuple[int, int, int]) -> Path:
    Image.new("RGB", (60, 40), colour).save(file)
    return file


# The mood of a picture


def test_a_picture_suggests_a_mood_with_its_reason_and_forces_nothing(qtbot, music, tmp_path):
    music.bringing.file(paint(tmp_path / "night.png", (8, 10, 20)))
    qtbot.waitUntil(music.panel.proposal.isVisible)
    assert music.panel.proposal.what.text() == "“night” feels solemn"
    assert "Dark" in music.panel.proposal.why.text()
    assert music.panel.wish.mood == "calm"
    assert not engine(music).runs
    music.panel.proposal.away.click()
    assert not music.panel.proposal.isVisible()
    assert not engine(music).runs


def test_taking_it_makes_that_tune(qtbot, music, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(paint(tmp_path / "night.png", (8, 10, 20))))])
    music.bringing.data(data)
    qtbot.waitUntil(music.panel.proposal.isVisible)
    music.panel.proposal.take.click()
    qtbot.waitUntil(lambda: kept(music))
    recipe = engine(music).recipe_
    assert (recipe.mood, recipe.mode) == ("solemn", "minor")
    assert 54 <= recipe.tempo <= 72
    assert music.bench.now.name == "Solemn tune"


def test_a_kept_picture_is_sent_here(qtbot, music):
    with Library.open(music.collection.folder) as library:
        image = Image.new("RGB", (80, 60), (250, 220, 60))
        artwork = library.add(image, PictureRecipe(prompt="a sunny field"), made_by="Fake")
    window = music.window()
    window.go_to("picture")
    window.send("tune", artwork)
    assert window.room is music
    qtbot.waitUntil(music.panel.proposal.isVisible)


def test_what_is_no_picture_is_refused_in_words(qtbot, music, tmp_path):
    file = tmp_path / "letter.png"
    file.write_text("Dear Theo", encoding="utf-8")
    music.bringing.file(file)
    qtbot.waitUntil(music.banner.isVisible)
    assert "letter.png" in music.banner.what.text()


def test_a_mere_address_is_not_followed(music):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/song.mid")])
    music.bringing.data(data)
    assert "does not go into the network" in music.banner.what.text()


# Copies


def save_as(qtbot, room, suffix: str, target: Path) -> None:
    dialog = room.keeping.exporting.ask()
    dialog.format.set_value(suffix)
    dialog.go.click()
    asked = next(one for one in room.window().findChildren(QFileDialog) if one.isVisible())
    asked.fileSelected.emit(str(target))
    asked.reject()


def test_a_copy_as_midi(qtbot, tuned, tmp_path):
    save_as(qtbot, tuned, ".mid", tmp_path / "song")
    target = tmp_path / "song.mid"
    qtbot.waitUntil(lambda: "Saved as" in tuned.toast.words.text())
    copy = read_midi(target.read_bytes())
    assert [len(part.notes) for part in copy.parts] == [64, 64, 64, 64]


def test_a_copy_says_whose_it_is_and_its_tags(qtbot, tuned, tmp_path):
    library = tuned.collection.library
    artwork = next(one for one in library.recent() if one.kind == "tune")
    library.marking.tag([artwork.id], "calm", "winter 2026")
    dialog = tuned.keeping.exporting.ask()
    dialog.words.lines["author"].setText("Ада")
    dialog.words.lines["title"].setText("Abend")
    dialog.format.set_value(".mid")
    dialog.go.click()
    asked = next(one for one in tuned.window().findChildren(QFileDialog) if one.isVisible())
    asked.fileSelected.emit(str(tmp_path / "song.mid"))
    asked.reject()
    qtbot.waitUntil(lambda: "Saved as" in tuned.toast.words.text())
    data = (tmp_path / "song.mid").read_bytes()
    for words in ("Author: Ада", "Tags: calm; winter 2026", "Abend"):
        assert words.encode() in data
    again = tuned.keeping.exporting.ask()  # the author stays, the title was of that copy
    assert (again.words.values()["author"], again.words.values()["title"]) == ("Ада", "")
    again.reject()


@pytest.mark.parametrize("suffix", [".wav", ".musicxml", ".png"])
def test_copies_of_other_kinds(qtbot, tuned, tmp_path, suffix):
    save_as(qtbot, tuned, suffix, tmp_path / f"song{suffix}")
    qtbot.waitUntil(lambda: "Saved as" in tuned.toast.words.text(), timeout=60_000)
    assert (tmp_path / f"song{suffix}").stat().st_size > 1000


def test_changes_that_are_not_kept_are_in_the_copy(qtbot, tuned, tmp_path):
    tuned.transport.tempo_chosen.emit(90.0)
    save_as(qtbot, tuned, ".mid", tmp_path / "song.mid")
    qtbot.waitUntil(lambda: "Saved as" in tuned.toast.words.text())
    assert read_midi((tmp_path / "song.mid").read_bytes()).tempo == 90.0
    assert tuned.bench.now.own


def test_the_kind_of_copy_is_remembered(qtbot, tuned, tmp_path, open_studio):
    save_as(qtbot, tuned, ".musicxml", tmp_path / "song.musicxml")
    qtbot.waitUntil(lambda: "Saved as" in tuned.toast.words.text())
    tuned.window().close()
    room = enter_music(open_studio(make_engine=OrchestraEngine))
    qtbot.waitUntil(lambda: room.bench.now is not None)
    dialog = room.keeping.exporting.ask()
    assert dialog.format.value() == ".musicxml"
    assert not dialog.stems.isEnabled()
    dialog.reject()


def test_where_nothing_can_be_written_it_says_so(qtbot, tuned, tmp_path):
    save_as(qtbot, tuned, ".mid", tmp_path / "nowhere" / "song.mid")
    qtbot.waitUntil(tuned.banner.isVisible)
    assert tuned.banner.todo.text()
    assert not (tmp_path / "nowhere").exists()


# Under a film


def keep_film(room) -> str:
    with Library.open(room.collection.folder) as library:
        frames = (np.full((32, 48, 3), 60 * n, np.uint8) for n in range(4))
        recipe = StyleFilmRecipe(
            content="source:" + "0" * 64, manners=({"style": "waves"},), words="Waves"
        )
        film = library.add_film(frames, 4.0, recipe, extension=".gif", made_by="Fake")
    room.collection.add(film.id, film.path)
    return film.id


def test_a_tune_goes_under_a_film(qtbot, tuned):
    film = keep_film(tuned)
    qtbot.waitUntil(lambda: tuned.collection.find(film) is not None)
    tuned.transport.tempo_chosen.emit(90.0)
    tuned.bar.film.emit()
    dialog = tuned.window().findChild(FilmDialog)
    assert [one.accessibleName() for one in dialog.films] == ["Under Waves"]
    sent = len(engine(tuned).runs)
    dialog.films[0].click()
    qtbot.waitUntil(lambda: len(engine(tuned).runs) == sent + 2)  # changes are kept first
    recipe = parse_recipe(engine(tuned).run.recipe)
    assert recipe.kind == "score-film"
    assert recipe.film == f"work:{film}"
    assert recipe.tune == f"work:{tuned.bench.now.made}"
    assert engine(tuned).run.parents == (film, tuned.bench.now.made)


def test_without_a_film_it_says_where_they_come_from(tuned):
    tuned.bar.film.emit()
    dialog = tuned.window().findChild(FilmDialog)
    assert dialog.films == []
    assert NONE.startswith("There is no film yet")
    dialog.away.click()


# Recordings


def test_without_such_a_model_it_says_what_to_bring(qtbot, music):
    music.sung.open_button.click()
    assert music.sung.shown
    assert not music.panel.moods.isVisible()
    assert music.sung.form.nothing.isVisible()
    assert not music.panel.foot.button.isEnabled()
    with qtbot.waitSignal(music.window().add_model_wanted):
        music.sung.form.add_button.click()
    music.sung.back.click()
    assert music.panel.moods.isVisible()
    assert music.panel.foot.button.isEnabled()


# Where it is heard


def test_the_settings_offer_what_is_plugged_in(qtbot, tuned, monkeypatch):
    device = FakeSoundDevice("Speakers", "Headphones")
    monkeypatch.setattr(sound_devices, "backend", lambda: device)
    window = tuned.window()
    window.go_to("settings")
    choice = window.settings.sound
    qtbot.waitUntil(lambda: choice.devices.count() == 3)
    choice.devices.setCurrentIndex(2)
    choice.devices.activated.emit(2)
    assert tuned.hearing.device == "Headphones"
    window.go_to("music")


def test_where_there_is_no_device_the_settings_say_so(qtbot, tuned, monkeypatch):
    def none() -> object:
        raise StudioError("Easel cannot play sound on this computer.", "Install PortAudio.")

    monkeypatch.setattr(sound_devices, "backend", none)
    window = tuned.window()
    window.go_to("settings")
    choice = window.settings.sound
    qtbot.waitUntil(choice.says.isVisible)
    assert "Install PortAudio" in choice.says.text()
    window.go_to("music")
    tuned.bar.device.emit()
    qtbot.waitUntil(tuned.banner.isVisible)
    assert "cannot play sound" in tuned.banner.what.text()
