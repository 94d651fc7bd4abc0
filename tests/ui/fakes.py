"""An engine that does what a test tells it, and a model that can only be described."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from studio.library import Library
from studio.recipes import (
    FindRecipe,
    PictureRecipe,
    Place,
    Recipe,
    SlideRecipe,
    parse_recipe,
)
from studio.work.messages import (
    Answer,
    Cancel,
    Cancelled,
    Command,
    Died,
    Failed,
    Finished,
    Made,
    Preview,
    Progress,
    Ready,
    Run,
    Started,
)


class FakeEngine:
    """Remembers commands. A cancel is obeyed at once; all else happens when a test says so."""

    def __init__(self, post: Callable[[Answer], None]) -> None:
        self.post = post
        self.commands: list[Command] = []
        self.started = self.stopped = False

    def start(self) -> None:
        self.started = True
        self.post(Ready("this computer’s processor", "float32", 1))

    def stop(self) -> None:
        self.stopped = True

    def send(self, command: Command) -> None:
        self.commands.append(command)
        if isinstance(command, Cancel):
            self.post(Cancelled(command.job))

    @property
    def runs(self) -> list[Run]:
        return [command for command in self.commands if isinstance(command, Run)]

    @property
    def run(self) -> Run:
        return self.runs[-1]

    def recipe(self, place: int = -1) -> PictureRecipe:
        recipe = parse_recipe(self.runs[place].recipe)
        assert isinstance(recipe, PictureRecipe)
        return recipe

    def begin(self, run: Run | None = None) -> None:
        self.post(Started((run or self.run).job))

    def progress(self, done: float, note: str = "Drawing", left: float | None = 3.0) -> None:
        self.post(Progress(self.run.job, done, note, left))

    def preview(self, side: int = 32) -> None:
        self.post(Preview(self.run.job, 0, side, side, bytes([200, 80, 60, 255]) * side * side))

    def make(self, run: Run | None = None, upto: int = 0) -> list[str]:
        """Draw all pictures of a job and end it, or some of them; the ids of the artworks."""
        run = run or self.run
        recipe = parse_recipe(run.recipe)
        if not isinstance(recipe, PictureRecipe):
            return self.make_other(run, recipe)
        made = []
        with Library.open(Path(run.library)) as library:
            for index, one in enumerate(recipe.variations()[: upto or None]):
                image = Image.new("RGBA", (64, 64), (one.seed % 256, 90, 60, 200))
                artwork = library.add(image, one, made_by="Fake", parents=run.parents)
                self.post(Made(run.job, index, artwork.id, str(artwork.path)))
                made.append(artwork.id)
        if not upto:
            self.post(Finished(run.job))
        return made

    def make_other(self, run: Run, recipe: Recipe) -> list[str]:
        """The one result of a job of the sliders' room; of a search, a place that was found."""
        if run.target:
            self.post(Finished(run.job))
            return []
        if isinstance(recipe, FindRecipe):
            recipe = SlideRecipe(model=recipe.model, place=Place(found="ADwAPAA8ADwAPAA8ADwAPA=="))
        with Library.open(Path(run.library)) as library:
            image = Image.new("RGBA", (64, 64), (90, 160, 60, 255))
            artwork = library.add(image, recipe, made_by="Fake", parents=run.parents)
            self.post(Made(run.job, 0, artwork.id, str(artwork.path)))
        self.post(Finished(run.job))
        return [artwork.id]

    def fail(self, what: str = "It does not want to.", todo: str = "Ask it.", report: str = ""):
        self.post(Failed(self.run.job, what, todo, report))

    def die(self) -> None:
        self.post(Died(-9))


def describe_model(folder: Path, model_id: str = "easel/stickers", styles: int = 3) -> Path:
    """Write a model's description with styles and their thumbnails; there are no weights."""
    (folder / "thumbs").mkdir(parents=True)
    for n in range(styles):
        image = Image.new("RGBA", (32, 32), (60 * n, 120, 200, 255))
        image.save(folder / "thumbs" / f"{n}.png")
    words = ("3d emoji", "flat emoji", "pixel art", "outlined")
    traits = {
        "native_size": [256, 256],
        "alpha": True,
        "full": {"steps": 20, "guidance": 4.0},
        "draft": {"steps": 4, "guidance": 1.0},
        "styles": [
            {"id": str(n), "name": words[n], "words": words[n], "thumbnail": f"thumbs/{n}.png"}
            for n in range(styles)
        ],
    }
    manifest = {"id": model_id, "name": "Stickers", "kind": "picture", "picture": traits}
    (folder / "easel.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
