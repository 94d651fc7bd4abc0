"""The piano roll as a picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageColor

from studio.library import roll
from studio.recipes.score import Note, Part, Score
from tests.sound.scores import alone, tune

CORAL = "#ff7d5c"
BLUE = "#5ab0fb"


def colours(image: Image.Image) -> set[tuple[int, int, int]]:
    return {colour for _, colour in image.getcolors(image.width * image.height)}


def where(image: Image.Image, colour: str) -> np.ndarray:
    """The columns and rows (as fractions of the picture) that have a colour, above the legend."""
    pixels = np.asarray(image)[: -round(image.width * 0.06)]
    found = np.argwhere((pixels == ImageColor.getrgb(colour)).all(axis=2))
    return found[:, ::-1] / (image.width, image.height)


def loud(*notes: Note, role="melody", **more) -> Score:
    return alone(*(note._replace(velocity=127) for note in notes), role=role, **more)


def test_it_is_wide_enough_to_print_and_the_same_each_time() -> None:
    image = roll.draw(tune(8), "Evening")
    assert image.width == 1920
    assert image.mode == "RGB"
    assert image.height > 600
    assert image.tobytes() == roll.draw(tune(8), "Evening").tobytes()
    assert roll.draw(tune(8), width=1600).width == 1600
    with pytest.raises(ValueError, match="narrow"):
        roll.draw(tune(8), width=1599)


def test_notes_are_where_they_are_played() -> None:
    score = loud(Note(0, 1920, 60), Note(5760, 1920, 72), bars=4)
    seen = where(roll.draw(score, "One and another"), CORAL)
    early, late = seen[seen[:, 0] < 0.5], seen[seen[:, 0] > 0.5]
    assert early[:, 0].min() == pytest.approx(98 / 1600, abs=0.003)
    assert early[:, 0].max() == pytest.approx(98 / 1600 + 0.25 * 1404 / 1600, abs=0.003)
    assert late[:, 0].min() == pytest.approx(98 / 1600 + 0.75 * 1404 / 1600, abs=0.003)
    assert late[:, 1].max() < early[:, 1].min()  # the higher one lies higher


def test_each_part_has_its_colour_and_muted_ones_none() -> None:
    parts = (
        Part(role="melody", notes=(Note(0, 480, 72, 127),)),
        Part(role="chords", notes=(Note(0, 480, 60, 127),)),
    )
    score = Score(bars=1, parts=parts)
    image = roll.draw(score)
    assert len(where(image, CORAL))
    assert len(where(image, BLUE))
    muted = score.model_copy(update={"parts": (parts[0].model_copy(update={"muted": True}),
                                               parts[1])})  # fmt: skip
    image = roll.draw(muted)
    assert not len(where(image, CORAL))
    assert len(where(image, BLUE))


def test_soft_notes_are_paler() -> None:
    soft = roll.draw(alone(Note(0, 960, 60, 20), bars=1))
    assert not len(where(soft, CORAL))
    assert len(where(roll.draw(alone(Note(0, 960, 60, 127), bars=1)), CORAL))


def test_light_and_dark() -> None:
    for light, ground in ((False, "#121317"), (True, "#f4f1ec")):
        image = roll.draw(tune(2), light=light)
        assert image.getpixel((0, 0)) == ImageColor.getrgb(ground)


def test_long_tunes_take_more_rows() -> None:
    heights = [roll.draw(tune(bars)).height for bars in (16, 17, 48, 100)]
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("title", ["", "\0\n", "静かな夜", "W" * 300, "a\u0301 ♪ ''"])
def test_any_title(title) -> None:
    image = roll.draw(tune(1), title)
    room = np.asarray(image)[: round(0.05 * image.width), round(image.width * 0.96) :]
    assert (room == room[0, 0]).all()  # nothing runs over the edge


def test_the_title_is_seen() -> None:
    with_title, without = roll.draw(tune(1), "Evening"), roll.draw(tune(1))
    assert with_title.height > without.height
    assert (255, 255, 255) not in colours(without)
    bright = ImageColor.getrgb("#eceef2")
    assert bright in colours(with_title)
    assert bright not in colours(without)


@pytest.mark.parametrize(
    "score",
    [
        Score(bars=1),
        Score(bars=1, beats=16, unit=2, parts=(Part(role="drums"),)),
        loud(Note(0, 1, 0), Note(1, 1, 127), bars=1),
        Score(bars=3, parts=tuple(Part(role="melody", program=8 * k) for k in range(16))),
    ],
)
def test_odd_tunes(score) -> None:
    assert roll.draw(score, "Odd").width == 1920


def test_it_can_be_stopped() -> None:
    heard = []

    def stop(done: float) -> None:
        heard.append(done)
        if done > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        roll.draw(tune(64), check=stop)
    assert heard == sorted(heard)
