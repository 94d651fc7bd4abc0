"""The gallery: what is found and shown, chosen, done and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from studio.library import Artwork, Library
from studio.library.gallery import Query
from studio.recipes import PictureRecipe
from studio.ui.gallery.room import GalleryRoom
from studio.ui.studio import Studio

WORDS = ("a red fox", "a blue owl", "a fox in snow", "a boat", "a castle", "a mushroom", "a robot")


def fill(folder: Path, prompts: tuple[str, ...] = WORDS, side: int = 48) -> list[Artwork]:
    """Keep pictures, the last one being the newest."""
    made = []
    with Library.open(folder) as library:
        for number, prompt in enumerate(prompts):
            image = Image.new("RGB", (side, side), (30 * number % 256, 90, 60))
            recipe = PictureRecipe(prompt=prompt, seed=number, model="easel/stickers")
            made.append(library.add(image, recipe, made_by="Stickers"))
    return made


@pytest.fixture
def gallery(qtbot, studio: Studio) -> Callable[..., GalleryRoom]:
    """Goes to the gallery of a library with these works in it."""

    def enter(prompts: tuple[str, ...] = WORDS) -> GalleryRoom:
        fill(studio.library_folder(), prompts)
        studio.window.resize(1200, 800)
        studio.window.go_to("gallery")
        room = studio.window.gallery
        qtbot.waitUntil(lambda: titles(room) == list(reversed(prompts)))
        return room

    return enter


def titles(room: GalleryRoom) -> list[str]:
    """What is shown, in order; empty until it is known."""
    grid = room.grid
    cards = [grid.cards.at(place) for place in range(len(grid.found) if grid.found else 0)]
    return [card.title for card in cards if card is not None]


def is_favourite(room: GalleryRoom, place: int) -> bool:
    """Whether it is marked; a card that is being read again is not known to be."""
    card = room.grid.cards.at(place)
    return card is not None and card.favourite


def press(qtbot, room: GalleryRoom, *keys: Qt.Key, held=Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        qtbot.keyClick(room.grid, key, held)


def chosen(room: GalleryRoom) -> list[str]:
    found = sorted(room.grid.selection.chosen)
    return [card.title for place in found if (card := room.grid.cards.at(place)) is not None]


def click(qtbot, room: GalleryRoom, place: int, held=Qt.KeyboardModifier.NoModifier) -> None:
    at = room.grid.box(place).center()
    qtbot.mouseClick(room.grid.viewport(), Qt.MouseButton.LeftButton, held, at)


def test_the_newest_comes_first_and_squares_are_drawn(qtbot, gallery) -> None:
    room = gallery()
    card = room.grid.cards.at(0)
    qtbot.waitUntil(lambda: room.thumbs.square(card)[1])
    square, _ = room.thumbs.square(card)
    assert square.width() == room.grid.layout_.side
    assert square.pixelColor(square.rect().center()).getRgb()[:3] == (180, 90, 60)
    assert square.pixelColor(0, 0).alpha() == 0  # its corners are round
    assert room.bar.facts.text() == "7 works"


def test_an_empty_library_invites(qtbot, studio: Studio) -> None:
    studio.window.go_to("gallery")
    room = studio.window.gallery
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.none)
    qtbot.mouseClick(room.none.one, Qt.MouseButton.LeftButton)
    assert studio.window.room is studio.window.picture


def test_search_finds_as_one_types_and_there_is_a_way_back(qtbot, gallery) -> None:
    room = gallery()
    qtbot.keyClick(room.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: room.search.words.hasFocus() or not room.window().isActiveWindow())
    qtbot.keyClicks(room.search.words, "fox")
    qtbot.waitUntil(lambda: titles(room) == ["a fox in snow", "a red fox"])
    assert room.bar.facts.text() == "2 works found"
    qtbot.keyClicks(room.search.words, "trot")
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.none)
    assert room.none.heading.text() == "Nothing found"
    qtbot.mouseClick(room.none.one, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(titles(room)) == len(WORDS))
    assert room.search.words.text() == ""


def test_only_the_last_answer_counts(qtbot, gallery) -> None:
    room = gallery()
    for words in ("owl", "boat", "robot"):
        room.search.words.setText(words)
        room.refresh(keep=False)
    qtbot.waitUntil(lambda: not room.asking.busy)
    assert titles(room) == ["a robot"]


def test_keys_move_and_choose(qtbot, gallery) -> None:
    room = gallery()
    room.grid.take(0)
    press(qtbot, room, Qt.Key.Key_Right)
    assert chosen(room) == ["a mushroom"]
    press(qtbot, room, Qt.Key.Key_Right, held=Qt.KeyboardModifier.ShiftModifier)
    assert chosen(room) == ["a mushroom", "a castle"]
    press(qtbot, room, Qt.Key.Key_End)
    assert chosen(room) == ["a red fox"]
    press(qtbot, room, Qt.Key.Key_Home)
    press(qtbot, room, Qt.Key.Key_Right, held=Qt.KeyboardModifier.ControlModifier)
    press(qtbot, room, Qt.Key.Key_Space)
    assert chosen(room) == ["a robot", "a mushroom"]
    press(qtbot, room, Qt.Key.Key_A, held=Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(room.grid.selected_changed) as told:
        pass
    assert len(told.args[0]) == len(WORDS)
    room.window_.escape()
    assert chosen(room) == ["a mushroom"]


def test_who_cannot_see_hears_what_it_is_and_where(qtbot, gallery) -> None:
    room = gallery()
    room.grid.take(1)
    name = room.grid.accessibleName()
    assert name.startswith("a mushroom, picture, made today")
    assert name.endswith("2 of 7, chosen")


def test_clicks_choose_with_ctrl_and_shift(qtbot, gallery) -> None:
    room = gallery()
    click(qtbot, room, 1)
    click(qtbot, room, 3, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(room) == ["a mushroom", "a castle", "a boat"]
    click(qtbot, room, 2, Qt.KeyboardModifier.ControlModifier)
    assert chosen(room) == ["a mushroom", "a boat"]
    click(qtbot, room, 1)
    assert chosen(room) == ["a mushroom"]


def test_a_rubber_band_chooses(qtbot, gallery) -> None:
    room = gallery()
    view, last = room.grid.viewport(), room.grid.box(6)
    start = last.bottomRight() + QPoint(40, 30)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, last.center())
    room.grid.hand._at = last.center()  # offscreen, moves are not always delivered
    room.grid.hand._stretch_band()
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=last.center())
    assert chosen(room) == ["a red fox"]


def test_enter_and_double_click_show_it_large(qtbot, gallery) -> None:
    room = gallery()
    room.grid.take(2)
    with qtbot.waitSignal(room.grid.opened) as told:
        press(qtbot, room, Qt.Key.Key_Return)
    assert told.args[0].title == "a castle"
    with qtbot.waitSignal(room.grid.opened) as told:
        click(qtbot, room, 0)
        at = room.grid.box(0).center()
        qtbot.mouseDClick(room.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args[0].title == "a robot"


def test_the_trash_can_be_taken_back_and_done_again(qtbot, gallery, studio: Studio) -> None:
    room = gallery()
    room.grid.take(0)
    press(qtbot, room, Qt.Key.Key_Right, held=Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, room, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(titles(room)) == 5)
    assert room.toast.words.text() == "2 works moved to the trash"
    assert [work.title for work in studio.collection.artworks][:1] != ["a robot"]
    qtbot.mouseClick(room.toast.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(titles(room)) == 7)
    assert room.bar.on.isEnabled()
    qtbot.waitUntil(lambda: not room.asking.busy)
    room.doings.redo()
    qtbot.waitUntil(lambda: len(titles(room)) == 5)
    room.show_query(Query(trashed=True))
    qtbot.waitUntil(lambda: sorted(titles(room)) == ["a mushroom", "a robot"])
    room.grid.take(0)
    room.works.bring_back()
    qtbot.waitUntil(lambda: len(titles(room)) == 1)


def test_favourites_are_marked_found_and_undone(qtbot, gallery) -> None:
    room = gallery()
    room.grid.take(3)
    press(qtbot, room, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: is_favourite(room, 3))
    assert chosen(room) == ["a boat"]  # what was chosen still is
    qtbot.mouseClick(room.search.favourites, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: titles(room) == ["a boat"])
    qtbot.keyClick(room.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    room.doings.undo()
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.none)


def test_what_is_made_elsewhere_appears_at_the_top_without_a_jump(
    qtbot, gallery, studio: Studio
) -> None:
    room = gallery(tuple(f"number {n}" for n in range(60)))
    bar = room.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    room.grid.take(room.grid.layout_.between(bar.value(), bar.value() + 300).start + 5)
    box, title = room.grid.box(room.grid.selection.current), chosen(room)
    fill(studio.library_folder(), tuple(f"new {n}" for n in range(7)))
    qtbot.waitUntil(lambda: len(room.grid.found) == 67, timeout=8000)
    assert chosen(room) == title
    assert room.grid.box(room.grid.selection.current).y() == box.y()
    bar.setValue(0)
    fill(studio.library_folder(), ("at the top",))
    qtbot.waitUntil(lambda: titles(room)[:1] == ["at the top"], timeout=8000)
    assert bar.value() == 0


def test_a_file_that_was_put_into_the_folder_is_found(qtbot, gallery, studio: Studio) -> None:
    room = gallery()
    Image.new("RGB", (40, 40), "red").save(studio.library_folder() / "from outside.png")
    qtbot.waitUntil(lambda: "from outside" in titles(room), timeout=15_000)


def test_only_what_is_in_sight_is_held(qtbot, gallery) -> None:
    room = gallery(tuple(f"number {n}" for n in range(60)))
    room.grid.set_side(96)
    qtbot.waitUntil(lambda: not room.asking.busy)
    first = room.grid.layout_.columns
    room.grid.zoom(+1)
    assert room.grid.layout_.columns == first - 1
    room.grid.set_side(360)
    assert room.grid.layout_.columns < 4


def test_squares_in_memory_have_a_limit(qtbot, gallery, monkeypatch) -> None:
    room = gallery(tuple(f"number {n}" for n in range(60)))
    monkeypatch.setattr("studio.ui.gallery.thumbs.ROOM", 20 * room.grid.layout_.side**2 * 4)
    for place in range(0, 60, 5):
        room.grid.take(place)
        qtbot.wait(30)
    qtbot.waitUntil(lambda: not room.thumbs._drawing)
    assert 0 < len(room.thumbs._kept) <= 20


def test_copy_gives_files_and_pixels(qtbot, gallery) -> None:
    room = gallery()
    room.grid.take(0)
    room.works.copy()
    data = QGuiApplication.clipboard().mimeData()
    assert [Path(url.toLocalFile()) for url in data.urls()] == [room.grid.current.path]
    assert data.hasImage()
    press(qtbot, room, Qt.Key.Key_Down, held=Qt.KeyboardModifier.ShiftModifier)
    room.works.copy()
    assert len(QGuiApplication.clipboard().mimeData().urls()) == len(chosen(room)) > 1
    QGuiApplication.clipboard().clear()


def test_filters_narrow_and_are_let_go(qtbot, gallery) -> None:
    room = gallery()
    room.grid.take(1)
    ids = [room.grid.cards.at(1).id]
    room.doings.mark(ids, "Tagged", lambda marking: marking.tag(ids, "forest"))
    qtbot.waitUntil(lambda: room.filters.tag.count() == 2)
    room.filters.tag.set_value("forest")
    room.filters.changed.emit()
    qtbot.waitUntil(lambda: titles(room) == ["a mushroom"])
    room.search.kinds.take("film")
    room.search.changed.emit()
    qtbot.waitUntil(lambda: room.stage.currentWidget() is room.none)
    assert room.escape()
    qtbot.waitUntil(lambda: len(titles(room)) == 7)
    assert not room.escape()


def test_a_colour_finds_what_was_looked_at(qtbot, gallery, studio: Studio) -> None:
    room = gallery()
    Image.new("RGB", (64, 64), (30, 90, 255)).save(studio.library_folder() / "sea.png")
    qtbot.waitUntil(lambda: len(room.grid.found) == 8, timeout=15_000)
    blue = next(dot for dot in room.filters.dots if dot.name == "blue")
    room.search.more.setChecked(True)

    def found() -> bool:
        room.refresh()
        return "sea" in titles(room) and len(titles(room)) < 8

    qtbot.mouseClick(blue, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(found, timeout=15_000)


def test_going_to_a_work_lets_go_of_what_hides_it(qtbot, gallery) -> None:
    room = gallery()
    wanted = room.grid.cards.at(6).id
    room.search.words.setText("owl")
    room.refresh(keep=False)
    qtbot.waitUntil(lambda: titles(room) == ["a blue owl"])
    room.show_work(wanted)
    qtbot.waitUntil(lambda: chosen(room) == ["a red fox"])
    assert room.search.words.text() == ""


def test_a_damaged_file_has_a_mark_instead(qtbot, gallery) -> None:
    room = gallery()
    card = room.grid.cards.at(0)
    qtbot.waitUntil(lambda: room.thumbs.square(card)[1] and not room.thumbs._drawing)
    card.path.write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    room.thumbs.forget()
    room.grid.sight.look()
    qtbot.waitUntil(lambda: room.thumbs.square(card) == (None, True))


def test_size_and_order_are_remembered(qtbot, gallery, open_studio, studio: Studio) -> None:
    room = gallery()
    room.grid.set_side(240)
    room.search.order.take("title")
    room.search.changed.emit()
    qtbot.waitUntil(lambda: titles(room)[0] == "a blue owl")
    studio.window.remember()
    assert studio.memory.get("gallery") == {"side": 240, "order": "title", "filters": False}
    assert studio.memory.get("room") == "gallery"
