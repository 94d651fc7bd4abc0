"""From words to a picture on the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.work.queue import JobState


def ask(qtbot, studio, words: str = "a red fox") -> None:
    panel = studio.window.picture.panel
    panel.prompt.set_value(words)
    qtbot.keyClick(panel.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def made(qtbot, studio) -> list[str]:
    """Draw what was asked for and wait until it is shown."""
    ids = studio.engine.inner.make()
    room = studio.window.picture
    qtbot.waitUntil(lambda: room.artwork is not None and room.artwork.id == ids[-1])
    qtbot.waitUntil(lambda: not room.stage.canvas.shaping and room.stage.canvas.image is not None)
    return ids


def test_control_enter_creates(qtbot, studio):
    ask(qtbot, studio)
    engine = studio.engine.inner
    assert engine.recipe().prompt == "a red fox"
    engine.begin()
    engine.progress(0.5, "Drawing 3 of 4")
    engine.preview()
    room, tray = studio.window.room, studio.window.tray
    qtbot.waitUntil(lambda: room.stage.canvas.image is not None)
    assert room.stage.canvas.shaping
    assert tray.note.text() == "Drawing 3 of 4"
    assert tray.left.text() == "3 s left"
    assert tray.bar.value() == 500
    made(qtbot, studio)
    assert room.strip.artwork().id == room.artwork.id
    assert room.topbar.title.text() == "a red fox"
    assert not tray.cancel.isVisible()


def test_the_create_button_creates(qtbot, studio):
    studio.window.room.panel.prompt.set_value("an owl")
    qtbot.mouseClick(studio.window.room.panel.create_button, Qt.MouseButton.LeftButton)
    assert studio.engine.inner.recipe().prompt == "an owl"


def test_escape_cancels_and_the_picture_before_comes_back(qtbot, studio):
    ask(qtbot, studio)
    first = made(qtbot, studio)
    ask(qtbot, studio, "a blue fox")
    engine = studio.engine.inner
    engine.begin()
    engine.preview()
    room = studio.window.room
    qtbot.waitUntil(lambda: room.stage.canvas.shaping and room.stage.canvas.image is not None)
    qtbot.keyClick(room.panel.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: studio.queue.jobs[-1].state is JobState.CANCELLED)
    qtbot.waitUntil(lambda: not room.stage.canvas.shaping)
    assert room.artwork.id == first[0]


def test_escape_cancels_the_first_picture_and_invites_again(qtbot, studio):
    ask(qtbot, studio)
    qtbot.keyClick(studio.window.room.panel.prompt, Qt.Key.Key_Escape)
    room = studio.window.room
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.stage.invitation)


def test_a_new_starting_point_for_every_picture_until_it_is_locked(qtbot, studio):
    engine, panel = studio.engine, studio.window.room.panel
    seeds = set()
    for _ in range(3):
        ask(qtbot, studio)
        seeds.add(engine.inner.recipe().seed)
        assert str(engine.inner.recipe().seed) == panel.seed.number.text()
        made(qtbot, studio)
    assert len(seeds) == 3
    qtbot.mouseClick(panel.seed.lock, Qt.MouseButton.LeftButton)
    kept = panel.seed.value()
    for _ in range(2):
        ask(qtbot, studio)
        assert engine.inner.recipe().seed == kept
        made(qtbot, studio)
    qtbot.mouseClick(panel.seed.dice, Qt.MouseButton.LeftButton)
    ask(qtbot, studio)
    assert engine.inner.recipe().seed != kept


def test_a_number_that_is_typed_stays(qtbot, studio):
    panel = studio.window.room.panel
    panel.seed.number.selectAll()
    qtbot.keyClicks(panel.seed.number, "4294967295")
    assert panel.seed.locked
    ask(qtbot, studio)
    assert studio.engine.inner.recipe().seed == 2**32 - 1
    panel.seed.number.selectAll()
    qtbot.keyClicks(panel.seed.number, "99999999999")  # what is too large cannot be typed
    assert panel.seed.value() <= 2**32 - 1


def test_no_words_yet(qtbot, studio):
    panel = studio.window.room.panel
    before = panel.seed.value()
    ask(qtbot, studio, "  \n ")
    assert not studio.engine.inner.runs
    assert panel.hint.isVisible()
    assert panel.hint.text() == "There are no words yet to draw from."
    assert panel.seed.value() == before
    panel.prompt.set_value("a fox")
    assert not panel.hint.isVisible()


def test_ten_thousand_characters(qtbot, studio):
    ask(qtbot, studio, "fox " * 2500)
    panel = studio.window.room.panel
    assert not studio.engine.inner.runs
    assert "10,000" in panel.hint.text()
    assert "2,000" in panel.hint.text()
    assert panel.prompt.value() == "fox " * 2500  # nothing of it is lost


def test_a_paste_gone_wrong_is_cut(qtbot, studio):
    prompt = studio.window.room.panel.prompt
    QApplication.clipboard().setText("x" * 3_000_000)
    prompt.paste()
    assert len(prompt.value()) == 20_000


@pytest.mark.parametrize(
    "words", ["🦊🦊 ein Füchslein", "ثعلب أحمر مبتسم", "笑う赤い狐", "a\u0000b\tc", "\ud800 lone"]
)
def test_any_script(qtbot, studio, words):
    ask(qtbot, studio, words)
    made(qtbot, studio)
    room = studio.window.room
    assert room.topbar.title.text()
    assert Path(room.artwork.path).is_file()


def test_surprise_me(qtbot, studio):
    panel = studio.window.room.panel
    qtbot.mouseClick(panel.surprise, Qt.MouseButton.LeftButton)
    assert panel.prompt.value()


def test_a_suggestion_fills_the_prompt(qtbot, studio):
    room = studio.window.room
    assert room.stage.currentWidget() is room.stage.invitation
    qtbot.mouseClick(room.stage.invitation.buttons[0], Qt.MouseButton.LeftButton)
    assert room.panel.prompt.value() == room.stage.invitation.buttons[0].text()


def test_choices_arrive_in_the_recipe(qtbot, studio):
    panel = studio.window.room.panel
    qtbot.mouseClick(panel.styles.chips()[1], Qt.MouseButton.LeftButton)
    count = panel.form.field("count").row
    qtbot.mouseClick(count.segment(4), Qt.MouseButton.LeftButton)
    quality = panel.form.field("quality").row
    qtbot.mouseClick(quality.segment("draft"), Qt.MouseButton.LeftButton)
    shape = panel.form.field("width").row
    wide = shape.values()[2]
    qtbot.mouseClick(shape.segment(wide), Qt.MouseButton.LeftButton)
    panel.form.field("negative").edit.set_value("hats")
    panel.form.field("guidance").field.slider.setValue(8)
    ask(qtbot, studio)
    recipe = studio.engine.inner.recipe()
    assert (recipe.style, recipe.count, recipe.quality) == ("flat emoji", 4, "draft")
    assert (recipe.width, recipe.height) == wide
    assert recipe.width > recipe.height
    assert (recipe.negative, recipe.guidance, recipe.steps) == ("hats", 5.0, None)


def test_a_style_pressed_again_is_let_go(qtbot, studio):
    panel = studio.window.room.panel
    chip = panel.styles.chips()[0]
    for expected in ("", "3d emoji", ""):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert panel.form.values()["style"] == expected
    assert not chip.isChecked()


def test_the_first_start_begins_with_a_style_and_later_ones_with_the_artists_choice(
    qtbot, open_studio
):
    first = open_studio()
    panel = first.window.room.panel
    assert panel.form.values()["style"] == "3d emoji"
    qtbot.mouseClick(panel.styles.chips()[0], Qt.MouseButton.LeftButton)
    first.window.close()
    assert open_studio().window.room.panel.form.values()["style"] == ""


def test_a_failed_job_is_told_in_its_sentence(qtbot, studio):
    ask(qtbot, studio)
    studio.engine.inner.fail("There is no room left.", "Make some.")
    banner = studio.window.room.banner
    qtbot.waitUntil(banner.isVisible)
    assert banner.what.text() == "There is no room left."
    assert banner.todo.text() == "Make some."
    assert not banner.action.isVisible()
    assert studio.window.tray.waiting.text().strip() == "1 not made"


def test_a_defect_can_be_copied(qtbot, studio):
    ask(qtbot, studio)
    studio.engine.inner.fail(report="Traceback …")
    banner = studio.window.room.banner
    qtbot.waitUntil(banner.isVisible)
    qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "Traceback …"


def test_the_engine_dies_and_the_window_goes_on(qtbot, studio):
    ask(qtbot, studio)
    engine = studio.engine.inner
    engine.begin()
    ask(qtbot, studio, "an owl")
    engine.die()
    banner = studio.window.room.banner
    qtbot.waitUntil(banner.isVisible)
    assert "stopped unexpectedly" in banner.what.text()
    assert [job.state for job in studio.queue.jobs] == [JobState.RUNNING, JobState.FAILED]
    made(qtbot, studio)
    assert studio.window.room.topbar.title.text() == "an owl"


def test_the_engine_dies_while_nothing_is_drawn(qtbot, studio):
    studio.engine.inner.die()
    banner = studio.window.room.banner
    qtbot.waitUntil(banner.isVisible)
    assert "being started again" in banner.what.text()
    studio.engine.inner.start()
    qtbot.waitUntil(lambda: not banner.isVisible())


@pytest.fixture
def four(qtbot, studio):
    """Four pictures side by side; the first is chosen."""
    room = studio.window.room
    room.panel.form.set_values({"count": 4})
    ask(qtbot, studio)
    engine = studio.engine.inner
    engine.begin()
    engine.preview()
    qtbot.waitUntil(lambda: room.stage.sheet.shaping)
    ids = engine.make()
    qtbot.waitUntil(lambda: len(room.stage.sheet.artworks()) == 4)
    qtbot.waitUntil(lambda: not room.stage.shaping and room.actions_.save.isEnabled())
    assert room.artwork.id == ids[0]
    assert room.strip.model().rowCount() == 4
    return studio, ids


def test_four_pictures_side_by_side(qtbot, four):
    studio, ids = four
    room = studio.window.room
    sheet = room.stage.sheet
    sheet.grab()
    centre = sheet.tile_rect(2).center().toPoint()
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.waitUntil(lambda: room.artwork.id == ids[2])
    assert room.stage.currentWidget() is sheet
    assert room.strip.artwork().id == ids[2]
    for key, place in ((Qt.Key.Key_Right, 3), (Qt.Key.Key_Left, 2), (Qt.Key.Key_Up, 0)):
        qtbot.keyClick(sheet, key)
        assert room.artwork.id == ids[place]
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(room.viewer.isVisible)
    room.viewer.close_view()
    room.strip.setCurrentIndex(room.strip.model().index(1))
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.stage.canvas)


def test_the_last_of_four_goes_to_the_trash(qtbot, four):
    studio, _ = four
    room = studio.window.room
    for left in (3, 2, 1):
        room.actions_.trash.trigger()
        qtbot.waitUntil(lambda left=left: len(room.stage.sheet.artworks()) == left)
        qtbot.waitUntil(lambda: room.artwork is not None)
    room.actions_.trash.trigger()
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.stage.invitation)


def test_cancelled_after_two_of_four(qtbot, studio):
    room, engine = studio.window.room, studio.engine
    room.panel.form.set_values({"count": 4})
    ask(qtbot, studio)
    engine.inner.begin()
    engine.inner.make(upto=2)
    qtbot.waitUntil(lambda: len(room.stage.sheet.artworks()) == 2)
    qtbot.keyClick(studio.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not room.stage.shaping)
    assert room.stage.currentWidget() is room.stage.sheet
    assert len(room.stage.sheet.artworks()) == 2


def test_looking_away_and_back(qtbot, four):
    studio, _ = four
    room, tray, engine = studio.window.room, studio.window.tray, studio.engine.inner
    ask(qtbot, studio, "again")
    engine.begin()
    engine.make(upto=1)
    qtbot.waitUntil(lambda: len(room.stage.sheet.artworks()) == 1)
    room.strip.setCurrentIndex(room.strip.model().index(3))
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.stage.canvas)
    assert tray.watch.isVisible()
    qtbot.mouseClick(tray.watch, Qt.MouseButton.LeftButton)
    assert room.stage.currentWidget() is room.stage.sheet
    assert len(room.stage.sheet.artworks()) == 1
    assert not tray.watch.isVisible()


def test_a_finished_picture_stays_until_the_next_takes_shape(qtbot, studio):
    ask(qtbot, studio, "one")
    ask(qtbot, studio, "two")
    engine, room = studio.engine.inner, studio.window.room
    first = engine.make(engine.runs[0])[0]
    qtbot.waitUntil(lambda: room.artwork is not None and not room.stage.shaping)
    engine.begin()
    engine.progress(0.1)
    qtbot.waitUntil(lambda: studio.window.tray.bar.value() == 100)
    assert room.artwork.id == first
    assert not room.stage.shaping
    engine.preview()
    qtbot.waitUntil(lambda: room.stage.shaping)
    assert room.topbar.title.text() == "two"


def test_who_looks_elsewhere_is_left_alone(qtbot, studio):
    ask(qtbot, studio)
    first = made(qtbot, studio)[0]
    ask(qtbot, studio, "second")
    second = made(qtbot, studio)[0]
    ask(qtbot, studio, "third")
    engine, room = studio.engine.inner, studio.window.room
    engine.begin()
    engine.preview()
    qtbot.waitUntil(lambda: room.stage.canvas.shaping)
    room.strip.setCurrentIndex(room.strip.model().index(1))
    qtbot.waitUntil(lambda: not room.stage.canvas.shaping)
    assert room.artwork.id == first != second
    engine.preview()
    third = engine.make()[0]
    qtbot.waitUntil(lambda: studio.collection.find(third) is not None)
    assert room.artwork.id == first
    assert not room.stage.canvas.shaping
