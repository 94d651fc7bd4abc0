"""Films: written, kept, found again, and read by others."""

from __future__ import annotations

import numpy as np
import pytest

from studio.library import Library, read_artwork_id, read_recipe
from studio.recipes import Place, WalkRecipe, parse_recipe

EXTENSIONS = (".mp4", ".webm", ".gif", ".png", ".webp")
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
