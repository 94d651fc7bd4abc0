"""Moods from colours: what plainly looks like one suggests it, and says why."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from studio.engines.music.wishes import MOODS
from studio.library.moods import look_at, suggest


def plain(*colour: int, side: int = 120) -> Image.Image:
    return Image.new("RGB", (side, side), colour)


def gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    share = np.linspace(0, 1, 120)[:, None, None]
    rows = np.array(top) * (1 - share) + np.array(bottom) * share
    return Image.fromarray(np.repeat(rows, 120, axis=1).astype(np.uint8))


def patches(*colours: tuple[int, int, int], side: int = 8) -> Image.Image:
    """A picture of 120 pixels in squares of these colours, at random but always alike."""
    dice = np.random.default_rng(5)
    which = dice.integers(0, len(colours), (120 // side, 120 // side))
    squares = np.array(colours, np.uint8)[which]
    return Image.fromarray(squares.repeat(side, axis=0).repeat(side, axis=1))


NIGHT = gradient((12, 16, 28), (30, 38, 52))
SUNNY = patches((255, 205, 60), (255, 150, 50), (250, 120, 110), (255, 235, 150), side=24)
MARKET = patches(
    (230, 30, 60), (20, 160, 220), (255, 220, 40), (250, 250, 250), (30, 40, 90), side=4
)
MIST = gradient((176, 196, 200), (152, 170, 176))
BLUSH = gradient((244, 222, 208), (226, 190, 172))
DUSK = gradient((120, 110, 190), (90, 110, 180))
CHURCH = gradient((62, 48, 36), (88, 70, 50))
MACHINE = patches((8, 8, 12), (200, 30, 40), (12, 12, 20), (190, 200, 215), (5, 5, 5))


@pytest.mark.parametrize(
    ("picture", "mood"),
    [
        (NIGHT, "dark"),
        (SUNNY, "cheerful"),
        (MARKET, "lively"),
        (MIST, "calm"),
        (BLUSH, "tender"),
        (DUSK, "dreamy"),
        (CHURCH, "solemn"),
        (MACHINE, "driving"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_plainly_looks_like_a_mood_suggests_it(picture, mood) -> None:
    found = suggest(picture)
    assert found.mood == mood
    assert found.mood in MOODS
    assert found.mode == ("minor" if mood in ("dark", "solemn", "driving") else "major")


def test_quick_pictures_are_quick() -> None:
    tempos = [suggest(picture).tempo for picture in (CHURCH, MIST, SUNNY, MARKET)]
    assert tempos == sorted(set(tempos))
    assert all(50 <= tempo <= 150 for tempo in tempos)


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (NIGHT, ("Dark", "cold", "slow, in minor")),
        (SUNNY, ("Light", "strong", "warm", "moderate, in major")),
        (BLUSH, ("Light", "warm", "slow, in major")),
        (MACHINE, ("Dark", "strong contrasts", "quick, in minor")),
    ],
)
def test_it_says_why_in_one_sentence(picture, words) -> None:
    why = suggest(picture).why
    for word in words:
        assert word in why
    assert why[0].isupper()
    assert why.count(".") == 1
    assert why.endswith(".")


def test_reasons_are_never_against_the_suggestion() -> None:
    dice = np.random.default_rng(1)
    against = {"dark": "light", "solemn": "light", "cheerful": "cold", "tender": "dark"}
    for _ in range(200):
        colours = [tuple(int(c) for c in dice.integers(0, 256, 3)) for _ in range(4)]
        found = suggest(patches(*colours, side=int(dice.choice([4, 12, 40, 60]))))
        words = found.why.lower().replace(",", "").split()
        assert against.get(found.mood, "nothing") not in words
        assert found.mood in MOODS


def test_looks() -> None:
    assert look_at(plain(255, 255, 255)).light == 2.0
    assert look_at(plain(0, 0, 0)).light == -2.0
    assert look_at(plain(128, 128, 128)).grey
    assert not look_at(plain(200, 90, 40)).grey
    assert look_at(plain(230, 140, 60)).warmth > 0 > look_at(plain(60, 120, 220)).warmth
    fine, coarse = patches((0, 0, 0), (255, 255, 255), side=4), patches((0, 0, 0), (255,) * 3)
    assert fine.size == coarse.size
    assert look_at(MIST).detail < 0 < look_at(fine).detail
    assert look_at(MIST).contrast < 0 < look_at(coarse).contrast
    assert "greys" in suggest(plain(128, 128, 128)).why


def test_what_is_transparent_does_not_count() -> None:
    sticker = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    sticker.paste((250, 180, 60, 255), (30, 30, 70, 70))
    seen, alone = look_at(sticker), look_at(plain(250, 180, 60))
    assert seen.light == pytest.approx(alone.light, abs=0.05)
    assert seen.warmth == pytest.approx(alone.warmth, abs=0.05)
    assert suggest(Image.new("RGBA", (9, 9), (0, 0, 0, 0))).mood in MOODS


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "F"])
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (300, 2)])
def test_any_picture(mode, size) -> None:
    picture = Image.new(mode, size)
    found = suggest(picture)
    assert found.mood in MOODS
    assert found == suggest(picture)


def test_the_size_does_not_matter() -> None:
    large = SUNNY.resize((1200, 1200), Image.Resampling.NEAREST)
    assert suggest(large).mood == suggest(SUNNY).mood == "cheerful"
