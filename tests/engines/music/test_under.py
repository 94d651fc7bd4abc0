"""A tune under a film as a job: kept with both as its parents, or put into a folder."""

from __future__ import annotations

import pytest

from studio.engines.base import Context, JobCancelled, load_engines
from studio.engines.music.under import ScoreFilmEngine
from studio.errors import StudioError
from studio.library import Artwork, Library, read_recipe
from studio.library.reading import read_picture
from studio.recipes import Place, ScoreFilmRecipe, TuneRecipe, WalkRecipe, parse_recipe
from studio.shelf import Shelf
from studio.sound import RATE, render
from studio.work.keeping import FolderKeeper, LibraryKeeper
from tests.library.film_frames import frames
from tests.sound.scores import tune

pytest.importorskip("tinysoundfont")

WALK = WalkRecipe(stops=(Place(seed=3), Place(seed=4)), seconds=1.8, fps=10)


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def works(library) -> tuple[Artwork, Artwork]:
    film = library.add_film(
        frames(18), 10, WALK, extension=".mp4", made_by="Loops 1", licence="Yours."
    )
    notes = TuneRecipe(score=tune(2))
    sound = library.add_sound(render.tune(tune(2)), RATE, notes, made_by="Tunes 1", licence="Free.")
    return film, sound


def wish(works: tuple[Artwork, Artwork], **more) -> ScoreFilmRecipe:
    film, sound = works
    return ScoreFilmRecipe(film=f"work:{film.id}", tune=f"work:{sound.id}", **more)


def run(recipe: ScoreFilmRecipe, library: Library, keeper, shelf: Shelf, **more) -> list:
    kept, told = [], []
    context = Context(
        shelf,
        report=lambda done, note: told.append((done, note)),
        find=library.find,
        keep_score_film=lambda *result: kept.append(keeper.score_film(*result)),
        **more,
    )
    engine = ScoreFilmEngine()
    engine.prepare(recipe, context)
    engine.run(recipe, context)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (1.0, "Done")
    return kept


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "none", tmp_path / "models.json")


def nobody(recipe) -> tuple[str, str]:
    return "", ""


def test_it_is_registered() -> None:
    assert isinstance(load_engines({"score-film"})["score-film"], ScoreFilmEngine)


def test_it_is_kept_with_both_parents(library, works, shelf) -> None:
    recipe = wish(works, words="Evening")
    keeper = LibraryKeeper(library, nobody, tuple(work.id for work in works))
    (kept,) = run(recipe, library, keeper, shelf)
    made = library.get(kept.artwork)
    assert made.is_film
    assert made.kind == "score-film"
    assert made.title == "Evening"
    assert made.parents == tuple(work.id for work in works)
    assert made.model == "Loops 1 and Tunes 1"
    assert made.licence == "Yours. Free."
    assert parse_recipe(read_recipe(made.path)) == recipe
    assert read_picture(made.path).facts.machine_made


def test_into_a_folder(library, works, shelf, tmp_path) -> None:
    folder = tmp_path / "out"
    (kept,) = run(wish(works), library, FolderKeeper(folder, nobody), shelf)
    assert kept.path == folder / "0001.mp4"
    assert [path.name for path in folder.iterdir()] == ["0001.mp4"]
    assert parse_recipe(read_recipe(kept.path)) == wish(works)


def test_it_can_be_cancelled(library, works, shelf) -> None:
    calls = iter(range(30))
    keeper = LibraryKeeper(library, nobody, ())
    before = library.count()
    with pytest.raises(JobCancelled):
        run(wish(works), library, keeper, shelf, cancelled=lambda: next(calls, None) is None)
    assert library.count() == before
    assert len(list(library.folder.rglob("*.mp4"))) == 1


def test_one_of_them_is_gone(library, works, shelf) -> None:
    works[1].path.unlink()
    keeper = LibraryKeeper(library, nobody, ())
    with pytest.raises(StudioError, match="not in the library any more"):
        run(wish(works), library, keeper, shelf)


@pytest.mark.parametrize(
    ("film", "sound"), [("work:1", "work:" + "a" * 32), ("work:" + "a" * 32, "source:" + "b" * 64)]
)
def test_only_references_are_taken(film, sound) -> None:
    with pytest.raises(ValueError, match="match pattern"):
        ScoreFilmRecipe(film=film, tune=sound)
