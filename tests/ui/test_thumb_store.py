"""The small pictures kept on the disk: by library, within bounds, healing where damaged."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage

from studio.library import Library
from studio.library.gallery import Card
from studio.recipes import PictureRecipe
from studio.ui.gallery.chores import Chores
from studio.ui.gallery.thumb_store import ThumbCache, ThumbStore
from studio.ui.gallery.thumbs import Dress, draw_square

STATUS = Path(__file__).stat()
DRESS = Dress(160, 1.0, "#222222", "#333333")


@pytest.fixture
def cache(tmp_path: Path) -> ThumbCache:
    return ThumbCache(tmp_path / "cache")


@pytest.fixture
def store(cache: ThumbCache, tmp_path: Path) -> ThumbStore:
    return cache.of(tmp_path / "Easel")


def painted(colour: str = "teal", side: int = 64) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def name(number: int) -> str:
    return f"{number:032x}"


def kept(store: ThumbStore) -> list[Path]:
    return sorted(store.folder.glob("*/*.webp"))


def works(folder: Path, *prompts: str) -> list[Card]:
    with Library.open(folder) as library:
        for number, prompt in enumerate(prompts):
            image = Image.new("RGB", (700, 700), (30 * number, 90, 60))
            library.add(image, PictureRecipe(prompt=prompt, model="easel/stickers"), made_by="S")
        found = library.gallery.find()
        return [card for card in library.gallery.cards(found, 0, len(found)) if card]


def test_what_is_kept_is_read_again(store, tmp_path) -> None:
    status = STATUS
    store.keep(name(1), status, 256, painted())
    again = store.read(name(1), status, 256)
    assert again is not None
    assert again.size() == painted().size()
    assert abs(again.pixelColor(5, 5).green() - QColor("teal").green()) < 8
    assert store.read(name(1), status, 512) is None
    assert store.read(name(2), status, 256) is None


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "nonsense", "another's"])
def test_one_that_is_damaged_is_drawn_anew(cache, tmp_path, harm: str) -> None:
    card, other = works(tmp_path / "Easel", "one", "two")
    store = cache.of(tmp_path / "Easel")
    square = draw_square(store, card, DRESS)
    draw_square(store, other, DRESS)
    file = next(each for each in kept(store) if each.name.startswith(card.id))
    data = file.read_bytes()
    harmed = {
        "cut": data[: len(data) // 2],
        "flipped": data[:40] + bytes([data[40] ^ 1]) + data[41:],
        "empty": b"",
        "nonsense": os.urandom(500),
        "another's": next(e for e in kept(store) if e != file).read_bytes(),
    }[harm]
    file.write_bytes(harmed)
    assert store.read(card.id, card.path.stat(), 256) is None
    middle = draw_square(store, card, DRESS).pixelColor(80, 80)
    assert middle == square.pixelColor(80, 80)
    assert store.read(card.id, card.path.stat(), 256) is not None


@pytest.mark.parametrize("level", ["cache", "library", "letters"])
def test_a_file_in_the_place_of_a_folder_makes_room(cache, store, tmp_path, level: str) -> None:
    place = {
        "cache": cache.folder,
        "library": store.folder,
        "letters": store.folder / name(1)[:2],
    }[level]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("in the way")
    store.keep(name(1), STATUS, 256, painted())
    assert store.read(name(1), STATUS, 256) is not None


def test_those_of_what_is_gone_are_removed_and_other_libraries_left_alone(
    cache, store, tmp_path
) -> None:
    status = STATUS
    other = cache.of(tmp_path / "Another")
    for number in (1, 2):
        store.keep(name(number), status, 256, painted())
        other.keep(name(number + 5), status, 256, painted())
    left = store.folder / "00" / "crash.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    (store.folder / "00" / "now.part").write_bytes(b"half")  # by another window
    assert store.tidy(lambda ids: [name(2)]) == 2
    assert [file.name[:32] for file in kept(store)] == [name(2)]
    assert len(kept(other)) == 2
    store.drop([name(2)])
    assert kept(store) == []


def test_the_longest_unused_of_all_libraries_go_where_there_is_too_much(tmp_path) -> None:
    cache = ThumbCache(tmp_path / "cache")
    first, second = cache.of(tmp_path / "One"), cache.of(tmp_path / "Two")
    status, now = STATUS, time.time()
    for number in range(10):
        one = first if number % 2 else second
        one.keep(name(number), status, 256, painted())
        file = next(each for each in kept(one) if each.name.startswith(name(number)))
        os.utime(file, (now, now - 86400 * (20 - number)))
    size = kept(first)[0].stat().st_size
    assert cache.shrink() == 0  # there is room
    second.read(name(0), status, 256)  # the oldest, but it is used today
    cache.most = 5 * size
    assert cache.shrink() == 6
    names = {file.name[:32] for file in (*kept(first), *kept(second))}
    assert names == {name(0), name(7), name(8), name(9)}


def test_what_grows_is_made_smaller_beside_the_window(qtbot, tmp_path) -> None:
    works(tmp_path / "Easel", "one")
    with Library.open(tmp_path / "Easel") as library:
        cache = ThumbCache(tmp_path / "cache")
        chores = Chores(lambda: library, cache, None)
        chores._go()
        qtbot.waitUntil(lambda: not chores._background.busy)
        store, status = cache.of(library.folder), STATUS
        for number in range(8):
            store.keep(name(number), status, 256, painted())
        cache.most = cache.grown // 2
        assert cache.is_due
        chores._go()
        qtbot.waitUntil(lambda: not chores._background.busy)
        assert not cache.is_due
        assert 0 < len(kept(store)) < 8
        chores.close()


def test_what_an_older_easel_kept_of_all_libraries_is_removed(cache, store, tmp_path) -> None:
    old = cache.folder / "3f"
    old.mkdir(parents=True)
    (old / f"{name(3)}-0123456789ab-256.webp").write_bytes(b"RIFF")
    store.keep(name(1), STATUS, 256, painted())
    cache.shrink()
    assert not old.exists()
    assert len(kept(store)) == 1


def test_a_disk_that_is_full_keeps_nothing_and_says_nothing(store, tmp_path, monkeypatch) -> None:
    store.keep(name(1), STATUS, 256, painted())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    store.keep(name(2), STATUS, 256, painted())
    monkeypatch.undo()
    assert len(kept(store)) == 1
    assert not list(store.folder.glob("*/*.part"))


def test_each_library_of_the_window_has_its_own(qtbot, open_studio, tmp_path) -> None:
    studio = open_studio()
    works(studio.library_folder(), "one")
    works(tmp_path / "Another", "two", "three")
    studio.window.go_to("gallery")
    room = studio.window.gallery
    first = room.cache.of(studio.library_folder())
    second = room.cache.of(tmp_path / "Another")
    qtbot.waitUntil(lambda: len(kept(first)) == 1)
    studio.window.library_chosen.emit(tmp_path / "Another")
    qtbot.waitUntil(lambda: len(kept(second)) == 2)
    qtbot.waitUntil(lambda: not room.chores._background.busy)
    assert len(kept(first)) == 1
