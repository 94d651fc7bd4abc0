"""The style room: pictures in, styles, and a live picture that follows the hand."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from studio.library import Library
from studio.recipes import PictureRecipe
from studio.shelf import Shelf
from studio.ui.style.panel import StylePanel
from studio.ui.style.wish import Pick
from studio.work.messages import Died, LookFailed
from tests.ui.atelier import STYLES, AtelierEngine, describe_atelier, draw_photo
from tests.ui.conftest import at_rest, enter_style, painted
from tests.ui.garden import describe_garden


def engine(room) -> AtelierEngine:
    return room.works._queue._engine.inner


def press(qtbot, room, style: str) -> None:
    qtbot.mouseClick(room.panel.tile(Pick(style)), Qt.MouseButton.LeftButton)


def manners(qtbot, room) -> dict[str, float]:
    """What the canvas shows."""
    qtbot.waitUntil(lambda: painted(room))
    recipe = engine(room).wanted()
    return {
        m.style or m.picture: round(s, 2)
        for m, s in zip(recipe.manners, recipe.shares, strict=True)
    }


def drop(widget, data: QMimeData) -> None:
    """Let go over the middle of a widget, as another program would."""
    event = QDropEvent(
        QPointF(widget.rect().center()),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(event)


def files(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


# Pictures in


def test_it_begins_with_an_invitation(qtbot, atelier):
    assert atelier.stage.currentWidget() is atelier.stage.welcome
    assert atelier.stage.welcome.open_button.hasFocus()
    assert not atelier.panel.foot.keep_button.isEnabled()
    assert not atelier.panel.foot.finest_button.isEnabled()
    assert not atelier.panel.mask_fold.isEnabled()
    assert not engine(atelier).looks
    assert [tile.text() for tile in atelier.panel.learned.tiles] == [one[1] for one in STYLES]
    swirls = atelier.panel.tile(Pick("swirls"))
    assert "after Vincent van Gogh" in swirls.toolTip()


def test_drop_a_picture_press_a_style(qtbot, atelier, photo):
    drop(atelier.stage, files(photo))
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    assert atelier.bar.title.text() == "garden.png"
    assert atelier.bar.facts.text() == "96 × 64"
    assert atelier.canvas.hint.startswith("Now choose a style")
    assert not engine(atelier).looks
    press(qtbot, atelier, "swirls")
    qtbot.waitUntil(lambda: painted(atelier))
    assert atelier.bar.title.text() == "garden.png in the manner of Swirls"
    assert atelier.canvas.hint == ""
    assert atelier.panel.tile(Pick("swirls")).isChecked()
    assert atelier.panel.foot.keep_button.isEnabled()
    assert atelier.canvas.after != atelier.canvas.before
    assert atelier.window().tray.note.text().startswith("Preview in 0.")


def test_a_style_first_then_a_picture(qtbot, atelier, photo):
    press(qtbot, atelier, "wave")
    assert atelier.panel.tile(Pick("wave")).isChecked()
    atelier.take(photo)
    qtbot.waitUntil(lambda: painted(atelier))
    assert manners(qtbot, atelier) == {"wave": 1.0}


def test_paste_a_picture(qtbot, atelier):
    press(qtbot, atelier, "wave")
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    atelier.doings.paste()
    qtbot.waitUntil(lambda: painted(atelier))
    assert atelier.bar.title.text() == "Pasted picture in the manner of Woodblock wave"
    assert atelier.bar.facts.text() == "40 × 30"


def test_drop_from_a_browser(qtbot, atelier):
    png = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU"
        "5ErkJggg=="
    )
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/cat.png")])
    data.setHtml(f'<img src="data:image/png;base64,{png}">')
    drop(atelier.stage, data)
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    assert atelier.bar.facts.text() == "1 × 1"


def test_a_mere_address_is_not_followed(qtbot, atelier):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/cat.png")])
    drop(atelier.stage, data)
    assert "does not go into the network" in atelier.banner.what.text()
    drop(atelier.panel, data)
    assert atelier.panel.own.tiles == []


def test_what_is_no_picture_is_refused_in_words(qtbot, atelier, tmp_path):
    file = tmp_path / "letter.png"
    file.write_text("Dear Theo", encoding="utf-8")
    atelier.take(file)
    qtbot.waitUntil(atelier.banner.isVisible)
    assert "letter.png" in atelier.banner.what.text()
    assert atelier.stage.currentWidget() is atelier.stage.welcome


def test_the_last_of_two_dropped_wins(qtbot, atelier, photo, tmp_path):
    atelier.take(photo)
    atelier.take(draw_photo(tmp_path / "second.png", (50, 50)))
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    qtbot.wait(50)
    assert atelier.bar.title.text() == "second.png"


def test_begin_with_a_picture_of_the_gallery(qtbot, atelier):
    with Library.open(atelier._collection.folder) as library:
        image = Image.new("RGB", (80, 60), (10, 200, 90))
        artwork = library.add(image, PictureRecipe(prompt="a meadow"), made_by="Fake")
    atelier._collection.add(artwork.id, artwork.path)
    qtbot.waitUntil(lambda: len(atelier.stage.welcome.works) == 1)
    button = atelier.stage.welcome.works[0]
    assert button.accessibleName() == "Paint a meadow"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    assert atelier.guide.wish.content == f"work:{artwork.id}"


def test_transparency_stays(qtbot, atelier, tmp_path):
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    for x in range(20):
        for y in range(40):
            image.setPixelColor(x, y, Qt.GlobalColor.green)
    image.save(str(tmp_path / "clear.png"))
    press(qtbot, atelier, "wave")
    atelier.take(tmp_path / "clear.png")
    qtbot.waitUntil(lambda: painted(atelier))
    assert atelier.canvas.after.pixelColor(5, 20).alpha() == 255
    assert atelier.canvas.after.pixelColor(35, 20).alpha() == 0


# The hand


def test_the_picture_follows_the_hand(qtbot, easel):
    slider = easel.panel.strength.slider
    steps = easel.guide.history
    assert easel.panel.strength.value_words.text() == "80 %"
    for part in (0.3, 0.5, 0.1):
        at = QPoint(round(part * slider.width()), slider.height() // 2)
        if part == 0.3:
            qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at)
        else:
            qtbot.mouseMove(slider, at)
    qtbot.waitUntil(lambda: painted(easel))
    assert engine(easel).wanted().strength < 0.2
    assert engine(easel).look().side == 512
    assert easel.guide.moving
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    assert not easel.guide.moving
    easel.guide.undo()
    assert easel.panel.strength.value() == pytest.approx(0.8)
    assert steps.can_redo


def test_at_rest_it_is_finer(qtbot, atelier, tmp_path):
    press(qtbot, atelier, "wave")
    atelier.window().resize(1500, 1000)
    atelier.take(draw_photo(tmp_path / "large.png", (1600, 1200)))
    qtbot.waitUntil(lambda: painted(atelier) and atelier.canvas.after.width() > 600)
    sides = [look.side for look in engine(atelier).looks]
    assert sides[0] == 512
    assert sides[-1] > 700
    fake = engine(atelier)
    before = len(fake.looks)
    atelier.guide.drift(atelier.guide.wish.pick(Pick("garden")))
    qtbot.waitUntil(lambda: painted(atelier))
    assert [look.side for look in fake.looks[before:]] == [512]  # a hand is still at it
    atelier.guide.settle()
    qtbot.waitUntil(lambda: fake.looks[-1].side > 700)


def test_newest_wins(qtbot, easel):
    fake = engine(easel)
    fake.hold = True
    for n in range(5):
        easel.panel.brush.slider.setValue(n * 10)
    assert len(fake.looks) - fake.looks.index(fake.look()) <= 2
    first = fake.look()
    fake.answer(first)
    qtbot.waitUntil(lambda: fake.look() is not first)
    assert fake.wanted().brush == 0.4


def test_keys_move_the_sliders(qtbot, easel):
    easel.panel.brush.slider.setFocus()
    qtbot.keyClick(easel.panel.brush.slider, Qt.Key.Key_Right)
    assert easel.guide.wish.brush == pytest.approx(0.1)
    assert easel.panel.brush.value_words.text() == "medium"
    for _ in range(9):
        qtbot.keyClick(easel.panel.brush.slider, Qt.Key.Key_Right)
    assert easel.panel.brush.value_words.text() == "very broad"
    assert easel.guide.history.can_undo


def test_keep_my_colours(qtbot, easel):
    switch = easel.panel.colours
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert easel.guide.wish.colours == "mine"
    assert easel.panel.more.colours.value() == "mine"
    easel.panel.more_fold.set_open(True)
    qtbot.mouseClick(easel.panel.more.colours.segment("matched"), Qt.MouseButton.LeftButton)
    assert easel.guide.wish.colours == "matched"
    assert not switch.isChecked()
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert easel.guide.wish.colours == "mine"


def test_how_large(qtbot, easel):
    easel.panel.more_fold.set_open(True)
    side = easel.panel.more.side
    side.setFocus()
    side.setText("3000")
    side.editingFinished.emit()
    assert easel.guide.wish.size == 3000
    assert easel.doings.recipe().size == 3000
    assert easel.bar.facts.text() == "3000 × 2000"
    side.setText("")
    side.editingFinished.emit()
    assert easel.guide.wish.size == 0


# Styles


def test_any_picture_can_be_a_style(qtbot, easel, tmp_path):
    drop(easel.panel, files(draw_photo(tmp_path / "dunes.png", tone=90)))
    qtbot.waitUntil(lambda: len(easel.panel.own.tiles) == 1)
    tile = easel.panel.own.tiles[0]
    qtbot.waitUntil(lambda: tile._image is not None)
    assert tile.text() == "dunes"
    assert tile.isChecked()
    assert not easel.panel.tile(Pick("swirls")).isChecked()
    assert easel.bar.title.text() == "garden.png in the manner of dunes"
    assert easel.guide.wish.picks[0].picture.startswith("source:")
    qtbot.keyClick(tile, Qt.Key.Key_Delete)
    assert easel.panel.own.tiles == []


def test_mixing_up_to_four(qtbot, easel, tmp_path):
    easel.panel.mix_fold.set_open(True)
    mixing = easel.panel.mixing
    assert not mixing.pad.isVisible()
    press(qtbot, easel, "wave")
    assert mixing.pad.isVisible()
    assert easel.panel.tile(Pick("wave")).badge == "B"
    qtbot.keyClick(mixing.pad, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert manners(qtbot, easel) == {"swirls": 0.3, "wave": 0.7}
    assert easel.bar.title.text().endswith("in the manner of Swirls and Woodblock wave")
    press(qtbot, easel, "garden")
    press(qtbot, easel, "mosaic")
    assert len(manners(qtbot, easel)) == 4
    drop(easel.panel, files(draw_photo(tmp_path / "fifth.png")))
    qtbot.waitUntil(easel.toast.isVisible)
    assert "Four styles are the most" in easel.toast.words.text()
    qtbot.mouseClick(mixing.slots_[0], Qt.MouseButton.LeftButton)
    assert set(manners(qtbot, easel)) == {"wave", "garden", "mosaic"}
    press(qtbot, easel, "garden")
    assert set(manners(qtbot, easel)) == {"wave", "mosaic"}


def test_closing_the_mix_leaves_the_strongest(qtbot, easel):
    easel.panel.mix_fold.set_open(True)
    press(qtbot, easel, "wave")
    easel.panel.mixing.moved.emit(0.9, 0.5)
    easel.panel.mixing.settled.emit()
    easel.panel.mix_fold.set_open(False)
    assert manners(qtbot, easel) == {"wave": 1.0}
    easel.guide.undo()
    assert len(manners(qtbot, easel)) == 2


def test_many_styles_show_as_many_as_have_room(qtbot, atelier):
    panel: StylePanel = atelier.panel
    offers = [type(panel.learned.tiles[0].offer)(Pick(f"s{n}"), f"Style {n}") for n in range(20)]
    panel.set_offers(offers, (), known=True)
    atelier.window().resize(1300, 950)
    qtbot.waitUntil(lambda: panel.learned.hidden == 11)
    assert panel.all_button.text().strip() == "All 20 styles"
    panel.learned.show_taken({Pick("s15"): ""})
    assert not panel.tile(Pick("s15")).isHidden()
    assert panel.learned.hidden == 11
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert panel.learned.hidden == 0
    atelier.window().resize(1024, 680)
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert panel.learned.hidden == 14


def test_the_arrow_keys_go_from_style_to_style(qtbot, atelier):
    tiles = atelier.panel.learned.tiles
    tiles[0].setFocus()
    qtbot.keyClick(tiles[0], Qt.Key.Key_Right)
    assert tiles[1].hasFocus()
    qtbot.keyClick(tiles[1], Qt.Key.Key_Return)
    assert atelier.guide.wish.chosen == [Pick("wave")]


# Around it


def test_a_picture_that_cannot_be_shown(qtbot, easel):
    fake = engine(easel)
    fake.hold = True
    press(qtbot, easel, "wave")
    fake.post(LookFailed("canvas", fake.look().stamp, "The model is damaged.", "Add it again."))
    qtbot.waitUntil(easel.banner.isVisible)
    assert easel.banner.what.text() == "The model is damaged."
    fake.hold = False
    press(qtbot, easel, "garden")
    qtbot.waitUntil(lambda: not easel.banner.isVisible())


def test_the_engine_dies_and_comes_again(qtbot, easel):
    fake = engine(easel)
    fake.hold = True
    press(qtbot, easel, "wave")
    fake.post(Died(-9))
    qtbot.waitUntil(easel.banner.isVisible)
    fake.hold = False
    fake.start()
    qtbot.waitUntil(lambda: painted(easel))
    qtbot.waitUntil(lambda: not easel.banner.isVisible())


def test_no_painter_on_this_computer(qtbot, open_studio):
    room = enter_style(open_studio(make_engine=AtelierEngine))
    assert room.model() is None
    assert room.panel.none.isVisible()
    assert room.panel.learned.tiles == []


def test_two_painters_to_choose_from(qtbot, brushes, shelf_folder, open_studio, photo):
    describe_atelier(shelf_folder / "other", "someone/other", "Other")
    room = enter_style(open_studio(make_engine=AtelierEngine))
    room.take(photo)
    qtbot.waitUntil(lambda: room.canvas.before is not None)
    press(qtbot, room, "wave")
    room.panel.more_fold.set_open(True)
    assert room.panel.more.models.isVisible()
    room.choose_model("someone/other")
    assert room.guide.wish.chosen == []  # that style was the first one's
    press(qtbot, room, "wave")
    assert engine(room).wanted().model == "someone/other"


def test_what_was_on_the_easel_is_there_again(qtbot, easel, tmp_path, open_studio):
    easel.take_manner(draw_photo(tmp_path / "dunes.png", tone=90))
    qtbot.waitUntil(lambda: len(easel.panel.own.tiles) == 1)
    easel.panel.strength.slider.setValue(40)
    easel.canvas.divider.setValue(250)
    wish = easel.guide.wish
    easel.window().close()
    studio = open_studio(make_engine=AtelierEngine)
    assert studio.window.room is studio.window.style_
    room = studio.window.style_
    qtbot.waitUntil(lambda: painted(room))
    assert room.guide.wish == wish
    assert room.bar.title.text() == "garden.png in the manner of dunes"
    assert room.canvas.divider.value() == 250
    tile = room.panel.own.tiles[0]
    qtbot.waitUntil(lambda: tile._image is not None)
    assert tile.isChecked()
    assert not room.guide.history.can_undo


def test_what_is_gone_is_not_missed(qtbot, easel, open_studio):
    easel.window().close()
    for file in (easel._collection.folder / ".easel" / "sources").iterdir():
        file.unlink()
    room = enter_style(open_studio(make_engine=AtelierEngine))
    qtbot.wait(100)
    assert room.stage.currentWidget() is room.stage.welcome
    assert not room.banner.isVisible()
    assert room.guide.wish.chosen == [Pick("swirls")]


def test_the_rooms_do_not_show_each_other_s_pictures(qtbot, shelf_folder, easel):
    describe_garden(shelf_folder / "flowers")
    window, fake = easel.window(), engine(easel)
    shelf = Shelf(shelf_folder, shelf_folder.parent / "added.json")
    window.show_models({kind: shelf.models(kind) for kind in ("picture", "latent", "style")})
    window.go_to("sliders")
    sliders = window.sliders
    qtbot.waitUntil(lambda: at_rest(sliders))
    flower = sliders.canvas.image.copy()
    window.go_to("style")
    press(qtbot, easel, "mosaic")
    qtbot.waitUntil(lambda: painted(easel))
    assert sliders.canvas.image == flower
    seen = easel.canvas.after.copy()
    # What one room asked for and another pushed aside is asked for again
    fake.hold = True
    window.go_to("sliders")
    sliders.guide.throw()
    window.go_to("style")
    press(qtbot, easel, "wave")
    fake.hold = False
    fake.answer([look for look in fake.looks if look.view == "canvas"][-1])
    qtbot.waitUntil(lambda: painted(easel))
    assert easel.canvas.after != seen
    assert easel.canvas.after.width() == seen.width()
    window.go_to("sliders")
    qtbot.waitUntil(lambda: not sliders.guide.view.waiting)
    assert not sliders.guide.view.unanswered


def test_names_for_those_who_cannot_see(qtbot, easel):
    for fold in (easel.panel.mix_fold, easel.panel.mask_fold, easel.panel.more_fold):
        fold.set_open(True)
    widgets = [w for w in easel.findChildren(type(easel).__mro__[1]) if w.isVisible()]
    reached = [w for w in widgets if w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert [type(w).__name__ for w in reached if not w.accessibleName()] == []
    assert easel.canvas.divider.accessibleName() == "Before and after"


def test_a_step_back_to_a_picture_of_long_ago(qtbot, easel, tmp_path):
    for n in range(7):  # more than stay in memory
        easel.take(draw_photo(tmp_path / f"{n}.png", (60, 30 + 2 * n)))
        qtbot.waitUntil(lambda n=n: easel.bar.title.text().startswith(f"{n}.png"))
    assert easel.album.leaf(easel.guide.history._back[1].content) is None
    for _ in range(7):
        easel.guide.undo()
    qtbot.waitUntil(lambda: easel.bar.title.text().startswith("garden"))
    qtbot.waitUntil(lambda: painted(easel))
    assert easel.canvas.before.width() == 96
