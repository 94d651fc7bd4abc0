"""What came of what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from studio.library import Library
from studio.recipes import PictureRecipe
from tests.library.test_gallery import with_texts_replaced


@pytest.fixture
def child(library: Library, picture: Image.Image) -> Callable[..., str]:
    def make(*parents: str) -> str:
        recipe = PictureRecipe(prompt=f"of {len(parents)}")
        return library.add(picture, recipe, made_by="", parents=parents).id

    return make


def test_forebears_and_what_came_of_it(library, child) -> None:
    gone = "f" * 32
    first, other = child(gone), child()
    second = child(first, other)
    twins = child(second), child(second)
    last = child(twins[0], twins[1], first)
    family = library.family.around(second)
    assert family.generations == ((gone,), (first, other), (second,), twins, (last,))
    assert family.generations[family.here] == (second,)
    assert set(family.ties) == {
        (first, gone),
        (second, first),
        (second, other),
        (twins[0], second),
        (twins[1], second),
        (last, twins[0]),
        (last, twins[1]),
    }
    assert set(family.cards) == {first, other, second, *twins, last}
    assert not family.more
    assert library.family.parents(last) == (*twins, first)
    assert library.family.children(first) == (second, last)


def test_an_artwork_alone(library, child) -> None:
    alone = child()
    family = library.family.around(alone)
    assert (family.generations, family.here, family.ties) == (((alone,),), 0, ())
    unknown = library.family.around("0" * 32)
    assert unknown.generations == (("0" * 32,),)
    assert unknown.cards == {}
    with pytest.raises(ValueError, match="not ids"):
        library.family.around("'; --")


def test_no_further_than_asked_for(library, child) -> None:
    line = [child()]
    for _ in range(6):
        line.append(child(line[-1]))
    family = library.family.around(line[3], up=2, down=1)
    assert family.generations == ((line[1],), (line[2],), (line[3],), (line[4],))
    assert family.more


def test_more_children_than_can_be_shown(library, child, monkeypatch) -> None:
    monkeypatch.setattr("studio.library.family._MOST", 5)
    mother = child()
    for _ in range(6):
        child(mother)
    family = library.family.around(mother)
    assert family.generations == ((mother,),)
    assert family.more
    assert len(library.family.children(mother)) == 6


def test_files_that_claim_to_be_their_own_grandparents(library, folder, child) -> None:
    first = child("a" * 32)
    second = child(first)
    path = library.get(first).path
    path.write_bytes(with_texts_replaced(path.read_bytes(), b"a" * 32, second.encode()))
    library.rescan()
    assert library.family.parents(first) == (second,)
    family = library.family.around(first)
    assert family.generations == ((second,), (first,))
    assert set(family.ties) == {(first, second), (second, first)}
