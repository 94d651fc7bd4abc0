"""How long the trash is kept: chosen in the settings, said in the trash, and kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt

from studio.library import Library
from studio.library.gallery import Query
from studio.library.trash_days import chosen_days
from studio.recipes import PictureRecipe
from studio.ui.studio import Studio


def trashed(folder: Path, days: float) -> str:
    """Put a work into the trash as if so many days ago; its id."""
    with Library.open(folder) as library:
        recipe = PictureRecipe(prompt=f"{days} days ago", model="easel/stickers")
        artwork = library.add(Image.new("RGB", (32, 32)), recipe, made_by="Stickers")
        library.trash(artwork.id)
        moment = datetime.now(UTC) - timedelta(days=days)
        library.marking.trashed([artwork.id], int(moment.timestamp() * 1e6))
    return artwork.id


def choose(qtbot, studio: Studio, words: str) -> None:
    studio.window.go_to("settings")
    segment = next(
        button for button in studio.window.settings.trash._group.buttons() if button.text() == words
    )
    qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)


def enter_trash(qtbot, studio: Studio, count: int) -> None:
    studio.window.go_to("gallery")
    room = studio.window.gallery
    room.show_query(Query(trashed=True))
    qtbot.waitUntil(lambda: room.grid.found is not None and len(room.grid.found) == count)
    qtbot.waitUntil(lambda: room.grid.cards.at(0) is not None)


def test_the_choice_is_kept_and_said_in_the_trash(qtbot, open_studio) -> None:
    studio = open_studio()
    trashed(studio.library_folder(), 3)
    enter_trash(qtbot, studio, 1)
    bar = studio.window.gallery.trash_bar
    assert bar.words.text() == "What lies here is removed for good after 30 days."
    choose(qtbot, studio, "Until I empty it")
    qtbot.waitUntil(lambda: chosen_days() == 0)
    qtbot.waitUntil(lambda: bar.words.text() == "What lies here stays until you remove it.")
    studio.window.go_to("gallery")
    studio.window.gallery.grid.take(0)
    gone = studio.window.gallery.details.one.gone
    stays = "In the trash. It stays there until you remove it."
    qtbot.waitUntil(lambda: gone.text() == stays)
    choose(qtbot, studio, "7 days")
    end = datetime.now().astimezone() + timedelta(days=4)
    qtbot.waitUntil(lambda: f"on {end.day} {end:%B}" in gone.text())
    assert studio.window.settings.trash_note.isHidden()
    other = open_studio()
    assert other.window.settings.trash.value() == 7


def test_fewer_days_remove_nothing_before_the_next_start(qtbot, open_studio) -> None:
    studio = open_studio()
    artwork = trashed(studio.library_folder(), 10)
    choose(qtbot, studio, "7 days")
    note = studio.window.settings.trash_note
    qtbot.waitUntil(lambda: not note.isHidden())
    assert note.text() == (
        "1 work has been there for longer, and goes when Easel is opened the next time."
    )
    enter_trash(qtbot, studio, 1)
    room = studio.window.gallery
    qtbot.waitUntil(lambda: room.chores._tidied is not None and not room.chores._background.busy)
    room.grid.take(0)
    qtbot.waitUntil(lambda: "opened the next time" in room.details.one.gone.text())
    assert room.asking.library.get(artwork).path.exists()
    studio.window.close()
    again = open_studio()
    again.window.go_to("gallery")
    qtbot.waitUntil(lambda: again.collection.library.get(artwork) is None)
