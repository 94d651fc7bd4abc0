"""A composer with a tiny network that has learned nothing: the rules have to hold all the same."""

from __future__ import annotations

import pytest
import torch

from studio.engines.music.composing import Composer, Manner
from studio.engines.music.network import Writer, WriterConfig
from studio.engines.music.wishes import SIZES, Measures, Wish
from studio.recipes.score import Role, Score

ALL: tuple[Role, ...] = ("melody", "chords", "bass", "drums")
TINY = WriterConfig(width=32, layers=2, heads=2, hidden=48, wishes=SIZES)


@pytest.fixture(scope="session")
def writer() -> Writer:
    torch.manual_seed(3)
    made = Writer(TINY).eval().requires_grad_(False)
    for block in made.blocks:  # they begin at zero; here they shall have a say
        torch.nn.init.normal_(block.gather.weight, std=0.1)
        torch.nn.init.normal_(block.fall.weight, std=0.1)
    torch.nn.init.normal_(made.head.weight, std=0.2)
    return made


@pytest.fixture(scope="session")
def composer(writer: Writer) -> Composer:
    return Composer(writer, Measures())


@pytest.fixture(scope="session")
def tune(composer: Composer) -> Score:
    """Eight bars of four parts in D minor."""
    return composer.new(Wish("dark", "minor"), ALL, 8, tonic=2, manner=Manner(0.5, 11))
