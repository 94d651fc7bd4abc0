"""Adding, finding and opening again."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from studio.errors import StudioError
from studio.library import Artwork, Library, default_folder, read_artwork_id, read_recipe
from studio.library.names import file_name, slug
from studio.recipes import PictureRecipe, parse_recipe

WORDS = [
    "a smiling red fox, 3d emoji",
    "微笑的红狐狸，三维表情",
    "улыбающаяся лиса",
    "ثعلب أحمر مبتسم",
    "שועל אדום",
    "मुस्कुराती लाल लोमड़ी",
    "จิ้งจอกสีแดงยิ้ม",
    "웃는 빨간 여우",
    "🦊🦊🦊",
    "👩‍👩‍👧‍👦 family & <friends> \"quoted\" 'too' \\ /",
    "line one\nline two\ttabbed\r\nline three",
    "e\u0301 combining, ﷽, Z̷̢͎a̸l̴g̵o̶",
    "con",
    "../../etc/passwd",
    "control \x01\x1f and \ufffe\uffff non-characters",
    "x" * 2000,
    "𝕱𝖔𝖝 " * 400,
]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: ascii(words[:12]))
def test_words_of_every_script_come_back(library, folder, picture, words, tmp_path) -> None:
    recipe = PictureRecipe(prompt=words, style=words[:200], seed=7)
    made = library.add(picture, recipe, made_by="Test Model 1", licence=words[:200])

    assert parse_recipe(made.recipe) == recipe
    assert read_recipe(made.path) == made.recipe
    assert read_artwork_id(made.path) == made.id
    for suffix in ("png", "jpg", "webp"):
        copy = library.save_copy(made, tmp_path / f"copy.{suffix}")
        assert parse_recipe(read_recipe(copy)) == recipe
        assert read_artwork_id(copy) == made.id

    library.close()
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert again.recent() == [made]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: ascii(words[:12]))
def test_file_names_suit_every_system(words) -> None:
    name = file_name(words, "picture", "0123456789abcdef" * 2, ".png")
    assert not set(name) & set('<>:"/\\|?*\0 ')
    assert name.isprintable()
    assert len(name.encode()) < 143  # the least that a filesystem in use allows
    assert name.endswith("-01234567.png")
    assert not name.startswith((".", "-"))
    # Taken apart as macOS does, it is still the same number of letters away from the limit.
    assert len(name.encode("utf-16-le")) // 2 < 255


def test_file_names_can_be_read() -> None:
    assert slug("A smiling, red FOX!") == "a-smiling-red-fox"
    assert slug("微笑的红狐狸，三维") == "微笑的红狐狸-三维"
    assert slug("मुस्कुराती लोमड़ी") == "मुस्कुराती-लोमड़ी"
    long = slug("the quick brown fox jumps over the lazy dog and then over many more dogs")
    assert long == "the-quick-brown-fox-jumps-over-the-lazy-dog-and"
    assert slug("🦊") == ""


def test_pixels_are_kept_to_the_last_bit(library, picture) -> None:
    recipe = PictureRecipe(prompt="a fox")
    for mode in ("RGBA", "RGB", "L", "LA"):
        image = picture.convert(mode)
        with Image.open(library.add(image, recipe, made_by="").path) as kept:
            assert kept.mode == mode
            assert kept.tobytes() == image.tobytes()
    for mode in ("P", "1", "CMYK", "I;16", "F"):
        made = library.add(Image.new(mode, (8, 8)), recipe, made_by="")
        with Image.open(made.path) as kept:
            assert kept.mode == "RGB"


def test_an_artwork_says_what_it_is(library, picture) -> None:
    parents = ("a" * 32, "b" * 32)
    made = library.add(
        picture,
        PictureRecipe(prompt="a red fox", seed=5),
        made_by="Test Model 1",
        licence="Do as you like.",
        parents=iter(parents),
    )
    assert made == library.get(made.id) == library.at(made.path) == library.at(str(made.path))
    assert (made.kind, made.title, made.model) == ("picture", "a red fox", "Test Model 1")
    assert (made.width, made.height) == picture.size
    assert made.parents == parents
    assert made.licence == "Do as you like."
    assert not made.trashed
    assert timedelta(0) <= datetime.now(UTC) - made.created < timedelta(minutes=1)
    assert library.get("0" * 32) is None
    assert library.at("elsewhere.png") is None
    with pytest.raises(ValueError, match="not ids"):
        library.add(picture, PictureRecipe(prompt="x"), made_by="", parents=["../x"])


def test_newest_first_and_page_by_page(library, keep) -> None:
    made = [keep(library, f"fox {number}") for number in range(7)][::-1]
    assert library.recent() == made
    assert library.recent(3) + library.recent(3, 3) + library.recent(3, 6) == made
    assert library.count() == 7
    library.trash(made[2].id)
    assert library.recent() == made[:2] + made[3:]
    assert library.count() == 6


def test_trash_and_back(library, folder, keep) -> None:
    made = keep(library)
    library.trash(made.id)
    library.trash(made.id)
    assert not made.path.exists()
    [gone] = library.trashed()
    assert gone.trashed
    assert gone.path.is_relative_to(folder / ".trash")
    assert library.get(made.id) == gone

    library.close()
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert again.trashed() == [gone]
        again.restore(made.id)
        again.restore(made.id)
        assert again.get(made.id) == made
        assert again.trashed() == []
        assert made.path.exists()


def test_trash_of_files_with_the_same_name(library, folder, picture) -> None:
    ids = []
    for shade in (10, 20):
        Image.new("RGB", (9, 9), (shade, 0, 0)).save(folder / "drawing.png")
        library.rescan()
        ids.append(library.at(folder / "drawing.png").id)
        library.trash(ids[-1])
    assert len(set(ids)) == 2
    assert {artwork.id for artwork in library.trashed()} == set(ids)
    for each in ids:
        library.restore(each)
    assert {library.get(each).path.exists() for each in ids} == {True}
    assert library.rescan().added == 0


def test_what_is_gone_is_said(library, keep) -> None:
    made = keep(library, "a lost fox")
    with pytest.raises(StudioError, match="not in the library"):
        library.trash("0" * 32)
    made.path.unlink()
    with pytest.raises(StudioError, match="a lost fox"):
        library.save_copy(made, made.path.parent.parent.parent / "copy.png")
    with pytest.raises(StudioError, match="a lost fox"):
        library.trash(made.id)
    assert library.get(made.id) is None


def test_nothing_in_a_file_tells_of_this_computer(library, picture, tmp_path) -> None:
    private = "/" + "home/anna.secret/models"
    recipes = [f"{private}/sdxl-turbo", "C:\\Users" + "\\anna.secret\\sdxl-turbo"]
    for model in [*recipes, f"file://{private}/sdxl-turbo"]:
        made = library.add(picture, PictureRecipe(prompt="a fox", model=model), made_by=model)
        files = [library.save_copy(made, tmp_path / f"c.{end}") for end in ("png", "jpg", "webp")]
        for file in [made.path, *files]:
            assert b"anna.secret" not in file.read_bytes().replace(b"\0", b"")
        assert parse_recipe(made.recipe).model == "sdxl-turbo"
        assert made.model == "sdxl-turbo"
    made = library.add(picture, PictureRecipe(prompt="/dev/null by ~anna"), made_by="a/b")
    assert parse_recipe(made.recipe).prompt == "/dev/null by ~anna"
    assert parse_recipe(made.recipe).model == "easel/stickers"


def test_threads_at_once(library, keep) -> None:
    made: list[Artwork] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(6):
                artwork = keep(library)
                assert library.get(artwork.id) == artwork
                library.recent()
                made.append(artwork)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert {artwork.id for artwork in library.recent()} == {artwork.id for artwork in made}
    assert library.rescan() == type(library.rescan())(0, 0, [])


def add_some(folder: Path, count: int) -> list[str]:
    with Library.open(folder) as library:
        image = Image.new("RGB", (16, 16))
        recipe = PictureRecipe(prompt="a fox")
        return [library.add(image, recipe, made_by="").id for _ in range(count)]


@pytest.mark.slow
def test_two_processes_at_once(folder) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        ids = pool.starmap(add_some, [(folder, 15), (folder, 15)])
        pool.close()
        pool.join()
    with Library.open(folder) as library:
        assert {artwork.id for artwork in library.recent()} == {*ids[0], *ids[1]}
        assert library.count() == 30
        assert library.rescan().added == 0


def test_another_window_s_artworks_are_seen_at_once(library, folder, keep) -> None:
    with Library.open(folder) as other:
        made = keep(other)
        assert library.get(made.id) == made
        library.trash(made.id)
        assert other.get(made.id).trashed


def test_the_folder_can_be_chosen(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("EASEL_LIBRARY", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"


def test_a_closed_library_is_a_defect(folder, keep) -> None:
    library = Library.open(folder)
    library.close()
    library.close()
    with pytest.raises(RuntimeError):
        library.count()
    with pytest.raises(RuntimeError):
        keep(library)
