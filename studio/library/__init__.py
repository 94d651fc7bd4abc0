"""Artworks: files are the truth, the index can be rebuilt from them. No torch, no Qt, no network.

library = Library.open(default_folder())
artwork = library.add(image, recipe, made_by="Easel Stickers")   # kept for good once it returns
library.save_copy(artwork, "fox.webp")
"""

from studio.library.artwork import Artwork, Scan
from studio.library.library import Library
from studio.library.places import default_folder
from studio.library.reading import read_artwork_id, read_recipe

__all__ = ["Artwork", "Library", "Scan", "default_folder", "read_artwork_id", "read_recipe"]
