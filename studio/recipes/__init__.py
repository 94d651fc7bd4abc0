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
from studio.recipes.score import Note, Part, Score
from studio.recipes.score_film import ScoreFilmRecipe
from studio.recipes.sound import SoundRecipe
from studio.recipes.style import FinestRecipe, Manner, StyleFilmRecipe, StyleRecipe
from studio.recipes.tune import TuneRecipe

__all__ = [
    "Control",
    "FindRecipe",
    "FinestRecipe",
    "Manner",
    "Note",
    "Part",
    "PictureRecipe",
    "Place",
    "Recipe",
    "Score",
    "ScoreFilmRecipe",
    "Share",
    "SlideRecipe",
    "SoundRecipe",
    "StyleFilmRecipe",
    "StyleRecipe",
    "TuneRecipe",
    "Turn",
    "VariationsRecipe",
    "WalkRecipe",
    "breed",
    "control_of",
    "parse_recipe",
    "wander",
]
