"""Films: written, kept, found again, and read by others."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.library import Library, read_artwork_id, read_recipe
from studio.library.playing import open_film
from studio.recipes import Place, WalkRecipe, parse_recipe

EXTENSIONS = (".mp4", ".webm", ".gif", ".png", ".webp")
# How far from what was asked for a frame may be, on average, in steps of 256.
CLOSE = [(".mp4", 4), (".webm", 4), (".gif", 5), (".png", 0), (".webp", 6)]
RECIPE = WalkRecipe(stops=(Place(seed=3), Place(seed=4)), seconds=1.0, fps=10)


def frames(count: int = 10, width: int = 48, height: int = 32):
    """A bright bar that moves over a gradient."""
    for number in range(count):
        frame = np.zeros((height, width, 3), np.uint8)
        frame[:, :, 0] = np.linspace(0, 200, width)
        frame[:, :, 1] = np.linspace(0, 200, height)[:, None]
        start = number * (width - 8) // count
        frame[:, start : start + 8] = 250, 250, 120
        yield frame


def keep_film(library: Library, extension: str, **values: object):
    given = {"frames": frames(), "fps": 10, "recipe": RECIPE, "made_by": "Test Model 1"} | values
    return library.add_film(
        given.pop("frames"), given.pop("fps"), given.pop("recipe"), extension=extension, **given
    )


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_film_is_kept_and_found_again(library, folder, extension) -> None:
    made = keep_film(library, extension, licence="Yours")
    assert (made.kind, made.width, made.height, made.model) == ("walk", 48, 32, "Test Model 1")
    assert made.seconds == pytest.approx(1.0)
    assert made.is_film
    assert library.recent() == [made]
    assert parse_recipe(read_recipe(made.path)) == RECIPE
    assert read_artwork_id(made.path) == made.id
    library.close()
    for index in (folder / ".easel").glob("index*"):
        index.unlink()
    with Library.open(folder) as again:
        assert again.count() == 1
        found = again.recent()[0]
        assert found.seconds == pytest.approx(1.0, abs=0.11)
        assert {**found.__dict__, "seconds": made.seconds} == made.__dict__


def shown(path: Path) -> list[np.ndarray]:
    """All frames, as somebody else's program decodes them."""
    if path.suffix in (".mp4", ".webm"):
        with av.open(str(path)) as container:
            return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with Image.open(path) as image:
        decoded = []
        for number in range(image.n_frames):
            image.seek(number)
            decoded.append(np.asarray(image.convert("RGB")))
        return decoded


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The mean difference, in steps of 256."""
    return float(np.abs(one.astype(float) - other).mean())


@pytest.mark.parametrize(("extension", "most"), CLOSE)
def test_others_read_what_was_written(library, extension, most) -> None:
    made = keep_film(library, extension)
    decoded = shown(made.path)
    asked = list(frames())
    assert len(decoded) == len(asked)
    for one, other in zip(decoded, asked, strict=True):
        assert one.shape == other.shape
        assert apart(one, other) <= most
    assert apart(decoded[0], decoded[-1]) > 20


@pytest.mark.parametrize(("extension", "most"), CLOSE)
def test_we_read_what_was_written(library, extension, most) -> None:
    film = open_film(keep_film(library, extension).path)
    assert (film.width, film.height) == (48, 32)
    moments = list(film.frames())
    assert [moment.start for moment in moments] == pytest.approx(
        [number / 10 for number in range(10)], abs=0.011
    )
    for moment, asked in zip(moments, frames(), strict=True):
        assert apart(moment.pixels, asked) <= most
    assert next(film.frames(longest=24)).pixels.shape == (16, 24, 3)


@pytest.mark.parametrize(("extension", "size"), [(".mp4", (34, 22)), (".webm", (34, 22))])
def test_odd_sizes_are_made_even_where_they_must(library, extension, size) -> None:
    made = keep_film(library, extension, frames=frames(3, 33, 21))
    assert (made.width, made.height) == size
    assert shown(made.path)[0].shape == (size[1], size[0], 3)
    library.rescan()
    assert (library.get(made.id).width, library.get(made.id).height) == size


@pytest.mark.parametrize("extension", EXTENSIONS[2:])
def test_odd_sizes_stay_where_they_can(library, extension) -> None:
    made = keep_film(library, extension, frames=frames(3, 33, 21))
    assert (made.width, made.height) == (33, 21)
    assert shown(made.path)[0].shape == (21, 33, 3)
