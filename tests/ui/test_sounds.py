"""Sounds in the window: covers, the viewer, heard where the mouse rests, and let go of."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.library import Library
from studio.library.score_film import put_under
from studio.recipes import PictureRecipe
from studio.sound.player import Player
from studio.ui import listening, resting
from studio.ui.dialogs import ask_copy_of
from studio.ui.listening import Listening, length
from studio.ui.pictures import read_picture
from tests.library.film_frames import keep_film
from tests.library.sound_blocks import RECIPE, blocks, keep_sound, sound
from tests.sound.fake_sounddevice import FakeSoundDevice
from tests.sound.scores import tune


def players() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "player"]


@pytest.fixture
def device() -> FakeSoundDevice:
    return FakeSoundDevice(paced=True)


@pytest.fixture
def audible(device, monkeypatch) -> FakeSoundDevice:
    """The window plays on a device that is made up."""
    make = lambda name: Player(module=device, device=name)  # noqa: E731
    monkeypatch.setattr(listening.Listening.__init__, "__defaults__", (None, make))
    return device


@pytest.fixture
def heard(qtbot, device):
    one = Listening(make=lambda name: Player(module=device, device=name))
    yield one
    one.stop(wait=True)
    one.deleteLater()


@pytest.fixture
def kept(tmp_path):
    with Library.open(tmp_path / "Easel") as library:
        yield keep_sound(library)


@pytest.fixture
def shown(open_studio, own_folders, audible):
    """A window whose library has a sound and, newer, a picture."""
    with Library.open(own_folders / "pictures") as library:
        keep_sound(library, blocks(sound(3.0)))
        from PIL import Image

        library.add(Image.new("RGB", (64, 64), "red"), PictureRecipe(prompt="red"), made_by="x")
    studio = open_studio()
    assert [one.is_sound for one in studio.collection.artworks] == [False, True]
    return studio


def point_at(qtbot, strip, row: int) -> None:
    """The mouse comes to a tile and rests there."""
    at = strip.visualRect(strip.model().index(row, 0)).center()
    qtbot.mouseMove(strip.viewport(), at - QPoint(3, 3))
    qtbot.mouseMove(strip.viewport(), at)


def test_it_plays_to_its_end_and_again(qtbot, heard, kept) -> None:
    places: list[float] = []
    heard.moved.connect(places.append)
    with qtbot.waitSignal(heard.switched, timeout=5_000):
        heard.play(kept.path)
    assert heard.playing
    qtbot.waitUntil(lambda: not heard.playing, timeout=5_000)
    assert 0 < max(places) <= 0.6
    assert places[-1] == 0
    heard.toggle(kept.path)
    qtbot.waitUntil(lambda: places[-1] > 0.05, timeout=5_000)
    heard.toggle(kept.path)
    assert not heard.playing
    heard.stop()
    assert heard.path is None
    qtbot.waitUntil(lambda: not players())


def test_what_plays_is_loaded_beside_the_window(qtbot, heard, kept, monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "studio.sound.player")
    threads: set[str] = set()
    load = listening.importlib.import_module

    def watched(name: str):
        threads.add(threading.current_thread().name)
        return load(name)

    monkeypatch.setattr(listening.importlib, "import_module", watched)
    heard.play(kept.path)
    heard.stop()  # before it is there
    qtbot.waitUntil(lambda: "easel-sound" not in [each.name for each in threading.enumerate()])
    qtbot.wait(20)
    assert heard.path is None
    assert not players()
    monkeypatch.delitem(sys.modules, "studio.sound.player", raising=False)
    heard.play(kept.path)
    assert heard.playing
    with qtbot.waitSignal(heard.moved, timeout=5_000):
        pass
    assert threads == {"easel-sound"}


def test_what_goes_takes_its_thread_along(qtbot, device, kept) -> None:
    one = Listening(make=lambda name: Player(module=device, device=name))
    one.play(kept.path)
    qtbot.waitUntil(lambda: bool(device.streams))
    one.deleteLater()
    qtbot.waitUntil(lambda: not players())
    assert device.stream.closed


@pytest.mark.parametrize("what", ["no device", "damaged", "gone"])
def test_what_cannot_be_heard_says_so(qtbot, heard, kept, device, what) -> None:
    if what == "no device":
        device.names.clear()
        device.OutputStream = _no_stream(device)
    elif what == "damaged":
        kept.path.write_bytes(b"fLaC" + bytes(900))
    else:
        kept.path.unlink()
    with qtbot.waitSignal(heard.failed, timeout=5_000) as caught:
        heard.play(kept.path)
    assert ("loudspeaker" if what == "no device" else "cannot be read") in caught.args[0].what
    assert not heard.playing
    assert heard.path is None
    qtbot.waitUntil(lambda: not players())


def _no_stream(device: FakeSoundDevice):
    def refuse(**_settings):
        raise device.PortAudioError("Error querying device -1")

    return refuse


def test_a_cover_stands_for_it(qtbot, kept) -> None:
    image = read_picture(kept.path)
    assert (image.width(), image.height()) == (1024, 1024)
    assert image.hasAlphaChannel()
    assert read_picture(kept.path, 100).width() == 100


def test_it_is_heard_where_the_mouse_rests(qtbot, shown, audible) -> None:
    room = shown.window.picture
    point_at(qtbot, room.strip, 1)
    qtbot.waitUntil(lambda: room.listening.playing, timeout=5_000)
    qtbot.waitUntil(lambda: bool(audible.streams), timeout=5_000)
    assert room.listening.path == shown.collection.artworks[1].path
    point_at(qtbot, room.strip, 0)
    assert not room.listening.playing
    qtbot.waitUntil(lambda: not players())
    # On its way over a sound the mouse starts nothing, and it is silent once it has left.
    point_at(qtbot, room.strip, 1)
    point_at(qtbot, room.strip, 0)
    qtbot.wait(resting.PAUSE + 150)
    assert not room.listening.playing
    point_at(qtbot, room.strip, 1)
    qtbot.waitUntil(lambda: room.listening.playing, timeout=5_000)
    QApplication.sendEvent(room.strip.viewport(), QEvent(QEvent.Type.Leave))
    assert not room.listening.playing
    qtbot.waitUntil(lambda: not players())


def test_where_nothing_can_be_heard_the_strip_is_quiet_about_it(qtbot, shown, audible) -> None:
    audible.OutputStream = _no_stream(audible)
    room = shown.window.picture
    point_at(qtbot, room.strip, 1)
    with qtbot.waitSignal(room.listening.failed, timeout=5_000):
        pass
    assert room.banner.isHidden()
    tried = len(audible.streams)
    point_at(qtbot, room.strip, 0)
    point_at(qtbot, room.strip, 1)
    qtbot.wait(resting.PAUSE + 150)
    assert not room.listening.playing
    assert len(audible.streams) == tried


def test_the_room_shows_its_cover_and_what_can_be_done(qtbot, shown) -> None:
    room = shown.window.picture
    artwork = shown.collection.artworks[1]
    room.show_artwork(artwork)
    qtbot.waitUntil(lambda: room.stage.image is not None and room.stage.image.width() == 1024)
    assert not room.stage.image.hasAlphaChannel()  # no checkerboard behind it
    actions = room.actions_
    enabled = {
        name
        for name in ("again", "little", "lot", "save", "copy", "folder", "trash")
        if getattr(actions, name).isEnabled()
    }
    assert enabled == {"save", "copy", "folder", "trash"}
    assert not actions.send["paint"].isEnabled()
    actions.copy.trigger()
    data = QApplication.clipboard().mimeData()
    assert [Path(url.toLocalFile()) for url in data.urls()] == [artwork.path]
    assert not data.hasImage()
    QApplication.clipboard().clear()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_one_that_is_shown_has_a_ring(qtbot, shown, theme) -> None:
    look, strip = shown.window.picture.strip._look, shown.window.picture.strip
    look.choose(theme)
    tile = strip.visualRect(strip.model().index(1, 0))

    def ring() -> str:
        image = strip.viewport().grab(tile).toImage()
        return image.pixelColor(image.width() // 2, round(3 * image.devicePixelRatio())).name()

    thumbnail = strip.model().index(1, 0).data  # with its play mark
    qtbot.waitUntil(lambda: thumbnail(Qt.ItemDataRole.DecorationRole) is not None)
    assert ring() != look.tokens.accent
    strip.choose(shown.collection.artworks[1].id)
    assert ring() == look.tokens.accent


def test_the_viewer_plays_it(qtbot, shown, audible) -> None:
    room = shown.window.picture
    room.open_large(shown.collection.artworks[1])
    viewer = room.viewer
    qtbot.waitUntil(lambda: room.listening.playing, timeout=5_000)
    assert viewer.title.text() == RECIPE.words
    assert viewer.facts.text().startswith("0:03")
    assert not viewer.halt.isHidden()
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert not room.listening.playing
    assert not viewer.isHidden()
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert room.listening.playing
    qtbot.keyClick(viewer, Qt.Key.Key_Left)  # the picture beside it
    qtbot.waitUntil(lambda: viewer.title.text() == "red")
    assert not room.listening.playing
    assert viewer.halt.isHidden()
    room.open_large(shown.collection.artworks[1])
    qtbot.waitUntil(lambda: room.listening.playing, timeout=5_000)
    viewer.close_view()
    assert not room.listening.playing
    assert not players()
    assert audible.stream.closed


@pytest.fixture
def with_tune(open_studio, own_folders, audible, tmp_path):
    """A window with a film of under two seconds that is heard as well."""
    with Library.open(own_folders / "pictures") as library:
        made = keep_film(library)
        target = library.folder / "tune.mp4"
        film = put_under(made.path, tune(1), target)
        library.rescan()
        assert library.at(film) is not None
    studio = open_studio()
    return studio, next(one for one in studio.collection.artworks if one.path == target)


def test_the_viewer_lets_a_film_with_a_tune_be_heard(qtbot, with_tune, audible) -> None:
    studio, film = with_tune
    room, viewer = studio.window.picture, studio.window.picture.viewer
    room.open_large(film)
    qtbot.waitUntil(lambda: room.listening.playing and viewer.film.playing, timeout=5_000)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert not room.listening.playing
    assert not viewer.film.playing
    assert viewer.halt.toolTip().startswith("Go on")
    with qtbot.waitSignal(room.listening.ended, timeout=10_000):
        qtbot.keyClick(viewer, Qt.Key.Key_Space)
    # And again from the start, both at once.
    qtbot.waitUntil(lambda: room.listening.playing and viewer.film.playing, timeout=5_000)
    viewer.close_view()
    assert not room.listening.playing
    assert not players()


def test_a_silent_film_from_elsewhere_is_seen(qtbot, with_tune, audible) -> None:
    studio, film = with_tune
    walk = next(one for one in studio.collection.artworks if one.path != film.path)
    viewer = studio.window.picture.viewer
    viewer.show_picture(QImage(8, 8, QImage.Format.Format_RGB32), "", "", walk.path, heard=True)
    qtbot.waitUntil(lambda: viewer.film.playing, timeout=5_000)
    assert not audible.streams


def test_a_film_with_a_tune_is_seen_where_it_cannot_be_heard(qtbot, with_tune, audible) -> None:
    audible.OutputStream = _no_stream(audible)
    studio, film = with_tune
    viewer = studio.window.picture.viewer
    studio.window.picture.open_large(film)
    qtbot.waitUntil(lambda: viewer.film.playing, timeout=5_000)
    assert "loudspeaker" not in viewer.facts.text()
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert not viewer.film.playing
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert viewer.film.playing


def test_the_viewer_says_why_it_is_silent(qtbot, shown, audible) -> None:
    audible.OutputStream = _no_stream(audible)
    room = shown.window.picture
    room.open_large(shown.collection.artworks[1])
    qtbot.waitUntil(lambda: "loudspeaker" in room.viewer.facts.text(), timeout=5_000)
    assert room.viewer.halt.isHidden()
    assert not room.viewer.isHidden()  # its cover is still to be seen


def test_closing_the_window_ends_it(qtbot, shown, audible) -> None:
    room = shown.window.picture
    room.open_large(shown.collection.artworks[1])
    qtbot.waitUntil(lambda: bool(audible.streams) and room.listening.playing, timeout=5_000)
    shown.window.close()
    assert not players()


@pytest.mark.parametrize(
    ("typed", "saved"), [("a", "a.mp3"), ("a.wav", "a.wav"), ("a.b", "a.b.mp3")]
)
def test_a_copy_is_asked_for_in_a_form_of_sound(qtbot, shown, tmp_path, typed, saved) -> None:
    taken: list[Path] = []
    dialog = ask_copy_of(shown.window, shown.collection.artworks[1], taken.append)
    names = dialog.nameFilters()
    assert [name[-6:-1] for name in names] == [".flac", "*.wav", "*.mp3", "*.ogg"]
    dialog.selectNameFilter(names[2])
    dialog.fileSelected.emit(str(tmp_path / typed))
    dialog.close()
    assert taken == [tmp_path / saved]
    with qtbot.waitSignal(shown.window.picture.verbs.said, timeout=20_000):
        shown.window.picture.verbs.save_to(shown.collection.artworks[1], taken[0])
    assert taken[0].stat().st_size > 1000


def test_lengths() -> None:
    assert [length(s) for s in (0, 0.4, 38.2, 59.6, 61, 3600)] == [
        "0:00",
        "0:00",
        "0:38",
        "1:00",
        "1:01",
        "60:00",
    ]
