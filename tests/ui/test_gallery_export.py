"""The gallery's export dialog: its fields are a plan, and what it shows and says comes out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from studio.errors import StudioError
from studio.export import BUILT_IN, Cut, ExportPlan, Presets, Print, Size, Wallpapers, Words
from studio.library import Library
from studio.recipes import PictureRecipe
from studio.ui.gallery import export_work
from studio.ui.gallery.export_dialog import ExportDialog
from studio.ui.gallery.export_fields import PlanFields
from studio.ui.gallery.export_presets import LAST
from studio.ui.gallery.room import GalleryRoom
from tests.export.conftest import EVERYTHING, packet

RED, BLUE = (220, 40, 40), (30, 60, 200)


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
def ask(qtbot, room: GalleryRoom, presets: Presets) -> Callable[..., ExportDialog]:
    """Opens the dialog for works; all of them, the oldest first, where none are named."""

    def opened(*ids: str) -> ExportDialog:
        library = room.asking.library
        made = ExportDialog(room, ids or [each.id for each in reversed(library.recent())], presets)
        made.open()
        qtbot.waitUntil(lambda: finished(made), timeout=20_000)
        return made

    return opened


@pytest.fixture
def dialog(ask) -> ExportDialog:
    return ask()


def finished(dialog: ExportDialog) -> bool:
    """Whether the thing itself is shown, and not a draft of it."""
    return dialog.side.size_words.text().endswith("B")


def at_work() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name.startswith("easel-export")]


def looked_at(qtbot, dialog: ExportDialog, **values: object) -> ExportDialog:
    """Change controls of the fields, by name, and wait for the finished thing."""
    dialog.side.size_words.setText("")
    for name, value in values.items():
        control = getattr(dialog.fields, name)
        if hasattr(control, "set_value"):
            control.set_value(value)
        elif hasattr(control, "setChecked"):
            control.setChecked(value)
        else:
            control.setValue(value)
    qtbot.waitUntil(lambda: "B" in dialog.side.size_words.text(), timeout=20_000)
    return dialog


PLANS = [
    *BUILT_IN.values(),
    ExportPlan(format="webp", lossless=True, background="#123456", name="{date} {title}"),
    ExportPlan(format="pdf", print=Print(width=111, height=99, bleed=4, fill="fit", dpi=240)),
    ExportPlan(format="wallpapers", wallpapers=Wallpapers(screens=("4k", "phone"))),
    ExportPlan(size=Size(how="pad", width=333, height=222, enlarge=False, filter="nearest")),
    ExportPlan(words=Words(author="Ada", alt="A fox"), profile="display-p3", keep_recipe=False),
    ExportPlan(cut=Cut(across=0.3, down=0.7)),
    EVERYTHING.model_copy(update={"sign": False}),  # whether that is there is not ours to say
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
    assert fields.sounds.isHidden()
    fields.expect(several=True, sounds=True)
    assert not fields.sounds.isHidden()


def test_what_is_chosen_from_a_list_fills_what_is_written(qtbot, studio) -> None:
    fields = PlanFields(studio.look)
    qtbot.addWidget(fields)
    fields.show_plan(ExportPlan(format="pdf"))
    fields.paper.set_value("148x105")
    assert (fields.plan().print.width, fields.plan().print.height) == (148, 105)
    assert fields.page_width.parent().isHidden()
    fields.paper.set_value("own")
    assert not fields.page_width.parent().isHidden()
    fields.page_width.setValue(90.5)
    assert fields.plan().print.width == 90.5
    fields.naming.set_value("{number} {title}")
    assert fields.plan().name == "{number} {title}"
    assert fields.pattern.isHidden()
    fields.naming.set_value("own")
    assert not fields.pattern.isHidden()


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
    assert dialog.hint.text() == ""
    assert dialog.go.isEnabled()


def test_it_is_shown_as_it_will_be(qtbot, dialog) -> None:
    side = dialog.side
    assert side.size_words.text().startswith("64 × 48 pixels, ")
    assert side.licence.text() == "Made with Stickers 1. You may sell it."
    assert side.name.text() == "A red fox"
    looked_at(qtbot, dialog, format="jpeg", how="crop", width_=30, height_=40)
    assert side.size_words.text().startswith("30 × 40 pixels, ")
    image = side.view.sight.images[0][0]
    assert (image.width(), image.height()) == (30, 40)
    assert not image.hasAlphaChannel()
    looked_at(qtbot, dialog, format="png", how="as-is")
    assert side.view.sight.images[0][0].hasAlphaChannel()


def test_a_page_has_its_size_in_centimetres_and_its_lines(qtbot, dialog) -> None:
    looked_at(qtbot, dialog, format="pdf", paper="148x105", bleed=3, marks=True)
    words = dialog.side.size_words.text()
    assert words.startswith("14.8 × 10.5 cm, ")
    assert "3 mm past each edge are cut off." in words
    assert "looks soft in the hand" in words
    left, top, right, bottom = dialog.side.view.sight.trim
    assert (left, top) == pytest.approx((9 / 166, 9 / 123))
    assert (right, bottom) == pytest.approx((1 - left, 1 - top))


@pytest.mark.parametrize(
    "kind", ["avif", "tiff", "webp", "contact-sheet", "stickers", "wallpapers"]
)
def test_every_format_can_be_looked_at(qtbot, dialog, kind) -> None:
    looked_at(qtbot, dialog, format=kind)
    ((image, words),) = dialog.side.view.sight.images
    assert not image.isNull()
    assert words == ""
    assert dialog.side.view.grab().toImage().pixelColor(2, 2).isValid()


def test_icons_and_drawings_can_be_looked_at(qtbot, dialog) -> None:
    looked_at(qtbot, dialog, format="icons")
    assert [words for _, words in dialog.side.view.sight.images][:2] == ["256", "128"]
    assert dialog.side.size_words.text().startswith("11 files in a folder")
    looked_at(qtbot, dialog, format="svg")
    assert b"<svg" in dialog.side.view.sight.drawing
    dialog.side.view.grab()


def test_one_after_the_other_with_words_of_its_own(qtbot, dialog, tmp_path) -> None:
    fields, side = dialog.fields, dialog.side
    assert side.place.text() == "1 of 3"
    assert not side.before.isEnabled()
    fields.lines["author"].setText("Ada")
    fields.lines["alt"].setText("a fox")
    qtbot.mouseClick(side.after, Qt.MouseButton.LeftButton)
    assert fields.lines["alt"].text() == ""
    assert fields.lines["author"].text() == "Ada"
    assert fields.lines["title"].placeholderText() == "A blue boat"
    fields.lines["title"].setText("Boot")
    qtbot.mouseClick(side.before, Qt.MouseButton.LeftButton)
    assert fields.lines["alt"].text() == "a fox"
    with qtbot.waitSignal(dialog.finished):
        dialog.export_to(tmp_path / "out")
    said = {file.name: packet(file) for file in (tmp_path / "out").iterdir()}
    assert sorted(said) == ["A green tree.png", "A red fox.png", "Boot.png"]
    assert said["A red fox.png"]["AltTextAccessibility"] == "a fox"
    assert "AltTextAccessibility" not in said["Boot.png"]
    assert {each["creator"] for each in said.values()} == {"Ada"}


def test_all_together_are_guessed(qtbot, dialog) -> None:
    side = dialog.side
    assert side.all_words.isHidden()
    side.size_words.setText("")
    side.turn(1)
    qtbot.waitUntil(lambda: finished(dialog), timeout=20_000)
    assert side.all_words.text().startswith("All 3 together about ")


@pytest.fixture
def wide(ask, room: GalleryRoom) -> ExportDialog:
    """The dialog with a picture that is red to the left and blue to the right."""
    image = Image.new("RGB", (200, 80), RED)
    image.paste(BLUE, (100, 0, 200, 80))
    recipe = PictureRecipe(model="easel/stickers", prompt="two", seed=1)
    return ask(room.asking.library.add(image, recipe, made_by="Stickers 1").id)


def middle(dialog: ExportDialog) -> tuple[int, int, int]:
    image = dialog.side.view.sight.images[0][0]
    return image.pixelColor(image.width() // 2, image.height() // 2).getRgb()[:3]


def test_a_cut_is_moved_by_the_mouse_and_the_keys(qtbot, wide, tmp_path) -> None:
    looked_at(qtbot, wide, how="crop", width_=40, height_=40, cut="0 0.5")
    view = wide.side.view
    assert middle(wide) == RED
    assert not wide.side.move_words.isHidden()
    begin = view.rect().center()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(view, begin - QPoint(view.width(), 0))
    qtbot.waitUntil(lambda: middle(wide) == BLUE)  # while it is held, by a draft
    wide.side.size_words.setText("")
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=begin - QPoint(view.width(), 0))
    qtbot.waitUntil(lambda: finished(wide), timeout=20_000)
    assert middle(wide) == BLUE
    begun = view.sight.window[0]
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Left)
        qtbot.waitUntil(lambda: not wide.work.busy)
    # By a fiftieth each time of the three fifths that are out of sight.
    assert view.sight.window[0] == pytest.approx(begun - 30 * 0.02 * 0.6)
    assert middle(wide) == RED
    with qtbot.waitSignal(wide.finished):
        wide.export_to(tmp_path / "out")
    (file,) = (tmp_path / "out").iterdir()
    with Image.open(file) as opened:
        assert np.abs(np.asarray(opened.convert("RGB"), int)[20, 20] - RED).max() < 3


def test_a_cut_goes_back_to_where_it_was(qtbot, wide) -> None:
    looked_at(qtbot, wide, how="crop", width_=40, height_=40, cut="0 0.5")
    assert wide.side.back.isHidden()
    wide.side.view.moved.emit(1.0, 0.5)
    qtbot.waitUntil(lambda: middle(wide) == BLUE)
    assert not wide.side.back.isHidden()
    wide.side.back.click()
    qtbot.waitUntil(lambda: middle(wide) == RED)
    assert wide.side.back.isHidden()


def test_what_cannot_be_shown_is_said(qtbot, dialog, room) -> None:
    library = room.asking.library
    lost = next(each for each in library.recent() if each.title == "A blue boat")
    lost.path.write_bytes(b"no picture")
    dialog.side.turn(1)
    qtbot.waitUntil(lambda: not dialog.side.view.sight.images)
    assert dialog.side.name.text() == "A blue boat"
    dialog.side.view.grab()
    dialog.side.turn(2)
    qtbot.waitUntil(lambda: bool(dialog.side.view.sight.images))


def test_all_are_written_and_the_plan_is_remembered(
    qtbot, dialog, ask, room, presets, tmp_path
) -> None:
    dialog.fields.format.set_value("jpeg")
    with qtbot.waitSignal(dialog.finished):
        dialog.export_to(tmp_path / "out")
        assert dialog.running
        assert not dialog.fields.isEnabled()
    files = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert files == ["A blue boat.jpg", "A green tree.jpg", "A red fox.jpg"]
    assert presets.last().format == "jpeg"
    assert presets.folder() == tmp_path / "out"
    assert room.toast.words.text() == "3 files were saved in “out”"
    again = ask()
    assert again.fields.plan().format == "jpeg"
    assert again.presets.list.value() == LAST


def test_what_was_left_out_is_named(qtbot, dialog, room, tmp_path, monkeypatch) -> None:
    library = room.asking.library
    lost = next(each for each in library.recent() if each.title == "A blue boat")
    lost.path.write_bytes(b"no picture")
    dialog.export_to(tmp_path / "out")
    qtbot.waitUntil(lambda: not dialog.running)
    lines = dialog.hint.text().splitlines()
    assert lines[0] == "2 files were saved in “out”."
    assert lines[1] == "1 work could not be saved:"
    assert lines[2].startswith("The file of “A blue boat” is damaged")
    assert not dialog.show_folder.isHidden()
    opened = []
    monkeypatch.setattr("studio.ui.dialogs.show_folder", opened.append)
    dialog.show_folder.click()
    assert opened == [tmp_path / "out"]
    dialog.fields.format.set_value("webp")  # once more, otherwise
    assert dialog.show_folder.isHidden()
    dialog.export_to(tmp_path / "more")
    qtbot.waitUntil(lambda: not dialog.running)
    with qtbot.waitSignal(dialog.finished):
        dialog.go.click()


def test_it_is_stopped_at_once(qtbot, dialog, monkeypatch, tmp_path) -> None:
    """Also where a work takes long: nobody waits for it, and nothing of it appears."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slowly(_works, _plan, _folder, report, check, **_own):
        report(1, 3, "A blue boat")
        begun.set()
        go_on.wait(20)
        try:
            check()
        finally:
            ended.set()
        raise AssertionError("it was not stopped")

    real = export_work.export_many
    monkeypatch.setattr(export_work, "export_many", slowly)
    dialog.export_to(tmp_path)
    assert begun.wait(20)
    qtbot.waitUntil(lambda: dialog.told.text() == "1 of 3  ·  A blue boat")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.running
    assert not dialog.isHidden()
    assert dialog.hint.text().startswith("Stopped after 1 of 3 works.")
    assert dialog.go.isEnabled()
    monkeypatch.setattr(export_work, "export_many", real)
    go_on.set()
    with qtbot.waitSignal(dialog.finished):
        dialog.export_to(tmp_path / "out")
    assert ended.is_set()
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_trouble_with_the_folder_is_said(qtbot, dialog, tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    dialog.export_to(tmp_path / "file")
    qtbot.waitUntil(lambda: not dialog.running)
    assert "not a folder" in dialog.hint.text()
    dialog.reject()
    assert dialog.result() == 0


def test_the_window_closes_while_it_runs(qtbot, dialog, studio, tmp_path, monkeypatch) -> None:
    begun = threading.Event()

    def for_ever(_works, _plan, _folder, _report, check, **_own):
        begun.set()
        while True:
            check()

    monkeypatch.setattr(export_work, "export_many", for_ever)
    dialog.export_to(tmp_path)
    assert begun.wait(20)
    studio.window.close()
    qtbot.waitUntil(lambda: not at_work())


def test_the_dialog_goes_at_once_while_something_is_made_to_be_looked_at(
    qtbot, dialog, monkeypatch
) -> None:
    begun, enough = threading.Event(), threading.Event()

    def slow(*_what: object, **_how: object) -> None:
        begun.set()
        assert enough.wait(20)

    monkeypatch.setattr(export_work.Proofs, "make", slow)
    dialog.fields.quality.setValue(61)
    qtbot.waitUntil(begun.is_set)
    dialog.reject()
    assert not enough.is_set()
    assert at_work()
    enough.set()
    qtbot.waitUntil(lambda: not at_work())


def test_presets_are_chosen_kept_renamed_and_forgotten(qtbot, dialog, presets) -> None:
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
    asked = row.rename()
    assert asked.name.text() == "Mine"
    asked.name.setText("Stickers")
    asked.go.click()
    assert "already" in asked.hint.text()
    asked.name.setText("Ours")
    asked.go.click()
    assert list(presets.own()) == ["Ours"]
    assert row.list.value() == "Ours"
    row.forget_button.click()
    assert presets.own() == {}
    assert row.list.findData("Ours") == -1


def test_a_preset_does_not_take_the_words_of_the_one_in_sight(qtbot, dialog) -> None:
    dialog.fields.lines["alt"].setText("a fox")
    dialog.presets.list.set_value("Drawing (SVG)")
    assert dialog.fields.lines["alt"].text() == "a fox"


def test_tunes_are_offered_in_other_forms(qtbot, ask, room, tmp_path) -> None:
    tone = np.sin(np.linspace(0, 2000, 22_050, dtype=np.float32)) * np.float32(0.3)
    recipe = PictureRecipe(model="easel/stickers", prompt="a hum", seed=1)
    sound = room.asking.library.add_sound(
        iter([np.stack([tone, tone], axis=1)]), 44_100, recipe, made_by="Tunes 1"
    )
    made = ExportDialog(room, [sound.id], Presets(tmp_path / "other.json"))
    made.open()
    qtbot.waitUntil(lambda: made.side.size_words.text() == "0:00, FLAC, as it is")
    assert not made.fields.sounds.isHidden()
    made.fields.sounds.set_value("mp3")
    qtbot.waitUntil(lambda: made.side.size_words.text() == "0:00, MP3")
    made.fields.lines["author"].setText("Ada")
    with qtbot.waitSignal(made.finished):
        made.export_to(tmp_path / "out")
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == "a hum.mp3"
    assert b"Ada" in file.read_bytes()
