"""The sliders' room with the real host and a real, if tiny, network."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from studio.shelf import Shelf
from studio.work.host import InProcessEngine
from studio.work.queue import JobState
from tests.ui.conftest import at_rest

LONG = 60_000  # milliseconds, for a computer that has other things to do


def in_process(shelf: Shelf, post) -> InProcessEngine:
    from studio.engines.base import load_engines

    engines = partial(load_engines, ("slide", "walk", "find", "variations"))
    return InProcessEngine(post, engines, shelf)


def test_from_the_slider_to_a_kept_picture_and_back(
    qtbot, open_studio, shelf_folder: Path, tmp_path: Path
):
    pytest.importorskip("torch")
    from tests.tiny_latent import FACES, save_tiny_vae

    save_tiny_vae(shelf_folder / "faces")
    shelf = Shelf(shelf_folder, tmp_path / "added.json")
    studio = open_studio(make_engine=partial(in_process, shelf))
    studio.window.go_to("sliders")
    room = studio.window.sliders
    qtbot.waitUntil(lambda: at_rest(room), timeout=LONG)
    assert room.guide.model() == FACES
    journey = room.guide.journey

    room.panel.rows["glasses"].handle.setValue(80)
    room.guide.settle()
    qtbot.waitUntil(lambda: at_rest(room), timeout=LONG)
    assert journey.readings["glasses"] == pytest.approx(0.8, abs=0.02)
    seen, here = room.canvas.image.copy(), journey.place

    room.doings.keep()
    strip = room.works.strip.model()
    qtbot.waitUntil(lambda: strip.rowCount() == 1, timeout=LONG)
    artwork = studio.collection.artworks[0]
    with Image.open(artwork.path) as kept:
        first = kept.convert("RGB").getpixel((3, 5))
    assert seen.pixelColor(3, 5).getRgb()[:3] == first  # what one sees is what is kept

    room.guide.throw()
    room.works.strip.chosen.emit(artwork)
    assert journey.place == here
    qtbot.waitUntil(lambda: at_rest(room), timeout=LONG)
    assert room.canvas.image == seen
    assert all(job.state is JobState.FINISHED for job in studio.queue.jobs)
    assert not room.banner.isVisible()
