"""Searching, filtering, ordering and counting."""

from __future__ import annotations

import time
import zlib
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.library import Library
from studio.library.colours import look_at
from studio.library.colourwords import NAMES, names
from studio.library.gallery import Day, Query
from studio.library.marking import Label
from studio.recipes import PictureRecipe
from tests.library.older import make_older


def titles(library: Library, **asked: object) -> list[str]:
    found = library.gallery.find(Query(**asked))
    assert library.gallery.count(Query(**asked)) == len(found)
    return [card.title for card in library.gallery.cards(found, 0, len(found))]


@pytest.fixture
def zoo(library, keep) -> dict[str, str]:
    prompts = [
        "a red fox",
        "two Foxes in the snow",
        "微笑的红狐狸，三维表情",
        "улыбающаяся лиса",
        "मुस्कुराती लाल लोमड़ी",
        "จิ้งจอกสีแดงยิ้ม",
        "🦊🦊 at night",
        "Éclair & crème brûlée",
        "don't 'quote' \"me\" (NOT) AND* -x: ^y",
    ]
    return {prompt: keep(library, prompt, style="watercolour").id for prompt in prompts}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("fox", ["two Foxes in the snow", "a red fox"]),
        ("FOX red", ["a red fox"]),
        ("fo sno", ["two Foxes in the snow"]),
        ("ox", []),
        ('"red fox"', ["a red fox"]),
        ('"fox red"', []),
        ("狐狸", ["微笑的红狐狸，三维表情"]),
        ("表情 微笑", ["微笑的红狐狸，三维表情"]),
        ("狸狐", []),
        ("ЛИС", ["улыбающаяся лиса"]),
        ("लोमड़ी", ["मुस्कुराती लाल लोमड़ी"]),
        ("สีแดง", ["จิ้งจอกสีแดงยิ้ม"]),
        ("🦊", ["🦊🦊 at night"]),
        ("eclair creme", ["Éclair & crème brûlée"]),
        ("E\u0301clair", ["Éclair & crème brûlée"]),
        ("don't (NOT)", ["don't 'quote' \"me\" (NOT) AND* -x: ^y"]),
        ("***", []),
        ('"', []),
        ("AND OR NOT", []),
        ("\0", []),
        ("fox\0", ["two Foxes in the snow", "a red fox"]),
        ("\ud800", []),
        ("water " + "fast " * 300, []),
    ],
    ids=ascii,
)
def test_words_of_prompts_are_found(library, zoo, search, found) -> None:
    assert titles(library, words=search) == found


def test_everything_is_found_by_its_style_and_model(library, zoo) -> None:
    assert len(titles(library, words="watercolour")) == len(zoo)
    assert len(titles(library, words="test model")) == len(zoo)
    assert len(titles(library)) == len(zoo)
    assert len(titles(library, words="   ")) == len(zoo)


def test_what_the_artist_said_is_found(library, zoo) -> None:
    fox = zoo["a red fox"]
    library.marking.title(fox, "Reynard")
    library.marking.tag([fox], "clever one")
    library.marking.put_into([fox], "Fables")
    library.marking.note(fox, "printed for the school")
    for search in ("reynard", "fox red", "clever", "school print", "fables", "fox reynard clever"):
        assert "Reynard" in titles(library, words=search), search
    library.marking.untag([fox], "clever one")
    assert titles(library, words="clever") == []


def test_words_are_found_after_the_index_was_lost(library, folder, zoo) -> None:
    library.marking.tag([zoo["a red fox"]], "clever")
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert titles(again, words="clever") == ["a red fox"]
        assert titles(again, words="狐狸") == ["微笑的红狐狸，三维表情"]


def test_filters(library, picture, zoo) -> None:
    other = library.add(picture, PictureRecipe(prompt="a hat"), made_by="Other Model")
    fox, snow = zoo["a red fox"], zoo["two Foxes in the snow"]
    library.marking.favourite([fox])
    library.marking.tag([fox, snow], "Winter")
    library.marking.tag([snow], "two")
    library.marking.put_into([other.id], "Clothes")
    assert titles(library, models=("Other Model",)) == ["a hat"]
    assert titles(library, kinds=("film", "tune")) == []
    assert len(titles(library, kinds=("picture",))) == len(zoo) + 1
    assert titles(library, favourite=True) == ["a red fox"]
    assert len(titles(library, favourite=False)) == len(zoo)
    assert titles(library, tags=("winter",)) == ["two Foxes in the snow", "a red fox"]
    assert titles(library, tags=("winter", "TWO")) == ["two Foxes in the snow"]
    assert titles(library, album="clothes") == ["a hat"]
    assert titles(library, album="nothing like it") == []
    assert titles(library, medium="film") == []
    assert len(titles(library, medium="picture")) == len(zoo) + 1
    assert titles(library, elsewhere=True) == []
    today = date.today()
    assert titles(library, since=today + timedelta(days=1)) == []
    assert titles(library, until=today - timedelta(days=1)) == []
    assert len(titles(library, since=today, until=today)) == len(zoo) + 1
    assert len(titles(library, since=date.min, until=date.max - timedelta(days=1))) == len(zoo) + 1
    assert titles(library, words="fox", favourite=True, tags=("winter",)) == ["a red fox"]
    library.trash(other.id)
    assert titles(library, album="clothes") == []
    assert titles(library, trashed=True) == ["a hat"]
    assert library.gallery.models() == [Label("Test Model 1", len(zoo))]
    assert library.gallery.kinds() == [Label("picture", len(zoo))]


def test_order(library, keep) -> None:
    for prompt in ("b", "a", "c"):
        keep(library, prompt)
    library.add(Image.new("RGB", (200, 100)), PictureRecipe(prompt="large"), made_by="")
    assert titles(library) == ["large", "c", "a", "b"]
    assert titles(library, order="oldest") == ["b", "a", "c", "large"]
    assert titles(library, order="title") == ["a", "b", "c", "large"]
    assert titles(library, order="largest")[0] == "large"


def test_what_was_found_stays_as_it_is(library, keep, folder) -> None:
    made = [keep(library, f"fox {number}") for number in range(5)]
    found = library.gallery.find()
    library.trash(made[3].id)
    made[2].path.unlink()
    library.rescan()
    keep(library, "new")
    cards = library.gallery.cards(found, 0, 100)
    assert [card and card.id for card in cards] == [
        made[4].id, made[3].id, None, made[1].id, made[0].id
    ]  # fmt: skip
    assert cards[1].path == library.get(made[3].id).path
    assert library.gallery.cards(found, 3, 4) == cards[3:4]
    assert library.gallery.cards(found, -5, 0) == []
    assert library.gallery.place(found, made[1].id) == 3
    assert library.gallery.place(found, "0" * 32) is None
    (folder / ".easel" / "index.sqlite3").unlink()
    assert library.gallery.cards(found, 0, 5) == [None] * 5
    assert library.gallery.place(found, made[1].id) is None
    assert library.gallery.revision() != found.revision


def test_a_revision_for_every_change(library, folder, keep) -> None:
    seen = [library.gallery.revision()]

    def changed() -> bool:
        seen.append(library.gallery.revision())
        return seen[-1] != seen[-2]

    made = keep(library)
    assert changed()
    assert not changed()
    with Library.open(folder) as other:
        assert not changed()
        other.marking.tag([made.id], "x")
        assert changed()
        other.trash(made.id)
        assert changed()
        other.restore(made.id)
        assert changed()
    library.gallery.note_looks({made.id: (1, 0)})
    assert not changed()
    made.path.rename(folder / "renamed.png")
    library.rescan()
    assert changed()


def with_texts_replaced(png: bytes, old: bytes, new: bytes) -> bytes:
    """A PNG in which some bytes are others, and all checksums right. Both are of one length."""
    assert len(old) == len(new)
    data, at = bytearray(png.replace(old, new)), 8
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        data[end : end + 4] = zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(data)


def moved_to(library: Library, artwork_id: str, moment: datetime) -> None:
    """Have it look as if it had been made then."""
    made = library.get(artwork_id)
    texts = [
        each.astimezone(UTC).isoformat(timespec="microseconds").encode()
        for each in (made.created, moment)
    ]
    made.path.write_bytes(with_texts_replaced(made.path.read_bytes(), *texts))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_days(library, keep, monkeypatch, zone) -> None:
    if not hasattr(time, "tzset"):
        pytest.skip("this system's clock cannot be told where it is")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        moments = [
            datetime(2025, 12, 31, 23, 59, 59).astimezone(),
            datetime(2026, 1, 1, 0, 0, 0).astimezone(),
            datetime(2026, 1, 1, 23, 59, 59).astimezone(),
            datetime(2026, 3, 8, 2, 30).astimezone(),
            datetime(2026, 3, 8, 23, 30).astimezone(),
        ]
        for number, moment in enumerate(moments):
            moved_to(library, keep(library, f"fox {number}").id, moment)
        library.rescan()
        days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 8)]
        newest = library.gallery.find()
        assert newest.days == (Day(days[2], 0, 2), Day(days[1], 2, 2), Day(days[0], 4, 1))
        oldest = library.gallery.find(Query(order="oldest"))
        assert oldest.days == (Day(days[0], 0, 1), Day(days[1], 1, 2), Day(days[2], 3, 2))
        assert library.gallery.find(Query(order="title")).days == ()
        assert titles(library, since=days[1], until=days[1]) == ["fox 2", "fox 1"]
    finally:
        monkeypatch.undo()
        time.tzset()


PAINTS = {
    "black": "#0a0a0a",
    "grey": "#8a8a8a",
    "white": "#fafafa",
    "red": "#d02020",
    "orange": "#f08020",
    "yellow": "#f5d020",
    "green": "#30a040",
    "turquoise": "#20b0b0",
    "blue": "#2050d0",
    "purple": "#8030c0",
    "pink": "#f090b8",
    "brown": "#7a4a25",
}


@pytest.mark.parametrize("name", NAMES)
def test_colours_have_the_names_that_people_give_them(name) -> None:
    look = look_at(Image.new("RGB", (90, 60), PAINTS[name]))
    assert names(look.mask) == (name,)
    assert f"#{look.main:06x}" == PAINTS[name]


def test_colours_of_a_picture() -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste("#d02020", (0, 0, 30, 100))
    image.paste("#2050d0", (30, 0, 50, 100))
    image.paste("#30a040", (50, 0, 52, 100))  # too little to count
    look = look_at(image)
    assert set(names(look.mask)) == {"red", "blue"}
    assert names(look_at(Image.new("RGBA", (8, 8))).mask) == ()
    for mode in ("L", "LA", "P", "RGB", "I;16", "F", "CMYK", "1"):
        look_at(Image.new(mode, (3, 2)))
    look_at(Image.new("RGB", (1, 1)))


def test_artworks_are_found_by_colour_once_looked_at(library, folder) -> None:
    made = {
        name: library.add(Image.new("RGB", (9, 9), paint), PictureRecipe(prompt=name), made_by="")
        for name, paint in list(PAINTS.items())[3:6]
    }
    assert titles(library, colour="red") == []
    unseen = library.gallery.unseen()
    assert [card.title for card in unseen] == ["yellow", "orange", "red"]
    looks = {card.id: look_at(Image.open(card.path)) for card in unseen}
    library.gallery.note_looks(looks)
    assert library.gallery.unseen() == []
    assert titles(library, colour="red") == ["red"]
    assert library.gallery.card(made["red"].id).main == 0xD02020
    library.trash(made["red"].id)
    library.restore(made["red"].id)
    library.rescan()
    assert titles(library, colour="red") == ["red"]  # what did not change is not looked at again
    with pytest.raises(ValueError, match="infra"):
        library.gallery.find(Query(colour="infrared"))


def test_an_older_index_is_brought_up_to_date(library, folder, keep, picture) -> None:
    made = [keep(library, prompt) for prompt in ("a red fox", "红狐狸", "a hat")]
    library.trash(made[2].id)
    info = PngInfo()
    info.add_text("parameters", "a castle\nSteps: 20, Seed: 5")
    picture.save(folder / "theirs.png", pnginfo=info)
    library.rescan()
    library.close()
    make_older(folder, 3)
    with Library.open(folder) as newer:
        assert titles(newer, words="狐") == ["红狐狸"]
        assert titles(newer, words="fox") == ["a red fox"]
        assert titles(newer, trashed=True) == ["a hat"]
        assert newer.gallery.card(made[2].id).trashed_at > 0
        assert titles(newer, words="castle", elsewhere=True) == ["a castle"]
