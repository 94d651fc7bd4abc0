"""The paintings whose manner is learned by heart: what they are called, and where strokes lie.

All are in the public domain: their painters died in 1955 or before.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Painting:
    """One learned style.

    file: in paintings.tar. id, name: of the style, by what it looks like. after: only what is
    certain. side: pixels of the shorter side at which its strokes have the size of ours.
    box: the part without frame or lettering, in shares of width and height. flowing: how much
    its strokes follow forms, 0..1.
    """

    file: str
    id: str
    name: str
    after: str
    side: int = 520
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    shown: bool = True
    flowing: float = 1.0


PAINTINGS = (
    Painting("gogh_the_starry_night", "swirls", "Swirls",
             "Vincent van Gogh, The Starry Night, 1889", 580),
    Painting("gogh_wheat_field_with_cypresses", "wind", "Wind in the wheat",
             "Vincent van Gogh, Wheat Field with Cypresses, 1889", 550),
    Painting("gogh_the_night_cafe", "lamplight", "Lamplight",
             "Vincent van Gogh, The Night Café, 1888", 580, (0, 0, 1, 0.95), shown=False),
    Painting("gogh_self_portrait_with_a_straw_hat", "short-strokes", "Short strokes",
             "Vincent van Gogh, Self-Portrait with a Straw Hat, 1887", 550),
    Painting("gogh_olive_grove", "dabs", "Dabs",
             "Vincent van Gogh", 600, (0, 0, 1, 0.95)),
    Painting("gogh_houses", "wavy-lines", "Wavy lines", "Vincent van Gogh", 550),
    Painting("gauguin_tahitian_scene", "island", "Island colours",
             "Paul Gauguin", 500, shown=False),
    Painting("hokusai_the_great_wave_off_kanagawa", "woodblock-wave", "Woodblock wave",
             "Katsushika Hokusai, The Great Wave off Kanagawa, about 1831", 500,
             (0.0, 0.0, 1.0, 1.0)),
    Painting("munch_the_scream", "red-sky", "Red sky", "Edvard Munch, The Scream, 1893", 550),
    Painting("kandinsky_composition_vii", "storm-of-colours", "Storm of colours",
             "Wassily Kandinsky, Composition VII, 1913", 520, flowing=0.7),
    Painting("turner_the_shipwreck_of_the_minotaur", "stormy-sea", "Stormy sea",
             "J. M. W. Turner, The Shipwreck of the Minotaur, about 1810", 520),
    Painting("monet_water_lilies", "water-garden", "Water garden",
             "Claude Monet, Water Lilies", 520, flowing=0.8),
    Painting("delaunay_portrait_de_metzinger", "mosaic", "Mosaic squares",
             "Robert Delaunay, Portrait de Metzinger, 1906", 520, flowing=0.0),
    Painting("matisse_woman_with_a_hat", "wild-colours", "Wild colours",
             "Henri Matisse, Woman with a Hat, 1905", 520, flowing=0.7),
    Painting("picabia_edtaonisl", "bright-shards", "Bright shards",
             "Francis Picabia, Edtaonisl, 1913", 500, flowing=0.5),
    Painting("picabia_udnie", "curved-planes", "Curved planes",
             "Francis Picabia, Udnie, 1913", 480, flowing=0.5),
    Painting("leger_contrast_of_forms", "drums", "Drums",
             "Fernand Léger, Contrast of Forms, 1913", 500, flowing=0.5),
    Painting("mondrian_composition", "golden-lattice", "Golden lattice",
             "Piet Mondrian", 520, (0.04, 0.06, 0.96, 0.94), flowing=0.0),
    Painting("denis_ulysses_with_calypso_book_cover_crop_with_ti", "pastel-coast", "Pastel coast",
             "Maurice Denis", 520, shown=False),
    Painting("gleizes_la_femme_aux_phlox", "grey-facets", "Grey facets",
             "Albert Gleizes, La Femme aux Phlox, 1910", 500, flowing=0.4),
    Painting("wadsworth_rotterdam", "black-and-white", "Black and white",
             "Edward Wadsworth, Rotterdam, 1914", 550, (0.05, 0.03, 0.95, 0.97), flowing=0.5),
    Painting("bierstadt_sunrise_on_the_matterhorn", "rosy-mist", "Rosy mist",
             "Albert Bierstadt, Sunrise on the Matterhorn", 550, shown=False),
    Painting("shishkin_mill_in_the_forest", "forest-light", "Forest light",
             "Ivan Shishkin", 520, shown=False),
    Painting("vevey_brazilian_rainforest", "rainforest", "Rainforest",
             "", 550, shown=False),
)  # fmt: skip

#: numbers of the styles that are offered
SHOWN = tuple(number for number, painting in enumerate(PAINTINGS) if painting.shown)
