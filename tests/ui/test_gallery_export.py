"""The gallery's export dialog: its fields are a plan, and what it writes is what it said."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from studio.errors import StudioError
from studio.export import BUILT_IN, ExportPlan, Presets, Print, Size, Wallpapers, Words
from studio.library import Library
from studio.recipes import PictureRecipe
from studio.ui.gallery import export_work
from studio.ui.gallery.export_dialog import ExportDialog
from studio.ui.gallery.export_fields import PlanFields
from studio.ui.gallery.room import GalleryRoom


def draw(library: Library, words: str) -> str:
    recipe = PictureRecipe(model="easel/stickers", prompt=words, seed=1)
    image = Image.new("RGBA", (64, 48), (200, 90, 60, 120))
    return library.add(image, recipe, made_by="Stickers 1", licence="You may sell it.").id


@pytest.fixture
def room(qtbot, studio) -> GalleryRoom:
    for words in ("A red fox", "A blue boat", "A green tree"):
        draw(studio.collection.library, words)
    studio.window.go_to("gallery")
    return studio.window.gallery


@pytest.fixture
def presets(tmp_path: Path) -> Presets:
    return Presets(tmp_path / "export.json")


@pytest.fixture
def dialog(qtbot, room: GalleryRoom, presets: Presets) -> ExportDialog:
    library = room.asking.library
    made = ExportDialog(room, [each.id for each in reversed(library.recent())], presets)
    made.open()
    qtbot.waitUntil(lambda: "pixels" in made.size_words.text())
    return made


PLANS = [
    *BUILT_IN.values(),
    ExportPlan(format="webp", lossless=True, background="#123456", name="{date} {title}"),
    ExportPlan(format="pdf", print=Print(width=111, height=99, bleed=4, fill="fit", dpi=240)),
    ExportPlan(format="wallpapers", wallpapers=Wallpapers(screens=("4k", "phone"))),
    ExportPlan(size=Size(how="pad", width=333, height=222, enlarge=False, filter="nearest")),
    ExportPlan(words=Words(author="Ada", alt="A fox"), profile="display-p3", keep_recipe=False),
]


def test_the_fields_are_the_plan(qtbot, studio) -> None:
    fields = PlanFields(studio.look)
    qtbot.addWidget(fields)
    for plan in PLANS:
        fields.show_plan(plan)
        assert fields.plan() == plan


def test_only_what_a_format_asks_for_is_shown(qtbot, studio) -> None:
    fields = PlanFields(studio.look)
    qtbot.addWidget(fields)
    fields.show_plan(ExportPlan(format="jpeg"))
    assert fields.paper.isHidden()
    assert not fields.how.isHidden()
    assert fields.background.itemText(0) == "White where it is transparent"
    fields.format.set_value("pdf")
    assert not fields.paper.isHidden()
    assert fields.how.isHidden()
    assert fields.background.itemText(0) == "Keep transparency"


def test_what_does_not_fit_is_said(qtbot, studio) -> None:
    fields = PlanFields(studio.look)
    qtbot.addWidget(fields)
    fields.pattern.setText("{tittle}")
    with pytest.raises(StudioError, match="no part of a name"):
        fields.plan()
    fields.pattern.setText(" ")
    with pytest.raises(StudioError, match="need a name"):
        fields.plan()
    fields.show_plan(ExportPlan(format="wallpapers"))
    for switch in fields.screens.values():
        switch.setChecked(False)
    with pytest.raises(StudioError, match="at least one screen"):
        fields.plan()


def test_a_missing_part_is_said_and_nothing_can_be_pressed(dialog, monkeypatch) -> None:
    monkeypatch.setattr("studio.ui.gallery.export_fields.find_spec", lambda _name: None)
    dialog.fields.format.set_value("svg")
    assert "vtracer" in dialog.hint.text()
    assert not dialog.go.isEnabled()
    dialog.fields.format.set_value("png")
    assert dialog.hint.isHidden()
    assert dialog.go.isEnabled()


def test_the_first_is_shown_as_it_will_be(qtbot, dialog) -> None:
    assert dialog.size_words.text().startswith("64 × 48 pixels, ")
    assert dialog.licence.text() == "Made with Stickers 1. You may sell it."
    dialog.fields.show_plan(ExportPlan(format="jpeg", size=Size(how="crop", width=30, height=40)))
    dialog.fields.changed.emit()
    qtbot.waitUntil(lambda: dialog.size_words.text().startswith("30 × 40 pixels, "))
    assert dialog.poster.image.width() == 30
    assert not dialog.poster.image.hasAlphaChannel()
    assert dialog.shown.text() == "The first one, as it will be"
    dialog.fields.format.set_value("pdf")
    qtbot.waitUntil(lambda: "dots per inch" in dialog.size_words.text())
    assert dialog.shown.text() == "The first one"


def test_all_are_written_and_the_plan_is_remembered(qtbot, dialog, room, presets, tmp_path) -> None:
    dialog.fields.format.set_value("jpeg")
    with qtbot.waitSignal(dialog.finished):
        dialog.export_to(tmp_path / "out")
        assert dialog.running
        assert not dialog.fields.isEnabled()
    files = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert files == ["A blue boat.jpg", "A green tree.jpg", "A red fox.jpg"]
    assert presets.last().format == "jpeg"
    assert room.toast.words.text() == "3 files were saved in “out”"


def test_what_was_left_out_is_named(qtbot, dialog, room, tmp_path) -> None:
    library = room.asking.library
    lost = next(each for each in library.recent() if each.title == "A blue boat")
    lost.path.write_bytes(b"no picture")
    dialog.export_to(tmp_path / "out")
    qtbot.waitUntil(lambda: not dialog.running)
    assert dialog.hint.text().startswith("2 files were saved in “out”.")
    assert "“A blue boat” was left out." in dialog.hint.text()
    assert not dialog.show_folder.isHidden()
    with qtbot.waitSignal(dialog.finished):
        dialog.go.click()


def test_it_can_be_stopped(qtbot, dialog, monkeypatch, tmp_path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_works, _plan, _folder, report, check):
        report(1, 3, "A blue boat")
        begun.set()
        go_on.wait(20)
        check()
        raise AssertionError("it was not stopped")

    monkeypatch.setattr(export_work, "export_many", slowly)
    dialog.export_to(tmp_path)
    assert begun.wait(20)
    qtbot.waitUntil(lambda: dialog.told.text() == "1 of 3  A blue boat")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.told.text() == "Stopping…"
    assert not dialog.isHidden()
    go_on.set()
    qtbot.waitUntil(lambda: not dialog.running)
    assert dialog.hint.text().startswith("Stopped.")
    assert dialog.go.isEnabled()


def test_trouble_with_the_folder_is_said(qtbot, dialog, tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    dialog.export_to(tmp_path / "file")
    qtbot.waitUntil(lambda: not dialog.running)
    assert "not a folder" in dialog.hint.text()
    dialog.reject()
    assert dialog.result() == 0


def test_the_window_closes_while_it_runs(qtbot, dialog, studio, tmp_path, monkeypatch) -> None:
    begun = threading.Event()

    def for_ever(_works, _plan, _folder, _report, check):
        begun.set()
        while True:
            check()

    monkeypatch.setattr(export_work, "export_many", for_ever)
    dialog.export_to(tmp_path)
    assert begun.wait(20)
    studio.window.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("easel-export")]


def test_presets_are_chosen_kept_and_forgotten(qtbot, dialog, presets) -> None:
    row = dialog.presets
    row.list.set_value("Square post (JPEG, 1080)")
    assert dialog.fields.plan() == BUILT_IN["Square post (JPEG, 1080)"]
    assert not row.forget_button.isEnabled()  # it is not the artist's
    dialog.fields.quality.setValue(70)
    assert row.list.value() == ""  # it is no longer that
    asked = row.keep(dialog.fields.plan())
    asked.name.setText("Mine")
    asked.go.click()
    assert presets.own()["Mine"].quality == 70
    assert row.list.value() == "Mine"
    row.forget_button.click()
    assert presets.own() == {}
    assert row.list.findData("Mine") == -1
