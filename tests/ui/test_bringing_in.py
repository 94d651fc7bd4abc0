"""A GAN's file becomes a model of the sliders' room, in the window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu

from studio.shelf import Shelf
from studio.ui.checkpoint_dialog import CheckpointDialog
from studio.work.host import InProcessEngine
from tests.ui.conftest import at_rest

LONG = 60_000  # milliseconds, for a computer that has other things to do


def in_process(shelf: Shelf, post) -> InProcessEngine:
    from studio.engines.base import load_engines

    return InProcessEngine(post, partial(load_engines, ("slide",)), shelf)


def test_a_file_becomes_a_model_with_directions_to_name(
    qtbot, open_studio, shelf_folder: Path, tmp_path: Path
):
    pytest.importorskip("torch")
    from tests.shelf import network_pickles
    from tests.shelf.style_gans import ada_state

    file = network_pickles.save(tmp_path / "wild_flowers.pkl", ada_state([8, 6, 4], 16, 2))
    shelf = Shelf(shelf_folder, tmp_path / "added.json")
    studio = open_studio(make_engine=partial(in_process, shelf))
    studio.window.go_to("sliders")
    room = studio.window.sliders
    asked = CheckpointDialog(studio.look, studio.window, file, studio.add_checkpoint)
    assert asked.name.text() == "wild flowers"
    asked.licence.setText("CC BY 4.0")
    asked.go.click()
    qtbot.waitUntil(lambda: room.model() is not None, timeout=LONG)
    qtbot.waitUntil(lambda: at_rest(room) and bool(room.panel.rows), timeout=LONG)
    model = room.model()
    assert (model.name, model.licence) == ("wild flowers", "CC BY 4.0")
    assert room.panel.more.open  # it has no named sliders, so what was found is in sight
    before = room.canvas.image.copy()
    room.guide.pin(next(iter(room.panel.rows)), 1.0)
    room.guide.settle()
    qtbot.waitUntil(lambda: at_rest(room), timeout=LONG)
    assert room.canvas.image != before


def test_a_file_that_is_no_gan_is_told(qtbot, open_studio, tmp_path: Path):
    studio = open_studio()
    studio.window.go_to("sliders")
    file = tmp_path / "letter.pkl"
    file.write_text("Dear Sir or Madam")
    studio.add_checkpoint(file, "", "")
    banner = studio.window.sliders.banner
    qtbot.waitUntil(lambda: not banner.isHidden())
    assert "letter.pkl" in banner.what.text()


def test_the_button_offers_a_folder_and_a_file(qtbot, room):
    asked = []
    room.panel.add_model.disconnect(room.add_model)  # no dialog of the system here
    room.panel.add_file.disconnect(room.add_file)
    room.panel.add_model.connect(lambda: asked.append("folder"))
    room.panel.add_file.connect(lambda: asked.append("file"))
    room.panel.add_button.click()
    menu = room.panel.findChild(QMenu)
    for action in menu.actions():
        action.trigger()
    menu.close()
    assert asked == ["folder", "file"]
