"""A composer with a tiny network that has learned nothing: the rules have to hold all the same."""

from __future__ import annotations

import pytest

from studio.engines.music.composing import Composer, Manner
from studio.engines.music.network import Writer
from studio.engines.music.wishes import Measures, Wish
from studio.recipes.score import Role, Score
from tests.tiny_tunes import tiny_writer

ALL: tuple[Role, ...] = ("melody", "chords", "bass", "drums")


@pytest.fixture(scope="session")
def writer() -> Writer:
    return tiny_writer()


@pytest.fixture(scope="session")
def composer(writer: Writer) -> Composer:
    return Composer(writer, Measures())


@pytest.fixture(scope="session")
def tune(composer: Composer) -> Score:
    """Eight bars of four parts in D minor."""
    return composer.new(Wish("dark", "minor"), ALL, 8, tonic=2, manner=Manner(0.5, 11))
