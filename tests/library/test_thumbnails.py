"""Small pictures, made once; colours taken on the way; rescans that stop and go on."""

from __future__ import annotations

import io
import os
import shutil
import threading

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Library
from studio.library.colourwords import names
from studio.library.contents import NotAPicture
from studio.library.files import TEMPORARY
from studio.library.gallery import Query
from studio.recipes import PictureRecipe
from tests.library import sound_blocks
from tests.library.film_frames import frames, keep_film


@pytest.fixture
def red(library):
    image = Image.new("RGBA", (1000, 500), (208, 32, 32, 255))
    image.paste((0, 0, 0, 0), (0, 0, 100, 500))
    made = library.add(image, PictureRecipe(prompt="red"), made_by="")
    return library.gallery.card(made.id)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_small_transparent_and_made_once(library, folder, red, monkeypatch) -> None:
    first = library.thumbnails.get(red)
    image = opened(first)
    assert (image.format, image.mode, image.size) == ("WEBP", "RGBA", (320, 160))
    assert image.getpixel((2, 80))[3] == 0
    with monkeypatch.context() as blind:
        blind.setattr("studio.library.export.load", None)
        assert library.thumbnails.get(red) == first
    assert not list(folder.rglob(f"{TEMPORARY}*"))


def test_colours_are_taken_on_the_way(library, folder, red) -> None:
    assert len(library.gallery.find(Query(colour="red"))) == 0
    library.thumbnails.get(red)
    library.thumbnails.flush()
    card = library.gallery.card(red.id)
    assert names(card.colours) == ("red",)
    assert len(library.gallery.find(Query(colour="red"))) == 1
    # After the index was lost they come from the small picture.
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert again.thumbnails.fill() == 1
        assert names(again.gallery.card(red.id).colours) == ("red",)
        assert again.thumbnails.fill() == 0


def test_one_that_a_power_cut_left_in_pieces(library, folder, red) -> None:
    first = library.thumbnails.get(red)
    (kept,) = (folder / ".easel" / "thumbnails").rglob("*.webp")
    for pieces in (b"", first[:50], b"\0" * len(first), first + b"\0"):
        kept.write_bytes(pieces)
        assert library.thumbnails.get(red) == first
        assert kept.read_bytes() == first


def test_films_and_sounds(library) -> None:
    film = keep_film(library, ".mp4", frames=frames(5, 640, 320))
    sound = sound_blocks.keep_sound(library)
    for made in (film, sound):
        image = opened(library.thumbnails.get(library.gallery.card(made.id)))
        assert max(image.size) == 320
    library.thumbnails.flush()
    assert library.gallery.card(film.id).colours > 0
    assert library.gallery.card(sound.id).colours == 0
    assert library.gallery.unseen() == []


def test_a_changed_file_gets_another_one(library, red) -> None:
    library.thumbnails.get(red)
    Image.new("RGB", (100, 100), "#2050d0").save(red.path)
    os.utime(red.path, (5, 5))
    library.rescan()
    found = library.gallery.find()
    (card,) = library.gallery.cards(found, 0, 1)
    assert opened(library.thumbnails.get(card)).getpixel((50, 50))[2] > 190
    library.thumbnails.flush()
    assert names(library.gallery.card(card.id).colours) == ("blue",)


def test_what_is_damaged_or_gone(library, red) -> None:
    whole = red.path.read_bytes()
    broken = bytearray(whole)
    broken[whole.index(b"IDAT") + 10] ^= 255
    red.path.write_bytes(broken)
    with pytest.raises(NotAPicture):
        library.thumbnails.get(red)
    assert library.thumbnails.fill() == 1
    assert library.thumbnails.fill() == 0
    red.path.unlink()
    with pytest.raises(FileNotFoundError):
        library.thumbnails.get(red)


def test_where_nothing_can_be_kept(library, folder, red) -> None:
    (folder / ".easel" / "thumbnails").write_text("in the way")
    assert opened(library.thumbnails.get(red)).size == (320, 160)


def test_it_goes_with_its_artwork(library, folder, red) -> None:
    library.thumbnails.get(red)
    library.trash(red.id)
    assert list((folder / ".easel" / "thumbnails").rglob("*.webp"))
    library.bin.empty()
    assert not list((folder / ".easel" / "thumbnails").rglob("*.webp"))


def test_many_threads_and_a_stop(library, picture) -> None:
    for number in range(12):
        library.add(picture, PictureRecipe(prompt=f"{number}"), made_by="")
    threads = [threading.Thread(target=library.thumbnails.fill) for _ in range(3)]
    assert library.thumbnails.fill(stop=lambda: True) == 0
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
