"""The style room with the real host and a real, if tiny, network."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from studio.recipes import parse_recipe
from studio.shelf import Shelf
from studio.ui.style.wish import Pick
from studio.work.host import InProcessEngine
from studio.work.queue import JobState
from tests.ui.atelier import draw_photo
from tests.ui.conftest import enter_style, painted

LONG = 60_000  # milliseconds, for a computer that has other things to do


def in_process(shelf: Shelf, post) -> InProcessEngine:
    from studio.engines.base import load_engines

    engines = partial(load_engines, ("style", "finest", "style-film"))
    return InProcessEngine(post, engines, shelf)


@pytest.fixture
def room(qtbot, open_studio, shelf_folder: Path, tmp_path: Path):
    pytest.importorskip("torch")
    from tests.tiny_style import save_tiny_style

    save_tiny_style(shelf_folder / "brushes")
    shelf = Shelf(shelf_folder, tmp_path / "added.json")
    studio = open_studio(make_engine=partial(in_process, shelf))
    room = enter_style(studio)
    room.take(draw_photo(tmp_path / "garden.png", (150, 100)))
    qtbot.mouseClick(room.panel.tile(Pick("waves")), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painted(room), timeout=LONG)
    yield room
    assert all(job.state is JobState.FINISHED for job in studio.queue.jobs)
    assert not room.banner.isVisible()


def test_what_one_sees_is_what_is_kept(qtbot, room):
    room.panel.strength.slider.setValue(60)
    qtbot.waitUntil(lambda: painted(room), timeout=LONG)
    seen = room.canvas.after.copy()
    assert (seen.width(), seen.height()) == (150, 100)
    room.doings.keep()
    strip = room.works.strip.model()
    qtbot.waitUntil(lambda: strip.rowCount() == 1, timeout=LONG)
    artwork = room._collection.artworks[0]
    with Image.open(artwork.path) as kept:
        assert kept.size == (150, 100)
        for at in ((75, 50), (3, 5), (120, 90)):
            first = kept.convert("RGB").getpixel(at)
            second = seen.pixelColor(*at).getRgb()[:3]
            assert max(abs(a - b) for a, b in zip(first, second, strict=True)) <= 1
    assert parse_recipe(artwork.recipe).pictures == (room.guide.wish.content,)


def test_the_finest_quality_until_it_is_enough(qtbot, room):
    room.doings.finest()
    qtbot.waitUntil(room.panel.foot.enough_button.isEnabled, timeout=LONG)
    quick = room.canvas.after.copy()
    qtbot.waitUntil(lambda: room.canvas.after != quick, timeout=LONG)  # a first look at it
    qtbot.mouseClick(room.panel.foot.enough_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: room.artwork is not None, timeout=LONG)
    recipe = parse_recipe(room.artwork.recipe)
    assert recipe.kind == "finest"
    assert 1 <= recipe.rounds <= 400
