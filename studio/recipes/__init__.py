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

__all__ = [
    "Control",
    "FindRecipe",
    "PictureRecipe",
    "Place",
    "Recipe",
    "Share",
    "SlideRecipe",
    "Turn",
    "VariationsRecipe",
    "WalkRecipe",
    "breed",
    "control_of",
    "parse_recipe",
    "wander",
]
