"""The whole window on a real library, with an engine that obeys the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from studio.shelf import Shelf
from studio.ui.sliders.room import SlidersRoom
from studio.ui.start import make_application
from studio.ui.studio import Studio
from studio.ui.style.room import StyleRoom
from tests.ui.atelier import AtelierEngine, describe_atelier, draw_photo
from tests.ui.fakes import FakeEngine, describe_model
from tests.ui.garden import GardenEngine, describe_garden


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return QApplication.instance() or make_application(["easel"])


@pytest.fixture
def shelf_folder(tmp_path: Path) -> Path:
    describe_model(tmp_path / "models" / "stickers")
    return tmp_path / "models"


@pytest.fixture
def open_studio(qtbot, shelf_folder: Path, tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """Opens a window, as often as a test likes; all are closed at the end."""
    opened: list[Studio] = []

    def make(**given: object) -> Studio:
        shelf = partial(Shelf, shelf_folder, tmp_path / "added.json")
        studio = Studio(**{"make_engine": FakeEngine, "make_shelf": shelf, **given})
        opened.append(studio)
        studio.show()
        studio.start()
        qtbot.waitUntil(lambda: bool(studio.window.picture.panel.model()))
        qtbot.waitUntil(lambda: not studio.collection.busy)
        return studio

    yield make
    for studio in opened:
        shut(studio)
    assert not [t for t in threading.enumerate() if t.name.startswith("easel-")]


@pytest.fixture
def studio(open_studio) -> Studio:
    return open_studio()


def shut(studio: Studio) -> None:
    studio.window.close()
    studio.window.deleteLater()
    studio.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.fixture
def flowers(shelf_folder: Path) -> Path:
    return describe_garden(shelf_folder / "flowers")


@pytest.fixture
def room(qtbot, flowers: Path, open_studio) -> SlidersRoom:
    """The sliders' room with its first picture on the canvas."""
    return enter(qtbot, open_studio(make_engine=GardenEngine))


def enter(qtbot, studio: Studio) -> SlidersRoom:
    studio.window.go_to("sliders")
    room = studio.window.sliders
    qtbot.waitUntil(lambda: at_rest(room))
    return room


def at_rest(room: SlidersRoom) -> bool:
    return room.guide.sight is not None and not room.guide.view.waiting


@pytest.fixture
def brushes(shelf_folder: Path) -> Path:
    return describe_atelier(shelf_folder / "brushes")


@pytest.fixture
def atelier(qtbot, brushes: Path, open_studio) -> StyleRoom:
    """The style room, empty."""
    return enter_style(open_studio(make_engine=AtelierEngine))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of the artist's own: a bright round on a dark ground."""
    return draw_photo(tmp_path / "garden.png")


@pytest.fixture
def easel(qtbot, atelier: StyleRoom, photo: Path) -> StyleRoom:
    """The style room with a picture on the canvas, painted in the first style."""
    atelier.take(photo)
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    qtbot.mouseClick(atelier.panel.learned.tiles[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painted(atelier))
    return atelier


def enter_style(studio: Studio) -> StyleRoom:
    studio.window.go_to("style")
    return studio.window.style_


def painted(room: StyleRoom) -> bool:
    """Whether the picture of the very wish is there, and nothing more is asked for."""
    return room.guide.seen and not room.guide.view.waiting and room.canvas.after is not None
