"""The trash: there and back, and the day on which what is in it goes for good."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from studio.errors import StudioError
from studio.library import Library, posters
from studio.library.gallery import Query
from studio.library.journal import NAME
from studio.library.trash import Removed
from studio.library.trash_days import NEVER, choose_days, chosen_days
from studio.paths import trash_choice
from tests.library.film_frames import frames, keep_film


@pytest.fixture
def made(library, keep):
    return [keep(library, f"fox {number}", seed=number) for number in range(4)]


def in_trash(library: Library) -> list[str]:
    found = library.gallery.find(Query(trashed=True))
    return [card.id for card in library.gallery.cards(found, 0, len(found))]


def age(library: Library, artwork_id: str, days: float) -> None:
    """Have it look as if it had been put into the trash so long ago."""
    moment = datetime.now(UTC) - timedelta(days=days)
    library.marking.trashed([artwork_id], int(moment.timestamp() * 1e6))


def test_many_at_once_and_undone(library, made) -> None:
    ids = [each.id for each in made]
    library.bin.put(ids[:1])
    steps: list[tuple[int, int]] = []
    moved = library.bin.put(ids[:3], lambda *step: steps.append(step))
    assert moved == ids[1:3]
    assert steps == [(2, 2)]
    assert sorted(in_trash(library)) == sorted(ids[:3])
    assert [each.id for each in library.recent()] == ids[3:]
    assert library.bin.size() == Removed(
        3, sum(library.get(i).path.stat().st_size for i in ids[:3])
    )
    assert library.bin.back(moved) == moved
    assert library.bin.back(moved) == []
    assert library.get(ids[1]) == made[1]
    assert in_trash(library) == ids[:1]


def test_newest_in_the_trash_first(library, made) -> None:
    for each in (made[2], made[0], made[3]):
        library.trash(each.id)
    assert in_trash(library) == [made[3].id, made[0].id, made[2].id]


@pytest.mark.parametrize("lost", ["nothing", "index", "folder", "journal"])
def test_the_day_of_removal_outlives_index_and_journal(library, folder, made, lost) -> None:
    library.trash(made[0].id)
    card = library.gallery.card(made[0].id)
    assert abs(card.trashed_at / 1e6 - time.time()) < 60
    age(library, made[0].id, 29.5)
    expected = library.gallery.card(made[0].id).trashed_at
    library.close()
    if lost == "index":
        (folder / ".easel" / "index.sqlite3").unlink()
    if lost == "folder":
        shutil.rmtree(folder / ".easel")
    if lost == "journal":
        (folder / NAME).unlink()
    with Library.open(folder) as again:
        card = again.gallery.card(made[0].id)
        assert card.trashed_at == expected
        end = again.bin.removal(card)
        assert timedelta(hours=11) < end - datetime.now(UTC) < timedelta(hours=13)
        assert again.bin.removal(card, 0) is None
        assert again.bin.removal(card, 10**9) is None
        assert again.bin.removal(again.gallery.card(made[1].id)) is None
        assert again.bin.due() == []
        assert again.bin.due(29) == [made[0].id]
        assert again.bin.due(now=datetime.now(UTC) + timedelta(days=1)) == [made[0].id]
        assert again.bin.due(0) == []


def test_what_was_brought_back_starts_anew(library, folder, made) -> None:
    library.trash(made[0].id)
    age(library, made[0].id, 100)
    library.restore(made[0].id)
    assert library.get(made[0].id).marks.trashed_at == 0
    library.trash(made[0].id)
    assert library.bin.due() == []
    age(library, made[0].id, 100)
    # The same with a file manager, also where the index is lost in between.
    back = folder / made[0].path.name
    (place,) = (folder / ".trash").rglob(back.name)
    place.rename(back)
    library.rescan()
    back.rename(place)
    library.rescan()
    assert library.bin.due() == []


def test_removed_for_good(library, folder, made) -> None:
    ids = [each.id for each in made]
    library.marking.tag(ids, "fox")
    library.bin.put(ids[:2])
    size = library.bin.size()
    assert library.bin.remove(ids[1:3]).count == 1  # the third is not in the trash
    assert library.get(ids[2]) is not None
    assert in_trash(library) == ids[:1]
    assert library.bin.empty().count == 1
    assert library.bin.empty() == Removed()
    assert size.count == 2
    assert not list((folder / ".trash").rglob("*.png"))
    assert library.marking.of(ids[:1])[ids[0]].tags == ()
    assert library.rescan().removed == 0
    with Library.open(folder) as again:
        assert again.count() == 2
        with pytest.raises(StudioError, match="not in the library"):
            again.restore(ids[0])


def test_the_poster_of_a_removed_film_goes_too(library, folder) -> None:
    film = keep_film(library, ".mp4", frames=frames(5, 64, 64))
    posters.poster(film.path)
    assert list((folder / ".easel" / "posters").iterdir())
    library.trash(film.id)
    library.bin.empty()
    assert not list((folder / ".easel" / "posters").iterdir())


def test_a_stop_while_emptying(library, made, monkeypatch) -> None:
    monkeypatch.setattr("studio.library.trash._AT_ONCE", 1)
    library.bin.put([each.id for each in made])

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.bin.empty(stop)
    assert len(in_trash(library)) == 2
    assert library.rescan().removed == 0


def test_a_file_that_somebody_took_away(library, folder, made) -> None:
    made[1].path.unlink()
    with pytest.raises(StudioError, match="fox 1"):
        library.bin.put([each.id for each in made])
    # What was moved until then is there, and known to be.
    assert in_trash(library) == [made[0].id]
    assert library.count() == 2
    assert library.rescan().removed == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="may write anywhere")
def test_a_folder_that_may_not_be_written(library, folder, made) -> None:
    library.trash(made[0].id)
    place = next((folder / ".trash").iterdir())
    place.chmod(0o500)
    try:
        with pytest.raises(StudioError, match="not allowed"):
            library.bin.empty()
        assert in_trash(library) == [made[0].id]
    finally:
        place.chmod(0o700)


def test_trash_without_room_for_the_journal(library, made, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr("studio.library.journal._write", full)
        library.trash(made[0].id)
    card = library.gallery.card(made[0].id)
    assert in_trash(library) == [made[0].id]
    assert abs(card.trashed_at / 1e6 - time.time()) < 60


def test_the_days_are_chosen_and_kept_for_all_libraries(library, made, tmp_path) -> None:
    assert chosen_days() == 30
    library.trash(made[0].id)
    card = library.gallery.card(made[0].id)
    for days in (7, 90):
        choose_days(days)
        assert chosen_days() == days
        with Library.open(tmp_path / "Easel") as again:
            until = again.bin.removal(card)
            assert until - datetime.fromtimestamp(card.trashed_at / 1e6, UTC) == timedelta(days)
            assert again.bin.due(now=until - timedelta(minutes=1)) == []
            assert again.bin.due(now=until) == [made[0].id]
    choose_days(NEVER)
    with Library.open(tmp_path / "Easel") as again:
        assert again.bin.removal(card) is None
        assert again.bin.due(now=datetime.now(UTC) + timedelta(days=9999)) == []
    with pytest.raises(ValueError, match="no number of days"):
        choose_days(-1)


def test_fewer_days_count_from_the_next_opening_and_more_at_once(library, folder, made) -> None:
    library.trash(made[0].id)
    age(library, made[0].id, 20)
    choose_days(7)  # in this window or another
    assert library.bin.due() == []
    assert library.bin.due(7) == [made[0].id]
    with Library.open(folder) as again:
        assert again.bin.due() == [made[0].id]
        choose_days(90)
        assert again.bin.due() == []
        choose_days(7)
        choose_days(NEVER)
        assert again.bin.due() == []


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '{"days": "7"}', '{"days": true}', '{"days": -1}', "\xff", "[" * 9999]
)
def test_a_choice_that_cannot_be_read_removes_nothing(library, made, said: str) -> None:
    trash_choice().parent.mkdir(parents=True, exist_ok=True)
    trash_choice().write_bytes(said.encode("latin-1"))
    assert chosen_days() == NEVER


def test_a_choice_that_cannot_be_written_is_told(library, monkeypatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.library.files.os.write", full)
    with pytest.raises(StudioError, match="is full"):
        choose_days(7)
    assert chosen_days() == 30
