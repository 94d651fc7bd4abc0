"""What can be asked for: frozen descriptions that hold everything that affects a result."""

from studio.recipes.base import Control, Recipe, control_of, parse_recipe
from studio.recipes.latent import (
    FindRecipe,
    Place,
    Share,
    SlideRecipe,
    VariationsRecipe,
    WalkRecipe,
    breed,
    wander,
)
from studio.recipes.picture import PictureRecipe, Turn
from studio.recipes.style import FinestRecipe, Manner, StyleFilmRecipe, StyleRecipe

__all__ = [
    "Control",
    "FindRecipe",
    "FinestRecipe",
    "Manner",
    "PictureRecipe",
    "Place",
    "Recipe",
    "Share",
    "SlideRecipe",
    "StyleFilmRecipe",
    "StyleRecipe",
    "Turn",
    "VariationsRecipe",
    "WalkRecipe",
    "breed",
    "control_of",
    "parse_recipe",
    "wander",
]
