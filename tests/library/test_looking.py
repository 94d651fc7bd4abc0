"""Colours taken in the background; rescans that stop and go on; what others did meanwhile."""

from __future__ import annotations

import os
import shutil
import threading

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Library, Query
from studio.library.colourwords import names
from studio.recipes import PictureRecipe
from tests.library import sound_blocks
from tests.library.film_frames import frames, keep_film


@pytest.fixture
def red(library):
    image = Image.new("RGBA", (1000, 500), (208, 32, 32, 255))
    image.paste((0, 0, 0, 0), (0, 0, 100, 500))
    made = library.add(image, PictureRecipe(prompt="red"), made_by="")
    return library.gallery.card(made.id)


def test_colours_are_taken_once(library, folder, red) -> None:
    assert len(library.gallery.find(Query(colour="red"))) == 0
    assert library.looking.fill() == 1
    assert library.looking.fill() == 0
    card = library.gallery.card(red.id)
    assert names(card.colours) == ("red",)
    assert card.main == 0xD02020
    assert len(library.gallery.find(Query(colour="red"))) == 1
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert again.looking.fill() == 1
        assert names(again.gallery.card(red.id).colours) == ("red",)


def test_films_and_sounds(library) -> None:
    film = keep_film(library, ".mp4", frames=frames(5, 640, 320))
    sound = sound_blocks.keep_sound(library)
    assert library.looking.fill() == 2
    assert library.gallery.card(film.id).colours > 0
    assert library.gallery.card(sound.id).colours == 0
    assert library.gallery.unseen() == []


def test_a_changed_file_is_looked_at_again(library, red) -> None:
    library.looking.fill()
    Image.new("RGB", (100, 100), "#2050d0").save(red.path)
    os.utime(red.path, (5, 5))
    library.rescan()
    assert library.looking.fill() == 1
    (card,) = library.gallery.cards(library.gallery.find(), 0, 1)
    assert names(card.colours) == ("blue",)


def test_what_is_damaged_or_gone_is_passed_over(library, red, keep) -> None:
    broken = bytearray(red.path.read_bytes())
    broken[broken.index(b"IDAT") + 10] ^= 255
    red.path.write_bytes(broken)
    keep(library).path.unlink()
    other = keep(library)
    assert library.looking.fill() == 3
    assert library.looking.fill() == 0
    assert library.gallery.card(red.id).colours == 0
    assert library.gallery.card(other.id).colours > 0


def test_an_index_without_room_ends_it(library, red, monkeypatch) -> None:
    monkeypatch.setattr(library.gallery, "note_looks", lambda looks: None)
    assert library.looking.fill() == 0


def test_many_threads_and_a_stop(library, keep, monkeypatch) -> None:
    monkeypatch.setattr("studio.library.looking._AT_ONCE", 5)
    for number in range(12):
        keep(library, f"fox {number}")
    threads = [threading.Thread(target=library.looking.fill) for _ in range(3)]
    assert library.looking.fill(stop=lambda: True) == 0
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.gallery.unseen() == []


def test_a_rescan_that_is_stopped_goes_on_later(library, folder, picture, monkeypatch) -> None:
    monkeypatch.setattr("studio.library.scan._BATCH", 3)
    for number in range(10):
        library.add(picture, PictureRecipe(prompt=f"{number}"), made_by="")
    library.close()
    shutil.rmtree(folder / ".easel")

    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        assert total == 10
        if done == 6:
            raise Stopped

    with Library.open(folder, catch_up=0) as again:
        with pytest.raises(Stopped):
            again.rescan(stop)
        assert again.count() == 6
        assert again.needs_rescan
        steps: list[tuple[int, int]] = []
        assert again.rescan(lambda *step: steps.append(step)).added == 4
        assert steps == [(3, 4), (4, 4)]
        assert not again.needs_rescan


def test_what_others_did_while_it_is_open(library, folder, picture, red) -> None:
    before = library.gallery.revision()
    library.refresh()
    assert library.gallery.revision() == before
    picture.save(folder / "theirs.png")
    os.utime(folder, (5, 5))
    library.refresh()
    assert library.gallery.revision() != before
    assert library.count() == 2
    shutil.rmtree(folder)
    with pytest.raises(StudioError, match="not there any more"):
        library.refresh()
