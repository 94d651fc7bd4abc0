"""Favourites, tags, albums, titles, notes: they outlive the index, moves, crashes, full disks."""

from __future__ import annotations

import multiprocessing
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.library import Library
from studio.library.journal import NAME, Journal
from studio.library.marking import Label
from studio.library.marks import UNMARKED, Marks, from_json
from studio.recipes import PictureRecipe

FOX = "1" * 32


@pytest.fixture
def made(library, keep):
    return [keep(library, f"fox {number}", seed=number) for number in range(3)]


def say_much(library: Library, made) -> dict[str, Marks]:
    first, second, _ = (each.id for each in made)
    library.marking.favourite([first])
    library.marking.tag([first, second], "Red", "狐狸")
    library.marking.put_into([second], "For Anna")
    library.marking.title(first, "Фокс")
    library.marking.note(second, "line one\nline two")
    return library.marking.of([each.id for each in made])


def test_what_is_said_comes_back(library, made) -> None:
    said = say_much(library, made)
    assert said == {
        made[0].id: Marks(favourite=True, title="Фокс", tags=("Red", "狐狸")),
        made[1].id: Marks(tags=("Red", "狐狸"), albums=("For Anna",), note="line one\nline two"),
        made[2].id: UNMARKED,
    }
    shown = library.get(made[0].id)
    assert (shown.title, shown.marks) == ("Фокс", said[made[0].id])
    assert [each.marks for each in library.recent()] == [said[each.id] for each in made[::-1]]
    assert library.marking.tags() == [Label("Red", 2), Label("狐狸", 2)]
    assert library.marking.albums() == [Label("For Anna", 1)]


def test_no_file_of_an_artwork_is_changed(library, made) -> None:
    before = [(each.path.read_bytes(), each.path.stat().st_mtime_ns) for each in made]
    say_much(library, made)
    assert [(each.path.read_bytes(), each.path.stat().st_mtime_ns) for each in made] == before


@pytest.mark.parametrize("lost", ["index", "folder", "journal", "both at different times"])
def test_either_of_journal_and_index_can_be_lost(library, folder, made, lost) -> None:
    said = say_much(library, made)
    if lost != "index":
        library.close()
    if lost in ("index", "both at different times"):
        (folder / ".easel" / "index.sqlite3").unlink()
        Library.open(folder).close()
    if lost == "folder":
        shutil.rmtree(folder / ".easel")
    if lost in ("journal", "both at different times"):
        (folder / NAME).unlink()
    with Library.open(folder) as again:
        assert again.marking.of(said) == said
        assert again.marking.albums() == [Label("For Anna", 1)]
        assert (folder / NAME).exists()
        assert [each.id for each in again.gallery.cards(again.gallery.find(), 0, 3)] == [
            each.id for each in made[::-1]
        ]


def test_they_stay_with_a_file_that_moves(library, folder, made) -> None:
    said = say_much(library, made)
    (folder / "elsewhere").mkdir()
    made[0].path.rename(folder / "elsewhere" / "other.png")
    library.trash(made[1].id)
    library.rescan()
    assert library.get(made[0].id).marks == said[made[0].id]
    assert library.marking.tags() == [Label("Red", 1), Label("狐狸", 1)]
    library.restore(made[1].id)
    assert library.get(made[1].id).marks == said[made[1].id]


def test_they_wait_for_a_file_that_is_away(library, folder, made, tmp_path) -> None:
    said = say_much(library, made)
    away = made[0].path.rename(tmp_path / "away.png")
    library.rescan()
    assert library.get(made[0].id) is None
    away.rename(made[0].path)
    library.rescan()
    assert library.get(made[0].id).marks == said[made[0].id]


def test_every_change_can_be_undone(library, made) -> None:
    said = say_much(library, made)
    ids = list(said)
    for change in (
        lambda: library.marking.favourite(ids),
        lambda: library.marking.favourite(ids, False),
        lambda: library.marking.tag(ids, "red", "new"),
        lambda: library.marking.untag(ids, "RED"),
        lambda: library.marking.put_into(ids, "other"),
        lambda: library.marking.take_out(ids, "for anna"),
        lambda: library.marking.remove_album("For Anna"),
        lambda: library.marking.rename_album("For Anna", "for Anna, 2026"),
        lambda: library.marking.rename_tag("Red", "scarlet"),
        lambda: library.marking.title(ids[0], ""),
        lambda: library.marking.note(ids[1], "other"),
    ):
        before = change()
        assert before
        assert library.marking.of(ids) != said
        library.marking.put(before)
        assert library.marking.of(ids) == said


def test_letters_and_spaces_tell_no_tags_apart(library, made) -> None:
    ids = [each.id for each in made]
    library.marking.tag(ids[:1], "Straße  am Meer")
    library.marking.tag(ids[1:], "STRASSE am meer")
    assert library.marking.tags() == [Label("Straße am Meer", 3)]
    library.marking.rename_tag("strasse am meer", "STRASSE am Meer")
    assert library.marking.tags() == [Label("STRASSE am Meer", 3)]
    library.marking.rename_tag("strasse am meer", "")
    assert library.marking.tags() == []


def test_albums_with_nothing_in_them(library, folder, made) -> None:
    assert library.marking.make_album("  Later  ") == "Later"
    library.marking.put_into([made[0].id], "later")
    assert library.marking.albums() == [Label("Later", 1)]
    library.marking.take_out([made[0].id], "LATER")
    assert library.marking.albums() == [Label("Later", 0)]
    library.marking.rename_album("Later", "Sooner")
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert again.marking.albums() == [Label("Sooner", 0)]
        again.marking.remove_album("Sooner")
        assert again.marking.albums() == []


def test_names_that_cannot_be(library, made) -> None:
    for wrong in ("", "  \n", "x" * 101):
        with pytest.raises(StudioError):
            library.marking.tag([made[0].id], wrong)
    with pytest.raises(StudioError, match="20,000"):
        library.marking.note(made[0].id, "x" * 20_001)
    with pytest.raises(StudioError, match="200"):
        library.marking.tag([made[0].id], *(f"tag {number}" for number in range(201)))
    with pytest.raises(ValueError, match="not ids"):
        library.marking.favourite(["../x"])
    assert library.marking.of([made[0].id]) == {made[0].id: UNMARKED}


def test_two_programs_at_once(library, folder, made) -> None:
    with Library.open(folder) as other:
        library.marking.tag([made[0].id], "one")
        other.marking.tag([made[0].id], "two")
        library.marking.tag([made[0].id], "three")
        expected = Marks(tags=("one", "two", "three"))
        assert library.get(made[0].id).marks == expected == other.get(made[0].id).marks


def _tag_often(folder: str, artwork_id: str, name: str) -> None:
    with Library.open(folder) as library:
        for number in range(15):
            library.marking.tag([artwork_id], f"{name} {number}")


@pytest.mark.slow
def test_processes_that_say_something_of_the_same_artwork(library, folder, made) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_tag_often, args=(str(folder), made[0].id, name)) for name in "ab"
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {label.name for label in library.marking.tags()} == {
        f"{name} {number}" for name in "ab" for number in range(15)
    }


def test_a_line_that_a_crash_tore_is_passed_over(library, folder, made) -> None:
    said = say_much(library, made)
    whole = (folder / NAME).read_bytes()
    library.marking.favourite([made[2].id])
    last = (folder / NAME).read_bytes()[len(whole) :]
    for cut in (1, 9, len(last) // 2, len(last) - 1):
        (folder / NAME).write_bytes(whole + last[:cut])
        (folder / ".easel" / "index.sqlite3").unlink()
        with Library.open(folder) as again:
            assert again.marking.of(said) == said
            again.marking.note(made[2].id, "after that")
            assert again.marking.of([made[2].id]) == {made[2].id: Marks(note="after that")}


def test_a_journal_from_a_backup_counts(library, folder, made) -> None:
    library.marking.favourite([made[0].id])
    early = (folder / NAME).read_bytes()
    library.marking.favourite([made[1].id])
    (folder / NAME).write_bytes(early)
    assert library.marking.of([made[1].id]) == {made[1].id: UNMARKED}
    assert library.get(made[0].id).marks.favourite


def test_a_full_disk_is_said_and_nothing_is_half_said(library, folder, made, monkeypatch) -> None:
    said = say_much(library, made)

    def full(descriptor: int, data: bytes) -> None:
        os.write(descriptor, bytes(data)[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr("studio.library.journal._write", full)
        before = (folder / NAME).read_bytes()
        with pytest.raises(StudioError, match="is full"):
            library.marking.favourite(list(said))
        assert (folder / NAME).read_bytes() == before
        assert library.marking.of(said) == said
    library.marking.favourite(list(said))
    assert all(marks.favourite for marks in library.marking.of(said).values())


def test_the_journal_is_tidied(library, folder, made, monkeypatch) -> None:
    monkeypatch.setattr("studio.library.journal._ROOM", 2000)
    said = say_much(library, made)
    with Library.open(folder) as other:
        for number in range(40):
            library.marking.note(made[2].id, f"note {number}")
        assert (folder / NAME).stat().st_size < 2000 + 3 * 400 + 200
        expected = {**said, made[2].id: Marks(note="note 39")}
        assert library.marking.of(said) == expected == other.marking.of(said)
    (folder / ".easel" / "index.sqlite3").unlink()
    with Library.open(folder) as again:
        assert again.marking.of(said) == expected


def test_a_library_that_can_only_be_read(library, folder, made, monkeypatch) -> None:
    def refused(*_: object) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("studio.library.journal.os.open", refused)
    with pytest.raises(StudioError, match="can only be read"):
        library.marking.favourite([made[0].id])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_journals_are_taken_with_care(data, tmp_path) -> None:
    journal = Journal(tmp_path)
    journal.path.unlink(missing_ok=True)
    journal.add({FOX: Marks(True, "t", "n", ("a",), ("b",), 5), "2" * 32: Marks(tags=("c",))})
    broken = bytearray(journal.path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    journal.path.write_bytes(broken[: data.draw(st.integers(0, len(broken)))])
    for marks in journal.read().works.values():
        assert marks in (Marks(True, "t", "n", ("a",), ("b",), 5), Marks(tags=("c",)))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_values_of_any_kind_become_marks(value) -> None:
    for name in ("favourite", "title", "tags", "trashed_at"):
        marks = from_json({name: value})
        assert from_json(marks.said()) == marks


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp"])
@pytest.mark.parametrize("keep_recipe", [True, False])
def test_copies_say_the_title_and_the_tags(library, picture, tmp_path, ending, keep_recipe) -> None:
    work = library.add(picture, PictureRecipe(prompt="a secret", seed=3), made_by="Test Model 1")
    library.marking.title(work.id, "Füchsin")
    library.marking.tag([work.id], "winter 2026", "狐 <&>")
    copy = library.save_copy(work, tmp_path / f"copy{ending}", keep_recipe=keep_recipe)
    data = copy.read_bytes().decode("utf-8", "replace")
    assert '<rdf:li xml:lang="x-default">Füchsin</rdf:li>' in data
    assert "<rdf:li>winter 2026</rdf:li><rdf:li>狐 &lt;&amp;&gt;</rdf:li>" in data
    assert ("a secret" in data) == keep_recipe
