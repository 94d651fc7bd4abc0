"""Films in the window: posters, the viewer, and nothing that goes on when nobody looks."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from studio.library import Library
from studio.recipes import Place, WalkRecipe
from studio.ui.dialogs import ask_copy
from studio.ui.film import Film
from studio.ui.pictures import read_picture
from studio.ui.strip import ARTWORK

RECIPE = WalkRecipe(stops=(Place(seed=3), Place(seed=4)), seconds=0.7, fps=10)
REDS = (10, 45, 80, 115, 150, 185, 220)  # one more than the player has in hand


def frames():
    """Seven frames, each of one red."""
    for red in REDS:
        frame = np.zeros((64, 96, 3), np.uint8)
        frame[:, :, 0] = red
        yield frame


def keep(folder: Path, extension: str = ".mp4"):
    with Library.open(folder) as library:
        return library.add_film(frames(), 10, RECIPE, extension=extension, made_by="Test")


def red(image: QImage) -> int:
    """Which of the frames this is."""
    found = image.pixelColor(image.width() // 2, image.height() // 2).red()
    return min(range(len(REDS)), key=lambda number: abs(REDS[number] - found))


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "easel-film"]


@pytest.fixture
def film(qtbot):
    playing = Film()
    yield playing
    playing.stop(wait=True)
    playing.deleteLater()


@pytest.mark.parametrize("extension", [".mp4", ".webm", ".gif", ".png", ".webp"])
def test_it_plays_round_and_round(qtbot, film, tmp_path, extension) -> None:
    seen: list[int] = []
    film.shown.connect(lambda image: seen.append(red(image)))
    film.play(keep(tmp_path / "Easel", extension).path)
    qtbot.waitUntil(lambda: len(seen) >= 12, timeout=20_000)
    film.stop(wait=True)
    assert seen[0] == 0
    # A busy computer may skip frames; none comes twice or out of turn.
    steps = [(after - before) % len(REDS) for before, after in pairwise(seen)]
    assert 0 not in steps
    assert steps.count(1) >= 2
    assert not threads()


def test_it_halts_and_goes_on(qtbot, film, tmp_path) -> None:
    seen: list[int] = []
    film.shown.connect(lambda image: seen.append(red(image)))
    film.play(keep(tmp_path / "Easel").path)
    qtbot.waitUntil(lambda: len(seen) >= 2, timeout=20_000)
    film.pause()
    count = len(seen)
    qtbot.wait(350)
    assert len(seen) == count
    assert not film.playing
    film.resume()
    qtbot.waitUntil(lambda: len(seen) >= count + 2, timeout=20_000)


def test_a_large_film_is_made_small(qtbot, film, tmp_path) -> None:
    with qtbot.waitSignal(film.shown, timeout=20_000) as caught:
        film.play(keep(tmp_path / "Easel").path, longest=48)
    assert (caught.args[0].width(), caught.args[0].height()) == (48, 32)


def test_a_broken_film_says_so(qtbot, film, tmp_path) -> None:
    made = keep(tmp_path / "Easel")
    data = bytearray(made.path.read_bytes())
    middle = data.index(b"mdat") + 4
    data[middle:] = bytes(len(data) - middle)
    made.path.write_bytes(data)
    for path, words in ((made.path, "cannot be played"), (tmp_path / "gone.mp4", "no longer")):
        with qtbot.waitSignal(film.failed, timeout=20_000) as caught:
            film.play(path)
        assert words in caught.args[0].what
        assert not film.loaded
    qtbot.waitUntil(lambda: not threads())


def test_a_film_that_goes_takes_its_thread_along(qtbot, tmp_path) -> None:
    film = Film()
    with qtbot.waitSignal(film.shown, timeout=20_000):
        film.play(keep(tmp_path / "Easel").path)
    assert threads()
    film.deleteLater()
    qtbot.waitUntil(lambda: not threads())


@pytest.mark.parametrize("extension", [".mp4", ".webm", ".gif", ".png", ".webp"])
def test_a_poster_stands_for_it(tmp_path, extension) -> None:
    made = keep(tmp_path / "Easel", extension)
    for posters_are_there in (True, False):
        if not posters_are_there:
            for poster in (tmp_path / "Easel" / ".easel" / "posters").iterdir():
                poster.unlink()
        image = read_picture(made.path)
        assert (image.width(), image.height()) == (96, 64)
        assert red(image) == 0
        assert read_picture(made.path, 48).width() == 48


def test_a_film_in_the_strip_opens_and_plays(qtbot, open_studio) -> None:
    studio = open_studio()
    made = keep(studio.collection.folder)
    studio.collection.add(made.id, made.path)
    room = studio.window.picture
    qtbot.waitUntil(lambda: room.strip.model().rowCount() == 1)
    artwork = room.strip.model().index(0).data(ARTWORK)
    assert artwork.is_film
    room.strip.grab()
    seen: list[int] = []
    room.viewer.film.shown.connect(lambda image: seen.append(red(image)))
    room.open_large(artwork)
    qtbot.waitUntil(lambda: len(seen) >= 3, timeout=20_000)
    assert room.viewer.halt.isVisible()
    assert "0.7 s" in room.viewer.facts.text()
    qtbot.keyClick(room.viewer, Qt.Key.Key_Space)
    assert not room.viewer.film.playing
    qtbot.keyClick(room.viewer, Qt.Key.Key_Space)
    assert room.viewer.film.playing
    qtbot.keyClick(room.viewer, Qt.Key.Key_Escape)
    assert room.viewer.isHidden()
    assert not room.viewer.film.loaded
    assert not threads()
    room.open_large(artwork)
    qtbot.waitUntil(lambda: room.viewer.film.playing, timeout=20_000)


def test_a_film_in_the_strip_plays_while_the_mouse_rests_on_it(qtbot, open_studio) -> None:
    easel = open_studio()
    strip = easel.window.picture.strip
    made = keep(easel.collection.folder)
    easel.collection.add(made.id, made.path)
    qtbot.waitUntil(lambda: strip.model().rowCount() == 1)
    assert strip.glimpse.frame(made.id) is None
    strip.entered.emit(strip.model().index(0, 0))
    seen: set[int] = set()

    def looks() -> bool:
        frame = strip.glimpse.frame(made.id)
        seen.update(() if frame is None else (red(frame),))
        return len(seen) > 2

    qtbot.waitUntil(looks, timeout=20_000)
    strip.grab()  # which draws it
    strip.viewportEntered.emit()
    assert strip.glimpse.frame(made.id) is None
    qtbot.waitUntil(lambda: not threads())
    strip.entered.emit(strip.model().index(0, 0))
    qtbot.waitUntil(lambda: strip.glimpse.frame(made.id) is not None, timeout=20_000)
    easel.window.go_to("settings")
    assert strip.glimpse.frame(made.id) is None
    assert not threads()


def test_a_copy_of_a_film_is_asked_for_in_its_kind(qtbot, studio) -> None:
    taken: list[Path] = []
    dialog = ask_copy(studio.window, "a/b: loop?", taken.append, ".webm")
    assert Path(dialog.selectedFiles()[0]).name == "a b loop.webm"
    assert dialog.nameFilters() == ["The film as it is (*.webm)"]
    for typed, target in (("/x/loop", "/x/loop.webm"), ("/x/a.WEBM", "/x/a.WEBM")):
        dialog.fileSelected.emit(typed)
        assert taken.pop() == Path(target)
    dialog.close()


def test_the_window_starts_without_ffmpeg() -> None:
    code = (
        "import sys, studio.ui.studio, studio.library\n"
        "found = [name for name in ('av', 'numpy') if name in sys.modules]\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
