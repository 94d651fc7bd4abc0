"""Artworks: files are the truth, the index can be rebuilt from them. No torch, no Qt, no network.

library = Library.open(default_folder())
artwork = library.add(image, recipe, made_by="Easel Stickers")   # kept for good once it returns
library.save_copy(artwork, "fox.webp")
library.marking.tag([artwork.id], "winter")
found = library.gallery.find(Query(words="fox", tags=("winter",)))
cards = library.gallery.cards(found, 0, 60)                # what a gallery shows of them
moved = library.bin.put([artwork.id])                      # library.bin.back(moved) undoes it
"""

from studio.library.artwork import Artwork, Scan
from studio.library.gallery import Card, Query
from studio.library.library import Library
from studio.library.marks import Marks
from studio.library.places import default_folder
from studio.library.reading import read_artwork_id, read_recipe

__all__ = [
    "Artwork",
    "Card",
    "Library",
    "Marks",
    "Query",
    "Scan",
    "default_folder",
    "read_artwork_id",
    "read_recipe",
]
