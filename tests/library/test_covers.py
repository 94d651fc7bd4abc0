"""What sounds look like."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from studio.library import covers, posters
from studio.library.contents import NotAPicture
from studio.recipes.tune import TuneRecipe
from studio.ui.theme import DARK, LIGHT
from tests.library.sound_blocks import blocks, keep_sound, sound
from tests.sound.scores import alone, tune


def drawn(data: bytes) -> np.ndarray:
    """RGBA, [1024, 1024, 4]."""
    image = Image.open(io.BytesIO(data))
    assert image.format == "WEBP"
    return np.asarray(image.convert("RGBA"))


def colours_in(pixels: np.ndarray) -> set[str]:
    """The roles whose colour is there."""
    solid = {tuple(colour) for colour in pixels[pixels[..., 3] == 255][:, :3].tolist()}
    return {role for role, hexed in covers._COLOURS.items() if ImageColor.getrgb(hexed) in solid}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2."""

    def light(colour: str) -> float:
        parts = np.array(ImageColor.getrgb(colour)) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722]) + 0.05

    return max(light(one), light(other)) / min(light(one), light(other))


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=lambda look: look.name)
@pytest.mark.parametrize("colour", covers._COLOURS.values())
def test_colours_can_be_told_on_every_ground(look, colour) -> None:
    for ground in ("ground", "canvas", "surface", "raised"):
        assert contrast(colour, getattr(look, ground)) >= 3


def test_a_tune_shows_its_notes_by_role() -> None:
    pixels = drawn(covers.of_notes(tune(4)))
    assert colours_in(pixels) == {"melody", "chords", "bass", "drums"}
    assert (pixels[0, :, 3] == 0).all()
    # The melody lies above the bass.
    rows = {
        role: np.flatnonzero((pixels[..., :3] == ImageColor.getrgb(hexed)).all(-1).any(1)).mean()
        for role, hexed in covers._COLOURS.items()
    }
    assert rows["melody"] < rows["chords"] < rows["bass"] < rows["drums"]
    only = drawn(covers.of_notes(alone(*tune(1).parts[0].notes)))
    assert colours_in(only) == {"melody"}
    assert (only != pixels).any()


def test_notes_that_begin_late_are_shown() -> None:
    notes = tune(1).parts[0].notes
    late = tuple(note._replace(start=note.start + 40 * 1920) for note in notes)
    asked = covers.of_notes(alone(*notes, bars=50))
    assert covers.of_notes(alone(*late, bars=50)) == asked


def test_loudness_follows_the_sound() -> None:
    loud = covers.loudness(blocks(sound(2.0)), 2 * 44_100)
    assert loud.shape == (covers.BARS,)
    assert loud.max() == 1.0
    assert (np.diff(loud) < 0.01).all()  # it fades away
    assert loud[-1] < 0.6
    assert (covers.loudness([np.zeros((99, 2), np.float32)], 99) == 0).all()
    assert (covers.loudness([], 0) == 0).all()
    # In whatever pieces it comes.
    assert np.allclose(loud, covers.loudness([sound(2.0)], 2 * 44_100))


def test_a_poster_is_made_once(library, folder, monkeypatch) -> None:
    tuneful = keep_sound(library)
    plain = keep_sound(library, recipe=TuneRecipe(mood="calm"))
    one, other = posters.poster(tuneful.path), posters.poster(plain.path)
    assert colours_in(drawn(one)) == {"melody", "chords", "bass", "drums"}
    assert colours_in(drawn(other)) == {"melody"}
    monkeypatch.setattr("studio.library.covers.cover", None)
    assert posters.poster(tuneful.path) == one
    assert posters.poster(plain.path) == other
    library.trash(plain.id)
    assert posters.poster(library.get(plain.id).path) == other
    assert library.rescan().unreadable == []


def test_what_cannot_be_read_has_no_poster(library) -> None:
    made = keep_sound(library)
    made.path.write_bytes(made.path.read_bytes()[:2000])
    with pytest.raises(NotAPicture):
        posters.poster(made.path)


@pytest.mark.parametrize(
    "recipe",
    ["", "[]", "{}", '{"score": 3}', '{"score": null}', '{"score": {"bars": 1}}', "[" * 9999],
)
def test_recipes_without_notes(recipe) -> None:
    assert covers.score_of(recipe) is None
