"""A painter that exists in the imagination only: a style is a tint, put on in flat spots.

Stands in for the style room's engine. It reads real pictures of a real library, as that one does.
"""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

from studio.library import Library
from studio.library.incoming import open_with_alpha
from studio.recipes import FinestRecipe, StyleFilmRecipe, StyleRecipe, parse_recipe
from studio.work.messages import Enough, Finished, Look, LookFailed, Made, Run, Seen
from tests.ui.fakes import FakeEngine
from tests.ui.garden import see

STYLES = (
    ("swirls", "Swirls", "Vincent van Gogh, The Starry Night, 1889", (40, 90, 200)),
    ("wave", "Woodblock wave", "Katsushika Hokusai, about 1831", (30, 60, 110)),
    ("garden", "Water garden", "", (70, 150, 90)),
    ("mosaic", "Mosaic squares", "", (230, 160, 40)),
)
TINTS = {style[0]: style[3] for style in STYLES}
MODEL = "easel/brushes"


def paint(recipe, library: Path, side: int) -> Image.Image:
    """The picture of a recipe, its longer side `side` pixels at most."""
    with Library.open(library) as opened:
        content = open_with_alpha(opened.find(recipe.content)).convert("RGB")
        tints = []
        for manner in recipe.manners:
            if manner.picture:
                like = open_with_alpha(opened.find(manner.picture)).convert("RGB")
                tints.append(np.asarray(like.resize((1, 1)), np.float64)[0, 0])
            else:
                tints.append(np.array(TINTS[manner.style], np.float64))
    content.thumbnail((side, side))
    pixels = np.asarray(content, np.float64)
    tint = sum(share * one for share, one in zip(recipe.shares, tints, strict=True))
    spot = round(6 + 4 * recipe.brush)
    small = content.resize((max(1, content.width // spot), max(1, content.height // spot)))
    spots = np.asarray(small.resize(content.size, Image.Resampling.NEAREST), np.float64)
    painted = 0.5 * spots + 0.5 * tint if recipe.colours == "style" else spots
    how = recipe.strength
    if recipe.mask:
        mask = Image.open(io.BytesIO(base64.b64decode(recipe.mask))).resize(content.size)
        how = how * np.asarray(mask, np.float64)[..., None] / 255
    return Image.fromarray((pixels + how * (painted - pixels)).clip(0, 255).astype(np.uint8))


def draw_photo(file: Path, size: tuple[int, int] = (96, 64), tone: int = 220) -> Path:
    """A bright round on a dark ground."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    far = np.hypot(x - size[0] / 2, y - size[1] / 2) / size[1]
    pixels = np.where((far < 0.35)[..., None], [tone, tone // 2, 40], [30, 40, 50 + y.max() % 7])
    Image.fromarray(pixels.astype(np.uint8)).save(file)
    return file


def describe_atelier(folder: Path, model_id: str = MODEL, name: str = "Brushes") -> Path:
    """Write the model's description with thumbnails, and weights that only look whole."""
    (folder / "thumbnails").mkdir(parents=True)
    for style, _, _, tint in STYLES:
        Image.new("RGB", (64, 64), tint).save(folder / "thumbnails" / f"{style}.webp")
    styles = [
        {"id": i, "name": n, "after": after, "thumbnail": f"thumbnails/{i}.webp"}
        for i, n, after, _ in STYLES
    ]
    manifest = {
        "id": model_id,
        "name": name,
        "kind": "style",
        "format": "easel-style",
        "summary": "Styles that nobody has seen.",
        "licence": "CC0-1.0",
        "style": {"painter": {}, "styles": styles},
    }
    (folder / "easel.json").write_text(json.dumps(manifest), encoding="utf-8")
    _write(folder / "painter.safetensors", "a", [1])
    _write(folder / "styles.safetensors", "codes", [len(STYLES), 2])
    return folder


def _write(file: Path, tensor: str, shape: list[int]) -> None:
    size = 4 * int(np.prod(shape))
    entry = {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}
    header = json.dumps({tensor: entry}).encode()
    file.write_bytes(len(header).to_bytes(8, "little") + header + bytes(size))


class AtelierEngine(FakeEngine):
    """Answers every look at once, until a test takes that into its own hands with `hold`."""

    def __init__(self, post) -> None:
        super().__init__(post)
        self.hold = False

    @property
    def looks(self) -> list[Look]:
        return [one for one in self.commands if isinstance(one, Look) and one.recipes]

    def look(self, view: str = "canvas") -> Look:
        """The newest of a view."""
        return [look for look in self.looks if look.view == view][-1]

    def wanted(self, view: str = "canvas") -> StyleRecipe:
        """What was asked for last."""
        return parse_recipe(self.look(view).recipes[0])

    def send(self, command) -> None:
        super().send(command)
        if isinstance(command, Look) and command.recipes and not self.hold:
            self.answer(command)
        elif isinstance(command, Enough):
            self.make()

    def answer(self, look: Look) -> None:
        for index, text in enumerate(look.recipes):
            recipe = parse_recipe(text)
            if not isinstance(recipe, StyleRecipe):
                self.post(see(look, index))  # a place of the sliders' room
                continue
            try:
                image = paint(recipe, Path(look.library), look.side or 4096)
            except Exception as error:  # noqa: BLE001 - told as the real one tells it
                self.post(LookFailed(look.view, look.stamp, str(error), "Try another."))
                return
            width, height = image.size
            self.post(Seen(look.view, look.stamp, index, width, height, image.tobytes()))

    def make_other(self, run: Run, recipe) -> list[str]:
        """The picture of a recipe, kept."""
        if not isinstance(recipe, StyleRecipe | FinestRecipe | StyleFilmRecipe):
            return super().make_other(run, recipe)
        with Library.open(Path(run.library)) as library:
            if isinstance(recipe, StyleFilmRecipe):
                frames = (np.full((32, 48, 3), 60 * n, np.uint8) for n in range(4))
                artwork = library.add_film(frames, 4.0, recipe, extension=".gif", made_by="Fake")
            else:
                image = paint(recipe, Path(run.library), recipe.size or 4096)
                artwork = library.add(image, recipe, made_by="Fake", parents=run.parents)
        self.post(Made(run.job, 0, artwork.id, str(artwork.path)))
        self.post(Finished(run.job))
        return [artwork.id]
