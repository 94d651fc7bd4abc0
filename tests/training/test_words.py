"""Names and captions."""

from __future__ import annotations

import random

from studio.training.picture import data, names
from studio.training.picture.config import SMALL
from studio.training.picture.data import Entry
from studio.training.picture.words import STYLES, caption_of, plain_caption

FOX = Entry(
    "f.webp", "fluent-3d", "fox", "MIT", "3d emoji", "fox", ["animal", "face", "wild", "orange"]
)


def said(colours: list[str], recoloured: bool = False, count: int = 300) -> list[str]:
    return [caption_of(FOX, colours, random.Random(i), recoloured) for i in range(count)]


def test_captions_vary_and_repeat_with_the_seed() -> None:
    captions = said(["orange"])
    assert captions == said(["orange"])
    assert len(set(captions)) > 80
    assert sum("fox" in c for c in captions) > 250
    assert any(c.startswith("a fox") for c in captions)
    assert any("orange fox" in c for c in captions)
    assert any("animal" in c for c in captions)
    assert any("transparent" in c for c in captions)
    for words in STYLES["3d emoji"]:
        assert any(words in c for c in captions)
    # Word order varies: the style comes first, last and not at all.
    assert any(c.startswith("3d") for c in captions)
    assert any("3d" not in c for c in captions)


def test_a_recoloured_drawing_always_has_its_colour_said() -> None:
    assert all("blue" in c and "orange" not in c for c in said(["blue"], recoloured=True))


def test_plain_caption_is_fixed() -> None:
    assert plain_caption(FOX) == "fox, 3d emoji"


def test_names_are_tidied() -> None:
    assert names.tidy("Birthday  Cake 1") == "birthday cake"
    assert names.tidy("keycap: 1") == "keycap: 1"
    assert names.tidy("7") == "7"
    splitter = names.Splitter(["heart face", "left tip", "tip of the heart", "left hand"])
    assert splitter.split("heartlefttip") == "heart left tip"
    assert splitter.split("two words") == "two words"


def test_what_is_held_out_depends_on_the_words_alone() -> None:
    captions = [f"thing {i}" for i in range(4000)]
    held = [c for c in captions if data.split_of(SMALL.data, c, "x") == data.HELD_CAPTION]
    assert 0.02 < len(held) / len(captions) < 0.04
    # Every drawing of a held-out caption is held out, whatever its style.
    assert all(data.split_of(SMALL.data, c, "other") == data.HELD_CAPTION for c in held)
    pairs = [c for c in captions if data.split_of(SMALL.data, c, "x") == data.HELD_PAIR]
    assert pairs
    assert any(data.split_of(SMALL.data, c, "other") == data.TRAIN for c in pairs)
