"""What can be asked for: frozen descriptions that hold everything that affects a result."""

from studio.recipes.base import Control, Recipe, control_of, parse_recipe
from studio.recipes.picture import PictureRecipe, Turn

__all__ = [
    "Control",
    "PictureRecipe",
    "Recipe",
    "Turn",
    "control_of",
    "parse_recipe",
]
