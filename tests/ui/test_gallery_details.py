"""The gallery's details: what is told of one work and of several, and what can be said of them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from studio.export import ExportPlan, export_many
from studio.library import Library
from studio.recipes import PictureRecipe
from studio.ui.gallery.albums import albums_menu, ask_album, put_into
from studio.ui.gallery.details import Details
from studio.ui.gallery.flow import FlowLayout
from studio.ui.gallery.labels import Labels
from studio.ui.gallery.recipe_text import recipe_lines
from studio.ui.gallery.room import GalleryRoom


def draw(library: Library, words: str, parents: tuple[str, ...] = (), alpha: int = 255) -> str:
    recipe = PictureRecipe(model="easel/stickers", prompt=words, seed=len(words))
    image = Image.new("RGBA", (64, 48), (len(words) * 9 % 256, 90, 60, alpha))
    made = library.add(image, recipe, made_by="Stickers 1", licence="You may.", parents=parents)
    return made.id


@pytest.fixture
def room(qtbot, studio) -> GalleryRoom:
    """The gallery with a mother, her child, and one that has nothing to do with them."""
    library = studio.collection.library
    mother = draw(library, "A red fox", alpha=120)
    child = draw(library, "A red fox again", (mother,))
    draw(library, "A blue boat")
    library.marking.tag([mother, child], "fox")
    library.marking.tag([child], "forest")
    studio.window.go_to("gallery")
    room = studio.window.gallery
    qtbot.waitUntil(lambda: room.grid.found is not None and len(room.grid.found) == 3)
    return room


@pytest.fixture
def details(qtbot, room: GalleryRoom) -> Details:
    made = Details(room)
    qtbot.addWidget(made)
    room.doings.done.connect(lambda *_: made.refresh())
    made.show()
    return made


def ids(room: GalleryRoom) -> dict[str, str]:
    library = room.asking.library
    assert library is not None
    return {each.title: each.id for each in library.recent()}


def show(qtbot, details: Details, room: GalleryRoom, title: str) -> str:
    artwork = ids(room)[title]
    details.show_works([artwork])
    qtbot.waitUntil(
        lambda: (
            details.one.told is not None
            and details.one.told.artwork.id == artwork
            and not details.one.poster.image.isNull()
        )
    )
    return artwork


def marks(room: GalleryRoom, artwork: str):
    library = room.asking.library
    assert library is not None
    return library.marking.of([artwork])[artwork]


def test_one_work_is_told_in_plain_words(qtbot, details, room) -> None:
    show(qtbot, details, room, "A red fox")
    one = details.one
    assert one.title.text() == "A red fox"
    assert one.facts.text().startswith("Picture · today ")
    assert one.facts.text().endswith(" · 64 × 48, transparent")
    assert one.made_by.text() == "Stickers 1"
    assert one.permits.text() == "You may."
    assert one.marked.text() == "made with a generative model ✓"
    assert one.tags.names == ("fox",)
    assert "What would you like to see: A red fox" in one.recipe_words.text()
    show(qtbot, details, room, "A blue boat")
    assert one.facts.text().endswith(" · 64 × 48")


def test_a_file_without_the_mark_is_not_said_to_have_it(qtbot, details, room, tmp_path) -> None:
    Image.new("RGB", (20, 20), "red").save(tmp_path / "mine.png")
    library = room.asking.library
    (taken,) = library.imports.bring_in([tmp_path / "mine.png"])
    details.show_works([taken.artwork.id])
    qtbot.waitUntil(lambda: bool(details.one.marked.text()))
    assert details.one.marked.text() == "Its file does not say that a model made it."
    assert details.one.recipe.isHidden()


def test_what_another_program_said_is_told(qtbot, details, room, tmp_path) -> None:
    said = "A red fox\nSteps: 20, Sampler: LMS, CFG scale: 7, Seed: 5, Size: 64x64, Model: dream"
    texts = PngInfo()
    texts.add_text("parameters", said)
    Image.new("RGB", (64, 64), "red").save(tmp_path / "theirs.png", pnginfo=texts)
    (taken,) = room.asking.library.imports.bring_in([tmp_path / "theirs.png"])
    details.show_works([taken.artwork.id])
    one = details.one
    qtbot.waitUntil(lambda: bool(one.lost.text()))
    assert one.made_by.text() == "AUTOMATIC1111, dream"
    assert "LMS" in one.lost.text()
    assert "What would you like to see: A red fox" in one.recipe_words.text()


def test_content_credentials_are_told(qtbot, details, room, tmp_path, monkeypatch) -> None:
    pytest.importorskip("c2pa")
    monkeypatch.setattr("studio.export.credentials._folder", lambda: tmp_path / "key")
    library = room.asking.library
    fox = library.get(ids(room)["A red fox"])
    plan = ExportPlan(format="png", sign=True, keep_recipe=False)
    (signed,) = export_many([fox], plan, tmp_path / "out").files
    (taken,) = library.imports.bring_in([signed])
    details.show_works([taken.artwork.id])
    qtbot.waitUntil(lambda: bool(details.one.signed.text()))
    assert details.one.signed.text() == "Signed on this computer, and not changed since."
    assert details.one.marked.text() == "made with a generative model ✓"


def test_tab_goes_through_the_chips_where_they_stand(qtbot, details, room) -> None:
    show(qtbot, details, room, "A red fox")
    tags = details.one.tags
    stops = [tags.chips[0].button]
    while len(stops) < 3:
        after = stops[-1].nextInFocusChain()
        while after.focusPolicy() == Qt.FocusPolicy.NoFocus or not after.isVisible():
            after = after.nextInFocusChain()
        stops.append(after)
    assert stops[1:] == [tags.chips[0].cross, tags.line]


def test_the_grid_shows_its_choice_in_the_details(qtbot, room) -> None:
    room.grid.take(0)
    qtbot.waitUntil(lambda: room.details.one.title.text() == "A blue boat")
    room.grid.selection.all(3)
    room.grid.changed(0)
    qtbot.waitUntil(lambda: room.details.several.facts.text().startswith("3 pictures"))


def test_the_family_leads_to_mother_and_child(qtbot, details, room) -> None:
    child = ids(room)["A red fox again"]
    show(qtbot, details, room, "A red fox")
    tree = details.one.family
    qtbot.waitUntil(lambda: len(tree.relatives) == 2)
    assert not tree.isHidden()
    assert [each.accessibleName() for each in tree.relatives] == [
        "This one: A red fox, picture",
        "A red fox again, picture",
    ]
    with qtbot.waitSignal(tree.chosen) as chosen:
        qtbot.mouseClick(tree.relatives[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [child]
    qtbot.waitUntil(lambda: room.grid.current is not None and room.grid.current.id == child)
    show(qtbot, details, room, "A blue boat")
    qtbot.waitUntil(lambda: not room.asking.busy)
    assert tree.isHidden()


def test_the_whole_family_is_shown_on_demand(qtbot, details, room) -> None:
    library = room.asking.library
    grandchild = draw(library, "A third red fox", (ids(room)["A red fox again"],))
    details.show_works([grandchild])
    tree = details.one.family
    qtbot.waitUntil(lambda: len(tree.relatives) == 2)
    assert not tree.more.isHidden()
    qtbot.mouseClick(tree.more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(tree.relatives) == 3)
    assert tree.more.isHidden()


def test_a_title_is_kept_and_can_be_undone(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    line = details.one.title
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "My fox")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: marks(room, artwork).title == "My fox")
    qtbot.waitUntil(lambda: not room.asking.busy)
    room.doings.undo()
    qtbot.waitUntil(lambda: marks(room, artwork).title == "")
    line.clearFocus()
    details.refresh()
    qtbot.waitUntil(lambda: line.text() == "A red fox")


def test_escape_takes_a_title_back(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    line = details.one.title
    qtbot.keyClicks(line, "zzz")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "A red fox"
    details.one.keep_words()
    qtbot.waitUntil(lambda: not room.asking.busy)
    assert marks(room, artwork).title == ""


def test_a_note_is_kept_when_another_work_is_chosen(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    details.one.note_edit.setPlainText("For Ada")
    show(qtbot, details, room, "A blue boat")
    qtbot.waitUntil(lambda: marks(room, artwork).note == "For Ada")
    assert details.one.note_edit.value() == ""
    assert marks(room, ids(room)["A blue boat"]).note == ""
    show(qtbot, details, room, "A red fox")
    assert details.one.note_edit.value() == "For Ada"


def test_a_note_can_be_taken_back_and_written_again(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    edit = details.one.note_edit
    for _ in range(2):
        edit.setPlainText("Twice")
        details.one.keep_words()
        details.one.keep_words()
        qtbot.waitUntil(lambda: marks(room, artwork).note == "Twice")
        qtbot.waitUntil(lambda: details.one.told.artwork.marks.note == "Twice")
        room.doings.undo()
        qtbot.waitUntil(lambda: marks(room, artwork).note == "")
        qtbot.waitUntil(lambda: edit.value() == "")


def test_tags_are_added_with_completion_and_taken_away(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    tags = details.one.tags
    offered = tags.line.completer().model().stringList()
    assert offered == ["forest"]  # it has "fox" already
    qtbot.keyClicks(tags.line, "autumn")
    qtbot.keyClick(tags.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tags.names == ("fox", "autumn"))
    assert tags.line.text() == ""
    qtbot.mouseClick(tags.chips[0].cross, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: marks(room, artwork).tags == ("autumn",))
    qtbot.waitUntil(lambda: tags.names == ("autumn",))


def test_a_tag_leads_to_all_that_have_it(qtbot, details, room) -> None:
    show(qtbot, details, room, "A red fox")
    qtbot.mouseClick(details.one.tags.chips[0].button, Qt.MouseButton.LeftButton)
    assert room.query.tags == ("fox",)
    qtbot.waitUntil(lambda: len(room.grid.found) == 2)


def test_the_heart_is_for_favourites(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    qtbot.mouseClick(details.one.love, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: marks(room, artwork).favourite)
    qtbot.waitUntil(lambda: details.one.love.accessibleName() == "No longer a favourite (F)")
    qtbot.mouseClick(details.one.love, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not marks(room, artwork).favourite)


def test_albums_are_put_into_and_left(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    dialog = ask_album(room, partial(put_into, room, [artwork]))
    dialog.name.setText("   ")
    dialog.go.click()
    assert "letter" in dialog.hint.text()
    dialog.name.setText("Animals & more")
    dialog.go.click()
    albums = details.one.albums
    qtbot.waitUntil(lambda: albums.names == ("Animals & more",))
    menu = albums_menu(room, [artwork], details)
    qtbot.waitUntil(lambda: len(menu.actions()) == 3)
    (first, *_) = menu.actions()
    assert first.text() == "Animals && more"
    assert first.isChecked()
    first.trigger()
    qtbot.waitUntil(lambda: albums.names == ())
    other = albums_menu(room, [artwork], details)
    qtbot.waitUntil(lambda: len(other.actions()) == 3)
    assert not other.actions()[0].isChecked()
    other.actions()[0].trigger()
    qtbot.waitUntil(lambda: albums.names == ("Animals & more",))


def test_the_trash_says_until_when(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    one = details.one
    assert one.gone.isHidden()
    room.doings.trash([artwork])
    qtbot.waitUntil(lambda: not one.gone.isHidden())
    assert one.gone.text().startswith("In the trash. It is removed for good on ")
    assert one.verbs.isHidden()
    qtbot.mouseClick(one.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(one.gone.isHidden)
    assert not one.verbs.isHidden()


def test_the_recipe_is_copied_whole(qtbot, details, room) -> None:
    show(qtbot, details, room, "A red fox")
    details.one.recipe.set_open(True)
    details.one.copy.click()
    assert json.loads(QGuiApplication.clipboard().text())["prompt"] == "A red fox"


def test_several_are_told_by_what_they_share(qtbot, details, room) -> None:
    known = ids(room)
    both = [known["A red fox"], known["A red fox again"]]
    details.show_works(both)
    several = details.several
    assert several.count.text() == "2 works"
    qtbot.waitUntil(lambda: bool(several.facts.text()))
    assert several.facts.text().startswith("2 pictures · ")
    assert several.tags.names == ("fox",)
    assert not several.compare.isHidden()
    qtbot.keyClicks(several.tags.line, "pair")
    qtbot.keyClick(several.tags.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: several.tags.names == ("fox", "pair"))
    assert all("pair" in marks(room, each).tags for each in both)
    several.love.click()
    qtbot.waitUntil(lambda: all(marks(room, each).favourite for each in both))
    qtbot.waitUntil(lambda: several.love.accessibleName() == "No longer favourites")
    details.show_works([*both, known["A blue boat"]])
    qtbot.waitUntil(lambda: several.facts.text().startswith("3 pictures"))
    assert several.tags.names == ()
    assert several.compare.isHidden()


def test_nothing_chosen_and_a_work_that_has_gone(qtbot, details, room) -> None:
    show(qtbot, details, room, "A red fox")
    details.show_works(["0" * 32])
    qtbot.waitUntil(lambda: details.pages.currentIndex() == 0)
    show(qtbot, details, room, "A red fox")
    qtbot.waitUntil(lambda: details.pages.currentIndex() == 1)
    details.show_works([])
    assert details.pages.currentIndex() == 0


def test_a_file_that_cannot_be_shown_is_said_so(qtbot, details, room) -> None:
    artwork = ids(room)["A blue boat"]
    path = room.asking.library.get(artwork).path
    path.write_bytes(b"no picture")
    details.show_works([artwork])
    qtbot.waitUntil(lambda: bool(details.one.marked.text()))
    assert details.one.marked.text() == "Its file cannot be read."
    assert details.one.poster.image == QImage()


def test_recipes_in_words(tmp_path: Path) -> None:
    lines = dict(
        recipe_lines(PictureRecipe(model="a/b", prompt="A fox", quality="draft").to_json())
    )
    assert lines["Speed"] == "Quick sketch"
    assert "kind" not in lines
    assert recipe_lines("") == []
    assert recipe_lines('{"kind": "from_the_future", "how_odd": 2.50, "nothing": null}') == [
        ("Kind", "from_the_future"),
        ("How odd", "2.5"),
    ]
    assert recipe_lines("no JSON") == [("Recipe", "no JSON")]
    ((_, long),) = recipe_lines(json.dumps({"mask": "x" * 9000}))
    assert len(long) < 500


def test_chips_flow_into_lines(qtbot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(box, 10)
    for _ in range(4):
        one = QWidget()
        one.setFixedSize(40, 20)
        flow.addWidget(one)
    box.findChildren(QWidget)[0].hide()
    box.show()
    assert flow.heightForWidth(140) == 20
    assert flow.heightForWidth(100) == 50
    assert flow.heightForWidth(40) == 80


def test_a_tag_that_is_picked_is_added_once(qtbot, details, room) -> None:
    artwork = show(qtbot, details, room, "A red fox")
    line = details.one.tags.line
    line.setFocus()
    qtbot.keyClicks(line, "for")
    line.setText("forest")  # as the list does with what is picked
    line.completer().activated.emit("forest")
    qtbot.waitUntil(lambda: marks(room, artwork).tags == ("fox", "forest"))
    assert line.text() == ""


def test_empty_tags_are_not_added(qtbot, studio) -> None:
    labels = Labels(studio.look, "Tag", "Add a tag")
    qtbot.addWidget(labels)
    said: list[str] = []
    labels.added.connect(said.append)
    for words in ("   ", " a fox "):
        labels.line.setText(words)
        qtbot.keyClick(labels.line, Qt.Key.Key_Return)
    assert said == ["a fox"]
