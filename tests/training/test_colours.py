"""Colour words and recolouring."""

from __future__ import annotations

import pytest
import torch

from studio.training.picture import colours


def flat(*rgb: float) -> torch.Tensor:
    return torch.tensor([*rgb, 1.0]).view(4, 1, 1).expand(4, 16, 16).clone()


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0.9, 0.1, 0.1), "red"), ((1, 0.8, 0.1), "yellow"), ((0.1, 0.7, 0.2), "green"),
        ((0.2, 0.3, 0.9), "blue"), ((0.45, 0.25, 0.1), "brown"), ((0.02, 0.02, 0.02), "black"),
        ((1, 1, 1), "white"), ((0.5, 0.5, 0.5), "grey"), ((0.95, 0.4, 0.7), "pink"),
    ],
)  # fmt: skip
def test_dominant_colour_is_named(rgb: tuple[float, ...], name: str) -> None:
    assert colours.names(flat(*rgb)[None]) == [[name]]


def test_transparent_pixels_have_no_colour() -> None:
    picture = flat(0.9, 0.1, 0.1)
    picture[:3, :, :12] = torch.tensor([0.0, 1.0, 0.0]).view(3, 1, 1)
    picture[3, :, :12] = 0
    assert colours.names(picture[None]) == [["red"]]


def test_hsv_goes_there_and_back() -> None:
    rgb = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(colours.to_rgb(colours.to_hsv(rgb)), rgb, atol=1e-5)


def test_a_strawberry_turns_blue_and_its_leaf_stays_green() -> None:
    berry = flat(0.9, 0.1, 0.15)
    berry[:3, :4] = torch.tensor([0.2, 0.7, 0.2]).view(3, 1, 1)
    made = colours.recolour(berry, "blue")
    assert made is not None
    assert colours.names(made[None, :, 6:]) == [["blue"]]
    assert torch.allclose(made[:, :4], berry[:, :4], atol=1e-4)


def test_grey_things_are_not_recoloured() -> None:
    assert colours.recolour(flat(0.5, 0.5, 0.5), "red") is None
    assert colours.recolour(flat(0.9, 0.1, 0.1), "red") is None
