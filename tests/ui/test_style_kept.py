"""What comes out of the style room, and what comes back in: kept, finest, films, sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from studio.library import Library
from studio.recipes import (
    FinestRecipe,
    PictureRecipe,
    Place,
    StyleFilmRecipe,
    StyleRecipe,
    WalkRecipe,
    parse_recipe,
)
from studio.ui.style.wish import Pick
from studio.work.messages import Cancel, Enough, Run
from tests.library.film_sounds import sounding
from tests.ui.atelier import AtelierEngine, draw_photo
from tests.ui.conftest import painted
from tests.ui.garden import describe_garden


def engine(room) -> AtelierEngine:
    return room.works._queue._engine.inner


def kept(room) -> int:
    return room.works.strip.model().rowCount()


def artworks(room) -> list:
    return room._collection.artworks


def keep(qtbot, room):
    """Keep what is on the canvas; the artwork."""
    count = kept(room)
    qtbot.mouseClick(room.panel.foot.keep_button, Qt.MouseButton.LeftButton)
    engine(room).make()
    qtbot.waitUntil(lambda: kept(room) == count + 1)
    return artworks(room)[0]


def begin_finest(qtbot, room) -> None:
    qtbot.mouseClick(room.panel.foot.finest_button, Qt.MouseButton.LeftButton)
    engine(room).begin()
    qtbot.waitUntil(room.panel.foot.enough_button.isEnabled)


def draw_film(file: Path) -> Path:
    frames = [Image.new("RGB", (48, 32), (60 * n, 90, 40)) for n in range(4)]
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=100)
    return file


def test_keep_it(qtbot, easel):
    artwork = keep(qtbot, easel)
    recipe = parse_recipe(artwork.recipe)
    assert isinstance(recipe, StyleRecipe)
    assert recipe.content == easel.guide.wish.content
    assert artwork.title == "garden.png in the manner of Swirls"
    assert easel.toast.words.text() == "Kept"
    assert easel.window().picture.strip.model().rowCount() == 1


def test_save_a_copy_keeps_it_first(qtbot, easel, tmp_path):
    easel.doings.save()
    engine(easel).make()
    qtbot.waitUntil(lambda: bool(easel.window().findChildren(QFileDialog)))
    dialog = easel.window().findChildren(QFileDialog)[0]
    dialog.fileSelected.emit(str(tmp_path / "copy.png"))
    dialog.close()
    qtbot.waitUntil((tmp_path / "copy.png").is_file)
    runs = len(engine(easel).runs)
    easel.doings.save()  # the very picture is kept already
    assert len(engine(easel).runs) == runs
    for dialog in easel.window().findChildren(QFileDialog):
        dialog.close()


def test_copy(qtbot, easel):
    easel.doings.copy()
    assert QApplication.clipboard().image() == easel.canvas.after


def test_a_kept_picture_is_taken_up_again(qtbot, easel, tmp_path):
    easel.panel.strength.slider.setValue(35)
    easel.take_manner(draw_photo(tmp_path / "dunes.png", tone=60))
    qtbot.waitUntil(lambda: bool(easel.guide.wish.chosen[0].picture))
    wish = easel.guide.wish
    artwork = keep(qtbot, easel)
    easel.take(draw_photo(tmp_path / "other.png", (40, 80)))
    qtbot.waitUntil(lambda: easel.bar.title.text().startswith("other"))
    qtbot.mouseClick(easel.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    easel.works.strip.chosen.emit(artwork)
    qtbot.waitUntil(lambda: easel.artwork is not None and easel.canvas.after is not None)
    assert easel.guide.wish == wish
    assert easel.bar.title.text() == "garden.png in the manner of dunes"
    assert easel.works.strip.artwork() is artwork
    easel.guide.undo()
    assert easel.artwork is None
    assert easel.bar.title.text().startswith("other")


def test_a_recipe_from_elsewhere_names_what_it_is_made_of(qtbot, atelier, photo, tmp_path):
    folder = atelier._collection.folder
    with Library.open(folder) as library:
        content = library.keep_source(photo)
        manner = library.keep_source(draw_photo(tmp_path / "dunes.png", tone=9))
    recipe = StyleRecipe(
        content=content,
        manners=({"picture": manner},),
        words="Our garden in the manner of Grandmother",
    )
    atelier.use(recipe)
    qtbot.waitUntil(lambda: painted(atelier))
    assert atelier.bar.title.text() == "Our garden in the manner of Grandmother"
    assert [tile.text() for tile in atelier.panel.own.tiles] == ["Grandmother"]


def test_what_it_was_made_of_is_gone(qtbot, easel, photo):
    artwork = keep(qtbot, easel)
    easel.album.forget()
    for file in (easel._collection.folder / ".easel" / "sources").iterdir():
        file.unlink()
    easel.take(draw_photo(photo.parent / "other.png", tone=11))
    qtbot.waitUntil(lambda: easel.bar.title.text().startswith("other"))
    easel.works.strip.chosen.emit(artwork)
    qtbot.waitUntil(easel.banner.isVisible)
    assert easel.bar.title.text().startswith("other")


def test_a_recipe_of_a_model_that_is_not_here(qtbot, easel):
    easel.use(StyleRecipe(model="no/such", content="work:" + "a" * 32, manners=({"style": "x"},)))
    assert "not on this computer" in easel.banner.what.text()


def test_recipes_of_other_rooms_go_there(qtbot, easel):
    easel.use(PictureRecipe(prompt="a cat"))
    window = easel.window()
    assert window.room is window.picture
    assert window.picture.panel.prompt.value() == "a cat"
    window.use_recipe(easel.guide.wish.still())
    assert window.room is easel


# The finest quality


def test_finest_works_on_until_it_is_enough(qtbot, easel):
    fake, foot = engine(easel), easel.panel.foot
    begin_finest(qtbot, easel)
    recipe = parse_recipe(fake.run.recipe)
    assert isinstance(recipe, FinestRecipe)
    assert foot.working
    assert foot.clock.text() == "0:00"
    fake.progress(0.3, "Round 120 of 400", None)
    fake.preview()
    qtbot.waitUntil(lambda: foot.note.text() == "Round 120 of 400")
    qtbot.waitUntil(lambda: easel.canvas.after.width() == 32)
    assert easel.showing.following
    qtbot.mouseClick(foot.enough_button, Qt.MouseButton.LeftButton)
    assert any(isinstance(one, Enough) for one in fake.commands)
    qtbot.waitUntil(lambda: not foot.working)
    qtbot.waitUntil(lambda: easel.artwork is not None)
    assert easel.artwork.kind == "finest"
    qtbot.waitUntil(lambda: easel.canvas.after.width() == 96)
    assert easel.works.strip.artwork() is easel.artwork
    assert not easel.showing.following


def test_finest_can_be_cancelled(qtbot, easel):
    fake = engine(easel)
    quick = easel.canvas.after.copy()
    begin_finest(qtbot, easel)
    fake.preview()
    qtbot.waitUntil(lambda: easel.canvas.after != quick)
    qtbot.mouseClick(easel.panel.foot.cancel_button, Qt.MouseButton.LeftButton)
    assert any(isinstance(one, Cancel) for one in fake.commands)
    qtbot.waitUntil(lambda: not easel.panel.foot.working)
    qtbot.waitUntil(lambda: easel.canvas.after == quick)
    assert kept(easel) == 0


def test_one_may_try_other_things_while_it_works(qtbot, easel):
    fake = engine(easel)
    begin_finest(qtbot, easel)
    qtbot.mouseClick(easel.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painted(easel))
    assert not easel.showing.following
    shown = easel.canvas.after.copy()
    fake.preview()
    qtbot.wait(50)
    assert easel.canvas.after == shown
    easel.watch()
    assert easel.showing.following
    fake.preview()
    qtbot.waitUntil(lambda: easel.canvas.after.width() == 32)
    qtbot.mouseClick(easel.panel.tile(Pick("mosaic")), Qt.MouseButton.LeftButton)
    fake.make()
    qtbot.waitUntil(lambda: kept(easel) == 1)
    qtbot.waitUntil(lambda: painted(easel))
    assert easel.artwork is None  # what one does now is not taken away


def test_finest_waits_for_its_turn(qtbot, easel):
    easel.doings.keep()
    easel.doings.finest()
    assert easel.panel.foot.note.text() == "Waiting for its turn"
    assert not easel.panel.foot.enough_button.isEnabled()
    qtbot.mouseClick(easel.panel.foot.cancel_button, Qt.MouseButton.LeftButton)
    assert not easel.panel.foot.working


def test_finest_fails_in_words(qtbot, easel):
    begin_finest(qtbot, easel)
    engine(easel).fail("There is not enough memory.", "Choose a smaller size.")
    qtbot.waitUntil(easel.banner.isVisible)
    assert easel.banner.what.text() == "There is not enough memory."
    assert not easel.panel.foot.working


def test_the_same_strokes_where_the_starting_point_is_locked(qtbot, easel):
    seed = easel.panel.more.seed
    seed.set_value(77)
    seed.set_locked(True)
    begin_finest(qtbot, easel)
    assert parse_recipe(engine(easel).run.recipe).seed == 77


# Films


def test_a_film_is_painted_as_a_film(qtbot, atelier, tmp_path):
    atelier.take(draw_film(tmp_path / "dance.gif"))
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    assert atelier.bar.facts.text() == "48 × 32 · film"
    qtbot.mouseClick(atelier.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painted(atelier))
    foot = atelier.panel.foot
    assert foot.keep_button.accessibleName() == "Paint the film"
    assert not foot.finest_button.isVisible()
    artwork = keep(qtbot, atelier)
    recipe = parse_recipe(artwork.recipe)
    assert isinstance(recipe, StyleFilmRecipe)
    assert recipe.content == atelier.guide.wish.content
    assert artwork.is_film
    assert atelier.toast.words.text() == "Your film is kept"
    atelier.works.strip.chosen.emit(artwork)
    qtbot.waitUntil(lambda: atelier.artwork is not None)
    assert atelier.is_film


def test_a_film_is_seen_while_it_is_painted_and_may_end_anywhere(qtbot, atelier, tmp_path):
    atelier.take(draw_film(tmp_path / "dance.gif"))
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    qtbot.mouseClick(atelier.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painted(atelier))
    assert atelier.canvas.divider.isVisible()
    fake, foot = engine(atelier), atelier.panel.foot
    qtbot.mouseClick(foot.keep_button, Qt.MouseButton.LeftButton)
    assert foot.working
    fake.begin()
    fake.progress(0.3, "Painting picture 3 of 9", None)
    fake.preview()
    qtbot.waitUntil(lambda: foot.note.text() == "Painting picture 3 of 9")
    qtbot.waitUntil(lambda: atelier.canvas.after.width() == 32)
    qtbot.waitUntil(foot.enough_button.isEnabled)
    assert not atelier.canvas.divider.isVisible()  # it is not the first picture
    foot.enough_button.setFocus()
    qtbot.mouseClick(foot.enough_button, Qt.MouseButton.LeftButton)
    assert any(isinstance(one, Enough) for one in fake.commands)
    qtbot.waitUntil(lambda: not foot.working)
    assert foot.keep_button.hasFocus()
    qtbot.waitUntil(lambda: atelier.artwork is not None)
    assert atelier.artwork.is_film
    qtbot.waitUntil(atelier.canvas.divider.isVisible)


def test_a_film_that_is_cancelled_leaves_the_quick_look(qtbot, atelier, tmp_path):
    atelier.take(draw_film(tmp_path / "dance.gif"))
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    qtbot.mouseClick(atelier.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painted(atelier))
    quick = atelier.canvas.after.copy()
    atelier.doings.keep()
    engine(atelier).preview()
    qtbot.waitUntil(lambda: atelier.canvas.after != quick)
    qtbot.mouseClick(atelier.panel.foot.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: atelier.canvas.after == quick)
    assert atelier.canvas.divider.isVisible()


def test_it_is_said_which_films_are_silent(qtbot, atelier, tmp_path):
    more = atelier.panel.more
    for film, sounds in ((draw_film(tmp_path / "dance.gif"), False), (sounding(tmp_path), True)):
        atelier.take(film)
        qtbot.waitUntil(lambda: atelier.title().startswith(film.stem))  # noqa: B023 - used at once
        assert more.silent.isHidden()
        more.format_chosen.emit("gif")
        assert more.silent.isHidden() != sounds
        more.format_chosen.emit("mp4")


def test_what_kind_of_film(qtbot, atelier, tmp_path):
    more = atelier.panel.more
    atelier.panel.more_fold.set_open(True)
    assert not more.format.isVisible()
    atelier.take(draw_film(tmp_path / "dance.gif"))
    qtbot.waitUntil(more.format.isVisible)
    assert not more.seed.isVisible()
    qtbot.mouseClick(atelier.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    more.steadiness.slider.setValue(30)
    more.format.set_value("gif")
    more.format.activated.emit(2)
    recipe = atelier.doings.recipe()
    assert (recipe.format, recipe.steadiness) == ("gif", 0.3)
    artwork = keep(qtbot, atelier)
    atelier.guide.undo()
    assert atelier.guide.wish.format == "mp4"
    atelier.works.strip.chosen.emit(artwork)
    qtbot.waitUntil(lambda: atelier.guide.wish.format == "gif")


def test_a_path_of_the_sliders_is_painted(qtbot, shelf_folder, atelier):
    describe_garden(shelf_folder / "flowers")
    walk = WalkRecipe(model="easel/flowers", stops=(Place(seed=1), Place(seed=2)), seconds=2)
    qtbot.mouseClick(atelier.panel.tile(Pick("wave")), Qt.MouseButton.LeftButton)
    atelier.window().send("path", walk)
    qtbot.waitUntil(lambda: painted(atelier))
    assert atelier.bar.title.text() == "Your path in the manner of Woodblock wave"
    assert atelier.bar.facts.text() == "a path"
    recipe = atelier.doings.recipe()
    assert recipe.walk == walk
    assert not recipe.content
    artwork = keep(qtbot, atelier)
    atelier.guide.undo()
    atelier.works.strip.chosen.emit(artwork)
    qtbot.waitUntil(lambda: atelier.guide.wish.walk == walk)


# From room to room


@pytest.fixture
def drawn(qtbot, atelier):
    """A picture of the picture room in the gallery."""
    folder = atelier._collection.folder
    with Library.open(folder) as library:
        image = Image.new("RGB", (80, 60), (10, 200, 90))
        artwork = library.add(image, PictureRecipe(prompt="a meadow"), made_by="Fake")
    atelier._collection.add(artwork.id, artwork.path)
    qtbot.waitUntil(lambda: atelier._collection.find(artwork.id) is not None)
    return atelier._collection.find(artwork.id)


def test_sent_to_be_painted(qtbot, atelier, drawn):
    window = atelier.window()
    window.go_to("picture")
    window.picture.verbs.sent.emit("paint", drawn)
    assert window.room is atelier
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    assert atelier.guide.wish.content == f"work:{drawn.id}"
    assert atelier.bar.title.text() == "a meadow"


def test_sent_to_paint_like(qtbot, easel, drawn):
    easel.window().send("manner", drawn)
    qtbot.waitUntil(lambda: easel.guide.wish.chosen[0].picture == f"work:{drawn.id}")
    assert easel.bar.title.text() == "garden.png in the manner of a meadow"


def test_a_file_of_the_gallery_stays_the_artwork(qtbot, atelier, drawn):
    atelier.take(drawn.path)
    qtbot.waitUntil(lambda: atelier.canvas.before is not None)
    assert atelier.guide.wish.content == f"work:{drawn.id}"


def test_painted_and_painted_again(qtbot, easel):
    easel.doings.send("paint")
    (made,) = engine(easel).make()
    qtbot.waitUntil(lambda: easel.guide.wish.content == f"work:{made}")
    qtbot.waitUntil(lambda: painted(easel))
    run = [one for one in engine(easel).commands if isinstance(one, Run)]
    assert len(run) == 1


def test_large(qtbot, easel):
    easel.doings.enlarge()
    viewer = easel.window().picture.viewer
    assert viewer.isVisible()
    assert viewer.title.text() == "garden.png in the manner of Swirls"
    viewer.close_view()
    artwork = keep(qtbot, easel)
    easel.works.strip.opened.emit(artwork)
    qtbot.waitUntil(viewer.isVisible)


def test_the_menu_and_the_trash(qtbot, easel):
    artwork = keep(qtbot, easel)
    easel.works.strip.choose(artwork.id)
    easel.works.strip.trash_wanted.emit()
    qtbot.waitUntil(lambda: kept(easel) == 0)
    assert easel.toast.words.text() == "Moved to the trash"
    assert isinstance(easel.canvas.after, QImage)


def test_escape_stops_and_keeps(qtbot, easel):
    window = easel.window()
    begin_finest(qtbot, easel)
    window.escape()
    assert any(isinstance(one, Enough) for one in engine(easel).commands)
    assert not any(isinstance(one, Cancel) for one in engine(easel).commands)
    qtbot.waitUntil(lambda: kept(easel) == 1)
    assert not easel.escape()


def test_make_the_finest_again(qtbot, easel, tmp_path):
    begin_finest(qtbot, easel)
    recipe = parse_recipe(engine(easel).run.recipe)
    engine(easel).make()
    qtbot.waitUntil(lambda: easel.artwork is not None)
    artwork = easel.artwork
    easel.guide.undo()
    easel.works.strip.chosen.emit(artwork)
    qtbot.waitUntil(lambda: easel.artwork is not None)
    qtbot.mouseClick(easel.panel.foot.finest_button, Qt.MouseButton.LeftButton)
    assert parse_recipe(engine(easel).run.recipe) == recipe


def test_another_library(qtbot, easel, tmp_path):
    style = easel.guide.wish.chosen
    easel.window().library_chosen.emit(tmp_path / "elsewhere")
    qtbot.waitUntil(lambda: easel.stage.currentWidget() is easel.stage.welcome)
    assert easel.guide.wish.chosen == style
    easel.take(draw_photo(tmp_path / "new.png", tone=33))
    qtbot.waitUntil(lambda: painted(easel))
    assert easel.bar.title.text() == "new.png in the manner of Swirls"
